"""`tawsim diff`: what changed between two released versions."""

from __future__ import annotations

from pathlib import Path

from pipeline.dataset.changes import Changes, compare_editions
from pipeline.dataset.ledger import read_edition


def diff(old: str, new: str, annotations: Path) -> Changes:
    """Compare two versions by what `annotations/releases/` keeps of them.

    Raises RequestError where one was never released, or what is kept of it is damaged.
    """
    kept = annotations / "releases"
    return compare_editions(read_edition(kept, old), read_edition(kept, new))
