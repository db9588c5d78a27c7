"""Conditions: where one follows a position, and where its clause ends."""

from __future__ import annotations

from pipeline.annotators.stance.clauses import clause_end
from pipeline.annotators.stance.lexicon import ACT, REPORT, Sense
from pipeline.annotators.stance.words import Text

_IN_PRINCIPLE = frozenset({"المبدا", "مبدييا", "مبدئيا"})


def is_conditional(text: Text, first: int, high: int) -> bool:
    """Tell whether a condition follows in the same breath (`بشرط`, `إذا`, `ما لم`)."""
    for place in range(first, min(first + 8, high)):
        word = text.words[place]
        if word.plays("pause", "close") and not _sets_condition(text, place + 1):
            return False
        if _sets_condition(text, place):
            return True
        if word.key == "ما" and place + 1 < high and text.words[place + 1].key == "لم":
            return True
    return False


def _sets_condition(text: Text, place: int) -> bool:
    """Tell whether a word opens a condition; `دون قيد أو شرط` sets none."""
    if place >= len(text.words):
        return False
    word, before = text.words[place], text.words[max(0, place - 3) : place]
    if word.plays("condition"):
        return not any(other.plays("without") for other in before)
    if word.key in ("لكن", "ولكن"):
        return any(other.key in _IN_PRINCIPLE for other in before)
    reported = bool(before) and before[-1].sense(REPORT) is not None
    return place in text.raw_hamza and not word.plays("ends") and not reported


def through_condition(text: Text, first: int, after: int, high: int) -> int:
    """Return where the clause ends with the condition that follows, or `after` without one."""
    for place in range(first, min(first + 8, high)):
        if text.words[place].plays("condition"):
            return clause_end(text, place + 1, high)
    return after


def is_neither(text: Text, first: int, high: int, sense: Sense) -> bool:
    """Tell whether `ولا` and a contrary act follow (`لا يؤيد … ولا يعارض`)."""
    for place in range(first, min(first + 4, high - 1)):
        if text.words[place].key == "ولا":
            other = text.words[place + 1].sense(ACT, verb=True)
            return other is not None and other.cue.polarity == -sense.cue.polarity
    return False
