"""What a version number says, judged by the ledgers of what was released before.

major  the scheme changed: guideline version, labels of a layer, stance targets
minor  the set of documents changed: some added, taken out, or given another text
patch  the same documents and texts, with corrected spans, values or metadata
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import RequestError

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_LEVELS = ("major", "minor", "patch")
_Version = tuple[int, int, int]


def parse_version(version: str) -> _Version:
    """Return the three numbers; RequestError for anything but the form 1.2.3."""
    match = _VERSION.fullmatch(version)
    if not match:
        raise RequestError(f"version {version!r}", "not of the form 1.2.3", "Give VERSION=0.1.0.")
    return int(match[1]), int(match[2]), int(match[3])


def check_step(ledger: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Raise RequestError if the step from the latest version says other than what changed.

    A new version is higher than all before. Numbers may be skipped; 1.0.0 may
    always follow 0.y.z, as the word that a corpus is ready.
    """
    version, earlier = parse_version(ledger["version"]), parse_version(before["version"])
    place = f"version {ledger['version']} after {before['version']}"
    if version <= earlier:
        raise RequestError(place, "versions go up", f"Give a number above {before['version']}.")
    steps = zip(_LEVELS, version, earlier, strict=True)
    step = next(level for level, new, old in steps if new > old)
    changes = dict(_changes(ledger, before))
    needed = next((level for level in _LEVELS if level in changes), None)
    if step == needed or (earlier[0] == 0 and version == (1, 0, 0)):
        return
    if needed is None:
        raise RequestError(place, "nothing changed", f"Use {before['version']} as it is.")
    cause = f"its number says {step}, but {changes[needed]}: that is {needed}"
    raise RequestError(place, cause, f"Give VERSION={_next(earlier, needed)}.")


def _changes(ledger: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each level at which two ledgers differ, with what differs, in words."""
    if (ledger["guideline"], ledger["scheme"]) != (before["guideline"], before["scheme"]):
        yield "major", "the scheme changed (guideline, labels or targets)"
    new, old = ledger["documents"], before["documents"]
    added, gone = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    shared = new.keys() & old.keys()
    replaced = sum(new[name]["text_sha256"] != old[name]["text_sha256"] for name in shared)
    if added or gone or replaced:
        yield "minor", f"documents changed ({added} added, {gone} gone, {replaced} with other text)"
    if ledger["content_sha256"] != before["content_sha256"]:
        yield "patch", "records or metadata of the same documents changed"


def _next(version: _Version, level: str) -> str:
    """Return the number that follows at a level."""
    major, minor, patch = version
    numbers = {
        "major": (major + 1, 0, 0),
        "minor": (major, minor + 1, 0),
        "patch": (major, minor, patch + 1),
    }
    return ".".join(map(str, numbers[level]))
