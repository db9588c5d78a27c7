"""The folder of a clause classifier: `weights.safetensors`, and `figures.json` that says its worth.

The figures name the weights by digest, so that a folder caught between two writes is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.annotators.stance.learned import ClauseClassifier
from pipeline.errors import RequestError
from pipeline.files import open_atomically, write_atomically

WEIGHTS, FIGURES = "weights.safetensors", "figures.json"
_TENSORS = ("mean", "scale", "weight", "bias")


def write_clause_classifier(
    folder: Path, learned: ClauseClassifier, figures: Mapping[str, Any]
) -> None:
    """Write weights, then the figures that name them."""
    from safetensors.torch import save

    content = save({name: getattr(learned, name).contiguous() for name in _TENSORS})
    with open_atomically(folder / WEIGHTS) as file:
        file.write(content)
    record = {**figures, "weights_sha256": hashlib.sha256(content).hexdigest()}
    write_atomically(folder / FIGURES, [json.dumps(record, indent=2, ensure_ascii=False) + "\n"])


def read_winner(folder: Path, encoder: str, target: str) -> tuple[ClauseClassifier, str] | None:
    """Return the clause classifier and its name where one won over the rules for this target.

    Raises RequestError where it won but cannot be used: another encoder, other weights.
    """
    from safetensors.torch import load

    if not (folder / FIGURES).is_file():
        return None
    figures = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    if not figures["won"] or figures["target"] != target:
        return None
    cure = "Run `tawsim train stance` again, or delete the folder to use the rules."
    if figures["encoder"] != encoder:
        cause = f"it was trained over {figures['encoder']}, not {encoder}"
        raise RequestError(str(folder), cause, cure)
    content = (folder / WEIGHTS).read_bytes() if (folder / WEIGHTS).is_file() else b""
    digest = hashlib.sha256(content).hexdigest()
    if digest != figures["weights_sha256"]:
        raise RequestError(str(folder / WEIGHTS), "not the weights its figures name", cure)
    return ClauseClassifier(**load(content)), f"tawsim-stance-learned@{digest[:16]}"
