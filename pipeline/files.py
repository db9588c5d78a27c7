"""Writing files and folders so that a reader sees all of one or none of it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import placed
from pipeline.locks import alone_in, claimed


def write_atomically(path: Path, parts: Iterable[str]) -> None:
    """Write UTF-8 text as its parts come, under a temporary name, then rename.

    Makes the folder if need be. When a part or the disk fails, an earlier file stays as it was.
    """
    with open_atomically(path) as file:
        file.writelines(part.encode("utf-8") for part in parts)


@contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name when the block ends, and only if it ends well.

    What a killed run left under the temporary name is overwritten. Raises RequestError where
    another run writes this file; an OSError names it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _aside(path)
    with placed(path), claimed(temporary, path) as handle:
        try:
            with os.fdopen(handle, "wb", closefd=False) as file:
                yield file
            os.fsync(handle)
            os.fchmod(handle, 0o644)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def write_together(files: Mapping[Path, str]) -> None:
    """Write UTF-8 texts, each all or none; every one is on the disk before the first has its name.

    A disk puts many away in the time of a few. Raises RequestError where another run writes one of
    them; an OSError names the file. Those that have no new name by then stay as they were.
    """
    for folder in {path.parent for path in files}:
        folder.mkdir(parents=True, exist_ok=True)
    waiting: dict[Path, tuple[Path, int]] = {}
    with ExitStack() as claims:
        try:
            for path, text in files.items():
                temporary = _aside(path)
                with placed(path):
                    handle = claims.enter_context(claimed(temporary, path))
                    waiting[path] = temporary, handle
                    with os.fdopen(handle, "wb", closefd=False) as file:
                        file.write(text.encode("utf-8"))
            if len(files) > 1:
                os.sync()  # all at once; the syncs of each, which tell errors, find nothing to do
            for path, (_, handle) in waiting.items():
                with placed(path):
                    os.fsync(handle)
                    os.fchmod(handle, 0o644)
            for path in files:
                with placed(path):
                    os.replace(waiting[path][0], path)
                del waiting[path]
        except BaseException:
            for temporary, _ in waiting.values():
                temporary.unlink(missing_ok=True)
            raise


def place_folder(folder: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write into a folder under a temporary name, and put it in place.

    A folder that stands there already is replaced: nobody sees a part of either. What a killed run
    left under the temporary name is deleted.
    """
    aside = _aside(folder)
    made, old = aside / "made", aside / "old"
    with placed(folder), alone_in(aside):
        for left in (made, old):
            shutil.rmtree(left, ignore_errors=True)
        try:
            made.mkdir()
            fill(made)
            if folder.exists():
                folder.rename(old)
            made.rename(folder)
        finally:
            shutil.rmtree(aside)


def _aside(path: Path) -> Path:
    """Return the temporary name of a path: always the same, so that no run adds to the litter."""
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:8]
    return path.with_name(f".{path.name[:50]}.{digest}")
