"""Scores that mean what they say: of spans scored 0.8, four in five should be right.

A network is surer than it is right, the more so the smaller its training data. Platt scaling
(Platt 1999; on the logit of the score, after Guo et al. 2017) mends it with two numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_EDGE = 1e-6  # keeps the logit of a rounded 0 or 1 finite


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: a score's logit times `slope`, plus `intercept`."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, score: float) -> float:
        """Return the probability that a span of this score is right."""
        return 1 / (1 + math.exp(-(self.slope * _logit(score) + self.intercept)))


UNCALIBRATED = Calibration()


def fit_calibration(scores: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit Platt scaling by maximum likelihood.

    Scores that are all right, or all wrong, teach nothing: they are left as they are.
    """
    from sklearn.linear_model import LogisticRegression

    if len(set(right)) < 2:
        return UNCALIBRATED
    model = LogisticRegression(C=1e6).fit([[_logit(score)] for score in scores], right)
    return Calibration(round(float(model.coef_[0, 0]), 4), round(float(model.intercept_[0]), 4))


def expected_calibration_error(
    scores: Sequence[float], right: Sequence[bool], bins: int = 10
) -> float:
    """Return the mean distance of score and accuracy over bins of equal width, by their size."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, correct in zip(scores, right, strict=True):
        held[min(int(score * bins), bins - 1)].append((score, correct))
    gaps = (abs(sum(score - correct for score, correct in pairs)) for pairs in held)
    return sum(gaps) / len(scores) if scores else 0.0


def cross_validated_error(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the calibration error where each half is calibrated by what the other half taught."""
    halves = [slice(0, None, 2), slice(1, None, 2)]
    calibrated: list[float] = []
    judged: list[bool] = []
    for fitted, measured in (halves, halves[::-1]):
        calibration = fit_calibration(scores[fitted], right[fitted])
        calibrated += [calibration(score) for score in scores[measured]]
        judged += right[measured]
    return expected_calibration_error(calibrated, judged)


def _logit(score: float) -> float:
    inside = min(max(score, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))
