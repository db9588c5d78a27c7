"""Adjectives of nationality and religion, from CLDR's territory names and the nisba rule.

The nisba drops the article and a final ة, ا or يا and adds ي; number and gender are suffixes, so
one table of stems covers every form that news use.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_MARKS = re.compile("[\u064b-\u0652\u0640]")
_FORM = re.compile("[وف]?(?:[بك]?ال|لل|[بلك])?(?P<stem>.+?)(?:ة|ه|ين|ون|ان|تين|تان|ات)?", re.DOTALL)


def is_nationality_adjective(word: str) -> bool:
    """Tell whether a word is an adjective of nationality or religion, in any form, clitics and all.

    A word, not its context: `السوداني` may be a person's name.
    """
    plain = _MARKS.sub("", word)
    match = _FORM.fullmatch(plain)
    return bool(match) and any(stem in _stems() for stem in _readings(plain))


def _readings(plain: str) -> set[str]:
    """Return every stem a word may have: each proclitic and suffix taken off, or left on."""
    readings = {plain}
    for pattern in ("^[وف]", "^(?:[بك]?ال|لل|[بلك])"):
        readings |= {re.sub(pattern, "", reading) for reading in readings}
    for reading in tuple(readings):
        readings |= {re.sub(f"{suffix}$", "", reading) for suffix in _SUFFIXES}
    return readings


_SUFFIXES = ("ة", "ه", "ين", "ون", "ان", "تين", "تان", "ات")


@cache
def _stems() -> frozenset[str]:
    from babel import Locale

    table = tomllib.loads(files("pipeline.arabic").joinpath("nisba.toml").read_text("utf-8"))
    irregular: dict[str, list[str]] = table["irregular"]
    names = [
        name
        for code, name in Locale("ar").territories.items()
        if len(code) == 2 and " " not in name and name not in irregular
    ]
    stems = {form for name in names for form in regular_nisba(name)}
    stems |= {form for forms in irregular.values() for form in forms}
    return frozenset(stems - set(table["ambiguous"]["words"]))


def regular_nisba(name: str) -> set[str]:
    """Return the masculine singular nisba of a one-word name, with hamza and without it."""
    stem = _MARKS.sub("", name)
    stem = re.sub("^ال", "", stem)
    form = re.sub("(?:يا|[اةو])$", "", stem) + "ي"
    return {form, re.sub("^[أإآ]", "ا", form)}
