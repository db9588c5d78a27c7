import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities

from pipeline.scoring import OVERALL, compare

pairs = st.lists(st.integers(1, 12), min_size=1, max_size=4).flatmap(
    lambda sizes: st.tuples(
        *(
            st.tuples(
                *(
                    st.lists(
                        st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]),
                        min_size=size,
                        max_size=size,
                    )
                    for size in sizes
                )
            )
            for _ in range(2)
        )
    )
)


def spans(sentences):
    return [[(label, a, b + 1) for label, a, b in get_entities(list(s))] for s in sentences]


@given(pairs)
def test_exact_scores_are_seqevals(both):
    gold, predicted = (list(map(list, side)) for side in both)
    score = compare(spans(gold), spans(predicted)).exact[OVERALL]
    assert score.f1 == pytest.approx(f1_score(gold, predicted, zero_division=0))
    assert score.precision == pytest.approx(precision_score(gold, predicted, zero_division=0))
    assert score.recall == pytest.approx(recall_score(gold, predicted, zero_division=0))


@given(pairs)
def test_partial_never_counts_less_than_exact_nor_more_than_there_is(both):
    result = compare(*map(spans, both))
    for label, partial in result.partial.items():
        assert (
            result.exact[label].matched <= partial.matched <= min(partial.gold, partial.predicted)
        )


@given(pairs, st.integers(2, 5))
def test_the_figures_do_not_depend_on_how_the_text_is_cut_into_documents(both, times):
    """nervaluate's partial score fails this: it changes with the number of documents."""
    once = compare(*map(spans, both))
    joined = [
        [
            (label, start + 100 * n, end + 100 * n)
            for n, s in enumerate(side)
            for label, start, end in s
        ]
        for side in map(spans, both)
    ]
    assert compare([joined[0]], [joined[1]]) == once
    assert compare(spans(both[0]) * times, spans(both[1]) * times).exact[OVERALL].f1 == (
        pytest.approx(once.exact[OVERALL].f1)
    )


def test_partial_matching_is_by_label_and_one_to_one():
    gold = [[("PER", 0, 2), ("PER", 3, 5), ("LOC", 6, 8)]]
    predicted = [[("PER", 0, 5), ("ORG", 6, 8)]]
    result = compare(gold, predicted)
    assert result.exact[OVERALL].matched == 0
    assert result.partial[OVERALL].matched == 1
    assert result.partial["PER"].recall == 0.5
    assert result.partial["PER"].precision == 1.0
    assert (result.partial["ORG"].f1, result.partial["LOC"].f1) == (0.0, 0.0)
