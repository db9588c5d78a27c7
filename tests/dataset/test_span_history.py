"""The config `history` of a release: what became of each span, and by whom."""

from collections import Counter
from dataclasses import replace

import datasets
import pytest

from pipeline.dataset.copies import copy_with_texts
from pipeline.errors import InputRefused
from pipeline.records import annotation_digest, read_annotation, write_annotation
from pipeline.scheme import LAYERS
from tests.releases import MadeProject, made_document, made_record
from tests.simulated import keep_simulated

DOCUMENT = made_document("news")


@pytest.fixture
def project(tmp_path):
    return MadeProject(tmp_path)


def push(project, machine):
    """Keep a machine's record as one that people start from, and return its digest."""
    digest = annotation_digest(machine)
    name = f"{machine.document}.{digest}.json"
    write_annotation(project.annotations / "machine" / name, machine)
    return digest


def stories(project, version="0.1.0", layer=None):
    """The rows of `history` with the names of labels, as somebody who downloads them has them."""
    rows = datasets.load_dataset(str(project.root / "release" / version), "history", split="train")
    layers = rows.features["layer"]
    actions = rows.features["events"].feature["action"]
    return [
        (
            layers.int2str(row["layer"]),
            row["text"],
            [(event["agent"], actions.int2str(event["action"])) for event in row["events"]],
            row,
        )
        for row in rows
        if layer in (None, layers.int2str(row["layer"]))
    ]


def test_what_the_machine_alone_made_was_proposed_by_it(project):
    machine = made_record(DOCUMENT)
    project.release("0.1.0", [DOCUMENT])
    found = stories(project)
    spans = [*machine.entities, *machine.dates, *machine.stance]
    assert [text for _, text, _, _ in found] == [span.text for span in spans]
    assert all(events == [("machine", "proposed")] for _, _, events, _ in found)
    assert {row["layer_source"] for *_, row in found} == {"machine"}


def test_each_step_of_two_people_and_an_adjudicator_is_there_in_order(project):
    machine = made_record(DOCUMENT)
    digest = push(project, machine)
    first, *others = machine.entities
    (date, *_) = machine.dates
    removed = replace(
        made_record(DOCUMENT, "a01", based_on=digest), entities=tuple(others), dates=machine.dates
    )
    relabelled = replace(first, label="ORG", score=None)
    revalued = replace(date, value="2024-09", value_by="a02")
    changed = replace(
        made_record(DOCUMENT, "a02", based_on=digest),
        entities=(relabelled, *others),
        dates=tuple(revalued if own == date else own for own in machine.dates),
    )
    project.write(removed)
    project.write(changed)
    project.decide(replace(removed, agent="adjudicated", dates=changed.dates))
    project.release("0.1.0", [DOCUMENT])

    (_, text, events, row) = stories(project, layer="entities")[0]
    assert text == first.text
    assert events == [
        ("machine", "proposed"),
        ("a01", "removed"),
        ("a02", "changed"),
        ("adjudicated", "left out"),
    ]
    assert [event["label"] for event in row["events"]] == [first.label, first.label, "ORG", "ORG"]
    assert row["events"][2]["changed"] == ["label"]
    assert row["events"][3]["authors"] == ["a02"]

    (_, text, events, row) = stories(project, layer="dates")[0]
    assert text == date.text
    assert events == [
        ("machine", "proposed"),
        ("a01", "kept"),
        ("a02", "changed"),
        ("adjudicated", "chose"),
    ]
    assert [event["value"] for event in row["events"]] == [date.value] * 2 + ["2024-09"] * 2
    spans = datasets.load_dataset(str(project.root / "release" / "0.1.0"), split="train")[0]
    released = [span["text"] for span in spans["entities"]]
    assert released == [span.text for span in others]


def test_no_span_of_anybody_is_without_its_step(project):
    documents = [made_document(f"news-{number}") for number in range(6)]
    machines = [made_record(document) for document in documents]
    keep_simulated(project.annotations, documents, machines, "a01", "a02")
    for document in documents:
        own = read_annotation(project.annotations / "a02" / f"{document.id}.json")
        project.decide(replace(own, agent="adjudicated"))
    project.release("0.1.0", documents)
    steps = Counter(
        (row["document"], layer, agent, event["start"], event["end"], event["label"])
        for layer, _, events, row in stories(project)
        for (agent, action), event in zip(events, row["events"], strict=True)
        if action not in ("removed", "left out")
    )
    folders = [project.annotations / agent for agent in ("a01", "a02", "adjudicated")]
    records = [*machines, *(read_annotation(own) for f in folders for own in f.glob("*.json"))]
    assert len(records) == 4 * len(documents)
    assert steps == Counter(
        (record.document, layer, record.agent, span.start, span.end, span.label)
        for record in records
        for layer in LAYERS
        for span in getattr(record, layer)
    )


def test_a_release_refuses_people_whose_start_is_not_kept(project):
    project.write(made_record(DOCUMENT, "a01", based_on="0" * 16))
    with pytest.raises(InputRefused, match="0000"):
        project.release("0.1.0", [DOCUMENT])
    assert not (project.root / "release" / "0.1.0").exists()


def test_a_copy_without_texts_has_none_in_its_histories_and_gets_them_back(project):
    project.release("0.1.0", [DOCUMENT])
    source = project.root / "release" / "0.1.0"
    bare, whole = project.root / "bare", project.root / "whole"
    copy_with_texts(source, bare, {DOCUMENT.id: None}, "withheld")
    rows = datasets.load_dataset(str(bare), "history", split="train")
    assert not any(row["text"] or row["events"][0]["text"] for row in rows)
    assert not any((row["events"][0]["holder"] or {}).get("text") for row in rows)
    copy_with_texts(bare, whole, {DOCUMENT.id: DOCUMENT.text}, "whole")
    again = datasets.load_dataset(str(whole), "history", split="train")
    assert list(again) == list(datasets.load_dataset(str(source), "history", split="train"))
