"""Everything measured in one run: `make bench`. Prints a table, writes `build/bench.json`.

BENCH_LONG=1 adds the run over 100,000 documents, some minutes more.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.files import write_atomically
from tests.bench.memory import measure_memory
from tests.bench.ner import measure_ner
from tests.bench.table import render_json, render_table
from tests.bench.texts import measure_texts


def main() -> None:
    """Measure NER first, while this process is small."""
    sizes = (1_000, 10_000, 100_000) if os.environ.get("BENCH_LONG") else (1_000, 10_000)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure_ner(Path(folder))
        rows += measure_memory(Path(folder), sizes, embedded=1_000)
    rows += measure_texts(Path("seeds"))
    print(render_table(rows))
    write_atomically(Path("build/bench.json"), [render_json(rows)])


if __name__ == "__main__":
    main()
