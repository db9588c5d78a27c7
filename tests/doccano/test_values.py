"""Values of dates: comments read, refused in words, or recomputed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from pipeline.doccano.values import Comment, date_values, find_words, render_comment
from pipeline.model import DateSpan, Document
from tests.strategies import document_texts

TEXT = (
    "وصل يَوْمَ الجُمُعَةِ 😀 وعاد يوم  الجمعة، ثم غادر يوم السبت لمدة ثلاثة أيام، "
    "وقال إن يوم الجمعة قريب."
)
DOCUMENT = Document(id="d", text=TEXT, dct=date(2024, 9, 28))


def span(words, label="DATE", after=0, **more):
    start = TEXT.index(words, after)
    return DateSpan(start=start, end=start + len(words), text=words, label=label, **more)


FIRST, SECOND = span("يَوْمَ الجُمُعَةِ"), span("يوم  الجمعة")
SATURDAY, DAYS = span("يوم السبت"), span("ثلاثة أيام", "DURATION")
SPANS = [FIRST, SECOND, SATURDAY, DAYS]


def values(*texts, spans=SPANS, known=()):
    comments = [Comment(number, text) for number, text in enumerate(texts, 1)]
    found, refusals = date_values(DOCUMENT, spans, known, comments, "a07")
    return {s.start: (s.value, s.value_by) for s in found}, refusals


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("27 سبتمبر 2024", "2024-09-27"),
        ("2024-09-27", "2024-09-27"),
        ("٢٠٢٤-٠٩-٢٧", "2024-09-27"),
        ("الأسبوع المقبل", "2024-W40"),
    ],
)
@pytest.mark.parametrize("shape", ["قيمة: يوم الجمعة #2 = {}", "  قيمه :يوم الجمعة#2={} "])
def test_a_comment_gives_the_value_of_the_occurrence_it_names(shape, typed, value):
    found, refusals = values(shape.format(typed))
    assert refusals == ()
    assert found[SECOND.start] == (value, "a07")
    assert found[FIRST.start][1] == "machine"


def test_the_last_comment_counts_and_others_are_no_values():
    found, refusals = values(
        "قيمة: يوم السبت = 2024-09-21", "هذا صعب = جداً", "قيمة: يوم السبت = 2024-09-14"
    )
    assert refusals == ()
    assert found[SATURDAY.start] == ("2024-09-14", "a07")


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("قيمة: يوم السبت", "without '='"),
        ("قيمة: يوم السبت = كلام", "no date that can be read"),
        ("قيمة: يوم السبت =", "no date that can be read"),
        ("قيمة: يوم السبت = 32 سبتمبر 2024", "no date that can be read"),
        ("قيمة: يوم السبت = P3D", "is a DURATION, and the span a DATE"),
        ("قيمة: يوم الأحد = 2024-09-22", "no date span covers"),
        ("قيمة: السبت = 2024-09-22", "no date span covers"),
        ("قيمة: يوم الجمعة #3 = 2024-09-27", "no date span covers"),
        ("قيمة: يوم الجمعة #9 = 2024-09-27", "no date span covers"),
        ("قيمة: يوم الجمعة #0 = 2024-09-27", "no date span covers"),
        ("قيمة: يوم الجمعة = 2024-09-27", "more than once: #1، #2"),
    ],
)
def test_what_cannot_be_taken_says_why_in_both_tongues(text, cause):
    before, _ = values()
    found, (refusal,) = values(text)
    assert cause in refusal.cause
    assert refusal.cause_ar
    assert refusal.comment.text == text
    assert found == before, "and changes nothing"


def test_unchanged_spans_keep_known_values_and_changed_ones_are_read_anew():
    known = [replace(FIRST, value="2024-09-20", value_by="machine", score=0.5)]
    found, _ = values(known=known)
    assert found[FIRST.start] == ("2024-09-20", "machine")
    assert found[SECOND.start] == ("2024-09-27", "machine")
    assert found[DAYS.start] == ("P3D", "machine")


def test_a_label_that_the_value_does_not_allow_leaves_it_out():
    relabelled = replace(SATURDAY, label="DURATION")
    assert values(spans=[relabelled])[0][SATURDAY.start] == (None, None)


@pytest.mark.parametrize("one", SPANS, ids=lambda span: span.text)
def test_the_comment_written_for_a_span_names_that_span(one):
    typed = "P1D" if one.label == "DURATION" else "2024-01-01"
    comment = render_comment(TEXT, (one.start, one.end), typed)
    found, refusals = values(comment)
    assert refusals == ()
    assert found[one.start] == (typed, "a07")
    assert sum(by == "a07" for _, by in found.values()) == 1


@given(document_texts)
def test_words_are_found_where_they_stand(text):
    for start, end in find_words(text, text):
        assert 0 <= start < end <= len(text)
