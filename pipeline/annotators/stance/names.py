"""Names of people and bodies in a noun phrase: those a title goes on to, surnames, `و` between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.annotators.stance.lexicon import ACT, EXPRESS, MODAL, OPERATOR, REPORT
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Named, Text, Word

LONGEST = 12
PERSON, BODY = "PER", "ORG"
BETWEEN = frozenset({"باسم", "بلسان"})
INSIDE = frozenset({"في", "من", "عن", "لدي", "ضد", "الي"})
_SHORTEST_NAME, _LONGEST_NAME, _NAME_IN_QUOTES = 2, 4, 3
# No title goes on over these.
_CLOSES = (
    "preposition",
    "complementiser",
    "relative",
    "negator",
    "ends",
    "condition",
    "now",
    "time",
    "occasion",
    "document",
    "according",
    "particle",
    "open",
    "straight",
)


class Phrase(NamedTuple):
    """A noun phrase `first` to `after`, and in it the words that name the holder."""

    first: int
    after: int
    name_first: int
    name_after: int
    is_name: bool


def unseen_name(
    text: Text, mentions: Mapping[int, Mention], phrase: Phrase, high: int
) -> Phrase | None:
    """Return a title's phrase with a name the model did not see (`الناشطة رغد الطائي إن`).

    A name is two to four words the lexicon has no role for; then speech or a mark follows.
    """
    words = text.words
    if not words[phrase.first].plays("title") or not words[phrase.after - 1].reading.definite:
        return None
    for place in range(phrase.after, min(phrase.after + _LONGEST_NAME + 1, high)):
        word = words[place]
        if word.plays("complementiser", "pause", "preposition", "time", "now"):
            long_enough = place - phrase.after >= _SHORTEST_NAME
            return Phrase(phrase.first, place, phrase.after, place, True) if long_enough else None
        surname = word.reading.definite and place > phrase.after
        if word.reading.roles or word.reading.preposition or word.reading.senses:
            return None
        if place in mentions or (word.reading.definite and not surname):
            return None
    return None


def name_after(
    text: Text, mentions: Mapping[int, Mention], phrase: Phrase, high: int
) -> Phrase | None:
    """Return the phrase with the person's name its title goes on to.

    `النائب عن كتلة «الفتح» عدنان الساعدي`, `القيادي في منظمة بدر عامر الجبوري`, `المتحدث باسمها،
    هيمن زنكنة`, `دبلوماسي متقاعد، هو سامي الراوي`.
    """
    words = text.words
    inside = (text.entities.get(place) for place in range(phrase.first, phrase.after))
    ends = {named.after for named in inside if named is not None}
    place = phrase.after
    while place < min(phrase.first + LONGEST, high):
        word, before = words[place], words[place - 1]
        named = text.entities.get(place)
        if named is not None and named.label == PERSON and named.after <= high:
            whole = place in ends or before.reading.definite or before.plays("theirs", "pronoun")
            if joins(word) or not (whole or not before.is_word):
                return None
            after = whole_name(text, named, high)
            return Phrase(phrase.first, after, place, after, True)
        quoted = quoted_name(text, place, high)
        if named is not None:
            ends.add(named.after)
        elif quoted is None and _closes(text, mentions, place):
            return None
        place = quoted or place + 1
    return None


def _closes(text: Text, mentions: Mapping[int, Mention], place: int) -> bool:
    """Tell whether no title goes on over a word or mark."""
    word = text.words[place]
    if not word.is_word:
        return word.key not in ("،", ",")
    if word.key in INSIDE or word.key in BETWEEN:
        return False
    return is_cue(word) or place in mentions or word.plays(*_CLOSES)


def name_of_body(text: Text, phrase: Phrase, high: int) -> Phrase | None:
    """Return the phrase with the body that someone with a title speaks for.

    `زعيم تيار الحكمة`, `المتحدث العسكري باسم حركة النجباء`, `القيادي في عصائب أهل الحق`.
    """
    words = text.words
    if not words[phrase.first].plays("speaker"):
        return None
    for place in range(phrase.first + 1, min(phrase.first + LONGEST // 2, high)):
        word = words[place]
        named = text.entities.get(place)
        if named is not None and named.label == BODY and named.after <= high:
            if joins(word):
                return None
            return Phrase(phrase.first, max(phrase.after, named.after), place, named.after, True)
        inside = word.key in INSIDE or word.key in BETWEEN
        follows = words[place - 1].key in (*INSIDE, *BETWEEN)
        if not word.is_word or (place >= phrase.after and not inside and not follows):
            return None
    return None


def whole_name(text: Text, named: Named, high: int) -> int:
    """Return where a name ends with the surname and the names `و` joins to it."""
    return _coordinated(text, _with_surname(text, named, high), high)


def _with_surname(text: Text, named: Named, high: int) -> int:
    """Take a surname in `ال…ي` into a person's name the model saw in part."""
    after = named.after
    if after - named.first > 1 and text.words[after - 1].plays("hearer"):
        return after - 1
    if named.label != PERSON or named.after - named.first > _LONGEST_NAME - 1 or after >= high:
        return after
    if text.words[after - 1].reading.definite:
        return after
    if named.after - named.first == 1 and _is_surname(text, after, high):
        return after + 1
    word = text.words[after]
    nisba = text.entities.get(after)
    is_surname = word.key.startswith("ال") and word.key.endswith("ي") and not word.reading.roles
    return after + (is_surname and (nisba is None or nisba.label == "MISC"))


def _is_surname(text: Text, place: int, high: int) -> bool:
    """Tell whether a word nobody knows stands between a first name and a mark or `إن`."""
    word = text.words[place]
    if place in text.entities or not word.is_word or joins(word) or place + 1 >= high:
        return False
    if word.reading.roles or word.reading.senses or word.reading.preposition:
        return False
    return text.words[place + 1].plays("pause", "complementiser")


def _coordinated(text: Text, after: int, high: int) -> int:
    """Take in the names that `و` joins to a name."""
    while after < high and after in text.entities:
        named = text.entities[after]
        if not joins(text.words[after]) or named.label == "MISC":
            break
        after = min(named.after, high)
    return after


def quoted_name(text: Text, place: int, limit: int) -> int | None:
    """Return where a name in quotes ends that begins at a place (`معهد "الأفق"`)."""
    words = text.words
    if not words[place].plays("open", "straight"):
        return None
    for after in range(place + 1, min(place + _NAME_IN_QUOTES + 2, limit)):
        if words[after].plays("close", "straight") and after > place + 1:
            return after + 1
        if not words[after].is_word:
            return None
    return None


def joins(word: Word) -> bool:
    """Tell whether a word begins with `و` for and; `وائل` does not."""
    return word.key.startswith("و") and not word.plays("waw")


def is_cue(word: Word) -> bool:
    """Tell whether a word is a verb of the lexicon, or a noun of position with its article off."""
    if word.reading.definite:
        return False
    for sense in word.reading.senses:
        if sense.is_verb and sense.cue.kind in (REPORT, ACT, EXPRESS, MODAL, OPERATOR):
            return True
        if not sense.is_verb and sense.cue.kind in (ACT, MODAL):
            return True
    return False
