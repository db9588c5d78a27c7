"""Every state a record had when it was collected: `annotations/<agent>/history/<document>.jsonl`.

A line is the record as it was confirmed, or `{"withdrawn": TIME}`: what was confirmed at that time
is confirmed no longer. Lines are only added, the newest last; the last record among them is the
last confirmed state.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from pipeline.errors import Fault, InputRefused
from pipeline.model import Annotation
from pipeline.records import parse_annotation, to_json

State: TypeAlias = Annotation | str
"""A confirmed record, or the time of a confirmation that was taken back."""


def parse_state(line: str, place: str) -> State:
    """Parse one line; raises InputRefused for what is neither a record nor a withdrawal."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict) and row.keys() == {"withdrawn"} and isinstance(row["withdrawn"], str):
        return row["withdrawn"]
    return parse_annotation(line, place)


def render_state(state: State) -> str:
    """Render one line, without its end."""
    row = {"withdrawn": state} if isinstance(state, str) else to_json(state)
    return json.dumps(row, ensure_ascii=False)


def read_states(path: Path) -> list[State]:
    """Return the states of a file, the oldest first; none where there is no file."""
    cure = "Restore the file from git."
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise InputRefused([Fault(str(path), f"is not UTF-8 ({error.reason})", cure)]) from error
    if lines.pop():
        raise InputRefused([Fault(str(path), "its last line is cut", cure)])
    return [parse_state(line, f"{path}, line {n}") for n, line in enumerate(lines, 1)]


def render_states(states: Iterable[State]) -> str:
    """Render a whole file."""
    return "".join(f"{render_state(state)}\n" for state in states)


def add_state(states: Sequence[State], state: State) -> list[State]:
    """Return the states with one more at the end, unless it is the last one already."""
    return [*states] if states[-1:] == [state] else [*states, state]
