"""Bring what an annotator confirmed into records, one file a document, and keep every state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.confirmed import group_parts, is_confirmed, read_confirmed
from pipeline.doccano.exchange import Reading
from pipeline.doccano.snapping import Snap
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import Fault, InputRefused
from pipeline.kept import keep_confirmed, note_withdrawn
from pipeline.model import Document

# Documents kept at once: a disk puts several files away in the time that it takes for one, and the
# server reads the next page meanwhile.
_AT_ONCE = 8


@dataclass(slots=True)
class CollectReport:
    """What became of every document of the round, by its id; spans moved; what needs a look.

    `withdrawn` are those of the `waiting` whose confirmation was taken back since the last collect.
    """

    collected: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    snapped: list[Snap] = field(default_factory=list)
    findings: list[Fault] = field(default_factory=list)

    def add(self, other: CollectReport) -> None:
        """Take in another annotator's."""
        for name in self.__dataclass_fields__:
            getattr(self, name).extend(getattr(other, name))


def collect(
    server: AnnotationServer,
    round_: Round,
    annotator: Annotator,
    documents: Mapping[str, Document],
    annotations: Path,
) -> CollectReport:
    """Write `annotations/<pseudonym>/<document>.json` for every confirmed document.

    A document with a finding is not written; the others are. A record is replaced only by a state
    that was confirmed later, and never deleted; `history/<document>.jsonl` beside it keeps every
    state collected, and that a confirmation was taken back.
    """
    report = CollectReport()
    foreign: list[WireDocument] = []

    def settle(name: str, parts: Sequence[WireDocument]) -> CollectReport:
        if is_confirmed(parts):
            return _keep(
                name, read_confirmed(parts, documents, round_, annotator, annotations), annotations
            )
        return _withdraw(name, annotator, annotations)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        begun: dict[str, Future[CollectReport]] = {}
        for name, parts in group_parts(server.pull(round_, annotator), foreign):
            if name in begun:  # a server that lists a document twice: one after the other
                report.add(begun.pop(name).result())
            begun[name] = pool.submit(settle, name, parts)
            if len(begun) > 4 * _AT_ONCE:
                report.add(begun.pop(next(iter(begun))).result())
        for rest in begun.values():
            report.add(rest.result())
    for wire in foreign:
        place = f"{annotator.pseudonym}, {round_.name}, example {wire.uuid}"
        cure = "Delete it there; documents come by `make annotate` only."
        report.findings.append(Fault(place, "was not pushed from here", cure))
    return report


def _keep(name: str, reading: Reading, annotations: Path) -> CollectReport:
    report = CollectReport(findings=list(reading.faults))
    if reading.annotation is None:
        return report
    report.snapped += reading.snaps
    try:
        outcome = keep_confirmed(reading.annotation, annotations)
    except InputRefused as refused:
        report.findings += refused.faults
        return report
    if isinstance(outcome, Fault):
        report.findings.append(outcome)
    else:
        (report.collected if outcome else report.unchanged).append(name)
    return report


def _withdraw(name: str, annotator: Annotator, annotations: Path) -> CollectReport:
    report = CollectReport(waiting=[name])
    try:
        if note_withdrawn(annotations, annotator.pseudonym, name):
            report.withdrawn.append(name)
    except InputRefused as refused:
        report.findings += refused.faults
    return report
