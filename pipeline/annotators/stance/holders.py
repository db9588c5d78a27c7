"""Who holds a position: a name where the noun phrase has one, else the noun phrase."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.annotators.stance.lexicon import ACT, EXPRESS, MODAL, OPERATOR, REPORT
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Named, Text, Word

_LONGEST = 12
_NAME_IN_QUOTES = 3
_SHORTEST_NAME, _LONGEST_NAME = 2, 4
_PERSON = "PER"
_BETWEEN = frozenset({"باسم", "بلسان"})
_INSIDE = frozenset({"في", "من", "عن", "لدي", "ضد", "الي"})
_PRONOUNS = frozenset(["هو", "هي", "هم", "هما", "نحن", "انا", "انت"])


# No title goes on over these.
_CLOSES = (
    "preposition",
    "complementiser",
    "relative",
    "negator",
    "ends",
    "condition",
    "now",
    "time",
    "occasion",
    "document",
    "according",
    "particle",
    "open",
    "straight",
)


class Phrase(NamedTuple):
    """A noun phrase `first` to `after`, and in it the words that name the holder."""

    first: int
    after: int
    name_first: int
    name_after: int
    is_name: bool


class Reader:
    """Reads noun phrases of one text; knows where the target is mentioned."""

    def __init__(self, text: Text, mentions: dict[int, Mention]) -> None:
        self._text = text
        self._mentions = mentions

    def read(self, first: int, high: int, until: frozenset[str] = frozenset()) -> Phrase | None:
        """Return the noun phrase that begins at a word, or None where none does.

        It does not go on over the prepositions of `until`, which belong to the verb.
        """
        words = self._text.words
        if first < high and words[first].plays("document"):
            issuer = self.read(first + 1, high) if not words[first].reading.definite else None
            if issuer is not None:
                return issuer._replace(first=first)
        if first >= high or not self._begins(first):
            return None
        place = first
        limit = min(first + _LONGEST, high)
        while place < limit:
            named = self._text.entities.get(place)
            if named is not None and named.after <= high:
                if named.label == _PERSON and self._in_apposition(first, place):
                    after = self._coordinated(self._with_surname(named, high), high)
                    return Phrase(first, after, place, after, True)
                place = named.after
                continue
            following = self._next(first, place, limit)
            if following is None or (place > first and words[place].reading.key in until):
                break
            place = following
        found = self._named(first, place, high)
        if found.is_name:
            return found
        return self._name_after(found, high) or self._unseen_name(found, high) or found

    def _unseen_name(self, phrase: Phrase, high: int) -> Phrase | None:
        """Return a title's phrase with a name the model did not see (`الناشطة رغد الطائي إن`).

        A name is two to four words the lexicon has no role for; then speech or a mark follows.
        """
        words = self._text.words
        if not words[phrase.first].plays("title") or not words[phrase.after - 1].reading.definite:
            return None
        for place in range(phrase.after, min(phrase.after + _LONGEST_NAME + 1, high)):
            word = words[place]
            if word.plays("complementiser", "pause", "preposition", "time", "now"):
                long_enough = place - phrase.after >= _SHORTEST_NAME
                return (
                    Phrase(phrase.first, place, phrase.after, place, True) if long_enough else None
                )
            surname = word.reading.definite and place > phrase.after
            if word.reading.roles or word.reading.preposition or word.reading.senses:
                return None
            if place in self._mentions or (word.reading.definite and not surname):
                return None
        return None

    def _name_after(self, phrase: Phrase, high: int) -> Phrase | None:
        """Return the phrase with the person's name its title goes on to.

        `النائب عن لجنة الأمن عدنان الساعدي`, `المتحدث باسم الحزب، هيمن زنكنة`.
        """
        words = self._text.words
        for place in range(phrase.after, min(phrase.first + _LONGEST, high)):
            word, before = words[place], words[place - 1]
            named = self._text.entities.get(place)
            if named is not None and named.label == _PERSON and named.after <= high:
                comma = before.key in ("،", ",")
                if word.key.startswith("و") or not (comma or before.reading.definite):
                    return None
                after = self._coordinated(self._with_surname(named, high), high)
                return Phrase(phrase.first, after, place, after, True)
            if not word.is_word and word.key not in ("،", ","):
                return None
            if word.key in _INSIDE or word.key in _BETWEEN:
                continue
            if _is_cue(word) or place in self._mentions or word.plays(*_CLOSES):
                return None
        return None

    def _named(self, first: int, after: int, high: int) -> Phrase:
        """Cut the phrase down to the name it begins with."""
        named = self._text.entities.get(first)
        if named is None or named.label == "MISC" or named.after > high:
            return Phrase(first, after, first, after, False)
        end = self._coordinated(self._with_surname(named, high), high)
        while end < after and self._text.words[end].key.startswith("وال"):
            end += 1
        return Phrase(first, max(after, end), first, end, True)

    def _with_surname(self, named: Named, high: int) -> int:
        """Take a surname in `ال…ي` into a person's first name the model saw alone."""
        after = named.after
        if after - named.first > 1 and self._text.words[after - 1].plays("hearer"):
            return after - 1
        if named.label != _PERSON or named.after - named.first > 1 or after >= high:
            return after
        key = self._text.words[after].key
        is_surname = key.startswith("ال") and key.endswith("ي") and after not in self._text.entities
        return after + is_surname

    def _coordinated(self, after: int, high: int) -> int:
        """Take in the names that `و` joins to a name."""
        while after < high and after in self._text.entities:
            named = self._text.entities[after]
            if not self._text.words[after].key.startswith("و") or named.label == "MISC":
                break
            after = min(named.after, high)
        return after

    def _in_apposition(self, first: int, place: int) -> bool:
        """Tell whether a person's name there is the phrase's own, not a possessor's."""
        if place == first:
            return True
        before = self._text.words[place - 1]
        if self._text.words[place].key.startswith("و") or not before.is_word:
            return False
        return not before.plays("preposition") and before.key not in _BETWEEN

    def _begins(self, place: int) -> bool:
        word = self._text.words[place]
        if place in self._text.entities:
            return self._text.entities[place].label != "MISC" or word.reading.definite
        if not word.is_word or place in self._mentions or word.key in _PRONOUNS:
            return False
        if not any(map(str.isalpha, word.key)):
            return False
        if word.reading.preposition and not word.plays("document"):
            return False
        stops = ("preposition", "complementiser", "relative", "negator", "ends", "condition")
        if word.plays(*stops, "now", "time", "concession", "according", "particle"):
            return False
        return not _is_cue(word)

    def _next(self, first: int, place: int, limit: int) -> int | None:
        """Return where the phrase goes on after taking the word at a place, or None."""
        words = self._text.words
        word = words[place]
        if place == first:
            return place + 1
        if not word.is_word:
            return self._quoted_name(place, limit)
        if place in self._mentions or _is_cue(word):
            return None
        if word.plays("now", "time", "ends", "according", "particle"):
            return None
        if word.plays("complementiser", "relative", "negator", "condition"):
            return None
        definite = self._definite(first, place)
        if definite and word.plays("anaphor"):
            return None  # the object: `وصف رئيس الحزب الاتفاق`
        if word.plays("preposition"):
            return self._inside(first, place, limit, definite)
        if word.key in _BETWEEN:
            return place + 1
        if word.reading.preposition:
            attached = word.reading.preposition == "ل" and not definite and not word.plays("hearer")
            return place + 1 if attached and word.reading.definite else None
        if word.reading.definite:
            return place + 1
        if word.key.startswith("ل"):
            return None
        return None if definite and words[place - 1].key not in _BETWEEN else place + 1

    def _inside(self, first: int, place: int, limit: int, definite: bool) -> int | None:
        """Take a preposition into an indefinite phrase (`مسؤول في الوزارة`)."""
        word = self._text.words[place]
        if word.key not in _INSIDE or place + 1 >= limit:
            return None
        following = self._text.words[place + 1]
        if not following.is_word or following.plays(
            "occasion", "now", "document", "complementiser"
        ):
            return None
        if place + 1 in self._mentions:
            return None
        if definite:
            named = self._text.entities.get(place + 1)
            takes = word.key == "في" and named is not None and named.label == "LOC"
            return named.after if takes and named and not self._is_name(first) else None
        return place + 2 if place + 1 not in self._text.entities else place + 1

    def _is_name(self, first: int) -> bool:
        return first in self._text.entities

    def _definite(self, first: int, place: int) -> bool:
        """Tell whether the phrase is complete before a place: its last word is definite."""
        words = self._text.words
        before = words[place - 1]
        if not before.is_word:
            return False
        if before.plays("preposition"):
            return False
        ended = any(
            named.after == place and named.label != "MISC"
            for start in range(max(first, place - 6), place)
            if (named := self._text.entities.get(start)) is not None
        )
        return ended or before.reading.definite

    def _quoted_name(self, place: int, limit: int) -> int | None:
        """Take in a name in quotes (`معهد "الأفق"`)."""
        words = self._text.words
        if not words[place].plays("open", "straight"):
            return None
        for after in range(place + 1, min(place + _NAME_IN_QUOTES + 2, limit)):
            if words[after].plays("close", "straight") and after > place + 1:
                return after + 1
            if not words[after].is_word:
                return None
        return None


def _is_cue(word: Word) -> bool:
    """Tell whether a word is a verb of the lexicon, or a noun of position with its article off."""
    if word.reading.definite:
        return False
    for sense in word.reading.senses:
        if sense.is_verb and sense.cue.kind in (REPORT, ACT, EXPRESS, MODAL, OPERATOR):
            return True
        if not sense.is_verb and sense.cue.kind in (ACT, MODAL):
            return True
    return False
