"""Locks on files: they end with the last process that holds them, however that dies.

The file of a lock stays where it is; only the kernel knows whether somebody holds it. What is
written in it, the process and the time, is for the answer to whoever comes second.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.errors import RequestError, placed

LOCK = ".lock"
_LONGEST_NOTE = 200  # bytes


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Work in a folder, made if need be, while no other process of ours works there.

    Raises RequestError at once where one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / LOCK):
        yield


@contextmanager
def locked(path: Path, seconds: float = 0) -> Iterator[int]:
    """Hold a lock on a file; yields its descriptor, for a child that must hold it as well.

    Waits for it up to `seconds`; then raises RequestError that says who holds it, since when.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + seconds
        while not _try_lock(handle, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise _taken(path, handle)
            time.sleep(0.05)
        since = datetime.now().astimezone().isoformat(" ", "seconds")
        with placed(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()}, since {since}".encode("ascii"), 0)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def claimed(temporary: Path, path: Path) -> Iterator[int]:
    """Hold the file under whose temporary name `path` is written; yields its descriptor, empty.

    Raises RequestError at once where another process of ours writes it.
    """
    while True:
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _try_lock(handle, fcntl.LOCK_EX):
                cure = "Wait for it to end or stop it, then try again."
                raise RequestError(str(path), "another run writes it now", cure)
            if _is_there(temporary, handle):
                os.ftruncate(handle, 0)
                yield handle
                return
        finally:
            os.close(handle)


def _is_there(path: Path, handle: int) -> bool:
    """Tell whether an open file still has its name; whoever held it before may have moved it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def is_locked(path: Path) -> bool:
    """Tell whether a process holds the lock."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken(path: Path, handle: int) -> RequestError:
    # Empty for the moment between taking a lock and writing who took it.
    holder = os.pread(handle, _LONGEST_NOTE, 0).decode("ascii", "replace") or "just begun"
    cause = f"another run is at work here ({holder})"
    return RequestError(str(path.parent), cause, "Wait for it to end or stop it, then try again.")
