"""Which record of each document a release takes; every record of the project is checked first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.adjudication.ledger import unfinished
from pipeline.dataset.rows import Released
from pipeline.dataset.splits import TRAIN
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.kept import PSEUDONYM, read_origins, survey
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Document
from pipeline.records import check_annotation, read_annotation

HUMAN = "human"


def check_source(from_: str | None) -> None:
    """Raise RequestError if `from_` names no source."""
    if from_ and from_ not in (ADJUDICATED, HUMAN, MACHINE) and not PSEUDONYM.fullmatch(from_):
        cure = "Name adjudicated, human, machine or an annotator (a01)."
        raise RequestError(f"FROM={from_}", "no such source", cure)


def choose_records(
    documents: Sequence[Document], preannotated: Path, annotations: Path, from_: str | None
) -> list[Released]:
    """Return each document with its record, in order of ids; their splits are yet to be assigned.

    The adjudicated record goes before the single human one, and that before the machine's;
    `from_` names one source to read alone, and only then may an adjudication be unfinished. Raises
    InputRefused with every fault of every record.
    """
    if not documents:
        cure = "Ingest some first."
        raise InputRefused([Fault("release", "there are no documents", cure)])
    kept, faults = survey(annotations, documents)
    people = {
        name: {agent: record for agent, record in records.items() if agent != ADJUDICATED}
        for name, records in kept.items()
    }
    waiting = unfinished(people, annotations) if from_ is None else []
    faults += waiting
    places = {fault.place for fault in waiting}
    released = []
    for document in sorted(documents, key=lambda document: document.id):
        records = kept.get(document.id, {})
        place, path = f"document {document.id}", preannotated / f"{document.id}.json"
        if place in places:
            continue
        try:
            agent = _choose(place, records.keys(), path.is_file(), from_)
            record = read_annotation(path) if agent == MACHINE else records[agent]
        except InputRefused as refused:
            faults += refused.faults
            continue
        if agent == MACHINE:
            faults += check_annotation(record, document)
        faults += _dct_faults(document, [record, *records.values()])
        humans = tuple(own for _, own in sorted(people.get(document.id, {}).items()))
        released.append(Released(document, record, TRAIN, humans))
    try:
        origins = read_origins(annotations, people)
    except InputRefused as refused:
        faults += refused.faults
    if faults:
        raise InputRefused(faults)
    return [replace(item, origins=origins.get(item.document.id, {})) for item in released]


def _choose(place: str, kept: Collection[str], machine: bool, from_: str | None) -> str:
    """Return whose record to release; raises InputRefused where there is none, or more than one.

    `kept` are the people who have one (`adjudicated` included), `machine` whether it has.
    """
    humans = sorted(agent for agent in kept if agent != ADJUDICATED)
    candidates = {
        ADJUDICATED: [ADJUDICATED] if ADJUDICATED in kept else [],
        HUMAN: humans,
        MACHINE: [MACHINE] if machine else [],
    }
    if from_ is None:
        found = candidates[ADJUDICATED] or humans or candidates[MACHINE]
    else:
        found = candidates.get(from_, [agent for agent in humans if agent == from_])
    if len(found) == 1:
        return found[0]
    if found:
        cause = f"{len(found)} people annotated it ({', '.join(found)})"
        cure = "Adjudicate it, or say whose record counts: FROM=a01."
    else:
        cause = f"no record of it from {from_ or 'anybody'}"
        cure = "Run `make annotate` or `make collect` first, or choose another FROM."
    raise InputRefused([Fault(place, cause, cure)])


def _dct_faults(document: Document, records: Iterable[Annotation]) -> Iterator[Fault]:
    """Yield a fault for each record whose dates count from another day than the document says."""
    for agent, dct in sorted({(record.agent, record.dct) for record in records}):
        if dct != document.dct:
            cause = f"its dates count from {dct}, the document's DCT is {document.dct}"
            cure = "Mend the DCT, or the record's dates and then its dct."
            yield Fault(f"{agent}/{document.id}", cause, cure)
