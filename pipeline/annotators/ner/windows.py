"""Long word sequences in overlapping windows, so that every word is labelled with context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Window:
    """Words `start` to `end` are read; `keep_start` to `keep_end` take their labels from here."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def plan_windows(piece_counts: Sequence[int], budget: int, overlap: int) -> list[Window]:
    """Cover words of the given piece counts with windows of at most `budget` pieces.

    Neighbours share about `overlap` pieces; the border between what each keeps lies in the
    middle of what they share. A single word longer than the budget gets a window of its own
    (the model then reads its first pieces). The kept ranges cover every word exactly once.
    """
    if not piece_counts:
        return []
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(piece_counts):
        end, used = start, 0
        while end < len(piece_counts) and (end == start or used + piece_counts[end] <= budget):
            used += piece_counts[end]
            end += 1
        spans.append((start, end))
        if end == len(piece_counts):
            break
        back, shared = end, 0
        while back > start + 1 and shared + piece_counts[back - 1] <= overlap:
            back -= 1
            shared += piece_counts[back]
        start = back
    middles = [(after[0] + before[1]) // 2 for before, after in pairwise(spans)]
    borders = [0, *middles, len(piece_counts)]
    return [Window(*span, *kept) for span, kept in zip(spans, pairwise(borders), strict=True)]
