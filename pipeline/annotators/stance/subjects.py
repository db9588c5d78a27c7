"""Who does what a verb says: after it, before it, by a pronoun, or whoever was named last."""

from __future__ import annotations

from pipeline.annotators.stance.holders import Reader
from pipeline.annotators.stance.lexicon import ACT, EXPRESS, REPORT, Sense
from pipeline.annotators.stance.morphology import IMPERFECT, PAST
from pipeline.annotators.stance.names import PERSON, Phrase
from pipeline.annotators.stance.words import Text

# How far back a subject stands; how far back it was named; how far a topic stands from its verb.
_TO_SUBJECT, _RECENT, _TO_TOPIC = 9, 60, 30
# A dateline, or an opening phrase, ends this soon.
_TO_DATE = 6
_PEOPLE = ("title", "body", "speaker", "source", "quantity")
_OF_PEOPLE = frozenset({REPORT, ACT, EXPRESS})
_CITES = "نقل"  # `نقل البيان عن الوزير`
_RELAYED = frozenset({_CITES, "جاء", "ورد"})
_COMMAS = frozenset({"،", ","})
_TOPIC = "اما"


class Subjects:
    """Finds the subjects of verbs in one text; remembers who spoke or acted last."""

    def __init__(self, text: Text, reader: Reader) -> None:
        self._text = text
        self._reader = reader
        self.last: Phrase | None = None

    def of_report(self, place: int, low: int, high: int, sense: Sense) -> Phrase | None:
        """Return who says: after the verb, before it, or whoever spoke last."""
        words = self._text.words
        if sense.cue.lemma in _RELAYED:
            for ahead in range(place + 1, min(place + _TO_SUBJECT, high)):
                word = words[ahead]
                if word.key == "عن":
                    return self._reader.read(ahead + 1, high)
                if sense.cue.lemma == _CITES or not word.plays("document"):
                    continue
                told = word.plays("statement") and word.reading.definite
                return (self.last if told else None) or self._reader.read(ahead, high)
            if sense.cue.lemma != _CITES:
                return None
        if self.is_pronoun(place, low):
            return self.meant(place, low)
        if place > low and words[place - 1].plays("relative"):
            return self._antecedent(place - 1, low)
        after = place + 1
        if after < high and words[after].plays("bound"):
            after += 1
        elif after + 2 < high and words[after].plays("preposition"):
            person = self._text.entities.get(after + 2)
            after += 2 * (person is not None and person.label == PERSON)
        phrase = self.after(place, after, high, sense)
        if phrase is not None and not words[phrase.first].plays("occasion"):
            return phrase
        return self.before(place, low) or self.meant(place, low)

    def _antecedent(self, relative: int, low: int) -> Phrase | None:
        """Return whom a relative tells of: the name right before (`فلان الذي قال`)."""
        entities = self._text.entities
        for first in range(relative - 1, max(low - 1, relative - _TO_SUBJECT), -1):
            named = entities.get(first)
            if named is not None and named.label == PERSON:
                return self._reader.read(first, named.after)
        return None

    def after(
        self,
        place: int,
        first: int,
        high: int,
        sense: Sense,
        until: frozenset[str] = frozenset(),
    ) -> Phrase | None:
        """Return the noun phrase after a verb that agrees with it, from a word on."""
        phrase = self._reader.read(first, high, until)
        if phrase is None or self._disagrees(place, phrase, sense):
            return None
        head = self._text.words[phrase.first]
        if self.last is not None and not phrase.is_name and head.reading.definite:
            return self.last if head.plays("statement") else phrase
        return phrase

    def _disagrees(self, place: int, phrase: Phrase, sense: Sense) -> bool:
        """Tell whether a verb in the masculine stands before a feminine noun: its object."""
        words = self._text.words
        key = words[place].key
        if sense.part == PAST:
            masculine = not key.endswith("ت")
            if key.endswith("وا"):  # only a pronoun is the subject of a plural before its noun
                return True
        else:
            masculine = sense.part == IMPERFECT and key.lstrip("وفس").startswith("ي")
        head = words[phrase.first]
        raw = self._text.raw[head.start : head.end]
        return masculine and raw.endswith("ة") and phrase.name_first != phrase.first

    def is_pronoun(self, place: int, low: int) -> bool:
        """Tell whether a pronoun is the subject (`لكنه نصح`, `إنها ترفض`, `وهو يعارض`)."""
        before = place - 1
        if before > low and self._text.words[before].plays("negator"):
            before -= 1
        return before >= low and self._text.words[before].plays("pronoun")

    def meant(self, place: int, low: int) -> Phrase | None:
        """Return whom a pronoun, or a verb without a subject, means."""
        if self.last is not None and self.last.first >= low:
            return self.last
        return self._topic(place, low) or self.last or self._named(place, 0)

    def tells_more(self, place: int, low: int) -> bool:
        """Tell whether an indefinite participle goes on after a mark or `و`: `، داعياً إلى`."""
        word = self._text.words[place]
        if word.reading.definite or not word.key.endswith(("ا", "ه", "ين")):
            return False
        return place > low and (word.reading.conjunction or not self._text.words[place - 1].is_word)

    def of_participle(self, place: int, low: int) -> Phrase | None:
        """Return whom a participle tells more of: who spoke or acted in its sentence."""
        if self.last is not None and low <= self.last.first < place:
            return self.last
        words = self._text.words
        for verb in range(place - 1, low - 1, -1):
            if words[verb].plays("now", "time"):
                continue  # `عقب صلاة الجمعة`
            if any(s.is_verb and s.cue.kind in _OF_PEOPLE for s in words[verb].reading.senses):
                found = self._reader.read(verb + 1, place) or self.before(verb, low)
                return found or self.last
        begins = self._begins(low, place)
        subject = self._reader.read(begins + 1, place)
        if subject is not None and (subject.is_name or words[subject.first].plays(*_PEOPLE)):
            return subject
        return self._topic(place, low) or subject or self.last

    def _begins(self, low: int, high: int) -> int:
        """Return where a sentence begins, past its dateline or opening phrase (`في المقابل،`)."""
        words = self._text.words
        for place in range(low, min(low + _TO_DATE, high)):
            if words[place].key == "-" or (
                words[place].key in _COMMAS and words[low].plays("preposition")
            ):
                return place + 1
        return low

    def _topic(self, place: int, low: int) -> Phrase | None:
        """Return the person the sentence named first, right after its verb or at its beginning."""
        entities = self._text.entities
        begins = self._begins(low, place)
        if self._text.words[begins].plays("copula"):  # `وكان مجلس العشائر قد أصدر`
            subject = self._reader.read(begins + 1, place)
            if subject is not None and subject.is_name:
                return subject
        for first in range(begins, min(begins + _TO_SUBJECT, place)):
            if self._text.words[first].plays("preposition", "complementiser"):
                return None
            if first in entities and entities[first].label == "PER":
                return self._reader.read(first, entities[first].after)
        return None

    def _named(self, place: int, low: int) -> Phrase | None:
        """Return the person or body named last before a place."""
        entities = self._text.entities
        for first in range(place - 1, max(low - 1, place - _RECENT), -1):
            if first in entities and entities[first].label in ("PER", "ORG"):
                return self._reader.read(first, entities[first].after)
        return None

    def before(self, place: int, low: int) -> Phrase | None:
        """Return the noun phrase before a verb (`باريس تعارض`, `أما فلان، وهو نائب، فيرفض`)."""
        words = self._text.words
        if place - 1 < low:
            return None
        while place > low and (
            words[place - 1].plays("negator", "auxiliary") or words[place - 1].key.endswith("قد")
        ):
            place -= 1
        if place <= low:
            return None
        found = self._adjacent(place, low) if words[place - 1].is_word else None
        return found or self._aside(place, low)

    def _adjacent(self, place: int, low: int) -> Phrase | None:
        words, entities = self._text.words, self._text.entities
        for first in range(max(low, place - _TO_SUBJECT), place):
            begins = first == low or not words[first - 1].is_word
            begins = begins or words[first - 1].plays("complementiser", "ends")
            begins = begins or words[first - 1].key == _TOPIC or words[first - 1].plays("copula")
            named = entities.get(first)
            if begins or (named is not None and named.after == place and named.label != "MISC"):
                phrase = self._reader.read(first, place)
                if phrase is not None and phrase.after == place:
                    return phrase
        return None

    def _aside(self, place: int, low: int) -> Phrase | None:
        """Return the subject an aside, or `فـ`, parts from its verb."""
        words = self._text.words
        if place - low > _TO_TOPIC:
            return None
        if words[low].key.lstrip("و") == _TOPIC and words[place].key.startswith("ف"):
            return self._reader.read(low + 1, place)
        if words[place - 1].key not in _COMMAS or words[place].reading.conjunction:
            return None
        phrase = self._reader.read(low, place)
        if phrase is None or not phrase.is_name or phrase.after >= place - 1:
            return None
        return phrase if words[phrase.after].key in _COMMAS else None
