"""A training recipe: which named inputs, in which convention, how long, in what order."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pipeline.annotators.ner.train import TrainingOptions
from pipeline.conll import PLAIN, Habits
from pipeline.errors import RequestError

CONLL, STANDOFF = "conll", "standoff"


@dataclass(frozen=True, slots=True)
class Corpus:
    """One named input: a file (or a folder of `.txt`) and how it is read.

    `path` is looked for beside the recipe, then in the data folder. A stand-off file (JSON Lines:
    `line`, `sha256`, `entities`) names in `text` the text whose lines it annotates.
    `sentences` is the half-open range used; `relabel` brings the labels to the guidelines.
    """

    name: str
    path: str
    sha256: str
    format: str = CONLL
    text: str = ""
    sentences: tuple[int, int | None] = (0, None)
    relabel: bool = False
    habits: Habits = PLAIN


@dataclass(frozen=True, slots=True)
class Phase:
    """Corpora trained on together, shuffled."""

    corpora: tuple[str, ...]
    options: TrainingOptions


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a released model depends on besides the encoder and the code.

    `average` is each phase's share in the weights of the result; none: the last phase is it.
    What an average keeps of both, a last phase alone may have forgotten (Wortsman et al. 2022).
    """

    version: str
    phases: tuple[Phase, ...]
    average: tuple[float, ...]
    dev: tuple[str, ...]
    corpora: Mapping[str, Corpus]


def parse_recipe(text: str, name: str) -> Recipe:
    """Read a recipe from TOML. Raises RequestError that names the key at fault."""
    try:
        table = tomllib.loads(text)
        corpora = {key: _corpus(key, row) for key, row in table["corpora"].items()}
        shared = table.get("options", {})
        recipe = Recipe(
            version=table["version"],
            phases=tuple(_phase(row, shared) for row in table["phases"]),
            average=tuple(table.get("average", ())),
            dev=tuple(table["dev"]),
            corpora=corpora,
        )
    except KeyError as error:
        raise RequestError(name, f"no key {error}", "Add it; docs/stages.md shows one.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise RequestError(name, str(error), "Mend it; docs/stages.md shows one.") from error
    _check(recipe, name)
    return recipe


def _check(recipe: Recipe, name: str) -> None:
    """Raise RequestError for keys that do not fit each other."""
    phases, average = recipe.phases, recipe.average
    if not phases:
        raise RequestError(name, "phases is empty", "Describe at least one as [[phases]].")
    if average and len(average) != len(phases):
        cause = f"average has {len(average)} shares for {len(phases)} phases"
        raise RequestError(name, cause, "Give each phase its share.")
    numbers = all(isinstance(share, int | float) for share in average)
    if average and not (numbers and math.isclose(sum(average), 1)):
        cause = f"average is {list(average)}, shares that do not add up to 1"
        raise RequestError(name, cause, "Give each phase its share of the whole.")
    named = {key for phase in phases for key in phase.corpora} | set(recipe.dev)
    if unknown := sorted(named - set(recipe.corpora)):
        cure = f"Describe it as [corpora.{unknown[0]}]."
        raise RequestError(name, f"corpus {unknown[0]!r} is not described", cure)


def _phase(row: Mapping[str, Any], shared: Mapping[str, Any]) -> Phase:
    known = {field.name for field in fields(TrainingOptions)}
    own = {key: value for key, value in row.items() if key != "corpora"}
    if unknown := sorted((set(own) | set(shared)) - known):
        raise TypeError(f"unknown option {unknown[0]!r}")
    options = TrainingOptions(**{**shared, **own})
    if not isinstance(options.epochs, int) or options.epochs < 1:
        raise ValueError(f"epochs is {options.epochs!r}, not a whole number from 1 on")
    return Phase(tuple(row["corpora"]), options)


def _corpus(name: str, row: Mapping[str, Any]) -> Corpus:
    rest = dict(row)
    start, end = rest.pop("sentences", (0, 0))
    habits = Habits(
        repairs=rest.pop("repairs", {}),
        breaks=frozenset(rest.pop("breaks", ())),
        notes=rest.pop("notes", False),
    )
    if rest.get("format", CONLL) not in (CONLL, STANDOFF):
        raise TypeError(f"format {rest['format']!r} of {name} is neither {CONLL} nor {STANDOFF}")
    if rest.get("format") == STANDOFF and not rest.get("text"):
        raise TypeError(f"{name} is {STANDOFF} and names no text")
    return Corpus(name=name, sentences=(start, end or None), habits=habits, **rest)
