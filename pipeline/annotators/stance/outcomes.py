"""What would follow from the target: `سيؤدي إلى الفوضى`, `يفتح الباب أمام عودة التنظيم`."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.annotators.stance.lexicon import EFFECT, OUTCOME, PREDICATE
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text

# How far what follows stands from the word that brings it about.
_TO_OUTCOME = 7


class Outcome(NamedTuple):
    """What follows is good (1) or bad (-1), as the cue says; it is told before `after`."""

    sign: int
    cue: str
    after: int


def outcome_at(text: Text, place: int, high: int, mention: Mention) -> Outcome | None:
    """Return what a word says follows from the target, or None.

    The target is its subject: before it, or right after (`سيترك الانسحاب فراغاً`).
    """
    words = text.words
    effect = words[place].sense(EFFECT)
    if effect is None or words[place].reading.definite:
        return None
    if place < mention.first and not (effect.is_verb and mention.first == place + 1):
        return None
    sign = effect.cue.polarity * (-1 if place and text.negates(place - 1) else 1)
    for ahead in range(place + 1, min(place + 1 + _TO_OUTCOME, high)):
        word = words[ahead]
        if word.plays("complementiser", "relative", "pause"):
            return None
        if mention.first <= ahead < mention.after:
            continue
        found = word.sense(OUTCOME) or word.sense(PREDICATE, verb=False)
        if found is not None and found.cue.polarity:
            return Outcome(sign * found.cue.polarity, effect.cue.lemma, ahead + 1)
        turned = word.sense(EFFECT, verb=False)
        if turned is not None:
            sign *= turned.cue.polarity
        elif word.plays("negator", "except"):  # `لن يجلب سوى الفوضى`
            sign = -sign
    return None
