"""The grammar of times of day: `الساعة العاشرة صباحاً`, `مساء الجمعة`, `3:20 عصراً`."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.annotators.dates.days import read_day
from pipeline.annotators.dates.lexemes import Lexemes
from pipeline.annotators.dates.meaning import Moment
from pipeline.annotators.dates.months import Found, is_mark, relation, skip
from pipeline.annotators.dates.numbers import joined, read_cardinal, read_ordinal, whole
from pipeline.arabic.script import NUMBER

_HOUR_MINUTE = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::([0-5]\d))?")
_HOURS, _DAY_HOURS = 12, 24
_TONIGHT = "ليله"
_SHORT_PARTS = {"ص": "MO", "م": "EV"}  # written after an hour only


def read_part_of_day(lexemes: Lexemes, place: int) -> Found:
    """Read a part of a day with its day: `مساء أمس`, `هذا الصباح`, `الليلة الماضية`, `الليلة`."""
    this = "this" in lexemes[place].senses
    head = lexemes[place + this]
    part = head.senses.get("part")
    if part is None:
        return None
    after = place + this + 1
    if head.article or this:
        if not head.article:
            return None
        offset = relation(lexemes[after])
        if offset is not None and not this:
            return after + 1, Moment(part=part, unit="D", offset=offset)
        tonight = head.key == _TONIGHT and "ordinal" not in lexemes[after].senses
        return (after, Moment(part=part, unit="D")) if this or tonight else None
    day = read_day(lexemes, after) or _today(lexemes, after)
    if day is None or not day[1].is_day:
        return None
    return _past_next_day(lexemes, day[0], day[1], part), replace(day[1], part=part)


def _past_next_day(lexemes: Lexemes, place: int, day: Moment, part: str) -> int:
    """Return the place after the day a night leads to (`ليل الجمعة - السبت`)."""
    after = place + is_mark(lexemes[place], "-–/")
    following = lexemes[after].senses.get("weekday")
    leads = part == "NI" and day.weekday is not None and following == day.weekday % 7 + 1
    return after + 1 if leads and not lexemes[after].clitic else place


def _today(lexemes: Lexemes, place: int) -> Found:
    head = lexemes[place]
    if head.senses.get("unit") == ("D", 1) and head.article:
        offset = relation(lexemes[place + 1])
        return place + 1 + (offset is not None), Moment(unit="D", offset=offset or 0)
    return None


def read_clock(lexemes: Lexemes, place: int) -> Found:
    """Read an hour: led by `الساعة`, or followed by a part of the day, or `15:23:24`."""
    led = lexemes[place].senses.get("unit") == ("H", 1) and lexemes[place].article
    found = _read_hour(lexemes, place + led, led=led)
    if found is None:
        return None
    after, moment = found
    after, moment = _read_minutes(lexemes, after, moment)
    part = _read_part(lexemes, after)
    if part:
        return part[0], replace(
            part[1], hour=moment.hour, minute=moment.minute, second=moment.second
        )
    short = _SHORT_PARTS.get(lexemes[after].key)
    if short and (led or moment.minute is not None):
        return after + 1, replace(moment, part=short)
    in_words = led and lexemes[place + 1].kind != NUMBER and moment.minute is None
    if in_words and "link_of" in lexemes[after].senses and read_day(lexemes, after + 1) is None:
        return None  # `في الساعة السادسة من المشاهدة` counts hours
    if led:
        return after, moment
    digits = moment.minute is not None and lexemes[place].kind == NUMBER
    return (after, moment) if digits and _is_clock_context(lexemes, place, after) else None


def _read_hour(lexemes: Lexemes, place: int, *, led: bool) -> Found:
    lexeme = lexemes[place]
    if lexeme.kind == NUMBER:
        if match := _HOUR_MINUTE.fullmatch(lexeme.key):
            if "." in lexeme.key and not led:
                return None
            hour, minute, second = (int(g) if g else None for g in match.groups())
            return place + 1, Moment(hour=hour, minute=minute, second=second)
        value = whole(lexeme)
        in_day = value is not None and value <= _DAY_HOURS
        return (place + 1, Moment(hour=value)) if in_day else None
    before = lexemes[place - 1].senses.get("unit") if place else None
    if before == ("H", 0):
        return None  # `الساعات الأولى` are hours, not one o'clock
    found = read_ordinal(lexemes, place)
    if found is None and led:
        cardinal = read_cardinal(lexemes, place)
        found = (cardinal[0], int(cardinal[1])) if cardinal else None
        if found and found[1] > _HOURS:  # `ثلاثة وثمانية عشرة`: the minutes belong elsewhere
            found = None
    if found is None and led and lexeme.senses.get("cardinal"):
        found = place + 1, lexeme.senses["cardinal"]
    return (found[0], Moment(hour=found[1])) if found and 1 <= found[1] <= _HOURS else None


def _read_minutes(lexemes: Lexemes, place: int, moment: Moment) -> tuple[int, Moment]:
    """Read `والنصف`, `وربع`, `إلا ربعا`, `و 18 دقيقة`, `إلا خمس دقائق`."""
    hour = moment.hour or 0
    if moment.minute is not None:
        return place, moment
    minus = "link_except" in lexemes[place].senses
    plus = joined(lexemes, place)
    if not minus and plus is None:
        if lexemes[place].clitic != "و":
            return place, moment
        plus = place
    start = place + 1 if minus or plus is None else plus
    fraction = lexemes[start].senses.get("fraction")
    if fraction:
        after, minutes = start + 1, 60 // int(fraction)
    else:
        count = read_cardinal(lexemes, start)
        if count is None or not 1 <= count[1] < 60:
            return place, moment
        unit = lexemes[count[0]].senses.get("unit", ("", 0))[0]
        if unit != "MI":
            return place, moment
        after, minutes = count[0] + 1, int(count[1])
    if minus:
        return after, replace(moment, hour=hour - 1, minute=60 - minutes)
    return after, replace(moment, minute=minutes)


def _read_part(lexemes: Lexemes, place: int) -> Found:
    """Read the part of the day after an hour, with its day if said."""
    of = skip(lexemes, place, "link_of", "link_in")
    found = read_part_of_day(lexemes, of)
    if found:
        return found
    after = place + is_mark(lexemes[place], "،")
    part = lexemes[after].senses.get("adverb")
    if part is None:
        return None
    day = read_day(lexemes, skip(lexemes, after + 1, "link_of"))
    if day and day[1].is_day:
        return day[0], replace(day[1], part=part)
    today = _today(lexemes, skip(lexemes, after + 1, "link_of"))
    if today:
        return today[0], replace(today[1], part=part)
    return after + 1, Moment(part=part)


def _is_clock_context(lexemes: Lexemes, place: int, after: int) -> bool:
    """Tell whether bare `12:30` is an hour, not a score or a verse."""
    if lexemes[place].key.count(":") == 0:
        return False
    before = lexemes[place - 1] if place else None
    if before is None or "zone" in lexemes[after].senses:
        return True
    if before.senses.get("unit") == ("H", 1):
        return True
    return any(
        role in before.senses for role in ("link_in", "link_to", "before_span", "before_hour")
    )


def add_time(lexemes: Lexemes, place: int, day: Moment) -> tuple[int, Moment]:
    """Add to a day the hour or part of day right after it: `الجمعة صباحاً`, `أمس الساعة 8`."""
    if not day.is_day or day.is_time:
        return place, day
    after = place + is_mark(lexemes[place], "،,")
    part = lexemes[after].senses.get("adverb")
    if part and after == place:
        return after + 1, replace(day, part=part)
    led = lexemes[after].senses.get("unit") == ("H", 1) and lexemes[after].article
    clock = read_clock(lexemes, after) if led or lexemes[after].kind == NUMBER else None
    if clock is None or clock[1].is_day:
        return place, day
    time = clock[1]
    return clock[0], replace(
        day, part=time.part, hour=time.hour, minute=time.minute, second=time.second
    )
