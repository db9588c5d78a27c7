"""The development gold: figures that may not fall; `pytest -s` and bench/dates.py print them."""

from collections.abc import Sequence

import pytest

from pipeline.annotators.dates import annotate_dates, is_timex_value
from tests.annotators.dates.development import (
    SHARED,
    Counts,
    Gold,
    read_development,
    read_sentences,
)

# What docs/dates.md states, rounded down: a change that loses a point must say so there.
SPAN_F1, VALUES = 0.98, 0.96


def count(golds: Sequence[Gold]) -> Counts:
    counts = Counts()
    for gold in golds:
        counts.add(gold.spans, annotate_dates(gold.document))
    return counts


@pytest.mark.skipif(
    not (SHARED / "data/text").is_dir(),
    reason="the development texts are not here; set TAWSIM_SHARED to the folder that holds data/",
)
def test_the_development_set() -> None:
    counts = count(list(read_development()))
    print("development", counts.figures())
    assert counts.gold >= 300
    assert counts.f1 >= SPAN_F1
    assert counts.right / counts.matched >= VALUES


def test_our_own_sentences() -> None:
    golds = list(read_sentences())
    counts = count(golds)
    print("sentences", counts.figures())
    assert len(golds) >= 150
    assert counts.f1 >= SPAN_F1
    assert counts.right / counts.matched >= VALUES


def test_the_gold_itself_is_sound() -> None:
    for gold in read_sentences():
        for span in gold.spans:
            assert gold.document.text[span.start : span.end] == span.text
            assert is_timex_value(span.value or "", span.label), span
