"""Backups: whole while people write, private, ten of them; and back again."""

import io
import resource
import sqlite3
import stat
import tarfile
from contextlib import closing

import pytest

from pipeline.doccano.backups import KEPT, back_up, find_backups, restore
from pipeline.doccano.private import write_private
from pipeline.doccano.roster import Roster, read_roster, write_roster
from pipeline.errors import RequestError
from pipeline.locks import locked


@pytest.fixture
def state(tmp_path):
    state = tmp_path / ".tawsim"
    (state / "passwords").mkdir(parents=True)
    for name in ("secret-key", "admin-token", "prepared", "passwords/salma"):
        write_private(state / name, f"{name} of old")
    write_roster(state, Roster().joined(["salma", "omar"], []))
    with closing(connect(state)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE work (words TEXT)")
    write(state, "أول")
    return state


def connect(state):
    return sqlite3.connect(state / "db.sqlite3")


def write(state, words):
    with closing(connect(state)) as database, database:
        database.execute("INSERT INTO work VALUES (?)", [words])


def read(state):
    with closing(connect(state)) as database:
        return [words for (words,) in database.execute("SELECT words FROM work ORDER BY rowid")]


def test_there_is_nothing_to_back_up_before_there_is_a_database(tmp_path):
    assert back_up(tmp_path, "by-hand") is None
    assert find_backups(tmp_path) == []


def test_what_is_written_comes_back_and_what_came_later_is_in_a_backup_too(state):
    kept = back_up(state, "by-hand")
    write(state, "ثانٍ")
    write_private(state / "admin-token", "another")
    restore(state, kept)
    assert read(state) == ["أول"]
    assert (state / "admin-token").read_text("ascii") == "admin-token of old\n"
    assert (state / "passwords" / "salma").read_text("ascii") == "passwords/salma of old\n"
    undo = find_backups(state)[-1]
    assert undo.name.endswith("-before-restore.tar.gz")
    restore(state, undo)
    assert read(state) == ["أول", "ثانٍ"]
    assert (state / "admin-token").read_text("ascii") == "another\n"


def test_people_who_write_meanwhile_are_not_disturbed_and_half_a_change_is_not_kept(state):
    with closing(connect(state)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO work VALUES ('نصف')")
        kept = back_up(state, "by-hand")
        writer.execute("INSERT INTO work VALUES ('آخر')")
        writer.commit()
    assert read(state) == ["أول", "نصف", "آخر"]
    restore(state, kept)
    assert read(state) == ["أول"]


def test_what_was_written_and_not_yet_moved_into_the_file_is_kept(state):
    with closing(connect(state)) as reader:
        reader.execute("SELECT * FROM work").fetchall()
        write(state, "في السجل")
        assert (state / "db.sqlite3-wal").stat().st_size
        kept = back_up(state, "by-hand")
    write(state, "بعده")
    restore(state, kept)
    assert read(state) == ["أول", "في السجل"]


def test_what_is_set_aside_is_kept_though_the_clock_went_back(state):
    """Ten backups bear later times than the one that holds the only copy of what goes."""
    kept = [back_up(state, "before-push") for _ in range(KEPT)]
    for path in kept:
        path.rename(path.with_name(f"2999{path.name[4:]}"))
    write(state, "ثانٍ")
    restore(state, find_backups(state)[-1])
    assert read(state) == ["أول"]
    restore(state, find_backups(state)[-1])
    assert read(state) == ["أول", "ثانٍ"]


def test_a_full_disk_is_not_taken_for_a_damaged_database(state):
    kept = back_up(state, "by-hand")
    write(state, "م" * 100_000)
    before = (state / "db.sqlite3").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, limits[1]))
    try:
        with pytest.raises(OSError, match="cannot be written"):
            restore(state, kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (state / "db.sqlite3").read_bytes() == before
    assert find_backups(state) == [kept]
    restore(state, kept)
    assert read(state) == ["أول"]


def test_a_lost_folder_is_made_again_from_its_backup(state, tmp_path):
    kept = back_up(state, "by-hand")
    other = tmp_path / "new" / ".tawsim"
    restore(other, kept)
    assert read(other) == ["أول"]
    assert read_roster(other) == read_roster(state)
    secrets = [path for path in other.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}


def test_a_damaged_database_is_set_aside_not_lost(state):
    kept = back_up(state, "by-hand")
    damaged = b"not a database, " * 1000
    (state / "db.sqlite3").write_bytes(damaged)
    restore(state, kept)
    assert read(state) == ["أول"]
    (aside,) = (state / "backups").glob("*-damaged-db.sqlite3")
    assert aside.read_bytes() == damaged


def test_who_joined_after_the_backup_keeps_their_pseudonym(state):
    kept = back_up(state, "by-hand")
    write_roster(state, read_roster(state).joined(["layla"], []))
    restore(state, kept)
    people = {person.pseudonym: person.name for person in read_roster(state).people}
    assert people == {"a01": "salma", "a02": "omar", "a03": "layla"}


def test_the_last_ten_are_kept_for_their_owner_alone(state):
    paths = [back_up(state, "before-push") for _ in range(KEPT + 3)]
    assert find_backups(state) == paths[3:]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths[3:]} == {0o600}
    assert sorted((state / "backups").iterdir()) == paths[3:], "nothing half made is left"


def test_the_oldest_backup_can_be_restored_though_restoring_makes_one(state):
    paths = [back_up(state, "by-hand") for _ in range(KEPT)]
    write(state, "ثانٍ")
    restore(state, paths[0])
    assert read(state) == ["أول"]


def archive_of(path, **files):
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda path: path, "cannot be read as a backup"),
        (lambda path: path.write_bytes(b"x") and path, "cannot be read as a backup"),
        (lambda path: archive_of(path, prepared=b"1"), "is no backup"),
        (lambda path: archive_of(path, **{"db.sqlite3": b"", "../x": b""}), "is no backup"),
        (
            lambda path: archive_of(path, **{"db.sqlite3": b"", "passwords/../x": b""}),
            "is no backup",
        ),
        (lambda path: archive_of(path, **{"db.sqlite3": b"x" * 5000}), "its database is damaged"),
    ],
)
def test_another_file_is_refused_and_nothing_changes(state, tmp_path, make, cause):
    write(state, "ثانٍ")
    with pytest.raises(RequestError, match=cause):
        restore(state, make(tmp_path / "x.tar.gz"))
    assert read(state) == ["أول", "ثانٍ"]
    assert find_backups(state) == []
    assert not (tmp_path / "x").exists()


def test_a_backup_that_was_cut_is_refused(state):
    kept = back_up(state, "by-hand")
    kept.write_bytes(kept.read_bytes()[:-100])
    with pytest.raises(RequestError, match="cannot be read as a backup"):
        restore(state, kept)


def test_the_state_of_a_running_server_is_not_replaced(state):
    kept = back_up(state, "by-hand")
    with (
        locked(state / "server.lock", 1),
        pytest.raises(RequestError, match=r"its server runs.*make stop"),
    ):
        restore(state, kept)
