"""Records as Parquet shards: the interchange record in typed columns, a row a document.

Keys that don't apply are null in a column and absent again when read. A shard appears under its
name only when it is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.errors import Fault, InputRefused
from pipeline.files import open_atomically
from pipeline.model import Annotation
from pipeline.records import from_json, to_json
from pipeline.scheme import DATES, ENTITIES, LAYERS, STANCE, load_scheme

# Records held in memory together, and in one row group of a file.
_ROW_GROUP = 1000
_DATE_ATTRIBUTES = ("value", "mod", "quant", "freq", "original_calendar", "value_by")


def shard_schema() -> Any:
    """Return the `pyarrow.Schema` of a shard; its metadata name the guideline version."""
    import pyarrow as pa

    mention = [("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())]
    span = [*mention, ("label", pa.string()), ("score", pa.float64())]
    strings = [(name, pa.string()) for name in _DATE_ATTRIBUTES]
    stance = [(name, pa.string()) for name in ("target", "cue", "rule")]
    layers = {
        ENTITIES: span,
        DATES: [*span, *strings],
        STANCE: [*span, *stance, ("holder", pa.struct(mention))],
    }
    columns = [
        ("document", pa.string()),
        ("text_sha256", pa.string()),
        ("dct", pa.date32()),
        ("agent", pa.string()),
        ("models", pa.struct([(layer, pa.string()) for layer in LAYERS])),
        *((name, pa.string()) for name in ("guideline", "based_on", "confirmed_at")),
        *((layer, pa.list_(pa.struct(layers[layer]))) for layer in LAYERS),
    ]
    return pa.schema(columns, metadata={"tawsim.guideline": load_scheme().guideline})


def write_shard(path: Path, records: Iterable[Annotation]) -> None:
    """Write records as one Parquet file; when a record or the disk fails, nothing is left."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = shard_schema()
    remaining = iter(records)
    with open_atomically(path) as file, ParquetWriter(file, schema) as writer:
        while group := list(islice(remaining, _ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist([*map(_to_row, group)], schema))


def read_shards(paths: Sequence[Path]) -> Iterator[Annotation]:
    """Yield the records of shards, in order; raises InputRefused for a file that is no shard."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    schema = shard_schema()
    for path in paths:
        try:
            with ParquetFile(path) as file:
                if not file.schema_arrow.equals(schema):
                    raise pa.ArrowInvalid("its columns are not those of a record")
                for batch in file.iter_batches(batch_size=_ROW_GROUP):
                    yield from (from_json(_present(row)) for row in batch.to_pylist())
        except (
            pa.ArrowException,
            OSError,
            LookupError,
            OverflowError,
            TypeError,
            ValueError,
        ) as error:
            cure = "Name shards that `tawsim preannotate --shards` wrote, or make them again."
            raise InputRefused([Fault(str(path), f"cannot be read ({error})", cure)]) from error


def _to_row(record: Annotation) -> dict[str, Any]:
    return to_json(record) | {"dct": record.dct}


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's JSON values without its nulls, at every depth."""
    return {key: _plain(value) for key, value in row.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _present(value)
    if isinstance(value, list):
        return [_present(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
