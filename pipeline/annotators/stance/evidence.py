"""The cues of a clause: words by which a speaker is for or against what the clause speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.annotators.stance.lexicon import ACT, MODAL, OPERATOR, PREDICATE, Sense
from pipeline.annotators.stance.morphology import IMPERATIVE, NOUN, PAST
from pipeline.annotators.stance.needs import needs, outlived
from pipeline.annotators.stance.outcomes import outcome_at
from pipeline.annotators.stance.speech import Speech
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text, Word

_TO_DUTY = 4
_SLOGAN, _TO_TARGET, _TO_MODAL, _TO_PREDICATE = 4, 8, 3, 3
# What is considered says nothing; what is not is refused.
_CONSIDERED = frozenset({"مطروح"})
# What asks for more is between, where it is the target that does: `الانسحاب يتطلب توافقاً`.
_ASKING = frozenset({"احتاج", "تطلب", "استلزم"})
_BEING = frozenset({"وجود", "تواجد"})
_WITHOUT = frozenset({"دون", "بدون"})
_WOULD = "شأن"
_ME = frozenset({"انا", "نحن", "اننا", "انني", "اني", "وانا", "ونحن", "هو", "هي", "هم"})
_NOT_ME = frozenset({"لست", "لسنا", "ليس", "ليست", "لا"})
_COPULAS = frozenset({"هو", "هي", "وهو", "وهي"})
_WILL_NOT = frozenset({"لن", "ولن"})
_THEY = ("ست", "سي")
# After these a word of praise or blame speaks of something else.
_IN_PASSING = frozenset({"حتي", "بعد", "قبل", "ضد", "لمنع", "تجنب", "عن"})


class Evidence(NamedTuple):
    """A cue in the clause: 1 for the target, -1 against, 0 between."""

    sign: int
    cue: str
    rule: str


class Cues:
    """Finds the cues of the clauses of one text."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def find(self, mention: Mention, first: int, after: int, speech: Speech) -> Iterator[Evidence]:
        """Yield the cues of a clause, what is nearest the target's own words first."""
        own = list(self._own(mention, first, after, speech))
        yield from own
        if own and own[0].rule in ("own-act", "slogan", "vow", "need", "aim"):
            return
        words = self._text.words
        told = first
        for place in range(first, after):
            if mention.first <= place < mention.after or place < told:
                continue
            word = words[place]
            modal = word.sense(MODAL)
            if modal is not None and modal.is_verb and word.reading.definite:
                modal = None  # `الزمني` is no `ألزمني`
            after_it = place > mention.after + _TO_MODAL * (modal is not None and modal.is_verb)
            if modal is not None and not after_it and mention.first - place <= _TO_TARGET:
                turned = modal.cue.lemma != "بد" and self._negated(place, first)
                sign = self._between(place, mention) * (-1 if turned else 1)
                yield Evidence(sign, modal.cue.lemma, "must")
            elif word.key == "علي" and place < mention.first and self._obliges(place, mention):
                yield Evidence(self._between(place, mention), "على … أن", "must")
            elif outcome := outcome_at(self._text, place, after, mention):
                told = outcome.after
                yield Evidence(outcome.sign * self._before(mention, first), outcome.cue, "outcome")
            elif predicate := self._predicate(place, first, mention):
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
        if mention.part != NOUN and mention.first and words[mention.first - 1].plays("relative"):
            return  # which forces, or which base: `القوات التي ستبقى`
        if mention.part == IMPERATIVE:
            yield Evidence(1, word.key, "imperative")
        elif mention.part != NOUN and negated and before is not None and before.key in _WILL_NOT:
            yield Evidence(-1, before.key, "own-act")
        elif mention.part != NOUN and mention.future and not self._is_plan(mention):
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
            if not self._is_absent(mention):
                yield Evidence(-1, "لا", "slogan")
        elif before is not None and before.key in _WITHOUT and self._able(first, mention.first):
            yield Evidence(-1, before.key, "need")
        elif aim := self._aimed_at(mention, first):
            yield Evidence(1, aim.key, "aim")
        elif self._needs(mention, first):
            # `من دون` denies, and `لن يصمد من دون` does not.
            denied = sum(self._text.negates(n) for n in range(first, mention.first)) % 2 == 1
            denied = denied or any(words[n].plays("gone") for n in range(mention.after, after))
            yield Evidence(-1 if denied else 1, "حاجة", "need")
        elif mention.side < 0 and outlived(self._text, mention.after - 1, after):
            yield Evidence(-1, "فقد", "need")
        elif before is not None and before.key == "حتي" and self._vows(first, mention.first):
            yield Evidence(1, "حتى", "vow")
        elif stop := self._commanded(before):
            yield Evidence(stop.cue.polarity, stop.cue.lemma, "imperative")
        elif mention.part == NOUN and self._will_not(mention, first):
            yield Evidence(-1, "لن", "own-act")
        elif speech.chant and after - first <= _SLOGAN:
            yield Evidence(self._before(mention, first), word.key, "slogan")

    def _is_plan(self, mention: Mention) -> bool:
        """Tell whether it is told how long they stay (`ستبقى حتى الموعد`), or where by the way."""
        words = self._text.words
        they = words[mention.first].key.lstrip("و").startswith(_THEY)
        until = mention.after < len(words) and words[mention.after].key == "حتي"
        return they and (until or words[mention.first - 1].plays("ends", "relative"))

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

    def _is_absent(self, mention: Mention) -> bool:
        """Tell whether it is stated that there is none (`لا وجود له`, `قرار سياسي لا عسكري`)."""
        words = self._text.words
        begins = mention.first < 2 or not words[mention.first - 2].is_word
        quality = words[mention.first].key.endswith(("ي", "يه")) and not begins
        being = words[mention.first].key in _BEING and mention.after < len(words)
        return quality or (being and words[mention.after].plays("bound"))

    def _able(self, first: int, high: int) -> bool:
        """Tell whether somebody is said to be able, and nobody unable (`لن تصمد من دون`)."""
        words = self._text.words[first:high]
        return any(word.plays("able") for word in words) and not any(
            self._text.negates(place) for place in range(first, high - 1)
        )

    def _aimed_at(self, mention: Mention, first: int) -> Word | None:
        """Return what the target is said to be: `موقفنا هو الانسحاب`, `الهدف هو أن يغادروا`."""
        place = mention.first - 1
        if place > first and self._text.words[place].key == "ان":
            place -= 1
        if place <= first or self._text.words[place].key not in _COPULAS:
            return None
        before = self._text.words[max(first, place - _TO_TARGET) : place]
        return next((word for word in before if word.plays("aim")), None)

    def _commanded(self, before: Word | None) -> Sense | None:
        """Return the operator in the imperative before the target (`أوقفوا المشروع`)."""
        for sense in before.reading.senses if before is not None else ():
            if sense.cue.kind == OPERATOR and sense.part == IMPERATIVE:
                return sense
        return None

    def _vows(self, first: int, high: int) -> bool:
        """Tell whether it goes on until then: `سنواصل … حتى رحيلهم`, `لن تتوقف … حتى`."""
        words = self._text.words
        return any(
            words[n].key in ("لن", "ولن") or words[n].shall() for n in range(first, high - 1)
        )

    def _will_not(self, mention: Mention, first: int) -> bool:
        """Tell whether `لن` and one verb stand before the target (`لن يحدث انسحاب`)."""
        place = mention.first - 2
        return place >= first and self._text.words[place].key in ("لن", "ولن")

    def _needs(self, mention: Mention, first: int) -> bool:
        return needs(self._text, mention.first, first)

    def _predicate(self, place: int, first: int, mention: Mention) -> Sense | None:
        """Return what a word says of the target, or that it waits; not what it says in passing."""
        words = self._text.words
        word = words[place]
        act = word.sense(ACT)
        sense = word.sense(PREDICATE)
        waited = sense is not None and sense.cue.polarity  # `طال انتظاره`
        if act is not None and act.cue.name == "wait" and not waited:
            return act
        if sense is None or (act is not None and act.is_verb and sense.is_verb):
            return None  # `لا تعارض الانسحاب` is an act
        if place == first:
            ahead = words[place + 1 : place + 1 + _TO_PREDICATE]
            said = not word.reading.definite or any(other.key in _COPULAS for other in ahead)
            return sense if said else None
        before = words[place - 1]
        if sense.pronoun and not sense.is_verb and not before.plays("preposition"):
            return None  # `تجاوزت هدفها`
        if sense.cue.lemma == _WOULD and before.key.endswith("من"):
            return None  # `من شأنه أن`
        if sense.cue.lemma in _ASKING:
            return sense if 0 <= place - mention.after <= 1 else None
        if sense.cue.polarity == 0:  # `في هذا التوقيت` says when
            return None if before.plays("pointing") else sense
        if before.key in _IN_PASSING or (sense.part == PAST and sense.pronoun):
            return None
        if word.reading.preposition and word.plays("transparent"):
            return None  # `بحق`
        bare = not word.reading.definite or before.key in ("من", "ومن") or before.plays("except")
        bare = bare or self._is_said(place, first, sense)
        if sense.cue.lemma in _CONSIDERED and not self._turned(place, first):
            return None
        return sense if bare else None

    def _is_said(self, place: int, first: int, sense: Sense) -> bool:
        """Tell whether a definite word is the predicate: `هو الحل`, `في الاتجاه الصحيح`."""
        words = self._text.words
        if sense.is_verb:
            return False
        before = words[max(first, place - _TO_PREDICATE) : place]
        return any(word.key in _COPULAS or word.plays("toward") for word in before)

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
        """Tell whether `على … أن`, or `إن على القوات مغادرة`, lays the target on someone."""
        said = place > 0 and self._text.words[place - 1].plays("complementiser")
        bare = mention.part == NOUN and not self._text.words[mention.first].reading.definite
        if said and bare and mention.first - place <= _TO_DUTY:
            return True
        ahead = range(place + 2, min(place + 8, mention.first))  # `على أن` sets a term
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
