"""Training data of another convention brought to the guidelines', label by label.

ANERcorp and AQMAR leave adjectives of nationality and religion untagged, tag currencies, and (as
corrected) take a generic government or army for an organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.arabic.nisba import is_nationality_adjective
from pipeline.conll import TaggedSentence

_EDGES = "\"'.,،؛:()[]«»“”-"
_PROCLITICS = re.compile("^[وف]?(?:لل|[بك]?ال)")
_PLURALS = re.compile("(?:ات|ا\u064b?|\u064bا)$")
# Heads that make no name with an adjective alone: `الحكومة العراقية` is MISC on the adjective.
_GENERIC_WITH_ADJECTIVE = frozenset({"حكومة"})
# And those that make none alone: `الجيش`, but `الجيش الأمريكي` is a name.
_GENERIC_ALONE = frozenset({"حكومة", "جيش", "شرطة"})


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    label: str


def to_guidelines(sentence: TaggedSentence) -> TaggedSentence:
    """Return the sentence with the tags that the guidelines ask for."""
    words = sentence.words
    tags = ["O" if tag != "?" else tag for tag in sentence.tags]
    for name in _names(sentence.tags):
        for start, end, label in _parts(words[name.start : name.end], name):
            tags[start] = f"B-{label}"
            tags[start + 1 : end] = [f"I-{label}"] * (end - start - 1)
    for place, word in enumerate(words):
        if tags[place] == "O" and is_nationality_adjective(word.strip(_EDGES)):
            tags[place] = "B-MISC"
    return TaggedSentence(words, tuple(tags))


def _names(tags: Sequence[str]) -> Iterator[_Name]:
    """Yield the names of IOB2 tags; an I- after another label begins one, as conlleval reads it."""
    start = 0
    for place in range(1, len(tags) + 1):
        label = tags[start][2:]
        if place < len(tags) and label and tags[place] == f"I-{label}":
            continue
        if label:
            yield _Name(start, place, label)
        start = place


def _parts(words: Sequence[str], name: _Name) -> Iterator[tuple[int, int, str]]:
    """Yield what the guidelines leave of a name: (start, end, label), in words."""
    head = _PROCLITICS.sub("", words[0].strip(_EDGES))
    if name.label == "ORG":
        if head in _GENERIC_ALONE and len(words) == 1:
            return
        with_adjective = len(words) == 2 and is_nationality_adjective(words[1].strip(_EDGES))
        if head in _GENERIC_WITH_ADJECTIVE and with_adjective:
            yield name.start + 1, name.end, "MISC"
            return
    if name.label == "MISC" and (head in _currencies() or _PLURALS.sub("", head) in _currencies()):
        for place, word in enumerate(words[1:], name.start + 1):
            if is_nationality_adjective(word.strip(_EDGES)):
                yield place, place + 1, "MISC"
        return
    yield name.start, name.end, name.label


@cache
def _currencies() -> frozenset[str]:
    """Return the units of CLDR's Arabic currency names (`دولار` of `دولار أمريكي`).

    ISO 4217 codes that begin with X are metals, funds and unions, of no country.
    """
    from babel import Locale

    names = Locale("ar").currencies.items()
    return frozenset(name.split()[0] for code, name in names if not code.startswith("X"))
