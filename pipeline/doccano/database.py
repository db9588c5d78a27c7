"""Where the work of a state folder is kept: in SQLite beside it, or in the PostgreSQL it names."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Protocol

from pipeline.doccano import postgresql, sqlite
from pipeline.doccano.postgresql import Postgresql, Service, parse_url, read_service
from pipeline.doccano.private import ensure_secret, write_private
from pipeline.doccano.sqlite import Sqlite
from pipeline.errors import RequestError

KEY = "secret-key"
_MOVE = (
    "Work is not moved from one to another here. Unset it to go on; to begin anew there, collect "
    "what is confirmed (make collect), then make stop and mv .tawsim .tawsim-before "
    "(docs/annotate.md, in PostgreSQL)."
)


class Database(Protocol):
    """A database of either kind; every method raises RequestError where it does not answer."""

    @property
    def engine(self) -> str:
        """Its kind, by its name."""

    @property
    def driver(self) -> str:
        """The module that Doccano's environment needs for it."""

    @property
    def copy_name(self) -> str:
        """How a backup names the copy in it."""

    def environment(self) -> dict[str, str]:
        """Return what the server's environment has for it; no secret is in it."""

    def admit(self, *keys: str) -> None:
        """Raise RequestError unless it is empty, or of a folder with one of these secret keys."""

    def claim(self, key: str) -> None:
        """Bind it to the folder with this secret key; RequestError where it is another's."""

    def exists(self) -> bool:
        """Tell whether there is anything to back up."""

    def read_mark(self) -> str:
        """Return what it was last made ready for; empty where it never was, or was emptied."""

    def write_mark(self, mark: str) -> None:
        """Keep what it is ready for now."""

    def copy_to(self, target: Path) -> None:
        """Write a copy as of one moment, also while people work."""

    def check(self, copy: Path, archive: Path) -> None:
        """Raise RequestError for a copy, of a backup, that cannot be restored."""

    def set_aside(self, stem: Path) -> bool:
        """Keep a database that cannot be copied under names that begin so, if that can be done."""

    def replace(self, copy: Path) -> None:
        """Put a copy in its place, all of it or nothing."""

    def remember(self) -> None:
        """Make it the folder's."""


def find_database(state: Path) -> Database:
    """Return the database of a state folder; RequestError where the file that names it is none."""
    service = state / postgresql.FILE
    if not service.exists():
        return Sqlite(state)
    read_service(service)
    return Postgresql(state, service)


def keep_in(state: Path, url: str) -> None:
    """Keep the folder's work in the PostgreSQL database of a URL, from now on.

    Raises RequestError for one that cannot be used, and for a folder with work elsewhere; then
    nothing is remembered.
    """
    service = parse_url(url)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=state, prefix=".database.") as temporary:
        database = named(state, service, Path(temporary))
        database.claim(ensure_secret(state / KEY))
        database.remember()


def named(state: Path, service: Service, temporary: Path) -> Database:
    """Return the database of a service, not remembered yet: its file lies in a folder that goes.

    The same database with another password is no other. Raises RequestError where the folder's
    work is elsewhere.
    """
    write_private(temporary / postgresql.FILE, service.render())
    database, kept = Postgresql(state, temporary / postgresql.FILE), find_database(state)
    if isinstance(kept, Postgresql) and kept.address != database.address:
        cause = f"this folder keeps its work in {kept.address}, and {database.address} is another"
        moved = f"Where that moved, write its new place into {state / postgresql.FILE}."
        raise RequestError("DATABASE_URL", cause, f"{_MOVE} {moved}")
    if isinstance(kept, Sqlite) and kept.exists():
        cause = f"this folder keeps its work in SQLite ({state / sqlite.FILE})"
        raise RequestError("DATABASE_URL", cause, _MOVE)
    return database
