"""How sure a proposal is: the share of its kind that was right on the development set."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pipeline.annotators.stance.candidate import Candidate

VERB, NOUN, JUDGEMENT, FORM = "verb", "noun", "judgement", "form"
# Rules that read the target's own form (`لن ننسحب`, `لا للوجود`).
_FORMS = frozenset({"own-act", "slogan", "vow", "imperative"})
_WHOLE = 3


def rule_of(candidate: Candidate) -> str:
    """Return the rule a span shows: `demand-verb:whole`, the target with its object or `bare`."""
    return f"{candidate.rule}:{'whole' if candidate.strength >= _WHOLE else 'bare'}"


def kind_of(rule: str) -> tuple[str, str]:
    """Return the kind a rule counts under: how the position is expressed, and how the target is."""
    name, _, target = rule.partition(":")
    expressed = FORM if name in _FORMS else name.rpartition("-")[2]
    return expressed if expressed in (FORM, VERB, NOUN) else JUDGEMENT, target


def score_of(candidate: Candidate) -> float:
    """Return the score of a candidate, between 0 and 1."""
    expressed, target = kind_of(rule_of(candidate))
    right, offered = load_counts()[expressed][target]
    return round((right + 1) / (offered + 2), 2)


@cache
def load_counts() -> dict[str, dict[str, tuple[int, int]]]:
    """Return (right, offered) by how the position is expressed and how the target stands."""
    text = files(__package__).joinpath("score.toml").read_text(encoding="utf-8")
    return {
        expressed: {name: (row["right"], row["offered"]) for name, row in rows.items()}
        for expressed, rows in tomllib.loads(text).items()
    }
