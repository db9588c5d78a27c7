"""Memory and order of `tawsim preannotate` over many short documents, each run a process.

A one-layer model of random weights shows what streaming holds on to; the embedded model what an
annotator's machine needs. One document of a megabyte without a space must not slow the others.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.children import Run, run_module
from tests.bench.made import SHORT, write_short
from tests.bench.table import Row
from tests.random_bert import CAMEL_MODEL

_ONE_LAYER = ("1", "128", "2")


def measure_memory(folder: Path, sizes: tuple[int, ...], embedded: int) -> list[Row]:
    """Return a row for each number of documents, the first again with a pathological one."""
    run_module(["tests.random_bert", str(folder / "one"), *_ONE_LAYER])
    model = str(folder / "one" / CAMEL_MODEL)
    runs = {size: _preannotate(folder, size, model) for size in sizes}
    least = runs[sizes[0]].peak_mib
    rows = [
        _row(size, "one layer", run, f"peak {run.peak_mib / least:.2f} of the first")
        for size, run in runs.items()
    ]
    odd = _preannotate(folder, sizes[0], model, pathological=True)
    slower = f"with 1 MB without a space: {odd.seconds / runs[sizes[0]].seconds:.2f} of its time"
    rows.append(_row(sizes[0], "one layer", odd, slower))
    real = _preannotate(folder, embedded, "embedded")
    return [*rows, _row(embedded, "embedded model", real, "")]


def _row(size: int, tool: str, run: Run, note: str) -> Row:
    """Words a second count from the start of the command to its end."""
    return Row(
        task=f"preannotate, {size:,} documents of {SHORT} words",
        tool=tool,
        words_per_second=size * SHORT / run.seconds,
        peak_mib=run.peak_mib,
        cores=run.cores,
        note=note,
    )


def _preannotate(folder: Path, size: int, model: str, *, pathological: bool = False) -> Run:
    source, output = folder / "documents.jsonl", folder / "records.jsonl"
    write_short(source, size, pathological=pathological)
    run = run_module(
        ["pipeline.cli", "preannotate", str(source), "--ner", model, "--output", str(output)]
    )
    with output.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            assert json.loads(line)["document"] == f"d{number}", "a record is out of order"
    assert number + 1 == size, "a record is missing"
    return run
