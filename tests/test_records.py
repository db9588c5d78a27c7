import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.model import Annotation, DateSpan, Entity, Mention, StanceSpan, text_digest
from pipeline.records import (
    annotation_digest,
    check_annotation,
    parse_annotation,
    read_annotation,
    render_annotation,
    to_json,
    write_annotation,
)
from pipeline.scheme import DATES, ENTITIES, STANCE, load_scheme, read_schema
from tests.examples import DOCUMENT, TEXT, annotation, mention
from tests.strategies import texts


@st.composite
def annotations(draw):
    text = draw(texts.filter(bool))
    edges = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text)))
    spans = draw(st.lists(edges.filter(lambda edge: edge[0] < edge[1]), max_size=6))

    def cover(span):
        return {"start": span[0], "end": span[1], "text": text[slice(*span)]}

    optional = st.none() | st.sampled_from(["2024-09", "XXXX-WXX-5", "PXM"])
    return Annotation(
        document="وثيقة",
        text_sha256=text_digest(text),
        agent=draw(st.sampled_from(["machine", "adjudicated", "a01", "a117"])),
        guideline="1.0",
        dct=draw(st.none() | st.dates()),
        based_on=draw(st.none() | st.just("0123456789abcdef")),
        confirmed_at=draw(st.none() | st.just("2024-09-28T10:00:00Z")),
        entities=tuple(Entity(**cover(s), label="PER", score=draw(st.floats(0, 1))) for s in spans),
        dates=tuple(
            DateSpan(**cover(s), label="DATE", value=value, value_by="a01" if value else None)
            for s in spans
            for value in [draw(optional)]
        ),
        stance=tuple(
            StanceSpan(**cover(s), label="FAVOR", target="t", holder=Mention(**cover(s)))
            for s in spans
        ),
    )


@given(annotations())
def test_a_record_comes_back_from_its_file_as_it_was(record):
    rendered = render_annotation(record)
    assert parse_annotation(rendered, "f") == record
    assert render_annotation(parse_annotation(rendered, "f")) == rendered


def test_absent_keys_are_absent_never_null():
    assert "null" not in render_annotation(annotation())


def test_offsets_that_other_programs_wrote_as_floats_are_whole_numbers():
    rendered = render_annotation(annotation())
    start = annotation().entities[0].start
    floats = rendered.replace(f'"start": {start},', f'"start": {start}.0,')
    assert floats != rendered
    assert render_annotation(parse_annotation(floats, "f")) == rendered


def test_a_changed_span_changes_one_line(tmp_path):
    before, after = annotation(), annotation(entities=annotation().entities[1:])
    write_annotation(tmp_path / "a.json", before)
    write_annotation(tmp_path / "b.json", after)
    diff = subprocess.run(
        ["git", "diff", "--no-index", "--numstat", "a.json", "b.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert diff.stdout.split()[:2] == ["0", "1"]


def test_the_digest_depends_on_every_value():
    assert annotation_digest(annotation()) == annotation_digest(annotation())
    assert annotation_digest(annotation()) != annotation_digest(annotation(guideline="1.1"))


def test_the_schema_and_the_scheme_name_the_same_labels():
    definitions = json.loads(read_schema("annotation.schema.json"))["$defs"]
    for layer, name in ((ENTITIES, "entity"), (DATES, "date"), (STANCE, "stance")):
        assert tuple(definitions[name]["properties"]["label"]["enum"]) == load_scheme().ids(layer)


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        (("agent",), "salma", "does not match"),
        (("text_sha256",), "12", "does not match"),
        (("colour",), "red", "Additional properties"),
        (("entities", 0, "label"), "CAR", "is not one of"),
        (("entities", 0, "start"), -1, "less than the minimum"),
        (("entities", 0, "score"), 2, "greater than the maximum"),
        (("entities", 0, "label"), None, "is not one of"),
        (("dates", 0, "value_by"), None, "not of type"),
        (("dates", 0, "mod"), "SOON", "is not one of"),
        (("stance", 0, "holder"), {"start": 1}, "required property"),
    ],
)
def test_a_record_against_the_schema_is_refused_with_its_path(path, value, cause):
    record = to_json(annotation())
    at = record
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(InputRefused, match=cause):
        parse_annotation(json.dumps(record), "f.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"dct": "2024-02-30"}'])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(InputRefused, match=r"f\.json"):
        parse_annotation(text, "f.json")


def test_an_impossible_dct_is_refused():
    rendered = render_annotation(annotation()).replace('"2024-09-28"', '"2024-02-30"')
    with pytest.raises(InputRefused, match="dct"):
        parse_annotation(rendered, "f")


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InputRefused, match="cannot be read"):
        read_annotation(tmp_path / "bad.json")


def test_writing_that_fails_leaves_the_earlier_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write_annotation(path, annotation())
    before = path.read_bytes()

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        write_annotation(path, annotation(guideline="1.1"))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_the_example_agrees_with_its_text():
    assert check_annotation(annotation(), DOCUMENT) == []


@pytest.mark.parametrize(
    ("entity", "cause"),
    [
        (Entity(start=5, end=5, text="", label="PER"), "outside the text"),
        (Entity(start=0, end=len(TEXT) + 1, text="x", label="PER"), "outside the text"),
        (Entity(start=0, end=4, text="كلمة", label="PER"), "but covers"),
        (Entity(start=5, end=13, text=TEXT[5:13], label="PER"), "white space"),
    ],
)
def test_a_span_that_contradicts_the_text_is_found(entity, cause):
    faults = check_annotation(annotation(entities=(entity,)), DOCUMENT)
    assert len(faults) == 1
    assert cause in faults[0].cause


@pytest.mark.parametrize(("agent", "found"), [("a01", 1), ("machine", 0)])
def test_a_cut_character_is_found_unless_a_token_of_the_machine_ends_there(agent, found):
    entity = Entity(start=0, end=1, text=TEXT[:1], label="PER")
    assert TEXT.startswith("أكّ"), "the kaf has a shadda"
    cut = Entity(start=0, end=2, text=TEXT[:2], label="PER")
    assert check_annotation(annotation(agent, entities=(entity,)), DOCUMENT) == []
    assert len(check_annotation(annotation(agent, entities=(cut,)), DOCUMENT)) == found


def test_overlap_within_a_layer_is_found():
    first = Entity(**mention("محمد السوداني"), label="PER")
    second = Entity(**mention("السوداني"), label="PER")
    faults = check_annotation(annotation(entities=(first, second)), DOCUMENT)
    assert "overlaps" in faults[0].cause


def test_an_unknown_target_and_a_changed_text_are_found():
    stance = StanceSpan(**mention("ترفض بقاء القوات"), label="FAVOR", target="elsewhere")
    assert "unknown target" in check_annotation(annotation(stance=(stance,)), DOCUMENT)[0].cause
    other = annotation(text_sha256="0" * 64)
    assert "not the one annotated" in check_annotation(other, DOCUMENT)[0].cause
