"""Which state replaces which record; with a real Doccano it is tested in `tests/doccano/`."""

from dataclasses import replace

import pytest

from pipeline.doccano.exchange import to_wire
from pipeline.doccano.wire import Annotator, Round
from pipeline.records import annotation_digest, read_annotation, write_annotation
from pipeline.stages.collect import collect
from pipeline.states import read_states
from tests.examples import DOCUMENT, annotation

ROUND = Round("r", "coalition_withdrawal")
SALMA = Annotator("a01", "salma")
MACHINE = annotation()
NOON = "2024-10-01T12:00:00.123456+00:00"
ONE = "2024-10-01T16:00:01.000001+03:00"


@pytest.fixture
def folder(tmp_path):
    write_annotation(tmp_path / "machine" / f"example.{annotation_digest(MACHINE)}.json", MACHINE)
    return tmp_path


def confirmed(at=NOON, **changes):
    return replace(to_wire(DOCUMENT, MACHINE, ROUND, SALMA), confirmed_at=at, **changes)


def without_last_entity(at=NOON):
    wire = confirmed(at)
    gone = wire.spans[2].id
    kept = tuple(r for r in wire.relations if gone not in (r.source, r.target))
    return replace(wire, spans=(*wire.spans[:2], *wire.spans[3:]), relations=kept)


def run(folder, *wires):
    class Server:
        def pull(self, round_, annotator):
            return iter(wires)

    return collect(Server(), ROUND, SALMA, {DOCUMENT.id: DOCUMENT}, folder)


def record(folder):
    return read_annotation(folder / "a01" / "example.json")


def test_the_time_of_confirmation_is_utc_to_the_second(folder):
    run(folder, confirmed(ONE))
    assert record(folder).confirmed_at == "2024-10-01T13:00:01Z"


def test_a_later_confirmation_replaces_the_record(folder):
    run(folder, confirmed(NOON))
    report = run(folder, without_last_entity(ONE))
    assert (report.collected, report.findings) == (["example"], [])
    assert len(record(folder).entities) == 2


@pytest.mark.parametrize(
    ("first", "second", "cause"),
    [
        (confirmed(NOON), without_last_entity(NOON), "was changed on the server after it was"),
        (confirmed(ONE), without_last_entity(NOON), "holds a later confirmation"),
    ],
)
def test_no_other_state_does(folder, first, second, cause):
    run(folder, first)
    before = (folder / "a01" / "example.json").read_bytes()
    report = run(folder, second)
    assert (folder / "a01" / "example.json").read_bytes() == before
    assert report.collected == report.unchanged == []
    assert cause in report.findings[0].cause


def test_a_normal_form_given_in_the_record_outlives_a_new_confirmation(folder):
    run(folder, confirmed(NOON))
    first = record(folder)
    given = replace(first.dates[0], value="2024-09-20", value_by="a01")
    write_annotation(folder / "a01" / "example.json", replace(first, dates=(given,)))
    assert run(folder, confirmed(NOON)).unchanged == ["example"]
    assert run(folder, without_last_entity(ONE)).collected == ["example"]
    assert record(folder).dates == (given,)


def test_a_document_nobody_pushed_is_a_finding_and_the_others_are_collected(folder):
    report = run(folder, confirmed(uuid="stray", meta={}), confirmed())
    assert report.collected == ["example"]
    assert "was not pushed from here" in report.findings[0].cause


def test_without_the_machines_record_nothing_is_written(folder):
    next((folder / "machine").iterdir()).unlink()
    report = run(folder, confirmed())
    assert "cannot be read" in report.findings[0].cause
    assert not (folder / "a01").exists()


def test_a_damaged_record_is_a_finding_and_stays(folder):
    run(folder, confirmed())
    path = folder / "a01" / "example.json"
    path.write_text("{", encoding="utf-8")
    report = run(folder, confirmed(ONE))
    assert "not a JSON record" in report.findings[0].cause
    assert path.read_text("utf-8") == "{"


def history(folder):
    return read_states(folder / "a01" / "history" / "example.jsonl")


def test_every_state_that_was_collected_is_kept_once_and_in_order(folder):
    run(folder, confirmed(NOON))
    first = record(folder)
    run(folder, confirmed(NOON))
    assert history(folder) == [first]
    run(folder, without_last_entity(ONE))
    assert history(folder) == [first, record(folder)]
    path = folder / "a01" / "history" / "example.jsonl"
    before = path.read_bytes()
    for refused in (confirmed(NOON), confirmed(ONE)):
        run(folder, refused)
    assert path.read_bytes() == before, "a refused state is not collected"


def test_a_confirmation_taken_back_is_noted_and_the_last_confirmed_state_stays(folder):
    run(folder, confirmed(NOON))
    first = record(folder)
    report = run(folder, confirmed(None))
    assert (report.waiting, report.withdrawn) == (["example"], ["example"])
    assert record(folder) == first
    again = run(folder, confirmed(None))
    assert (again.waiting, again.withdrawn) == (["example"], [])
    assert history(folder) == [first, first.confirmed_at]
    run(folder, confirmed(ONE))
    assert history(folder) == [first, first.confirmed_at, record(folder)]


def test_what_was_never_confirmed_is_not_noted(folder):
    assert run(folder, confirmed(None)).withdrawn == []
    assert not (folder / "a01").exists()


def test_a_record_older_than_histories_begins_its_own(folder):
    run(folder, confirmed(NOON))
    first = record(folder)
    (folder / "a01" / "history" / "example.jsonl").unlink()
    run(folder, without_last_entity(ONE))
    assert history(folder) == [first, record(folder)]


def test_a_value_written_into_the_record_is_a_state_of_its_own(folder):
    run(folder, confirmed(NOON))
    first = record(folder)
    given = replace(first.dates[0], value="2024-09-20", value_by="a01")
    write_annotation(folder / "a01" / "example.json", replace(first, dates=(given,)))
    assert run(folder, confirmed(NOON)).unchanged == ["example"]
    assert history(folder) == [first, record(folder)]


def test_a_damaged_history_is_a_finding_and_nothing_is_written(folder):
    run(folder, confirmed(NOON))
    path = folder / "a01" / "history" / "example.jsonl"
    path.write_text("{", encoding="utf-8")
    before = (folder / "a01" / "example.json").read_bytes()
    for wire in (without_last_entity(ONE), confirmed(None)):
        report = run(folder, wire)
        assert "last line is cut" in report.findings[0].cause
        assert report.collected == report.withdrawn == []
    assert (folder / "a01" / "example.json").read_bytes() == before
