"""Where a text speaks of the target or of its opposite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from pipeline.annotators.stance.lexicon import REPORT
from pipeline.annotators.stance.morphology import (
    IMPERATIVE,
    NOUN,
    Form,
    Stripping,
    noun_forms,
    strip_proclitics,
    verbal_forms,
)
from pipeline.annotators.stance.words import Text
from pipeline.scheme import Target

# How many words after an event's name, and around its verb, its object may stand.
_AFTER, _AROUND, _IN_PHRASE, _IN_NOUN_PHRASE = 3, 6, 3, 1
# Words inside a phrase that change nothing (`إنهاء هذه المهمة`, `تجميد أي زيادة`).
_DETERMINERS = frozenset({"هذا", "هذه", "تلك", "ذلك", "اي", "كل", "جميع", "في", "علي", "عن"})
# How a noun ends that a pronoun makes definite; shorter endings are those of other words as well.
_OWNED = ("ها", "هم", "هما", "تنا", "ته")
_PRESENCE = frozenset({"بقاء", "وجود"})


class Mention(NamedTuple):
    """Words `first` to `after` name the target (`side` 1) or its opposite (-1).

    `strength`: 3 the event with its object, 2 the event alone where the text spoke of the object
    or a thing that needs none, 1 the event alone or far from its object.
    """

    first: int
    after: int
    side: int
    strength: int
    part: str
    first_person: bool
    pronoun: bool
    future: bool


class _Pattern(NamedTuple):
    form: Form
    rest: tuple[frozenset[str], ...]
    side: int
    is_thing: bool


class TargetWords(NamedTuple):
    """A target's words, inflected: patterns by their first form, objects by theirs."""

    patterns: dict[str, tuple[_Pattern, ...]]
    objects: dict[str, tuple[tuple[frozenset[str], ...], ...]]
    others: frozenset[str]


@lru_cache(maxsize=64)
def inflect_target(target: Target) -> TargetWords:
    """Inflect the words a target declares."""
    patterns: dict[str, list[_Pattern]] = {}
    for words, side in ((target.words, 1), (target.opposite, -1)):
        for phrase in words:
            first, *rest = phrase.split()
            following = tuple(_nouns(word) for word in rest)
            verbs = tuple(verbal_forms(first))
            for form in (*noun_forms(first), *verbs):
                pattern = _Pattern(form, following, side, not verbs)
                patterns.setdefault(form.key, []).append(pattern)
    objects: dict[str, list[tuple[frozenset[str], ...]]] = {}
    for phrase in target.objects:
        first, *rest = phrase.split()
        for key in _nouns(first):
            objects.setdefault(key, []).append(tuple(_nouns(word) for word in rest))
    longest_first = {
        key: tuple(sorted(found, key=lambda pattern: -len(pattern.rest)))
        for key, found in patterns.items()
    }
    others = frozenset(key for word in target.others for key in _nouns(word))
    by_key = {key: tuple(found) for key, found in objects.items()}
    return TargetWords(longest_first, by_key, others)


def ends_presence(target: Target) -> bool:
    """Tell whether the target takes its objects away: its opposite is that they stay or are."""
    return not _PRESENCE.isdisjoint(target.opposite)


def _nouns(word: str) -> frozenset[str]:
    return frozenset(form.key for form in noun_forms(word))


def find_objects(text: Text, target: Target) -> frozenset[int]:
    """Return the words at which an object of the target begins, and is not somebody else's."""
    _, objects, others = inflect_target(target)
    rests: dict[str, list[tuple[frozenset[str], ...]]] = {}
    found = set()
    for place, word in enumerate(text.words):
        if word.key not in rests:
            forms = strip_proclitics(word.key) if word.is_word else ()
            rests[word.key] = [rest for form in forms for rest in objects.get(form.key, ())]
        begins = any(_follow(text, place + 1, rest, 0) is not None for rest in rests[word.key])
        if begins and not _is_one_of(text, place + 1, others):
            found.add(place)
    return frozenset(found)


def _is_one_of(text: Text, place: int, keys: frozenset[str]) -> bool:
    """Tell whether the word at a place, if there is one, is of these."""
    if place >= len(text.words):
        return False
    return any(form.key in keys for form in strip_proclitics(text.words[place].key))


def find_mentions(text: Text, target: Target, objects: frozenset[int]) -> dict[int, Mention]:
    """Return the mentions of the target by their first word."""
    patterns = inflect_target(target).patterns
    found: dict[int, Mention] = {}
    spoken = False
    for low, high in text.sentences:
        place = low
        while place < high:
            mention = _mention_at(text, patterns, place, (low, high), objects, spoken)
            spoken = spoken or place in objects
            if mention is not None:
                found[place] = mention
            place += 1
    return found


def _mention_at(
    text: Text,
    patterns: Mapping[str, tuple[_Pattern, ...]],
    place: int,
    sentence: tuple[int, int],
    objects: frozenset[int],
    spoken: bool,
) -> Mention | None:
    word = text.words[place]
    if not word.is_word:
        return None
    for stripping, pattern in _candidates(text, patterns, place):
        gap = _IN_PHRASE if pattern.form.part != NOUN else _IN_NOUN_PHRASE
        after = _follow(text, place + 1, pattern.rest, gap)
        if after is None or after > sentence[1]:
            continue
        form = pattern.form
        strength = _strength(text, pattern, stripping, (place, after), sentence, objects, spoken)
        if strength:
            return Mention(
                place,
                after,
                pattern.side,
                strength,
                form.part,
                form.first_person,
                form.pronoun,
                stripping.future,
            )
    return None


def _candidates(
    text: Text, patterns: Mapping[str, tuple[_Pattern, ...]], place: int
) -> Iterator[tuple[Stripping, _Pattern]]:
    word = text.words[place]
    for stripping in strip_proclitics(word.key):
        found = patterns.get(stripping.key)
        if found is None:
            continue
        reports = word.sense(REPORT, verb=True) is not None
        for pattern in found:
            if pattern.form.part == NOUN:
                fits = not stripping.future and not (stripping.article and pattern.form.pronoun)
            else:
                fits = not stripping.article and not reports and stripping.preposition in ("", "ل")
            if fits:
                yield stripping, pattern


def _follow(text: Text, place: int, rest: tuple[frozenset[str], ...], gap: int) -> int | None:
    """Return where the rest of a phrase ends, with at most `gap` words before its next word."""
    for keys in rest:
        between = 0
        while place < len(text.words):
            key = text.words[place].key
            place += 1
            if any(stripping.key in keys for stripping in strip_proclitics(key)):
                break
            between += key not in _DETERMINERS
            if between > gap:
                return None
        else:
            return None
    return place


def _strength(
    text: Text,
    pattern: _Pattern,
    stripping: Stripping,
    place: tuple[int, int],
    sentence: tuple[int, int],
    objects: frozenset[int],
    spoken: bool,
) -> int:
    first, after = place
    form = pattern.form
    near = range(after, _clause_limit(text, after, min(after + _AFTER, sentence[1])))
    if form.part != NOUN:
        around = range(max(sentence[0], first - _AROUND), min(after + _AROUND, sentence[1]))
        if any(n in objects for n in around):
            return 3
        if form.first_person or form.part == IMPERATIVE:
            return 2
        opened = first and text.words[first - 1].plays("condition", "complementiser")
        return 1 if spoken and opened else 0
    if pattern.rest or any(n in objects for n in near):
        return 3
    if pattern.is_thing:
        return 2
    alone = stripping.article or form.pronoun or (first and text.words[first - 1].key == "اي")
    if alone:
        return 2 if spoken or any(n in objects for n in range(*sentence)) else 1
    if after < sentence[1] and _possesses(text, after):
        return 0  # `تمديد ولاية البعثة`, `وجود رسائلها`: that of something else
    far = range(max(sentence[0], first - _AROUND), min(after + 2 * _AROUND, sentence[1]))
    return 1 if spoken or any(n in objects for n in far) else 0


def _possesses(text: Text, place: int) -> bool:
    """Tell whether a word is what an indefinite noun before it is of; names may be of anybody."""
    word = text.words[place]
    if place in text.entities or not word.is_word or word.reading.preposition:
        return False
    return word.reading.definite or word.key.endswith(_OWNED)


def _clause_limit(text: Text, first: int, high: int) -> int:
    for place in range(first, high):
        if text.words[place].plays("pause", "close"):
            return place
    return high
