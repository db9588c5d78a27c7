"""The grammar of longer periods: weeks, seasons, quarters, halves, decades, centuries, nth of."""

from __future__ import annotations

from dataclasses import replace

from pipeline.annotators.dates.days import read_month, read_relative_month
from pipeline.annotators.dates.lexemes import Lexemes
from pipeline.annotators.dates.meaning import Moment
from pipeline.annotators.dates.months import (
    Found,
    read_month_name,
    read_year,
    read_year_tail,
    relation,
    skip,
)
from pipeline.annotators.dates.numbers import read_cardinal, read_ordinal, whole
from pipeline.arabic.script import NUMBER

_CALENDAR_UNITS = ("D", "W", "M", "Y", "DE", "CE")
_QUARTER, _HALF = 4, 2
_HALF_MODS = {1: "START", 2: "END", -1: "END"}
_END = "نهايه"
_CENTURIES = range(1, 31)


def read_unit(lexemes: Lexemes, place: int, *, bare: bool) -> Found:
    """Read a unit placed against the DCT: `الأسبوع المقبل`, `هذا العام`; alone only if `bare`."""
    this = "this" in lexemes[place].senses
    head = lexemes[place + this]
    unit = head.senses.get("unit")
    if unit is None or unit[1] != 1 or unit[0] not in _CALENDAR_UNITS or not head.article:
        return None
    offset = relation(lexemes[place + this + 1])
    if offset is not None:
        return place + this + 2, Moment(unit=unit[0], offset=offset)
    after = place + this + 1
    if this or bare or "this" in lexemes[after].senses:
        after += not this and "this" in lexemes[after].senses
        return after, Moment(unit=unit[0])
    return None


def read_season(lexemes: Lexemes, place: int, *, bare: bool) -> Found:
    """Read a season: `هذا الربيع`, `صيف 2024`, `الصيف الماضي`, `فصل الشتاء`."""
    this = "this" in lexemes[place].senses
    head = lexemes[place + this]
    season = head.senses.get("season")
    following = lexemes[place + this + 1]
    if season is None or "not_spring_after" in following.senses:
        return None
    moment, after = Moment(period=season), place + this + 1
    if this:
        return after, replace(moment, unit="Y")
    bias = relation(following)
    if bias is not None and head.article:
        return after + 1, replace(moment, bias=bias)
    tail = read_year_tail(lexemes, after)
    if tail:
        year = tail[1]
        return tail[0], replace(moment, year=year.year, unit=year.unit, offset=year.offset)
    return (after, moment) if bare or head.article else None


def read_part_of_year(lexemes: Lexemes, place: int) -> Found:
    """Read a quarter or half of a year, month, decade or century (`النصف الأول من العام`)."""
    head = lexemes[place]
    size = head.senses.get("fraction")
    if size not in (_HALF, _QUARTER) or not head.article:
        return None
    offset = relation(lexemes[place + 1])
    if offset is not None:
        return place + 2, Moment(unit="Q" if size == _QUARTER else "H", offset=offset)
    number = read_ordinal(lexemes, place + 1)
    if number is None or number[1] > size:
        return None
    after, count = number
    count = size if count < 0 else count
    whole_period = _whole_after(lexemes, after)
    if whole_period is None:
        return None
    end, outer = whole_period
    inside_year = outer.month is None and outer.unit in (None, "Y") and outer.year is not None
    if inside_year or (outer.unit == "Y" and outer.month is None):
        period = f"{'Q' if size == _QUARTER else 'H'}{count}"
        return end, replace(outer, period=period)
    return (end, replace(outer, mod=_HALF_MODS[count])) if size == _HALF else None


def _whole_after(lexemes: Lexemes, place: int) -> Found:
    after = skip(lexemes, place, "link_of")
    tail = read_year_tail(lexemes, place)
    if tail:
        return tail
    if after == place:
        return None
    return (
        read_century(lexemes, after)
        or read_decade(lexemes, after)
        or read_unit(lexemes, after, bare=True)
        or read_month(lexemes, after)
    )


def read_century(lexemes: Lexemes, place: int) -> Found:
    """Read a century by number: `القرن العشرين`, `القرن الـ19`, `القرن الخامس قبل الميلاد`."""
    unit = lexemes[place].senses.get("unit")
    if unit not in (("CE", 1), ("CE", 2)) or not lexemes[place].article:
        return None
    digits = whole(lexemes[place + 1])
    number = (place + 2, digits) if digits is not None else read_ordinal(lexemes, place + 1)
    if number is None or number[1] not in _CENTURIES:
        return None
    moment = Moment(century=number[1] - 1)
    era = lexemes[number[0]].senses.get("era")
    if era is None:
        return number[0], moment
    return number[0] + 1, replace(moment, before_era=era == "BCE", hijri=era == "AH")


def read_decade(lexemes: Lexemes, place: int) -> Found:
    """Read a decade: `ثمانينيات القرن الماضي`, `التسعينيات`, `العقد الأول من القرن العشرين`."""
    head = lexemes[place]
    if head.senses.get("unit") == ("DE", 1) and head.article:
        number = read_ordinal(lexemes, place + 1)
        of = skip(lexemes, number[0], "link_of") if number else place
        century = _read_any_century(lexemes, of) if number else None
        if number is None or century is None or century[1].century is None:
            return None
        last = 10 if number[1] < 0 else number[1]
        return century[0], Moment(decade=century[1].century * 10 + last - 1)
    start = place + (head.senses.get("unit") == ("DE", 1))
    tens = lexemes[start].senses.get("decade")
    if tens is None:
        return None
    after = start + 1
    century = _read_any_century(lexemes, skip(lexemes, after, "link_of"))
    if century is None:
        return after, Moment(decade=190 + tens // 10)
    if century[1].century is not None:
        return century[0], Moment(decade=century[1].century * 10 + tens // 10)
    return century[0], Moment(unit="CE", offset=century[1].offset, decade=None, nth=tens // 10)


def _read_any_century(lexemes: Lexemes, place: int) -> Found:
    if lexemes[place].senses.get("unit", ("", 0))[0] != "CE" and (
        lexemes[place + 1].senses.get("unit", ("", 0))[0] != "CE"
    ):
        return None
    return read_century(lexemes, place) or read_unit(lexemes, place, bare=False)


def read_weekend(lexemes: Lexemes, place: int) -> Found:
    """Read `نهاية الأسبوع`, `عطلة نهاية الأسبوع الماضي`: the weekend."""
    start = place + ("weekend" in lexemes[place].senses)
    if lexemes[start].key != _END or lexemes[start].article:
        return None
    found = read_unit(lexemes, start + 1, bare=True)
    if found is None or found[1].unit != "W":
        return None
    return found[0], replace(found[1], unit="WE")


def read_nth(lexemes: Lexemes, place: int) -> Found:
    """Read the nth weekday, week or day of a month or year: `ثاني أربعاء من أكتوبر`."""
    found = _nth_before(lexemes, place) or _nth_after(lexemes, place)
    if found is None:
        return None
    after, moment = found
    outer = _outer(lexemes, after)
    if outer is None:
        return None
    end, within = outer
    return end, replace(within, nth=moment.nth, nth_unit=moment.nth_unit, weekday=moment.weekday)


def _nth_before(lexemes: Lexemes, place: int) -> Found:
    """Read `أول ثلاثاء`, `آخر يوم`, `ثالث يوم ثلاثاء`."""
    number = read_ordinal(lexemes, place, bare=True)
    if number is None or lexemes[place].article:
        return None
    return _counted_day(lexemes, number[0], number[1], article=False)


def _nth_after(lexemes: Lexemes, place: int) -> Found:
    """Read `الثلاثاء الأول`, `الأسبوع الثالث`, `اليوم الأخير`."""
    found = _counted_day(lexemes, place, 0, article=True)
    number = read_ordinal(lexemes, found[0]) if found else None
    if found is None or number is None:
        return None
    return number[0], replace(found[1], nth=number[1])


def _counted_day(lexemes: Lexemes, place: int, nth: int, *, article: bool) -> Found:
    lexeme = lexemes[place]
    unit = lexeme.senses.get("unit")
    if unit == ("D", 1) and lexemes[place + 1].senses.get("weekday"):
        place, lexeme, unit, article = (
            place + 1,
            lexemes[place + 1],
            None,
            lexemes[place + 1].article,
        )
    weekday = lexeme.senses.get("weekday")
    if lexeme.article != article:
        return None
    if weekday:
        return place + 1, Moment(weekday=weekday, nth=nth)
    if unit in (("D", 1), ("W", 1)):
        return place + 1, Moment(nth=nth, nth_unit=unit[0])
    return None


def _outer(lexemes: Lexemes, place: int) -> Found:
    """Read the month or year that an nth day or week lies in."""
    after = skip(lexemes, place, "link_of", "link_in")
    month = read_relative_month(lexemes, after) or read_month(lexemes, after)
    if month:
        return month
    head = lexemes[after]
    if head.senses.get("unit") == ("M", 1) and not head.article:
        number = read_cardinal(lexemes, after + 1)
        if number and 1 <= number[1] <= 12 and lexemes[number[0]].kind != NUMBER:
            tail = read_year_tail(lexemes, number[0])
            moment = Moment(month=int(number[1]))
            if tail is None:
                return number[0], moment
            return tail[0], replace(tail[1], month=int(number[1]))
    name = read_month_name(lexemes, after)
    return (name[0], Moment(month=name[1].month)) if name else read_year(lexemes, after)
