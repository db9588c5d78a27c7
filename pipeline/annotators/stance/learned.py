"""Positions by a clause classifier learnt from people, over the encoder of the entity model.

A clause is read as two means of the encoder's hidden states, over its own words and over them with
their neighbours; a logistic regression gives its label, or none. It starts from zeros and sees all
clauses at once, so that equal data give equal weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.annotators.ner.tagger import model_view
from pipeline.annotators.stance.candidate import AGAINST, FAVOR, NEUTRAL
from pipeline.model import Mention, StanceSpan
from pipeline.scheme import Target
from pipeline.tokens import tokenize

if TYPE_CHECKING:
    from torch import Tensor

    from pipeline.weights import TokenClassifier

NONE = "none"
CLASSES = (FAVOR, AGAINST, NEUTRAL, NONE)
RULE = "learned"
_AROUND, _BATCH, _STEPS, _DECAY = 12, 16, 100, 1e-2


@dataclass(frozen=True, slots=True)
class Clause(Mention):
    """A clause somebody named in the text may take a position in."""

    holder: Mention


@dataclass(frozen=True, slots=True)
class ClauseClassifier:
    """The learnt weights: features x classes, and how features are scaled before."""

    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor

    def probabilities(self, features: Tensor) -> Tensor:
        """Return clauses x classes."""
        return (((features - self.mean) / self.scale) @ self.weight + self.bias).softmax(-1)


def encode_clauses(
    classifier: TokenClassifier, text: str, clauses: Sequence[Mention]
) -> Iterator[Tensor]:
    """Yield the features of each clause of a text, batch after batch: clauses x features."""
    import torch

    words = tokenize(text)
    for first in range(0, len(clauses), _BATCH):
        rows = []
        for clause in clauses[first : first + _BATCH]:
            inside = [n for n, word in enumerate(words) if clause.start <= word.start < clause.end]
            around = range(max(0, inside[0] - _AROUND), min(len(words), inside[-1] + 1 + _AROUND))
            views = [model_view(words[n].text) for n in around]
            rows.append(_encode(classifier, views, [inside[0] <= n <= inside[-1] for n in around]))
        yield torch.stack(rows)


def _encode(classifier: TokenClassifier, views: list[str], own: list[bool]) -> Tensor:
    """Return the mean over a clause's own pieces and over all, one after the other."""
    import torch

    tokenizer = classifier.tokenizer
    pieces = tokenizer(views, add_special_tokens=False)["input_ids"]
    budget = min(tokenizer.model_max_length, 512) - 2
    flat = [(id_, mine) for word, mine in zip(pieces, own, strict=True) for id_ in word]
    while len(flat) > budget:  # neighbours go first, the farther side's
        flat = flat[:-1] if not flat[-1][1] or flat[0][1] else flat[1:]
    ids = [tokenizer.cls_token_id, *(id_ for id_, _ in flat), tokenizer.sep_token_id]
    with torch.inference_mode():
        row = torch.tensor([ids], device=classifier.model.device)
        hidden = classifier.model.base_model(row).last_hidden_state[0].float().cpu()
    mine = torch.tensor([False, *(mine for _, mine in flat), False])
    whole = hidden.mean(0)
    return torch.cat([hidden[mine].mean(0) if mine.any() else whole, whole]).clone()


def fit(features: Tensor, labels: Sequence[str]) -> ClauseClassifier:
    """Learn from clauses x features and their labels, `none` where there is no position."""
    import torch

    mean, scale = features.mean(0), features.std(0, correction=0).clamp(min=1e-6)
    scaled = (features - mean) / scale
    wanted = torch.tensor([CLASSES.index(label) for label in labels])
    weight = torch.zeros(features.shape[1], len(CLASSES), requires_grad=True)
    bias = torch.zeros(len(CLASSES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(scaled @ weight + bias, wanted)
        value = value + _DECAY * (weight**2).sum()
        value.backward()
        return float(value.detach())

    optimiser.step(loss)
    return ClauseClassifier(mean, scale, weight.detach(), bias.detach())


def annotate_learned(
    text: str,
    clauses: Sequence[Clause],
    target: Target,
    learned: ClauseClassifier,
    classifier: TokenClassifier,
) -> tuple[StanceSpan, ...]:
    """Return the clauses that are positions, scored by their probability."""
    import torch

    if not clauses:
        return ()
    features = torch.cat(list(encode_clauses(classifier, text, clauses)))
    spans = []
    for clause, row in zip(clauses, learned.probabilities(features), strict=True):
        label, score = CLASSES[int(row.argmax())], round(float(row.max()), 2)
        if label != NONE and score >= target.lowest_score:
            spans.append(
                StanceSpan(
                    start=clause.start,
                    end=clause.end,
                    text=clause.text,
                    label=label,
                    target=target.id,
                    holder=clause.holder,
                    rule=RULE,
                    score=score,
                )
            )
    return tuple(spans)
