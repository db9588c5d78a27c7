"""The server's life: secrets, loopback, crashes, two starts at once."""

import os
import signal
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.errors import RequestError
from pipeline.stages.push import push
from tests.doccano.conftest import Person
from tests.examples import DOCUMENT, annotation


def test_it_listens_on_loopback_alone(server):
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]
    ]
    listening = [row[1] for row in rows if row[3] == "0A"]
    ours = [address for address in listening if address.endswith(f":{server.port:04X}")]
    assert ours == [f"0100007F:{server.port:04X}"], "127.0.0.1, least significant byte first"


def test_secrets_are_their_owners_and_in_no_log_or_command(server, salma):
    secrets = [
        path for path in server.state.rglob("*") if path.name in ("secret-key", "admin-token")
    ]
    secrets += (server.state / "passwords").iterdir()
    assert len(secrets) >= 4
    log = (server.state / "server.log").read_text("utf-8")
    commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    for path in secrets:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text("ascii").strip() not in log + commands.stdout
    assert stat.S_IMODE(server.state.stat().st_mode) == 0o700


def test_starting_again_returns_the_running_server(server, doccano_python):
    assert launch.start(server.state, doccano_python) == server


def test_passwords_name_the_annotators_and_not_the_admin(server, salma):
    passwords = launch.read_passwords(server.state)
    assert "a01" in passwords
    assert launch.ADMIN not in passwords


@pytest.fixture(scope="module")
def state(tmp_path_factory, doccano_python):
    """A state folder of its own, begun by a start that was killed half-way."""
    folder = tmp_path_factory.mktemp("own") / ".tawsim"
    code = (
        "import sys; from pathlib import Path; from pipeline.doccano import launch;"
        "launch.start(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    first = subprocess.Popen([os.sys.executable, "-c", code, str(folder), str(doccano_python)])
    while not (folder / "db.sqlite3").exists():
        assert first.poll() is None
    first.kill()
    first.wait()
    assert not (folder / "prepared").exists()
    yield folder
    launch.stop(folder)


def test_a_half_finished_start_is_finished_and_two_at_once_are_one(state, doccano_python):
    with ThreadPoolExecutor(2) as pool:
        servers = list(pool.map(lambda _: launch.start(state, doccano_python), range(2)))
    assert servers[0] == servers[1]
    assert requests.get(servers[0].url, timeout=30).status_code == 200


def test_killed_and_started_again_nothing_is_lost(state, doccano_python, round_, a01, tmp_path):
    server = launch.start(state, doccano_python)
    with Client(server) as client:
        client.create_annotator("a01", launch.ensure_password(state, "a01"))
        project = push(client, round_, a01, [(DOCUMENT, annotation())], tmp_path).project
    person = Person(server, "a01")
    example = person.get(f"projects/{project}/examples")["results"][0]["id"]
    person.ask("POST", f"projects/{project}/examples/{example}/states").raise_for_status()
    os.killpg(os.getpgid(server.pid), signal.SIGKILL)
    again = launch.start(state, doccano_python)
    assert again.pid != server.pid
    assert again.port == server.port, "the address in a bookmark stays right"
    with Client(again) as client:
        (document,) = client.pull(round_, a01)
        assert document.confirmed_at
        assert push(client, round_, a01, [(DOCUMENT, annotation())], tmp_path).created == []


def test_stopping_twice_says_that_there_was_none(state, doccano_python):
    server = launch.start(state, doccano_python)
    assert launch.stop(state)
    assert not launch.stop(state)
    assert launch.status(state) is None
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)


def test_a_stale_process_id_is_never_killed(state):
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (state / "server.pid").write_text(str(bystander.pid), encoding="ascii")
        assert not launch.stop(state)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_python_without_doccano_is_refused(tmp_path):
    with pytest.raises(RequestError, match=r"no Python to run Doccano.*`make setup`"):
        launch.start(tmp_path / "state", tmp_path / "absent")
