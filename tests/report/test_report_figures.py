"""Figures of a corpus against counts made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Annotation, DateSpan, Entity, Mention, StanceSpan
from pipeline.report.corrections import list_corrections
from pipeline.report.figures import (
    count_labels,
    count_splits,
    count_statuses,
    draw_timeline,
    list_names,
)
from pipeline.report.items import AGREED, HUMAN, Item, Place
from pipeline.report.moments import Moment, read_moment
from pipeline.report.names import gather_names
from pipeline.report.positions import draw_matrices
from tests import people
from tests.examples import DOCUMENT, TEXT, annotation, mention


def item(name: str = "example", status: str = "machine", **changes) -> Item:
    document = replace(DOCUMENT, id=name)
    values = {"record": annotation(document=name), "people": {}, "origins": {}, **changes}
    return Item(document=document, status=status, **values)


def counted(counts):
    return {(own.layer, own.label): len(own.places) for own in counts if own.places}


def test_statuses_and_splits_add_up():
    items = [
        item("d1", split="train"),
        item("d2", HUMAN, split="train"),
        item("d3", AGREED, split="test"),
        item("d4"),
    ]
    assert count_statuses(items) == {"machine": 2, "human": 1, "agreed": 1, "adjudicated": 0}
    assert [(own.name, own.documents, own.spans) for own in count_splits(items)] == [
        ("train", 2, {"entities": 6, "dates": 2, "stance": 4}),
        ("validation", 0, {"entities": 0, "dates": 0, "stance": 0}),
        ("test", 1, {"entities": 3, "dates": 1, "stance": 2}),
        (None, 1, {"entities": 3, "dates": 1, "stance": 2}),
    ]


def test_labels_are_counted_with_their_spans():
    counts = count_labels([item("d1"), item("d2")])
    assert counted(counts) == {
        ("entities", "PER"): 2,
        ("entities", "LOC"): 2,
        ("entities", "MISC"): 2,
        ("dates", "DATE"): 2,
        ("stance", "FAVOR"): 4,
    }
    assert [own.label for own in counts if own.layer == "stance"] == ["FAVOR", "AGAINST", "NEUTRAL"]
    places = next(own.places for own in counts if own.label == "LOC")
    assert [(place.document, place.span.text) for place in places] == [
        ("d1", "بغداد"),
        ("d2", "بغداد"),
    ]


def place(number: int = 0) -> Place:
    return Place(f"d{number}", Entity(start=number, end=number + 1, text="x", label="PER"))


def gathered(*texts):
    return {name.text: len(name.places) for name in gather_names((text, place()) for text in texts)}


def test_spellings_and_proclitics_are_one_name_only_where_the_rest_stands_alone():
    assert gathered("بغداد", "وبغداد", "بغداد", "بَغداد", "لبغداد") == {"بغداد": 5}
    assert gathered("العراق", "للعراق", "وللعراق", "بالعراق") == {"العراق": 4}
    assert gathered("وليد", "وليد سعيد", "ليدن") == {"وليد": 1, "وليد سعيد": 1, "ليدن": 1}
    assert gathered("محمد  علي", "محمد\nعلي") == {"محمد علي": 2}
    assert gathered("الأميركية", "الاميركية", "الأميركية") == {"الأميركية": 3}


def test_a_name_shown_is_never_one_with_a_proclitic_if_there_is_another():
    assert gathered("وبغداد", "وبغداد", "وبغداد", "بغداد") == {"بغداد": 4}


@given(st.lists(st.text("ابوفبلك ـَ", min_size=1, max_size=4), max_size=12))
def test_no_mention_is_lost_or_counted_twice(texts):
    names = gather_names((text, place(number)) for number, text in enumerate(texts))
    assert sorted(own.document for name in names for own in name.places) == sorted(
        f"d{number}" for number in range(len(texts))
    )
    assert [len(name.places) for name in names] == sorted(
        (len(name.places) for name in names), reverse=True
    )


def test_names_are_listed_by_label_most_frequent_first():
    spans = (Entity(start=0, end=5, text="بغداد", label="LOC"),)
    items = [item("d1"), item("d2", record=annotation(document="d2", entities=spans))]
    by_label = {own.label: own.names for own in list_names(count_labels(items))}
    assert [(name.text, len(name.places)) for name in by_label["LOC"]] == [("بغداد", 2)]
    assert by_label["ORG"] == ()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024", (2024, 0, 0)),
        ("2024-SP", (2024, 0, 0)),
        ("2024-Q3", (2024, 0, 0)),
        ("2024-H2", (2024, 0, 0)),
        ("2024-09", (2024, 9, 0)),
        ("2024-09-20", (2024, 9, 20)),
        ("2024-09-27TEV", (2024, 9, 27)),
        ("2024-09-28T17:00", (2024, 9, 28)),
        ("2024-W40", (2024, 9, 30)),
        ("2024-W40-WE", (2024, 10, 5)),
        ("2024-W40-3", (2024, 10, 2)),
        ("2021-W53", None),
        ("2024-02-30", None),
        ("2024-13", None),
        ("0000", None),
        ("198", None),
        ("19", None),
        ("XXXX-09-20", None),
        ("PRESENT_REF", None),
        ("P1D", None),
    ],
)
def test_a_value_is_placed_on_the_calendar(value, moment):
    assert read_moment(value) == (Moment(*moment) if moment else None)


def moments(*values: str | None) -> Annotation:
    spans = tuple(
        DateSpan(start=number, end=number + 1, text=TEXT[number], label="DATE", value=value)
        for number, value in enumerate(values)
    )
    lasting = DateSpan(start=50, end=51, text="x", label="DURATION", value="P1Y")
    return annotation(dates=(*spans, lasting))


def test_the_timeline_is_in_order_and_says_what_it_cannot_place():
    values = ("2024-09-20", "2024", None, "2003-03", "PRESENT_REF", "2024-09", "PRESENT_REF")
    timeline = draw_timeline(count_labels([item(record=moments(*values))]))
    assert [own.span.value for own in timeline.ordered] == [
        "2003-03",
        "2024",
        "2024-09",
        "2024-09-20",
    ]
    assert [year.year for year in timeline.years] == [2003, 2024]
    cells = [[len(cell) for cell in year.cells] for year in timeline.years]
    assert cells == [
        [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0],
    ]
    assert [(name.text, len(name.places)) for name in timeline.elsewhere] == [("PRESENT_REF", 2)]
    assert len(timeline.unvalued) == 1


def stance(words: str, label: str, holder: str | None) -> StanceSpan:
    held = Mention(**mention(holder)) if holder else None
    return StanceSpan(**mention(words), label=label, target="coalition_withdrawal", holder=held)


def test_the_matrix_counts_each_position_once_and_names_who_has_no_holder():
    one = (stance("ترفض", "AGAINST", "بغداد"), stance("نرحّب", "FAVOR", "محمد السوداني"))
    two = (stance("ترفض", "FAVOR", "بغداد"), stance("نرحّب", "FAVOR", None))
    items = [
        item("d1", record=annotation(document="d1", stance=one)),
        item("d2", record=annotation(document="d2", stance=two)),
    ]
    (matrix,) = draw_matrices(count_labels(items))
    rows = {own.name: {k: len(v) for k, v in own.cells.items()} for own in matrix.holders}
    assert rows == {
        "بغداد": {"FAVOR": 1, "AGAINST": 1, "NEUTRAL": 0},
        "محمد السوداني": {"FAVOR": 1, "AGAINST": 0, "NEUTRAL": 0},
        None: {"FAVOR": 1, "AGAINST": 0, "NEUTRAL": 0},
    }
    assert [own.name for own in matrix.holders] == ["بغداد", "محمد السوداني", None]
    assert {label: len(places) for label, places in matrix.totals.items()} == {
        "FAVOR": 3,
        "AGAINST": 1,
        "NEUTRAL": 0,
    }


def test_without_positions_there_is_no_matrix():
    assert draw_matrices(count_labels([item(record=annotation(stance=()))])) == ()


def test_corrections_are_told_by_person_label_and_action():
    changed = people.person(
        "a01",
        entities=(
            people.entity("بغداد", "ORG"),
            people.entity("محمد السوداني", "PER"),
            people.entity("التحالف", "ORG"),
        ),
        dates=(people.date("يوم الجمعة", "2024-09-20", "a01"),),
    )
    own = item(status=HUMAN, people={"a01": changed}, origins={"a01": people.MACHINE})
    (corrector,) = list_corrections([own])
    assert (corrector.agent, corrector.documents) == ("a01", 1)
    told = {
        row.label: {action: len(places) for action, places in row.actions.items() if places}
        for row in corrector.rows
        if row.count
    }
    assert told == {
        "PER": {"kept": 1},
        "LOC": {"changed": 1},
        "MISC": {"removed": 1},
        "ORG": {"added": 1},
        "DATE": {"changed": 1},
        "FAVOR": {"kept": 2},
    }
    differences = {row.label: dict(row.differences) for row in corrector.rows if row.differences}
    assert differences == {"LOC": {"label": 1}, "DATE": {"value": 1}}
    (place_,) = next(row for row in corrector.rows if row.label == "LOC").actions["changed"]
    assert (place_.before.label, place_.span.label) == ("LOC", "ORG")


def test_whoever_started_from_nothing_corrects_nothing():
    own = item(status=HUMAN, people={"a01": people.person("a01", based_on=None)})
    assert list_corrections([own]) == ()
