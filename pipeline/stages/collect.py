"""Bring what an annotator confirmed into records, one file a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.doccano.client import Client
from pipeline.doccano.exchange import Reading, is_ours
from pipeline.doccano.parts import from_wires
from pipeline.doccano.snapping import Snap
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import Fault, InputRefused
from pipeline.kept import keep_confirmed
from pipeline.model import MACHINE, Annotation, Document
from pipeline.records import annotation_digest, check_annotation, read_annotation


@dataclass(slots=True)
class CollectReport:
    """What became of every document of the round, by its id; spans moved; what needs a look."""

    collected: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    snapped: list[Snap] = field(default_factory=list)
    findings: list[Fault] = field(default_factory=list)


def collect(
    client: Client,
    round_: Round,
    annotator: Annotator,
    documents: Mapping[str, Document],
    annotations: Path,
) -> CollectReport:
    """Write `annotations/<pseudonym>/<document>.json` for every confirmed document.

    A document with a finding is not written; the others are. A record is replaced only by a state
    that was confirmed later, and never deleted.
    """
    report = CollectReport()
    waiting: dict[str, list[WireDocument]] = {}
    for wire in client.pull(round_, annotator):
        if not is_ours(wire):
            place = f"{annotator.pseudonym}, {round_.name}, example {wire.uuid}"
            cure = "Delete it there; documents come by `make annotate` only."
            report.findings.append(Fault(place, "was not pushed from here", cure))
            continue
        name = wire.meta["document"]
        parts = waiting.setdefault(name, [])
        parts.append(wire)
        if len(parts) == wire.meta.get("part", {}).get("of", 1):
            _collect_document(waiting.pop(name), documents, round_, annotator, annotations, report)
    for name in waiting:  # A push that was cut short: the next one completes it.
        report.waiting.append(name)
    return report


def _collect_document(
    wires: Sequence[WireDocument],
    documents: Mapping[str, Document],
    round_: Round,
    annotator: Annotator,
    annotations: Path,
    report: CollectReport,
) -> None:
    """Read all parts of a document (most have one) and write its record."""
    if any(wire.confirmed_at is None for wire in wires):
        report.waiting.append(wires[0].meta["document"])
        return
    reading = _read(wires, documents, round_, annotator, annotations)
    report.findings += reading.faults
    if reading.annotation is not None:
        report.snapped += reading.snaps
        _keep(reading.annotation, annotations, report)


def _read(
    wires: Sequence[WireDocument],
    documents: Mapping[str, Document],
    round_: Round,
    annotator: Annotator,
    annotations: Path,
) -> Reading:
    """Read a confirmed document; date spans keep the normal forms already given to them."""
    name, digest = wires[0].meta["document"], wires[0].meta["based_on"]
    document = documents.get(name)
    if document is None:
        cause = "is annotated on the server, but no longer in the corpus"
        cure = "Give the INPUT it was pushed with, or restore it: the work stays on the server."
        return _refused([Fault(f"{annotator.pseudonym}/{name}", cause, cure)])
    path = annotations / MACHINE / f"{name}.{digest}.json"
    try:
        machine = read_annotation(path)
        earlier = _read_earlier(annotations / annotator.pseudonym / f"{name}.json")
    except InputRefused as error:
        return _refused(error.faults)
    if annotation_digest(machine) != digest:
        cause, cure = "is not the record that was pushed", "Restore the file from git."
        return _refused([Fault(str(path), cause, cure)])
    given = [moment for moment in earlier.dates if moment.value] if earlier else []
    reading = from_wires(wires, document, round_, annotator, machine, given)
    if reading.annotation is None:
        return reading
    faults = check_annotation(reading.annotation, document)
    return _refused(faults) if faults else reading


def _refused(faults: Iterable[Fault]) -> Reading:
    return Reading(None, (), tuple(faults))


def _read_earlier(path: Path) -> Annotation | None:
    return read_annotation(path) if path.exists() else None


def _keep(annotation: Annotation, annotations: Path, report: CollectReport) -> None:
    outcome = keep_confirmed(annotation, annotations)
    if isinstance(outcome, Fault):
        report.findings.append(outcome)
    else:
        (report.collected if outcome else report.unchanged).append(annotation.document)
