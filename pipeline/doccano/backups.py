"""Backups of the annotation server's state: its database as it stands, its secrets, the roster.

Each is one file, `backups/<UTC time>-<why>.tar.gz` in the state folder, readable by its owner only;
the last ten are kept, and one is made at a time (`backup.lock`). The database is copied by its own
means, also while people work.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.doccano.database import KEY, Database, find_database, named
from pipeline.doccano.postgresql import Postgresql, parse_url
from pipeline.doccano.private import write_private
from pipeline.doccano.roster import merged, parse_roster, read_roster, write_roster
from pipeline.doccano.sqlite import Sqlite
from pipeline.errors import RequestError, placed
from pipeline.locks import is_locked, locked

KEPT = 10
_COPIES = {kind.copy_name: kind.engine for kind in (Sqlite, Postgresql)}
_ROSTER = "annotators.toml"
_SECRETS = (KEY, "admin-token", "prepared")
_LOCK_SECONDS = 60
_TIME = "%Y%m%dT%H%M%S.%fZ"


def back_up(state: Path, why: str) -> Path | None:
    """Write a backup, and delete those before the last ten; None where there is no database yet."""
    database = find_database(state)
    if not database.exists():
        return None
    with _one_at_a_time(state):
        return _write_backup(state, why, database)


def _one_at_a_time(state: Path) -> AbstractContextManager[int]:
    return locked(state / "backup.lock", _LOCK_SECONDS)


def _write_backup(state: Path, why: str, database: Database) -> Path:
    folder = state / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{_moment(state)}-{why}.tar.gz"
    with placed(folder), _emptied(folder / ".partial") as temporary:
        copy, archive = temporary / database.copy_name, temporary / path.name
        database.copy_to(copy)
        handle = os.open(archive, os.O_WRONLY | os.O_CREAT, 0o600)
        with (
            os.fdopen(handle, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar,
        ):
            tar.add(copy, copy.name)
            for name in _private_files(state):
                tar.add(state / name, name)
        os.replace(archive, path)
    for old in find_backups(state)[:-KEPT]:
        old.unlink()
    return path


def find_backups(state: Path) -> list[Path]:
    """Return the backups there are, the oldest first."""
    return sorted((state / "backups").glob("[!.]*.tar.gz"))


def restore(state: Path, archive: Path, url: str | None = None) -> None:
    """Put a backup's state in the place of that of a server that does not run.

    The state that goes is backed up first. People who joined after the backup stay known, so that
    nobody gets their pseudonym. `url` names the PostgreSQL database of a folder that has none yet.
    Raises RequestError for a file that is no backup of ours, for one of another kind of database,
    or while the server runs; then nothing is changed.
    """
    files, service = _read_archive(archive), parse_url(url) if url else None
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (state / "passwords").mkdir(mode=0o700, exist_ok=True)
    with (
        placed(state),
        locked(state / "start.lock", _LOCK_SECONDS),
        _emptied(state / ".restore.partial") as temporary,
    ):
        if is_locked(state / "server.lock"):
            raise RequestError(str(state), "its server runs", "Stop it first: make stop")
        database = named(state, service, temporary) if service else find_database(state)
        copy = temporary / database.copy_name
        copy.write_bytes(_take_copy(files, database, archive))
        database.check(copy, archive)
        database.admit(*_keys(state, files))
        _set_aside(state, database)
        database.replace(copy)
        roster = files.pop(_ROSTER, b"").decode("utf-8")
        for name, content in files.items():
            write_private(state / name, content.decode("ascii").strip())
        if roster:
            later = read_roster(state)
            kept = parse_roster(roster, str(archive))
            write_roster(state, merged(kept, later) if later else kept)
        database.remember()


def _take_copy(files: dict[str, bytes], database: Database, archive: Path) -> bytes:
    """Return the copy for a database; RequestError where the backup has another kind's."""
    if database.copy_name not in files:
        (kind,) = (_COPIES[name] for name in files if name in _COPIES)
        cause = f"is a backup of {kind}, and the work of this folder is in {database.engine}"
        cure = (
            "Restore it in a folder of its own, with DATABASE_URL where it is of PostgreSQL and "
            "without where it is of SQLite."
        )
        raise RequestError(str(archive), cause, cure)
    return files.pop(database.copy_name)


def _keys(state: Path, files: dict[str, bytes]) -> list[str]:
    """Return the secret keys of the folder and of a backup, as far as there are any."""
    here = [(state / KEY).read_bytes()] if (state / KEY).exists() else []
    there = [files[KEY]] if KEY in files else []
    return [key.decode("ascii").strip() for key in (*here, *there)]


def _set_aside(state: Path, database: Database) -> None:
    """Back up the database that goes, or keep it as it is where it is damaged."""
    if not database.exists():
        return
    with _one_at_a_time(state):
        try:
            _write_backup(state, "before-restore", database)
        except RequestError:
            if not database.set_aside(state / "backups" / _moment(state)):
                raise


@contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    """Yield a private folder, without what a killed run left there; it goes with the block."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _moment(state: Path) -> str:
    """Return the time now, or just after the newest backup's where the clock went back.

    Names tell the order: with an earlier time the newest would be deleted as the oldest.
    """
    newest = max((path.name.partition("-")[0] for path in find_backups(state)), default="")
    now = datetime.now(UTC).strftime(_TIME)
    if now > newest:
        return now
    after = datetime.strptime(newest, _TIME) + timedelta(microseconds=1)
    return after.strftime(_TIME)


def _private_files(state: Path) -> Iterator[str]:
    for name in (*_SECRETS, _ROSTER):
        if (state / name).exists():
            yield name
    for path in sorted((state / "passwords").glob("[!.]*")):
        yield f"passwords/{path.name}"


def _read_archive(archive: Path) -> dict[str, bytes]:
    """Return the files of a backup by name."""
    cure = "Name a file of .tawsim/backups/."
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = {member.name: tar.extractfile(member) for member in tar.getmembers()}
            files = {name: file.read() for name, file in members.items() if file}
    except (OSError, tarfile.TarError, EOFError) as error:
        raise RequestError(str(archive), f"cannot be read as a backup ({error})", cure) from error
    allowed = {*_COPIES, _ROSTER, *_SECRETS}
    strange = [
        name
        for name in files
        if name not in allowed and (Path(name).parent != Path("passwords") or ".." in name)
    ]
    if strange or len(_COPIES.keys() & files.keys()) != 1:
        raise RequestError(str(archive), "is no backup of an annotation server", cure)
    return files
