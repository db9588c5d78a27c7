"""Skipping a stage whose inputs, options and code are what they were; swapping its output whole."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

_MARKER = ".made-from"


@cache
def code_digest() -> str:
    """Return a digest of this package's code and schemas: an upgrade makes every stage stale."""
    schemas = Path(str(files("pipeline.schemas")))
    return tree_digest([*Path(__file__).parent.rglob("*.py"), *schemas.glob("*.*")])


def tree_digest(paths: Iterable[Path]) -> str:
    """Return a digest of the names and bytes of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.name}\0{content}\0".encode())
    return digest.hexdigest()


def input_digest(source: Path) -> str:
    """Return a digest of a corpus or model: of its files, if it is a folder."""
    if source.is_dir():
        return tree_digest(path for path in source.rglob("*") if _is_regular(path))
    return tree_digest([source]) if _is_regular(source) else hashlib.sha256(b"").hexdigest()


def _is_regular(path: Path) -> bool:
    """Tell a file from a pipe or a link, which a stage may refuse but must not hang on here."""
    return path.is_file() and not path.is_symlink()


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
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        make(partial)
        (partial / _MARKER).write_text(key, encoding="ascii")
        partial.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return True
