"""The grammar of whole points in time: any day, period or hour, with the words that set its mod."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.annotators.dates.clocks import add_time, read_clock, read_part_of_day
from pipeline.annotators.dates.days import read_day, read_day_of_month, read_month, read_numeric
from pipeline.annotators.dates.lexemes import Lexemes, plays
from pipeline.annotators.dates.meaning import Moment
from pipeline.annotators.dates.months import (
    Found,
    is_mark,
    read_era,
    read_year,
    read_year_number,
    skip,
)
from pipeline.annotators.dates.periods import (
    read_century,
    read_decade,
    read_nth,
    read_part_of_year,
    read_season,
    read_unit,
    read_weekend,
)
from pipeline.annotators.dates.years import read_bare_year
from pipeline.arabic.script import NUMBER, WORD

_HALF = 2


def read_point(lexemes: Lexemes, place: int) -> Found:
    """Read a point in time with its edge (`نهاية عام 2026`) or approximation (`حوالي الساعة 3`)."""
    senses = lexemes[place].senses
    found = read_weekend(lexemes, place)
    if found:
        return found
    if "edge" in senses and not lexemes[place].article:
        inner = read_plain_point(lexemes, place + 1, bare=True) or _year_after(lexemes, place + 1)
        plain = read_plain_point(lexemes, place, bare=False)
        if inner and (plain is None or plain[0] <= place + 1):
            return inner[0], replace(inner[1], mod=inner[1].mod or senses["edge"])
        return plain
    if senses.get("fraction") == _HALF and not lexemes[place].article:
        month = read_month(lexemes, place + 1)
        return (month[0], replace(month[1], mod="MID")) if month else None
    if senses.get("approx") == "APPROX":
        inner = read_plain_point(lexemes, place + 1, bare=False)
        return (inner[0], replace(inner[1], mod="APPROX")) if inner else None
    if "within" in senses:
        of = skip(lexemes, place + 1, "link_of")
        return read_plain_point(lexemes, of, bare=False) if of > place + 1 else None
    return read_plain_point(lexemes, place, bare=False)


def _year_after(lexemes: Lexemes, place: int) -> Found:
    """Read a year right after an edge word (`نهاية 2026`)."""
    found = read_year_number(lexemes, place, led=False)
    return read_era(lexemes, found[0], Moment(year=found[1])) if found else None


def read_plain_point(lexemes: Lexemes, place: int, *, bare: bool) -> Found:
    """Read a point without edge words, the longest reading first; both calendars are one."""
    lexeme, best = lexemes[place], None
    for roles, read in _READERS:
        found = read(lexemes, place, bare) if plays(lexeme, roles) else None
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return _add_equal(lexemes, *best) if best else None


def _read_timed(lexemes: Lexemes, place: int) -> Found:
    part = read_part_of_day(lexemes, place)
    clock = read_clock(lexemes, place)
    day = read_day(lexemes, place)
    if day:
        day = add_time(lexemes, *day)
    elif clock:
        day = _add_day(lexemes, *clock)
    if part:
        part = _add_clock(lexemes, *part)
    adverb = lexemes[place].senses.get("adverb")
    alone = (place + 1, Moment(part=adverb)) if adverb and part is None else None
    if "part" in lexemes[place].senses:
        alone = None  # `مساء` without tanwin is a noun that lacks its day
    return max((r for r in (part, clock, day, alone) if r), key=lambda r: r[0], default=None)


def _add_clock(lexemes: Lexemes, place: int, moment: Moment) -> tuple[int, Moment]:
    """Add the hour after a part of day (`مساء الجمعة الساعة 8`)."""
    led = lexemes[place].senses.get("unit") == ("H", 1) and lexemes[place].article
    clock = read_clock(lexemes, place) if led else None
    if clock is None:
        return place, moment
    return clock[0], replace(
        moment, hour=clock[1].hour, minute=clock[1].minute, second=clock[1].second
    )


def _add_day(lexemes: Lexemes, place: int, clock: Moment) -> Found:
    """Add the day after an hour (`الساعة العاشرة صباحاً يوم الجمعة`)."""
    if clock.is_day:
        return place, clock
    day = read_day(lexemes, skip(lexemes, place, "link_of"))
    if day is None or not day[1].is_day:
        return place, clock
    return day[0], replace(
        day[1], part=clock.part, hour=clock.hour, minute=clock.minute, second=clock.second
    )


def _read_month_or_year(lexemes: Lexemes, place: int) -> Found:
    month = read_month(lexemes, place)
    return month or read_year(lexemes, place) or read_numeric(lexemes, place)


def _read_placed_unit(lexemes: Lexemes, place: int, bare: bool) -> Found:
    """Read a unit counted from the DCT, with a weekday or day inside it after it."""
    if lexemes[place].senses.get("unit") == ("W", 1) and not lexemes[place].article:
        day = read_day_of_month(lexemes, place + 1)  # `أسبوع 16 سبتمبر`
        return (day[0], replace(day[1], nth_unit="W")) if day else None
    found = read_unit(lexemes, place, bare=bare)
    if found is None or found[1].unit not in ("W", "M", "Y"):
        return found
    after, moment = found
    inner = read_day(lexemes, after) if moment.unit == "W" else None
    if inner and inner[1].weekday and inner[1].bias is None and inner[1].month is None:
        return inner[0], replace(moment, weekday=inner[1].weekday)
    return found


def _add_equal(lexemes: Lexemes, place: int, moment: Moment) -> tuple[int, Moment]:
    """Add the same day in the other calendar (`1 محرم 1446 هـ الموافق 7 يوليو 2024`)."""
    if moment.month is None or moment.is_time:
        return place, moment
    opened = is_mark(lexemes[place], "(")
    after = place + (opened or is_mark(lexemes[place], "،,/-"))
    said = skip(lexemes, after, "link_equals")
    after = said + (said > after and lexemes[said].key == "ل" and lexemes[said].kind == WORD)
    named = lexemes[after].senses.get("unit") == ("D", 1)
    other = read_day(lexemes, after) or read_day_of_month(lexemes, after + named)
    if other is None or other[1].month is None or other[1].hijri == moment.hijri:
        return place, moment
    if said == place and lexemes[place].kind == NUMBER:
        return place, moment
    end = other[0] + (opened and is_mark(lexemes[other[0]], ")"))
    return end, replace(moment, equals=other[1])


_Reader = Callable[[Lexemes, int, bool], Found]
_DAYS = ("weekday", "unit", "part", "adverb", "day", "ordinal", "first", "cardinal")

# The roles a first lexeme must play for a reader to be tried; of equal readings the first counts.
_READERS: tuple[tuple[frozenset[str], _Reader], ...] = (
    (frozenset({"ordinal", "weekday", "unit"}), lambda lx, i, _: read_nth(lx, i)),
    (frozenset({*_DAYS, "this", "digits"}), lambda lx, i, _: _read_timed(lx, i)),
    (frozenset({"fraction"}), lambda lx, i, _: read_part_of_year(lx, i)),
    (frozenset({"unit"}), lambda lx, i, _: read_century(lx, i)),
    (frozenset({"unit", "decade"}), lambda lx, i, _: read_decade(lx, i)),
    (
        frozenset({"month", "hijri", "unit", "this", "digits"}),
        lambda lx, i, _: _read_month_or_year(lx, i),
    ),
    (frozenset({"season", "this"}), lambda lx, i, bare: read_season(lx, i, bare=bare)),
    (frozenset({"unit", "this"}), _read_placed_unit),
    (frozenset({"digits"}), lambda lx, i, _: read_bare_year(lx, i)),
)
