"""Whether the parts of an archive that is whole, byte for byte, also say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.archive import CROISSANT, DOCUMENTS, RECORDS, RELEASE
from pipeline.archive.payload import json_path, named_rows, render_row
from pipeline.dataset.copies import read_documents, read_release
from pipeline.dataset.features import ANNOTATORS, CONFIGS, SPANS
from pipeline.dataset.folder import LEDGER
from pipeline.dataset.ledger import Ledger
from pipeline.dataset.rows import canonical_line
from pipeline.dataset.splits import SPLITS
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import MACHINE
from pipeline.records import annotation_digest, read_annotation

_CURE = "Make the archive again, from the release and its records."
_Row = dict[str, Any]


def check_contents(folder: Path) -> list[Fault]:
    """Return a fault for each part that contradicts the ledger or another part.

    `folder` is the bag's `data/`. Texts that were withheld, their records' words and a release's
    content hash over them are not there to be checked.
    """
    try:
        ledger = read_release(folder / RELEASE)
    except InputRefused as refused:
        return list(refused.faults)
    except RequestError as error:
        return [Fault(str(folder / RELEASE), str(error), _CURE)]
    withheld = {row["id"] for row in read_documents(folder / RELEASE) if row["text"] is None}
    faults = [
        *_row_faults(folder),
        *_text_faults(folder, ledger, withheld),
        *_record_faults(folder, ledger, withheld),
        *_croissant_faults(folder),
    ]
    if not withheld and content_digest(folder / RELEASE) != ledger["content_sha256"]:
        cause = "its rows do not give the content hash"
        faults.append(Fault(str(folder / RELEASE / LEDGER), cause, _CURE))
    return faults


def content_digest(release: Path) -> str:
    """Return the digest over canonical JSON Lines, as the ledger names it, from the rows."""
    digest = hashlib.sha256()
    documents = merge(*(_lines(release, split) for split in SPLITS))
    for _, line in documents:
        digest.update(line.encode("utf-8"))
    return digest.hexdigest()


def _lines(release: Path, split: str) -> Iterator[tuple[str, str]]:
    """Yield a split's documents by id, each with its canonical line."""
    own = groupby(named_rows(release, ANNOTATORS, split), key=lambda row: row["id"])
    waiting = next(own, None)
    for row in named_rows(release, SPANS, split):
        annotators: list[_Row] = []
        if waiting and waiting[0] == row["id"]:
            annotators = list(waiting[1])
            waiting = next(own, None)
        yield row["id"], canonical_line(split, [row], annotators)


def _row_faults(folder: Path) -> Iterator[Fault]:
    """Yield a fault for each file of JSON Lines that is not the Parquet file's rows."""
    for config in CONFIGS:
        for split in SPLITS:
            path = json_path(folder, config, split)
            rows = map(render_row, named_rows(folder / RELEASE, config, split))
            if not _same_lines(path, rows):
                yield Fault(str(path), "holds other rows than the release", _CURE)


def _same_lines(path: Path, rows: Iterator[str]) -> bool:
    """Tell whether a file's lines hold these rows; where there is no file, there is no row."""
    if not path.is_file():
        return next(rows, None) is None
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            row = next(rows, None)
            if row is None or (row != line and json.loads(row) != _value(line)):
                return False
    return next(rows, None) is None


def _value(line: str) -> object:
    """Return what a JSON line holds, None where it is none."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def _text_faults(folder: Path, ledger: Ledger, withheld: set[str]) -> Iterator[Fault]:
    for name, entry in ledger["documents"].items():
        path = folder / DOCUMENTS / f"{name}.txt"
        if name in withheld:
            if path.exists():
                yield Fault(str(path), "is here, though the release withholds its text", _CURE)
        elif not path.is_file() or _sha256(path) != entry["text_sha256"]:
            yield Fault(str(path), "is not the text that was released", _CURE)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _record_faults(folder: Path, ledger: Ledger, withheld: set[str]) -> Iterator[Fault]:
    """Yield a fault for each record that is not the one its ledger names."""
    for name, entry in ledger["documents"].items():
        named: Mapping[str, str] = {entry["agent"]: entry["record"], **entry.get("annotators", {})}
        for agent, digest in named.items():
            stem = f"{name}.{digest}" if agent == MACHINE else name
            path = folder / RECORDS / agent / f"{stem}.json"
            if not path.is_file():
                yield Fault(str(path), "is missing, though its record was released", _CURE)
            elif name not in withheld and _record_digest(path) != digest:
                yield Fault(str(path), "is not the record that was released", _CURE)


def _record_digest(path: Path) -> str | None:
    """Return a record's digest, None where the file holds no record."""
    try:
        return annotation_digest(read_annotation(path))
    except InputRefused:
        return None


def _croissant_faults(folder: Path) -> Iterator[Fault]:
    path = folder / CROISSANT
    try:
        nodes = json.loads(path.read_text(encoding="utf-8"))["distribution"]
        files = {node["contentUrl"]: node["sha256"] for node in nodes if "contentUrl" in node}
        wrong = [name for name, digest in files.items() if _sha256(folder / name) != digest]
    except (OSError, ValueError, LookupError, TypeError) as error:
        yield Fault(str(path), f"does not describe the release ({error!r})", _CURE)
        return
    for name in wrong:
        yield Fault(str(path), f"describes another {name}", _CURE)
