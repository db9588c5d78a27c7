"""What is measured in one run: `make bench`. Prints a table, writes `build/bench.json`.

`python -m tests.bench server texts` measures those parts alone, and only prints.
BENCH_LONG=1 adds 100,000 documents and 1,000 of the seeds' size, and ten times as many for the
annotation server: some 25 minutes in all.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.files import write_atomically
from tests.bench.chain import measure_chain
from tests.bench.memory import measure_memory
from tests.bench.ner import measure_ner
from tests.bench.page import measure_page
from tests.bench.server import measure_server
from tests.bench.table import Row, render_json, render_table
from tests.bench.texts import measure_texts


def main(names: list[str]) -> None:
    """Measure the parts named, else all: NER first, while this process is small."""
    with tempfile.TemporaryDirectory() as folder:
        parts = _parts(Path(folder), many=bool(os.environ.get("BENCH_LONG")))
        if unknown := sorted(set(names) - parts.keys()):
            sys.exit(f"no part {', '.join(unknown)}; there are {', '.join(parts)}")
        rows = [row for name in names or parts for row in parts[name]()]
    print(render_table(rows))
    if not names:
        write_atomically(Path("build/bench.json"), [render_json(rows)])


def _parts(folder: Path, *, many: bool) -> dict[str, Callable[[], list[Row]]]:
    sizes = (1_000, 10_000, 100_000) if many else (1_000, 10_000)
    return {
        "ner": lambda: measure_ner(folder),
        "memory": lambda: measure_memory(folder, sizes, embedded=1_000),
        "chain": lambda: measure_chain(folder, sizes, long=1_000 if many else 20),
        "server": lambda: measure_server(folder, many=many),
        "page": lambda: measure_page(folder),
        "texts": lambda: measure_texts(Path("seeds")),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
