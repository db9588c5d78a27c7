"""Alpha for unitizing against the worked examples of its papers.

The examples are those of Krippendorff (2004), figure 2, and (1995), p. 57, as the tests of DKPro
Statistics quote them.
"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agreement.unitizing import disagreements, distance, gap_lengths, tally_texts


def measure(*texts):
    rows, sizes = tally_texts(texts)
    return disagreements(rows.sum(axis=0), sizes)


def alpha(*texts):
    observed, expected = measure(*texts)
    return 1 - observed / expected


def units(*lengths_at, stretch=1):
    return [(int(at * stretch), int((at + length) * stretch)) for at, length in lengths_at]


C = (units((75, 70), (220, 30)), units((70, 80), (205, 20), (250, 20)))
K = (units((30, 60), (150, 50)), units((30, 60), (150, 50)))


def test_the_example_of_2004():
    assert measure((300, C)) == pytest.approx((0.0144, 0.0532), abs=0.00005)
    assert alpha((300, C)) == pytest.approx(0.7286, abs=0.0001)
    assert measure((300, K)) == pytest.approx((0, 0.0490), abs=0.00005)
    both = [measure((300, coded)) for coded in (C, K)]
    observed, expected = np.sum(both, axis=0)
    assert 1 - observed / expected == pytest.approx(0.8591, abs=0.0005)


@pytest.mark.parametrize(
    ("one", "other", "squared"),
    [
        ((225, 70), (220, 80), 50),
        ((370, 30), (355, 20), 850),
        ((5, 6), (4, 2), 26),
        ((5, 6), (5, 2), 16),
        ((5, 6), (6, 2), 10),
        ((5, 6), (7, 2), 8),
        ((5, 6), (6, 4), 2),
        ((5, 6), (5, 6), 0),
    ],
)
def test_the_distances_of_2004(one, other, squared):
    assert distance(units(one), units(other)) == squared


def test_a_unit_in_a_gap_is_as_far_as_its_length_squared():
    assert distance(units((400, 20)), []) == distance([], units((400, 20))) == 400
    assert distance(units((2, 2), (5, 6)), []) == 40


_1995 = {
    "A": (units((2, 8), (14, 6)), units((4, 4), (15, 2))),
    "B": (
        units((0, 18)),
        units((0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)),
    ),
    "C": (
        units((2, 6), (10, 2), (14, 4), (20, 2)),
        units((0, 2), (4, 4), (10, 4), (16, 2), (20, 2)),
    ),
    "D": (
        units((0, 2), (2, 8), (10, 4), (14, 6), (20, 4)),
        units((0, 4), (4, 4), (8, 7), (15, 2), (17, 7)),
    ),
}


@pytest.mark.parametrize(
    ("label", "observed", "expected", "value"),
    [
        ("A", 0.03125, 0.06990, 0.553),
        ("B", 2.26736, 1.17731, -0.926),
        ("C", 0.02777, 0.08642, 0.679),
        ("D", 0.38715, 0.41445, 0.066),
    ],
)
def test_the_examples_of_1995(label, observed, expected, value):
    """The paper's own expectations are a little off: its formula was mended in 2004."""
    stretched = [[(50000 * a, 50000 * b) for a, b in own] for own in _1995[label]]
    found = measure((24 * 50000, stretched))
    assert found[0] == pytest.approx(observed, abs=0.00001)
    assert found[1] == pytest.approx(expected, abs=0.005)
    assert 1 - found[0] / found[1] == pytest.approx(value, abs=0.02)


def test_the_short_example_of_1995_is_exact():
    halved = [[(a // 2, b // 2) for a, b in own] for own in _1995["C"]]
    assert measure((12, halved)) == pytest.approx((0.02777, 0.05494), abs=0.00001)


def test_disagreement_can_be_worse_than_chance():
    coded = (units((1, 8)), units((2, 1), (4, 1), (6, 1)))
    assert measure((10, coded)) == pytest.approx((0.9100, 0.5351), abs=0.0001)
    assert alpha((10, coded)) == pytest.approx(-0.7003, abs=0.0001)


cuts = st.lists(st.integers(0, 40), unique=True, max_size=10).map(
    lambda edges: [
        (a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False) if a < b
    ]
)
texts = st.lists(st.lists(cuts, min_size=2, max_size=4), min_size=1, max_size=4)


@given(cuts, cuts)
def test_distance_is_symmetric_and_zero_for_the_same_units(ours, theirs):
    assert distance(ours, theirs) == distance(theirs, ours) == literal(ours, theirs, 40)
    assert (distance(ours, theirs) == 0) == (ours == theirs)


def literal(ours, theirs, length):
    """The paper's sum over every unit and gap of both, its three cases written out."""

    def segments(own):
        edges = sorted({0, length, *(edge for unit in own for edge in unit)})
        return [(a, b, (a, b) in own) for a, b in pairwise(edges)]

    total = 0
    for a, b, is_unit in segments(ours):
        for c, d, is_other in segments(theirs):
            if is_unit and is_other and a < d and c < b:
                total += (a - c) ** 2 + (b - d) ** 2
            elif is_unit and not is_other and c <= a and b <= d:
                total += (b - a) ** 2
            elif is_other and not is_unit and a <= c and d <= b:
                total += (d - c) ** 2
    return total


@given(cuts)
def test_units_and_gaps_fill_the_text(own):
    assert sum(gap_lengths(own, 40)) + sum(b - a for a, b in own) == 40


@given(texts, st.randoms())
def test_neither_the_order_of_texts_nor_of_annotators_counts(coded, random):
    rows, sizes = tally_texts([(40, own) for own in coded])
    shuffled = [random.sample(own, len(own)) for own in random.sample(coded, len(coded))]
    again, same_sizes = tally_texts([(40, own) for own in shuffled])
    assert sizes.tolist() == same_sizes.tolist()
    assert rows.sum(axis=0) == pytest.approx(again.sum(axis=0))


def test_a_text_with_one_annotator_counts_for_nothing():
    assert measure((300, C), (500, [units((3, 9))])) == measure((300, C))


def test_a_gap_ends_with_its_text():
    """Two texts of one unit each leave no gap that only their sum would hold."""
    apart = measure((10, [units((0, 6)), []]), (10, [[], units((4, 6))]))
    together = measure((20, [units((0, 6)), units((14, 6))]))
    assert apart[0] == together[0]
    assert apart[1] < together[1]
