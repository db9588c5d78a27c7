"""What a release leaves in git, so that later versions can be judged and compared.

`annotations/releases/<version>.json` names digests, splits and the scheme;
`annotations/releases/<version>.jsonl` holds the records themselves, a record a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.dataset.rows import Released, canonical_lines
from pipeline.dataset.versions import parse_version
from pipeline.errors import RequestError
from pipeline.files import write_atomically
from pipeline.model import Annotation, Document
from pipeline.records import annotation_digest, parse_annotation, schema_faults, to_json
from pipeline.scheme import LAYERS, load_scheme, schema_id

_CURE = "Restore the file from git."
_DIGITS = 16

Ledger = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edition:
    """A released version as it is kept: its ledger, and its records by document and agent."""

    ledger: Ledger
    chosen: dict[str, Annotation]
    annotators: dict[str, dict[str, Annotation]]


def ledger_of(version: str, released: Sequence[Released]) -> Ledger:
    """Return the ledger: scheme, content hash, and each document's digests, agent and split."""
    guideline, scheme = scheme_of()
    content = hashlib.sha256()
    for line in canonical_lines(released):
        content.update(line.encode("utf-8"))
    return {
        "version": version,
        "guideline": guideline,
        "scheme": scheme,
        "content_sha256": content.hexdigest(),
        "documents": {item.document.id: _entry(item) for item in released},
    }


def scheme_of() -> tuple[str, dict[str, list[str]]]:
    """Return the guideline's version, and the labels and targets, as a ledger names them."""
    scheme = load_scheme()
    names = {layer: list(scheme.ids(layer)) for layer in LAYERS}
    return scheme.guideline, {**names, "targets": [target.id for target in scheme.targets]}


def stamp_of(ledger: Ledger) -> dict[str, str]:
    """Return what every Parquet file of a release says of itself, by key."""
    scheme = {"guideline": ledger["guideline"], **ledger["scheme"]}
    return {
        "tawsim.version": ledger["version"],
        "tawsim.content_sha256": ledger["content_sha256"],
        "tawsim.schema": schema_id("annotation.schema.json"),
        "tawsim.scheme": json.dumps(scheme),
    }


def _entry(item: Released) -> dict[str, Any]:
    entry = {
        "text_sha256": item.document.sha256,
        "characters": len(item.document.text),
        "metadata": _metadata_digest(item.document),
        "agent": item.record.agent,
        "record": annotation_digest(item.record),
        "split": item.split,
    }
    own = {record.agent: annotation_digest(record) for record in item.annotators}
    return entry | ({"annotators": own} if own else {})


def _metadata_digest(document: Document) -> str:
    values = [document.dct_source, document.title, document.source, document.licence]
    dump = json.dumps([str(document.dct), *values], ensure_ascii=False)
    return hashlib.sha256(dump.encode("utf-8")).hexdigest()[:_DIGITS]


def read_ledger(path: Path) -> Ledger | None:
    """Return a ledger, or None where there is none; RequestError if it breaks its schema."""
    try:
        ledger: Ledger = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise RequestError(str(path), f"no release ledger ({error})", _CURE) from error
    if causes := list(schema_faults(ledger, "release.schema.json")):
        raise RequestError(str(path), "; ".join(causes), _CURE)
    return ledger


def read_ledgers(folder: Path) -> dict[str, Ledger]:
    """Return every version's ledger of `annotations/releases/`, the oldest version first."""
    ledgers = {}
    for path in folder.glob("*.json"):
        ledger = read_ledger(path)
        if ledger and ledger["version"] != path.stem:
            raise RequestError(str(path), f"is the ledger of {ledger['version']}", _CURE)
        ledgers[path.stem] = ledger
    return {
        version: ledger
        for version in sorted(ledgers, key=parse_version)
        if (ledger := ledgers[version])
    }


def released_splits(ledgers: Iterable[Ledger]) -> dict[str, str]:
    """Return the split each document was first released in, the oldest document first."""
    splits: dict[str, str] = {}
    for ledger in ledgers:
        for name, entry in sorted(ledger["documents"].items()):
            splits.setdefault(name, entry["split"])
    return splits


def read_edition(folder: Path, version: str) -> Edition:
    """Read a released version's ledger and records, each checked against its digest.

    Raises RequestError where the version is unknown or its records are not the released ones.
    """
    ledger = read_ledger(folder / f"{version}.json")
    if ledger is None:
        known = ", ".join(read_ledgers(folder)) or "none"
        raise RequestError(f"version {version}", "never released", f"Released are: {known}.")
    path = folder / f"{version}.jsonl"
    records: dict[str, Annotation] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        for number, line in enumerate(lines, 1):
            record = parse_annotation(line, f"{path}, line {number}")
            records[annotation_digest(record)] = record
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(str(path), f"cannot be read ({error})", _CURE) from error
    edition = Edition(ledger, {}, {})
    for name, entry in ledger["documents"].items():
        own = entry.get("annotators", {})
        missing = {entry["record"], *own.values()} - records.keys()
        if missing:
            cause = f"lacks the released record {min(missing)} of {name}"
            raise RequestError(str(path), cause, _CURE)
        edition.chosen[name] = records[entry["record"]]
        edition.annotators[name] = {agent: records[digest] for agent, digest in own.items()}
    return edition


def edition_of(ledger: Ledger, released: Iterable[Released]) -> Edition:
    """Return a version about to be released in the form it will be read back."""
    edition = Edition(ledger, {}, {})
    for item in released:
        edition.chosen[item.document.id] = item.record
        edition.annotators[item.document.id] = {own.agent: own for own in item.annotators}
    return edition


def write_edition(folder: Path, edition: Edition) -> None:
    """Write a version's records and then its ledger: where there is a ledger, all is there."""
    version = edition.ledger["version"]
    write_atomically(folder / f"{version}.jsonl", _record_lines(edition))
    write_ledger(folder / f"{version}.json", edition.ledger)


def _record_lines(edition: Edition) -> Iterator[str]:
    """Yield every record once, by document and agent."""
    for name in sorted(edition.chosen):
        chosen = edition.chosen[name]
        records = {chosen.agent: chosen} | edition.annotators[name]
        for _, record in sorted(records.items()):
            yield json.dumps(to_json(record), ensure_ascii=False) + "\n"


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Write a ledger, atomically, a document a line."""
    head = {key: value for key, value in ledger.items() if key != "documents"}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    documents = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(entry)}"
        for name, entry in sorted(ledger["documents"].items())
    )
    text = "{\n" + ",\n".join(lines) + ',\n"documents": {\n' + documents + "\n}\n}\n"
    write_atomically(path, [text])
