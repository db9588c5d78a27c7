"""Fine-tuning of an encoder for named entities: each word is labelled on its first piece."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.annotators.ner.tagger import model_view, predict_tags
from pipeline.annotators.ner.windows import plan_windows
from pipeline.annotators.schedule import linear_rate
from pipeline.conll import UNKNOWN_TAG, TaggedSentence, spans_of_tags
from pipeline.scoring import OVERALL, compare
from pipeline.weights import TokenClassifier

_IGNORED = -100  # the label PyTorch's cross entropy skips


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """The recipe; a released model's card states every value."""

    epochs: int = 5
    learning_rate: float = 2e-4
    warm_up: float = 0.1
    batch_size: int = 16
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class EpochReport:
    """What one epoch came to: mean training loss and strict micro-F1 on the dev sentences."""

    epoch: int
    loss: float
    dev_f1: float


@dataclass(frozen=True, slots=True)
class _Example:
    ids: list[int]
    labels: list[int]


def fine_tune(
    classifier: TokenClassifier,
    train: Sequence[TaggedSentence],
    dev: Sequence[TaggedSentence],
    options: TrainingOptions,
) -> Iterator[EpochReport]:
    """Train `classifier.model` in place: the same for a seed, a machine and a number of threads.

    Yields a report after every epoch; an iteration that is not ended leaves it half trained.
    """
    import torch

    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True)
    # No operation here reads memory it has not written; filling it would cost a twentieth.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    order = random.Random(options.seed)
    model, tokenizer = classifier.model, classifier.tokenizer
    examples = list(_examples(tokenizer, model.config.label2id, train))
    steps = options.epochs * -(-len(examples) // options.batch_size)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: linear_rate(step, steps, options.warm_up)
    )
    for epoch in range(1, options.epochs + 1):
        model.train()
        total = 0.0
        batches = _batches(examples, options.batch_size, order)
        for batch in batches:
            loss = model(**_tensors(batch, tokenizer.pad_token_id)).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += loss.item()
        model.eval()
        yield EpochReport(epoch, total / len(batches), _micro_f1(classifier, dev))


def _micro_f1(classifier: TokenClassifier, dev: Sequence[TaggedSentence]) -> float:
    gold = [spans_of_tags(sentence.tags) for sentence in dev]
    predicted = [spans_of_tags(tags) for tags in predict_tags(classifier, dev)]
    return compare(gold, predicted).exact[OVERALL].f1


def _examples(
    tokenizer: Any, label2id: dict[str, int], sentences: Sequence[TaggedSentence]
) -> Iterator[_Example]:
    budget = min(tokenizer.model_max_length, 512) - 2
    for sentence in sentences:
        views = [model_view(word) for word in sentence.words]
        pieces = tokenizer(views, add_special_tokens=False)["input_ids"]
        for window in plan_windows([len(p) for p in pieces], budget, overlap=0):
            ids, labels = [tokenizer.cls_token_id], [_IGNORED]
            for word in range(window.start, window.end):
                if pieces[word]:
                    ids.extend(pieces[word])
                    tag = sentence.tags[word]
                    labels.append(_IGNORED if tag == UNKNOWN_TAG else label2id[tag])
                    labels.extend([_IGNORED] * (len(pieces[word]) - 1))
            yield _Example([*ids, tokenizer.sep_token_id], [*labels, _IGNORED])


def _batches(examples: Sequence[_Example], size: int, order: random.Random) -> list[list[_Example]]:
    """Shuffle into batches of near-equal length: less padding, the same randomness of order."""
    shuffled = list(examples)
    order.shuffle(shuffled)
    pool = 32 * size
    batches: list[list[_Example]] = []
    for start in range(0, len(shuffled), pool):
        near = sorted(shuffled[start : start + pool], key=lambda example: len(example.ids))
        batches.extend(near[i : i + size] for i in range(0, len(near), size))
    order.shuffle(batches)
    return batches


def _tensors(batch: Sequence[_Example], pad: int) -> dict[str, Any]:
    import torch

    longest = max(len(example.ids) for example in batch)

    def padded(row: list[int], value: int) -> list[int]:
        return row + [value] * (longest - len(row))

    return {
        "input_ids": torch.tensor([padded(e.ids, pad) for e in batch]),
        "attention_mask": torch.tensor([padded([1] * len(e.ids), 0) for e in batch]),
        "labels": torch.tensor([padded(e.labels, _IGNORED) for e in batch]),
    }
