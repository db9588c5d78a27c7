from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotators.ner.windows import plan_windows

counts = st.lists(st.integers(0, 12), max_size=80)


@given(counts, st.integers(5, 40), st.integers(0, 20))
def test_every_word_is_kept_exactly_once(piece_counts, budget, overlap):
    windows = plan_windows(piece_counts, budget, overlap)
    kept = [word for w in windows for word in range(w.keep_start, w.keep_end)]
    assert kept == list(range(len(piece_counts)))


@given(counts, st.integers(5, 40), st.integers(0, 20))
def test_a_window_reads_what_it_keeps_within_its_budget(piece_counts, budget, overlap):
    for w in plan_windows(piece_counts, budget, overlap):
        assert w.start <= w.keep_start <= w.keep_end <= w.end
        assert sum(piece_counts[w.start : w.end]) <= budget or w.end - w.start == 1


def test_a_word_at_a_window_edge_is_read_with_context_elsewhere():
    first, second = plan_windows([1] * 30, budget=20, overlap=10)
    assert (first.start, first.end, second.start, second.end) == (0, 20, 10, 30)
    assert first.keep_end == second.keep_start == 15
