"""Writing files and folders so that a reader sees all of one or none of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, parts: Iterable[str]) -> None:
    """Write UTF-8 text as its parts come, under a temporary name, then rename.

    Makes the folder if need be. When a part or the disk fails, an earlier file stays as it was.
    """
    with open_atomically(path) as file:
        file.writelines(part.encode("utf-8") for part in parts)


@contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name when the block ends, and only if it ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def place_folder(folder: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write into a folder under a temporary name, and put it in place.

    A folder that stands there already is replaced.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    partial.chmod(0o755)
    try:
        fill(partial)
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
