"""The lexicon of `lexicon.toml`: cues with their inflected forms, and words by role."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from pipeline.annotators.stance.morphology import (
    IMPERFECT,
    NOUN,
    PARTICIPLE,
    PAST,
    Form,
    Stripping,
    noun_forms,
    strip_proclitics,
    verb_forms,
)
from pipeline.arabic.script import fold

REPORT, ACT, EXPRESS = "report", "act", "express"
OPERATOR, MODAL, PREDICATE = "operator", "modal", "predicate"
EFFECT, OUTCOME, RECEIVE = "effect", "outcome", "receive"

# Roles of words that stand alone: only a conjunction may be written onto them.
_FUNCTION = frozenset(
    (
        "negator",
        "complementiser",
        "preposition",
        "relative",
        "condition",
        "concession",
        "according",
        "ends",
        "now",
        "time",
        "particle",
        "pause",
        "open",
        "close",
        "straight",
    )
)
# Words of these roles are nothing else.
_CLOSED = frozenset({"preposition", "particle", "complementiser", "negator", "relative"})


class Cue(NamedTuple):
    """An entry: how it is shown, its class, and what that class means."""

    lemma: str
    name: str
    kind: str
    polarity: int
    takes: frozenset[str]


class Sense(NamedTuple):
    """One reading of a word as a form of a cue."""

    cue: Cue
    part: str
    first_person: bool
    pronoun: bool
    preposition: str
    article: bool

    @property
    def is_verb(self) -> bool:
        """Whether it is a finite verb."""
        return self.part not in (NOUN, PARTICIPLE)


class Reading(NamedTuple):
    """All a word may be: its senses, its roles, and the proclitics that are certain."""

    senses: tuple[Sense, ...]
    roles: frozenset[str]
    key: str
    conjunction: bool
    preposition: str
    definite: bool


class Lexicon(NamedTuple):
    """Cues by form, roles by word."""

    forms: Mapping[str, tuple[tuple[Cue, Form], ...]]
    roles: Mapping[str, frozenset[str]]


def read_entries() -> dict[str, Any]:
    """Return the tables of the file, as they stand."""
    text = files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def load_lexicon() -> Lexicon:
    """Read the lexicon that ships with the package and inflect it."""
    tables = read_entries()
    forms: dict[str, dict[tuple[Cue, Form], None]] = {}
    for name, entries in tables["cues"].items():
        about = tables["class"][name]
        for entry in entries:
            cue = Cue(
                lemma=entry["verb"].split()[0] if "verb" in entry else _first_noun(entry),
                name=name,
                kind=about["kind"],
                polarity=about["polarity"],
                takes=frozenset(map(fold, entry.get("takes", ()))),
            )
            for form in _inflect(entry):
                forms.setdefault(form.key, {})[cue, form] = None
    roles: dict[str, set[str]] = {}
    for role, words in tables["roles"].items():
        for word in words:
            roles.setdefault(fold(word), set()).add(role)
    return Lexicon(
        forms={key: tuple(found) for key, found in forms.items()},
        roles={key: frozenset(found) for key, found in roles.items()},
    )


def _first_noun(entry: Mapping[str, Any]) -> str:
    return str((entry.get("nouns") or entry.get("words") or entry["adjectives"])[0])


def _inflect(entry: Mapping[str, Any]) -> Iterator[Form]:
    if "verb" in entry:
        yield from verb_forms(*entry["verb"].split())
    for noun in entry.get("nouns", ()):
        yield from noun_forms(noun)
    yield from (Form(fold(word), NOUN) for word in entry.get("words", ()))
    for adjective in entry.get("adjectives", ()):
        yield from (form._replace(part=PARTICIPLE) for form in noun_forms(adjective))


@lru_cache(maxsize=1 << 12)
def read_word(key: str) -> Reading:
    """Return how the lexicon reads a folded word."""
    lexicon = load_lexicon()
    senses: dict[Sense, None] = {}
    roles: set[str] = set()
    certain = Stripping(key)
    for stripping in strip_proclitics(key):
        known = [sense for sense in _senses(lexicon, stripping) if _fits(sense, stripping)]
        senses |= dict.fromkeys(known)
        found = _roles(lexicon, stripping)
        roles |= found
        if known or found or stripping.article:
            certain = stripping
    if roles & _CLOSED:
        senses = {}
    if any(sense.cue.kind == PREDICATE and not sense.is_verb for sense in senses):
        senses = {sense: None for sense in senses if not sense.first_person}  # أفضل: better
    return Reading(
        senses=tuple(senses),
        roles=frozenset(roles),
        key=certain.key,
        conjunction=bool(certain.conjunction),
        preposition=certain.preposition,
        definite=certain.article,
    )


def _senses(lexicon: Lexicon, stripping: Stripping) -> Iterator[Sense]:
    for cue, form in lexicon.forms.get(stripping.key, ()):
        yield Sense(
            cue,
            form.part,
            form.first_person,
            form.pronoun,
            stripping.preposition,
            stripping.article,
        )


def _fits(sense: Sense, stripping: Stripping) -> bool:
    """Tell whether proclitics and part of speech go together."""
    if not sense.is_verb:
        return not stripping.future and not (stripping.article and sense.pronoun)
    if stripping.article or (stripping.future and sense.part != IMPERFECT):
        return False
    return not stripping.preposition or (stripping.preposition == "ل" and sense.part != PAST)


def _roles(lexicon: Lexicon, stripping: Stripping) -> frozenset[str]:
    if stripping.future:
        return frozenset()
    found = lexicon.roles.get(stripping.key, frozenset())
    if stripping.article:
        return (found | lexicon.roles.get(f"ال{stripping.key}", frozenset())) - _FUNCTION
    return found - _FUNCTION if stripping.preposition else found
