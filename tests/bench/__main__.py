"""Everything measured in one run: `make bench`. Prints a table, writes `build/bench.json`.

BENCH_LONG=1 adds 100,000 documents and 1,000 of the seeds' size: some 20 minutes in all.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.files import write_atomically
from tests.bench.chain import measure_chain
from tests.bench.memory import measure_memory
from tests.bench.ner import measure_ner
from tests.bench.table import render_json, render_table
from tests.bench.texts import measure_texts


def main() -> None:
    """Measure NER first, while this process is small."""
    many = bool(os.environ.get("BENCH_LONG"))
    sizes = (1_000, 10_000, 100_000) if many else (1_000, 10_000)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure_ner(Path(folder))
        rows += measure_memory(Path(folder), sizes, embedded=1_000)
        rows += measure_chain(Path(folder), sizes, long=1_000 if many else 20)
    rows += measure_texts(Path("seeds"))
    print(render_table(rows))
    write_atomically(Path("build/bench.json"), [render_json(rows)])


if __name__ == "__main__":
    main()
