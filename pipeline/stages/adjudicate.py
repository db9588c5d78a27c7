"""`tawsim adjudicate`: several people's records of a document become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.adjudication.ledger import BY_PERSON, BY_RULE, Entry, read_ledger, write_ledger
from pipeline.adjudication.settle import Case, identity, settle, with_values
from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.exchange import is_ours
from pipeline.doccano.proposals import (
    ADJUDICATOR,
    adjudication_round,
    from_proposals,
    to_proposals,
)
from pipeline.doccano.sending import send
from pipeline.doccano.snapping import Snap
from pipeline.doccano.wire import Round, WireDocument
from pipeline.errors import Fault
from pipeline.kept import keep_confirmed, read_adjudicated, read_people
from pipeline.model import ADJUDICATED, Annotation, DateSpan, Document
from pipeline.records import check_annotation, write_annotation


@dataclass(slots=True)
class AdjudicationReport:
    """What became of every document that was annotated, by its id, and what needs a look.

    `alone` has one annotator; `settled` was written by the rule, `decided` by the adjudicator;
    `unchanged` was adjudicated before; `contested` still needs the adjudicator. `cases` are those
    that the rule does not settle, decided or not.
    """

    rule: str
    alone: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    contested: list[str] = field(default_factory=list)
    snapped: list[Snap] = field(default_factory=list)
    findings: list[Fault] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)


def settle_documents(
    documents: Mapping[str, Document], annotations: Path, rule: str
) -> AdjudicationReport:
    """Write the adjudicated record of every document that the rule settles by itself.

    Raises InputRefused, and nothing is written, when a record is at fault.
    """
    kept = read_people(annotations, documents.values())
    entries, report = read_ledger(annotations), AdjudicationReport(rule)
    there = {name: read_adjudicated(annotations, documents[name]) for name in kept}
    for name, records in kept.items():
        if len(records) < 2:
            report.alone.append(name)
            continue
        case, earlier, entry = settle(records, rule), there[name], entries.get(name)
        record = with_values(case.agreed, _given(earlier))
        if case.contested:
            report.cases[name] = case
        if earlier and entry and entry.case == case.digest:
            report.unchanged.append(name)
            report.findings += _open_values(case, earlier)
        elif case.contested:
            report.contested.append(name)
        elif earlier and earlier != record and (entry is None or entry.by == BY_PERSON):
            cause = "a person decided it, and its annotators now agree on something else"
            cure = f"Move {ADJUDICATED}/{name}.json away if what they agree on is to count."
            report.findings.append(Fault(f"document {name}", cause, cure))
        else:
            # A run that was killed may have written the record, and not yet its entry.
            write_annotation(annotations / ADJUDICATED / f"{name}.json", record)
            entries[name] = Entry(rule, case.digest, BY_RULE)
            report.settled.append(name)
            report.findings += _open_values(case, record)
    if report.settled:
        write_ledger(annotations, entries)
    return report


def hear_adjudicator(
    server: AnnotationServer,
    report: AdjudicationReport,
    documents: Mapping[str, Document],
    annotations: Path,
    instructions: str,
    *,
    show_authors: bool,
) -> None:
    """Put contested documents before the adjudicator and take home what they confirmed.

    A document that is there already is left alone, with all the adjudicator did; one whose
    annotators changed it since is there a second time, and the first is no longer read.
    """
    round_ = adjudication_round(report.cases.values(), instructions, show_authors=show_authors)
    server.push(round_, ADJUDICATOR, [])
    wires = [
        to_proposals(documents[name], report.cases[name], round_, show_authors=show_authors)
        for name in report.contested
    ]
    send(server, round_, ADJUDICATOR, wires)
    entries = read_ledger(annotations)
    before = dict(entries)
    for wire in server.pull(round_, ADJUDICATOR):
        if not is_ours(wire):
            place = f"{ADJUDICATED}, {round_.name}, example {wire.uuid}"
            cure = "Delete it there; documents come by `make adjudicate` only."
            report.findings.append(Fault(place, "was not pushed from here", cure))
            continue
        name = wire.meta["document"]
        case = report.cases.get(name)
        if case is None or case.digest != wire.meta["based_on"] or wire.confirmed_at is None:
            continue
        if _take(wire, documents[name], case, round_, annotations, report):
            entries[name] = Entry(report.rule, case.digest, BY_PERSON)
    if entries != before:
        write_ledger(annotations, entries)


def _take(
    wire: WireDocument,
    document: Document,
    case: Case,
    round_: Round,
    annotations: Path,
    report: AdjudicationReport,
) -> bool:
    """Write a confirmed decision; return whether the document is decided."""
    given = _given(read_adjudicated(annotations, document))
    reading = from_proposals(wire, document, case, round_, given)
    record = reading.annotation
    faults = check_annotation(record, document) if record else list(reading.faults)
    if record is None or faults:
        report.findings += faults
        return False
    (kept,) = keep_confirmed([record], annotations)
    if not isinstance(kept, bool):
        report.findings += kept
        return False
    if kept:
        report.decided.append(document.id)
        report.snapped += reading.snaps
        for names in (report.contested, report.unchanged):
            names[:] = [name for name in names if name != document.id]
        report.findings += _open_values(case, record)
    elif document.id in report.contested:
        report.contested.remove(document.id)
        report.unchanged.append(document.id)
    return True


def _given(earlier: Annotation | None) -> list[DateSpan]:
    """Return the dates whose normal form the adjudicator gave in the record itself."""
    return [d for d in earlier.dates if d.value_by == ADJUDICATED] if earlier else []


def _open_values(case: Case, record: Annotation) -> list[Fault]:
    """Return a fault for each date of the record that still has no settled normal form."""
    bare = {identity(moment) for moment in record.dates if moment.value is None}
    return [
        Fault(
            f"{ADJUDICATED}/{record.document}, {moment.label} {moment.start}-{moment.end} "
            f"«{moment.text}»",
            f"its annotators gave it different values: {', '.join(values)}",
            f'Write its "value", and "value_by": "{ADJUDICATED}", into the record.',
        )
        for moment, values in case.open_values
        if identity(moment) in bare
    ]
