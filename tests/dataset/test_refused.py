"""What a release refuses: all of it at once, with place, cause and cure, and nothing written."""

from dataclasses import replace

import pytest

from pipeline.errors import InputRefused
from pipeline.model import DateSpan, Entity, Mention, StanceSpan
from pipeline.records import render_annotation
from tests.releases import MadeProject, made_document, made_record, tree

DOCUMENT = made_document("a", "حرّر كَتَبَ 👨‍👩‍👧 هنا")
OTHER = made_document("b")
TEXT = DOCUMENT.text
GOOD = made_record(DOCUMENT, "a01")


def entity(start, end, label="PER"):
    return {"entities": (Entity(start=start, end=end, text=TEXT[start:end], label=label),)}


def dated(value, label="DATE"):
    span = DateSpan(start=0, end=4, text=TEXT[:4], label=label, value=value, value_by="a01")
    return {"dates": (span,)}


def held(start, end, text=None, target="coalition_withdrawal"):
    holder = Mention(start=start, end=end, text=TEXT[start:end] if text is None else text)
    span = StanceSpan(start=0, end=4, text=TEXT[:4], label="FAVOR", target=target, holder=holder)
    return {"stance": (span,)}


TWICE = entity(0, 4)["entities"] * 2
FAMILY = TEXT.index("👨")
MARKED = TEXT.index("كَ")


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"text_sha256": "0" * 64}, "text is not the one annotated"),
        (entity(0, len(TEXT) + 1), "lies outside the text"),
        ({"entities": (Entity(start=3, end=3, text="x", label="PER"),)}, "or is empty"),
        ({"entities": (Entity(start=0, end=4, text="بغداد", label="PER"),)}, "but covers"),
        ({"entities": TWICE}, "stands there twice"),
        ({"entities": (*entity(0, 4)["entities"], *entity(3, 11)["entities"])}, "overlaps"),
        (entity(0, 5), "white space"),
        (entity(4, 9), "white space"),
        (entity(MARKED, MARKED + 1), "inside a character"),
        (entity(MARKED + 1, MARKED + 4), "inside a character"),
        (entity(FAMILY, FAMILY + 2), "inside a character"),
        (entity(FAMILY + 2, FAMILY + 5), "inside a character"),
        (entity(0, 4, "PERSON"), "is not one of"),
        (held(0, 4, target="other"), "unknown target 'other'"),
        (held(0, len(TEXT) + 9), "lies outside the text"),
        (held(0, 5), "white space"),
        (held(FAMILY + 2, FAMILY + 5), "inside a character"),
        (held(len(TEXT) + 1, len(TEXT) + 5, "خارج"), "lies outside the text"),
        (dated("2024-02-30"), "is no TIMEX3 value of a DATE"),
        (dated("P1Y"), "is no TIMEX3 value of a DATE"),
        (dated("أمس"), "is no TIMEX3 value of a DATE"),
        (dated("2024-09-28", "DURATION"), "is no TIMEX3 value of a DURATION"),
    ],
)
def test_a_faulty_record_is_refused(tmp_path, changes, cause):
    project = MadeProject(tmp_path)
    project.write(replace(GOOD, **changes))
    project.write(made_record(DOCUMENT))
    before = tree(tmp_path)
    with pytest.raises(InputRefused) as refused:
        project.release("0.1.0", [DOCUMENT])
    (fault,) = refused.value.faults
    assert cause in fault.cause
    assert "a01" in fault.place
    assert fault.cure.endswith(".")
    assert tree(tmp_path) == before


def test_whole_characters_of_many_code_points_are_taken(tmp_path):
    project = MadeProject(tmp_path)
    end = FAMILY + len("👨‍👩‍👧")
    project.write(replace(GOOD, **entity(FAMILY, end)))
    assert project.release("0.1.0", [DOCUMENT]).sources == ("human",)


def test_every_fault_of_every_record_is_named_at_once(tmp_path):
    project = MadeProject(tmp_path)
    project.write(replace(GOOD, **entity(0, 5), **dated("أمس")))
    project.write(made_record(OTHER))
    project.write(made_record(DOCUMENT))
    project.write(made_record(made_document("gone"), "a02"))
    for agent in ("a01", "a02"):
        project.write(made_record(OTHER, agent))
    copy = project.annotations / "a02" / "b copy.json"
    copy.write_text(render_annotation(made_record(OTHER, "a02")), encoding="utf-8")
    torn = project.annotations / "a03" / "b.json"
    torn.parent.mkdir()
    torn.write_text("{", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(InputRefused) as refused:
        project.release("0.1.0", [DOCUMENT, OTHER])
    said = [str(fault) for fault in refused.value.faults]
    for part in (
        "entities 0-5: starts or ends in white space",
        "'أمس' is no TIMEX3 value",
        "gone.json: its document is not in the corpus",
        "b copy.json",
        "a03/b.json: not a JSON record",
        "document b: its 2 annotations are not adjudicated",
    ):
        assert sum(part in line for line in said) == 1, part
    assert tree(tmp_path) == before


def test_two_files_of_one_agent_and_document_are_named(tmp_path):
    project = MadeProject(tmp_path)
    project.write(GOOD)
    twin = project.annotations / "a01" / "z.json"
    twin.write_text(render_annotation(GOOD), encoding="utf-8")
    with pytest.raises(
        InputRefused,
        match=r"z\.json: .* 'a' by 'a01', and so does a\.json\. Keep",
    ):
        project.release("0.1.0", [DOCUMENT])
    (project.annotations / "a01" / "a.json").unlink()
    with pytest.raises(InputRefused, match=r"z\.json: .* 'a' by 'a01'\. Move it"):
        project.release("0.1.0", [DOCUMENT])


def test_an_unfinished_adjudication_is_refused_unless_a_source_is_asked_for(tmp_path):
    project = MadeProject(tmp_path)
    for document in (DOCUMENT, OTHER):
        for agent in ("a01", "a02"):
            project.write(made_record(document, agent))
    project.decide(made_record(DOCUMENT, "adjudicated"))
    for from_ in (None, "human", "adjudicated"):
        with pytest.raises(InputRefused, match="document b:"):
            project.release("0.1.0", [DOCUMENT, OTHER], from_)
    project.decide(made_record(OTHER, "adjudicated"))
    project.write(made_record(OTHER, "a02", entities=()))
    with pytest.raises(InputRefused, match="b: its annotations changed after they were adj"):
        project.release("0.1.0", [DOCUMENT, OTHER])
    assert project.release("0.1.0", [DOCUMENT, OTHER], "adjudicated").sources == ("adjudicated",)
    assert project.release("0.1.1", [DOCUMENT, OTHER], "a01").sources == ("human",)
