import random

import pytest

from pipeline.annotators.ner.calibration import (
    Calibration,
    cross_validated_error,
    expected_calibration_error,
    fit_calibration,
)


def overconfident(count):
    """Scores that claim more than they hold: right in the square of the score, on average."""
    draw = random.Random(7)
    scores = [draw.uniform(0.3, 1.0) for _ in range(count)]
    return scores, [draw.random() < score**2 for score in scores]


def test_the_error_is_the_mean_gap_of_the_bins():
    scores, right = [0.95, 0.95, 0.15, 0.15], [True, False, False, False]
    assert expected_calibration_error(scores, right) == pytest.approx((0.45 * 2 + 0.15 * 2) / 4)
    assert expected_calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert expected_calibration_error([], []) == 0.0


def test_scores_that_claim_too_much_are_mended_on_unseen_spans_too():
    scores, right = overconfident(4000)
    assert expected_calibration_error(scores, right) > 0.1
    assert cross_validated_error(scores, right) < 0.03
    calibration = fit_calibration(scores, right)
    assert calibration(0.9) < 0.9
    order = sorted(scores)
    assert sorted(order, key=calibration) == order, "the order of spans stays"


def test_scores_that_teach_nothing_are_left_alone():
    assert fit_calibration([0.5, 0.9], [True, True]) == Calibration()
    assert Calibration()(0.25) == pytest.approx(0.25)
    assert 0 < Calibration(2.0, 1.0)(0.0) < Calibration(2.0, 1.0)(1.0) <= 1
