"""Where a clause begins and ends around a place, by marks and words that open and close clauses."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.annotators.stance.lexicon import ACT, EXPRESS, MODAL, PREDICATE, REPORT
from pipeline.annotators.stance.morphology import PARTICIPLE
from pipeline.annotators.stance.words import Text

# Proclitics written before a quotation mark: `و"لا للوجود"`.
_PROCLITICS = frozenset("وفبلك")
# Fewer words are an exclamation or a rest.
_SHORTEST = 3
_AND_NOT = frozenset({"ولن", "ولم"})


def clause_start(text: Text, place: int, low: int) -> int:
    """Return the first word of the clause that holds `place`, not before `low`.

    A complementiser opens no clause of its own here: `يجب أن ترحل` is one.
    """
    for before in range(place - 1, low - 1, -1):
        word = text.words[before]
        if word.plays("except") and before + 1 == place:
            continue
        if word.plays("pause", "ends", "relative"):
            return before + 1
        if opens_quote(text, before):
            if not _is_name(text, before):
                return before + 1
            continue
        if before > low and _goes_on(text, before):
            return before
        if (
            word.plays("close", "straight")
            and before + 1 < place
            and not _closes_name(text, before, low)
        ):
            return before + 1
    return low


def clause_end(text: Text, place: int, high: int) -> int:
    """Return where the clause ends that holds the word before `place`, time adjuncts left out."""
    end = high
    named = place
    for after in range(place, high):
        word = text.words[after]
        if _breaks(text, after) or _goes_on(text, after):
            end = after
            break
        if after >= named and word.plays("open", "close", "straight"):
            if not opens_quote(text, after) or not _is_name(text, after):
                end = _through_quote(text, after, place, high)
                break
            named = (closing_quote(text, after, high) or after) + 1
    for after in range(place, end):
        if is_adjunct(text, after, end) and not _predicates(text, after + 1, end):
            end = after
            break
    while end > place and not text.words[end - 1].is_word:
        end -= 1
    return end


def _through_quote(text: Text, place: int, first: int, high: int) -> int:
    """Return where a clause ends that a quotation goes on with (`رحيلهم "خطأ كبير"`), or begins."""
    closed = closing_quote(text, place, high) if opens_quote(text, place) else None
    before = text.words[place - 1]
    told = before.plays("complementiser") or before.sense(REPORT) is not None
    if closed is None or place == first or not before.is_word or told:
        return place
    return clause_end(text, place + 1, closed)


def _breaks(text: Text, place: int) -> bool:
    word = text.words[place]
    of_principle = word.key == "حيث" and text.words[place - 1].key == "من"
    return word.plays("pause", "ends", "according") and not of_principle


def _predicates(text: Text, first: int, high: int) -> bool:
    """Tell whether what is said of the subject is still to come: the adjunct is no edge."""
    return any(
        text.words[place].plays("negator")
        or (text.words[place].sense(PREDICATE) is not None)
        or text.words[place].sense(MODAL, verb=True) is not None
        for place in range(first, high)
    )


def clauses_of(text: Text, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the clauses of a stretch as ranges of words, marks and complementisers left out."""
    place = low
    while place < high:
        if not text.words[place].is_word or text.words[place].plays("complementiser", "ends"):
            place += 1
            continue
        after = max(clause_end(text, place + 1, high), place + 1)
        if after - place >= _SHORTEST:
            yield place, after
        place = after


def _goes_on(text: Text, place: int) -> bool:
    """Tell whether another clause begins here with `و` and a verb (`وأضاف`, `ودعا`)."""
    word = text.words[place]
    if not word.reading.conjunction or word.key[0] != "و":
        return False
    if word.key in _AND_NOT:
        return True
    if any(s.part == PARTICIPLE and s.cue.kind == ACT for s in word.reading.senses):
        return not word.reading.definite
    return any(
        s.is_verb and s.cue.kind in (REPORT, ACT, EXPRESS, MODAL) for s in word.reading.senses
    )


def is_adjunct(text: Text, place: int, high: int) -> bool:
    """Tell whether a phrase of time or occasion begins at a place (`أمس`, `في بيان`)."""
    word = text.words[place]
    if word.plays("now") and not word.reading.definite:
        return True
    if word.key != "في" or place + 1 >= high:
        return False
    return text.words[place + 1].plays("occasion")


def _is_name(text: Text, place: int) -> bool:
    """Tell whether the quotes that open at a place hold at most three words: a name or a term."""
    for after in range(place + 2, min(place + 5, len(text.words))):
        if text.words[after].plays("close", "straight"):
            return True
        if not text.words[after].is_word:
            return False
    return False


def _closes_name(text: Text, place: int, low: int) -> bool:
    return any(
        opens_quote(text, before) and _is_name(text, before)
        for before in range(max(low, place - 4), place)
    )


def _opens(text: Text, place: int) -> bool:
    """Tell whether a straight quote stands before a word it touches, after a space."""
    words = text.words
    before = words[place - 1] if place else None
    glued_before = before is not None and before.end == words[place].start
    glued_before = glued_before and before is not None and before.key not in _PROCLITICS
    return place + 1 < len(words) and not glued_before and words[place + 1].is_word


def opens_quote(text: Text, place: int) -> bool:
    """Tell whether quoted speech begins at a place."""
    word = text.words[place]
    return word.plays("open") or (word.plays("straight") and _opens(text, place))


def closing_quote(text: Text, place: int, high: int) -> int | None:
    """Return where the quotation that opens at a place closes, before `high`, or None."""
    straight = text.words[place].plays("straight")
    depth = 0
    for after in range(place, high):
        word = text.words[after]
        if straight and after > place and word.plays("straight"):
            return after
        if not straight:
            depth += word.plays("open") - word.plays("close")
            if depth == 0:
                return after
    return None
