"""What changed between two versions, from what `annotations/releases/` keeps."""

import json
import shutil
from dataclasses import replace

import pytest

from pipeline.cli import main
from pipeline.dataset.change_notes import render_text
from pipeline.dataset.changes import to_json
from pipeline.errors import RequestError
from pipeline.model import Entity, Mention
from pipeline.stages.diff import diff
from tests.releases import MadeProject, made_document, made_record

DOCUMENTS = [made_document(name) for name in ("a", "b", "c")]


def corrected(record):
    """The record with one span of each kind of change."""
    _, baghdad, minister = record.entities
    (friday,) = record.dates
    first, second = record.stance
    surname = replace(minister, start=minister.start + 5, text=minister.text[5:])
    word = DOCUMENTS[0].text.split()[0]
    return replace(
        record,
        entities=(
            Entity(start=0, end=len(word), text=word, label="PER"),
            replace(baghdad, label="ORG"),
            surname,
        ),
        dates=(replace(friday, mod="END"),),
        stance=(replace(first, holder=Mention(start=0, end=len(word), text=word)), second),
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = MadeProject(tmp_path_factory.mktemp("diff"))
    project.release("0.1.0", DOCUMENTS[:2])
    project.write(corrected(made_record(DOCUMENTS[0], "a01")))
    project.release("0.2.0", [DOCUMENTS[0], DOCUMENTS[2]])
    shutil.rmtree(project.root / "release")
    return project


def test_every_kind_of_change_is_found_once(project):
    changes = diff("0.1.0", "0.2.0", project.annotations)
    found = [
        (c.layer, c.kind, c.before and c.before.text, c.after and c.after.label)
        for c in changes.spans
    ]
    assert found == [
        ("entities", "relabelled", "بغداد", "ORG"),
        ("entities", "moved", "محمد السوداني", "PER"),
        ("entities", "removed", "العراقية", None),
        ("entities", "added", None, "PER"),
        ("dates", "values changed", "يوم الجمعة", "DATE"),
        ("stance", "values changed", "ترفض بقاء القوات", "FAVOR"),
    ]
    assert changes.documents["added"] == ("c",)
    assert changes.documents["removed"] == ("b",)
    assert changes.documents["layers from another agent"] == ("a",)
    assert changes.documents["in another split"] == ()
    assert changes.old.labels["entities"] == {"PER": 2, "LOC": 2, "ORG": 0, "MISC": 2}
    assert changes.new.labels["entities"] == {"PER": 3, "LOC": 1, "ORG": 1, "MISC": 1}


def test_the_way_back_is_the_mirror(project):
    there = diff("0.1.0", "0.2.0", project.annotations)
    back = diff("0.2.0", "0.1.0", project.annotations)
    mirror = {"added": "removed", "removed": "added"}
    assert sorted((c.layer, mirror.get(c.kind, c.kind)) for c in back.spans) == sorted(
        (c.layer, c.kind) for c in there.spans
    )
    assert not diff("0.2.0", "0.2.0", project.annotations).spans


def test_it_is_said_as_words_json_and_a_changelog(project, monkeypatch, capsys):
    monkeypatch.chdir(project.root)
    assert main(["diff", "0.1.0", "0.2.0"]) == 0
    words = capsys.readouterr().out
    assert "0.1.0 → 0.2.0\nDocuments: 2 → 2 (1 added, 1 removed" in words
    assert "Spans of entities: 6 → 6 (in documents of both: 1 added, 1 removed, 1 moved," in words
    assert "a, entities: relabelled: " in words
    assert main(["diff", "0.1.0", "0.2.0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["span_counts"]["entities"] == {
        "added": 1,
        "removed": 1,
        "moved": 1,
        "relabelled": 1,
        "values changed": 0,
    }
    assert told["documents"]["added"] == ["c"]
    assert told["spans"][0]["after"]["label"] == "ORG"
    assert main(["diff", "0.1.0", "0.2.0", "--changelog"]) == 0
    section = capsys.readouterr().out
    assert section.startswith("## 0.2.0\nContent `")
    assert "\n- Spans of dates: 2 → 2 (in documents of both: 1 values changed)\n" in section


def test_the_release_carries_the_sections_of_its_history(tmp_path):
    project = MadeProject(tmp_path)
    project.release("0.1.0", DOCUMENTS[:2])
    folder = project.release("0.2.0", DOCUMENTS).folder
    log = (folder / "CHANGELOG.md").read_text("utf-8")
    assert log.index("## 0.2.0") < log.index("Documents: 2 → 3 (1 added)") < log.index("## 0.1.0")
    assert "Documents" not in (tmp_path / "release/0.1.0/CHANGELOG.md").read_text("utf-8")


def test_agreement_is_compared(tmp_path):
    project = MadeProject(tmp_path)
    project.release("0.1.0", DOCUMENTS[:1])
    project.write(made_record(DOCUMENTS[0], "a01"))
    project.write(made_record(DOCUMENTS[0], "a02", dates=()))
    project.decide(made_record(DOCUMENTS[0], "adjudicated"))
    project.release("0.1.1", DOCUMENTS[:1])
    changes = diff("0.1.0", "0.1.1", project.annotations)
    assert changes.old.agreement == {}
    exact = {layer: row.figures["f1_exact"].value for layer, row in changes.new.agreement.items()}
    assert exact == {"entities": 1.0, "dates": 0.0, "stance": 1.0}
    assert changes.new.agreement["dates"].spans == {"a01": 1, "a02": 0}
    assert to_json(changes)["new"]["agreement"]["dates"]["f1_exact"]["count"] == 1
    assert "Agreement on stance (exact span F1): none measured → 1.00" in render_text(changes)
    assert changes.documents["annotators' records changed"] == ("a",)


def test_an_unknown_version_or_damaged_record_is_named(project, tmp_path):
    with pytest.raises(RequestError, match=r"never released\. Released are: 0\.1\.0, 0\.2\.0"):
        diff("0.1.0", "0.9.0", project.annotations)
    annotations = tmp_path / "annotations"
    shutil.copytree(project.annotations, annotations)
    kept = annotations / "releases" / "0.1.0.jsonl"
    kept.write_text(kept.read_text("utf-8").replace("LOC", "ORG", 1), encoding="utf-8")
    with pytest.raises(RequestError, match=r"lacks the released record .* of a"):
        diff("0.1.0", "0.2.0", annotations)
    kept.unlink()
    with pytest.raises(RequestError, match=r"0\.1\.0\.jsonl: cannot be read"):
        diff("0.1.0", "0.2.0", annotations)
