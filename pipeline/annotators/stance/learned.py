"""What judges clauses: a linear layer over their features, an encoder's own or learnt from people.

A layer learnt from people starts from zeros and sees all clauses at once, so that equal data give
equal weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipeline.annotators.ner.calibration import UNCALIBRATED, Calibration
from pipeline.annotators.stance.candidate import AGAINST, FAVOR, NEUTRAL
from pipeline.annotators.stance.clause_encoder import encode_clauses
from pipeline.model import Mention

if TYPE_CHECKING:
    from torch import Tensor

    from pipeline.weights import TokenClassifier

NONE = "none"
CLASSES = (FAVOR, AGAINST, NEUTRAL, NONE)  # none is the last
_STEPS, _DECAY = 100, 1e-2


@dataclass(frozen=True, slots=True)
class Clause(Mention):
    """A clause somebody named in the text may take a position in."""

    holder: Mention


@dataclass(frozen=True, slots=True)
class ClauseClassifier:
    """A layer's weights, features x classes, and how features are scaled before."""

    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor

    def probabilities(self, features: Tensor) -> Tensor:
        """Return clauses x classes."""
        return (((features - self.mean) / self.scale) @ self.weight + self.bias).softmax(-1)


class Verdict(NamedTuple):
    """The position a clause takes if it takes any; how likely it does, calibrated."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class ClauseModel:
    """An encoder of clauses with the layer that judges them; `name` is for records."""

    encoder: TokenClassifier
    layer: ClauseClassifier
    name: str
    calibration: Calibration = UNCALIBRATED

    def judge(self, text: str, clauses: Sequence[Mention]) -> list[Verdict]:
        """Return for each clause of a text the likeliest position, and how likely it is."""
        if not clauses:
            return []
        rows = self.layer.probabilities(encode_clauses(self.encoder, text, clauses)).tolist()
        best = [max(zip(row, CLASSES[:-1], strict=False)) for row in rows]
        return [Verdict(label, self.calibration(chance)) for chance, label in best]


def own_layer(encoder: TokenClassifier) -> ClauseClassifier:
    """Return the layer that an encoder was fine-tuned with."""
    import torch

    layer = encoder.model.classifier
    weight, bias = layer.weight.detach().T.cpu(), layer.bias.detach().cpu()
    size = weight.shape[0]
    return ClauseClassifier(torch.zeros(size), torch.ones(size), weight, bias)


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
