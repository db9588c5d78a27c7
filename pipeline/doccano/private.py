"""Private files of a state folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def ensure_secret(path: Path, size: int = 32) -> str:
    """Return the secret a file holds, made of `size` random bytes the first time."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(size))
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
