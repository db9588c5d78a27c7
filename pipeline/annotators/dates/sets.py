"""The grammar of sets: `يومياً`, `كل جمعة`, `كل ثلاثة أشهر`, `مرتين في الأسبوع`."""

from __future__ import annotations

from pipeline.annotators.dates.lengths import (
    number_text,
    read_length_without_mod,
    timex_duration,
)
from pipeline.annotators.dates.lexemes import Lexemes
from pipeline.annotators.dates.meaning import Every, Length
from pipeline.annotators.dates.months import relation
from pipeline.annotators.dates.numbers import read_cardinal


def read_every(lexemes: Lexemes, place: int) -> tuple[int, Every] | None:
    """Read a set: `يومياً`, `كل جمعة`, `كل ثلاثة أشهر`, `مرتين في الأسبوع`."""
    times = _read_times(lexemes, place)
    if times:
        return times
    senses = lexemes[place].senses
    if "every" in senses:
        return place + 1, Every(senses["every"])
    if "each" in senses:
        return _read_each(lexemes, place + 1)
    if senses.get("unit") == ("D", 0) and not lexemes[place].article:
        weekday = lexemes[place + 1].senses.get("weekday")
        if weekday and lexemes[place + 1].article:
            return place + 2, Every(f"XXXX-WXX-{weekday}")
    return None


def _read_each(lexemes: Lexemes, place: int) -> tuple[int, Every] | None:
    lexeme, following = lexemes[place], lexemes[place + 1]
    if lexeme.clitic or lexeme.article:
        return None
    unit = lexeme.senses.get("unit")
    day = place + 1 if unit == ("D", 1) and following.senses.get("weekday") else place
    weekday = lexemes[day].senses.get("weekday")
    if weekday and not (unit is None and lexeme.senses.get("cardinal")):
        return day + 1, Every(f"XXXX-WXX-{weekday}", "EVERY")
    month = lexeme.senses.get("month")
    if month:
        return place + 1, Every(f"XXXX-{month:02d}", "EVERY")
    part = lexeme.senses.get("part")
    if part:
        return place + 1, Every(f"XXXX-XX-XXT{part}", "EVERY")
    season = lexeme.senses.get("season")
    if season:
        return place + 1, Every(f"XXXX-{season}", "EVERY")
    if unit and unit[1] == 1:
        return place + 1, Every(timex_duration(Length(((unit[0], "1"),))), "EVERY")
    found = read_length_without_mod(lexemes, place, bare=False)
    return (found[0], Every(timex_duration(found[1]), "EVERY")) if found else None


def _read_times(lexemes: Lexemes, place: int) -> tuple[int, Every] | None:
    times = lexemes[place].senses.get("times")
    after, freq = place + 1, f"{times}X"
    if times is None:
        count = read_cardinal(lexemes, place)
        if count is None or lexemes[count[0]].senses.get("times") is None:
            return None
        after, freq = count[0] + 1, f"{number_text(count[1])}X"
    elif times == 0:
        return None
    found = read_every(lexemes, after) if lexemes[after].senses.get("times") is None else None
    if found and (found[1].quant or "every" in lexemes[after].senses):
        return found[0], Every(found[1].value, found[1].quant, freq)
    rate, unit = lexemes[after], lexemes[after + 1].senses.get("unit")
    if unit is None or unit[1] != 1 or not lexemes[after + 1].article:
        return None
    if "link_in" not in rate.senses or relation(lexemes[after + 2]) is not None:
        return None
    return after + 2, Every(timex_duration(Length(((unit[0], "1"),))), None, freq)
