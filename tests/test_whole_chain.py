"""From raw seeds through a real Doccano, an annotator's corrections, to a loaded dataset.

The annotator works through the official client, a program that is not ours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import datasets
import pytest
from doccano_client import DoccanoClient

DOCUMENT = "003_c3aad08660fb59c2"


@pytest.fixture
def project(tmp_path, root, doccano_python, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    shutil.copytree(root / "seeds", tmp_path / "seeds")
    monkeypatch.setenv("TAWSIM_DOCCANO_PYTHON", str(doccano_python))
    yield tmp_path
    tawsim("stop")


def tawsim(*arguments, code=0):
    """Run the command as a person would; return stdout and stderr."""
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == code, result.stderr
    return result.stdout, result.stderr


def annotate():
    return tawsim("annotate", "--doccano-python", os.environ["TAWSIM_DOCCANO_PYTHON"])


def test_corrections_travel_from_the_browser_to_the_dataset(project):
    invitation, said = annotate()
    assert "pushed 5 documents" in said
    shown = tawsim("password")[0].split()[1]
    assert shown in invitation, "a password is shown when it is made"
    machine = json.loads((project / f"build/preannotated/{DOCUMENT}.json").read_text("utf-8"))
    corrected = correct(invitation)

    again, _ = annotate()
    assert shown not in again, "and once"
    assert "0 جديدة · new, 5 كما تركتها · as you left them" in again
    (progress,) = json.loads(tawsim("status", "--json")[0])
    assert progress["documents"] == {
        "assigned": 5,
        "opened": 1,
        "confirmed": 1,
        "waiting": 4,
        "faulty": 0,
    }
    assert progress["spans"]["entities"]["removed"] == 1
    assert "a01" in tawsim("status")[0]
    _, said = tawsim("collect")
    assert "collected 1, unchanged 0, not confirmed yet 4" in said
    path = project / f"annotations/a01/{DOCUMENT}.json"
    record = json.loads(path.read_text("utf-8"))
    assert record["agent"] == "a01"
    assert (project / f"annotations/machine/{DOCUMENT}.{record['based_on']}.json").is_file()
    deleted = {(s["start"], s["end"]) for s in machine["entities"]} - {
        (s["start"], s["end"]) for s in record["entities"]
    }
    assert len(deleted) == 1
    date = next(s for s in record["dates"] if s["text"] == "السبت")
    assert (date["label"], date["value"], date["value_by"]) == ("DATE", "2024-01-27", "machine")
    kept = [s for s in machine["dates"] if s["text"] != "يوم السبت"]
    assert [s for s in record["dates"] if s != date] == kept, "unchanged spans keep their values"
    (stance,) = record["stance"]
    assert stance["text"] == "دعا المسؤولون إلى انسحاب قوات التحالف"
    assert (stance["label"], stance["target"]) == ("FAVOR", "coalition_withdrawal")
    assert stance["holder"]["text"] == "المسؤولون"

    before = path.read_bytes()
    _, said = tawsim("collect")
    assert "collected 0, unchanged 1, not confirmed yet 4" in said
    assert path.read_bytes() == before

    backup = tawsim("backup")[0].strip()
    _, said = tawsim("restore", code=2)
    assert backup in said
    tawsim("restore", backup)
    annotate()
    assert "collected 0, unchanged 1, not confirmed yet 4" in tawsim("collect")[1]

    tawsim("release", "0.1.0")
    rows = datasets.load_dataset(str(project / "build/release/0.1.0"), split="train")
    sources = {row["id"]: row["layer_source"] for row in rows}
    assert sources.pop(DOCUMENT) == "human"
    assert set(sources.values()) == {"machine"}
    row = next(row for row in rows if row["id"] == DOCUMENT)
    assert row["text"] == corrected
    assert row["stance"][0]["holder"]["text"] == "المسؤولون"


def correct(invitation):
    """Work on one document as its annotator does; return its text."""
    url = next(word for word in invitation.split() if word.startswith("http"))
    user, secret = tawsim("password")[0].split()
    client = DoccanoClient(url)
    client.login(user, secret)
    (project,) = client.list_projects()
    examples = {e.upload_name: e for e in client.list_examples(project.id)}
    assert len(examples) == 5
    example = examples[DOCUMENT]
    spans = client.list_spans(project.id, example.id)
    client.delete_span(project.id, example.id, spans[0].id)
    saturday = example.text.index("يوم السبت")
    drawn = next(s for s in spans if (s.start_offset, s.end_offset) == (saturday, saturday + 9))
    client.delete_span(project.id, example.id, drawn.id)

    def draw(words, label):
        start = example.text.index(words)  # the seeds hold no character outside the BMP
        return client.create_span(project.id, example.id, start, start + len(words), label)

    stances = {"مؤيد", "معارض", "بين بين", "صاحب الموقف"}
    types = {t.id for t in client.list_label_types(project.id, type="span") if t.text in stances}
    assert len(types) == len(stances)
    for proposed in (span for span in spans if span.label in types):
        client.delete_span(project.id, example.id, proposed.id)
    draw("السبت", "تاريخ")
    stance = draw("دعا المسؤولون إلى انسحاب قوات التحالف", "مؤيد")
    holder = draw("المسؤولون", "صاحب الموقف")
    client.create_relation(project.id, example.id, stance.id, holder.id, "صاحبه")
    client.update_example_state(project.id, example.id)
    return example.text
