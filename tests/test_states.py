"""The history of a record: every state once, in order, none lost."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.model import Entity
from pipeline.states import add_state, parse_state, read_states, render_state
from tests.people import person
from tests.strategies import document_texts

RECORD = person("a01")
LATER = replace(RECORD, confirmed_at="2024-10-02T12:00:00Z", stance=())


def test_a_state_is_added_once_and_one_that_comes_back_again(tmp_path):
    path = tmp_path / "history" / "example.jsonl"
    assert read_states(path) == []
    assert [add_state(path, state) for state in (RECORD, RECORD, LATER)] == [True, False, True]
    assert add_state(path, LATER.confirmed_at)
    assert add_state(path, RECORD)
    assert read_states(path) == [RECORD, LATER, LATER.confirmed_at, RECORD]
    before = path.read_bytes()
    assert not add_state(path, RECORD)
    assert path.read_bytes() == before


@given(document_texts)
def test_any_text_is_one_line_and_read_back(text):
    words = text.strip()
    entity = Entity(start=0, end=len(words), text=words, label="PER")
    state = replace(RECORD, entities=(entity,))
    line = render_state(state)
    assert "\n" not in line
    assert parse_state(line, "here") == state


@given(st.sampled_from(["", "\n", "{}", "[]", '{"withdrawn": 3}', "null", "{", '"x"']))
def test_another_line_is_refused_with_its_place(line):
    with pytest.raises(InputRefused, match="here"):
        parse_state(line, "here")


def test_a_damaged_history_is_refused_and_stays(tmp_path):
    path = tmp_path / "example.jsonl"
    add_state(path, RECORD)
    whole = path.read_bytes()
    for damaged, cause in [
        (whole[:-5], "last line is cut"),
        (whole + b"\xff\n", "is not UTF-8"),
        (whole + b"{}\n", "line 2"),
    ]:
        path.write_bytes(damaged)
        with pytest.raises(InputRefused, match=cause):
            add_state(path, LATER)
        assert path.read_bytes() == damaged


def test_a_line_is_the_record_others_read(tmp_path):
    path = tmp_path / "example.jsonl"
    add_state(path, RECORD)
    assert json.loads(path.read_text("utf-8"))["agent"] == "a01"
