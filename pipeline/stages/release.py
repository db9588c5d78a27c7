"""`tawsim release`: the best record of every document, as a dataset that `load_dataset` reads."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.dataset.card import SplitSize, render_card
from pipeline.dataset.features import NER, SPANS, features_of
from pipeline.dataset.ledger import ledger_of, read_ledger, write_ledger
from pipeline.dataset.rows import Released, ner_rows, spans_rows
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Document
from pipeline.records import check_annotation, read_annotation
from pipeline.scheme import load_scheme

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_PSEUDONYM = re.compile(r"a\d{2,}")
_HUMAN = "human"
_ROWS: Mapping[str, Callable[[Iterable[Released]], Iterator[dict[str, Any]]]] = {
    SPANS: spans_rows,
    NER: ner_rows,
}


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """Where the release is, what names its content, and whether it was there already."""

    folder: Path
    content_sha256: str
    sources: tuple[str, ...]
    rows: Mapping[str, int]
    existed: bool


def release(
    version: str,
    documents: Sequence[Document],
    preannotated: Path,
    annotations: Path,
    releases: Path,
    from_: str | None = None,
) -> ReleaseReport:
    """Build `releases/<version>/` and the ledger `annotations/releases/<version>.json`.

    Per document the adjudicated record is read, else the single human one, else the machine's;
    `from_` (`adjudicated`, `human`, `machine` or a pseudonym) reads that source alone. Raises
    InputRefused with every fault, and RequestError for a version that exists with other content;
    then nothing is written.
    """
    if not _VERSION.fullmatch(version):
        raise RequestError(f"version {version!r}", "not of the form 1.2.3", "Give VERSION=0.1.0.")
    if from_ and from_ not in (ADJUDICATED, _HUMAN, MACHINE) and not _PSEUDONYM.fullmatch(from_):
        cure = "Name adjudicated, human, machine or an annotator (a01)."
        raise RequestError(f"FROM={from_}", "no such source", cure)
    released = choose_records(documents, preannotated, annotations, from_)
    ledger = ledger_of(version, load_scheme().guideline, released)
    folder, ledger_file = releases / version, annotations / "releases" / f"{version}.json"
    copy = folder / "release.json"
    for existing in (ledger_file, copy):
        earlier = read_ledger(existing)
        if earlier and earlier["content_sha256"] != ledger["content_sha256"]:
            cause = "this version is released already, with other content"
            raise RequestError(str(existing), cause, "Choose the next version number.")
    existed = copy.is_file()
    if not existed:
        _build(folder, version, released, ledger)
    if read_ledger(ledger_file) is None:
        write_ledger(ledger_file, ledger)
    rows = {config: _count_rows(folder / config) for config in _ROWS}
    sources = tuple(sorted({item.layer_source for item in released}))
    return ReleaseReport(folder, ledger["content_sha256"], sources, rows, existed)


def choose_records(
    documents: Sequence[Document], preannotated: Path, annotations: Path, from_: str | None
) -> list[Released]:
    """Return the chosen record of each document, checked against its text, in order of ids."""
    released: list[Released] = []
    faults: list[Fault] = []
    for document in sorted(documents, key=lambda document: document.id):
        try:
            path = _choose(document.id, preannotated, annotations, from_)
            record = read_annotation(path)
        except InputRefused as refused:
            faults.extend(refused.faults)
            continue
        faults.extend(check_annotation(record, document))
        faults.extend(_check_origin(record, document, path, preannotated))
        released.append(Released(document, record, "train"))
    if not documents:
        faults.append(Fault("release", "there are no documents", "Ingest some first."))
    if faults:
        raise InputRefused(faults)
    return released


def _check_origin(
    record: Annotation, document: Document, path: Path, preannotated: Path
) -> Iterator[Fault]:
    """Yield what would make a row say something untrue of its record."""
    agent = MACHINE if path.parent == preannotated else path.parent.name
    if record.agent != agent:
        cause = f"its agent is {record.agent!r}, its folder {path.parent.name!r}"
        yield Fault(str(path), cause, "Move the record to its agent's folder, or mend the agent.")
    if record.dct != document.dct:
        cause = f"its dates count from {record.dct}, the document's DCT is {document.dct}"
        cure = "Mend the DCT, or the record's dates and then its dct."
        yield Fault(str(path), cause, cure)


def _choose(document: str, preannotated: Path, annotations: Path, from_: str | None) -> Path:
    """Return the record file to read; raises InputRefused where there is none, or more than one."""
    name = f"{document}.json"
    humans = [
        folder / name
        for folder in sorted(annotations.glob("a[0-9]*"))
        if _PSEUDONYM.fullmatch(folder.name) and (folder / name).is_file()
    ]
    candidates = {
        ADJUDICATED: [path] if (path := annotations / ADJUDICATED / name).is_file() else [],
        _HUMAN: humans,
        MACHINE: [path] if (path := preannotated / name).is_file() else [],
    }
    if from_ is None:
        found = candidates[ADJUDICATED] or candidates[_HUMAN] or candidates[MACHINE]
    elif from_ in candidates:
        found = candidates[from_]
    else:
        found = [path for path in humans if path.parent.name == from_]
    if len(found) == 1:
        return found[0]
    if not found:
        cause = f"no record of it from {from_ or 'anybody'}"
        cure = "Run `make annotate` or `make collect` first, or choose another FROM."
    else:
        cause = f"{len(found)} people annotated it ({', '.join(p.parent.name for p in found)})"
        cure = "Adjudicate it, or say whose record counts: FROM=a01."
    raise InputRefused([Fault(f"document {document}", cause, cure)])


def _build(
    folder: Path, version: str, released: Sequence[Released], ledger: Mapping[str, Any]
) -> None:
    """Write the release under a temporary name and rename it when it is whole."""
    from datasets import Dataset
    from pyarrow import parquet

    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{version}."))
    try:
        sizes = {}
        for config, rows_of in _ROWS.items():
            table = Dataset.from_list(list(rows_of(released)), features=features_of(config))
            (partial / config).mkdir()
            path = partial / config / "train-00000-of-00001.parquet"
            parquet.write_table(table.data.table.combine_chunks(), path)
            sizes[config] = SplitSize(len(table), table.data.nbytes, path.stat().st_size)
        card = render_card(version, released, ledger, sizes)
        (partial / "README.md").write_text(card, encoding="utf-8")
        write_ledger(partial / "release.json", dict(ledger))
        (partial / "SHA256SUMS").write_text(_checksums(partial), encoding="utf-8")
        partial.chmod(0o755)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial)
        raise


def _checksums(folder: Path) -> str:
    """Return the lines `sha256sum --check` reads, for every file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in files
    )


def _count_rows(folder: Path) -> int:
    from pyarrow import parquet

    return sum(parquet.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
