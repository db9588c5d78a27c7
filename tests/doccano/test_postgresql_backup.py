"""Backups of work in PostgreSQL: made, put back, refused; a lost folder, an emptied database."""

import os
import shutil
import tarfile

import pytest

from pipeline.doccano import launch
from pipeline.doccano.backups import back_up, find_backups, restore
from pipeline.doccano.client import Client
from pipeline.doccano.database import find_database, keep_in
from pipeline.errors import RequestError
from tests.doccano.cluster import name_in, name_of

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def test_what_is_written_comes_back_and_a_restore_that_fails_changes_nothing(
    elsewhere, cluster, desk_elsewhere, doccano_python, tmp_path, monkeypatch
):
    before = desk_elsewhere.spans("d0")
    kept = back_up(elsewhere.state, "by-hand")
    for span in before:
        desk_elsewhere.do("DELETE", f"{desk_elsewhere.ids['d0']}/spans/{span['id']}")
    with pytest.raises(RequestError, match="its server runs"):
        restore(elsewhere.state, kept)
    launch.stop(elsewhere.state)
    count = "SELECT count(*) FROM labels_span"
    spans, name = cluster.ask(count, name_in(elsewhere)), name_in(elsewhere)
    with pytest.raises(RequestError, match=r"pg_restore fails.*Nothing was changed"):
        restore(elsewhere.state, cut(kept, tmp_path))
    with monkeypatch.context() as patch, cluster.held(name, "labels_span"):
        patch.setattr("pipeline.doccano.postgresql._LEAVE_SECONDS", 0)
        with pytest.raises(RequestError, match="is in use: 1 connections"):
            restore(elsewhere.state, kept)
    assert cluster.ask(count, name) == spans
    restore(elsewhere.state, kept)
    assert find_backups(elsewhere.state)[-1].name.endswith("-before-restore.tar.gz")
    # As if somebody had put it back by hand: it is made ready anew.
    token, mark = elsewhere.read_token(), find_database(elsewhere.state).read_mark()
    (elsewhere.state / "admin-token").write_text("of another", encoding="ascii")
    assert mark
    assert find_database(elsewhere.state).read_mark() == ""
    assert launch.start(elsewhere.state, doccano_python).read_token() == token
    assert find_database(elsewhere.state).read_mark() == mark
    assert desk_elsewhere.spans("d0") == before


@pytest.mark.skipif(not LONG, reason="takes as long as a first start: make test-long")
def test_an_emptied_database_is_made_anew(cluster, url, tmp_path, doccano_python):
    keep_in(tmp_path, url)
    launch.start(tmp_path, doccano_python)
    cluster.ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public", name_of(url))
    cluster.ask(f'ALTER SCHEMA public OWNER TO "{name_of(url)}"', name_of(url))
    again = launch.start(tmp_path, doccano_python)
    try:
        with Client(again) as client:
            assert client.create_annotator("salma", "a new one, as there is none")
    finally:
        launch.stop(tmp_path)


def cut(backup, folder):
    """Return the backup with a dump whose last rows are missing."""
    with tarfile.open(backup) as tar:
        tar.extractall(folder / "whole", filter="data")
    dump = folder / "whole" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-2000])
    with tarfile.open(folder / "cut.tar.gz", "w:gz") as tar:
        for path in (folder / "whole").iterdir():
            tar.add(path, path.name)
    return folder / "cut.tar.gz"


def test_a_lost_folder_is_made_again_in_its_database_and_in_an_empty_one(
    elsewhere, desk_elsewhere, postgresql, cluster, url, tmp_path
):
    kept = back_up(elsewhere.state, "by-hand")
    new = tmp_path / ".tawsim"
    restore(new, kept, url)
    assert find_database(new).read_mark() == find_database(elsewhere.state).read_mark()
    count = "SELECT count(*) FROM labels_span"
    assert cluster.ask(count, name_of(url)) == cluster.ask(count, name_in(elsewhere)) != "0"
    shutil.rmtree(new)
    with pytest.raises(RequestError, match="is bound to another project's folder"):
        keep_in(new, url)
    shutil.rmtree(new)
    restore(new, kept, url)
    assert find_database(new).exists()
    other = cluster.make_database()
    keep_in(tmp_path / "other", other)
    shutil.rmtree(new)
    with pytest.raises(RequestError, match="is bound to another project's folder"):
        restore(new, kept, other)
    assert not (new / "database").exists()


def test_a_backup_of_another_kind_is_refused(elsewhere, tmp_path, url):
    with pytest.raises(
        RequestError, match="of PostgreSQL, and the work of this folder is in SQLite"
    ):
        restore(tmp_path / ".tawsim", back_up(elsewhere.state, "by-hand"))
    with tarfile.open(tmp_path / "sqlite.tar.gz", "w:gz") as tar:
        (tmp_path / "db.sqlite3").touch()
        tar.add(tmp_path / "db.sqlite3", "db.sqlite3")
    with pytest.raises(RequestError, match="of SQLite, and the work of this folder is in Postgre"):
        restore(tmp_path / "new", tmp_path / "sqlite.tar.gz", url)
