"""The page of a project and of a version: which records count, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from pipeline.errors import InputRefused, RequestError
from pipeline.records import annotation_digest, write_annotation
from pipeline.stages.report import report
from tests.releases import MadeProject, made_document, made_record

NAMES = ("d1", "d2", "d3", "d4")


@pytest.fixture
def project(tmp_path):
    return MadeProject(tmp_path)


@pytest.fixture
def documents():
    return [made_document(name) for name in NAMES]


def keep(project, document, *agents, **changes):
    """Simulated people's records, and the machine's that they started from."""
    machine = made_record(document)
    project.write(machine)
    digest = annotation_digest(machine)
    write_annotation(project.annotations / "machine" / f"{document.id}.{digest}.json", machine)
    for agent in agents:
        own = made_record(document, agent, **changes)
        layers = {
            layer: tuple(replace(span, score=None) for span in getattr(own, layer))
            for layer in ("entities", "dates")
        }
        stance = tuple(replace(own, score=None, cue=None, rule=None) for own in own.stance)
        project.write(replace(own, models={}, based_on=digest, stance=stance, **layers))


def run(project, documents, version=None):
    path = report(
        documents, project.root / "pre", project.annotations, project.root / "report", version
    )
    html = path.read_text("utf-8")
    (data,) = re.findall(r'id="data">(.*?)</script>', html, re.DOTALL)
    return path, html, {own["id"]: own for own in json.loads(data)["documents"]}


def test_each_document_is_shown_as_far_as_it_has_come(project, documents):
    one, two, three, four = documents
    keep(project, one)
    keep(project, two, "a01")
    keep(project, three, "a01")
    keep(project, three, "a02", dates=())
    keep(project, four, "a01", "a02")
    project.decide(made_record(four, "adjudicated", models={}, entities=()))
    path, html, shown = run(project, reversed(documents))
    assert path == project.root / "report" / "index.html"
    assert {name: own["status"] for name, own in shown.items()} == {
        "d1": "machine",
        "d2": "human",
        "d3": "agreed",
        "d4": "adjudicated",
    }
    assert list(shown) == list(NAMES)
    views = {name: [view for view, _ in own["views"]] for name, own in shown.items()}
    assert views == {
        "d1": ["machine"],
        "d2": ["a01", "machine"],
        "d3": ["chosen", "a01", "a02", "machine"],
        "d4": ["chosen", "a01", "a02", "machine"],
    }
    labels = [own[0] for own in shown["d3"]["spans"]]
    counted = [labels[place] for place in shown["d3"]["views"][0][1]]
    assert counted == ["MISC", "LOC", "PER", "FAVOR", "FAVOR"], "the date is not agreed on"
    assert "a01 – a02" in html


def test_work_changed_after_its_adjudication_waits_again(project, documents):
    document = documents[0]
    keep(project, document, "a01", "a02")
    project.decide(made_record(document, "adjudicated", models={}))
    keep(project, document, "a02", entities=())
    _, _, shown = run(project, [document])
    assert shown["d1"]["status"] == "agreed"


def test_a_version_is_shown_as_it_was_released(project, documents):
    keep(project, documents[0], "a01")
    project.release("0.1.0", documents[:2])
    keep(project, documents[1], "a01")
    path, html, shown = run(project, documents, "0.1.0")
    assert path.name == "0.1.0.html"
    assert "Corpus report 0.1.0" in html
    assert {name: (own["status"], own["split"]) for name, own in shown.items()} == {
        "d1": ("human", "train"),
        "d2": ("machine", "train"),
    }
    project.write(made_record(documents[2]))
    _, _, now = run(project, documents[:3])
    assert {name: own.get("split") for name, own in now.items()} == {
        "d1": "train",
        "d2": "train",
        "d3": None,
    }


def test_all_faults_are_told_at_once_and_no_page_is_written(project, documents):
    keep(project, documents[0], "a01")
    broken = replace(made_record(documents[1], "a01", models={}), text_sha256="0" * 64)
    project.write(broken)
    with pytest.raises(InputRefused) as refused:
        run(project, documents[:3])
    places = [fault.place for fault in refused.value.faults]
    assert places[0] == "a01/d2"
    assert places[1].endswith("d3.json"), "the machine's record is not there"
    assert not (project.root / "report").exists()


def test_a_proposal_that_does_not_fit_its_text_is_refused(project, documents):
    project.write(replace(made_record(documents[0]), text_sha256="0" * 64))
    with pytest.raises(InputRefused, match="not the one annotated"):
        run(project, documents[:1])


def test_a_version_that_was_never_released_is_refused(project, documents):
    with pytest.raises(RequestError, match="never released"):
        run(project, documents, "9.9.9")


def test_a_version_whose_document_is_gone_is_refused(project, documents):
    project.release("0.1.0", documents[:2])
    with pytest.raises(InputRefused) as refused:
        run(project, documents[:1], "0.1.0")
    assert [fault.place for fault in refused.value.faults] == ["document d2"]
