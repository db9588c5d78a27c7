"""A PostgreSQL of Debian's, in a temporary folder, on loopback, with passwords; gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from pipeline.doccano.database import find_database
from pipeline.doccano.launch import Server

PASSWORD = "p@ss/w:rd#42%"  # every sign that a URL, a file or a shell could take for its own
QUOTED = "p%40ss%2Fw%3Ard%2342%25"
_OWNER = "nobody"  # PostgreSQL refuses to run as root
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_numbers = count(1)


@dataclass(frozen=True)
class Cluster:
    """A server that runs, with its superuser's socket."""

    programs: Path
    folder: Path
    port: int

    def ask(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser; a password in it is in no list of processes."""
        asked = subprocess.run(
            [*self._psql, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-d", database],
            input=statement,
            capture_output=True,
            text=True,
            check=True,
        )
        return asked.stdout.strip()

    def make_database(self) -> str:
        """Make a role and its database; return the URL, with the password."""
        name = f"tawsim-{next(_numbers)}"
        self.ask(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{PASSWORD}'")
        self.ask(f'CREATE DATABASE "{name}" OWNER "{name}"')
        return f"postgres://{name}:{QUOTED}@127.0.0.1:{self.port}/{name}"

    @contextmanager
    def held(self, database: str, table: str) -> Iterator[None]:
        """Hold a table, so that who writes into it waits."""
        with subprocess.Popen(
            [*self._psql, "-U", "postgres", "-d", database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            assert holder.stdin is not None
            assert holder.stdout is not None
            holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE; SELECT 'held';\n")
            holder.stdin.flush()
            assert holder.stdout.readline() == "held\n"
            yield
            holder.stdin.close()

    @property
    def _psql(self) -> list[str]:
        programs, folder = str(self.programs / "psql"), str(self.folder)
        return [programs, "-XAtq", "-h", folder, "-p", str(self.port)]


def name_of(url: str) -> str:
    """Return the database, and its role, that a URL names."""
    return url.rpartition("/")[2]


def name_in(server: Server) -> str:
    """Return the database of a server's folder."""
    return name_of(find_database(server.state).address)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make a cluster and run it; skip where none is installed."""
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="tawsim-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER)
        data, log = folder / "data", folder / "log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        made = ["initdb", "--pgdata", data, "--username=postgres", "--encoding=UTF8", "--no-sync"]
        _run(programs, *made, "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256")
        options = [f"-c {option}" for option in _FAST]
        options += [f"-c port={port}", "-c listen_addresses=127.0.0.1", f"-k {folder}"]
        begun = ["pg_ctl", "start", "--wait", "--pgdata", data, "--log", log]
        _run(programs, *begun, "--options", " ".join(options))
        try:
            yield Cluster(programs, folder, port)
        finally:
            _run(programs, "pg_ctl", "stop", "--mode=immediate", "--pgdata", data)
    finally:
        shutil.rmtree(folder)


def _find_programs() -> Path:
    """Return the folder of the newest server's programs."""
    named = os.environ.get("TAWSIM_POSTGRESQL")
    found = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found or not (found[-1] / "initdb").exists():
        pytest.skip(
            "no PostgreSQL: apt-get install postgresql, or TAWSIM_POSTGRESQL=/path/to/its/bin"
        )
    return found[-1]


def _run(programs: Path, program: str, *arguments: object) -> None:
    command = [str(programs / program), *map(str, arguments)]
    owner = {"user": _OWNER, "group": "nogroup"} if os.geteuid() == 0 else {}
    ran = subprocess.run(
        command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **owner
    )
    assert ran.returncode == 0, ran.stderr.decode()
