"""Krippendorff's alpha for unitizing, of spans that annotators cut out of running text.

Klaus Krippendorff, On the reliability of unitizing continuous data, Sociological Methodology 25
(1995), 47-76, in the form of Measuring the reliability of qualitative text analysis data, Quality
and Quantity 38 (2004), 787-800. Two things are added, which change nothing where the papers apply:

- A corpus is many texts: a gap ends where its text ends, as no unit can lie across two texts.
- Texts may differ in how many annotated them: a pair of a text that m annotated weighs 1/(m-1),
  as in Krippendorff's alpha with missing data. A text that one annotated counts for nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Units = Sequence[tuple[int, int]]
"""One annotator's units of one label in one text as (start, end), in order, not overlapping."""

Floats = NDArray[np.float64]

_LENGTH, _CODED, _OBSERVED, _HEAD = 0, 1, 2, 3


def tally_texts(texts: Sequence[tuple[int, Sequence[Units]]]) -> tuple[Floats, Floats]:
    """Count what alpha is made of, text by text; each is its length and its annotators' units.

    Returns rows of shape (texts, 3 + 2k) that `disagreements` reads when summed, and the k lengths
    of units that occur.
    """
    lengths = sorted({end - start for _, coded in texts for units in coded for start, end in units})
    sizes = np.array(lengths, dtype=np.float64)
    rows = np.zeros((len(texts), _HEAD + 2 * len(sizes)))
    for row, (length, coded) in zip(rows, texts, strict=True):
        if len(coded) > 1:
            observed = sum(distance(*pair) for pair in combinations(coded, 2))
            row[:_HEAD] = length, length * len(coded), 2 * observed / (len(coded) - 1)
            row[_HEAD:] = np.concatenate(_tally_units(length, coded, sizes))
    return rows, sizes


def _tally_units(length: int, coded: Sequence[Units], sizes: Floats) -> tuple[Floats, Floats]:
    """Return, for each size, the units of it, and the places in gaps where one would fit."""
    units = [end - start for own in coded for start, end in own]
    gaps = np.array([gap for own in coded for gap in gap_lengths(own, length)], dtype=np.float64)
    counts = np.array([units.count(size) for size in sizes], dtype=np.float64)
    places = np.maximum(gaps[:, None] - sizes + 1, 0).sum(axis=0)
    return counts, places


def distance(ours: Units, theirs: Units) -> int:
    """Return the squared distances between two annotators' units of one label in one text.

    Overlapping units differ by the squares of what their starts and ends are apart; one that falls
    into a gap of the other's by the square of its length.
    """
    total, met = 0, set[int]()
    for start, end in ours:
        first = bisect_right(theirs, start, key=lambda unit: unit[1])
        beyond = bisect_left(theirs, end, key=lambda unit: unit[0])
        met.update(range(first, beyond))
        total += sum((start - a) ** 2 + (end - b) ** 2 for a, b in theirs[first:beyond])
        total += (end - start) ** 2 if first == beyond else 0
    missed = (theirs[place] for place in range(len(theirs)) if place not in met)
    return total + sum((end - start) ** 2 for start, end in missed)


def gap_lengths(units: Units, length: int) -> list[int]:
    """Return the lengths of the stretches between, before and after the units of a text."""
    edges = [0, *(edge for unit in units for edge in unit), length]
    gaps = (start_of_next - end for end, start_of_next in zip(edges[::2], edges[1::2], strict=True))
    return [gap for gap in gaps if gap]


def disagreements(sums: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """Return observed and expected disagreement of sums of rows, of shape (..., 3 + 2k).

    0 is expected where nobody marked a unit; not a number where there is no text.
    """
    length, coded, observed = (sums[..., place] for place in (_LENGTH, _CODED, _OBSERVED))
    units, places = np.split(sums[..., _HEAD:], 2, axis=-1)
    others = units.sum(axis=-1) - 1
    met = (units * (2 * sizes**3 - 3 * sizes**2 + sizes)).sum(axis=-1) * others / 3
    missed = (units * sizes**2 * places).sum(axis=-1)
    pairs = coded * (coded - 1) - (units * sizes * (sizes - 1)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return observed / (coded * length), 2 / length * (met + missed) / pairs
