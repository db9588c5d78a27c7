"""Span matching and counts: exact and partial, per label and over all.

Exact: label, start and end agree, the measure of CoNLL-2003 and seqeval. Partial: the labels agree
and the spans share a character; each span matches at most one, so that a prediction over two gold
spans counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Spans = Sequence[tuple[str, int, int]]
"""Spans of one document or sentence as (label, start, end), half-open, in order."""

OVERALL = "micro avg"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, from which the ratios are derived; a ratio with nothing to divide by is 0."""

    gold: int
    predicted: int
    matched: int

    @property
    def precision(self) -> float:
        """Share of the predicted spans that match."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold spans that are matched."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.matched / (self.gold + self.predicted) if self.matched else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scores by label, `OVERALL` last, under both ways of matching."""

    exact: dict[str, Score]
    partial: dict[str, Score]


def compare(gold: Sequence[Spans], predicted: Sequence[Spans]) -> Comparison:
    """Compare predicted with gold spans, text by text; both in the same order of texts."""
    sizes = Counter[str](), Counter[str]()
    exact, partial = Counter[str](), Counter[str]()
    for ours, theirs in zip(gold, predicted, strict=True):
        for counter, spans in zip(sizes, (ours, theirs), strict=True):
            counter.update(label for label, _, _ in spans)
        exact.update(label for label, _, _ in set(ours) & set(theirs))
        partial.update(_partial_matches(ours, theirs))
    return Comparison(_scores(*sizes, exact), _scores(*sizes, partial))


def _partial_matches(gold: Spans, predicted: Spans) -> list[str]:
    """Return the label of each pair."""
    matches = []
    for label in {label for label, _, _ in gold}:
        ours, theirs = (
            sorted(span[1:] for span in side if span[0] == label) for side in (gold, predicted)
        )
        matches += [label] * len(pair_overlapping(ours, theirs))
    return matches


def pair_overlapping(
    ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pair places of two layers' (start, end), each in order; every span in one pair at most.

    From left to right, which pairs off as many as can be, and equal spans with each other.
    """
    pairs = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if ours[i][0] < theirs[j][1] and theirs[j][0] < ours[i][1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif ours[i][1] <= theirs[j][0]:
            i += 1
        else:
            j += 1
    return pairs


def _scores(gold: Counter[str], predicted: Counter[str], matched: Counter[str]) -> dict[str, Score]:
    scores = {
        label: Score(gold[label], predicted[label], matched[label])
        for label in sorted(gold.keys() | predicted.keys())
    }
    scores[OVERALL] = Score(gold.total(), predicted.total(), matched.total())
    return scores
