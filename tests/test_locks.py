"""Two runs at once in one folder: the second is told so, and a killed one is in nobody's way."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from pipeline.cli import main
from pipeline.errors import RequestError
from pipeline.locks import alone_in, is_locked, locked
from tests.corpora import TEXT, write_jsonl

HOLD = """
import sys
from pathlib import Path
from pipeline.locks import alone_in
with alone_in(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
MAKERS = [
    ["annotate", "--doccano-python", "python"],
    ["release", "0.1.0"],
    ["report"],
    ["publish", "somebody/something"],
    ["archive", "0.1.0"],
    ["train", "stance"],
]


@contextmanager
def held(folder):
    """Another process that works in the folder until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        yield other
        other.stdin.close()


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "c.jsonl", {"id": "a", "text": TEXT})
    return tmp_path


def below(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("asked", MAKERS, ids=lambda asked: asked[0])
def test_who_makes_build_is_alone(project, asked, capsys):
    with held(project / "build") as other:
        assert main(asked) == 2
    said = capsys.readouterr().err
    (line,) = said.splitlines()
    assert re.search(rf"build: another run is at work here \(process {other.pid}, since 2\d", line)
    assert "Wait for it to end or stop it" in line
    # The log of runs says that there was a second one.
    assert below(project / "build") == [".lock", "run.jsonl"]
    assert below(project) == ["build", "c.jsonl"]


@pytest.mark.parametrize("asked", [["collect"], ["adjudicate"]], ids=lambda asked: asked[0])
def test_who_brings_work_home_is_alone(project, asked, capsys):
    with held(project / "annotations") as other:
        assert main(asked) == 2
    assert f"annotations: another run is at work here (process {other.pid}," in (
        capsys.readouterr().err
    )
    assert below(project / "annotations") == [".lock"]


@pytest.mark.parametrize("what", ["tokenise", "preannotate", "preannotate --shards 5"])
def test_who_fills_a_folder_is_alone(project, what, tiny_model, capsys):
    model = ["--ner", str(tiny_model)] if "preannotate" in what else []
    asked = [*what.split(), "c.jsonl", "--output", "out", *model]
    with held(project / "out"):
        assert main(asked) == 2
    assert "out: another run is at work here" in capsys.readouterr().err
    assert below(project / "out") == [".lock"]
    assert main(asked) == 0


def test_a_second_command_is_told_by_the_first(project):
    command = [sys.executable, "-m", "pipeline.cli", "archive", "0.1.0"]
    with alone_in(project / "build"):
        second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert f"(process {os.getpid()}, since" in second.stderr
    assert "Traceback" not in second.stderr
    third = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "another run" not in third.stderr


def test_a_killed_run_is_in_nobodys_way(project):
    with held(project / "build") as other:
        assert is_locked(project / "build" / ".lock")
        with (
            pytest.raises(RequestError, match=f"process {other.pid},"),
            alone_in(project / "build"),
        ):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert not is_locked(project / "build" / ".lock")
        with alone_in(project / "build"):
            assert str(os.getpid()) in (project / "build" / ".lock").read_text("ascii")


def test_a_lock_is_waited_for_as_long_as_is_said(project):
    with held(project / "state") as other:
        other.stdin.close()  # it ends soon
        with locked(project / "state" / ".lock", 60):
            assert is_locked(project / "state" / ".lock")
