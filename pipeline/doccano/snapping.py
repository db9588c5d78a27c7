"""Spans drawn by hand, brought to the edges of whole words as the guidelines ask."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.tokens import Token


@dataclass(frozen=True, slots=True)
class Snap:
    """A span that was moved: where it was drawn and where it is now."""

    document: str
    label: str
    drawn: tuple[int, int]
    snapped: tuple[int, int]
    text: str

    def __str__(self) -> str:
        drawn, snapped = (f"{start}-{end}" for start, end in (self.drawn, self.snapped))
        return f"{self.document}, {self.label} {drawn} to {snapped}: {self.text}"


def snap(start: int, end: int, tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Return the span from the first to the last word that it touches; None if it touches none.

    Words cut by an edge are taken whole; space and punctuation at the edges are left out.
    """
    first = bisect_right(tokens, start, key=lambda token: token.end)
    words = []
    for token in tokens[first:]:
        if token.start >= end:
            break
        if token.is_word:
            words.append(token)
    return (words[0].start, words[-1].end) if words else None
