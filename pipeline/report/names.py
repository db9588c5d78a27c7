"""Names as written, gathered under the name they write."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.arabic.script import fold
from pipeline.report.items import Place, Places

# Attached words that a span takes in with the name (guidelines, "word edge").
_PROCLITICS = "وفبلكس"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as most often written, and where it stands in any form."""

    text: str
    places: Places


def gather_names(mentions: Iterable[tuple[str, Place]]) -> tuple[Name, ...]:
    """Return the names of mentions, the most frequent first.

    Forms are one name when they differ in tashkeel, tatweel and the like, or by an attached
    proclitic, where the rest stands alone elsewhere: `وبغداد` goes with `بغداد`.
    """
    forms = [(" ".join(text.split()), place) for text, place in mentions]
    keys = {text: fold(text) for text, _ in forms}
    known = set(keys.values())
    places: dict[str, list[Place]] = defaultdict(list)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for text, place in forms:
        key = _without_proclitics(keys[text], known)
        places[key].append(place)
        # A form with its proclitic names the group only if there is no other.
        spellings[key][text] += 1 if keys[text] == key else 0
    names = (Name(_commonest(spellings[key]), tuple(own)) for key, own in places.items())
    return tuple(sorted(names, key=lambda name: (-len(name.places), name.text)))


def _without_proclitics(key: str, known: set[str]) -> str:
    while key[:1] and key[0] in _PROCLITICS:
        bare = f"ا{key[1:]}" if key.startswith("لل") else key[1:]
        if bare not in known:
            return key
        key = bare
    return key


def _commonest(spellings: Mapping[str, int]) -> str:
    return min(spellings, key=lambda text: (-spellings[text], text))
