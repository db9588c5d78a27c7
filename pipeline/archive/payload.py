"""What goes into an archive beside the release: rows as JSON Lines, texts, records, schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.adjudication.ledger import read_ledger, write_ledger
from pipeline.adjudication.settle import RULES, settle
from pipeline.archive import DOCUMENTS, RECORDS, ROWS, SCHEMAS
from pipeline.dataset.features import CONFIGS, features_of
from pipeline.dataset.folder import parquet_path, read_split
from pipeline.dataset.ledger import Edition
from pipeline.dataset.splits import SPLITS
from pipeline.files import write_atomically
from pipeline.kept import read_origins
from pipeline.model import MACHINE, Annotation
from pipeline.records import annotation_digest, render_record, to_json
from pipeline.scheme import LAYERS, read_schema
from pipeline.sources import METADATA

_DESCRIBED = ("title", "source", "dct", "dct_source", "licence")


def named_rows(release: Path, config: str, split: str) -> Iterator[dict[str, Any]]:
    """Yield a split's rows with the names of labels, as `rows_of` gives them to a release."""
    features = features_of(config)
    for row in read_split(release, config, split):
        yield _named(features, row)


def _named(feature: Any, value: Any) -> Any:
    from datasets import ClassLabel, List

    if value is None:
        return None
    if isinstance(feature, ClassLabel):
        return feature.int2str(value)
    if isinstance(feature, List):
        return [_named(feature.feature, item) for item in value]
    if isinstance(feature, Mapping):
        return {name: _named(feature[name], item) for name, item in value.items()}
    return value


def json_path(folder: Path, config: str, split: str) -> Path:
    """Return where a split's rows are as JSON Lines."""
    return folder / ROWS / config / f"{split}.jsonl"


def render_row(row: Mapping[str, Any]) -> str:
    """Render a row as its JSON line; days are written as 2024-09-28."""
    return json.dumps(row, ensure_ascii=False, default=str) + "\n"


def write_rows(folder: Path, release: Path) -> None:
    """Write every split of every config as JSON Lines."""
    for config in CONFIGS:
        for split in SPLITS:
            if parquet_path(release, config, split).is_file():
                rows = named_rows(release, config, split)
                write_atomically(json_path(folder, config, split), map(render_row, rows))


def write_documents(folder: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the texts of rows of config `spans`, byte for byte as received, and what is known.

    The folder is a corpus that `tawsim` reads; a row without text is left out.
    """
    tables = []
    for row in rows:
        if row["text"] is None:
            continue
        # As bytes, since text files may get other line ends.
        path = folder / DOCUMENTS / f"{row['id']}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(row["text"].encode("utf-8"))
        known = {key: row[key] for key in _DESCRIBED if row[key] is not None}
        lines = [f"{key} = {_toml(value)}\n" for key, value in known.items()]
        head = f"[documents.{_toml(row['id'])}]\n"
        tables.append("".join([head, *lines, f'sha256 = "{row["text_sha256"]}"\n']))
    if tables:
        write_atomically(folder / DOCUMENTS / METADATA, ["\n".join(tables)])


def _toml(value: object) -> str:
    """Render a string or a day in TOML, whose strings escape what JSON's do, and DEL."""
    if not isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def write_records(
    folder: Path, edition: Edition, annotations: Path, withheld: Iterable[str]
) -> None:
    """Write every released record, what people started from, and how it was adjudicated.

    A machine's record has its digest in its name. Records of `withheld` documents go without the
    words of their spans. Raises InputRefused with every origin that `annotations` lacks.
    """
    bare = set(withheld)
    for record in _records(edition, annotations):
        stem = record.document
        if record.agent == MACHINE:
            stem += f".{annotation_digest(record)}"
        values = to_json(record)
        if record.document in bare:
            values |= {layer: [_without_text(span) for span in values[layer]] for layer in LAYERS}
        path = folder / RECORDS / record.agent / f"{stem}.json"
        write_atomically(path, [render_record(values)])
    entries = {
        name: entry
        for name, entry in read_ledger(annotations).items()
        if len(people := edition.annotators.get(name, {})) > 1
        and entry.rule in RULES
        and settle(people, entry.rule).digest == entry.case
    }
    if entries:
        write_ledger(folder / RECORDS, entries)


def _records(edition: Edition, annotations: Path) -> list[Annotation]:
    """Return every record of a version and the machine's that they started from."""
    released = {
        name: {**edition.annotators[name], chosen.agent: chosen}
        for name, chosen in sorted(edition.chosen.items())
    }
    origins = read_origins(annotations, released)
    return [
        record
        for name, records in released.items()
        for record in (*records.values(), *origins[name].values())
    ]


def _without_text(span: Mapping[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in span.items() if key != "text"}
    return bare | ({"holder": _without_text(span["holder"])} if "holder" in span else {})


def write_schemas(folder: Path) -> None:
    """Write what the records follow, as it is in the package."""
    for file in files("pipeline.schemas").iterdir():
        if file.name.endswith((".json", ".toml", ".md")):
            write_atomically(folder / SCHEMAS / file.name, [read_schema(file.name)])
