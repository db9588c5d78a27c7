from itertools import product

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotators.ner.decoding import best_path, forbidden_steps

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
STEPS = forbidden_steps(TAGS)
matrices = st.integers(1, 4).flatmap(
    lambda words: st.lists(
        st.lists(st.floats(-9, 0, width=32), min_size=len(TAGS), max_size=len(TAGS)),
        min_size=words,
        max_size=words,
    )
)


def allowed(path):
    before = "O"
    for tag in (TAGS[number] for number in path):
        if tag.startswith("I-") and before[2:] != tag[2:]:
            return False
        before = tag
    return True


@given(matrices)
def test_the_path_is_the_best_of_all_that_iob2_allows(rows):
    scores = numpy.array(rows, dtype=numpy.float32)
    path = best_path(scores, STEPS)
    assert allowed(path)
    best = max(
        sum(scores[word, tag] for word, tag in enumerate(candidate))
        for candidate in product(range(len(TAGS)), repeat=len(rows))
        if allowed(candidate)
    )
    assert sum(scores[word, tag] for word, tag in enumerate(path)) == pytest.approx(best, abs=1e-4)


def test_no_words_have_an_empty_path():
    assert best_path(numpy.zeros((0, len(TAGS)), dtype=numpy.float32), STEPS) == []
