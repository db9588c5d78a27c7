"""What is said of the target in someone's speech: that it must be, is good or bad, will not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.annotators.stance.acts import covering
from pipeline.annotators.stance.candidate import NEUTRAL, Candidate, label_of
from pipeline.annotators.stance.clauses import clause_end, clause_start
from pipeline.annotators.stance.conditions import is_conditional
from pipeline.annotators.stance.lexicon import ACT, MODAL, OPERATOR, PREDICATE, REPORT, Sense
from pipeline.annotators.stance.morphology import IMPERATIVE, NOUN, PAST
from pipeline.annotators.stance.speech import Speech
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text, Word

_LONGEST_CLAUSE, _SLOGAN, _TO_TARGET, _TO_MODAL = 40, 4, 8, 3
_NEEDED = "ضروري"
# What is considered says nothing; what is not is refused.
_CONSIDERED = frozenset({"مطروح"})
_ME = frozenset({"انا", "نحن", "اننا", "انني", "اني", "وانا", "ونحن", "هو", "هي", "هم"})
_NOT_ME = frozenset({"لست", "لسنا", "ليس", "ليست", "لا"})
# After these a word of praise or blame speaks of something else.
_IN_PASSING = frozenset({"حتي", "بعد", "قبل", "ضد", "لمنع", "تجنب", "عن"})


class Evidence(NamedTuple):
    """A cue in the clause: 1 for the target, -1 against, 0 between."""

    sign: int
    cue: str
    rule: str


class Judge:
    """Reads judgements in the speech of one text."""

    def __init__(
        self,
        text: Text,
        mentions: dict[int, Mention],
        objects: frozenset[int],
        *,
        removes_objects: bool,
    ) -> None:
        self._text = text
        self._mentions = mentions
        self._objects = objects
        self._removes = removes_objects

    def find(self, low: int, high: int, speeches: Sequence[Speech]) -> Iterator[Candidate]:
        """Yield what is said of the target in a sentence, one for each clause."""
        done = low
        for place in range(low, high):
            mention = self._mentions.get(place) or self._needed(place, low)
            if mention is None or place < done:
                continue
            speech = covering(speeches, place)
            if speech is None:
                continue
            found = self._judge(mention, speech)
            if found is not None:
                done = found.after
                yield found

    def _needed(self, place: int, low: int) -> Mention | None:
        """Read an object as the target's opposite where it is said to be needed, or unwanted."""
        if not self._removes or place not in self._objects:
            return None
        words = self._text.words
        before = range(max(low, place - 3), place)
        needed = any(words[n].plays("need") for n in before)
        unwanted = place > low and words[place - 1].key in ("لا", "بلا")
        after = range(place + 1, min(place + 5, len(words)))
        needed = needed or any(
            (sense := words[n].sense(PREDICATE)) is not None and sense.cue.lemma == _NEEDED
            for n in after
        )
        if not needed and not unwanted:
            return None
        return Mention(place, place + 1, -1, 2, NOUN, False, False, False)

    def _judge(self, mention: Mention, speech: Speech) -> Candidate | None:
        text = self._text
        if mention.first > speech.first and text.words[mention.first - 1].plays("procedure"):
            return None
        low = max(speech.first, mention.first - _LONGEST_CLAUSE)
        first = clause_start(text, mention.first, low)
        after = clause_end(text, mention.after, min(speech.after, mention.after + _LONGEST_CLAUSE))
        protasis = any(text.words[n].plays("condition") for n in range(first, mention.first))
        if protasis and after < speech.after and text.words[after].key in ("،", ","):
            after = clause_end(text, after + 1, speech.after)
        while first < after and (
            not text.words[first].is_word or text.words[first].plays("complementiser")
        ):
            first += 1
        evidence = list(self._evidence(mention, first, after, speech))
        if any(one.sign for one in evidence):  # `الانسحاب التدريجي ضرورة` is one all the same
            evidence = [one for one in evidence if one.sign or one.rule != "manner"]
        signs = {one.sign for one in evidence}
        if not signs or ({1, -1} <= signs - {0} and 0 not in signs):
            return None
        sign = 0 if 0 in signs else signs.pop()
        denied = speech.denied or self._disbelieved(first, mention.first)
        label = label_of(sign * mention.side * (-1 if denied else 1))
        best = evidence[0]
        refuses = best.rule == "own-act" and best.sign < 0
        if not protasis and not refuses and is_conditional(text, mention.after, speech.after):
            label = NEUTRAL
        if speech.denied:  # what is denied belongs to the position
            first = speech.verb - 1
        return Candidate(
            first, after, label, speech.holder, best.cue, best.rule, mention.strength, len(evidence)
        )

    def _disbelieved(self, first: int, high: int) -> bool:
        """Tell whether it is said not to be believed (`لا نعتقد أن …`)."""
        for place in range(first + 1, high):
            sense = self._text.words[place].sense(REPORT, verb=True)
            if sense is not None and sense.cue.name == "believe":
                ahead = self._text.words[place + 1 : place + 4]
                says = any(word.plays("complementiser") for word in ahead)
                if says and self._text.negates(place - 1):
                    return True
        return False

    def _evidence(
        self, mention: Mention, first: int, after: int, speech: Speech
    ) -> Iterator[Evidence]:
        """Yield the cues of a clause, what is nearest the target's own words first."""
        own = list(self._own(mention, first, after, speech))
        yield from own
        if own and own[0].rule in ("own-act", "slogan", "vow"):
            return
        words = self._text.words
        for place in range(first, after):
            if mention.first <= place < mention.after:
                continue
            word = words[place]
            modal = word.sense(MODAL)
            after_it = place > mention.after + _TO_MODAL * (modal is not None and modal.is_verb)
            if modal is not None and not after_it and mention.first - place <= _TO_TARGET:
                turned = modal.cue.lemma != "بد" and self._negated(place, first)
                sign = self._between(place, mention) * (-1 if turned else 1)
                yield Evidence(sign, modal.cue.lemma, "must")
            elif word.key == "علي" and place < mention.first and self._obliges(place, mention):
                yield Evidence(self._between(place, mention), "على … أن", "must")
            elif predicate := self._predicate(place, first):
                sign = predicate.cue.polarity * (-1 if self._turned(place, first) else 1)
                manner = not sign and mention.after == place
                yield Evidence(
                    sign * self._before(mention, first) * self._lacks(mention, first, place),
                    predicate.cue.lemma,
                    "manner" if manner else "judgement",
                )

    def _own(self, mention: Mention, first: int, after: int, speech: Speech) -> Iterator[Evidence]:
        """Yield what the form of the target's words says."""
        words = self._text.words
        before = words[mention.first - 1] if mention.first > first else None
        negated = before is not None and before.plays("negator")
        word = words[mention.first]
        if mention.part == IMPERATIVE:
            yield Evidence(1, word.key, "imperative")
        elif (
            mention.part != NOUN and negated and before is not None and before.key in ("لن", "ولن")
        ):
            yield Evidence(-1, "لن", "own-act")
        elif mention.part != NOUN and mention.future:
            yield Evidence(1, "س", "own-act")
        elif mention.part == "imperfect" and not word.reading.conjunction and mention.side < 0:
            if not negated and word.key.startswith("باق"):
                yield Evidence(1, word.key, "own-act")
        elif before is not None and (side := self._sides(mention, first)) is not None:
            yield Evidence(side, before.key, "side")
        elif before is not None and before.plays("except"):
            if any(words[n].plays("negator") for n in range(first, mention.first)):
                yield Evidence(1, before.key, "must")
        elif negated and before is not None and before.key in ("لا", "ولا", "كلا", "بلا"):
            yield Evidence(-1, "لا", "slogan")
        elif self._needs(mention, first):
            denied = any(words[n].plays("negator") for n in range(first, mention.first))
            denied = denied or any(words[n].plays("gone") for n in range(mention.after, after))
            yield Evidence(-1 if denied else 1, "حاجة", "need")
        elif before is not None and before.key == "حتي" and self._vows(first, mention.first):
            yield Evidence(1, "حتى", "vow")
        elif stop := self._commanded(before):
            yield Evidence(stop.cue.polarity, stop.cue.lemma, "imperative")
        elif mention.part == NOUN and self._will_not(mention, first):
            yield Evidence(-1, "لن", "own-act")
        elif speech.chant and after - first <= _SLOGAN:
            yield Evidence(self._before(mention, first), word.key, "slogan")

    def _sides(self, mention: Mention, first: int) -> int | None:
        """Return the side somebody says to be on: `نحن مع بقائهم`, `لست ضد`, `لا مع … ولا مع`."""
        words = self._text.words
        side = {"مع": 1, "ضد": -1}.get(words[mention.first - 1].key)
        place = mention.first - 2
        if side is None or place < first:
            return None
        for n in range(max(first, place - 1), place):
            if words[n].plays("negator") and words[n + 1].plays("copula"):
                return -side
        if words[place].key in _NOT_ME:
            ahead = range(mention.after, min(mention.after + _TO_TARGET, len(words) - 1))
            both = any(words[n].key == "ولا" and words[n + 1].key in ("مع", "ضد") for n in ahead)
            return 0 if both else -side
        return side if words[place].key in _ME else None

    def _commanded(self, before: Word | None) -> Sense | None:
        """Return the operator in the imperative before the target (`أوقفوا المشروع`)."""
        for sense in before.reading.senses if before is not None else ():
            if sense.cue.kind == OPERATOR and sense.part == IMPERATIVE:
                return sense
        return None

    def _vows(self, first: int, high: int) -> bool:
        """Tell whether `سنـ` or `لن نـ` stands before (`سنواصل … حتى رحيلهم`)."""
        words = self._text.words
        return any(words[n].key.lstrip("و").startswith("سن") for n in range(first, high)) or any(
            words[n].key in ("لن", "ولن") and words[n + 1].key.startswith("ن")
            for n in range(first, high - 1)
        )

    def _will_not(self, mention: Mention, first: int) -> bool:
        """Tell whether `لن` and one verb stand before the target (`لن يحدث انسحاب`)."""
        place = mention.first - 2
        return place >= first and self._text.words[place].key in ("لن", "ولن")

    def _needs(self, mention: Mention, first: int) -> bool:
        before = range(max(first, mention.first - 3), mention.first)
        return any(self._text.words[n].plays("need") for n in before)

    def _predicate(self, place: int, first: int) -> Sense | None:
        """Return what a word says of the target, or that it waits; not what it says in passing."""
        word = self._text.words[place]
        act = word.sense(ACT)
        if act is not None and act.cue.name == "wait":
            return act
        sense = word.sense(PREDICATE)
        if sense is None or sense.cue.polarity == 0 or place == first:
            return sense
        before = self._text.words[place - 1]
        if before.key in _IN_PASSING or (sense.part == PAST and sense.pronoun):
            return None
        bare = not word.reading.definite or before.key == "من" or before.plays("except")
        if sense.cue.lemma in _CONSIDERED and not self._turned(place, first):
            return None
        return sense if bare else None

    def _negated(self, place: int, first: int) -> bool:
        return place > first and self._text.negates(place - 1)

    def _turned(self, place: int, first: int) -> bool:
        """Tell whether a predicate is negated: right before it, or one noun before."""
        words = self._text.words
        if words[place - 1].plays("except"):
            return False
        if self._negated(place, first):
            return True
        sense = words[place].sense(PREDICATE)
        nominal = sense is not None and not sense.is_verb
        return nominal and place - 1 > first and self._text.negates(place - 2)

    def _obliges(self, place: int, mention: Mention) -> bool:
        """Tell whether `على … أن` lays the target on someone."""
        ahead = range(place + 1, min(place + 8, mention.first))
        return any(self._text.words[n].key == "ان" for n in ahead)

    def _between(self, place: int, mention: Mention) -> int:
        """Return the sign of the operators a modal governs on its way to the target."""
        sign = 1
        ahead = range(place + 1, mention.first if place < mention.first else place + 4)
        for n in ahead:
            if n >= len(self._text.words):
                break
            word = self._text.words[n]
            operator = word.sense(OPERATOR)
            if operator is not None and (place < mention.first or operator.pronoun):
                sign *= operator.cue.polarity
            elif word.plays("negator"):
                sign = -sign
        return sign

    def _lacks(self, mention: Mention, first: int, place: int) -> int:
        """Return -1 where what is judged lacks the target (`صيغة لا تتضمن خروجاً مرفوضة`)."""
        if place < mention.first or mention.part != NOUN:
            return 1
        before = range(max(first, mention.first - 2), mention.first - 1)
        lacks = any(
            self._text.negates(n) and self._text.words[n + 1].plays("contain") for n in before
        )
        return -1 if lacks else 1

    def _before(self, mention: Mention, first: int) -> int:
        """Return the sign of the operators right before the target (`وقف المشروع خطأ`)."""
        if mention.first <= first:
            return 1
        operator = self._text.words[mention.first - 1].sense(OPERATOR, verb=False)
        return operator.cue.polarity if operator is not None else 1
