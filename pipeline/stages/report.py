"""`tawsim report`: the project, or a released version, as one page to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.adjudication.ledger import unfinished
from pipeline.adjudication.settle import UNANIMOUS, settle
from pipeline.agreement.everybody import compare_everybody
from pipeline.dataset.ledger import read_edition, read_ledgers, released_splits
from pipeline.errors import Fault, InputRefused
from pipeline.files import write_atomically
from pipeline.kept import Kept, read_origins, survey
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Document
from pipeline.records import check_annotation, read_annotation
from pipeline.report.items import AGREED, HUMAN, Item
from pipeline.report.render import Report, render_page

_RELEASES = "releases"


def report(
    documents: Sequence[Document],
    preannotated: Path,
    annotations: Path,
    folder: Path,
    version: str | None = None,
) -> Path:
    """Write the page, `index.html` or a version's `<version>.html`, and return where it is.

    Raises InputRefused with every fault of every record, RequestError for a version that was
    never released; then nothing is written.
    """
    corpus = {document.id: document for document in sorted(documents, key=lambda own: own.id)}
    if version:
        items = _read_version(corpus, annotations, version)
    else:
        items = _read_project(corpus, preannotated, annotations)
    people = {item.document.id: item.people for item in items}
    origins = {item.document.id: item.origins for item in items}
    lengths = {item.document.id: len(item.document.text) for item in items}
    agreement = compare_everybody(people, origins, lengths)
    path = folder / f"{version or 'index'}.html"
    write_atomically(path, [render_page(Report(items, agreement, version))])
    return path


def _read_project(
    corpus: Mapping[str, Document], preannotated: Path, annotations: Path
) -> list[Item]:
    """Return the documents as they stand.

    Of each the adjudicated record counts, else the one person's, else what all of several agree
    on, else the machine's.
    """
    kept, faults = survey(annotations, corpus.values())
    people = {
        name: {agent: record for agent, record in records.items() if agent != ADJUDICATED}
        for name, records in kept.items()
    }
    waiting = {fault.place for fault in unfinished(people, annotations)}
    chosen: dict[str, tuple[str, Annotation]] = {}
    for name, document in corpus.items():
        own = people.get(name, {})
        try:
            if f"document {name}" in waiting:
                chosen[name] = AGREED, settle(own, UNANIMOUS).agreed
            elif ADJUDICATED in kept.get(name, {}):
                chosen[name] = ADJUDICATED, kept[name][ADJUDICATED]
            elif own:
                chosen[name] = HUMAN, next(iter(own.values()))
            else:
                chosen[name] = MACHINE, _read_proposals(preannotated, document)
        except InputRefused as refused:
            faults += refused.faults
    if faults:
        raise InputRefused(faults)
    splits = released_splits(read_ledgers(annotations / _RELEASES).values())
    return _items(corpus, chosen, people, splits, annotations)


def _read_proposals(preannotated: Path, document: Document) -> Annotation:
    """Return the machine's record of a document; raises InputRefused where it does not fit."""
    record = read_annotation(preannotated / f"{document.id}.json")
    if faults := check_annotation(record, document):
        raise InputRefused(faults)
    return record


def _read_version(corpus: Mapping[str, Document], annotations: Path, version: str) -> list[Item]:
    """Return the documents of a released version, with the records it released."""
    edition = read_edition(annotations / _RELEASES, version)
    faults: list[Fault] = []
    for name, record in edition.chosen.items():
        if name not in corpus:
            cure = "Give the INPUT that it was released from."
            faults.append(Fault(f"document {name}", "its document is not in the corpus", cure))
            continue
        for own in (record, *edition.annotators[name].values()):
            faults += check_annotation(own, corpus[name])
    if faults:
        raise InputRefused(faults)
    chosen = {
        name: (record.agent if record.agent in (MACHINE, ADJUDICATED) else HUMAN, record)
        for name, record in edition.chosen.items()
    }
    splits = {name: entry["split"] for name, entry in edition.ledger["documents"].items()}
    return _items(corpus, chosen, edition.annotators, splits, annotations)


def _items(
    corpus: Mapping[str, Document],
    chosen: Mapping[str, tuple[str, Annotation]],
    people: Kept,
    splits: Mapping[str, str],
    annotations: Path,
) -> list[Item]:
    origins = read_origins(annotations, people)
    return [
        Item(
            document=corpus[name],
            status=status,
            record=record,
            split=splits.get(name),
            people=people.get(name, {}),
            origins=origins.get(name, {}),
        )
        for name, (status, record) in sorted(chosen.items())
    ]
