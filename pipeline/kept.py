"""The records kept in `annotations/`: whose there are, what each began as, what replaces it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import Fault, InputRefused
from pipeline.files import write_together
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Document
from pipeline.records import annotation_digest, check_annotation, read_annotation, render_annotation
from pipeline.states import add_state, read_states, render_states

PSEUDONYM = re.compile(r"a\d{2,}")

Kept = Mapping[str, Mapping[str, Annotation]]
"""Records by document and agent, both in order."""

Outcome: TypeAlias = bool | Sequence[Fault]
"""Whether a record was written, or the faults that stand against it."""


def read_people(
    annotations: Path, documents: Iterable[Document], *, only: str | None = None
) -> Kept:
    """Return every annotator's record of every document that one of them annotated, or of one.

    Raises InputRefused with every fault: records that cannot be read, that say another agent or
    document than their place does, that contradict the text, or whose document is not there.
    """
    folders = filter(_is_person, annotations.glob("a*"))
    kept, faults = _read_folders(sorted(folders), documents, only)
    if faults:
        raise InputRefused(faults)
    return kept


def survey(annotations: Path, documents: Iterable[Document]) -> tuple[Kept, list[Fault]]:
    """Return the records of every annotator and of the adjudicator, and all that is at fault."""
    folders = [f for f in annotations.glob("a*") if f.name == ADJUDICATED or _is_person(f)]
    return _read_folders(sorted(folders), documents)


def _is_person(folder: Path) -> bool:
    return PSEUDONYM.fullmatch(folder.name) is not None


def _read_folders(
    folders: Iterable[Path], documents: Iterable[Document], only: str | None = None
) -> tuple[Kept, list[Fault]]:
    """Return the records that stand in their place, and what is wrong with any of them."""
    corpus = {document.id: document for document in documents}
    kept: dict[str, dict[str, Annotation]] = {}
    faults: list[Fault] = []
    for folder in folders:
        files = [folder / f"{only}.json"] if only else sorted(folder.glob("*.json"))
        for path in (file for file in files if file.is_file()):
            try:
                record = read_annotation(path)
            except InputRefused as refused:
                faults += refused.faults
                continue
            faults += _record_faults(record, path, corpus)
            if (record.agent, record.document) == (folder.name, path.stem):
                kept.setdefault(record.document, {})[record.agent] = record
    return dict(sorted(kept.items())), faults


def _record_faults(
    record: Annotation, path: Path, corpus: Mapping[str, Document]
) -> Iterator[Fault]:
    if (record.agent, record.document) != (path.parent.name, path.stem):
        cause = f"says it is of {record.document!r} by {record.agent!r}"
        twin = path.with_name(f"{record.document}.json")
        if record.agent == path.parent.name and twin.is_file():
            cure = "Keep the one that holds, and move the other away."
            yield Fault(str(path), f"{cause}, and so does {twin.name}", cure)
            return
        yield Fault(str(path), cause, "Move it to its place, or mend what it says.")
    elif record.document not in corpus:
        cure = "Give the INPUT it was annotated on, or restore the document."
        yield Fault(str(path), "its document is not in the corpus", cure)
    else:
        yield from check_annotation(record, corpus[record.document])


def read_adjudicated(annotations: Path, document: Document) -> Annotation | None:
    """Return the adjudicated record of a document, None where there is none.

    Raises InputRefused when it cannot be read or contradicts its place or the text.
    """
    path = annotations / ADJUDICATED / f"{document.id}.json"
    if not path.is_file():
        return None
    record = read_annotation(path)
    faults = list(_record_faults(record, path, {document.id: document}))
    if faults:
        raise InputRefused(faults)
    return record


def read_origins(annotations: Path, kept: Kept) -> Kept:
    """Return the machine's records that people started from, of those who started from one.

    Raises InputRefused with every fault: files that are missing or are not the ones named.
    """
    origins: dict[str, dict[str, Annotation]] = {}
    faults: list[Fault] = []
    for name, records in kept.items():
        starts: dict[str, Annotation] = {}  # most people of a document start from one record
        for digest in sorted({own.based_on for own in records.values() if own.based_on}):
            try:
                starts[digest] = read_start(annotations, name, digest)
            except InputRefused as refused:
                faults += refused.faults
        origins[name] = {
            agent: starts[record.based_on]
            for agent, record in records.items()
            if record.based_on and record.based_on in starts
        }
    if faults:
        raise InputRefused(faults)
    return origins


def read_start(annotations: Path, document: str, digest: str) -> Annotation:
    """Return the machine's record of a document that people started from, by its digest.

    Raises InputRefused when the file is missing or is another record.
    """
    path = annotations / MACHINE / f"{document}.{digest}.json"
    start = read_annotation(path)
    if annotation_digest(start) != digest:
        cause = "is not the record that was pushed"
        raise InputRefused([Fault(str(path), cause, "Restore the file from git.")])
    return start


def keep_confirmed(records: Iterable[Annotation], annotations: Path) -> list[Outcome]:
    """Write confirmed records, no two of a place, unless the one there was confirmed as late.

    Returns for each whether it was written: not where it is there already. Faults where two states
    of one confirmation differ, a later one is there, or what is there cannot be read; then nothing
    of it is written. What is kept is in the records' histories first, so that no state is lost
    between the two.
    """
    outcomes: list[Outcome] = []
    histories: dict[Path, str] = {}
    places: dict[Path, str] = {}
    for record in records:
        path = annotations / record.agent / f"{record.document}.json"
        try:
            earlier = read_annotation(path) if path.exists() else None
            history = _history(annotations, record.agent, record.document)
            states = read_states(history)
        except InputRefused as refused:
            outcomes.append(refused.faults)
            continue
        is_new = earlier is None or (earlier.confirmed_at or "") < (record.confirmed_at or "")
        if earlier and not is_new and earlier != record:
            outcomes.append([_contradiction(path, earlier, record)])
            continue
        begun = states or ([earlier] if earlier else [])  # records may be older than histories are
        if (whole := add_state(begun, record)) != states:
            histories[history] = render_states(whole)
        if is_new:
            places[path] = render_annotation(record)
        outcomes.append(is_new)
    write_together(histories)
    write_together(places)
    return outcomes


def _contradiction(path: Path, earlier: Annotation, record: Annotation) -> Fault:
    if earlier.confirmed_at == record.confirmed_at:
        cause = "was changed on the server after it was confirmed"
        cure = "Look it over in Doccano, take its confirmation back and confirm it again."
        return Fault(str(path), cause, cure)
    cause = "holds a later confirmation than the server"
    return Fault(str(path), cause, "Move the file away if the server's state is the one to keep.")


def note_withdrawn(annotations: Path, agent: str, document: str) -> bool:
    """Note in a record's history that it is not confirmed any more; the record stays.

    Returns whether that is new; nothing is noted where no record is kept.
    """
    path = annotations / agent / f"{document}.json"
    if not path.exists():
        return False
    record = read_annotation(path)
    history = _history(annotations, agent, document)
    states = read_states(history) or [record]
    if isinstance(states[-1], str):
        return False
    write_together({history: render_states([*states, record.confirmed_at or ""])})
    return True


def _history(annotations: Path, agent: str, document: str) -> Path:
    return annotations / agent / "history" / f"{document}.jsonl"
