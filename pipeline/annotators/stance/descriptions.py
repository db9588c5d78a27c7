"""The target described by somebody, or met with a position: `وصف القرار بأنه`, `قوبل برفض`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.annotators.stance.candidate import Candidate, label_of
from pipeline.annotators.stance.clauses import clause_end
from pipeline.annotators.stance.holders import Reader
from pipeline.annotators.stance.lexicon import ACT, PREDICATE, RECEIVE, REPORT, Sense
from pipeline.annotators.stance.names import Phrase
from pipeline.annotators.stance.objects import Object, Objects
from pipeline.annotators.stance.subjects import Subjects
from pipeline.annotators.stance.words import Text, Word

_DESCRIBING = frozenset({"وصف", "اعتبر", "وجد", "رأى", "عد"})
_HIM = frozenset({"اياه", "اياها"})
# How far on a description goes, a position stands from what meets with it, its holder from it.
_TO_PREDICATE, _TO_POSITION, _TO_HOLDER = 20, 10, 4
_BEFORE = 4


class Describer:
    """Finds descriptions of the target in one text."""

    def __init__(self, text: Text, objects: Objects, reader: Reader, subjects: Subjects) -> None:
        self._text = text
        self._objects = objects
        self._reader = reader
        self._subjects = subjects

    def at(self, place: int, low: int, high: int) -> Candidate | None:
        """Return what a word of describing or meeting says of the target."""
        word = self._text.words[place]
        met = word.sense(RECEIVE, verb=True)
        if met is not None and (found := self._met(place, low, high, met)):
            return found
        for sense in word.reading.senses:
            if sense.cue.kind == REPORT and sense.cue.lemma in _DESCRIBING:
                return self._described(place, low, high, sense)
        return None

    def _described(self, place: int, low: int, high: int, sense: Sense) -> Candidate | None:
        words = self._text.words
        before: Phrase | None = None
        after: Phrase | None = None
        if sense.is_verb:
            before = self._subjects.before(place, low)
            after = None if before is not None else self._reader.read(place + 1, high)
            holder = before or after or self._subjects.last
        elif words[place].reading.definite or sense.cue.lemma == "عد":
            return None
        else:
            holder = self._subjects.of_participle(place, low)
        start = after.after if after is not None else place + 1
        found = self._object(place, start, high, sense) if holder is not None else None
        if holder is None or found is None:
            return None
        if any(words[n].plays("complementiser") for n in range(start, found.mention.first)):
            return None
        first = place if before is None else before.first
        return self._said(max(start, found.mention.after), first, high, holder, found)

    def _object(self, place: int, start: int, high: int, sense: Sense) -> Object | None:
        """Return what is described; a pronoun means the target where it was named just before."""
        pointed = start < high and self._text.words[start].key in _HIM
        if sense.pronoun or pointed:
            return self._objects.meant(place)
        return self._objects.along(start, high)

    def _said(
        self, start: int, first: int, high: int, holder: Phrase, found: Object
    ) -> Candidate | None:
        words = self._text.words
        for ahead in range(start, min(start + _TO_PREDICATE, high)):
            if words[ahead].plays("pause", "ends") and not words[ahead].key.startswith("لكن"):
                return None
            judged = words[ahead].sense(PREDICATE)
            if judged is None or (words[ahead].reading.definite and not _points(words, ahead)):
                continue
            sign = found.sign * found.mention.side * judged.cue.polarity
            sign *= -1 if self._text.negates(ahead - 1) else 1
            after = clause_end(self._text, ahead + 1, high)
            strength, cue = found.mention.strength, judged.cue.lemma
            return Candidate(first, after, label_of(sign), holder, cue, "describe", strength, 2)
        return None

    def _met(self, place: int, low: int, high: int, sense: Sense) -> Candidate | None:
        """Return a position the target meets with: `قوبل القرار برفض واسع من النقابات`."""
        found = self._objects.along(place + 1, high)
        start = place
        if found is None:
            before = range(place - 1, max(low, place - _BEFORE) - 1, -1)
            mention = next((m for n in before if (m := self._objects.mention(n))), None)
            if mention is None:
                return None
            found, start = Object(mention, 1), mention.first
        first = max(place + 1, found.mention.after)
        for ahead in range(first, min(first + _TO_POSITION, high)):
            if self._text.words[ahead].plays("pause", "relative"):
                return None
            position = self._text.words[ahead].sense(ACT, verb=False)
            if position is None or not position.cue.polarity:
                continue
            holder = self._holder(ahead + 1, high)
            if holder is None:
                return None
            sign = position.cue.polarity * found.sign * found.mention.side
            sign *= -1 if place > low and self._text.negates(place - 1) else 1
            after = clause_end(self._text, max(holder.after, ahead + 1), high)
            strength = found.mention.strength
            rule = "met-noun"
            return Candidate(
                start, after, label_of(sign), holder, sense.cue.lemma, rule, strength, 1
            )
        return None

    def _holder(self, first: int, high: int) -> Phrase | None:
        """Return whose position it is: past adjectives and `من`, `لدى`, `من قبل`."""
        words = self._text.words
        for place in range(first, min(first + _TO_HOLDER, high)):
            between = words[place].plays("preposition", "transparent")
            if between and not words[place].reading.definite:
                continue
            phrase = self._reader.read(place, high)
            if phrase is not None and (phrase.is_name or words[phrase.after - 1].reading.definite):
                return phrase
            return None
        return None


def _points(words: Sequence[Word], place: int) -> bool:
    """Tell whether a definite word is what is said: `في الاتجاه الصحيح`."""
    return any(word.plays("toward") for word in words[max(0, place - 2) : place])
