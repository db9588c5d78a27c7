"""Reading a text from left to right: the longest expression at each place that may begin one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.annotators.dates.context import is_no_date
from pipeline.annotators.dates.lengths import in_one_unit, read_length
from pipeline.annotators.dates.lexemes import Lexeme, Lexemes, plays
from pipeline.annotators.dates.meaning import Length, Meaning, Moment, Reading, Vague
from pipeline.annotators.dates.points import read_point
from pipeline.annotators.dates.ranges import (
    complete_ranges,
    continues_list,
    read_list,
    read_second_century,
    read_second_day,
)
from pipeline.annotators.dates.sets import read_every
from pipeline.arabic.script import MARK, NUMBER

# The most of each unit counted from the DCT, about a thousand years; an hour has no DCT to count
# from. What is farther, or shorter, stays a DURATION.
_FARTHEST = {"D": 366_000, "W": 52_000, "M": 12_000, "Y": 1_000, "DE": 100, "CE": 10}
_AFTER_NUMBER = "-–،.,"


def read_readings(lexemes: Lexemes) -> list[Reading]:
    """Return every expression of a text in order, ranges completed."""
    return complete_ranges(lexemes, list(_read_all(lexemes)))


def _read_all(lexemes: Lexemes) -> Iterator[Reading]:
    place, count = 0, len(lexemes) - 2
    while place < count:
        lexeme = lexemes[place]
        starts = plays(lexeme, _STARTS) and not _is_idle_number(lexeme, lexemes[place + 1])
        found, place = _read_at(lexemes, place) if starts else ([], place + 1)
        yield from found


def _is_idle_number(lexeme: Lexeme, following: Lexeme) -> bool:
    """Tell at a glance that a short number begins nothing: keeps columns of digits cheap."""
    if lexeme.kind != NUMBER or len(lexeme.key) > 3:
        return False
    if following.kind == MARK:
        return following.key not in _AFTER_NUMBER or not following.key
    return not following.senses or (following.kind == NUMBER and not following.clitic)


def _read_at(lexemes: Lexemes, place: int) -> tuple[list[Reading], int]:
    """Return the readings that start here, and where to go on.

    It is the longest one, or a range's several; what is no date is stepped over whole.
    """
    lexeme = lexemes[place]
    may_list = plays(lexeme, _LISTED) and not continues_list(lexemes, place)
    listed = read_list(lexemes, place) if may_list else None
    if listed:
        return listed, listed[-1].after
    following = lexemes[place + 1]
    alone = following.kind == NUMBER or following.key in ("،", ",")
    if lexeme.kind == NUMBER and len(lexeme.key) <= 3 and alone:
        return [], place + 1
    best: tuple[int, Meaning] | None = None
    for roles, read in _READERS:
        found = read(lexemes, place) if plays(lexeme, roles) else None
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None or is_no_date(lexemes, place, *best):
        return [], best[0] if best else place + 1
    reading = Reading(place, *best)
    second = read_second_day(lexemes, reading) or read_second_century(lexemes, reading)
    readings = [reading, *second]
    return readings, readings[-1].after


def _read_length(lexemes: Lexemes, place: int) -> tuple[int, Meaning] | None:
    """Read a duration; `العام الماضي` after `على مدار` is one."""
    whole = place > 0 and "before_whole" in lexemes[place - 1].senses
    point = read_point(lexemes, place) if whole else None
    if point and point[1].unit and point[1] == Moment(unit=point[1].unit, offset=point[1].offset):
        return point[0], Length(((point[1].unit, "1"),))
    return read_length(lexemes, place)


def _read_vague(lexemes: Lexemes, place: int) -> tuple[int, Meaning] | None:
    senses = lexemes[place].senses
    value = senses.get("vague")
    if value is None and place and lexemes[place - 1].key == "في":
        value = senses.get("vague_in")
    return (place + 1, Vague(value)) if value else None


def _read_ago(lexemes: Lexemes, place: int) -> tuple[int, Meaning] | None:
    """Read an exact count from the DCT with its `قبل` or `بعد` (`قبل ثلاثة أيام`)."""
    if place and "link_on" in lexemes[place - 1].senses:
        return None  # `على بعد خمسة أميال`
    sign = -1 if lexemes[place].key == "قبل" else 1
    found = read_length(lexemes, place + 1)
    exact = in_one_unit(found[1]) if found and not found[1].mod else None
    if found is None or exact is None:
        return None
    after, (unit, count) = found[0], exact
    after += "link_only" in lexemes[after].senses
    if "link_of" in lexemes[after].senses or "link_on" in lexemes[after].senses:
        if "link_now" not in lexemes[after + 1].senses:
            return None
        after += 2
    if count > _FARTHEST.get(unit, 0):
        return None
    return after, Moment(unit=unit, offset=sign * count)


# The roles a first lexeme must play for a reader to be tried; of equal readings the first counts.
_COUNTS = ("cardinal", "multiplier", "double", "digits")
_LISTED = frozenset({*_COUNTS, "ordinal", "unit"})
_POINTS = (
    "weekday", "unit", "part", "adverb", "day", "ordinal", "first", "cardinal", "this", "digits",
    "fraction", "decade", "month", "hijri", "season", "edge", "approx", "within", "weekend",
)  # fmt: skip
_LENGTHS = (*_COUNTS, "unit", "approx", "few", "fraction", "stretch", "ordinal")
_READERS: tuple[tuple[frozenset[str], Callable[[Lexemes, int], tuple[int, Meaning] | None]], ...]
_READERS = (
    (frozenset({*_COUNTS, "every", "each", "times", "unit"}), read_every),
    (frozenset({"before_ago"}), _read_ago),
    (frozenset({*_LENGTHS, "this"}), _read_length),
    (frozenset(_POINTS), read_point),
    (frozenset({"vague", "vague_in"}), _read_vague),
)
_STARTS = frozenset().union(*(roles for roles, _ in _READERS))
