"""The whole chain, corpus in and Parquet shards out, against the sum of its parts.

`python -m tests.bench.chain chain|parts|parquet SOURCE MODEL` measures in a process of its own, its
model and tables loaded before the clock starts, and prints seconds as JSON; `measure_chain` runs
them all.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from pipeline.annotators.dates import annotate_dates
from pipeline.annotators.ner.backends import load_tagger
from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.annotators.stance import annotate_stance
from pipeline.clause_models import find_clause_model
from pipeline.corpus import read_corpus
from pipeline.engines import annotate_part
from pipeline.model import MACHINE, Annotation, DateSpan, Document, Entity, StanceSpan
from pipeline.records import to_json
from pipeline.scheme import find_target
from pipeline.sharding import Task, preannotate_shards
from pipeline.shards import read_shards, shard_schema, write_shard
from pipeline.stages.preannotate import TOGETHER, Annotate, load_annotate
from pipeline.tokens import split_sentences, tokenize
from tests.bench.children import Run, run_module
from tests.bench.made import write_long, write_short
from tests.bench.ner import product_seconds
from tests.bench.table import Row
from tests.random_bert import CAMEL_MODEL

_SHARD = 1_000  # documents
_ONE_LAYER = ("1", "128", "2")
_PARTS = ("ingest", "entities", "dates", "stance", "Parquet")


def measure_chain(folder: Path, sizes: tuple[int, ...], long: int) -> list[Row]:
    """Return the rows of short documents by number, of `long` ones of the seeds' size, of Parquet.

    Short ones go through a one-layer model of random weights, long ones through the embedded one.
    """
    run_module(["tests.random_bert", str(folder / "chain"), *_ONE_LAYER])
    model, source = str(folder / "chain" / CAMEL_MODEL), folder / "chain.jsonl"
    rows: list[Row] = []
    first: tuple[float, float] | None = None
    for size in sizes:
        words = write_short(source, size)
        run, seconds = _run("chain", source, model)
        _, parts = _run("parts", source, model)
        each, peak = seconds["chain"] / size, run.peak_mib
        first = first or (each, peak)
        grown = f"{each / first[0]:.2f} of the first's time each, {peak / first[1]:.2f} of its peak"
        rows.append(
            _row(f"chain, {size:,} documents of 20 words", words, size, run, seconds, grown)
        )
        rows += _part_rows(words, seconds["chain"], parts)
    words = write_long(source, long)
    run, seconds = _run("chain", source, "embedded")
    rows.append(_row(f"chain, {long:,} of the seeds' size", words, long, run, seconds, "embedded"))
    return [*rows, *_parquet_rows(source, words * _SHARD // long, model)]


def _run(what: str, source: Path, model: str) -> tuple[Run, dict[str, float]]:
    run = run_module(["tests.bench.chain", what, str(source), model])
    return run, json.loads(run.output)


def _row(task: str, words: int, size: int, run: Run, seconds: dict[str, float], note: str) -> Row:
    return Row(
        task=task,
        tool="tawsim",
        words_per_second=words / seconds["chain"],
        share=seconds["limit"] / seconds["chain"],
        peak_mib=run.peak_mib,
        cores=run.cores,
        note=f"{size / seconds['chain']:,.0f} documents/s; {note}",
    )


def _part_rows(words: int, whole: float, parts: dict[str, float]) -> list[Row]:
    total = sum(parts[name] for name in _PARTS)
    shares = ", ".join(f"{name} {parts[name] / total:.0%}" for name in _PARTS)
    tokens = f"tokenising, within entities: {parts['tokenise'] / total:.0%}"
    return [
        Row(
            task="",
            tool="sum of its parts",
            words_per_second=words / total,
            ratio=total / whole,
            note=f"{shares} ({tokens})",
        )
    ]


def _parquet_rows(source: Path, words: int, model: str) -> list[Row]:
    _, seconds = _run("parquet", source, model)
    return [
        Row(
            task=f"Parquet, {what}",
            tool=tool,
            words_per_second=words / seconds[f"{tool} {what}"],
            ratio=None
            if tool == "tawsim"
            else seconds[f"{tool} {what}"] / seconds[f"tawsim {what}"],
        )
        for what in ("write", "read")
        for tool in ("tawsim", "pyarrow")
    ]


def time_chain(source: Path, model: str) -> dict[str, float]:
    """Return the seconds of the whole, and the least its model's products take."""
    tagger = load_tagger(model)
    annotate = load_annotate(tagger)
    _warm_up(annotate, source)

    def engine(tasks: list[Task]) -> Iterator[Task]:
        for task in tasks:
            annotate_part(task, annotate)
            yield task

    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        started = time.perf_counter()
        preannotate_shards(source, Path(folder), _SHARD, "bench", engine)
        seconds = time.perf_counter() - started
    return {"chain": seconds, "limit": _limit(tagger, source)}


def _warm_up(annotate: Annotate, source: Path) -> None:
    """Read tables and lexicons, which is done once whatever the number of documents."""
    records = list(annotate(islice(read_corpus(source), TOGETHER)))
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        write_shard(Path(folder, "part.parquet"), records)


def _limit(tagger: object, source: Path) -> float:
    assert isinstance(tagger, TransformersTagger)
    cut = tagger.classifier.tokenizer
    pieces = sum(len(cut(document.text)["input_ids"]) for document in read_corpus(source))
    return product_seconds(tagger.classifier.model.config, pieces)


def time_parts(source: Path, model: str) -> dict[str, float]:
    """Return the seconds of each part over all documents, each part on its own."""
    tagger, target = load_tagger(model), find_target(None)
    clauses = find_clause_model(target, None)
    _warm_up(load_annotate(tagger), source)
    seconds: Counter[str] = Counter()
    records: list[Annotation] = []

    def write(folder: str) -> None:
        with _timed(seconds, "Parquet"):
            write_shard(Path(folder, "part.parquet"), records)
        records.clear()

    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        corpus = read_corpus(source)
        while True:
            with _timed(seconds, "ingest"):
                group = list(islice(corpus, TOGETHER))
            if not group:
                break
            with _timed(seconds, "entities"):
                entities = annotate_entities(tagger, group)
            with _timed(seconds, "dates"):
                dates = [annotate_dates(document) for document in group]
            with _timed(seconds, "stance"):
                stance = [
                    annotate_stance(d, e, target, clauses)
                    for d, e in zip(group, entities, strict=True)
                ]
            # Once more: entities pay for it above, where its caches are as cold as the chain's.
            with _timed(seconds, "tokenise"):
                for document in group:
                    split_sentences(document.text, tokenize(document.text))
            records += map(_record, group, entities, dates, stance)
            if len(records) >= _SHARD:
                write(folder)
        write(folder)
    return dict(seconds)


def _record(
    document: Document,
    entities: tuple[Entity, ...],
    dates: tuple[DateSpan, ...],
    stance: tuple[StanceSpan, ...],
) -> Annotation:
    return Annotation(
        document=document.id,
        text_sha256=document.sha256,
        agent=MACHINE,
        guideline="1.0",
        models={"entities": "bench", "dates": "bench", "stance": "bench"},
        entities=entities,
        dates=dates,
        stance=stance,
    )


def time_parquet(source: Path, model: str) -> dict[str, float]:
    """Return the seconds of records to a file and back: ours, and pyarrow with the same values.

    A shard's worth of records. pyarrow gets the rows as dictionaries and gives such back; ours
    makes them of records and records of them.
    """
    import pyarrow as pa
    from pyarrow import parquet

    made = list(load_annotate(load_tagger(model))(read_corpus(source)))
    records = list(islice(cycle(made), _SHARD))
    rows = [to_json(record) | {"dct": record.dct} for record in records]
    ours, theirs = source.with_name("ours.parquet"), source.with_name("theirs.parquet")
    work = {
        "tawsim write": lambda: write_shard(ours, records),
        "pyarrow write": lambda: parquet.write_table(
            pa.Table.from_pylist(rows, shard_schema()), theirs
        ),
        "tawsim read": lambda: list(read_shards([ours])),
        "pyarrow read": lambda: parquet.read_table(theirs).to_pylist(),
    }
    seconds: Counter[str] = Counter()
    for name, do in work.items():
        do()
        for _ in range(3):
            with _timed(seconds, name):
                do()
    return dict(seconds)


@contextmanager
def _timed(seconds: Counter[str], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[name] += time.perf_counter() - started


if __name__ == "__main__":
    measure = {"chain": time_chain, "parts": time_parts, "parquet": time_parquet}
    print(json.dumps(measure[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])))
