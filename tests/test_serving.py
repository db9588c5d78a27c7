"""What the verbs on the annotation server print; the work itself is tested in `tests/doccano/`."""

import json
from collections import Counter

import pytest

from pipeline import rounds, serving
from pipeline.cli import main
from pipeline.doccano.roster import Person, read_roster
from pipeline.errors import Fault
from pipeline.stages.collect import CollectReport
from pipeline.stages.push import PushReport
from pipeline.stages.status import Progress
from tests.examples import TEXT

SALMA, OMAR = Person("a01", "salma"), Person("a02", "omar")


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "example.txt").write_bytes(TEXT.encode())
    return tmp_path


@pytest.fixture
def progress(monkeypatch):
    """Two annotators, the second of whom did nothing yet."""
    first = Progress("a01", assigned=12, opened=3, confirmed=2, seconds=754.0)
    first.spans["entities"] = Counter(kept=31, changed=2, removed=1)
    rows = [first, Progress("a02", assigned=12)]
    names = {"a01": "salma", "a02": "a02"}
    monkeypatch.setattr(rounds, "look_at_round", lambda *_: (rows, names))
    return rows


def test_status_is_a_table_of_annotators_and_layers(progress, project, capsys):
    assert main(["status", "--input", "in"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "annotator assigned opened confirmed waiting minutes layer kept changed removed added",
        "a01 salma 12 3 2 10 12.6 entities 31 2 1 0",
        "dates 0 0 0 0",
        "stance 0 0 0 0",
        "a02 12 0 0 12 0.0 entities 0 0 0 0",
        "dates 0 0 0 0",
        "stance 0 0 0 0",
    ]
    assert len({len(line) for line in lines}) == 1, "numbers stand in columns"


def test_status_for_programs_knows_no_names(progress, project, capsys):
    assert main(["status", "--input", "in", "--json"]) == 0
    out = capsys.readouterr().out
    assert "salma" not in out
    first, second = json.loads(out)
    assert first["documents"] == {
        "assigned": 12,
        "opened": 3,
        "confirmed": 2,
        "waiting": 10,
        "faulty": 0,
    }
    assert first["minutes"] == 12.6
    assert first["spans"]["entities"] == {"kept": 31, "changed": 2, "removed": 1, "added": 0}
    assert second["annotator"] == "a02"


def test_watching_shows_what_has_changed_until_it_is_stopped(
    progress, project, capsys, monkeypatch
):
    def sleep(seconds):
        if progress[0].confirmed == 4:
            raise KeyboardInterrupt
        progress[0].confirmed += 1

    monkeypatch.setattr(serving.time, "sleep", sleep)
    assert main(["status", "--input", "in", "--json", "--watch"]) == 130
    shown = capsys.readouterr().out
    assert [shown.count(f'"confirmed": {count}') for count in (2, 3, 4)] == [1, 1, 1]
    assert "\033" not in shown, "no terminal, no clearing"


def test_who_annotates_is_told_their_password_once(project, capsys, monkeypatch):
    report = PushReport(7, created=["d1", "d2"], existing=["d3"])
    opened = rounds.Opened("http://here", {SALMA: report, OMAR: PushReport(8)}, {"omar": "s3cret"})
    monkeypatch.setattr("pipeline.chain.prepare", lambda *_: [])
    monkeypatch.setattr(rounds, "open_round", lambda *_: opened)
    names = ["--annotators", "salma", "omar", "--overlap", "2"]
    assert main(["annotate", "--input", "in", "--doccano-python", "python", *names]) == 0
    said = capsys.readouterr().out
    salma, omar = said.index("salma"), said.index("omar")
    assert "make password" in said[salma:omar]
    assert "2 جديدة · new, 1 كما تركتها" in said[salma:omar]
    assert "s3cret" in said[omar:]
    roster = read_roster(project / ".tawsim")
    assert (roster.people, roster.overlap) == ((SALMA, OMAR), 2)


def test_a_text_that_changed_is_a_finding_of_annotate(project, capsys, monkeypatch):
    report = PushReport(7, findings=[Fault("a01/d1", "its text changed", "Restore it.")])
    monkeypatch.setattr("pipeline.chain.prepare", lambda *_: [])
    monkeypatch.setattr(
        rounds, "open_round", lambda *_: rounds.Opened("http://here", {SALMA: report})
    )
    assert main(["annotate", "--input", "in", "--doccano-python", "python"]) == 1
    said = capsys.readouterr()
    assert "http://here" in said.out
    assert "a01/d1: its text changed. Restore it." in said.err


def test_a_confirmation_taken_back_is_told(project, capsys, monkeypatch):
    report = CollectReport(waiting=["d1", "d2"], withdrawn=["d2"])
    monkeypatch.setattr(rounds, "collect_round", lambda *_: report)
    assert main(["collect", "--input", "in"]) == 0
    said = capsys.readouterr().err
    assert "not confirmed any more, the last confirmed state stays: d2" in said
    assert "collected 0, unchanged 0, not confirmed yet 2" in said


def test_there_is_no_backup_before_there_is_a_database(project, capsys):
    assert main(["backup"]) == 2
    assert "holds no database yet" in capsys.readouterr().err
    assert main(["restore"]) == 2
    assert "There is none yet: make backup" in capsys.readouterr().err
    assert main(["restore", "absent.tar.gz"]) == 2
    assert "cannot be read as a backup" in capsys.readouterr().err
    assert not (project / ".tawsim").exists()
