"""Every error this package raises on purpose.

TawsimError
├── RequestError      the request itself is wrong (exit code 2)
│   └── InputRefused  bad input data: nothing was written (exit code 2)
└── FindingsError     the work was done as far as it goes; the data need a look (exit code 1)

A message has three parts, in this order: where, what is wrong, how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SHOWN = 20
_LONGEST = 4000  # characters of a place or a cause
# What a terminal obeys or hides: controls, bidi overrides and isolates, half surrogate pairs.
_UNSEEN = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the input: its place, its cause, and the cure."""

    place: str
    cause: str
    cure: str

    def __str__(self) -> str:
        return f"{_seen(self.place)}: {_seen(self.cause)}. {self.cure}"


def _seen(words: str) -> str:
    """Return words fit for a terminal: cut where very long, what cannot be seen as its code."""
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST]}…"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", words)


class TawsimError(Exception):
    """The root: catch this to catch everything raised on purpose."""

    exit_code = 2


class RequestError(TawsimError):
    """The request cannot be carried out as asked."""

    def __init__(self, place: str, cause: str, cure: str) -> None:
        super().__init__(str(Fault(place, cause, cure)))


class InputRefused(RequestError):
    """Input that breaks its contract; lists every fault found, and nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        TawsimError.__init__(self, _list(self.faults))


class FindingsError(TawsimError):
    """Work done, with findings a person must look at."""

    exit_code = 1

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(_list(self.faults))


def _list(faults: Sequence[Fault]) -> str:
    """Name the first faults a line each, and count the rest; `.faults` holds them all."""
    lines = [str(fault) for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"… and {len(faults) - _SHOWN} more ({len(faults)} in all)")
    return "\n".join(lines)


@contextmanager
def placed(path: Path) -> Iterator[None]:
    """Let an OSError that names no file name this one: opening names it, writing does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.strerror = error.strerror or str(error)
            error.filename = str(path)
        raise
