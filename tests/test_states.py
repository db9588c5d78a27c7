"""The history of a record: every state once, in order, none lost."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.model import Entity
from pipeline.states import add_state, parse_state, read_states, render_state, render_states
from tests.people import person
from tests.strategies import document_texts

RECORD = person("a01")
LATER = replace(RECORD, confirmed_at="2024-10-02T12:00:00Z", stance=())


def write(path, *states):
    path.write_text(render_states(states), encoding="utf-8", newline="")


def test_a_state_is_added_once_and_one_that_comes_back_again(tmp_path):
    states = []
    for state in (RECORD, RECORD, LATER, LATER.confirmed_at, RECORD, RECORD):
        states = add_state(states, state)
    assert states == [RECORD, LATER, LATER.confirmed_at, RECORD]
    path = tmp_path / "example.jsonl"
    assert read_states(path) == []
    write(path, *states)
    assert read_states(path) == states


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


def test_a_damaged_history_is_refused(tmp_path):
    path = tmp_path / "example.jsonl"
    write(path, RECORD)
    whole = path.read_bytes()
    for damaged, cause in [
        (whole[:-5], "last line is cut"),
        (whole + b"\xff\n", "is not UTF-8"),
        (whole + b"{}\n", "line 2"),
    ]:
        path.write_bytes(damaged)
        with pytest.raises(InputRefused, match=cause):
            read_states(path)


def test_a_line_is_the_record_others_read(tmp_path):
    path = tmp_path / "example.jsonl"
    write(path, RECORD)
    assert json.loads(path.read_text("utf-8"))["agent"] == "a01"
