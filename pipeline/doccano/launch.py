"""Starts and stops the annotation server: Doccano in an environment of its own.

All its state lies in one folder, which is never deleted here:
secret-key, admin-token, passwords/<user>   made once, readable by their owner only
annotators.toml, backups/                   see `roster`, `backups`
db.sqlite3, prepared, or database           where the work is: see `sqlite`, `postgresql`
media/, uploads/                            Doccano's
port, server.pid, server.log                of the last start
host                                        the TLS proxy before it, empty where there is none
start.lock, server.lock                     locked while starting, and while the server lives

A lock ends with the last process that holds it, however that dies; the process id in server.pid
is believed only while server.lock is held, so a reused id is never taken for the server.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.doccano.backups import back_up
from pipeline.doccano.database import KEY, find_database
from pipeline.doccano.listening import HOST, HOST_FILE, check_host, find_port, is_healthy, read_host
from pipeline.doccano.private import ensure_secret, write_private
from pipeline.errors import RequestError
from pipeline.locks import is_locked, locked

ADMIN = "admin"
_READY_SECONDS = 60
_STOP_SECONDS = 15
_PREPARE_SECONDS = 600
_THREADS = 4
_PASSWORD_BYTES = 18  # 24 characters: the page's form takes fewer than 30.
_SERVER_FOLDER = Path(__file__).parent
_MIGRATIONS = _SERVER_FOLDER / "server" / "migrations"
_PACKAGE_FOLDER = _SERVER_FOLDER.parent.parent


@dataclass(frozen=True, slots=True)
class Server:
    """A running annotation server."""

    state: Path
    pid: int
    port: int

    @property
    def page(self) -> str:
        """Return the address that people open: the proxy's, where one stands before the server."""
        host = read_host(self.state)
        return f"https://{host}" if host else self.url

    @property
    def url(self) -> str:
        """Where it answers, without a final slash."""
        return f"http://{HOST}:{self.port}"

    def read_token(self) -> str:
        """Return the admin's API token."""
        return (self.state / "admin-token").read_text(encoding="ascii").strip()


def start(state: Path, python: Path) -> Server:
    """Return the running server, started and prepared first where needed.

    `python` is the interpreter of the environment that Doccano is installed in.
    Raises RequestError when it is not, or when the server does not come up.
    """
    state, python = state.absolute(), python.absolute()
    server = status(state)
    if server is not None and is_healthy(server.port) and _is_current(state):
        return server
    make_folder(state)
    with locked(state / "start.lock", _PREPARE_SECONDS) as lock:
        server = status(state)
        if server is not None and not _is_current(state):
            _end(server)
            server = None
        if server is None:
            _prepare(state, python, lock)
            _launch(state, python)
        return _wait_until_healthy(state)


def answer_to(state: Path, host: str) -> None:
    """Remember the name of the TLS proxy that people reach the server through.

    A server that knows another is stopped, so that the next start tells it. `127.0.0.1` means
    that there is no proxy. Raises RequestError for what is no host name.
    """
    name = check_host(host)
    if name != read_host(state):
        make_folder(state)
        stop(state)
        write_private(state / HOST_FILE, name)


def stop(state: Path) -> bool:
    """End the server, by force if it does not end itself; return whether there was one."""
    state = state.absolute()
    if not state.is_dir():
        return False
    with locked(state / "start.lock", _PREPARE_SECONDS):
        server = status(state)
        if server is None:
            return False
        _end(server)
    return True


def status(state: Path) -> Server | None:
    """Return the running server, None when there is none."""
    state = state.absolute()
    if not is_locked(state / "server.lock"):
        return None
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:  # Locked first, written a moment later.
        try:
            pid = int((state / "server.pid").read_text(encoding="ascii"))
            return Server(state, pid, int((state / "port").read_text(encoding="ascii")))
        except (OSError, ValueError):
            time.sleep(0.05)
            if not is_locked(state / "server.lock"):
                return None
    cause = "a server runs, but its process id or port cannot be read"
    raise RequestError(str(state), cause, "End the gunicorn process of this folder yourself.")


def ensure_password(state: Path, username: str) -> str:
    """Return an account's password, made at random the first time."""
    return ensure_secret(state.absolute() / "passwords" / username, _PASSWORD_BYTES)


def read_passwords(state: Path) -> dict[str, str]:
    """Return the annotators' passwords by user name, the admin's left out."""
    files = sorted((state / "passwords").glob("[!.]*"))
    return {f.name: f.read_text(encoding="ascii").strip() for f in files if f.name != ADMIN}


def _end(server: Server) -> None:
    os.kill(server.pid, signal.SIGTERM)
    if not _wait_for_end(server.state):
        os.killpg(os.getpgid(server.pid), signal.SIGKILL)
        if not _wait_for_end(server.state):
            cause = f"process {server.pid} cannot be ended"
            raise RequestError(str(server.state), cause, "End it yourself, then try again.")


def _is_current(state: Path) -> bool:
    """Tell whether the database has the tables of today; a server begun before does not."""
    return find_database(state).read_mark().split()[1:] == [_tables()]


def _tables() -> str:
    """Name our newest migration."""
    return max(path.stem for path in _MIGRATIONS.glob("[0-9]*.py"))


def make_folder(state: Path) -> None:
    """Make the state folder, for its owner alone."""
    for folder in (state, state / "passwords", state / "media", state / "uploads"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state.chmod(0o700)


def _environment(state: Path) -> dict[str, str]:
    """Return the server's whole environment: nothing of the caller's reaches Doccano's settings."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(state),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_SERVER_FOLDER),
        "PYTHONNOUSERSITE": "1",
        "DJANGO_SETTINGS_MODULE": "server.settings",
        "TAWSIM_STATE": str(state),
        "TAWSIM_HOST": read_host(state),
        **find_database(state).environment(),
        # Who answers the page's questions: the Python that runs this, with this package.
        "TAWSIM_PYTHON": sys.executable,
        "TAWSIM_PACKAGE_FOLDER": str(_PACKAGE_FOLDER),
    }


def _read_version(python: Path, driver: str) -> str:
    code = f"import {driver}; from importlib.metadata import version; print(version('doccano'))"
    cure = "Install it with `make setup`."
    try:
        asked = subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise RequestError(str(python), f"no Python to run Doccano with ({error})", cure) from error
    if asked.returncode != 0:
        cause = f"Doccano, or {driver}, is not installed in its environment"
        raise RequestError(str(python), cause, cure)
    return asked.stdout.strip()


def _prepare(state: Path, python: Path, lock: int) -> None:
    """Make secrets, database and admin, once for a Doccano version; begun twice does no harm."""
    database = find_database(state)
    database.claim(ensure_secret(state / KEY))
    version, before = f"{_read_version(python, database.driver)} {_tables()}", database.read_mark()
    if before == version:
        return
    if before:
        back_up(state, "before-upgrade")
    account = {"username": ADMIN, "password": ensure_password(state, ADMIN)}
    prepared = subprocess.run(
        [python, "-m", "server.prepare"],
        input=json.dumps(account),
        capture_output=True,
        text=True,
        check=False,
        cwd=state,
        umask=0o077,
        env=_environment(state),
        # Should we die, nobody prepares beside the child that lives on.
        pass_fds=(lock,),
    )
    if prepared.returncode != 0:
        cause = f"the database could not be prepared: {prepared.stderr.strip()[-2000:]}"
        raise RequestError(str(state), cause, "Mend the cause and start again: it goes on.")
    write_private(state / "admin-token", prepared.stdout.strip())
    database.write_mark(version)


def _launch(state: Path, python: Path) -> None:
    """Start gunicorn in a session of its own; it holds server.lock as long as it lives."""
    log, pid = state / "server.log", state / "server.pid"
    os.close(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    pid.unlink(missing_ok=True)
    port = find_port(state / "port")
    options = [
        *("--daemon", "--bind", f"{HOST}:{port}"),
        *("--workers", "1", "--threads", str(_THREADS), "--timeout", "300"),
        *("--pid", str(pid), "--error-logfile", str(log), "--capture-output"),
    ]
    with locked(state / "server.lock", _STOP_SECONDS) as lock:
        write_private(state / "port", str(port))
        begun = subprocess.run(
            [str(python), "-m", "gunicorn", *options, "server.wsgi"],
            capture_output=True,
            text=True,
            check=False,
            cwd=state,
            env=_environment(state),
            pass_fds=(lock,),
        )
    if begun.returncode != 0:
        cause = f"gunicorn does not start: {begun.stderr.strip()[-2000:]}"
        raise RequestError(str(state), cause, "Install Doccano again with `make setup`.")


def _wait_until_healthy(state: Path) -> Server:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        server = status(state)
        if server is None:
            break
        if is_healthy(server.port):
            return server
        time.sleep(0.1)
    cause = "the annotation server does not come up"
    raise RequestError(str(state / "server.log"), cause, "Read the end of that file for the cause.")


def _wait_for_end(state: Path) -> bool:
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        if not is_locked(state / "server.lock"):
            return True
        time.sleep(0.05)
    return False
