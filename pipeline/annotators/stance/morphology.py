"""Inflected forms of verbs and nouns, generated from stems by the tables of `morphology.toml`.

All forms are folded keys (`pipeline.arabic.script.fold`), so that tashkeel and the spelling of
hamza do not matter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from pipeline.arabic.script import fold

_WEAK = frozenset("ايو")
_SHORTEST = 2
# The dual of a longer past is no noun in the accusative (`اتفقا`; but `طلبا`).
_SHORT_PAST = 3


class Form(NamedTuple):
    """A form: its key, its part of speech, whether it is first person or carries a pronoun."""

    key: str
    part: str
    first_person: bool = False
    pronoun: bool = False


class Stripping(NamedTuple):
    """A word without its proclitics: which they were, and the rest."""

    key: str
    conjunction: str = ""
    preposition: str = ""
    article: bool = False
    future: bool = False


PAST, IMPERFECT, IMPERATIVE = "past", "imperfect", "imperative"
NOUN, PARTICIPLE = "noun", "participle"


@cache
def _tables() -> dict[str, Any]:
    text = files(__package__).joinpath("morphology.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(text)
    return tables


@cache
def _pronouns() -> tuple[str, ...]:
    return tuple(map(fold, _tables()["pronouns"]))


def verb_forms(*stems: str) -> Iterator[Form]:
    """Yield the forms of a verb given as `قال`, `يقول`, or by its imperfect alone.

    Jussives that lose a letter are left out: they are spelled like too many other words.
    """
    *past, imperfect = stems
    for stem in past:
        yield from _past_forms(fold(stem))
    yield from _imperfect_forms(fold(imperfect)[1:])


def _past_forms(stem: str) -> Iterator[Form]:
    endings = {name: [fold(e) for e in _tables()["verb"][name]] for name in _tables()["verb"]}
    if stem[-1] in "اي":
        body, glide = stem[:-1], "و" if stem[-1] == "ا" else "ي"
        found = [stem, *(body + ending for ending in endings["past_weak"])]
        found += [body + glide + ending for ending in endings["past_glide"]]
        carriers = [f"{body}ا", f"{body}ت"]
    else:
        found = [stem + ending for ending in endings["past"]]
        if len(stem) > _SHORT_PAST:
            found.append(stem + "ا")
        if len(stem) == 3 and stem[1] == "ا":  # قال: قلت, قلنا
            found += [stem[0] + stem[2] + ending for ending in ("ت", "نا")]
        carriers = [stem, f"{stem}ت", f"{stem}و"]
    for key in found:
        yield Form(key, PAST, first_person=key.endswith("نا"))
    for carrier in carriers:
        for pronoun in _pronouns():
            yield Form(carrier + pronoun, PAST, pronoun=True)


def _imperfect_forms(body: str) -> Iterator[Form]:
    verb = _tables()["verb"]
    first = frozenset(map(fold, verb["first_persons"]))
    if body[-1] in _WEAK:
        stems = [body, *(body[:-1] + ending for ending in verb["imperfect_weak"])]
    else:
        stems = [body + ending for ending in verb["imperfect"]]
    carried = [carrier + pronoun for carrier in (body, f"{body}و") for pronoun in _pronouns()]
    for person in map(fold, verb["persons"]):
        for stem in stems:
            if len(stem) >= _SHORTEST:
                commands = person == "ا" and stem.endswith("وا")  # اخرجوا
                part = IMPERATIVE if commands else IMPERFECT
                yield Form(person + stem, part, person in first and not commands)
        for stem in carried:
            yield Form(person + stem, IMPERFECT, person in first, pronoun=True)


def noun_forms(noun: str) -> Iterator[Form]:
    """Yield the forms of a noun or participle, without article."""
    stem = fold(noun)
    is_feminine = noun.endswith("ة")
    body = stem[:-1] if is_feminine else stem
    for ending in ("", "ات", "تين", "تان") if is_feminine else _tables()["noun"]["endings"]:
        yield Form(stem if not ending else body + fold(ending), NOUN)
    carriers = [f"{body}ت", f"{body}ات"] if is_feminine else [body]
    if body.endswith("ء"):
        yield Form(fold(f"{body[:-1]}ئا"), NOUN)  # عبئاً
        carriers += [body[:-1] + seat for seat in "ئؤ"]
    if body.endswith("ي") and not is_feminine:
        carriers.append(f"{body[:-1]}ا")
    for carrier in carriers:
        for pronoun in _pronouns():
            yield Form(carrier + pronoun, NOUN, pronoun=True)


@cache
def _verbal_nouns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    rows = _tables()["verbal_noun"]
    return tuple((re.compile(row["noun"]), row["past"], row["imperfect"]) for row in rows)


@cache
def _simple() -> dict[str, list[str]]:
    return {fold(noun): verbs for noun, verbs in _tables()["simple"].items()}


def verbal_forms(noun: str) -> Iterator[Form]:
    """Yield the forms of the verb whose verbal noun this is; none where no pattern fits."""
    key = fold(noun)
    if key in _simple():
        past, imperfect, *others = _simple()[key]
        yield from verb_forms(past, imperfect)
        yield from (Form(fold(other), IMPERFECT) for other in others)
        return
    for pattern, *verb in _verbal_nouns():
        if match := pattern.fullmatch(key):
            past, imperfect = (_settle(match.expand(form)) for form in verb)
            yield from verb_forms(past, imperfect)
            return


def _settle(stem: str) -> str:
    """Write a weak last letter as ya, and a doubled last letter once."""
    if stem.endswith("ء"):
        return f"{stem[:-1]}ي"
    return stem[:-1] if len(stem) > 4 and stem[-1] == stem[-2] else stem


@lru_cache(maxsize=1 << 12)
def strip_proclitics(key: str) -> tuple[Stripping, ...]:
    """Return a folded word as it is, then with ever more proclitics taken off."""
    found = [Stripping(key)]
    if len(key) > 2 and key[0] in _tables()["conjunctions"]:
        found.append(Stripping(key[1:], conjunction=key[0]))
    for before in tuple(found):
        rest = before.key
        if rest.startswith("لل") and len(rest) > 3:
            found.append(before._replace(key=rest[2:], preposition="ل", article=True))
        elif rest.startswith("ال") and len(rest) > (4 if before.conjunction else 3):
            found.append(before._replace(key=rest[2:], article=True))
        elif len(rest) > 2 and rest[0] in _tables()["prepositions"]:
            bare = before._replace(key=rest[1:], preposition=rest[0])
            found.append(bare)
            if bare.key.startswith("ال") and len(bare.key) > 3:
                found.append(bare._replace(key=bare.key[2:], article=True))
        if len(rest) > 3 and rest[0] == "س" and rest[1] in "يتنا":
            found.append(before._replace(key=rest[1:], future=True))
    return tuple(found)
