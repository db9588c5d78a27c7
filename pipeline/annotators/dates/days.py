"""The grammar of days: `يوم الجمعة 20 سبتمبر/أيلول 2024`, `20/9/2024`, `أول يناير`, `أمس`."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.annotators.dates.lexemes import Lexemes
from pipeline.annotators.dates.meaning import Moment
from pipeline.annotators.dates.months import (
    Found,
    add_year,
    is_counted,
    is_mark,
    read_era,
    read_month_name,
    relation,
    skip,
)
from pipeline.annotators.dates.numbers import read_cardinal, read_ordinal, whole
from pipeline.arabic.script import MARK, NUMBER, WORD

_LAST_DAY, _LAST_MONTH = 31, 12
_CODE_SIGNS = frozenset("-+#$€£_=/")
_MOST_WEEKS, _SURELY_DAY = 5, 13
_HIJRI_YEARS = range(1300, 1501)
_BARE_YEARS = range(1900, 2100)
_YMD = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})")
_DMY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_YM = re.compile(r"(\d{4})[/.-](\d{1,2})")
_DM = re.compile(r"(\d{1,2})([/-])(\d{1,2})")


def read_day_number(lexemes: Lexemes, place: int) -> tuple[int, int] | None:
    """Read a day of the month: `20`, `الـ20`, `الحادي والعشرين`."""
    value = whole(lexemes[place])
    if value is not None:
        return (place + 1, value) if 1 <= value <= _LAST_DAY else None
    found = read_ordinal(lexemes, place)
    return found if found and 1 <= found[1] <= _LAST_DAY else None


def read_day_of_month(lexemes: Lexemes, place: int) -> Found:
    """Read a day and its month: `20 سبتمبر/أيلول 2024`, `الخامس من الشهر المقبل`, `أول يناير`."""
    first = lexemes[place].senses.get("first")
    number = (place + 1, 1) if first and not lexemes[place].article else None
    number = number or read_day_number(lexemes, place)
    if number is None:
        return None
    after, day = number
    after += is_mark(lexemes[after], "-.") and lexemes[after].glued
    after = skip(lexemes, after, "link_of")
    month = read_month_name(lexemes, after)
    if month:
        name = month[1]
        return add_year(lexemes, month[0], Moment(month=name.month, day=day, hijri=name.hijri))
    if first and number[0] == place + 1:
        return None
    return _day_of_relative_month(lexemes, after, day)


def _day_of_relative_month(lexemes: Lexemes, place: int, day: int) -> Found:
    found = read_relative_month(lexemes, place)
    if found:
        return found[0], replace(found[1], day=day)
    head = lexemes[place]
    if head.senses.get("unit") != ("M", 1):
        return None
    number = read_ordinal(lexemes, place + 1) if head.article else read_cardinal(lexemes, place + 1)
    if number is None or not 1 <= number[1] <= _LAST_MONTH or lexemes[number[0]].senses.get("unit"):
        return None
    return add_year(lexemes, number[0], Moment(month=int(number[1]), day=day))


def read_relative_month(lexemes: Lexemes, place: int) -> Found:
    """Read `الشهر المقبل`, `هذا الشهر`."""
    this = "this" in lexemes[place].senses
    head = lexemes[place + this]
    if head.senses.get("unit") != ("M", 1) or not head.article:
        return None
    offset = relation(lexemes[place + this + 1])
    if offset is None:
        return (place + 2, Moment(unit="M")) if this else None
    return place + this + 2, Moment(unit="M", offset=offset)


def read_weekday(lexemes: Lexemes, place: int) -> Found:
    """Read a weekday with what places it: `يوم الجمعة الماضي`, `الجمعة 20 سبتمبر`."""
    after = place + ("this" in lexemes[place].senses)
    named = lexemes[after].senses.get("unit") in (("D", 1), ("D", 2)) and not lexemes[after].article
    after += named
    lexeme = lexemes[after]
    weekday = lexeme.senses.get("weekday")
    if weekday is None:
        return None
    after += 1
    week = read_week(lexemes, skip(lexemes, after, "link_of", "link_in"))
    if week:
        return week[0], replace(week[1], weekday=weekday)
    if not lexeme.article and not named:
        return None
    bias = relation(lexemes[after])
    if bias is not None:
        after, moment = after + 1, Moment(weekday=weekday, bias=bias)
    else:
        moment = Moment(weekday=weekday, bias=1 if after > place + 1 + named else None)
    date = _date_after_weekday(lexemes, after)
    if date:
        return date[0], replace(date[1], weekday=weekday)
    return after, moment


def _date_after_weekday(lexemes: Lexemes, place: int) -> Found:
    """Read the date beside a weekday: after a comma, `في`, `الموافق` or an opening bracket."""
    after = place + is_mark(lexemes[place], "،,-–")
    after = skip(lexemes, after, "link_in", "link_equals")
    after = skip(lexemes, after, "link_of")
    found = read_day_of_month(lexemes, after) or read_numeric(lexemes, after)
    if found is None and lexemes[after].senses.get("month"):
        found = read_month(lexemes, after)
        found = found if found and found[1].day else None
    if found:
        return found
    number = read_day_number(lexemes, after) if not is_mark(lexemes[place], "،,-–") else None
    if number is None or lexemes[number[0]].kind in (WORD, NUMBER):
        return None
    if lexemes[after].kind == WORD and after == place and number[1] <= _MOST_WEEKS:
        return number[0], Moment(unit="M", nth=number[1])  # `الأحد الثاني` of this month
    return number[0], Moment(day=number[1])


def read_week(lexemes: Lexemes, place: int) -> Found:
    """Read `الأسبوع الماضي`, `هذا الأسبوع`."""
    this = "this" in lexemes[place].senses
    head = lexemes[place + this]
    if head.senses.get("unit") != ("W", 1) or not head.article:
        return None
    offset = relation(lexemes[place + this + 1])
    if offset is None:
        return (place + 2, Moment(unit="W")) if this else None
    return place + this + 2, Moment(unit="W", offset=offset)


def read_day(lexemes: Lexemes, place: int) -> Found:
    """Read any day: deictic, weekday, day of a month, numeric; `يوم` before it included."""
    offset = lexemes[place].senses.get("day")
    if offset is not None:
        return _past_weekday(lexemes, place + 1), Moment(unit="D", offset=offset)
    found = read_weekday(lexemes, place)
    if found:
        return found
    named = lexemes[place].senses.get("unit") in (("D", 1), ("D", 2))
    start = place + named
    found = read_numeric(lexemes, start, led=named) or read_day_of_month(lexemes, start)
    if found or not named:
        return found
    offset = lexemes[start].senses.get("day")
    if offset is not None:
        return _past_weekday(lexemes, start + 1), Moment(unit="D", offset=offset)
    if lexemes[place].article:
        return _read_today(lexemes, place) if lexemes[place].senses["unit"] == ("D", 1) else None
    value = whole(lexemes[start])
    bare = value is not None and not lexemes[place].article and lexemes[start + 1].kind != WORD
    if bare and value and value <= _LAST_DAY:
        return start + 1, Moment(day=value)
    return None


def _read_today(lexemes: Lexemes, place: int) -> Found:
    """Read `اليوم`, `اليوم التالي`; not the day of something else (`اليوم الوطني`)."""
    following = lexemes[place + 1]
    offset = relation(following)
    if offset is not None:
        return place + 2, Moment(unit="D", offset=offset)
    named = "not_today_after" in following.senses or "ordinal" in following.senses
    before = lexemes[place - 1] if place else None
    if (following.article and named) or (before and "not_today_before" in before.senses):
        return None
    return _past_weekday(lexemes, place + 1), Moment(unit="D")


def _past_weekday(lexemes: Lexemes, place: int) -> int:
    """Return the place after the weekday that repeats a deictic day (`أمس الجمعة`)."""
    weekday = lexemes[place]
    return place + ("weekday" in weekday.senses and weekday.article and not weekday.clitic)


def read_numeric(lexemes: Lexemes, place: int, *, led: bool = False) -> Found:
    """Read a date in digits, day first: `20/9/2024`, `2024-09-20`; `20/9` only when `led`."""
    lexeme = lexemes[place]
    if lexeme.kind != NUMBER or len(lexeme.key) > 10:
        return None
    key, end = lexeme.key, place + 1
    dashed = is_mark(lexemes[end], "-") and lexemes[end + 1].kind == NUMBER
    if dashed and (led or _is_dated(lexemes, place)):
        key, end = f"{key}-{lexemes[end + 1].key}", end + 2
    if match := _YMD.fullmatch(key):
        moment = Moment(year=int(match[1]), month=int(match[3]), day=int(match[4]))
    elif match := _DMY.fullmatch(key):
        year = int(match[4])
        if len(match[4]) == 2:
            if match[2] == ".":
                return None
            year += 2000 if year < 50 else 1900
        moment = Moment(year=year, month=int(match[3]), day=int(match[1]))
    elif (match := _DM.fullmatch(key)) and (led or _is_day_and_month(lexemes, place, match)):
        moment = Moment(month=int(match[3]), day=int(match[1]))
    elif (match := _YM.fullmatch(key)) and int(match[1]) in _BARE_YEARS:
        moment = Moment(year=int(match[1]), month=int(match[2]))
    else:
        return None
    if not 1 <= (moment.month or 0) <= _LAST_MONTH:
        return None
    hijri = moment.year in _HIJRI_YEARS
    after, moment = read_era(lexemes, end, replace(moment, hijri=hijri))
    return after, moment


def _is_day_and_month(lexemes: Lexemes, place: int, match: re.Match[str]) -> bool:
    """Tell `20/9` from a fraction, a score or `24/7`: by size, zeros, or a `في` before it."""
    before, following = lexemes[place - 1] if place else None, lexemes[place + 1]
    if match[0] == "24/7" or following.article or is_counted(following):
        return False
    if before and ("not_before_number" in before.senses or _is_code(lexemes, place)):
        return False
    written_out = len(match[1]) == len(match[3]) == 2
    surely = int(match[1]) >= _SURELY_DAY and int(match[3]) <= _LAST_MONTH
    if match[2] == "-":
        return surely
    return written_out or surely or _is_dated(lexemes, place)


def _is_code(lexemes: Lexemes, place: int) -> bool:
    """Tell whether a number is written onto a letter or a sign; quotes and brackets are none."""
    before = lexemes[place - 1]
    return lexemes[place].glued and (before.kind != MARK or before.key in _CODE_SIGNS)


def _is_dated(lexemes: Lexemes, place: int) -> bool:
    return place > 0 and "before_date" in lexemes[place - 1].senses


def read_month(lexemes: Lexemes, place: int) -> Found:
    """Read a month with its year, adjective or day: `سبتمبر 2026`, `يناير الماضي`, `يوليو 13`."""
    found = read_month_name(lexemes, place)
    if found is None:
        return None
    after, name = found
    moment = Moment(month=name.month, hijri=name.hijri)
    end, dated = add_year(lexemes, after, moment)
    if end == after:
        day = read_day_number(lexemes, after)
        if day and not lexemes[after].clitic:
            tail = add_year(lexemes, day[0], replace(moment, day=day[1]))
            if tail[0] > day[0] or lexemes[day[0]].kind not in (WORD, NUMBER):
                return tail
    if end > after or name.sure or is_month_context(lexemes, place):
        return end, dated
    return None


def is_month_context(lexemes: Lexemes, place: int) -> bool:
    """Tell whether what stands before an ambiguous name makes it a month (`في مارس`)."""
    lexeme, before = lexemes[place], lexemes[place - 1] if place else None
    if "ambiguous_strict" in lexeme.senses or before is None:
        return False
    if lexeme.clitic.endswith("ب") or "before_place" in before.senses:
        return True
    return lexeme.clitic == "و" and "month" in before.senses
