"""Backups of the annotation server's state: its database as it stands, its secrets, the roster.

Each is one file, `backups/<UTC time>-<why>.tar.gz` in the state folder, readable by its owner only;
the last ten are kept. The database is copied by SQLite itself, also while people work.
"""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pipeline.doccano.private import write_private
from pipeline.doccano.roster import merged, parse_roster, read_roster, write_roster
from pipeline.errors import RequestError
from pipeline.locks import is_locked, locked

KEPT = 10
_DATABASE, _ROSTER = "db.sqlite3", "annotators.toml"
_SECRETS = ("secret-key", "admin-token", "prepared")
_LOCK_SECONDS = 60


def back_up(state: Path, why: str) -> Path | None:
    """Write a backup, and delete those before the last ten; None where there is no database yet."""
    if not (state / _DATABASE).exists():
        return None
    folder = state / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{_now()}-{why}.tar.gz"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as temporary:
        copy, archive = Path(temporary, _DATABASE), Path(temporary, path.name)
        _copy_database(state / _DATABASE, copy)
        handle = os.open(archive, os.O_WRONLY | os.O_CREAT, 0o600)
        with (
            os.fdopen(handle, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar,
        ):
            tar.add(copy, _DATABASE)
            for name in _private_files(state):
                tar.add(state / name, name)
        os.replace(archive, path)
    for old in find_backups(state)[:-KEPT]:
        old.unlink()
    return path


def find_backups(state: Path) -> list[Path]:
    """Return the backups there are, the oldest first."""
    return sorted((state / "backups").glob("[!.]*.tar.gz"))


def restore(state: Path, archive: Path) -> None:
    """Put a backup's state in the place of that of a server that does not run.

    The state that goes is backed up first. People who joined after the backup stay known, so that
    nobody gets their pseudonym. Raises RequestError for a file that is no backup of ours, or while
    the server runs; then nothing is changed.
    """
    files = _read_archive(archive)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (state / "passwords").mkdir(mode=0o700, exist_ok=True)
    with (
        locked(state / "start.lock", _LOCK_SECONDS),
        tempfile.TemporaryDirectory(dir=state, prefix=".restore.") as temporary,
    ):
        if is_locked(state / "server.lock"):
            raise RequestError(str(state), "its server runs", "Stop it first: make stop")
        database = Path(temporary, _DATABASE)
        database.write_bytes(files.pop(_DATABASE))
        _check_database(database, archive)
        _set_aside(state)
        roster = files.pop(_ROSTER, b"").decode("utf-8")
        for name, content in files.items():
            write_private(state / name, content.decode("ascii").strip())
        if roster:
            later = read_roster(state)
            kept = parse_roster(roster, str(archive))
            write_roster(state, merged(kept, later) if later else kept)
        database.chmod(0o600)
        os.replace(database, state / _DATABASE)


def _set_aside(state: Path) -> None:
    """Back up the database that goes, or keep its files as they are where it is damaged."""
    moment = _now()
    try:
        back_up(state, "before-restore")
    except sqlite3.DatabaseError:
        for path in state.glob(f"{_DATABASE}*"):
            os.replace(path, state / "backups" / f"{moment}-damaged-{path.name}")
    # All that was written is in the backup; what the next database finds here must not be of this.
    for end in ("-wal", "-shm"):
        (state / f"{_DATABASE}{end}").unlink(missing_ok=True)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _private_files(state: Path) -> Iterator[str]:
    for name in (*_SECRETS, _ROSTER):
        if (state / name).exists():
            yield name
    for path in sorted((state / "passwords").glob("[!.]*")):
        yield f"passwords/{path.name}"


def _copy_database(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _read_archive(archive: Path) -> dict[str, bytes]:
    """Return the files of a backup by name."""
    cure = "Name a file of .tawsim/backups/."
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = {member.name: tar.extractfile(member) for member in tar.getmembers()}
            files = {name: file.read() for name, file in members.items() if file}
    except (OSError, tarfile.TarError, EOFError) as error:
        raise RequestError(str(archive), f"cannot be read as a backup ({error})", cure) from error
    allowed = {_DATABASE, _ROSTER, *_SECRETS}
    strange = [
        name
        for name in files
        if name not in allowed and (Path(name).parent != Path("passwords") or ".." in name)
    ]
    if strange or _DATABASE not in files:
        raise RequestError(str(archive), "is no backup of an annotation server", cure)
    return files


def _check_database(database: Path, archive: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise RequestError(str(archive), f"its database is damaged ({answer})", "Take another.")
