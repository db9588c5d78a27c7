"""Figures with confidence intervals: counts a document, summed, then a formula.

The interval is the bootstrap's over documents: 1,000 corpora of as many documents are drawn with
replacement, by a fixed seed, and the middle 95% of their figures are given. Documents are what is
drawn, since the spans of one document are not independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from pipeline.agreement.unitizing import Floats

DRAWS, SEED, CONFIDENCE, LEAST_DOCUMENTS = 1000, 20240928, 0.95, 5

Formula = Callable[[Floats], Floats]
"""From sums of counts, of shape (..., n), to a figure each; not a number where undefined."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, None when the data do not define it, and its interval, None for too few documents.

    `count` is what it was computed over: spans, pairs of spans, as the figure's name says.
    """

    value: float | None
    interval: tuple[float, float] | None
    count: int


def render_figure(figure: Figure) -> str:
    """Render a figure for people, with two decimals and its interval where it has one."""
    if figure.value is None:
        return "undefined" if figure.count else "no data"
    if figure.interval is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} [{figure.interval[0]:.2f}, {figure.interval[1]:.2f}]"


def estimate(tallies: Floats, formula: Formula, count: int) -> Figure:
    """Return the figure of all documents; `tallies` has a row a document.

    An interval needs 5 documents, and a figure in 95% of the corpora drawn.
    """
    value = float(formula(tallies.sum(axis=0)))
    if not np.isfinite(value):
        return Figure(None, None, count)
    if len(tallies) < LEAST_DOCUMENTS:
        return Figure(value, None, count)
    drawn = formula(np.tensordot(_draws(len(tallies)), tallies, axes=1))
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < CONFIDENCE * DRAWS:
        return Figure(value, None, count)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Figure(value, (float(low), float(high)), count)


@cache
def _draws(documents: int) -> Floats:
    """Return how often each document is in each corpus drawn, of shape (DRAWS, documents)."""
    generator = np.random.default_rng(SEED)
    shares = np.full(documents, 1 / documents)
    return generator.multinomial(documents, shares, size=DRAWS).astype(np.float64)


def f1(sums: Floats) -> Floats:
    """Return F1 of (ours, theirs, matched)."""
    return _ratio(2 * sums[..., 2], sums[..., 0] + sums[..., 1])


def share(sums: Floats) -> Floats:
    """Return the share of (agreed, compared)."""
    return _ratio(sums[..., 0], sums[..., 1])


def kappa(tables: Floats) -> Floats:
    """Return Cohen's kappa of tables of shape (..., pairs of annotators, labels, labels).

    Of one pair of annotators it is Cohen's of 1960; of several, the ratio of what observed
    agreement exceeds the expected by, to the most it could, each summed over the pairs by the
    number of spans the pair compared.
    """
    totals = tables.sum(axis=(-2, -1))
    agreed = np.trace(tables, axis1=-2, axis2=-1)
    expected = _ratio((tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1), totals)
    expected = np.where(totals > 0, expected, 0)
    return _ratio((agreed - expected).sum(axis=-1), (totals - expected).sum(axis=-1))


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)
