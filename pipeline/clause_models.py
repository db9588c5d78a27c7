"""The models of clauses: the embedded one, and the folder of a layer learnt from people.

That folder holds `weights.safetensors`, and `figures.json` that says its worth and names the
weights by digest, so that a folder caught between two writes is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.annotators.stance.learned import ClauseClassifier, ClauseModel, own_layer
from pipeline.errors import RequestError
from pipeline.files import open_atomically, write_atomically
from pipeline.scheme import Target
from pipeline.weights import TokenClassifier, find_device, load_token_classifier

EMBEDDED_STANCE = Path(__file__).parent / "models" / "stance"
WEIGHTS, FIGURES = "weights.safetensors", "figures.json"
_NAME = "tawsim-stance-clauses"
_TENSORS = ("mean", "scale", "weight", "bias")


def find_clause_model(target: Target, learned: Path | None) -> ClauseModel | None:
    """Return what judges clauses on a target beside the rules; None where they do best alone.

    It is what was best on people's annotations, as `learned` says, the folder that `train stance`
    writes; without that, the embedded model if it was trained for the target. Raises RequestError
    where what was best cannot be used: it goes with another encoder, or has other weights.
    """
    figures = _read_figures(learned) if learned else {}
    best = figures.get("best") if figures.get("target") == target.id else "embedded"
    if best == "rules":
        return None
    if learned and best != "embedded":
        return _load_learned(learned, figures)
    config = json.loads((EMBEDDED_STANCE / "config.json").read_text(encoding="utf-8"))
    return load_embedded() if config["tawsim_target"] == target.id else None


@cache
def load_embedded() -> ClauseModel:
    """Load the embedded encoder, on a GPU if there is one, with the layer it was trained with."""
    found = load_token_classifier(str(EMBEDDED_STANCE))
    found.model.to(find_device())
    encoder = TokenClassifier(found.model, found.tokenizer, _NAME, found.revision)
    name = f"{_NAME}@{found.revision}"
    return ClauseModel(encoder, own_layer(encoder), name, found.calibration)


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


def _read_figures(folder: Path) -> dict[str, Any]:
    path = folder / FIGURES
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _load_learned(folder: Path, figures: Mapping[str, Any]) -> ClauseModel:
    from safetensors.torch import load

    embedded = load_embedded()
    cure = "Run `tawsim train stance` again, or delete the folder to use what is embedded."
    if figures.get("encoder") != embedded.name:
        cause = f"it was trained over {figures.get('encoder')}, not {embedded.name}"
        raise RequestError(str(folder), cause, cure)
    content = (folder / WEIGHTS).read_bytes() if (folder / WEIGHTS).is_file() else b""
    digest = hashlib.sha256(content).hexdigest()
    if digest != figures["weights_sha256"]:
        raise RequestError(str(folder / WEIGHTS), "not the weights its figures name", cure)
    layer = ClauseClassifier(**load(content))
    return ClauseModel(embedded.encoder, layer, f"tawsim-stance-learned@{digest[:16]}")
