"""The bench's rows: one measurement each, as a table for people and JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement. `ratio` and `share` compare within the run.

    `ratio` is how many times this row's words a second tawsim's row of the same task has;
    `share` is of the machine's limit; `cores` is processor time over wall time; `seconds` are of
    work that has no words.
    """

    task: str
    tool: str
    words_per_second: float | None = None
    seconds: float | None = None
    ratio: float | None = None
    share: float | None = None
    peak_mib: float | None = None
    cores: float | None = None
    note: str = ""


_HEADS = ("task", "tool", "words/s", "seconds", "ours is", "of limit", "peak MiB", "cores", "note")


def render_table(rows: Sequence[Row]) -> str:
    """Return the rows as lines of aligned columns; what was not measured is left empty."""
    cells = [_HEADS, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADS))]
    lines = []
    for line in cells:
        padded = [
            cell.ljust(width) if column in (0, 1, 8) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    def shown(number: float | None, pattern: str) -> str:
        return "" if number is None else pattern.format(number)

    return (
        row.task,
        row.tool,
        shown(row.words_per_second, "{:,.0f}"),
        shown(row.seconds, "{:.3f}"),
        shown(row.ratio, "{:.2f}x"),
        shown(row.share, "{:.0%}"),
        shown(row.peak_mib, "{:,.0f}"),
        shown(row.cores, "{:.2f}"),
        row.note,
    )


def render_json(rows: Sequence[Row]) -> str:
    """Return the rows as JSON, keys as in `Row`."""
    return json.dumps({"rows": [asdict(row) for row in rows]}, indent=2) + "\n"
