"""Records as Parquet shards: the interchange record in typed columns, a row a document.

Keys that don't apply are null in a column and absent again when read. A shard appears under its
name only when it is whole.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from pipeline.errors import Fault, InputRefused
from pipeline.files import open_atomically
from pipeline.model import Annotation, DateSpan, Entity, Mention, StanceSpan
from pipeline.scheme import DATES, ENTITIES, LAYERS, STANCE, load_scheme

# Records held in memory together, and in one row group of a file.
_ROW_GROUP = 1000
_KINDS: dict[str, type[Mention]] = {ENTITIES: Entity, DATES: DateSpan, STANCE: StanceSpan}
_ALWAYS = ("start", "end", "text", "label", "target")
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
            writer.write_table(pa.Table.from_arrays(_to_columns(group, schema), schema=schema))


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
                    with _collector_still():
                        records = list(_to_records(batch))
                    yield from records
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


@contextmanager
def _collector_still() -> Iterator[None]:
    """Keep the garbage collector still while a row group is read.

    Its spans have no cycles, and to walk through them again and again takes as long as the rest.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _to_columns(records: Sequence[Annotation], schema: Any) -> list[Any]:
    """Return records as arrays: a layer's spans are written as one, whosever they are."""
    import pyarrow as pa

    columns = []
    for field in schema:
        values = [getattr(record, field.name) for record in records]
        if field.name in LAYERS:
            ends = pa.array([0, *accumulate(map(len, values))], pa.int32())
            spans = _to_structs([*chain.from_iterable(values)], field.type.value_type)
            columns.append(pa.ListArray.from_arrays(ends, spans, type=field.type))
        elif field.name == "models":
            columns.append(pa.array([models or None for models in values], field.type))
        else:
            columns.append(pa.array(values, field.type))
    return columns


def _to_structs(spans: Sequence[Any], kind: Any) -> Any:
    """Return spans, or holders where there are some, as one array."""
    import pyarrow as pa

    absent = [span is None for span in spans]
    children = []
    for field in kind:
        if any(absent):
            values = [None if span is None else getattr(span, field.name) for span in spans]
        else:
            values = list(map(attrgetter(field.name), spans))
        nested = pa.types.is_struct(field.type)
        children.append(_to_structs(values, field.type) if nested else pa.array(values, field.type))
    mask = pa.array(absent, pa.bool_())
    return pa.StructArray.from_arrays(children, fields=list(kind), mask=mask)


def _to_records(batch: Any) -> Iterator[Annotation]:
    """Yield a batch's records; raises ValueError where one lacks what every record has."""
    names = batch.schema.names
    columns = [
        _to_spans(column, _KINDS[name]) if name in _KINDS else column.to_pylist()
        for name, column in zip(names, batch.columns, strict=True)
    ]
    for values in zip(*columns, strict=True):
        row = dict(zip(names, values, strict=True))
        if None in (row["document"], row["text_sha256"], row["agent"], row["guideline"]):
            raise ValueError("a record lacks its document, digest, agent or guideline")
        models = row.pop("models") or {}
        yield Annotation(models={k: v for k, v in models.items() if v is not None}, **row)


def _to_spans(layer: Any, kind: type[Mention]) -> Iterator[tuple[Mention, ...]]:
    """Yield each record's spans of a layer."""
    structs = layer.flatten()
    if layer.null_count or structs.null_count:
        raise ValueError("a record lacks a layer, or has a span that is none")
    remaining = iter(_from_structs(structs, kind))
    for count in layer.value_lengths().to_pylist():
        yield tuple(islice(remaining, count))


def _from_structs(structs: Any, kind: type[Mention]) -> list[Any]:
    """Return a span a struct, None where it is null."""
    spans: list[Any] = [object.__new__(kind) for _ in range(len(structs))]
    for field, column in zip(structs.type, structs.flatten(), strict=True):
        if field.name in _ALWAYS and column.null_count > structs.null_count:
            raise ValueError(f"a span lacks its {field.name}")
        nested = field.name == "holder"
        values = _from_structs(column, Mention) if nested else column.to_pylist()
        # A frozen span sets its fields in a call each, which would take longer than all else here:
        # a column of values goes straight into the spans' slots.
        deque(map(getattr(kind, field.name).__set__, spans, values), maxlen=0)
    if structs.null_count:
        present = structs.is_valid().to_pylist()
        return [span if there else None for span, there in zip(spans, present, strict=True)]
    return spans
