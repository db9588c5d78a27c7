"""Tagging models, loaded from where they are; and the int8 form the embedded one is stored in.

A packed folder is a Transformers folder whose weights stand in `weights.int8.safetensors`: every
matrix as int8 with one fp16 scale for 64 neighbours in a row (`<name>.scale`), every vector as
fp32: a quarter of fp32's bytes.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotators.ner.calibration import UNCALIBRATED, Calibration
from pipeline.errors import RequestError, placed
from pipeline.files import open_atomically

if TYPE_CHECKING:
    from torch import Tensor

_GROUP = 64
_LEAST_SCALE = 1e-6  # of a group of zeros; fp16 holds it
PACKED_WEIGHTS = "weights.int8.safetensors"
EMBEDDED_NAME = "tawsim-ner"
EMBEDDED_NER = Path(__file__).parent / "models" / "ner"
# oneDNN keeps what it compiles for every shape it has seen, 1,024 of them, and hardly two batches
# are of one shape: 50 MB more, and no faster.
_SHAPES_KEPT = 64
_HUB_ID = re.compile(r"(?:[\w-][\w.-]*/)?[\w-][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class TokenClassifier:
    """A loaded model with its fast tokenizer; `name` and `revision` say which, for provenance.

    `calibration` is what its training found; models of others have none, and keep their scores.
    """

    model: Any
    tokenizer: Any
    name: str
    revision: str
    calibration: Calibration = UNCALIBRATED


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A loaded `NERecognizer` of camel-tools; `name` and `revision` say which, for provenance."""

    model: Any
    name: str
    revision: str


def pack_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the int8 form of a state dict: matrices rounded in groups, vectors kept.

    A group is `_GROUP` neighbours in a row, or what is left at its end; its scale is fp16. One
    scale a row is too coarse: a single large weight would round its whole row's fine-tuning away.
    """
    import torch

    packed: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if tensor.ndim != 2:
            packed[name] = tensor.float().contiguous()
            continue
        scale = _scales(tensor.float().abs()).half()
        steps = tensor.float() / _spread(scale.float(), tensor.shape[1])
        packed[name] = torch.round(steps).clamp(-127, 127).to(torch.int8).contiguous()
        packed[f"{name}.scale"] = scale
    return packed


def unpack_weights(packed: dict[str, Tensor]) -> dict[str, Tensor]:
    """Expand what `pack_weights` made into an fp32 state dict."""
    import torch

    return {
        name: tensor.float() * _spread(packed[f"{name}.scale"].float(), tensor.shape[1])
        if tensor.dtype == torch.int8
        else tensor
        for name, tensor in packed.items()
        if not name.endswith(".scale")
    }


def _scales(magnitudes: Tensor) -> Tensor:
    """Return the step of each group of each row: (rows, groups)."""
    import torch

    groups = [part.amax(dim=1) for part in magnitudes.split(_GROUP, dim=1)]
    return torch.stack(groups, dim=1).clamp(min=_LEAST_SCALE * 127) / 127


def _spread(scale: Tensor, width: int) -> Tensor:
    """Return the scale of every weight: (rows, width)."""
    return scale.repeat_interleave(_GROUP, dim=1)[:, :width]


def save_packed(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write a packed folder: config, tokenizer, int8 weights."""
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    with placed(folder):
        model.config.save_pretrained(folder)
        try:
            tokenizer.save_pretrained(folder)
        except Exception as error:
            # The library of tokenizers has no errors of its own: those of a disk are bare.
            if type(error) is not Exception:
                raise
            raise OSError(None, str(error)) from error
        with open_atomically(folder / PACKED_WEIGHTS) as file:
            file.write(save(pack_weights(model.state_dict())))


def quiet_transformers() -> None:
    """Keep Transformers' and the Hub's bars and reports off stderr, which is for people."""
    from transformers.utils import logging as reports

    reports.disable_progress_bar()
    reports.set_verbosity_error()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


def find_device() -> str:
    """Return where models run: `cuda` where a GPU is at hand, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def load_token_classifier(name: str) -> TokenClassifier:
    """Load `embedded`, a local folder (packed or plain) or a Hub id; safetensors only.

    Raises RequestError when the model is not there or cannot tag tokens.
    """
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer

    quiet_transformers()
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(_SHAPES_KEPT))
    folder = EMBEDDED_NER if name == "embedded" else Path(name)
    try:
        if (folder / PACKED_WEIGHTS).is_file():
            from safetensors.torch import load_file

            config = AutoConfig.from_pretrained(folder)
            model = AutoModelForTokenClassification.from_config(config)
            model.load_state_dict(unpack_weights(load_file(folder / PACKED_WEIGHTS)))
            revision = str(getattr(config, "tawsim_version", "unversioned"))
        else:
            source = str(folder) if folder.is_dir() else name
            model = AutoModelForTokenClassification.from_pretrained(source, use_safetensors=True)
            revision = str(getattr(model.config, "_commit_hash", None) or "local")
        tokenizer = AutoTokenizer.from_pretrained(str(folder) if folder.is_dir() else name)
    except (OSError, ValueError, LookupError, RuntimeError, SafetensorError) as error:
        raise _not_there(name, folder, str(error).strip().splitlines()[0]) from error
    if not tokenizer.is_fast:
        cure = "Choose a model with a tokenizer.json."
        raise RequestError(f"model {name!r}", "its tokenizer gives no offsets", cure)
    shown = EMBEDDED_NAME if name == "embedded" else name
    found = getattr(model.config, "tawsim_calibration", {})
    return TokenClassifier(model.eval(), tokenizer, shown, revision, Calibration(**found))


def _not_there(name: str, folder: Path, reason: str) -> RequestError:
    """Return what was looked for, where, and the command that fetches it."""
    from huggingface_hub.constants import HF_HUB_CACHE

    if folder.is_dir():
        cause = f"the folder {folder.resolve()} holds no token-classification model ({reason})"
        cure = "It needs config.json, model.safetensors and tokenizer.json, as `hf download` and "
        cure += "`save_pretrained` write them."
        return RequestError(f"model {name!r}", cause, cure)
    if not _HUB_ID.fullmatch(name):
        cause = f"there is no folder {folder.absolute()}, and no Hub id is written like that"
        cure = "Give `embedded`, `camel`, an existing folder, or a Hub id as `owner/model`."
        return RequestError(f"model {name!r}", cause, cure)
    cause = f"there is no folder {folder.absolute()}, no such model in {HF_HUB_CACHE}, "
    cause += f"and none was fetched from the Hub ({reason})"
    cure = f"Fetch it where there is a network: `hf download {name}`."
    return RequestError(f"model {name!r}", cause, cure)


def load_recognizer() -> Recognizer:
    """Load camel-tools' default NER model from its data folder (CAMELTOOLS_DATA).

    Raises RequestError when camel-tools' catalogue or the model is not there. Without a catalogue
    the import of camel_tools.ner would download one, so that is looked for first.
    """
    data = Path(os.environ.get("CAMELTOOLS_DATA", "~/.camel_tools")).expanduser().absolute()
    cure = "Fetch it where there is a network: `camel_data -i ner-arabert`; "
    cure += "CAMELTOOLS_DATA names the folder it goes to."
    if not (data / "catalogue.json").is_file():
        raise RequestError("model 'camel'", f"camel-tools has no catalogue.json in {data}", cure)
    import camel_tools
    from camel_tools.data import CATALOGUE
    from camel_tools.ner import NERecognizer

    quiet_transformers()
    entry = CATALOGUE.get_dataset("NamedEntityRecognition")
    try:
        model = NERecognizer(str(entry.path))
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).strip().splitlines()[0]
        cause = f"camel-tools' model {entry.name!r} is not in {entry.path} ({reason})"
        raise RequestError("model 'camel'", cause, cure) from error
    return Recognizer(model, f"camel-tools-{entry.name}", camel_tools.__version__)
