"""The likeliest tags of a sentence that IOB2 allows (Viterbi)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def forbidden_steps(tags: Sequence[str]) -> NDArray[float32]:
    """Return a matrix [from, to]: minus infinity where IOB2 forbids the step, else 0.

    The last row is the sentence's beginning. I-X may only follow B-X or I-X.
    """
    import numpy

    steps = numpy.zeros((len(tags) + 1, len(tags)), dtype=numpy.float32)
    for to, tag in enumerate(tags):
        if tag.startswith("I-"):
            for from_, before in enumerate([*tags, "O"]):
                if before[2:] != tag[2:]:
                    steps[from_, to] = -numpy.inf
    return steps


def best_path(scores: NDArray[float32], steps: NDArray[float32]) -> list[int]:
    """Return the tag of each word on the path of the highest sum.

    `scores` are log-probabilities, words x tags; `steps` is what `forbidden_steps` made.
    """
    if not len(scores):
        return []
    unconstrained = scores.argmax(axis=1)
    before = [len(steps) - 1, *unconstrained[:-1].tolist()]
    if (steps[before, unconstrained] == 0).all():  # by far the most sentences
        return list(unconstrained.tolist())
    total = scores[0] + steps[-1]
    back = []
    for word in scores[1:]:
        through = total[:, None] + steps[:-1]
        back.append(through.argmax(axis=0))
        total = through.max(axis=0) + word
    path = [int(total.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]
