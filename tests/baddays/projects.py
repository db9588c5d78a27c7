"""The projects that the stages begin with."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from pipeline.corpus import render_document
from pipeline.doccano.backups import back_up
from pipeline.doccano.private import write_private
from pipeline.doccano.roster import Roster, write_roster
from pipeline.records import annotation_digest, write_annotation
from tests.releases import made_document, made_record

OLD_BACKUP = "20240101T000000.000000Z-old.tar.gz"
_NAMES = ("one", "two", "three", "four", "five", "six")
_RECIPE = """
version = "9.9.9"
dev = ["names"]
[options]
batch_size = 2
[[phases]]
corpora = ["names"]
epochs = 1
[[phases]]
corpora = ["names"]
epochs = 1
[corpora.names]
path = "names.conll"
sha256 = "{digest}"
"""


def make_project(folder: Path) -> None:
    """Six documents and a seventh, two people's records of some, and a server's state."""
    documents = [
        made_document(name, licence="CC BY 4.0" if n % 2 else "all rights reserved")
        for n, name in enumerate((*_NAMES, "seven"))
    ]
    folder.mkdir()
    lines = [render_document(document) for document in documents]
    (folder / "corpus.jsonl").write_text("".join(lines[:6]), encoding="utf-8")
    (folder / "next.jsonl").write_text("".join(lines), encoding="utf-8")
    odd = "".join([*lines[:3], '{"id": "../x"}\n', *lines[3:]])
    (folder / "odd.jsonl").write_text(odd, encoding="utf-8")
    for agent, count in (("a01", 4), ("a02", 3)):
        for document in documents[:count]:
            _keep(folder, made_record(document), agent)
    names = "زار O\nمحمد B-PER\nبغداد B-LOC\n\nغادر O\nسعيد B-PER\n\n" * 2
    (folder / "names.conll").write_text(names, encoding="utf-8")
    digest = hashlib.sha256(names.encode()).hexdigest()
    (folder / "recipe.toml").write_text(_RECIPE.format(digest=digest), encoding="utf-8")
    _make_state(folder / ".tawsim")


def make_many(folder: Path) -> None:
    """What `train stance` needs at least."""
    documents = [made_document(f"d{n}", lead="") for n in range(50)]
    folder.mkdir()
    lines = map(render_document, documents)
    (folder / "stance.jsonl").write_text("".join(lines), encoding="utf-8")
    for document in documents:
        _keep(folder, made_record(document), "a01")


def _keep(folder: Path, machine, agent: str) -> None:
    """Write a person's record and the machine's that they started from."""
    digest, annotations = annotation_digest(machine), folder / "annotations"
    write_annotation(annotations / "machine" / f"{machine.document}.{digest}.json", machine)
    record = replace(
        machine,
        agent=agent,
        models={},
        based_on=digest,
        confirmed_at="2024-10-01T12:00:00Z",
        entities=tuple(replace(span, score=None) for span in machine.entities),
        stance=tuple(replace(s, score=None, cue=None, rule=None) for s in machine.stance),
    )
    write_annotation(annotations / agent / f"{machine.document}.json", record)


def _make_state(state: Path) -> None:
    """The state of a server that was stopped, and a backup with other work in it."""
    (state / "passwords").mkdir(parents=True)
    write_private(state / "secret-key", "old")
    write_private(state / "passwords" / "salma", "old")
    write_roster(state, Roster().joined(["salma"], []))
    with closing(sqlite3.connect(state / "db.sqlite3")) as database, database:
        database.execute("CREATE TABLE work (words TEXT)")
        database.executemany("INSERT INTO work VALUES (?)", [["قديم"]] * 500)
    made = back_up(state, "by-hand")
    assert made is not None
    made.rename(made.with_name(OLD_BACKUP))
    write_private(state / "secret-key", "new")
    with closing(sqlite3.connect(state / "db.sqlite3")) as database, database:
        database.execute("UPDATE work SET words = 'جديد'")
