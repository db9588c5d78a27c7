"""Bring what an annotator confirmed into records, one file a document, and keep every state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.confirmed import group_parts, is_confirmed, read_confirmed
from pipeline.doccano.exchange import Reading
from pipeline.doccano.snapping import Snap
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import Fault, InputRefused
from pipeline.kept import keep_confirmed, note_withdrawn
from pipeline.model import Document

# Documents kept together, which is many times as fast as one by one.
_TOGETHER = 100
_Batch: TypeAlias = dict[str, list[WireDocument]]  # by the documents' ids


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
    pulled = group_parts(server.pull(round_, annotator), foreign)
    for batch in _fetched_ahead(_batches(pulled)):
        readings: dict[str, Reading] = {}
        for name, parts in batch.items():
            if not is_confirmed(parts):
                report.add(_withdraw(name, annotator, annotations))
                continue
            reading = read_confirmed(parts, documents, round_, annotator, annotations)
            report.findings += reading.faults
            if reading.annotation is not None:
                report.snapped += reading.snaps
                readings[name] = reading
        report.add(_keep(readings, annotations))
    for wire in foreign:
        place = f"{annotator.pseudonym}, {round_.name}, example {wire.uuid}"
        cure = "Delete it there; documents come by `make annotate` only."
        report.findings.append(Fault(place, "was not pushed from here", cure))
    return report


def _batches(
    pulled: Iterator[tuple[str, list[WireDocument]]],
) -> Iterator[_Batch]:
    """Yield documents by their ids, no document twice in a batch whatever the server lists."""
    batch: _Batch = {}
    for name, parts in pulled:
        if name in batch or len(batch) == _TOGETHER:
            yield batch
            batch = {}
        batch[name] = parts
    yield batch


def _fetched_ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Yield the batches; the server prepares the next one while one is worked on."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _keep(readings: Mapping[str, Reading], annotations: Path) -> CollectReport:
    report = CollectReport()
    records = [reading.annotation for reading in readings.values() if reading.annotation]
    for name, outcome in zip(readings, keep_confirmed(records, annotations), strict=True):
        if isinstance(outcome, bool):
            (report.collected if outcome else report.unchanged).append(name)
        else:
            report.findings += outcome
    return report


def _withdraw(name: str, annotator: Annotator, annotations: Path) -> CollectReport:
    report = CollectReport(waiting=[name])
    try:
        if note_withdrawn(annotations, annotator.pseudonym, name):
            report.withdrawn.append(name)
    except InputRefused as refused:
        report.findings += refused.faults
    return report
