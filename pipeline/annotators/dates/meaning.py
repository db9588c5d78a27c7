"""What an expression means before it meets the DCT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point or calendar period, as far as the words say.

    `unit` and `offset` are an anchor counted from the DCT (`W`, +1: next week); finer fields stand
    inside it. `bias` is what الماضي (-1), الحالي (0) or المقبل (+1) says of a name without a year.
    `nth` counts inside the coarser field (-1: the last). `part` and `hour` make it a TIME;
    a `short_year` has two digits.
    """

    century: int | None = None
    decade: int | None = None
    year: int | None = None
    period: str | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    nth_unit: str | None = None
    unit: str | None = None
    offset: int = 0
    bias: int | None = None
    part: str | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    mod: str | None = None
    short_year: bool = False
    hijri: bool = False
    before_era: bool = False
    equals: Moment | None = None

    @property
    def is_time(self) -> bool:
        """Whether it is a TIME, not a DATE."""
        return self.part is not None or self.hour is not None

    @property
    def is_day(self) -> bool:
        """Whether it names one day, so that an hour may stand beside it."""
        return (
            self.day is not None
            or self.weekday is not None
            or (self.unit == "D")
            or (self.nth_unit == "D")
        )


class Length(NamedTuple):
    """A duration: amounts by unit in written order; a count is digits or X."""

    amounts: tuple[tuple[str, str], ...]
    mod: str | None = None


class Every(NamedTuple):
    """A set of times."""

    value: str
    quant: str | None = None
    freq: str | None = None


class Vague(NamedTuple):
    """A reference to the present, past or future."""

    value: str


Meaning = Moment | Length | Every | Vague


class Reading(NamedTuple):
    """Lexemes `first` up to `after`, and what they mean."""

    first: int
    after: int
    meaning: Meaning


class Value(NamedTuple):
    """A TIMEX3 value with its mod and Hijri form."""

    value: str
    mod: str | None = None
    original: str | None = None


def choose(
    candidates: Iterable[int],
    key: Callable[[int], tuple[int, ...]],
    now: tuple[int, ...],
    bias: int | None,
    future: bool,
) -> int | None:
    """Return the candidate that `bias`, or else the tense, picks against `now`."""
    ordered = sorted(candidates)
    if bias is None:
        past = [c for c in ordered if key(c) <= now]
        ahead = [c for c in ordered if key(c) >= now]
        return (ahead[0] if ahead else None) if future else (past[-1] if past else None)
    if bias == 0:
        return next((c for c in ordered if c == now[0]), None)
    side = [c for c in ordered if (key(c) < now if bias < 0 else key(c) > now)]
    place = bias if bias < 0 else bias - 1
    return side[place] if len(side) >= abs(bias) else None
