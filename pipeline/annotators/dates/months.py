"""The grammar of months and years, and the small questions every reader asks of a lexeme.

Each `read_` function takes lexemes and a place, and returns the place after the expression with
its meaning, or None. Functions look a bounded number of lexemes ahead, so reading is linear.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from pipeline.annotators.dates.lexemes import Lexeme, Lexemes
from pipeline.annotators.dates.meaning import Moment
from pipeline.annotators.dates.numbers import read_cardinal, whole
from pipeline.arabic.script import NUMBER, WORD

Found = tuple[int, Moment] | None

_YEARS = range(1000, 2300)  # four digits after a month


class MonthName(NamedTuple):
    """A month, its calendar, and whether more than its bare name says that it is one."""

    month: int
    hijri: bool
    sure: bool


def is_counted(lexeme: Lexeme) -> bool:
    """Tell whether a word after a number is what the number counts, not a year's company."""
    counted = "not_counted" in lexeme.senses and not lexeme.clitic and not lexeme.article
    return counted or lexeme.key in ("%", "$", "€", "£", "٪")


def skip(lexemes: Lexemes, place: int, *roles: str) -> int:
    """Return the place after one lexeme that plays one of `roles`, or `place`."""
    senses = lexemes[place].senses
    return place + 1 if any(role in senses for role in roles) else place


def is_mark(lexeme: Lexeme, marks: str) -> bool:
    """Tell whether a lexeme is one of these marks."""
    return lexeme.key != "" and lexeme.key in marks


def relation(lexeme: Lexeme, *, last: bool = False) -> int | None:
    """Return what الماضي and its like say; the ambiguous الأخير only where `last` allows it."""
    if not lexeme.article and " " not in lexeme.key:
        return None
    if "ordinal" in lexeme.senses and not last:
        return None
    value = lexeme.senses.get("rel")
    return int(value) if value is not None else None


def read_month_name(lexemes: Lexemes, place: int) -> tuple[int, MonthName] | None:
    """Read a month under one or two of its names, `شهر` before it included."""
    after, sure = place, False
    if lexemes[after].senses.get("unit") in (("M", 1), ("M", 2)):
        after, sure = after + 1, True
    senses = lexemes[after].senses
    hijri = "month" not in senses
    month = senses.get("hijri") if hijri else senses.get("month")
    if month is None or lexemes[after].article:
        return None
    doubtful = "ambiguous_soft" in senses or "ambiguous_strict" in senses
    after += 1
    pair = _second_name(lexemes, after, month) if not hijri else None
    if pair:
        after, sure = pair, True
    return after, MonthName(month, hijri, sure or not doubtful)


def _second_name(lexemes: Lexemes, place: int, month: int) -> int | None:
    mark = lexemes[place]
    after = place + 1 if is_mark(mark, "/-(،,\\") or "link_or" in mark.senses else place
    after = after + (after > place and lexemes[after].senses.get("unit") == ("M", 1))
    if lexemes[after].senses.get("month") != month or lexemes[after].clitic:
        return None
    if is_mark(mark, "(") and is_mark(lexemes[after + 1], ")"):
        # A bracket inside stays, one at the edge does not (guidelines, extent).
        return after + 2 if _goes_on(lexemes, after + 2) else after + 1
    return after + 1


def _goes_on(lexemes: Lexemes, place: int) -> bool:
    return read_year_tail(lexemes, place) is not None or relation(lexemes[place]) is not None


def read_year_number(lexemes: Lexemes, place: int, *, led: bool) -> tuple[int, int] | None:
    """Read a year in digits or words; `led` by `عام` it may be any year."""
    lexeme = lexemes[place]
    if lexeme.kind == NUMBER:
        value = whole(lexeme)
        if value is None or (len(lexeme.key) < 4 and not led) or is_counted(lexemes[place + 1]):
            return None
        return (place + 1, value) if led or value in _YEARS else None
    found = read_cardinal(lexemes, place)
    if found is None or is_counted(lexemes[found[0]]) or lexemes[found[0]].senses.get("unit"):
        return None
    after, number = found
    # `ألف` and `مئة` alone are counts: a year in words has more than one, or is ألفين.
    floor = 100 if led else 1900
    return (after, int(number)) if floor <= number < _YEARS.stop and number % 1 == 0 else None


def read_era(lexemes: Lexemes, place: int, moment: Moment) -> tuple[int, Moment]:
    """Read a mark of era after a year: `م`, `هـ`, `ميلادية`, `قبل الميلاد`."""
    era = lexemes[place].senses.get("era")
    if era == "AH":
        return place + 1, replace(moment, hijri=True)
    if era == "CE":
        return place + 1, replace(moment, hijri=False)
    if era == "BCE":
        return place + 1, replace(moment, before_era=True)
    return place, moment


def read_year(lexemes: Lexemes, place: int) -> Found:
    """Read a year led by its noun: `عام 2014`, `العام 2024`, `سنة 1446 هـ`, `العام الماضي`."""
    this = "this" in lexemes[place].senses
    head = place + this
    lexeme = lexemes[head]
    if lexeme.senses.get("unit") not in (("Y", 1), ("Y", 2), ("Y", 0)):
        return None
    offset = relation(lexemes[head + 1])
    singular = lexeme.senses["unit"] == ("Y", 1)
    if lexeme.article and singular and (this or offset is not None):
        moved = not this or offset is not None
        return head + 1 + (offset is not None), Moment(unit="Y", offset=(offset or 0) * moved)
    found = read_year_number(lexemes, head + 1, led=singular) if not this else None
    if found is None:
        return None
    after, moment = read_era(lexemes, found[0], Moment(year=found[1]))
    two_digits = lexemes[head + 1].kind == NUMBER and len(lexemes[head + 1].key) == 2
    return after, replace(moment, short_year=two_digits and after == found[0])


def read_year_tail(lexemes: Lexemes, place: int) -> Found:
    """Read the year after a day, month or season: `2024`, `من عام 2024`, `العام الماضي`."""
    after = place + is_mark(lexemes[place], "،,.")
    after = skip(lexemes, after, "link_of", "link_in")
    led = read_year(lexemes, after)
    if led and led[1].unit is None and led[1].year is None:
        return None
    if led and after == place + 1 and is_mark(lexemes[place], "."):
        return None
    if led:
        return led
    if after > place and "link_in" in lexemes[after - 1].senses:
        return None
    if lexemes[after].clitic and lexemes[after].kind == WORD:
        return None
    found = read_year_number(lexemes, after, led=False)
    if found is None or lexemes[after].clitic:
        return None
    return read_era(lexemes, found[0], Moment(year=found[1]))


def add_year(lexemes: Lexemes, place: int, moment: Moment) -> tuple[int, Moment]:
    """Add to a month or day the year, or the adjective that stands for it."""
    bias = relation(lexemes[place], last=False)
    if bias is not None and not lexemes[place].clitic:
        return place + 1, replace(moment, bias=bias)
    tail = read_year_tail(lexemes, place)
    if tail is None:
        return read_era(lexemes, place, moment) if moment.hijri else (place, moment)
    after, year = tail
    marked_gregorian = lexemes[after - 1].senses.get("era") == "CE"
    return after, replace(
        moment,
        year=year.year,
        unit=year.unit,
        offset=year.offset,
        before_era=year.before_era,
        short_year=year.short_year,
        hijri=(moment.hijri and not marked_gregorian) or year.hijri,
    )
