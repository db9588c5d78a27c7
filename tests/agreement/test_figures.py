import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from pipeline.agreement.figures import LEAST_DOCUMENTS, estimate, f1, kappa, share

judgements = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


def table(pairs, labels=4):
    counts = np.zeros((1, labels, labels))
    for one, other in pairs:
        counts[0, one, other] += 1
    return counts


@given(judgements)
def test_kappa_of_two_is_cohens(pairs):
    ours = float(kappa(table(pairs)))
    if len({label for pair in pairs for label in pair}) == 1:
        assert math.isnan(ours), "one label alone leaves nothing to chance"
    else:
        assert ours == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_kappa_of_a_published_table():
    """Cohen's proposal table as it is taught: 20, 5, 10, 15 make 0.4."""
    assert float(kappa(np.array([[[20.0, 5.0], [10.0, 15.0]]]))) == pytest.approx(0.4)


@given(judgements, st.integers(2, 4))
def test_pairs_that_judge_alike_agree_as_each_of_them(pairs, times):
    one, several = kappa(table(pairs)), kappa(np.concatenate([table(pairs)] * times))
    assert float(several) == pytest.approx(float(one), nan_ok=True)


def test_a_pair_that_compared_nothing_changes_nothing():
    pairs = table([(0, 0), (0, 1), (1, 1)])
    assert kappa(np.concatenate([pairs, np.zeros_like(pairs)])) == kappa(pairs)


rows = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: (min(p), max(p))),
    min_size=LEAST_DOCUMENTS,
    max_size=30,
)


@given(rows)
def test_the_figure_lies_in_its_interval(tallies):
    figure = estimate(np.array(tallies, dtype=float), share, 1)
    if figure.interval:
        low, high = figure.interval
        assert 0 <= low <= high <= 1
        assert low - 0.25 <= figure.value <= high + 0.25


def test_the_interval_is_the_same_every_time_and_narrows_with_documents():
    few = np.array([[8, 10], [3, 10], [9, 10], [10, 10], [5, 10]], dtype=float)
    first = estimate(few, share, 50)
    assert first == estimate(few, share, 50)
    assert first.value == pytest.approx(0.7)
    many = estimate(np.tile(few, (40, 1)), share, 2000)
    assert many.value == pytest.approx(0.7)
    assert many.interval[1] - many.interval[0] < (first.interval[1] - first.interval[0]) / 3


def test_the_interval_of_a_mean_is_what_theory_says():
    """400 documents, half agreeing: the mean's standard error is 0.025."""
    tallies = np.array([[n % 2, 1] for n in range(400)], dtype=float)
    low, high = estimate(tallies, share, 400).interval
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.006)


def test_nothing_to_compare_gives_no_number():
    assert estimate(np.zeros((9, 2)), share, 0).value is None
    assert estimate(np.zeros((9, 3)), f1, 0).value is None


def test_few_documents_give_no_interval():
    figure = estimate(np.ones((LEAST_DOCUMENTS - 1, 2)), share, 4)
    assert (figure.value, figure.interval) == (1.0, None)


def test_a_figure_that_most_corpora_leave_undefined_gets_no_interval():
    """One document of nine has something to compare: a third of the corpora drawn lack it."""
    tallies = np.zeros((9, 2))
    tallies[4] = 1, 2
    assert estimate(tallies, share, 2).value == 0.5
    assert estimate(tallies, share, 2).interval is None
