"""Skipping a stage whose inputs, options and code are what they were; swapping its output whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from pipeline.corpus import Source
from pipeline.errors import RequestError
from pipeline.files import place_folder

_MARKER = ".made-from"


@cache
def code_digest() -> str:
    """Return a digest of this package's code, tables and schemas: an upgrade makes all stale."""
    package = Path(__file__).parent
    schemas = Path(str(files("pipeline.schemas")))
    tables = [*package.rglob("*.py"), *package.rglob("*.toml"), *schemas.glob("*.*")]
    return _digest((path.as_posix(), path) for path in tables)


def input_digest(source: Path) -> str:
    """Return a digest of a corpus or model: of its files and their places, if it is a folder."""
    if source.is_dir():
        return _digest(
            (path.relative_to(source).as_posix(), path)
            for path in source.rglob("*")
            if path.is_file()
        )
    return _digest([(source.name, source)] if source.is_file() else [])


def source_digest(source: Source) -> str:
    """Return a digest of which file a corpus is, by name, size and date; of a folder, its content.

    A corpus of any length is not read for it. Raises RequestError when there is none.
    """
    if isinstance(source, Path) and source.is_dir():
        return input_digest(source)
    from upath import UPath

    remote = UPath(source)
    try:
        return str(remote.fs.ukey(remote.path))
    except FileNotFoundError as error:
        cure = "Name a folder of .txt files, a .jsonl or a .parquet."
        raise RequestError(str(source), "no such file or folder", cure) from error


def _digest(named: Iterable[tuple[str, Path]]) -> str:
    """Return a digest of names and of the bytes of the files they name."""
    digest = hashlib.sha256()
    for name, path in sorted(named):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{name}\0{content}\0".encode())
    return digest.hexdigest()


def stage_key(*parts: str) -> str:
    """Return the digest of all that a stage's output depends on."""
    return hashlib.sha256("\0".join((code_digest(), *parts)).encode()).hexdigest()


def remake(folder: Path, key: str, make: Callable[[Path], object]) -> bool:
    """Make `folder` by `make`, unless it was made from the same `key`; return whether it ran.

    The work happens in a temporary folder beside it, which takes its place when whole.
    """
    marker = folder / _MARKER
    if marker.is_file() and marker.read_text(encoding="ascii") == key:
        return False

    def make_and_mark(partial: Path) -> None:
        make(partial)
        (partial / _MARKER).write_text(key, encoding="ascii")

    place_folder(folder, make_and_mark)
    return True
