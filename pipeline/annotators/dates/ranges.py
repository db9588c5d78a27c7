"""Ranges and lists: several numbers that share what only the last one says.

`13 إلى 15 تموز` and `5 و10 سنوات` are two spans, each with its full value (guidelines, ranges).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.annotators.dates.context import is_no_date
from pipeline.annotators.dates.days import read_day_number
from pipeline.annotators.dates.lengths import number_text, read_length
from pipeline.annotators.dates.lexemes import Lexeme, Lexemes
from pipeline.annotators.dates.meaning import Length, Moment, Reading
from pipeline.annotators.dates.months import is_mark, skip
from pipeline.annotators.dates.numbers import (
    digits_value,
    joined,
    read_cardinal,
    read_ordinal,
    whole,
)
from pipeline.annotators.dates.points import read_point

_MOST_LISTED = 6
_DAYS = range(1, 32)
_LONGEST_ZONE = 4  # lexemes: `بالتوقيت الصيفي البريطاني`


def read_second_day(lexemes: Lexemes, reading: Reading) -> list[Reading]:
    """Read the second day of a month-first range (`يوليو 13-15`)."""
    day, after = reading.meaning, reading.after
    if not (isinstance(day, Moment) and day.day and day.month):
        return []
    value = whole(lexemes[after + 1]) if is_mark(lexemes[after], "-–") else None
    if whole(lexemes[after - 1]) != day.day or value not in _DAYS:
        return []
    return [Reading(after + 1, after + 2, replace(day, day=value))]


def read_second_century(lexemes: Lexemes, reading: Reading) -> list[Reading]:
    """Read the second of `القرنين الثامن عشر والتاسع عشر`."""
    first = reading.meaning
    dual = lexemes[reading.first].senses.get("unit") == ("CE", 2)
    place = joined(lexemes, reading.after) if dual else None
    number = read_ordinal(lexemes, place) if place is not None else None
    if place is None or number is None or not isinstance(first, Moment):
        return []
    return [Reading(place, number[0], replace(first, century=number[1] - 1))]


def read_list(lexemes: Lexemes, place: int) -> list[Reading]:
    """Read numbers that share what follows the last (`13 إلى 15 تموز`, `5 و10 سنوات`)."""
    parts: list[tuple[int, int, float]] = []
    at = place
    while len(parts) < _MOST_LISTED:
        named = not parts and lexemes[at].senses.get("unit") in (("D", 1), ("D", 2))
        number = read_day_number(lexemes, at + named) or _number(lexemes, at)
        following = _after_connective(lexemes, number[0]) if number else None
        if number is None or following is None:
            break
        parts.append((at, number[0], number[1]))
        at = following
    if not 0 < len(parts) < _MOST_LISTED:
        return []
    return _share_day(lexemes, parts, at) or _share_unit(lexemes, parts, at)


def continues_list(lexemes: Lexemes, place: int) -> bool:
    """Tell whether a list that holds this number was already tried from its beginning."""
    if place == 0:
        return False
    before = place - 1 if lexemes[place].clitic == "و" else place - 2
    joined_to = before >= 0 and _after_connective(lexemes, before + 1) == place
    return joined_to and whole(lexemes[before]) in _DAYS


def _number(lexemes: Lexemes, place: int) -> tuple[int, float] | None:
    found = read_cardinal(lexemes, place)
    return found if found and found[1] < 1000 else None


def _after_connective(lexemes: Lexemes, place: int) -> int | None:
    lexeme = lexemes[place]
    if "link_to" in lexeme.senses or "link_and" in lexeme.senses or is_mark(lexeme, "-–،"):
        return skip(lexemes, place + 1, "link_to")
    return place if lexeme.clitic == "و" and (digits_value(lexeme) or lexeme.article) else None


def _share_day(
    lexemes: Lexemes, parts: Sequence[tuple[int, int, float]], place: int
) -> list[Reading]:
    last = read_point(lexemes, place)
    if last is None or last[1].day is None or last[1].weekday or last[1].is_time:
        return []
    if not (last[1].month or last[1].unit == "M"):
        return []
    if any(value > 31 or value % 1 for _, _, value in parts):
        return []
    days = [
        Reading(first, after, replace(last[1], day=int(value), equals=None))
        for first, after, value in parts
    ]
    return [*days, Reading(place, *last)]


def _share_unit(
    lexemes: Lexemes, parts: Sequence[tuple[int, int, float]], place: int
) -> list[Reading]:
    last = read_length(lexemes, place)
    if last is None or len(last[1].amounts) != 1 or read_cardinal(lexemes, place) is None:
        return []
    if is_no_date(lexemes, parts[0][0], last[0], last[1]):
        return []
    unit = last[1].amounts[0][0]
    lengths = [
        Reading(first, after, Length(((unit, number_text(value)),)))
        for first, after, value in parts
    ]
    return [*lengths, Reading(place, *last)]


def complete_ranges(lexemes: Lexemes, readings: list[Reading]) -> list[Reading]:
    """Give the first of two joined points what only the second names: year, part of day, day."""
    for index in range(len(readings) - 2, -1, -1):
        one, two = readings[index], readings[index + 1]
        if not (isinstance(one.meaning, Moment) and isinstance(two.meaning, Moment)):
            continue
        if _is_zoned(lexemes, one, two):
            day = replace(two.meaning, part=one.meaning.part, mod=one.meaning.mod)
            clock = one.meaning
            readings[index] = one._replace(
                meaning=replace(day, hour=clock.hour, minute=clock.minute, second=clock.second)
            )
        if not _are_joined(lexemes, one.after, two.first):
            continue
        readings[index] = one._replace(meaning=_completed(one.meaning, two.meaning))
    return readings


def _is_zoned(lexemes: Lexemes, one: Reading, two: Reading) -> bool:
    """Tell whether only the name of a time zone stands between an hour and its day."""
    if not (isinstance(one.meaning, Moment) and isinstance(two.meaning, Moment)):
        return False
    hour = one.meaning.hour is not None and not one.meaning.is_day
    near = 0 < two.first - one.after <= _LONGEST_ZONE
    zone = "zone" in lexemes[one.after].senses
    return hour and near and zone and two.meaning.is_day and not two.meaning.is_time


def _are_joined(lexemes: Lexemes, after: int, first: int) -> bool:
    between: list[Lexeme] = list(lexemes[after:first])
    if not between:
        return lexemes[first].clitic.startswith("و")
    return len(between) == 1 and (
        "link_to" in between[0].senses
        or "link_and" in between[0].senses
        or is_mark(between[0], "-–")
    )


def _completed(one: Moment, two: Moment) -> Moment:
    if one.hour is not None and two.hour is not None and one.part is None and two.part:
        return replace(one, part=two.part)
    same_kind = (one.day is None) == (two.day is None) and one.hijri == two.hijri
    if one.month and two.month and same_kind and one.year is None and one.unit is None:
        if one.bias is None and two.year is not None:
            wraps = (one.month, one.day or 0) > (two.month, two.day or 0)
            return replace(one, year=two.year - wraps)
        if one.bias is None and two.unit == "Y":
            return replace(one, unit=two.unit, offset=two.offset)
    return one
