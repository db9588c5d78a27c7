"""The annotator of the `dates` layer: a document's TIMEX3 spans with values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.annotators.dates.context import ends_sentence, is_no_date, speaks_of_future
from pipeline.annotators.dates.days import is_mark, read_day_number, skip
from pipeline.annotators.dates.lengths import (
    in_one_unit,
    number_text,
    read_every,
    read_length,
    timex_duration,
)
from pipeline.annotators.dates.lexemes import Lexeme, Lexemes, plays, read_lexemes
from pipeline.annotators.dates.meaning import Every, Length, Meaning, Moment, Vague
from pipeline.annotators.dates.numbers import digits_value, read_cardinal, whole
from pipeline.annotators.dates.points import read_point
from pipeline.annotators.dates.resolve import resolve
from pipeline.annotators.dates.script import MARK, NUMBER
from pipeline.annotators.dates.timex import is_timex_value
from pipeline.model import MACHINE, DateSpan, Document

_MOST_LISTED = 6
_DAYS = range(1, 32)
_AFTER_NUMBER = "-–،.,"
_LONGEST_ZONE = 4  # lexemes: `بالتوقيت الصيفي البريطاني`


class Reading(NamedTuple):
    """Lexemes `first` up to `after`, and what they mean."""

    first: int
    after: int
    meaning: Meaning


def annotate_dates(document: Document) -> tuple[DateSpan, ...]:
    """Return the date spans of a document, in order, resolved against its DCT."""
    lexemes = read_lexemes(document.text)
    readings = _complete_ranges(lexemes, list(_read_all(lexemes)))
    spans: list[DateSpan] = []
    day: str | None = None
    place = 0
    for reading in readings:
        if any(ends_sentence(lexeme) for lexeme in lexemes[place : reading.first]):
            day = None
        place = reading.after
        span = _to_span(document, lexemes, reading, day)
        if span is not None:
            spans.append(span)
            day = _named_day(span) or day
    return tuple(spans)


def _named_day(span: DateSpan) -> str | None:
    value = span.value or ""
    return value[:10] if span.label in ("DATE", "TIME") and len(value) >= 10 else None


def _to_span(
    document: Document, lexemes: Lexemes, reading: Reading, day: str | None
) -> DateSpan | None:
    start, end = lexemes[reading.first].start, lexemes[reading.after - 1].end
    meaning = reading.meaning
    mod = quant = freq = original = None
    if isinstance(meaning, Moment):
        future = speaks_of_future(lexemes, reading.first, reading.after)
        found = resolve(meaning, document.dct, future, day)
        if found is None:
            return None
        label, (value, mod, original) = "TIME" if meaning.is_time else "DATE", found
    elif isinstance(meaning, Length):
        label, value, mod = "DURATION", timex_duration(meaning), meaning.mod
    elif isinstance(meaning, Every):
        label, (value, quant, freq) = "SET", meaning
    else:
        label, value = "DATE", meaning.value
    if not is_timex_value(value, label):
        return None
    return DateSpan(
        start=start,
        end=end,
        text=document.text[start:end],
        label=label,
        value=value,
        mod=mod,
        quant=quant,
        freq=freq,
        original_calendar=original,
        value_by=MACHINE,
    )


def _read_all(lexemes: Lexemes) -> Iterator[Reading]:
    place, count = 0, len(lexemes) - 2
    while place < count:
        lexeme = lexemes[place]
        starts = plays(lexeme, _STARTS) and not _is_idle_number(lexeme, lexemes[place + 1])
        found = _read_at(lexemes, place) if starts else []
        yield from found
        place = found[-1].after if found else place + 1


def _is_idle_number(lexeme: Lexeme, following: Lexeme) -> bool:
    """Tell at a glance that a short number begins nothing: keeps columns of digits cheap."""
    if lexeme.kind != NUMBER or len(lexeme.key) > 3:
        return False
    if following.kind == MARK:
        return following.key not in _AFTER_NUMBER or not following.key
    return not following.senses or (following.kind == NUMBER and not following.clitic)


def _read_at(lexemes: Lexemes, place: int) -> list[Reading]:
    """Return the readings that start here: the longest one, or a range's several."""
    lexeme = lexemes[place]
    may_list = plays(lexeme, _LISTED) and not _continues_list(lexemes, place)
    listed = _read_list(lexemes, place) if may_list else None
    if listed:
        return listed
    if lexeme.kind == NUMBER and len(lexeme.key) <= 3 and lexemes[place + 1].key in ("،", ","):
        return []
    best: tuple[int, Meaning] | None = None
    for roles, read in _READERS:
        found = read(lexemes, place) if plays(lexeme, roles) else None
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None or is_no_date(lexemes, place, *best):
        return []
    reading = Reading(place, *best)
    return [reading, *_read_second_day(lexemes, reading)]


def _read_second_day(lexemes: Lexemes, reading: Reading) -> list[Reading]:
    """Read the second day of a month-first range (`يوليو 13-15`)."""
    day, after = reading.meaning, reading.after
    if not (isinstance(day, Moment) and day.day and day.month):
        return []
    value = whole(lexemes[after + 1]) if is_mark(lexemes[after], "-–") else None
    if whole(lexemes[after - 1]) != day.day or value not in _DAYS:
        return []
    return [Reading(after + 1, after + 2, replace(day, day=value))]


def _read_length(lexemes: Lexemes, place: int) -> tuple[int, Meaning] | None:
    """Read a duration; `العام الماضي` after `على مدار` is one."""
    whole = place > 0 and "before_whole" in lexemes[place - 1].senses
    point = read_point(lexemes, place) if whole else None
    if (
        point
        and isinstance(point[1], Moment)
        and point[1].unit
        and point[1] == Moment(unit=point[1].unit, offset=point[1].offset)
    ):
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
    if "before_ago" not in lexemes[place].senses:
        return None
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
    if unit in ("S", "MI", "H"):
        return None
    return after, Moment(unit=unit, offset=sign * count)


def _read_list(lexemes: Lexemes, place: int) -> list[Reading]:
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


def _continues_list(lexemes: Lexemes, place: int) -> bool:
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
        after = skip(lexemes, place + 1, "link_to")
        return after
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


def _complete_ranges(lexemes: Lexemes, readings: list[Reading]) -> list[Reading]:
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
