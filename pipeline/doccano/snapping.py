"""Spans drawn by hand, brought to the edges of whole words as the guidelines ask."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache

from pipeline.tokens import tokenize

_RUN = re.compile(r"\S+")


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


class Snapper:
    """Brings spans of one text to the edges of its words.

    Only runs without space that a span touches are split into tokens, each once: no token reaches
    over a space, and most of a text is never marked.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs = [run.span() for run in _RUN.finditer(text)]
        self._words = cache(self._split)

    def snap(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the span from the first to the last word that it touches; None if none.

        Words cut by an edge are taken whole; space and punctuation at the edges are left out.
        """
        first = bisect_right(self._runs, start, key=lambda run: run[1])
        after = bisect_left(self._runs, end, key=lambda run: run[0])
        touched = [
            word
            for run in self._runs[first:after]
            for word in self._words(run)
            if word[0] < end and start < word[1]
        ]
        return (touched[0][0], touched[-1][1]) if touched else None

    def _split(self, run: tuple[int, int]) -> list[tuple[int, int]]:
        start, end = run
        tokens = tokenize(self._text[start:end])
        return [(start + token.start, start + token.end) for token in tokens if token.is_word]
