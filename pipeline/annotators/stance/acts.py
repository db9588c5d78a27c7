"""Acts that are positions themselves: `رفضت`, `طالب بـ`, `لا تنوي سحب`, `مطالب بإنهاء`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.annotators.stance.candidate import NEUTRAL, Candidate, label_of
from pipeline.annotators.stance.clauses import clause_end
from pipeline.annotators.stance.holders import Phrase, Reader
from pipeline.annotators.stance.lexicon import (
    ACT,
    EXPRESS,
    OPERATOR,
    PREDICATE,
    REPORT,
    Sense,
)
from pipeline.annotators.stance.morphology import NOUN, PARTICIPLE
from pipeline.annotators.stance.speech import Listener, Speech
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text

# Words from a cue to the preposition of its object; along the object to the target; back to a verb.
_TO_LINK, _TO_TARGET, _IN_CLAUSE, _BACK = 20, 9, 5, 10
# Words between a subject and a direct object that no rule knows.
_UNKNOWN = 1
_FEARING = frozenset({"warn", "fear"})
_DESCRIBING = frozenset({"وصف", "اعتبر", "وجد", "رأى"})
# How far back the target must have been named for `القرار` to mean it.
_RECENT = 60
# Classes whose denial is the contrary position; denying another class says nothing.
_TURNED_BY_NEGATION = frozenset({"support", "want", "reject"})


class Object(NamedTuple):
    """The target as the object of a position: its mention, and the sign of what stands between."""

    mention: Mention
    sign: int
    direct: bool


class Actor:
    """Finds acts in one text."""

    def __init__(
        self,
        text: Text,
        mentions: dict[int, Mention],
        objects: frozenset[int],
        reader: Reader,
        listener: Listener,
    ) -> None:
        self._objects = objects
        self._text = text
        self._mentions = mentions
        self._reader = reader
        self._listener = listener

    def find(self, low: int, high: int, speeches: Sequence[Speech]) -> Iterator[Candidate]:
        """Yield the acts of a sentence."""
        for place in range(low, high):
            word = self._text.words[place]
            if not word.reading.senses:
                continue
            describing = self._describing(place, low, high)
            if describing is not None:
                yield describing
            sense = self._sense(place, low)
            if sense is None or (place in self._mentions and not sense.is_verb):
                continue
            if sense.is_verb:
                found = self._verb(place, low, high, sense, speeches)
            else:
                found = self._noun(place, low, high, sense, speeches)
            if found is not None:
                yield found

    def _sense(self, place: int, low: int) -> Sense | None:
        """Return the act a word is: as a verb, unless what stands before wants a noun."""
        word = self._text.words[place]
        verbs = [sense for sense in word.reading.senses if sense.cue.kind == ACT and sense.is_verb]
        verb = min(verbs, key=lambda sense: sense.pronoun, default=None)
        noun = word.sense(ACT, verb=False)
        if verb is None or noun is None:
            return verb or noun
        before = self._text.words[place - 1] if place > low else None
        wants_noun = before is not None and (
            before.plays("preposition")
            or before.sense(EXPRESS) is not None
            or before.sense(ACT, verb=True) is not None
            or before.sense(OPERATOR) is not None
            or before.sense(REPORT, verb=True) is not None
        )
        return noun if wants_noun or noun.preposition or verb.pronoun else verb

    def _verb(
        self, place: int, low: int, high: int, sense: Sense, speeches: Sequence[Speech]
    ) -> Candidate | None:
        words = self._text.words
        negated = place > low and self._text.negates(place - 1)
        start = place - negated
        if negated and sense.cue.name not in _TURNED_BY_NEGATION and sense.cue.polarity:
            return None
        if start > low and words[start - 1].plays("relative"):
            return None
        speech = covering(speeches, place)
        floor = low if speech is None else max(low, speech.first)
        subject = self._listener.before(start, floor)
        if subject is not None and not sense.first_person:
            holder, first, after = subject, subject.first, place + 1
        else:
            first, after = start, place + 1
            following = None
            if not sense.first_person:
                following = self._reader.read(after, high, sense.cue.takes)
            if following is not None:
                holder, after = following, following.after
            elif speech is not None and (sense.first_person or self._begins_clause(start, floor)):
                holder = speech.holder
            elif self._listener.last is not None and self._begins_clause(start, low):
                holder = self._listener.last
            else:
                return None
        found = self._object(after, high, sense) or self._case(after, high, sense)
        if found is None:
            return None
        sign = -1 if negated else 1
        return self._candidate((first, place), high, sense, holder, found, sign)

    def _describing(self, place: int, low: int, high: int) -> Candidate | None:
        """Return a description of the target: `وصف فلان القرار بأنه …`."""
        words = self._text.words
        sense = words[place].sense(REPORT, verb=True)
        if sense is None or sense.cue.lemma not in _DESCRIBING:
            return None
        before = self._listener.before(place, low)
        subject = before or self._reader.read(place + 1, high)
        holder = subject or self._listener.last
        after = subject.after if subject is not None and before is None else place + 1
        found = self._along(after, high) if holder is not None else None
        if holder is None or found is None:
            return None
        if any(words[n].plays("complementiser") for n in range(after, found.mention.first)):
            return None
        for ahead in range(found.mention.after, min(found.mention.after + _TO_LINK, high)):
            if words[ahead].plays("pause", "ends"):
                return None
            judged = words[ahead].sense(PREDICATE)
            if judged is not None and not words[ahead].reading.definite:
                sign = found.sign * found.mention.side * judged.cue.polarity
                sign *= -1 if self._text.negates(ahead - 1) else 1
                first = place if before is None else before.first
                after = clause_end(self._text, ahead + 1, high)
                strength = found.mention.strength
                cue = judged.cue.lemma
                return Candidate(first, after, label_of(sign), holder, cue, "describe", strength, 2)
        return None

    def _begins_clause(self, place: int, low: int) -> bool:
        """Tell whether a verb whose subject went before begins a clause (`، ورفضت`)."""
        words = self._text.words
        if words[place].reading.conjunction or place == low:
            return True
        return not words[place - 1].is_word or words[place - 1].plays("complementiser", "particle")

    def _noun(
        self, place: int, low: int, high: int, sense: Sense, speeches: Sequence[Speech]
    ) -> Candidate | None:
        words = self._text.words
        carrier = self._carrier(place, low)
        if words[place].reading.definite and carrier is None:
            return None
        if sense.part == PARTICIPLE:
            subject = self._listener.before(place, low)
            found = self._object(place + 1, high, sense)
            if subject is None or found is None:
                return None
            return self._candidate((subject.first, place), high, sense, subject, found, 1)
        if place > low and words[place - 1].plays("negator"):
            return None
        own = None
        if not (sense.pronoun or words[place].reading.definite):
            own = self._reader.read(place + 1, high, sense.cue.takes)
        if own is not None and not own.is_name and not words[own.after - 1].reading.definite:
            own = None  # an adjective: `تأييد كبير`
        after = own.after if own is not None else place + 1
        found = self._object(after, high, sense) or self._case(after, high, sense)
        if found is None:
            return None
        if carrier is not None and (own is None or sense.pronoun):
            verb, subject = carrier
            express = words[verb].sense(EXPRESS, verb=True) is not None
            unbroken = all(words[n].key not in ("،", ",") for n in range(verb, place))
            first = verb if express and unbroken else place
            return self._candidate((first, place), high, sense, subject, found, 1)
        if own is not None:
            return self._candidate((place, place), high, sense, own, found, 1)
        speech = covering(speeches, place)
        if sense.pronoun and (speech is not None or self._listener.last is not None):
            holder = speech.holder if speech is not None else self._listener.last
            assert holder is not None
            return self._candidate((place, place), high, sense, holder, found, 1)
        return None

    def _carrier(self, place: int, low: int) -> tuple[int, Phrase] | None:
        """Return the verb before a noun of position and its subject (`أبدى فلان تأييده`)."""
        words = self._text.words
        for verb in range(place - 1, max(low, place - _BACK) - 1, -1):
            if words[verb].plays("complementiser"):
                return None
            if words[verb].sense(EXPRESS, verb=True) or words[verb].sense(REPORT, verb=True):
                subject = self._reader.read(verb + 1, place) or self._listener.before(verb, low)
                subject = subject or self._listener.last
                return None if subject is None else (verb, subject)
        return None

    def _object(self, first: int, high: int, sense: Sense) -> Object | None:
        """Return the target where it is the object of a cue."""
        words, takes = self._text.words, sense.cue.takes
        commas = unknown = 0
        demanded = sense.cue.name == "demand"
        for place in range(first, min(first + _TO_LINK, high)):
            word = words[place]
            if word.plays("complementiser"):
                if word.key not in ("ان", "بان") or (word.key == "بان" and "ب" not in takes):
                    return None
                return self._in_clause(place + 1, high)
            if self._attached(place) in takes or (
                "" in takes and (place == first or place in self._mentions) and unknown <= _UNKNOWN
            ):
                found = self._along(place, high, demanded=demanded)
                if found is not None:
                    return found
            if word.plays("procedure", "relative") and not commas:
                return None
            if word.reading.key in takes:
                following = place + 1
                if following < high and words[following].plays("complementiser"):
                    return self._in_clause(following + 1, high)
                return self._along(following, high, demanded=demanded)
            if word.plays("pause"):
                commas += 1
                if word.key not in ("،", ",", "-", "(", ")") or commas > 2:
                    return None
            elif word.is_word and not commas:
                unknown += not word.plays("transparent", "preposition")
                if self._is_verb(place):
                    return None
        return None

    def _case(self, first: int, high: int, sense: Sense) -> Object | None:
        """Return the target where it would bring what is feared (`من عودة … في حال الانسحاب`)."""
        if sense.cue.name not in _FEARING:
            return None
        for place in range(first, min(first + _TO_LINK // 2, high)):
            if self._text.words[place].plays("pause"):
                return None
            if self._text.words[place].plays("case"):
                for ahead in (place + 1, place + 2):
                    if ahead < high and ahead in self._mentions:
                        return Object(self._mentions[ahead], 1, False)
        return None

    def _is_verb(self, place: int) -> bool:
        word = self._text.words[place]
        return any(word.sense(kind, verb=True) for kind in (REPORT, ACT, EXPRESS)) and not any(
            word.sense(kind, verb=False) for kind in (REPORT, ACT)
        )

    def _attached(self, place: int) -> str:
        """Return the preposition written onto a word."""
        word = self._text.words[place]
        if word.reading.preposition:
            return word.reading.preposition
        if word.key in ("بعدم", "لعدم"):
            return word.key[0]
        if place in self._mentions and not word.reading.definite:
            key = word.key.lstrip("و")
            return key[0] if key[:1] in ("ب", "ل") and self._mentions[place].part == NOUN else ""
        return ""

    def _along(self, first: int, high: int, *, demanded: bool = False) -> Object | None:
        """Follow the object from word to word to the target; an unknown word breaks it off.

        Who demands a timetable for the target demands it; its file closed is the target.
        """
        words = self._text.words
        sign, budget = 1, 0
        filed = False
        for place in range(first, min(first + _TO_TARGET, high)):
            mention = self.mention(place)
            word = words[place]
            if (mention is None or filed) and (sign == 0 or filed) and place in self._objects:
                mention = Mention(place, place + 1, 1, 2, NOUN, False, False, False)
            filed = filed or word.plays("file")
            if mention is not None and (mention.strength > 1 or not word.plays("transparent")):
                return Object(mention, sign, True)
            operator = word.sense(OPERATOR) or word.sense(ACT, verb=False)
            if demanded and word.plays("schedule"):
                budget += 2
                continue
            if word.plays("procedure", "pause", "relative"):
                return None
            if word.plays("negator"):
                sign = -sign
            elif operator is not None and not word.plays("transparent"):
                sign *= operator.cue.polarity
            elif word.plays("decision"):
                budget += 2
            elif word.is_word and not word.plays("transparent", "now"):
                budget -= 1
                if budget < 0:
                    return None
        return None

    def _in_clause(self, first: int, high: int) -> Object | None:
        """Return the target among the first words of a clause (`من أن انسحاب …`)."""
        sign = 1
        for place in range(first, min(first + _IN_CLAUSE, high)):
            word = self._text.words[place]
            mention = self._mentions.get(place)
            if mention is not None:
                return Object(mention, sign, False)
            if word.plays("pause", "procedure"):
                return None
            if word.plays("negator"):
                sign = -sign
            elif (operator := word.sense(OPERATOR)) is not None:
                sign *= operator.cue.polarity
        return None

    def mention(self, place: int) -> Mention | None:
        """Return the mention at a place, or `القرار` where it stands for one named before."""
        if place in self._mentions:
            return self._mentions[place]
        if not self._text.words[place].plays("anaphor"):
            return None
        near = any(n in self._mentions for n in range(max(0, place - _RECENT), place))
        return Mention(place, place + 1, 1, 1, NOUN, False, False, False) if near else None

    def _candidate(
        self,
        place: tuple[int, int],
        high: int,
        sense: Sense,
        holder: Phrase,
        found: Object,
        sign: int,
    ) -> Candidate:
        first, cue = place
        after = clause_end(self._text, max(found.mention.after, cue + 1), high)
        sign *= sense.cue.polarity * found.sign * found.mention.side
        label = label_of(sign)
        gradual = any(
            (judged := self._text.words[n].sense(PREDICATE)) is not None
            and judged.cue.polarity == 0
            for n in range(found.mention.after, after)
        )
        conditional = is_conditional(self._text, found.mention.after, high)
        if gradual or conditional or self._neither(found.mention.after, high, sense):
            label = NEUTRAL
            after = max(after, _through(self._text, found.mention.after, after, high))
        rule = f"{sense.cue.name}-{'verb' if sense.is_verb else 'noun'}"
        self._listener.remember(holder)
        return Candidate(
            first, after, label, holder, sense.cue.lemma, rule, found.mention.strength, 1
        )

    def _neither(self, first: int, high: int, sense: Sense) -> bool:
        """Tell whether `ولا` and a contrary act follow (`لا يؤيد … ولا يعارض`)."""
        words = self._text.words
        for place in range(first, min(first + 4, high - 1)):
            if words[place].key == "ولا":
                other = words[place + 1].sense(ACT, verb=True)
                return other is not None and other.cue.polarity == -sense.cue.polarity
        return False


def covering(speeches: Sequence[Speech], place: int) -> Speech | None:
    """Return the innermost speech a word stands in."""
    inside = [speech for speech in speeches if speech.first <= place < speech.after]
    return min(inside, key=lambda speech: speech.after - speech.first, default=None)


def is_conditional(text: Text, first: int, high: int) -> bool:
    """Tell whether a condition follows in the same breath (`بشرط`, `إذا`, `ما لم`)."""
    for place in range(first, min(first + 8, high)):
        word = text.words[place]
        if word.plays("pause", "close") and place > first + 1:
            return False
        if word.plays("condition") or (place in text.raw_hamza and not word.plays("ends")):
            return True
        if word.key == "ما" and place + 1 < high and text.words[place + 1].key == "لم":
            return True
    return False


def _through(text: Text, first: int, after: int, high: int) -> int:
    for place in range(first, min(first + 8, high)):
        if text.words[place].plays("condition"):
            return clause_end(text, place + 1, high)
    return after
