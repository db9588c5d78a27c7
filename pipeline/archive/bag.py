"""A BagIt bag: sealed by the library `bagit`, and checked to the byte.

The bag has manifests in SHA-256 and in SHA-512, and a tag manifest of each kind over them. Where a
manifest and a file contradict each other, the other kind says which of the two is damaged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import Fault, RequestError

DATA = "data"
_KINDS = {"sha256": 64, "sha512": 128}
_MANIFESTS = tuple(f"manifest-{kind}.txt" for kind in _KINDS)
_TAG_FILES = ("bag-info.txt", "bagit.txt", *_MANIFESTS)
_CURE = "Put back the file of another copy of this bag, or make the archive again."
_CHUNK = 1 << 20

_Digests = dict[str, dict[str, str]]
"""By kind of digest, then by a file's name."""


def seal(folder: Path, info: Mapping[str, str]) -> None:
    """Turn a folder into a bag that holds what was in it; `info` is for `bag-info.txt`.

    The same files give the same bytes: tag manifests are put in order, which the library leaves
    to the file system; and into the form that `sha256sum --check` reads.
    """
    import bagit

    bagit.make_bag(str(folder), dict(info), checksums=list(_KINDS))
    for kind in _KINDS:
        path = folder / f"tag{_manifest(kind)}"
        lines = path.read_text(encoding="utf-8").splitlines()
        named = sorted((name, digest) for digest, name in map(str.split, lines))
        text = "".join(f"{digest}  {name}\n" for name, digest in named)
        path.write_text(text, encoding="utf-8")


def _manifest(kind: str) -> str:
    return f"manifest-{kind}.txt"


def check_bag(folder: Path) -> list[Fault]:
    """Return a fault for every file of a bag that is damaged, missing or one too many.

    Raises RequestError for a folder that is no bag of ours at all.
    """
    if not folder.is_dir() or not any((folder / name).is_file() for name in _MANIFESTS):
        cure = "Name a folder that make archive made."
        raise RequestError(str(folder), f"no archive (it has no {_MANIFESTS[0]})", cure)
    found, odd = _digest_files(folder)
    causes = dict.fromkeys(odd, "is no regular file")
    causes |= _tag_causes(folder, found)
    for kind in _KINDS:
        name = _manifest(kind)
        stated = None if name in causes else _read_manifest(folder / name, kind)
        if stated is not None:
            payload = {n: digest for n, digest in found[kind].items() if n.startswith(f"{DATA}/")}
            causes |= _contradictions(stated, payload, name)
    if all(_manifest(kind) in causes for kind in _KINDS):
        causes[DATA] = "cannot be checked, since no manifest is whole"
    return [Fault(str(folder / name), causes[name], _CURE) for name in sorted(causes)]


def _digest_files(folder: Path) -> tuple[_Digests, list[str]]:
    """Return the digests of every file, and the names of what is neither file nor folder."""
    found: _Digests = {kind: {} for kind in _KINDS}
    odd = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            odd.append(name)
        elif path.is_file():
            hashes = {kind: hashlib.new(kind) for kind in _KINDS}
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    for running in hashes.values():
                        running.update(chunk)
            for kind, running in hashes.items():
                found[kind][name] = running.hexdigest()
    return found, odd


def _tag_causes(folder: Path, found: _Digests) -> dict[str, str]:
    """Return what is wrong outside `data/`, by name.

    A file that all readable tag manifests contradict is damaged; one that a single one contradicts
    shows that this tag manifest is.
    """
    here = {name for name in found["sha256"] if not name.startswith(f"{DATA}/")}
    tag_manifests = {f"tag{_manifest(kind)}": kind for kind in _KINDS}
    wanted = {*_TAG_FILES, *tag_manifests}
    causes = dict.fromkeys(wanted - here, "is missing")
    causes |= dict.fromkeys(here - wanted, "is no file of this bag")
    readable = {}
    for name in sorted(tag_manifests.keys() & here):
        stated = _read_manifest(folder / name, tag_manifests[name])
        if stated is None or tuple(stated) != _TAG_FILES:
            causes[name] = "is not what was sealed"
        else:
            readable[name] = (tag_manifests[name], stated)
    for tag_file in sorted(here & set(_TAG_FILES)):
        against = [n for n, (kind, s) in readable.items() if s[tag_file] != found[kind][tag_file]]
        damaged = [tag_file] if len(against) == len(readable) else against
        causes |= dict.fromkeys(damaged if readable else [], "is not what was sealed")
    return causes


def _contradictions(
    stated: Mapping[str, str], found: Mapping[str, str], manifest: str
) -> Iterator[tuple[str, str]]:
    """Yield the name of each file that is not as stated, and how."""
    for name in sorted(stated.keys() | found.keys()):
        if name not in found:
            yield name, "is missing"
        elif name not in stated:
            yield name, f"is not named in {manifest}"
        elif stated[name] != found[name]:
            yield name, "is not what was sealed"


def _read_manifest(path: Path, kind: str) -> dict[str, str] | None:
    """Return digests by name, in the file's order; None if any byte is not as it is written.

    The library reads more kindly: it passes over case, white space and line ends.
    """
    pattern = re.compile(rf"([0-9a-f]{{{_KINDS[kind]}}})  ([^ ].*)", re.DOTALL)
    try:
        *lines, end = path.read_bytes().decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    matches = [pattern.fullmatch(line) for line in lines]
    named = {match[2]: match[1] for match in matches if match}
    return named if len(named) == len(lines) and not end else None
