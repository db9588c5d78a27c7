"""`tawsim train ner`: CoNLL files and an encoder in, a packed model folder out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotators.ner.tagger import predict_tags
from pipeline.annotators.ner.train import (
    EpochReport,
    TrainingOptions,
    fine_tune,
    micro_f1,
)
from pipeline.conll import TaggedSentence, read_conll
from pipeline.errors import RequestError
from pipeline.weights import (
    TokenClassifier,
    load_token_classifier,
    quiet_transformers,
    save_packed,
)


def train_ner(
    encoder: str,
    files: Sequence[Path],
    output: Path,
    label_of: Mapping[str, str],
    version: str,
    options: TrainingOptions,
    report: Callable[[EpochReport], None],
) -> dict[str, Any]:
    """Fine-tune `encoder` on `files`; the last tenth of the sentences is the dev split.

    Writes the packed folder with `training.json` beside it and returns the figures of the
    packed model on the dev split. Refuses to overwrite an existing folder.
    """
    if output.exists():
        raise RequestError(str(output), "it exists already", "Name a new folder.")
    train, dev = split_last_tenth(read_sentences(files, label_of))
    if not dev:
        cure = "Give at least ten, so that a tenth can be held out."
        raise RequestError(", ".join(map(str, files)), f"only {len(train)} sentences", cure)
    classifier = start_from(encoder, sorted(set(label_of.values())), options.seed, version)
    history: list[EpochReport] = []

    def note(line: EpochReport) -> None:
        history.append(line)
        report(line)

    fine_tune(classifier, train, dev, options, note)
    partial = output.with_name(f".{output.name}.partial")
    save_packed(classifier.model, classifier.tokenizer, partial)
    figures = evaluate_packed(partial, dev)
    record = {
        "version": version,
        "encoder": Path(encoder).name,
        "data": [path.name for path in files],
        "train_sentences": len(train),
        "dev_sentences": len(dev),
        "options": {name: getattr(options, name) for name in options.__slots__},
        "dev_f1_by_epoch": [round(line.dev_f1, 4) for line in history],
        "dev": figures,
    }
    (partial / "training.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    partial.rename(output)
    return record


def read_sentences(files: Sequence[Path], label_of: Mapping[str, str]) -> list[TaggedSentence]:
    """Read CoNLL files in the order given."""
    return [sentence for path in files for sentence in read_conll(path, label_of)]


def split_last_tenth(
    sentences: Sequence[TaggedSentence],
) -> tuple[list[TaggedSentence], list[TaggedSentence]]:
    """Split into train and dev; by order, so that a document is seldom in both."""
    border = len(sentences) - len(sentences) // 10
    return list(sentences[:border]), list(sentences[border:])


def start_from(encoder: str, labels: Sequence[str], seed: int, version: str) -> TokenClassifier:
    """Load an encoder with a fresh classification head for IOB2 tags of `labels`."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    quiet_transformers()
    torch.manual_seed(seed)
    tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
    try:
        tokenizer = AutoTokenizer.from_pretrained(encoder)
        model = AutoModelForTokenClassification.from_pretrained(
            encoder,
            num_labels=len(tags),
            id2label=dict(enumerate(tags)),
            label2id={tag: number for number, tag in enumerate(tags)},
            use_safetensors=True,
            dtype=torch.float32,
        )
    except (OSError, ValueError) as error:
        cause = f"no encoder found there ({str(error).splitlines()[0]})"
        cure = "Give a Transformers folder, or a Hub id with a network to fetch it."
        raise RequestError(f"encoder {encoder!r}", cause, cure) from error
    model.config.tawsim_version = version
    return TokenClassifier(model, tokenizer, encoder, version)


def evaluate_packed(folder: Path, dev: Sequence[TaggedSentence]) -> dict[str, Any]:
    """Return per-label and micro figures of the packed model on dev sentences."""
    from seqeval.metrics import classification_report

    classifier = load_token_classifier(str(folder))
    predicted = predict_tags(classifier, dev)
    table = classification_report(
        [list(s.tags) for s in dev], predicted, output_dict=True, zero_division=0
    )
    figures = {
        label: {
            "precision": round(float(row["precision"]), 4),
            "recall": round(float(row["recall"]), 4),
            "f1": round(float(row["f1-score"]), 4),
            "support": int(row["support"]),
        }
        for label, row in table.items()
        if "avg" not in label or label == "micro avg"
    }
    return {"micro_f1": round(micro_f1(dev, predicted), 4), **figures}
