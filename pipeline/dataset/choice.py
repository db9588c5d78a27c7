"""Which record of each document a release takes; every record of the project is checked first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.dataset.rows import Released
from pipeline.dataset.splits import TRAIN
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Document
from pipeline.records import check_annotation, read_annotation

HUMAN = "human"
_PSEUDONYM = re.compile(r"a\d{2,}")
_Records = dict[str, dict[str, Annotation]]
"""By document, then by agent."""


def check_source(from_: str | None) -> None:
    """Raise RequestError if `from_` names no source."""
    if from_ and from_ not in (ADJUDICATED, HUMAN, MACHINE) and not _PSEUDONYM.fullmatch(from_):
        cure = "Name adjudicated, human, machine or an annotator (a01)."
        raise RequestError(f"FROM={from_}", "no such source", cure)


def choose_records(
    documents: Sequence[Document], preannotated: Path, annotations: Path, from_: str | None
) -> list[Released]:
    """Return each document with its record, in order of ids; their splits are yet to be assigned.

    The adjudicated record goes before the single human one, and that before the machine's;
    `from_` names one source to read alone. Raises InputRefused with every fault of every record.
    """
    faults: list[Fault] = []
    if not documents:
        faults.append(Fault("release", "there are no documents", "Ingest some first."))
    known = {document.id: document for document in documents}
    kept: _Records = {name: {} for name in known}
    for folder in _agent_folders(annotations):
        faults.extend(_read_folder(folder, known, kept))
    released = []
    for name, document in sorted(known.items()):
        humans = tuple(kept[name][agent] for agent in sorted(kept[name].keys() - {ADJUDICATED}))
        machine = preannotated / f"{name}.json"
        try:
            agent = _choose(name, kept[name].keys(), machine.is_file(), from_)
            record = read_annotation(machine) if agent == MACHINE else kept[name][agent]
        except InputRefused as refused:
            faults.extend(refused.faults)
            continue
        if agent == MACHINE:
            faults.extend(_check(record, document, machine, MACHINE))
        released.append(Released(document, record, TRAIN, humans))
    if faults:
        raise InputRefused(faults)
    return released


def _agent_folders(annotations: Path) -> list[Path]:
    """Return the folders that hold people's records, in order."""
    return [
        folder
        for folder in sorted(annotations.glob("a*"))
        if folder.is_dir() and (folder.name == ADJUDICATED or _PSEUDONYM.fullmatch(folder.name))
    ]


def _read_folder(folder: Path, known: Mapping[str, Document], kept: _Records) -> Iterator[Fault]:
    """Read an agent's records into `kept`; yield all that is wrong with them."""
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            record = read_annotation(path)
        except InputRefused as refused:
            yield from refused.faults
            continue
        first = files.setdefault(record.document, path)
        if first != path:
            cause = f"{first.name} is of the same agent and document ({record.document!r})"
            yield Fault(str(path), cause, "Keep the one that holds, and move the other away.")
        elif not path.with_name(f"{record.document}.json").exists():
            cause = f"it is the record of {record.document!r}, which is not its file's name"
            yield Fault(str(path), cause, f"Rename it to {record.document}.json.")
        elif record.document not in known:
            cause = "its document is not in the corpus"
            cure = "Restore the document, name the right INPUT, or move the record away."
            yield Fault(str(path), cause, cure)
        else:
            kept[record.document][folder.name] = record
            yield from _check(record, known[record.document], path, folder.name)


def _choose(name: str, kept: Collection[str], machine: bool, from_: str | None) -> str:
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
    raise InputRefused([Fault(f"document {name}", cause, cure)])


def _check(record: Annotation, document: Document, path: Path, agent: str) -> Iterator[Fault]:
    """Yield what contradicts the text, and what would make a row say something untrue."""
    yield from check_annotation(record, document)
    if record.agent != agent:
        cause = f"its agent is {record.agent!r}, its folder {path.parent.name!r}"
        yield Fault(str(path), cause, "Move the record to its agent's folder, or mend the agent.")
    if record.dct != document.dct:
        cause = f"its dates count from {record.dct}, the document's DCT is {document.dct}"
        cure = "Mend the DCT, or the record's dates and then its dct."
        yield Fault(str(path), cause, cure)
