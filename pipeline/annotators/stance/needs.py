"""What is needed, what one does without, and what has lost its reason."""

from __future__ import annotations

from itertools import pairwise

from pipeline.annotators.stance.words import Text

# How far before a word it is said to be needed, or that somebody helps with it.
_NEEDED, _HELPED = 3, 6
# Of these the subject stands before what they need.
_ASKS = ("تحتاج", "يحتاج")
_STILL = frozenset({"يعد", "تعد"})  # `لم يعد له مسوغ`


def needs(text: Text, place: int, low: int) -> bool:
    """Tell whether a word is what is needed, or what one does without, before a place.

    `بحاجة إلى القوات`, `نحتاج إلى الإسناد الذي يوفره التحالف`, `من دون مساعدة التحالف`.
    """
    words = text.words
    for n in range(max(low, place - _NEEDED), place):
        between = words[n + 1 : place + 1]
        if words[n].plays("need") and (
            words[n].key.lstrip("وف") not in _ASKS
            or (n > low and words[n - 1].is_word and not words[n - 1].reading.roles)
            or words[place].reading.preposition == "ل"
            or any(word.key == "الي" for word in between)
        ):
            return True
    for n in range(max(low, place - _HELPED), place):
        if words[n].plays("help"):
            before = words[max(low, n - _NEEDED) : n]
            return any(word.plays("need", "without") for word in before)
    return False


def outlived(text: Text, place: int, high: int) -> bool:
    """Tell whether what a place names has lost its reason (`المهمة فقدت مبررها`)."""
    ahead = text.words[place + 1 : min(place + 2 + _NEEDED, high)]
    no_longer = any(one.key in ("لم", "ولم") and two.key in _STILL for one, two in pairwise(ahead))
    gone = no_longer or any(word.plays("gone") for word in ahead)
    return gone and any(word.plays("need") for word in ahead)
