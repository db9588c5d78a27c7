"""Records as Parquet: what goes in comes out, and other programs read it."""

import gc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.model import Annotation, DateSpan, Entity, Mention, StanceSpan
from pipeline.records import to_json
from pipeline.shards import read_shards, shard_schema, write_shard
from tests.corpora import write_parquet
from tests.examples import annotation
from tests.strategies import texts

offsets = st.integers(0, 2**31 - 1)
optional = st.none() | texts
scores = st.none() | st.floats(0, 1)


def spans(kind, **fields):
    return st.lists(
        st.builds(
            kind, start=offsets, end=offsets, text=texts, label=texts, score=scores, **fields
        ),
        max_size=3,
    ).map(tuple)


attributes = ("value", "mod", "quant", "freq", "original_calendar", "value_by")
records = st.builds(
    Annotation,
    document=texts,
    text_sha256=texts,
    agent=texts,
    guideline=texts,
    dct=st.none() | st.dates(),
    models=st.dictionaries(st.sampled_from(["entities", "dates", "stance"]), texts),
    based_on=optional,
    confirmed_at=optional,
    entities=spans(Entity),
    dates=spans(DateSpan, **dict.fromkeys(attributes, optional)),
    stance=spans(
        StanceSpan,
        target=texts,
        cue=optional,
        rule=optional,
        holder=st.none() | st.builds(Mention, start=offsets, end=offsets, text=texts),
    ),
)


@given(st.lists(records, max_size=4))
def test_records_come_back_as_they_were(tmp_path_factory, given_records):
    path = tmp_path_factory.mktemp("shard") / "part-00000.parquet"
    write_shard(path, given_records)
    assert list(read_shards([path])) == given_records


def test_other_programs_read_the_spans(tmp_path):
    import duckdb
    import polars

    path = tmp_path / "part-00000.parquet"
    record = annotation()
    write_shard(path, [record])
    rows = duckdb.read_parquet(str(path)).project("unnest(entities).text").fetchall()
    assert [text for (text,) in rows] == [entity.text for entity in record.entities]
    (stances,) = polars.read_parquet(path)["stance"].to_list()
    assert stances[0]["holder"]["text"] == record.stance[0].holder.text
    assert stances[0]["score"] is None


def test_a_failing_record_leaves_nothing(tmp_path):
    def broken():
        yield annotation()
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        write_shard(tmp_path / "part-00000.parquet", broken())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled, tmp_path):
    path = tmp_path / "part-00000.parquet"
    write_shard(path, [annotation()] * 2)
    was_enabled = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        for _ in read_shards([path]):
            assert gc.isenabled() == enabled
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_a_file_of_other_columns_is_refused(tmp_path):
    other = write_parquet(tmp_path / "part-00000.parquet", {"id": ["a"], "text": ["b"]})
    with pytest.raises(InputRefused, match="columns are not those of a record"):
        list(read_shards([other]))
    other.write_bytes(b"PAR1 but not really")
    with pytest.raises(InputRefused, match=r"part-00000\.parquet: cannot be read"):
        list(read_shards([other]))


@pytest.mark.parametrize(
    "lack",
    [
        {"document": None},
        {"guideline": None},
        {"entities": None},
        {"entities": [None]},
        {"entities": [{"start": None, "end": 1, "text": "ا", "label": "PER"}]},
        {"stance": [{"start": 0, "end": 1, "text": "ا", "label": "FAVOR"}]},
        {
            "stance": [
                {"start": 0, "end": 1, "text": "ا", "label": "FAVOR", "target": "t"}
                | {"holder": {"start": 0, "end": 1}}
            ]
        },
    ],
)
def test_what_every_record_has_is_never_null(lack, tmp_path):
    path = tmp_path / "part-00000.parquet"
    whole = annotation()
    row = to_json(whole) | {"dct": whole.dct}
    for rows in ([row, row], [row, row | lack]):
        pq.write_table(pa.Table.from_pylist(rows, shard_schema()), path)
        if rows[1] == row:
            assert list(read_shards([path])) == [whole, whole]
    with pytest.raises(InputRefused, match=r"part-00000\.parquet: cannot be read \(.* lacks"):
        list(read_shards([path]))
