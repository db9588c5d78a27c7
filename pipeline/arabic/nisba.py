"""Adjectives of nationality and religion, from CLDR's territory names and the nisba rule.

The nisba drops the article and a final ة, ا or يا and adds ي; proclitics, number and gender are
taken off a word before its stem is looked up, so that one table covers every form in the news.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_MARKS = re.compile("[\u064b-\u0652\u0640]")
_ACCUSATIVE = re.compile("(?:ا\u064b|\u064bا)$")
_PROCLITICS = ("^[وف]", "^(?:[بك]?ال|لل|[بلك])")
_SUFFIXES = ("ة", "ه", "ين", "ون", "ان", "تين", "تان", "ات")


def is_nationality_adjective(word: str) -> bool:
    """Tell whether a word is an adjective of nationality or religion, clitics and all.

    It is the word that is read, not its context: `السوداني` may be a person's name.
    """
    plain = _MARKS.sub("", _ACCUSATIVE.sub("", word))
    readings = {plain}
    for pattern in _PROCLITICS:
        readings |= {re.sub(pattern, "", reading) for reading in readings}
    stems, names = _tables()
    if readings & names:
        return False
    readings |= {reading.removesuffix(suffix) for reading in readings for suffix in _SUFFIXES}
    return bool(readings & stems)


def regular_nisba(name: str) -> set[str]:
    """Return the masculine singular nisba of a one-word name, with its first hamza and without."""
    stem = _MARKS.sub("", name).removeprefix("ال")
    form = re.sub("(?:يا|[اةو])$", "", stem) + "ي"
    return {form, re.sub("^[أإآ]", "ا", form)}


@cache
def _tables() -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of adjectives, and the forms that are names or something else."""
    from babel import Locale

    text = files("pipeline.arabic").joinpath("nisba.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    irregular: dict[str, list[str]] = table["irregular"]
    names = [
        name
        for code, name in Locale("ar").territories.items()
        if len(code) == 2 and " " not in name and name not in irregular
    ]
    stems = {form for name in names for form in regular_nisba(name)}
    stems |= {form for forms in irregular.values() for form in forms}
    return frozenset(stems), frozenset(table["not"]["forms"])
