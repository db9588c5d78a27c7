"""Which state replaces which record; with a real Doccano it is tested in `tests/doccano/`."""

from dataclasses import replace

import pytest

from pipeline.doccano.exchange import to_wire
from pipeline.doccano.wire import Annotator, Round
from pipeline.records import annotation_digest, read_annotation, write_annotation
from pipeline.stages.collect import collect
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
