"""What our own server does beyond the contract (`test_contract.py`), against a real Doccano."""

from dataclasses import replace

import pytest

from pipeline.doccano.client import Client
from pipeline.doccano.exchange import to_wire
from pipeline.doccano.wire import WireSpan
from pipeline.errors import RequestError
from pipeline.stages.push import push
from tests.doccano.desk import Desk, pair

PAIRS = [pair(name) for name in ("example", "second")]


def test_the_project_is_set_up_as_the_scheme_says(client, round_, a01, salma, tmp_path):
    desk = Desk(client, round_, a01, salma, tmp_path, PAIRS)
    project = desk.person.get(f"projects/{desk.report.project}")
    assert project["guideline"] == "# الدليل"
    assert (project["allow_overlapping"], project["use_relation"]) == (True, True)
    assert (project["collaborative_annotation"], project["grapheme_mode"]) == (False, False)
    assert project["description"] == "إنهاء مهمة التحالف الدولي في العراق وانسحاب قواته"
    types = desk.person.get(f"projects/{desk.report.project}/span-types")
    assert len(types) == 12
    assert len({row["suffix_key"] for row in types}) == 12


def test_more_than_a_batch_arrives_in_order(client, round_, a01, salma, tmp_path):
    names = [f"d{n:03}" for n in range(230)]
    report = push(client, round_, a01, [pair(name) for name in names], tmp_path)
    assert report.created == names
    rows = salma.get(f"projects/{report.project}/examples?limit=1000")["results"]
    assert [row["meta"]["document"] for row in rows] == names
    assert [wire.meta["document"] for wire in client.pull(round_, a01)] == names


def test_a_batch_is_pushed_whole_or_not_at_all(client, round_, a01):
    good, bad = (to_wire(*pair, round_, a01) for pair in PAIRS)
    bad = replace(bad, spans=(*bad.spans, WireSpan(len(bad.spans), 0, 99999, "مكان")))
    with pytest.raises(RequestError, match="second: cannot take the span"):
        client.push(round_, a01, [good, bad])
    client.push(round_, a01, [])
    assert client.stored(round_, a01) == []


def test_a_server_that_is_down_is_named_with_what_to_do(round_, a01, tmp_path):
    with (
        Client("http://127.0.0.1:9", "x", tmp_path) as nobody,
        pytest.raises(RequestError, match=r"does not answer.*Start it with `make annotate`"),
    ):
        nobody.stored(round_, a01)
