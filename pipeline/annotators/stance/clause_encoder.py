"""Clauses as an encoder reads them, and its fine-tuning.

A clause is read with its neighbours, and its features are the mean of the hidden states of its own
pieces.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.annotators.ner.tagger import model_view
from pipeline.annotators.schedule import linear_rate
from pipeline.model import Mention
from pipeline.tokens import tokenize

if TYPE_CHECKING:
    from torch import Tensor

    from pipeline.weights import TokenClassifier

_AROUND, _LONGEST, _BATCH = 12, 200, 16


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """The recipe; a released model's card states every value."""

    epochs: int = 6
    learning_rate: float = 5e-5
    head_rate: float = 1e-3
    warm_up: float = 0.1
    batch_size: int = 16
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    label_smoothing: float = 0.05
    dropout: float = 0.2
    seed: int = 1


class _Window(NamedTuple):
    """Pieces of a clause and its neighbours, and which of them are the clause's."""

    ids: list[int]
    own: list[bool]


def encode_clauses(classifier: TokenClassifier, text: str, clauses: Sequence[Mention]) -> Tensor:
    """Return the features of each clause of a text, in order: clauses x features."""
    import torch

    windows = list(_windows(classifier, text, clauses))
    order = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
    features = torch.empty(len(windows), classifier.model.config.hidden_size)
    for first in range(0, len(order), _BATCH):
        places = order[first : first + _BATCH]
        with torch.inference_mode():
            features[places] = _pool(classifier, [windows[p] for p in places]).float().cpu()
    return features


def fine_tune(
    classifier: TokenClassifier,
    texts: Sequence[tuple[str, Sequence[tuple[Mention, str]]]],
    options: TrainingOptions,
) -> Iterator[float]:
    """Train `classifier.model` in place on each text's clauses and their labels, of the model's.

    The same for a seed, a machine and a number of threads. Yields the mean loss of every epoch; an
    iteration that is not ended leaves it half trained.
    """
    import torch

    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True)
    order = random.Random(options.seed)
    model = classifier.model
    examples = [
        (window, model.config.label2id[label])
        for text, labelled in texts
        for window, (_, label) in zip(
            _windows(classifier, text, [clause for clause, _ in labelled]), labelled, strict=True
        )
    ]
    steps = options.epochs * -(-len(examples) // options.batch_size)
    optimizer = torch.optim.AdamW(
        [
            {"params": model.base_model.parameters(), "lr": options.learning_rate},
            {"params": model.classifier.parameters(), "lr": options.head_rate},
        ],
        weight_decay=options.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: linear_rate(step, steps, options.warm_up)
    )
    model.eval()  # the features' dropout is all: clauses are few, and so are epochs
    for _ in range(options.epochs):
        total = 0.0
        batches = _batches(examples, options.batch_size, order)
        for batch in batches:
            pooled = _pool(classifier, [window for window, _ in batch])
            pooled = torch.nn.functional.dropout(pooled, options.dropout)
            loss = torch.nn.functional.cross_entropy(
                model.classifier(pooled),
                torch.tensor([wanted for _, wanted in batch]),
                label_smoothing=options.label_smoothing,
            )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += loss.item()
        yield total / len(batches)


def _batches(
    examples: Sequence[tuple[_Window, int]], size: int, order: random.Random
) -> list[list[tuple[_Window, int]]]:
    """Shuffle into batches of near-equal length: less padding, the same randomness of order."""
    noise = {id(example): order.random() * 20 for example in examples}
    near = sorted(examples, key=lambda example: len(example[0].ids) + noise[id(example)])
    batches = [near[first : first + size] for first in range(0, len(near), size)]
    order.shuffle(batches)
    return batches


def _windows(
    classifier: TokenClassifier, text: str, clauses: Sequence[Mention]
) -> Iterator[_Window]:
    """Yield each clause's pieces with those of its neighbours, which go first where it is long."""
    tokenizer = classifier.tokenizer
    words = tokenize(text)
    views = tokenizer([model_view(word.text) for word in words], add_special_tokens=False)
    pieces = views["input_ids"] if words else []
    budget = min(tokenizer.model_max_length, _LONGEST) - 2
    for clause in clauses:
        inside = [n for n, word in enumerate(words) if clause.start <= word.start < clause.end]
        around = range(max(0, inside[0] - _AROUND), min(len(words), inside[-1] + 1 + _AROUND))
        flat = [(id_, inside[0] <= n <= inside[-1]) for n in around for id_ in pieces[n]]
        while len(flat) > budget:
            flat = flat[:-1] if not flat[-1][1] or flat[0][1] else flat[1:]
        ids = [tokenizer.cls_token_id, *(id_ for id_, _ in flat), tokenizer.sep_token_id]
        yield _Window(ids, [False, *(own for _, own in flat), False])


def _pool(classifier: TokenClassifier, windows: Sequence[_Window]) -> Tensor:
    """Return the mean of the hidden states of each clause's own pieces: windows x features."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    model, pad = classifier.model, classifier.tokenizer.pad_token_id
    ids = pad_sequence([torch.tensor(w.ids) for w in windows], True, pad).to(model.device)
    own = pad_sequence([torch.tensor(w.own) for w in windows], True, False).to(model.device)
    lengths = torch.tensor([len(w.ids) for w in windows], device=model.device)
    mask = torch.arange(ids.shape[1], device=model.device) < lengths[:, None]
    hidden = model.base_model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    # Pieces a model has no word for may leave a clause without any: its window stands for it.
    own = torch.where(own.any(1, keepdim=True), own, mask)[..., None].to(hidden.dtype)
    mean: Tensor = (hidden * own).sum(1) / own.sum(1)
    return mean
