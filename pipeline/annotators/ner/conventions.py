"""Training data of another convention brought to the guidelines', label by label.

ANERcorp and AQMAR leave adjectives of nationality and religion untagged, tag currencies, and (as
corrected) take a generic government or army for an organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pipeline.arabic.nisba import is_nationality_adjective
from pipeline.conll import UNKNOWN_TAG, TaggedSentence, spans_of_tags

_EDGES = "\"'.,،؛:()[]«»“”-"
_PROCLITICS = re.compile("^[وف]?(?:لل|[بك]?ال)")
_PLURALS = re.compile("(?:ات|ا\u064b?|\u064bا)$")
# Heads that make no name with an adjective alone: `الحكومة العراقية` is MISC on the adjective.
_GENERIC_WITH_ADJECTIVE = frozenset({"حكومة"})
# And those that make none alone: `الجيش`, but `الجيش الأمريكي` is a name.
_GENERIC_ALONE = frozenset({"حكومة", "جيش", "شرطة"})


def to_guidelines(sentence: TaggedSentence) -> TaggedSentence:
    """Return the sentence with the tags that the guidelines ask for; unknown ones stay so."""
    words = sentence.words
    tags = [tag if tag == UNKNOWN_TAG else "O" for tag in sentence.tags]
    known = ["O" if tag == UNKNOWN_TAG else tag for tag in sentence.tags]
    for name in spans_of_tags(known):
        for label, start, end in _parts(words, *name):
            tags[start] = f"B-{label}"
            tags[start + 1 : end] = [f"I-{label}"] * (end - start - 1)
    for place, word in enumerate(words):
        if tags[place] == "O" and is_nationality_adjective(word.strip(_EDGES)):
            tags[place] = "B-MISC"
    return TaggedSentence(words, tuple(tags))


def _parts(
    words: Sequence[str], label: str, start: int, end: int
) -> Iterator[tuple[str, int, int]]:
    """Yield what the guidelines leave of a name: (label, start, end), in words."""
    head = _PROCLITICS.sub("", words[start].strip(_EDGES))
    if label == "ORG":
        if head in _GENERIC_ALONE and end - start == 1:
            return
        with_adjective = end - start == 2 and is_nationality_adjective(words[end - 1].strip(_EDGES))
        if head in _GENERIC_WITH_ADJECTIVE and with_adjective:
            yield "MISC", start + 1, end
            return
    if label == "MISC" and (head in _currencies() or _PLURALS.sub("", head) in _currencies()):
        for place in range(start + 1, end):
            if is_nationality_adjective(words[place].strip(_EDGES)):
                yield "MISC", place, place + 1
        return
    yield label, start, end


@cache
def _currencies() -> frozenset[str]:
    """Return the units of CLDR's Arabic currency names (`دولار` of `دولار أمريكي`).

    ISO 4217 codes that begin with X are metals, funds and unions, of no country.
    """
    from babel import Locale

    names = Locale("ar").currencies.items()
    return frozenset(name.split()[0] for code, name in names if not code.startswith("X"))
