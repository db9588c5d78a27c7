"""A state folder's work in SQLite: the file `db.sqlite3`, and `prepared`, what it is ready for."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.doccano.private import write_private
from pipeline.errors import RequestError

FILE = "db.sqlite3"


@dataclass(frozen=True, slots=True)
class Sqlite:
    """The `Database` of a folder that names no other."""

    state: Path
    engine = "SQLite"
    driver = "sqlite3"
    copy_name = FILE

    @property
    def _path(self) -> Path:
        return self.state / FILE

    @property
    def _mark(self) -> Path:
        return self.state / "prepared"

    def environment(self) -> dict[str, str]:
        """Return what the server's settings read."""
        settings = {"ENGINE": "server.sqlite", "NAME": str(self._path), "OPTIONS": {"timeout": 30}}
        return {"TAWSIM_DATABASE": json.dumps(settings)}

    def admit(self, *keys: str) -> None:
        """Take what is there: the file lies in the folder of its key."""

    def claim(self, key: str) -> None:
        """Do nothing: whose folder it is, theirs is the file."""

    def exists(self) -> bool:
        """Tell whether there is a file."""
        return self._path.exists()

    def read_mark(self) -> str:
        """Return what it was last made ready for, empty where it was not."""
        there = self.exists() and self._mark.exists()
        return self._mark.read_text(encoding="ascii").strip() if there else ""

    def write_mark(self, mark: str) -> None:
        """Keep what it is ready for now."""
        write_private(self._mark, mark)

    def copy_to(self, target: Path) -> None:
        """Copy it as it stands, also while people work; RequestError where it is damaged."""
        target.touch(mode=0o600)
        try:
            with (
                closing(
                    sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=rw", uri=True)
                ) as old,
                closing(sqlite3.connect(target)) as new,
            ):
                old.backup(new)
        except sqlite3.DatabaseError as error:
            # A full disk, which must not be taken for a damaged database.
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise OSError(None, f"cannot be written ({error})", str(target)) from error
            cure = "Go back to a backup: make restore"
            raise RequestError(str(self._path), f"cannot be copied ({error})", cure) from error

    def check(self, copy: Path, archive: Path) -> None:
        """Raise RequestError for a copy that is damaged."""
        try:
            with closing(sqlite3.connect(copy)) as connection:
                (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            answer = str(error)
        if answer != "ok":
            cause = f"its database is damaged ({answer})"
            raise RequestError(str(archive), cause, "Take another.")

    def set_aside(self, stem: Path) -> bool:
        """Keep the files of a damaged database under names that begin with `stem`."""
        for path in self.state.glob(f"{FILE}*"):
            os.replace(path, stem.with_name(f"{stem.name}-damaged-{path.name}"))
        return True

    def replace(self, copy: Path) -> None:
        """Put a copy in its place."""
        # All that was written is in a backup; what the next database finds here must not be of
        # this, nor may a start that comes before the rest take the copy for what this was.
        for end in ("-wal", "-shm"):
            (self.state / f"{FILE}{end}").unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)
        copy.chmod(0o600)
        os.replace(copy, self._path)

    def remember(self) -> None:
        """Do nothing: a folder that names no other has this."""
