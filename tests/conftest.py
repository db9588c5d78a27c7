"""Shared fixtures: the repository's root, the shared data where present, a tiny tagging model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same cases every time, so that CI fails for a reason in the change; `make test-long` explores.
settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ROOT = Path(__file__).parent.parent


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the pages can be looked at."""
    if pictures := list((ROOT / "build" / "screenshots").glob("*.png")):
        terminalreporter.write_line(f"{len(pictures)} screenshots in build/screenshots/")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("TAWSIM_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"the shared data is not at {folder} (TAWSIM_SHARED says where)")
    return folder


@pytest.fixture(scope="session")
def doccano_python() -> Path:
    """The interpreter of Doccano's environment."""
    python = Path(os.environ.get("TAWSIM_DOCCANO_PYTHON", ROOT / ".venv-doccano/bin/python"))
    if not python.is_file():
        pytest.skip(f"no Doccano at {python}: `make setup` installs it")
    return python


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Transformers folder: one layer, random weights, character pieces, labels as PERS."""
    import torch
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-model")
    alphabet = [chr(c) for c in range(0x621, 0x64B)] + [chr(c) for c in range(33, 127)]
    pieces = ["<pad>", "<unk>", "<s>", "</s>", *alphabet, *(f"##{c}" for c in alphabet)]
    tokenizer = Tokenizer(
        models.WordPiece(
            {piece: number for number, piece in enumerate(pieces)},
            unk_token="<unk>",
            max_input_chars_per_word=200,
        )
    )
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.decoder = decoders.WordPiece()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=64,
    ).save_pretrained(folder)
    tags = ["O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"]
    torch.manual_seed(7)
    BertForTokenClassification(
        BertConfig(
            vocab_size=len(pieces),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
            pad_token_id=0,
            id2label=dict(enumerate(tags)),
            label2id={tag: number for number, tag in enumerate(tags)},
        )
    ).save_pretrained(folder)
    return folder
