"""`annotations/adjudication.json`: which records of a document were adjudicated, and how.

A document's entry holds the `rule` that accepted what annotators agree on, the digest of the `case`
that was settled, and `by`: `rule` where it settled all, `person` where the adjudicator decided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.adjudication.settle import RULES, settle
from pipeline.errors import Fault, InputRefused
from pipeline.files import write_atomically
from pipeline.kept import Kept
from pipeline.model import ADJUDICATED

BY_RULE, BY_PERSON = "rule", "person"
_FILE = "adjudication.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """How a document's adjudicated record came about."""

    rule: str
    case: str
    by: str


def read_ledger(annotations: Path) -> dict[str, Entry]:
    """Return the entries by document, none where nothing was adjudicated yet."""
    path = annotations / _FILE
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_bytes().decode("utf-8"))
        return {name: Entry(**row) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        cause = f"is not the ledger of adjudication ({error})"
        raise InputRefused([Fault(str(path), cause, "Restore the file from git.")]) from error


def write_ledger(annotations: Path, entries: Mapping[str, Entry]) -> None:
    """Write the ledger, a line a document, in order."""
    lines = (
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(asdict(entry))}"
        for name, entry in sorted(entries.items())
    )
    write_atomically(annotations / _FILE, ["{\n" + ",\n".join(lines) + "\n}\n"])


def unfinished(kept: Kept, annotations: Path) -> list[Fault]:
    """Return a fault for each document of several annotators that is not adjudicated as it stands.

    It is adjudicated when its entry names the case that its records make under the entry's rule,
    and its adjudicated record is there.
    """
    entries = read_ledger(annotations)
    cure = "Finish it with make adjudicate, or say whose record counts: FROM=adjudicated or a01."
    faults = []
    for name, records in kept.items():
        if len(records) < 2:
            continue
        place, entry = f"document {name}", entries.get(name)
        if entry is None or not (annotations / ADJUDICATED / f"{name}.json").is_file():
            cause = f"its {len(records)} annotations are not adjudicated"
            faults.append(Fault(place, cause, cure))
        elif entry.rule not in RULES or settle(records, entry.rule).digest != entry.case:
            cause = "its annotations changed after they were adjudicated"
            faults.append(Fault(place, cause, cure))
    return faults
