"""NER on the seeds' sentences: one BERT-base of random weights through each tool, word for word.

`python -m tests.bench.ner TOOL FOLDER` measures one tool in a process of its own and prints JSON;
`measure_ner` runs them all. Every tool gets the same words and labels each by its first piece.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline.corpus import read_corpus
from pipeline.tokens import split_sentences, tokenize
from tests.bench.children import Run, run_module
from tests.bench.table import Row
from tests.random_bert import CAMEL_MODEL

Words = Sequence[Sequence[str]]
Labeller = Callable[[Words], list[str]]  # one label for each word of all sentences

_SEEDS = Path("seeds")
_EVERY = 2  # every second sentence of the seeds: 51 sentences, 1,600 words
_PIPELINE_BATCHES = (1, 4, 16)


@dataclass(frozen=True, slots=True)
class _Measured:
    labels: list[str]
    seconds: float
    limit_seconds: float | None
    run: Run


def measure_ner(folder: Path, layers: int = 12, hidden: int = 768, heads: int = 12) -> list[Row]:
    """Return the rows of every tool on a model of the given size, and of the embedded model."""
    data = folder / "camel"
    run_module(["tests.random_bert", str(data), str(layers), str(hidden), str(heads)])
    model = str(data / CAMEL_MODEL)
    count = sum(map(len, read_words()))
    first = _measure("tawsim", model)
    peers = {f"pipeline, batch {n}": _measure(f"pipeline-{n}", model) for n in _PIPELINE_BATCHES}
    best = min(peers, key=lambda name: peers[name].seconds)
    peers = {f"transformers.{best}": peers[best], "NERecognizer": _measure("camel", str(data))}
    again = _measure("tawsim", model)
    ours = min(first, again, key=lambda one: one.seconds)
    task = f"NER, {layers} layers of {hidden}"
    rows = [_row(task, "tawsim", count, ours, f"{len(ours.labels)} words")]
    for name, peer in peers.items():
        other = sum(a != b for a, b in zip(ours.labels, peer.labels, strict=True))
        rows.append(_row(task, name, count, peer, f"{other} labels differ", ours))
    embedded = _measure("tawsim", "embedded")
    faster = f"{ours.seconds / embedded.seconds:.2f}x the words/s of {layers} layers of {hidden}"
    return [*rows, _row("NER, embedded model", "tawsim", count, embedded, faster)]


def _row(
    task: str, tool: str, count: int, one: _Measured, note: str, ours: _Measured | None = None
) -> Row:
    return Row(
        task=task,
        tool=tool,
        words_per_second=count / one.seconds,
        ratio=one.seconds / ours.seconds if ours else None,
        share=one.limit_seconds / one.seconds if one.limit_seconds else None,
        peak_mib=one.run.peak_mib,
        note=note,
    )


def _measure(tool: str, model: str) -> _Measured:
    run = run_module(
        ["tests.bench.ner", tool, model],
        {"CAMELTOOLS_DATA": model, "HOME": model, "HF_HUB_OFFLINE": "1"} if tool == "camel" else {},
    )
    result = json.loads(run.output)
    return _Measured(result["labels"], result["seconds"], result["limit_seconds"], run)


def read_words() -> list[list[str]]:
    """Return the sentences that are measured, as words without tashkeel and invisible signs."""
    from pipeline.annotators.ner.tagger import model_view

    sentences = []
    for document in read_corpus(_SEEDS):
        tokens = tokenize(document.text)
        for sentence in split_sentences(document.text, tokens):
            views = [model_view(t.text) for t in tokens[sentence.first_token : sentence.end_token]]
            sentences.append([view for view in views if view])
    return sentences[::_EVERY]


def main(tool: str, model: str) -> None:
    """Print the labels of one tool, its best seconds, and the least its model's products take."""
    sentences = read_words()
    if tool == "tawsim":
        label, limit = label_with_tawsim(model, sentences)
    else:
        limit = None
        label = (
            label_with_camel()
            if tool == "camel"
            else label_with_pipeline(model, int(tool.split("-")[1]))
        )
    label(sentences[:3])
    seconds = []
    for _ in range(1 if tool == "camel" else 2):
        started = time.perf_counter()
        labels = label(sentences)
        seconds.append(time.perf_counter() - started)
    limit_seconds = limit() if limit else None
    print(json.dumps({"labels": labels, "seconds": min(seconds), "limit_seconds": limit_seconds}))


def label_with_tawsim(model: str, sentences: Words) -> tuple[Labeller, Callable[[], float]]:
    """Return the labeller, and what measures the least its model's products take."""
    from pipeline.annotators.ner.tagger import TransformersTagger
    from pipeline.weights import load_token_classifier

    classifier = load_token_classifier(model)
    tagger = TransformersTagger(classifier)
    pieces = classifier.tokenizer([" ".join(words) for words in sentences])["input_ids"]
    count = sum(map(len, pieces))

    def label(sentences: Words) -> list[str]:
        return [word.tag for words in tagger.tag(sentences) for word in words]

    return label, lambda: product_seconds(classifier.model.config, count)


def product_seconds(config: Any, count: int) -> float:
    """Return the least seconds that a model's matrix products take for `count` pieces.

    The six products of a layer, as plain `torch.mm` of the faster of two heights; attention's
    own products, under a hundredth at these lengths, are left out.
    """
    import torch

    shapes = [(config.hidden_size, config.hidden_size)] * 4
    shapes.append((config.hidden_size, config.intermediate_size))
    shapes.append((config.intermediate_size, config.hidden_size))
    best = float("inf")
    for height in (512, 1024):
        pairs = [(torch.randn(height, k), torch.randn(n, k).t()) for k, n in shapes]
        for _ in range(8):
            started = time.perf_counter()
            for rows, weights in pairs:
                torch.mm(rows, weights)
            best = min(best, (time.perf_counter() - started) / height)
    return best * count * int(config.num_hidden_layers)


def label_with_camel() -> Labeller:
    """Return the labeller of the model in CAMELTOOLS_DATA."""
    from camel_tools.ner import NERecognizer

    recognizer = NERecognizer.pretrained()

    def label(sentences: Words) -> list[str]:
        tags = recognizer.predict([list(words) for words in sentences])
        return [tag.replace("PERS", "PER") for words in tags for tag in words]

    return label


def label_with_pipeline(model: str, batch_size: int) -> Labeller:
    """Return the labeller that reads each word's first piece off the pipeline's answer."""
    from transformers import pipeline

    classify = pipeline("token-classification", model=model, ignore_labels=[])

    def label(sentences: Words) -> list[str]:
        found = classify([" ".join(words) for words in sentences], batch_size=batch_size)
        labels = []
        for words, pieces in zip(sentences, found, strict=True):
            at = {piece["start"]: piece["entity"].replace("PERS", "PER") for piece in pieces}
            starts = accumulate((len(word) + 1 for word in words[:-1]), initial=0)
            labels += [at[start] for start in starts]
        return labels

    return label


if __name__ == "__main__":
    main(*sys.argv[1:])
