"""The lexicon: which roles a word or phrase plays in a date expression.

Roles come from `lexicon.toml`, month and weekday names from CLDR through Babel, Hijri month names
from hijridate. A word's senses are a mapping from role to value; a word may have several.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from pipeline.arabic.script import fold, strip_marks

Senses = Mapping[str, Any]
NONE: Senses = {}

# Sections whose keys name a flag of their own (`before_span`), not the value of a role.
_FLAGS = ("before", "not", "link", "ambiguous")
_ARTICLE = "ال"
_ARTICLES = {"ال": "", "وال": "و", "فال": "ف", "بال": "ب", "كال": "ك", "لل": "ل", "ولل": "ول"}
_HAMZAS = ("أ", "إ", "آ")
_I_SHALL = "سأ"  # folded it would be any word in سا
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"


class Phrase(NamedTuple):
    """A phrase by its first word: the keys that must follow, and what the whole means."""

    rest: tuple[str, ...]
    senses: Senses


class Reading(NamedTuple):
    """What a word may be: its stem without proclitics and article, and what those were."""

    stem: str
    article: bool
    clitic: str
    senses: Senses
    phrases: tuple[Phrase, ...]


class Lexicon(NamedTuple):
    """Words and phrases by folded key."""

    words: Mapping[str, Senses]
    phrases: Mapping[str, tuple[Phrase, ...]]
    madda: frozenset[str]
    future_nouns: tuple[str, ...]
    articled: frozenset[str]


@cache
def load_lexicon() -> Lexicon:
    """Read the lexicon that ships with the package, and CLDR's names."""
    table = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))
    locales = table.pop("locales")
    madda = frozenset(fold(word) for word in table.pop("written_with_madda"))
    future_nouns = tuple(fold(word) for word in table.pop("future_nouns"))
    senses: dict[tuple[str, ...], dict[str, Any]] = {}
    articled: set[str] = set()
    for entry, role, value in (*_names(locales), *_entries(table)):
        if entry.startswith(_ARTICLE):
            articled.add(fold(entry))
        senses.setdefault(tuple(fold(word) for word in entry.split()), {})[role] = value
    phrases: dict[str, list[Phrase]] = {}
    for keys in sorted(senses, key=len, reverse=True):
        if len(keys) > 1:
            phrases.setdefault(keys[0], []).append(Phrase(keys[1:], senses[keys]))
    return Lexicon(
        words={keys[0]: found for keys, found in senses.items() if len(keys) == 1},
        phrases={key: tuple(found) for key, found in phrases.items()},
        madda=madda,
        future_nouns=future_nouns,
        articled=frozenset(articled),
    )


def _names(locales: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    from babel import Locale
    from hijridate import Hijri

    for code in locales["months"]:
        for number, name in Locale.parse(code).months["format"]["wide"].items():
            yield name, "month", number
    days = Locale.parse(locales["weekdays"]).days["format"]
    for width in ("wide", "short"):
        for number, name in days[width].items():
            yield name.removeprefix(_ARTICLE), "weekday", number + 1
    for number in range(1, 13):
        yield Hijri(1446, number, 1).month_name("ar"), "hijri", number


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for section, content in table.items():
        for key, found in content.items():
            if isinstance(found, dict):  # unit.<code>.<count>
                for count, words in found.items():
                    yield from ((word, section, (key, int(count))) for word in words)
            elif section in _FLAGS:
                yield from ((word, f"{section}_{key}", True) for word in found)
            else:
                value = int(key) if key.lstrip("-").isdigit() else key
                yield from ((word, section, value) for word in found)


@lru_cache(maxsize=1 << 12)
def read_word(raw: str) -> Reading | None:
    """Return how the lexicon reads a raw word, proclitics stripped as little as needed."""
    lexicon, key = load_lexicon(), fold(raw)
    letters = strip_marks(raw)
    if key in _ARTICLES:
        return Reading(key, True, _ARTICLES[key], {"article": True}, ())
    for clitic, form in _strippings(key):
        if not clitic and letters[0] in _CONJUNCTIONS and letters[1:2] in _HAMZAS:
            continue  # `وأحد` is `و` and `أحد`; one is written `واحد`
        if form in lexicon.articled and letters[-len(form)] in _HAMZAS:
            continue  # `آلان` is a name, `الآن` is now: the article has no hamza
        stem = form.removeprefix(_ARTICLE) if len(form) > len(_ARTICLE) + 1 else form
        phrases = lexicon.phrases.get(form, ())
        senses = lexicon.words.get(form, NONE)
        if stem != form and stem in lexicon.words:
            senses = {**lexicon.words[stem], **senses}
        if not senses and not phrases:
            continue
        if stem in lexicon.madda:
            # `آب` is August, `أب` a father: folding hides what the writer told apart.
            senses = {**senses, "ambiguous_soft" if "آ" in raw else "ambiguous_strict": True}
        return Reading(stem, stem != form, clitic, senses, phrases)
    if letters.lstrip(_CONJUNCTIONS).startswith(_I_SHALL):
        return Reading(key, False, "", {"before_future": True}, ())
    return None


def _strippings(key: str) -> Iterator[tuple[str, str]]:
    yield "", key
    rest = [("", key)]
    if len(key) > 2 and key[0] in _CONJUNCTIONS:
        rest.append((key[0], key[1:]))
        yield rest[-1]
    for clitic, form in rest:
        if form.startswith("لل") and len(form) > 4:
            yield clitic + "ل", _ARTICLE + form[2:]
        elif len(form) > 3 and form[0] in _PREPOSITIONS:
            yield clitic + form[0], form[1:]
