"""Give an annotator the documents of a round, with the machine's annotation to start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.parts import spans_across, to_wires, wire_ids
from pipeline.doccano.sending import renew, send
from pipeline.doccano.wire import Annotator, Round, Stored, WireDocument
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import Annotation, Document
from pipeline.records import (
    annotation_digest,
    check_annotation,
    render_annotation,
    write_annotation,
)

_Pair = tuple[Document, Annotation]


@dataclass(slots=True)
class PushReport:
    """The server's project id, and the documents by what became of them.

    `created` are new to it, `renewed` got the machine's newer spans, `existing` were left as they
    are; `begun` are those of them that would have got newer spans, had nobody opened them.
    `across` names the machine's spans that a long document's parts leave out; `findings` are texts
    that changed since they were pushed.
    """

    project: int
    created: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    across: list[str] = field(default_factory=list)
    findings: list[Fault] = field(default_factory=list)


def push(
    server: AnnotationServer,
    round_: Round,
    annotator: Annotator,
    pairs: Iterable[_Pair],
    machine_folder: Path,
    before_sending: Callable[[], object] = lambda: None,
) -> PushReport:
    """Create on the server what is not there, and verify it; keep what annotators start from.

    A document that is there is left alone, with all its annotator did; if nobody in the round has
    opened it, it gets the machine's spans of now. `before_sending` is called where any is sent.
    Raises InputRefused before that when an annotation contradicts its document, RequestError when
    the scheme has lost a label that spans have.
    """
    pairs = list(pairs)
    faults = [fault for document, record in pairs for fault in check_annotation(record, document)]
    if faults:
        raise InputRefused(faults)
    opened = server.push(round_, annotator, [])
    _require_labels(opened["in_use"], annotator)
    report = PushReport(opened["project"])
    missing, outdated = _sort(pairs, server.stored(round_, annotator), round_, annotator, report)
    if missing or outdated:
        before_sending()
    for _, record in (*missing, *outdated):
        _keep_start(record, machine_folder)
    send(server, round_, annotator, _wires(missing, round_, annotator))
    renewed = renew(server, round_, annotator, _wires(outdated, round_, annotator))
    report.created += [document.id for document, _ in missing]
    for document, _ in outdated:
        done = renewed.issuperset(wire_ids(document, round_, annotator))
        (report.renewed if done else report.begun).append(document.id)
    for document, record in (*missing, *outdated):
        if document.id not in report.begun:
            report.across += _across(document, record)
    report.existing += report.begun
    return report


def _sort(
    pairs: Sequence[_Pair],
    stored: Iterable[Stored],
    round_: Round,
    annotator: Annotator,
    report: PushReport,
) -> tuple[list[_Pair], list[_Pair]]:
    """Return what is missing on the server, and what has other machine spans there unopened."""
    there: dict[str, dict[str, Stored]] = {}
    for row in stored:
        there.setdefault(row.document, {})[row.uuid] = row
    missing, outdated = [], []
    for document, record in pairs:
        rows, ids = there.get(document.id, {}), wire_ids(document, round_, annotator)
        if rows.keys() - set(ids):
            report.findings.append(_changed_text(document, annotator))
        elif len(rows) < len(ids):
            missing.append((document, record))
        elif {row.based_on for row in rows.values()} == {annotation_digest(record)}:
            report.existing.append(document.id)
        elif any(row.opened for row in rows.values()):
            report.begun.append(document.id)
        else:
            outdated.append((document, record))
    return missing, outdated


def _keep_start(record: Annotation, machine_folder: Path) -> None:
    """Keep what an annotator starts from, unless it is kept for another."""
    path = machine_folder / f"{record.document}.{annotation_digest(record)}.json"
    if not path.exists() or path.read_bytes() != render_annotation(record).encode("utf-8"):
        write_annotation(path, record)


def _wires(pairs: Iterable[_Pair], round_: Round, annotator: Annotator) -> list[WireDocument]:
    return [wire for pair in pairs for wire in to_wires(*pair, round_, annotator)]


def _across(document: Document, record: Annotation) -> list[str]:
    spans = spans_across(document, record)
    return [f"{document.id}: {span.start}-{span.end} {span.text}" for span in spans]


def _changed_text(document: Document, annotator: Annotator) -> Fault:
    cause = "its text is not the one that was pushed; the document on the server stays as it is"
    cure = "Restore the text, or give the new one an id of its own."
    return Fault(f"{annotator.pseudonym}/{document.id}", cause, cure)


def _require_labels(in_use: Mapping[str, int], annotator: Annotator) -> None:
    """Raise RequestError where spans have a label that the scheme has no more."""
    if not in_use:
        return
    counts = ", ".join(f"«{name}» {count}" for name, count in sorted(in_use.items()))
    raise RequestError(
        f"labels of {annotator.pseudonym}",
        f"the scheme no longer has labels that spans on the server have: {counts}",
        "Put them back into schemas/labels.toml, or give those spans other labels in Doccano.",
    )
