"""Who holds a position: a name where the noun phrase has one, else the noun phrase."""

from __future__ import annotations

from pipeline.annotators.stance.names import (
    BETWEEN,
    BODY,
    INSIDE,
    LONGEST,
    PERSON,
    Phrase,
    is_cue,
    joins,
    name_after,
    name_of_body,
    quoted_name,
    unseen_name,
    whole_name,
)
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Named, Text

_MANNER = "يا"
_PRONOUNS = frozenset(["هو", "هي", "هم", "هما", "نحن", "انا", "انت"])


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
        limit = min(first + LONGEST, high)
        while place < limit:
            named = self._text.entities.get(place)
            if named is not None and named.after <= high:
                if named.label == PERSON and self._in_apposition(first, place):
                    place += words[place].plays("theirs") and place + 1 < named.after
                    after = whole_name(self._text, named, high)
                    return Phrase(first, after, place, after, True)
                place = named.after
                continue
            following = self._next(first, place, limit)
            governed = place > first and words[place].reading.key in until
            if following is None or (governed and not words[place - 1].plays("quantity")):
                break
            place = following
        if place - 1 > first and words[place - 1].plays("hearer"):
            place -= words[place - 1].reading.preposition == "ل"
        found = self._named(first, place, high)
        if found.is_name:
            return found
        return (
            name_after(self._text, self._mentions, found, high)
            or unseen_name(self._text, self._mentions, found, high)
            or name_of_body(self._text, found, high)
            or found
        )

    def _named(self, first: int, after: int, high: int) -> Phrase:
        """Cut the phrase down to the name it begins with."""
        named = self._text.entities.get(first)
        if named is None or named.label == "MISC" or named.after > high:
            return Phrase(first, after, first, after, False)
        end = whole_name(self._text, named, high)
        while end < after and self._belongs(named, end):
            end += 1
        return Phrase(first, max(after, end), first, end, True)

    def _belongs(self, named: Named, place: int) -> bool:
        """Tell whether a word goes on with a name: `البرلمان العراقي`, `… والتنمية`."""
        if self._text.words[place].key.startswith("وال"):
            return True
        adjective = self._text.entities.get(place)
        if adjective is None or adjective.label != "MISC" or named.label != BODY:
            return False
        both = (self._text.words[n].reading.definite for n in (named.first, place))
        return all(both)

    def _in_apposition(self, first: int, place: int) -> bool:
        """Tell whether a person's name there is the phrase's own, not a possessor's."""
        if place == first:
            return True
        before = self._text.words[place - 1]
        if joins(self._text.words[place]):
            return False
        if not before.is_word:  # `صحيفة «الضفة» كريم المياحي`
            return before.plays("close", "straight")
        return not before.plays("preposition") and before.key not in BETWEEN

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
        if word.key.endswith(_MANNER) and not word.reading.roles:
            return False  # `قال شخصيا`
        stops = ("preposition", "complementiser", "relative", "negator", "ends", "condition")
        if word.plays(*stops, "now", "time", "concession", "according", "particle"):
            return False
        return not is_cue(word)

    def _next(self, first: int, place: int, limit: int) -> int | None:
        """Return where the phrase goes on after taking the word at a place, or None."""
        words = self._text.words
        word = words[place]
        if place == first:
            return place + 1
        if not word.is_word:
            return quoted_name(self._text, place, limit)
        if place in self._mentions or is_cue(word):
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
        if word.key in BETWEEN:
            return place + 1
        if word.reading.preposition:
            attached = word.reading.preposition == "ل" and not definite and not word.plays("hearer")
            return place + 1 if attached and word.reading.definite else None
        if word.reading.definite:
            return place + 1
        if word.key.startswith("ل"):
            return None
        return None if definite and words[place - 1].key not in BETWEEN else place + 1

    def _inside(self, first: int, place: int, limit: int, definite: bool) -> int | None:
        """Take a preposition into an indefinite phrase (`مسؤول في الوزارة`)."""
        word = self._text.words[place]
        linked = not definite and self._text.words[place - 1].plays("linked")
        if not (word.key in INSIDE or linked) or place + 1 >= limit:
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
