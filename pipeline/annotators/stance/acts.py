"""Acts that are positions themselves: `رفضت`, `طالب بـ`, `لا تنوي سحب`, `مطالب بإنهاء`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.annotators.stance.candidate import NEUTRAL, Candidate, label_of
from pipeline.annotators.stance.clauses import clause_end
from pipeline.annotators.stance.conditions import is_conditional, is_neither, through_condition
from pipeline.annotators.stance.descriptions import Describer
from pipeline.annotators.stance.holders import Reader
from pipeline.annotators.stance.lexicon import (
    ACT,
    EXPRESS,
    OPERATOR,
    PREDICATE,
    REPORT,
    Sense,
)
from pipeline.annotators.stance.morphology import PARTICIPLE
from pipeline.annotators.stance.names import Phrase
from pipeline.annotators.stance.objects import Object, Objects
from pipeline.annotators.stance.speech import Speech, covering
from pipeline.annotators.stance.subjects import Subjects
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text

# How far back the verb stands that carries a noun of position.
_BACK = 10
# How far before plans their denial stands (`ليس لدينا أي خطط`).
_TO_NEGATION = 4
_DENYING, _DECIDING, _PLANNING, _ANNOUNCING = "deny", "decide", "plan", "أعلن"
# Their condition is when, not whether (`تعهد بإنهاء … إذا فاز`).
_VOWS = frozenset({"وعد", "تعهد", "أقسم"})
# Classes whose denial is the contrary position; denying another class says nothing.
_TURNED_BY_NEGATION = frozenset({"support", "want", "reject", "plan"})


class Actor:
    """Finds acts in one text."""

    def __init__(
        self,
        text: Text,
        mentions: dict[int, Mention],
        objects: Objects,
        reader: Reader,
        subjects: Subjects,
    ) -> None:
        self._objects = objects
        self._text = text
        self._mentions = mentions
        self._reader = reader
        self._subjects = subjects
        self._describer = Describer(text, objects, reader, subjects)

    def find(self, low: int, high: int, speeches: Sequence[Speech]) -> Iterator[Candidate]:
        """Yield the acts of a sentence."""
        for place in range(low, high):
            word = self._text.words[place]
            if not word.reading.senses:
                continue
            described = self._describer.at(place, low, high)
            if described is not None:
                yield described
            for sense in self._senses(place, low):
                if sense.is_verb:
                    found = self._verb(place, low, high, sense, speeches)
                elif place not in self._mentions:
                    found = self._noun(place, low, high, sense, speeches)
                else:
                    found = None
                if found is not None:
                    yield found
                    break

    def _senses(self, place: int, low: int) -> list[Sense]:
        """Return the acts a word may be: as a verb, unless what stands before wants a noun."""
        word = self._text.words[place]
        acts = [sense for sense in word.reading.senses if sense.cue.kind == ACT]
        verbs = sorted((s for s in acts if s.is_verb), key=lambda sense: sense.pronoun)
        nouns = [sense for sense in acts if not sense.is_verb]
        if self._subjects.tells_more(place, low):  # `، مطالباً الحكومة بـ`: no demands of hers
            nouns.sort(key=lambda sense: sense.part != PARTICIPLE)
        if not verbs or not nouns:
            return verbs or nouns
        before = self._text.words[place - 1] if place > low else None
        wants_noun = before is not None and (
            before.plays("preposition")
            or before.sense(EXPRESS) is not None
            or before.sense(ACT, verb=True) is not None
            or before.sense(OPERATOR) is not None
            or before.sense(REPORT, verb=True) is not None
        )
        return nouns if wants_noun or nouns[0].preposition or verbs[0].pronoun else verbs

    def _verb(
        self, place: int, low: int, high: int, sense: Sense, speeches: Sequence[Speech]
    ) -> Candidate | None:
        negated = place > low and self._text.negates(place - 1)
        start = place - negated
        if not self._counts(start, low, sense, negated=negated):
            return None
        speech = covering(speeches, place)
        floor = low if speech is None else max(low, speech.first)
        subject = self._subjects.before(start, floor)
        if self._subjects.is_pronoun(place, floor) and not sense.first_person:
            meant = speech.holder if speech is not None else self._subjects.meant(place, low)
            if meant is None:
                return None
            holder, first, after = meant, start, place + 1
        elif subject is not None and not sense.first_person:
            holder, first, after = subject, subject.first, place + 1
        else:
            first, after = start, place + 1
            following = None
            if not sense.first_person:
                following = self._subjects.after(place, after, high, sense, sense.cue.takes)
            if following is not None:
                holder, after = following, following.after
            elif speech is not None and (sense.first_person or self._begins_clause(start, floor)):
                holder = speech.holder
            elif self._begins_clause(start, low) and (told := self._subjects.meant(place, low)):
                holder = told
            else:
                return None
        found = self._objects.of(after, high, sense)
        if found is None or self._only_tells(sense, after, found):
            return None
        if self._text.words[holder.first].plays("anaphor"):
            return None  # `الاتفاق يسمح ببقاء قوة`: a thing holds no position
        if speech is not None and self._is_own(holder, speech):
            holder = speech.holder
        sign = -1 if negated else 1
        return self._candidate((first, place), high, sense, holder, found, sign)

    def _counts(self, start: int, low: int, sense: Sense, *, negated: bool) -> bool:
        """Tell whether a verb, denied or not, takes a position of its subject's."""
        if negated and sense.cue.name not in _TURNED_BY_NEGATION and sense.cue.polarity:
            return False
        future = self._text.words[start + negated].shall()
        if (
            sense.cue.name == _PLANNING or (sense.cue.name == _DECIDING and future)
        ) and not negated:
            return False  # procedure
        return not (start > low and self._text.words[start - 1].plays("relative"))

    def _only_tells(self, sense: Sense, first: int, found: Object) -> bool:
        """Tell whether a report is denied (`نفى أنباء عن …`), or made (`أعلن أن … اتفقتا على`)."""
        role = {_DENYING: "rumour", _ANNOUNCING: "complementiser"}
        between = self._text.words[first : found.mention.first]
        told = role.get(sense.cue.name) or role.get(sense.cue.lemma)
        return told is not None and any(word.plays(told) for word in between)

    def _is_own(self, holder: Phrase, speech: Speech) -> bool:
        """Tell whether a subject is what the speaker speaks for (`إن بلاده ترفض`)."""
        if holder.is_name:
            return False
        word = self._text.words[holder.first]
        return word.plays("own") or (
            speech.holder.is_name and holder.after - holder.first == 1 and word.plays("body")
        )

    def _begins_clause(self, place: int, low: int) -> bool:
        """Tell whether a verb whose subject went before begins a clause (`، ورفضت`)."""
        words = self._text.words
        if words[place].reading.conjunction or place == low:
            return True
        return not words[place - 1].is_word or words[place - 1].plays(
            "complementiser", "particle", "ends"
        )

    def _noun(
        self, place: int, low: int, high: int, sense: Sense, speeches: Sequence[Speech]
    ) -> Candidate | None:
        words = self._text.words
        if sense.cue.name == _PLANNING:
            return self._no_plan(place, low, high, sense, speeches)
        carrier = self._carrier(place, low)
        if words[place].reading.definite and carrier is None:
            return None
        if sense.part == PARTICIPLE:
            negated = place > low and self._text.negates(place - 1)
            subject = self._subjects.before(place, low)
            found = self._objects.governed(place + 1, high, sense)
            if subject is None and found is not None and self._subjects.tells_more(place, low):
                subject = self._subjects.of_participle(place, low)
                if subject is None:
                    return None
                return self._candidate((place, place), high, sense, subject, found, 1)
            if subject is None or found is None:
                return None
            speech = covering(speeches, place)
            own_body = speech is not None and self._is_own(subject, speech)
            holder = speech.holder if speech is not None and own_body else subject
            sign = -1 if negated else 1  # `غير متحمسين لـ`
            return self._candidate((subject.first, place), high, sense, holder, found, sign)
        if place > low and words[place - 1].plays("negator"):
            return None
        own = None
        if not (sense.pronoun or words[place].reading.definite):
            own = self._reader.read(place + 1, high, sense.cue.takes)
        if own is not None and not own.is_name and not self._may_act(place, own):
            own = None  # an adjective: `تأييد كبير`
        if own is None and words[place].reading.preposition == "ل":
            return None  # what something is for: `مهلة لدعم العمليات`
        after = own.after if own is not None else place + 1
        found = self._objects.of(after, high, sense)
        if found is None:
            return None
        if sense.cue.name == _DECIDING and not (
            carrier is not None and words[carrier[0]].sense(EXPRESS, verb=True)
        ):
            return None  # `اتخذ قراره بإنهاء`, but no other decision: most are procedure
        if carrier is not None and (own is None or sense.pronoun):
            verb, subject = carrier
            express = words[verb].sense(EXPRESS) is not None
            unbroken = all(words[n].key not in ("،", ",") for n in range(verb, place))
            first = verb if express and unbroken else place
            return self._candidate((first, place), high, sense, subject, found, 1)
        if own is not None:
            return self._candidate((place, place), high, sense, own, found, 1)
        speech = covering(speeches, place)
        speaker = speech.holder if speech is not None else self._subjects.meant(place, low)
        if sense.pronoun and speaker is not None:
            return self._candidate((place, place), high, sense, speaker, found, 1)
        return None

    def _no_plan(
        self, place: int, low: int, high: int, sense: Sense, speeches: Sequence[Speech]
    ) -> Candidate | None:
        """Read that somebody has no plans (`واشنطن ليس لديها خطط لسحب`); plans are procedure."""
        negations = range(max(low, place - _TO_NEGATION), place)
        denied = next((n for n in negations if self._text.negates(n)), None)
        found = self._objects.of(place + 1, high, sense) if denied is not None else None
        if denied is None or found is None:
            return None
        speech = covering(speeches, place)
        subject = self._subjects.before(denied, low if speech is None else max(low, speech.first))
        holder = subject or (speech.holder if speech is not None else None)
        if holder is None:
            return None
        first = denied if subject is None else subject.first
        return self._candidate((first, place), high, sense, holder, found, -1)

    def _may_act(self, place: int, phrase: Phrase) -> bool:
        """Tell whose act a noun may be; `لدعم العمليات` has its object after it."""
        words = self._text.words
        if words[place].reading.preposition == "ل":
            return words[phrase.first].plays("title", "body", "speaker", "source")
        return words[phrase.after - 1].reading.definite

    def _carrier(self, place: int, low: int) -> tuple[int, Phrase] | None:
        """Return the verb before a noun of position and its subject (`أبدى فلان تأييده`)."""
        words = self._text.words
        for verb in range(place - 1, max(low, place - _BACK) - 1, -1):
            if words[verb].plays("complementiser"):
                return None
            if words[verb].sense(EXPRESS, verb=False) and self._subjects.tells_more(verb, low):
                subject = self._subjects.of_participle(verb, low)
                return None if subject is None else (verb, subject)
            if words[verb].sense(EXPRESS, verb=True) or words[verb].sense(REPORT, verb=True):
                subject = self._reader.read(verb + 1, place) or self._subjects.before(verb, low)
                subject = subject or self._subjects.meant(verb, low)
                return None if subject is None else (verb, subject)
        return None

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
        sign *= sense.cue.polarity
        # Who refuses to wait (`لن نقبل بتأجيل الخروج`) is for what is not to wait.
        sign *= (found.sign or min(sign, 0)) * found.mention.side
        label = label_of(sign)
        gradual = any(
            (judged := self._text.words[n].sense(PREDICATE)) is not None
            and judged.cue.polarity == 0
            and not self._text.words[n].reading.definite
            for n in (*range(cue + 1, found.mention.first), *range(found.mention.after, after))
        )
        conditional = sense.cue.lemma not in _VOWS and is_conditional(
            self._text, found.mention.after, high
        )
        if gradual or conditional or is_neither(self._text, found.mention.after, high, sense):
            label = NEUTRAL
            after = max(after, through_condition(self._text, found.mention.after, after, high))
        rule = f"{sense.cue.name}-{'verb' if sense.is_verb else 'noun'}"
        self._subjects.last = holder
        return Candidate(
            first, after, label, holder, sense.cue.lemma, rule, found.mention.strength, 1
        )
