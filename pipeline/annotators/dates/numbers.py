"""The number reader: cardinals and ordinals in digits and words, every case and gender.

Each function takes lexemes and a place, and returns the place after the number with its value,
or None.
"""

from __future__ import annotations

import re

from pipeline.annotators.dates.lexemes import Lexeme, Lexemes
from pipeline.arabic.script import NUMBER

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 24  # characters; a longer run of digits counts no time
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000


def digits_value(lexeme: Lexeme) -> float | None:
    """Return the value of a number in digits (`2.5`, `1,200`), None for dates and codes."""
    key = lexeme.key
    if lexeme.kind != NUMBER or len(key) > _LONGEST:
        return None
    if _PLAIN.fullmatch(key) or _GROUPED.fullmatch(key):
        return float(key.replace(",", ""))
    return None


def whole(lexeme: Lexeme) -> int | None:
    """Return the value of a number of up to four plain digits."""
    key = lexeme.key
    return int(key) if lexeme.kind == NUMBER and len(key) <= 4 and key.isdecimal() else None


def joined(lexemes: Lexemes, place: int) -> int | None:
    """Return the place of the word that `و` joins to what stands before `place`."""
    lexeme = lexemes[place]
    if lexeme.clitic == "و":
        return place
    return place + 1 if lexeme.key == "و" and not lexemes[place + 1].clitic else None


def read_cardinal(lexemes: Lexemes, place: int) -> tuple[int, float] | None:
    """Read a cardinal: digits, words, or digits with a multiplier word (`2.5 ألف`)."""
    value = digits_value(lexemes[place])
    if value is not None:
        scale = lexemes[place + 1].senses.get("multiplier")
        found = (place + 2, value * scale) if scale else (place + 1, value)
    else:
        words = _read_words(lexemes, place)
        if words is None:
            return None
        found = words[0], float(words[1])
    after, total = found
    if "point" in lexemes[after].senses and total % 1 == 0:
        part = read_cardinal(lexemes, after + 1)
        if part and part[1] % 1 == 0:
            return part[0], float(f"{total:.0f}.{part[1]:.0f}")
    return found


def _read_words(lexemes: Lexemes, place: int) -> tuple[int, int] | None:
    total, limit, after = 0, 10**12, place
    while True:
        start: int | None = after if after == place else joined(lexemes, after)
        group = _read_group(lexemes, start) if start is not None else None
        if group is None or group[2] >= limit:
            break
        after, value, limit = group
        total += value
    return (after, total) if after > place else None


def _read_group(lexemes: Lexemes, place: int) -> tuple[int, int, int] | None:
    """Read one group with its multiplier: the place after, its value, its multiplier."""
    senses = lexemes[place].senses
    if "double" in senses and "multiplier" not in lexemes[place + 1].senses:
        return place + 1, 2 * senses["double"], senses["double"]
    if "multiplier" in senses:
        return place + 1, senses["multiplier"], senses["multiplier"]
    found = _read_below_thousand(lexemes, place)
    if found is None:
        return None
    after, value = found
    scale = lexemes[after].senses.get("multiplier")
    if scale and not lexemes[after].clitic:
        return after + 1, value * scale, scale
    return after, value, 1


def _read_below_thousand(lexemes: Lexemes, place: int) -> tuple[int, int] | None:
    total, ceiling, after = 0, _THOUSAND, place
    while True:
        start: int | None = after if after == place else joined(lexemes, after)
        if start is None:
            break
        small = _read_small(lexemes, start)
        if small is None or small[1] >= ceiling or not _may_follow(total, small[1]):
            break
        after, value = small
        total += value
        ceiling = _HUNDRED if value >= _HUNDRED else min(ceiling, _HUNDRED)
        if value >= _TEN and value < _HUNDRED:
            break
    return (after, total) if after > place else None


def _may_follow(total: int, value: int) -> bool:
    """Tell whether `value` may be added: units before tens (`خمسة وعشرون`), after hundreds."""
    low = total % _HUNDRED
    return low == 0 or (low < _TEN and value % _TEN == 0 and value < _HUNDRED)


def _read_small(lexemes: Lexemes, place: int) -> tuple[int, int] | None:
    value = lexemes[place].senses.get("cardinal")
    if value is None:
        return None
    following = lexemes[place + 1]
    if not following.clitic and 0 < value < _TEN:
        if following.senses.get("cardinal") == _TEN:
            return place + 2, value + _TEN
        if following.senses.get("cardinal") == _HUNDRED and value > 2:
            return place + 2, value * _HUNDRED
    return place + 1, value


def read_ordinal(lexemes: Lexemes, place: int, *, bare: bool = False) -> tuple[int, int] | None:
    """Read an ordinal (`الحادي والعشرين`, `الثانية عشرة`); the last is -1.

    It has its article unless `bare` (`ثاني أربعاء`).
    """
    lexeme, following = lexemes[place], lexemes[place + 1]
    value = lexeme.senses.get("ordinal")
    low = value if value is not None else lexeme.senses.get("cardinal")
    if low is None or lexeme.article == bare:
        return None
    if 0 < low < _TEN and following.senses.get("cardinal") == _TEN and not following.clitic:
        return place + 2, low + _TEN
    tens = joined(lexemes, place + 1)
    if 0 < low < _TEN and tens is not None and lexemes[tens].article:
        ten = lexemes[tens].senses.get("cardinal", 0)
        if _TEN < ten < _HUNDRED:
            return tens + 1, low + ten
    if value is not None or low >= 2 * _TEN:
        return place + 1, low
    return None
