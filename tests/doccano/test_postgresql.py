"""Our server with its work in PostgreSQL: named, bound to a folder, backed up, killed, unreachable.

What every server does is in `test_contract.py`, which runs against this one, too.
"""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import rounds
from pipeline.cli import main
from pipeline.doccano import launch
from pipeline.doccano.backups import back_up, find_backups, restore
from pipeline.doccano.client import Client
from pipeline.doccano.database import find_database, keep_in
from pipeline.doccano.exchange import to_wire
from pipeline.doccano.postgresql import parse_url
from pipeline.errors import RequestError
from pipeline.stages.push import push
from tests.doccano.cluster import PASSWORD, QUOTED
from tests.doccano.desk import Desk, pair

ROLE = "postgres://tawsim:{}@127.0.0.1:5432/tawsim"
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PAIRS = [pair(f"d{number}") for number in range(6)]


@pytest.mark.parametrize(
    ("url", "shown", "options"),
    [
        ("postgres://u:p@127.0.0.1/n", "postgres://u@127.0.0.1:5432/n", {"sslmode": "prefer"}),
        ("postgresql://u:p@db.org:7/n", "postgres://u@db.org:7/n", {"sslmode": "require"}),
        ("postgres://u:p@[::1]/n", "postgres://u@[::1]:5432/n", {"sslmode": "prefer"}),
        (
            "postgres://a%20b:p@db.org/n%2Dx?sslmode=verify-full&sslrootcert=/etc/a.pem",
            "postgres://a%20b@db.org:5432/n-x",
            {"sslmode": "verify-full", "sslrootcert": "/etc/a.pem"},
        ),
    ],
)
def test_a_url_is_read_and_shown_without_its_password(url, shown, options):
    service = parse_url(url)
    assert (service.address, dict(service.options)) == (shown, options)
    assert service.password == "p"
    assert "'p'" not in repr(service)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/n",
        "sqlite:///s3cret",
        "postgres://u:s3cret@h",
        "postgres://u:s3cret@h/",
        "postgres://s3cret@h/n",
        "postgres://:s3cret@h/n",
        "postgres://u:s3cret@/n",
        "postgres://u:s3/cret@h/n",
        "postgres://u:a@s3/cret@h:5432/n",
        "postgres://u:s3#cret@h/n",
        "postgres://u:s3?cret@h/n",
        "postgres://u:s3cret@h:port/n",
        "postgres://u:s3cret@h/n?options=-csearch_path=x",
        "postgres://u:s3cret@h/n?sslmode=",
        "postgres://u:s3cret@h/n?sslrootcert=a.pem",
        "postgres://u:s3cret%0Ahost=evil@h/n",
        "postgres://u:s3cret%00@h/n",
        "postgres://u:s3cret%20@h/n",
        "postgres://u:s3cret%ff@h/n",
        "s3cret",
    ],
)
def test_another_url_is_refused_and_nothing_of_it_is_shown(tmp_path, url):
    with pytest.raises(RequestError, match=r"DATABASE_URL: is no address .*Write it as") as told:
        keep_in(tmp_path / ".tawsim", url)
    assert "s3" not in str(told.value)
    assert not (tmp_path / ".tawsim").exists()


def test_a_folder_with_work_in_sqlite_does_not_move(tmp_path):
    with sqlite3.connect(tmp_path / "db.sqlite3"):
        pass
    with pytest.raises(RequestError, match=r"keeps its work in SQLite.*make collect") as told:
        keep_in(tmp_path, ROLE.format("s3cret"))
    assert "s3cret" not in str(told.value)
    assert not (tmp_path / "database").exists()


def test_a_database_that_does_not_answer_is_told_at_once_and_not_remembered(tmp_path):
    with pytest.raises(RequestError, match=r"postgres://u@127.0.0.1:9/n: .*refused") as told:
        keep_in(tmp_path, "postgres://u:s3cret@127.0.0.1:9/n")
    assert "s3cret" not in str(told.value)
    assert not any(path.name == "database" for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ("[tawsim]\nhost=h\nport=5432\npassword=s3cret\n", 0o600, "does not say host, port"),
        ("[tawsim]\nhost=h\nport=s3cret\ndbname=n\nuser=u\npassword=p\n", 0o600, "does not say"),
        ("[tawsim]\nhost=h\nport=1\ndbname=n\nuser=u\npassword=s3cret\n", 0o640, "chmod 600"),
    ],
)
def test_a_remembered_address_that_was_spoiled_is_told(tmp_path, text, mode, told):
    (tmp_path / "database").write_text(text, encoding="utf-8")
    (tmp_path / "database").chmod(mode)
    with pytest.raises(RequestError, match=told) as error:
        back_up(tmp_path, "by-hand")
    assert "s3cret" not in str(error.value)


def test_missing_programs_are_named_with_their_package(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RequestError, match=r"is not installed.*apt-get install postgresql-client"):
        keep_in(tmp_path, ROLE.format("s3cret"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "is no address"),
        ({"DOCCANO_URL": "https://x.org", "DOCCANO_TOKEN": "t"}, "this machine"),
    ],
)
def test_the_verb_refuses_without_showing_it(tmp_path, monkeypatch, capsys, more, told):
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATABASE_URL": "postgres://u:s3cret", **more}.items():
        monkeypatch.setenv(name, value)
    assert main(["annotate", "--input", "in", "--doccano-python", "python"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "s3cret" not in said


def test_make_refuses_a_url_among_its_arguments(root):
    made = ["make", "-n", "annotate", "DATABASE_URL=postgres://u:s3cret@h/n"]
    said = subprocess.run(made, cwd=root, capture_output=True, text=True, check=False)
    assert said.returncode
    assert "before make" in said.stderr
    assert "s3cret" not in said.stdout + said.stderr


# --- With a PostgreSQL of Debian's.


@pytest.fixture
def desk(postgresql, round_, tmp_path):
    annotator, person = postgresql.annotators[0], postgresql.people[0]
    return Desk(postgresql.server, round_, annotator, person, tmp_path, PAIRS)


@pytest.fixture
def url(cluster):
    return cluster.make_database()


def name_of(url):
    return url.rpartition("/")[2]


def name_in(server):
    return name_of(find_database(server.state).address)


def test_the_verb_remembers_it(tmp_path, url, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setattr("pipeline.chain.prepare", lambda *_: [])
    monkeypatch.setattr(rounds, "open_round", lambda *_: rounds.Opened("http://here", {}))
    assert main(["annotate", "--input", "in", "--doccano-python", "python"]) == 0
    assert find_database(tmp_path / ".tawsim").exists()


def test_it_is_remembered_for_its_owner_alone_and_a_second_one_is_refused(tmp_path, cluster, url):
    keep_in(tmp_path, url)
    assert stat.S_IMODE((tmp_path / "database").stat().st_mode) == 0o600
    assert find_database(tmp_path).address == url.replace(f":{QUOTED}", "")
    with pytest.raises(RequestError, match=r"and postgres://.* is another.*make collect") as told:
        keep_in(tmp_path, cluster.make_database())
    assert PASSWORD not in str(told.value)
    cluster.ask(f"ALTER ROLE \"{name_of(url)}\" PASSWORD 'other'")
    with pytest.raises(RequestError, match="password authentication failed"):
        find_database(tmp_path).exists()
    keep_in(tmp_path, url.replace(QUOTED, "other"))
    assert find_database(tmp_path).exists()


def test_a_second_folder_is_refused(elsewhere, tmp_path, doccano_python):
    shutil.copy(elsewhere.state / "database", tmp_path)
    with pytest.raises(RequestError, match="is bound to another project's folder"):
        launch.start(tmp_path, doccano_python)
    own = find_database(elsewhere.state).address.replace("@", f":{QUOTED}@")
    with pytest.raises(RequestError, match="is bound to another project's folder"):
        keep_in(tmp_path / "new", own)
    assert not (tmp_path / "new" / "database").exists()


def test_a_database_with_other_tables_is_refused(tmp_path, cluster, url):
    cluster.ask("CREATE TABLE accounts (id int)", name_of(url))
    with pytest.raises(RequestError, match="holds tables, and none that say"):
        keep_in(tmp_path, url)
    assert cluster.ask("SELECT count(*) FROM pg_tables WHERE tablename = 'tawsim_folder'") == "0"


def test_the_password_is_in_no_log_no_command_and_no_environment(elsewhere, desk):
    back_up(elsewhere.state, "by-hand")
    told = [path for path in elsewhere.state.rglob("*") if path.is_file()]
    (holder,) = (path for path in told if PASSWORD.encode() in path.read_bytes())
    assert holder.name == "database"
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                words = (process / name).read_bytes()
            except OSError:
                continue
            assert PASSWORD.encode() not in words
            assert QUOTED.encode() not in words


@contextmanager
def held(cluster, database, table):
    """Hold a table, so that who writes into it waits."""
    command = [cluster.programs / "psql", "-XAtq", "-h", cluster.folder, "-p", str(cluster.port)]
    with subprocess.Popen(
        [*command, "-U", "postgres", "-d", database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE; SELECT 'held';\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.close()


def wait_for(cluster, statement, answer, database):
    deadline = time.monotonic() + 30
    while cluster.ask(statement, database) != answer:
        assert time.monotonic() < deadline, statement
        time.sleep(0.05)


def test_a_push_whose_server_is_killed_leaves_nothing_and_is_completed(
    elsewhere, cluster, postgresql, round_, tmp_path, doccano_python
):
    annotator, database = postgresql.annotators[0], name_in(elsewhere)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"

    def run():
        with Client(elsewhere) as client:
            return push(client, round_, annotator, PAIRS, tmp_path)

    with ThreadPoolExecutor(1) as pool, held(cluster, database, "labels_relation"):
        doomed = pool.submit(run)
        wait_for(
            cluster, waiting, "1", database
        )  # documents and spans are written, relations are not
        os.killpg(os.getpgid(launch.status(elsewhere.state).pid), signal.SIGKILL)
        with pytest.raises(RequestError, match="does not answer"):
            doomed.result(30)
    assert launch.start(elsewhere.state, doccano_python).port == elsewhere.port
    wait_for(cluster, waiting, "0", database)
    assert postgresql.server.stored(round_, annotator) == []
    assert run().created == [document.id for document, _ in PAIRS]
    again = run()
    assert (again.created, len(again.existing)) == ([], len(PAIRS))


def test_pushes_at_once_make_nothing_twice(elsewhere, postgresql, round_, tmp_path):
    annotator = postgresql.annotators[0]

    def run(number):  # folders of their own: two that write one file at once are refused
        with Client(elsewhere) as client:
            push(client, round_, annotator, PAIRS, tmp_path / str(number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    wires = list(postgresql.server.pull(round_, annotator))
    sent = [to_wire(*pair, round_, annotator) for pair in PAIRS]
    assert all(wire.same_content(own) for wire, own in zip(wires, sent, strict=True))


_TWO = """
import threading
import django
django.setup()
from django.contrib.auth.models import User
from django.db import connection, transaction

begun, told = threading.Event(), []

def second():
    begun.set()
    with transaction.atomic():
        told.append("second")
    connection.close()

def outside():
    User.objects.create(username="outside")
    connection.close()

with transaction.atomic():
    before = User.objects.count()
    other = threading.Thread(target=second)
    other.start()
    begun.wait()
    writer = threading.Thread(target=outside)
    writer.start()
    writer.join()
    other.join(0.5)
    told.append("first")
    assert User.objects.count() == before, "one state from its begin to its end"
other.join()
assert told == ["first", "second"], told
assert User.objects.filter(username="outside").delete()[0] == 1
"""


def test_a_transaction_waits_its_turn_and_sees_one_state(elsewhere, doccano_python):
    ran = subprocess.run(
        [doccano_python, "-c", _TWO],
        capture_output=True,
        text=True,
        check=False,
        env=launch._environment(elsewhere.state),
    )
    assert ran.returncode == 0, ran.stderr


def test_a_database_that_went_away_is_told(elsewhere, cluster, postgresql, doccano_python, round_):
    name = name_in(elsewhere)
    cluster.ask(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        cluster.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with pytest.raises(RequestError, match=r"503 the database does not answer.*Start it"):
            postgresql.server.holders(round_)
        with pytest.raises(RequestError, match=rf"postgres://{name}@.*not currently accepting"):
            launch.start(elsewhere.state, doccano_python)
        with pytest.raises(RequestError, match=r"pg_dump|psql"):
            back_up(elsewhere.state, "by-hand")
    finally:
        cluster.ask(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert postgresql.server.holders(round_) == frozenset()


def test_what_is_written_comes_back_and_a_restore_that_fails_changes_nothing(
    elsewhere, cluster, desk, doccano_python, tmp_path, monkeypatch
):
    before = desk.spans("d0")
    kept = back_up(elsewhere.state, "by-hand")
    for span in before:
        desk.do("DELETE", f"{desk.ids['d0']}/spans/{span['id']}")
    with pytest.raises(RequestError, match="its server runs"):
        restore(elsewhere.state, kept)
    launch.stop(elsewhere.state)
    count = "SELECT count(*) FROM labels_span"
    spans, name = cluster.ask(count, name_in(elsewhere)), name_in(elsewhere)
    with pytest.raises(RequestError, match=r"pg_restore fails.*Nothing was changed"):
        restore(elsewhere.state, cut(kept, tmp_path))
    with monkeypatch.context() as patch, held(cluster, name, "labels_span"):
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
    assert desk.spans("d0") == before


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
    elsewhere, desk, postgresql, cluster, url, tmp_path
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
