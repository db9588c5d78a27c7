"""Our server with its work in PostgreSQL: named, bound to a folder, killed, unreachable.

What every server does is in `test_contract.py`, which runs against this one, too.
"""

import os
import shutil
import signal
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline import rounds
from pipeline.cli import main
from pipeline.doccano import launch
from pipeline.doccano.backups import back_up
from pipeline.doccano.client import Client
from pipeline.doccano.database import find_database, keep_in
from pipeline.doccano.exchange import to_wire
from pipeline.errors import RequestError
from pipeline.stages.push import push
from tests.doccano.cluster import PASSWORD, QUOTED, name_in, name_of
from tests.doccano.desk import SIX

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


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


def test_the_password_is_in_no_log_no_command_and_no_environment(elsewhere, desk_elsewhere):
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
            return push(client, round_, annotator, SIX, tmp_path)

    with ThreadPoolExecutor(1) as pool, cluster.held(database, "labels_relation"):
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
    assert run().created == [document.id for document, _ in SIX]
    again = run()
    assert (again.created, len(again.existing)) == ([], len(SIX))


def test_pushes_at_once_make_nothing_twice(elsewhere, postgresql, round_, tmp_path):
    annotator = postgresql.annotators[0]

    def run(number):  # folders of their own: two that write one file at once are refused
        with Client(elsewhere) as client:
            push(client, round_, annotator, SIX, tmp_path / str(number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    wires = list(postgresql.server.pull(round_, annotator))
    sent = [to_wire(*pair, round_, annotator) for pair in SIX]
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
