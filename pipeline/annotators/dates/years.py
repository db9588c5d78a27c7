"""Bare years: four digits that mean a year (`عراق 2024`), and those that do not (`2003 جنود`)."""

from __future__ import annotations

from pipeline.annotators.dates.lexemes import Lexeme, Lexemes
from pipeline.annotators.dates.meaning import Moment
from pipeline.annotators.dates.months import Found, is_counted, read_era
from pipeline.annotators.dates.numbers import whole
from pipeline.arabic.script import LATIN, MARK, NUMBER, WORD

_YEARS = range(1900, 2100)
_HIJRI_YEARS = range(1, 1601)
_CODE_MARKS = frozenset("-+#$€£%٪/.:_@&=*×")


def read_bare_year(lexemes: Lexemes, place: int) -> Found:
    """Read four digits as a year unless what stands around them makes them a count or a code."""
    lexeme = lexemes[place]
    if lexeme.kind != NUMBER or len(lexeme.key) > 4 or not lexeme.key.isdecimal():
        return None
    year, following = int(lexeme.key), lexemes[place + 1]
    era = following.senses.get("era")
    if era == "AH" and year in _HIJRI_YEARS:
        return place + 2, Moment(year=year, hijri=True)
    if era is None or (following.key == "م" and year not in _YEARS):
        if year not in _YEARS or len(lexeme.key) != 4 or lexeme.article:
            return None
        if is_counted(following) or _runs_on(lexemes, place + 1):
            return None
        if following.kind == LATIN and following.glued:
            return None
        ranged = place > 1 and lexemes[place - 1].key == "-" and whole(lexemes[place - 2]) in _YEARS
        if place and _refuses_year(lexemes[place - 1], lexeme, after_year=ranged):
            return None
        if following.kind == WORD and _looks_counted(following):
            return None
    return read_era(lexemes, place + 1, Moment(year=year))


def _runs_on(lexemes: Lexemes, place: int) -> bool:
    """Tell whether a mark is glued between digits: a code; before a space it ends a sentence."""
    mark = lexemes[place]
    if mark.key in "-/" and mark.key:
        return False
    return mark.key in _CODE_MARKS and mark.glued and lexemes[place + 1].glued


def _refuses_year(before: Lexeme, lexeme: Lexeme, *, after_year: bool) -> bool:
    if before.kind == LATIN:
        return lexeme.glued
    if before.kind == MARK:
        return before.key in _CODE_MARKS and lexeme.glued and not after_year
    return "not_before_number" in before.senses


def _looks_counted(following: Lexeme) -> bool:
    """Tell whether a word looks like an unknown noun that is counted (`2000 صندوقاً`)."""
    return not following.senses and not following.article and following.key.endswith("ا")
