"""A state folder's work in PostgreSQL, which is asked by its own programs.

The file `database` in the folder says where it is, as a service file of PostgreSQL's own library
(`pg_service.conf`): the server and every program read the password there, so that it is in no
command, no environment and no message. A table of ours, `tawsim_folder`, bears as its comment the
folder's digest, by which a second folder is refused, and what the database was made ready for.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pipeline.doccano.address import is_here
from pipeline.errors import RequestError

FILE = "database"
_SERVICE = "tawsim"
_CONNECT_SECONDS = 10
_LEAVE_SECONDS = 5
_OPTIONS = ("sslmode", "sslrootcert")
_UNFIT = re.compile(r"[\0-\x1f\x7f]|^\s|\s$")
_ASK = (
    "SELECT count(*), obj_description(to_regclass('tawsim_folder'), 'pg_class') "
    "FROM pg_tables WHERE schemaname = current_schema()"
)
# Of other roles' connections a role sees little; those of the server itself have no user.
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND usename IS NOT NULL AND pid <> pg_backend_pid()"
)
_CLAIM = "CREATE TABLE tawsim_folder ()"
_TERSE = ("--no-psqlrc", "--no-align", "--tuples-only", "--field-separator= ")
_NOTE = "COMMENT ON TABLE tawsim_folder IS '{}'"


@dataclass(frozen=True, slots=True)
class Service:
    """How to reach a database; `options` are libpq's own."""

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """Return the URL without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            f"postgres://{quote(self.user, safe='')}@{host}:{self.port}/{quote(self.name, safe='')}"
        )

    def render(self) -> str:
        """Return the service file's text."""
        rows = {
            "host": self.host,
            "port": self.port,
            "dbname": self.name,
            "user": self.user,
            "password": self.password,
            "connect_timeout": _CONNECT_SECONDS,
            **dict(self.options),
        }
        return "\n".join([f"[{_SERVICE}]", *(f"{key}={value}" for key, value in rows.items())])


def parse_url(url: str) -> Service:
    """Read `postgres://user:password@host:port/name?sslmode=…`.

    A server on another machine is asked for TLS unless `sslmode` says otherwise. Raises
    RequestError that does not show the URL: a password may be anywhere in one that is wrong.
    """
    cause = "is no address of a PostgreSQL database"
    cure = (
        "Write it as postgres://user:password@host:5432/name, in user and password every sign "
        "but letters and digits as %XX; or unset it to work in SQLite."
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 5432
        given = [parts.username or "", parts.password or "", parts.path.removeprefix("/")]
        user, password, name = (unquote(word, errors="strict") for word in given)
        options = dict(parse_qsl(parts.query, True, bool(parts.query)))
    except ValueError:
        raise RequestError("DATABASE_URL", cause, cure) from None
    words = (host, user, password, name, *options.values())
    fit = (
        parts.scheme in ("postgres", "postgresql")
        and not parts.fragment
        and "/" not in parts.path[1:]
        and options.keys() <= set(_OPTIONS)
        and options.get("sslrootcert", "/").startswith("/")
        and all(words)
        and not any(map(_UNFIT.search, words))
    )
    if not fit:
        raise RequestError("DATABASE_URL", cause, cure)
    options = {"sslmode": "prefer" if is_here(host) else "require"} | options
    return Service(host, port, name, user, password, tuple(sorted(options.items())))


def read_service(path: Path) -> Service:
    """Read a service file; RequestError for one that says too little, or to everybody."""
    rows = path.read_text(encoding="utf-8").split("\n")
    known = dict(row.split("=", 1) for row in rows if "=" in row)
    try:
        names = known["host"], int(known["port"]), known["dbname"], known["user"]
        service = Service(*names, known["password"])
    except (KeyError, ValueError):
        cause = "does not say host, port, dbname, user and password"
        cure = f"Write each on a line of its own under [{_SERVICE}], as in host=db.example.org"
        raise RequestError(str(path), cause, cure) from None
    if path.stat().st_mode & 0o077:
        raise RequestError(str(path), "can be read by others", f"chmod 600 {path}")
    return service


@dataclass(frozen=True, slots=True)
class Postgresql:
    """The `Database` that a service file names."""

    state: Path
    service: Path
    engine = "PostgreSQL"
    driver = "psycopg2"
    copy_name = "database.dump"

    @property
    def address(self) -> str:
        """Return its URL without the password."""
        return read_service(self.service).address

    def environment(self) -> dict[str, str]:
        """Return what the server's settings and PostgreSQL's library read."""
        settings = {
            "ENGINE": "server.postgresql",
            "OPTIONS": {"service": _SERVICE, "options": "-c lock_timeout=30s"},
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
        return {"TAWSIM_DATABASE": json.dumps(settings), "PGSERVICEFILE": str(self.service)}

    def admit(self, *keys: str) -> None:
        """Raise RequestError unless it is empty, or bound to one of these secret keys."""
        tables, note = self._ask()
        if not note and tables:
            cause = "holds tables, and none that say which folder it is of"
            raise RequestError(self.address, cause, "Make a database for this folder alone.")
        if note and note[0] not in map(_digest, keys):
            cause = "is bound to another project's folder, whose work it holds"
            cure = (
                "Make a database for this folder alone. Where that folder is lost, restore a "
                "backup of it: DATABASE_URL=… make restore BACKUP=…"
            )
            raise RequestError(self.address, cause, cure)

    def claim(self, key: str) -> None:
        """Bind it to the folder with this secret key; RequestError where it is another's."""
        self.admit(key)
        if not self.exists():
            # One command is one transaction.
            self._query(f"{_CLAIM}; {_NOTE.format(_digest(key))}")

    def exists(self) -> bool:
        """Tell whether it is bound to a folder."""
        return bool(self._ask()[1])

    def read_mark(self) -> str:
        """Return what it was last made ready for; empty where the admin's token is another."""
        _, note = self._ask()
        return " ".join(note[2:]) if note[1:2] == [self._token_digest()] else ""

    def write_mark(self, mark: str) -> None:
        """Keep what it is ready for now, and with whose token."""
        _, note = self._ask()
        self._query(_NOTE.format(" ".join([note[0], self._token_digest(), mark])))

    def copy_to(self, target: Path) -> None:
        """Dump it as of one moment, also while people work."""
        target.touch(mode=0o600)
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={target}")

    def check(self, copy: Path, archive: Path) -> None:
        """Raise RequestError for a dump that cannot be read."""
        read = self._start("pg_restore", "--list", str(copy))
        if read.returncode:
            cause = f"its database is damaged ({_reason(read)})"
            raise RequestError(str(archive), cause, "Take another.")

    def set_aside(self, stem: Path) -> bool:
        """Do nothing: what cannot be dumped cannot be moved from here."""
        return False

    def replace(self, copy: Path) -> None:
        """Restore a dump in one transaction: where it fails, all stays as it was."""
        self._wait_until_alone()
        options = ("--clean", "--if-exists", "--no-owner", "--no-acl", "--single-transaction")
        self._run("pg_restore", *options, str(copy))

    def remember(self) -> None:
        """Make it the folder's."""
        os.replace(self.service, self.state / FILE)

    def _wait_until_alone(self) -> None:
        """Raise RequestError where somebody is connected; one that was ended leaves a bit later."""
        deadline = time.monotonic() + _LEAVE_SECONDS
        while others := int(self._query(_OTHERS)):
            if time.monotonic() >= deadline:
                cause = f"is in use: {others} connections of other programs"
                cure = "End them first: psql, or the annotation server of a copy of this folder."
                raise RequestError(self.address, cause, cure)
            time.sleep(0.1)

    def _ask(self) -> tuple[int, list[str]]:
        """Return the number of tables, and the words noted of the folder that it is bound to."""
        tables, *note = self._query(_ASK).split()
        return int(tables), note

    def _query(self, statement: str) -> str:
        return self._run("psql", *_TERSE, f"--command={statement}")

    def _run(self, program: str, *arguments: str) -> str:
        """Run a program of PostgreSQL's on the database; return what it prints."""
        ran = self._start(program, "--no-password", f"--dbname=service={_SERVICE}", *arguments)
        if ran.returncode:
            cause = f"{program} fails: {_reason(ran)}"
            cure = "Nothing was changed: start PostgreSQL or mend the cause, then try again."
            raise RequestError(self.address, cause, cure)
        return ran.stdout

    def _start(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.state),
            "LANG": "C.UTF-8",
            "PGSERVICEFILE": str(self.service),
        }
        try:
            return subprocess.run(
                [program, *arguments], capture_output=True, text=True, check=False, env=environment
            )
        except FileNotFoundError as error:
            cure = (
                "Install PostgreSQL's client programs, of the server's version or a later one: "
                "apt-get install postgresql-client"
            )
            raise RequestError(program, "is not installed", cure) from error

    def _token_digest(self) -> str:
        token = self.state / "admin-token"
        return _digest(token.read_text("ascii").strip()) if token.exists() else "none"


def _digest(secret: str) -> str:
    return hashlib.sha256(f"tawsim {secret}".encode()).hexdigest()


def _reason(ran: subprocess.CompletedProcess[str]) -> str:
    """Return a program's own words, in a line, without its name."""
    words = " ".join(ran.stderr.split()).rstrip(".")
    return re.sub(r"\b(psql|pg_dump|pg_restore): (error|warning|detail|hint): ", "", words)
