"""Tokens with their senses: what the grammar reads.

One lexeme is a word with its proclitics, a phrase of the lexicon, a number with what is written
onto it (`و2011`, `الـ 12`), or a mark. The list ends with two empty lexemes, so that the grammar
may look one ahead without asking for the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.annotators.dates.lexicon import NONE, Reading, Senses, read_word
from pipeline.arabic.script import MARK, NUMBER, WORD, Token, fold, read_tokens

_RANGE = re.compile(r"\d{1,4}-\d{1,4}")
_ATTACHED = frozenset({"و", "ف", "ب", "ل", "ك", "وب", "ول", "فل", "فب"})


class Lexeme(NamedTuple):
    """Raw half-open offsets, kind, stem, senses; the article and proclitics it is written with."""

    start: int
    end: int
    kind: str
    key: str
    senses: Senses = NONE
    article: bool = False
    clitic: str = ""
    glued: bool = False


Lexemes = Sequence[Lexeme]
_DIGITS: Senses = {"digits": True}


def plays(lexeme: Lexeme, roles: frozenset[str]) -> bool:
    """Tell whether a lexeme plays one of these roles; a number in digits plays `digits`."""
    return not roles.isdisjoint(lexeme.senses)


def read_lexemes(text: str) -> list[Lexeme]:
    """Return the lexemes of a raw text."""
    tokens = list(_split_ranges(text))
    readings = [
        read_word(text[token.start : token.end]) if token.kind == WORD else None for token in tokens
    ]
    lexemes: list[Lexeme] = []
    place, count = 0, len(tokens)
    while place < count:
        token, reading = tokens[place], readings[place]
        if token.kind == WORD:
            place = _append_word(lexemes, tokens, reading, place)
            continue
        senses = _DIGITS if token.kind == NUMBER else NONE
        lexemes.append(
            Lexeme(token.start, token.end, token.kind, token.key, senses, False, "", token.glued)
        )
        place += 1
    lexemes += [Lexeme(len(text), len(text), MARK, "")] * 2
    return lexemes


def _split_ranges(text: str) -> Iterator[Token]:
    """Yield the tokens with `13-15` and `2014-2018` as two numbers and a dash."""
    for token in read_tokens(text):
        if token.kind != NUMBER or not _RANGE.fullmatch(token.key):
            yield token
            continue
        dash = next(i for i in range(token.start, token.end) if fold(text[i]) == "-")
        first, second = token.key.split("-")
        last = next(i for i in range(dash - 1, token.start - 1, -1) if text[i].isdecimal())
        yield Token(token.start, last + 1, NUMBER, first, token.glued)
        yield Token(dash, dash + 1, MARK, "-", True)
        digits = next(i for i in range(dash + 1, token.end) if text[i].isdecimal())
        yield Token(digits, token.end, NUMBER, second, True)


def _append_word(
    lexemes: list[Lexeme], tokens: Sequence[Token], reading: Reading | None, place: int
) -> int:
    token = tokens[place]
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is not None and after.kind == NUMBER:
        article = reading is not None and "article" in reading.senses
        if article or (after.glued and token.key in _ATTACHED):
            clitic = reading.clitic if article and reading else token.key
            lexemes.append(
                Lexeme(
                    token.start, after.end, NUMBER, after.key, _DIGITS, article, clitic, token.glued
                )
            )
            return place + 2
    if reading is None:
        lexemes.append(
            Lexeme(token.start, token.end, WORD, token.key, NONE, _definite(token), "", token.glued)
        )
        return place + 1
    stem, article, clitic, senses, phrases = reading
    length = 1
    for phrase in phrases:
        if _follows(tokens, place + 1, phrase.rest):
            length += len(phrase.rest)
            stem, senses, article = " ".join((stem, *phrase.rest)), phrase.senses, False
            break
    end = tokens[place + length - 1].end
    lexemes.append(Lexeme(token.start, end, WORD, stem, senses, article, clitic, token.glued))
    return place + length


def _follows(tokens: Sequence[Token], place: int, keys: tuple[str, ...]) -> bool:
    if place + len(keys) > len(tokens) or tokens[place].key != keys[0]:
        return False
    return all(tokens[place + i].key == key for i, key in enumerate(keys))


def _definite(token: Token) -> bool:
    key = token.key
    return key.startswith("ال") or key[1:3] == "ال" or key.startswith("لل")
