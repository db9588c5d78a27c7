"""Every stage that writes, as a command in a small project; and the process that runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.doccano.backups import _read_archive
from tests.baddays.projects import OLD_BACKUP, make_many, make_project

Rows = dict[str, bytes]
"""Files by their place."""

# What a run that was ended leaves under a temporary name, and what says nothing of the work;
# the key of shards names the inode of their corpus.
_ASIDE = re.compile(
    r"(^|/)(\.[^/]*\.[^/]*|(start|backup)?\.lock|\.parts|run\.jsonl|o/\.made-from)(/|$)"
)
_BACKUPS = ".tawsim/backups/"


@dataclass(frozen=True)
class Stage:
    """A command, the state of the project it begins with, and its output.

    `whole` are folders that are all there or not at all; what stands in `made` may be replaced,
    everything else has to stay. `code` is how it ends where nothing bad happens.
    """

    argv: tuple[str, ...]
    begins: str = "annotated"
    made: tuple[str, ...] = ("build",)
    whole: tuple[str, ...] = ()
    code: int = 0


_PREPARED = ("build/ingested", "build/tokenised", "build/preannotated")
_MODEL = ("--ner", "model")
_NEXT = ("--input", "next.jsonl", *_MODEL)
STAGES = {
    "ingest": Stage(
        ("ingest", "odd.jsonl", "--output", "o/all.jsonl", "--skip-bad"), made=("o",), code=1
    ),
    "tokenise": Stage(("tokenise", "corpus.jsonl", "--output", "o"), made=("o",)),
    "preannotate": Stage(("preannotate", "corpus.jsonl", "--output", "o", *_MODEL), made=("o",)),
    "preannotate lines": Stage(
        ("preannotate", "corpus.jsonl", "--output", "o.jsonl", *_MODEL), made=("o.jsonl",)
    ),
    "preannotate shards": Stage(
        ("preannotate", "odd.jsonl", "--output", "o", "--shards", "2", *_MODEL),
        made=("o",),
        code=1,
    ),
    "adjudicate": Stage(
        ("adjudicate", "--input", "corpus.jsonl"),
        made=("annotations/adjudicated", "annotations/adjudication.json"),
    ),
    "release": Stage(
        ("release", "0.1.0", "--input", "corpus.jsonl", *_MODEL),
        begins="adjudicated",
        made=("build", "annotations/releases"),
        whole=(*_PREPARED, "build/release/0.1.0"),
    ),
    "release again": Stage(
        ("release", "0.2.0", *_NEXT),
        begins="released",
        made=("build", "annotations/releases"),
        whole=(*_PREPARED, "build/release/0.1.0", "build/release/0.2.0"),
    ),
    "report": Stage(("report", *_NEXT), begins="released", whole=_PREPARED),
    "publish": Stage(
        ("publish", "o/n", "--version", "0.1.0"), begins="archived", whole=("build/publish/0.1.0",)
    ),
    "archive": Stage(("archive", "0.1.0"), begins="archived", whole=("build/archive/0.1.0",)),
    "attach": Stage(
        ("attach", "build/publish/0.1.0", "--texts", "corpus.jsonl", "--output", "o"),
        begins="archived",
        made=("o",),
        whole=("o",),
    ),
    "train ner": Stage(
        ("train", "ner", "recipe.toml", "--encoder", "model", "--output", "o"),
        made=("o", ".o.partial"),
        whole=("o",),
    ),
    "train stance": Stage(
        ("train", "stance", "--input", "stance.jsonl", *_MODEL), begins="many", made=("build",)
    ),
    "backup": Stage(("backup",), made=()),
    "annotate": Stage(
        ("annotate", "--input", "corpus.jsonl", *_MODEL, "--doccano-python", "python"),
        begins="served",
        whole=_PREPARED,
    ),
    "collect": Stage(("collect", "--input", "corpus.jsonl"), begins="served", made=()),
    "restore": Stage(("restore", f"{_BACKUPS}{OLD_BACKUP}"), made=()),
}
ALONE = [name for name, stage in STAGES.items() if stage.begins != "served"]


class Runs:
    """The warm process, and projects to begin with."""

    def __init__(self, root: Path, model: Path) -> None:
        self.root, self._model = root, str(model)
        environment = os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker.py")), self._model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._process.stdout.readline() == "ready\n"
        self._number = 0
        self._undisturbed: dict[str, tuple[dict, Rows, Rows]] = {}

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def ask(self, *runs: dict) -> list[dict]:
        """Run commands at the same time; return how each ended."""
        self._process.stdin.write(json.dumps(runs) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def run(self, argv: tuple[str, ...], folder: Path, **bad: object) -> dict:
        (ended,) = self.ask(self.request(argv, folder, **bad))
        return ended

    def request(self, argv: tuple[str, ...], folder: Path, **bad: object) -> dict:
        return {"argv": [*argv], "cwd": str(folder), **bad}

    def begin(self, stage: Stage, folder: Path | None = None) -> Path:
        """Return a new project, in the state the stage begins with."""
        self._number += 1
        folder = folder or self.root / f"run-{self._number}"
        shutil.copytree(self.made(stage.begins), folder, symlinks=True)
        return folder

    def made(self, state: str) -> Path:
        """Return the project in a state, made where it is not there; `served` is made elsewhere."""
        folder = self.root / state
        if folder.exists():
            return folder
        before = {"adjudicated": "annotated", "released": "adjudicated", "archived": "released"}
        commands = {
            "adjudicated": [STAGES["adjudicate"]],
            "released": [STAGES["release"]],
            "archived": [STAGES["archive"], STAGES["publish"]],
        }
        if state == "annotated":
            make_project(folder)
            shutil.copytree(self._model, folder / "model")
        elif state == "many":
            make_many(folder)
            shutil.copytree(self._model, folder / "model")
        else:
            shutil.copytree(self.made(before[state]), folder)
            for stage in commands[state]:
                ended = self.run(stage.argv, folder)
                assert ended["code"] == 0, ended["said"]
        return folder

    def undisturbed(self, name: str) -> tuple[dict, Rows, Rows]:
        """Return how a stage ends where nothing bad happens, and its project before and after."""
        if name not in self._undisturbed:
            stage = STAGES[name]
            folder = self.begin(stage)
            before = kept(folder)
            ended = self.run(stage.argv, folder)
            assert ended["code"] == stage.code, ended["said"]
            self._undisturbed[name] = ended, before, kept(folder)
        return self._undisturbed[name]


def finish(runs: Runs, name: str, project: Path, after: Rows) -> None:
    """Run once more: it ends with the bytes of an undisturbed run; a backup may be one more."""
    done, again = kept(project), runs.run(STAGES[name].argv, project)
    if again["code"] != STAGES[name].code:
        assert "it exists already" in again["said"], again["said"]
        assert done == after
    final = kept(project)
    assert after.items() <= final.items()
    assert all(place.startswith(_BACKUPS) for place in final.keys() - after.keys())
    shutil.rmtree(project)  # they are hundreds; one that failed stays to be looked at


def kept(folder: Path) -> Rows:
    """Every file of a project by its place, but for what has a temporary name, locks, the log."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    rows: Rows = {}
    for place, content in found.items():
        name = place.removeprefix(_BACKUPS)
        if name != place and "/" not in name:
            # Its name and its file's head hold the time: what is in it counts, and which it is.
            why = name.partition("-")[2]
            number = sum(own.startswith(f"{_BACKUPS}{why} ") for own in rows)
            inside = _read_archive(folder / place)
            rows[f"{_BACKUPS}{why} {number}"] = repr(sorted(inside.items())).encode()
        elif not _ASIDE.search(place):
            rows[place] = content
    return rows


def check_left(name: str, project: Path, before: Rows, after: Rows) -> None:
    """Every file is whole, as before or as after; nothing that has to stay is lost."""
    stage, left = STAGES[name], kept(project)
    if (log := project / "build" / "run.jsonl").is_file():
        *lines, end = log.read_bytes().split(b"\n")
        assert all(json.loads(line)["verb"] for line in lines)
        assert end == b""
    for place, content in left.items():
        if place.startswith(_BACKUPS):
            continue  # read to its end, and so whole
        assert content in (before.get(place), after.get(place)), f"{place} is torn"
    for place in before.keys() - left.keys():
        assert any(place == own or place.startswith(f"{own}/") for own in stage.made), place
    for whole in stage.whole:
        now, then, done = (_below(rows, whole) for rows in (left, before, after))
        assert now in ({}, then, done), f"{whole} is torn"


def _below(rows: Rows, folder: str) -> Rows:
    return {place: content for place, content in rows.items() if place.startswith(f"{folder}/")}
