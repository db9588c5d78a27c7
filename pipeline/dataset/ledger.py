"""The ledger a release leaves in git: what it held, so that later versions can be judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.dataset.rows import Released, spans_rows
from pipeline.errors import RequestError
from pipeline.files import write_atomically
from pipeline.records import annotation_digest, schema_faults


def content_sha256(released: Iterable[Released]) -> str:
    """Return the digest that names a release: SHA-256 over canonical JSON Lines of its rows."""
    digest = hashlib.sha256()
    for row in spans_rows(released):
        line = json.dumps(
            row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat
        )
        digest.update(line.encode("utf-8") + b"\n")
    return digest.hexdigest()


def ledger_of(version: str, guideline: str, released: Sequence[Released]) -> dict[str, Any]:
    """Return the ledger: content hash, and each document's digests, source and split."""
    return {
        "version": version,
        "guideline": guideline,
        "content_sha256": content_sha256(released),
        "documents": {
            item.document.id: {
                "text_sha256": item.document.sha256,
                "agent": item.record.agent,
                "record": annotation_digest(item.record),
                "split": item.split,
            }
            for item in released
        },
    }


def read_ledger(path: Path) -> dict[str, Any] | None:
    """Return a ledger, or None where there is none; RequestError if it breaks its schema."""
    cure = "Restore the file from git."
    try:
        ledger: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise RequestError(str(path), f"no release ledger ({error})", cure) from error
    if causes := list(schema_faults(ledger, "release.schema.json")):
        raise RequestError(str(path), "; ".join(causes), cure)
    return ledger


def write_ledger(path: Path, ledger: dict[str, Any]) -> None:
    """Write a ledger, atomically, a document a line."""
    head = {key: value for key, value in ledger.items() if key != "documents"}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    documents = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(entry)}"
        for name, entry in sorted(ledger["documents"].items())
    )
    text = "{\n" + ",\n".join(lines) + ',\n"documents": {\n' + documents + "\n}\n}\n"
    write_atomically(path, [text])
