"""What the rules propose: a clause, its label, its holder, and why."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.annotators.stance.names import Phrase

FAVOR, AGAINST, NEUTRAL = "FAVOR", "AGAINST", "NEUTRAL"


class Candidate(NamedTuple):
    """Words `first` to `after` as a stance; `strength` is its mention's, `cues` how many agree."""

    first: int
    after: int
    label: str
    holder: Phrase
    cue: str
    rule: str
    strength: int
    cues: int


def label_of(sign: int) -> str:
    """Return the label of a sign: 1, -1 or 0."""
    return {1: FAVOR, -1: AGAINST, 0: NEUTRAL}[sign]
