"""A document as words with their readings, and sentences as ranges of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.annotators.stance.lexicon import Reading, Sense, read_word
from pipeline.arabic.script import fold
from pipeline.model import Entity
from pipeline.tokens import split_sentences, tokenize

# No rule looks further than a long sentence; cutting longer ones keeps every scan bounded.
_LONGEST_SENTENCE = 300
_STILL = frozenset(["يزال", "تزال", "يزالون", "زال", "زالت", "زالوا"])
_SHALL = ("سن", "ست", "سي")
# Words in names are no cues (`راي`, `صلاح`, `حركة صوت الفرات`); a body of one word may be one
# (`المعارضة`).
_NO_CUES = frozenset({"PER", "LOC"})


class Word(NamedTuple):
    """A word or mark: raw half-open offsets, folded key, how the lexicon reads it."""

    start: int
    end: int
    key: str
    is_word: bool
    reading: Reading

    def plays(self, *roles: str) -> bool:
        """Tell whether it plays one of these roles."""
        return not self.reading.roles.isdisjoint(roles)

    def shall(self) -> bool:
        """Tell whether it begins as a verb of the future does (`سنواصل`, `وستقرر`)."""
        return self.key.lstrip("و").startswith(_SHALL)

    def sense(self, kind: str, *, verb: bool | None = None) -> Sense | None:
        """Return its first sense of a kind, as a verb or not where that is said."""
        for sense in self.reading.senses:
            if sense.cue.kind == kind and (verb is None or sense.is_verb is verb):
                return sense
        return None


class Named(NamedTuple):
    """A named entity over words `first` to `after`."""

    first: int
    after: int
    label: str


class Text(NamedTuple):
    """A document's words, its sentences as ranges of words, its entities by first word."""

    raw: str
    words: Sequence[Word]
    sentences: Sequence[tuple[int, int]]
    entities: dict[int, Named]
    raw_hamza: frozenset[int]

    def negates(self, place: int) -> bool:
        """Tell whether a word negates what follows; `لا يزال` does not."""
        words = self.words
        following = words[place + 1].key if place + 1 < len(words) else ""
        return words[place].plays("negator") and following not in _STILL


def read_text(raw: str, entities: Sequence[Entity]) -> Text:
    """Return the normalised view of a raw text, whose words keep their raw offsets."""
    tokens = tokenize(raw)
    words = []
    below = set()
    names: set[int] = set()
    for number, token in enumerate(tokens):
        key = fold(token.text)
        reading = read_word(key)
        if token.text.endswith("ة") and reading.senses:  # `طالبة` is not `طالبه`
            senses = tuple(s for s in reading.senses if not (s.is_verb and s.pronoun))
            reading = reading._replace(senses=senses)
        words.append(Word(token.start, token.end, key, token.is_word, reading))
        if token.text[:2] in ("إن", "إِ") and key == "ان":
            below.add(number)
    sentences = []
    for sentence in split_sentences(raw, tokens):
        for first in range(sentence.first_token, sentence.end_token, _LONGEST_SENTENCE):
            sentences.append((first, min(first + _LONGEST_SENTENCE, sentence.end_token)))
    for entity in entities:
        if entity.label in _NO_CUES or (entity.label == "ORG" and " " in entity.text):
            names.update(range(entity.start, entity.end))
    if names:
        words = [
            word._replace(reading=word.reading._replace(senses=())) if word.start in names else word
            for word in words
        ]
    starts = {word.start: place for place, word in enumerate(words)}
    ends = {word.end: place + 1 for place, word in enumerate(words)}
    named = {
        starts[e.start]: Named(starts[e.start], ends[e.end], e.label)
        for e in entities
        if e.start in starts and e.end in ends
    }
    return Text(raw, words, sentences, named, frozenset(below))
