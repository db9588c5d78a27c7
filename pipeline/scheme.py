"""The annotation scheme as data: layers, labels, the holder relation and stance targets."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.errors import RequestError

ENTITIES, DATES, STANCE = "entities", "dates", "stance"
LAYERS = (ENTITIES, DATES, STANCE)
# Below an even chance a proposal costs an annotator more than it saves.
LOWEST_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its id in records, its names for people, its colour and key in Doccano."""

    id: str
    name_ar: str
    name_en: str
    colour: str
    key: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What stance spans of a corpus are for or against.

    `words` name it, `opposite` what holds where it does not come about, `objects` what it happens
    to, unless one of `others` follows. Below `lowest_score` no span is proposed.
    """

    id: str
    name_ar: str
    name_en: str
    words: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    opposite: tuple[str, ...] = ()
    lowest_score: float = LOWEST_SCORE


@dataclass(frozen=True, slots=True)
class Scheme:
    """All that `schemas/labels.toml` and `schemas/targets.toml` declare."""

    guideline: str
    labels: dict[str, tuple[Label, ...]]
    holder: Label
    relation: str
    relation_name_ar: str
    relation_colour: str
    targets: tuple[Target, ...]

    @property
    def target(self) -> Target:
        """The target of the round that is open: the first declared."""
        return self.targets[0]

    def ids(self, layer: str) -> tuple[str, ...]:
        """Label ids of a layer, in the scheme's order."""
        return tuple(label.id for label in self.labels[layer])

    def aliases(self, layer: str) -> dict[str, str]:
        """Every name of a layer's labels, their own included, to the label's id."""
        return {name: lb.id for lb in self.labels[layer] for name in (lb.id, *lb.aliases)}


def read_schema(name: str) -> str:
    """Return the text of a file of `schemas/`."""
    return files("pipeline.schemas").joinpath(name).read_text(encoding="utf-8")


def schema_id(name: str) -> str:
    """Return the identifier of a JSON Schema of `schemas/`, which ends in its version."""
    return str(json.loads(read_schema(name))["$id"])


@cache
def load_scheme() -> Scheme:
    """Read the scheme that ships with the package."""
    labels = tomllib.loads(read_schema("labels.toml"))
    targets = tomllib.loads(read_schema("targets.toml"))
    holder = labels["holder"]
    return Scheme(
        guideline=labels["guideline"],
        labels={
            layer: tuple(
                Label(**{**row, "aliases": tuple(row["aliases"])})
                for row in labels["layers"][layer]["labels"]
            )
            for layer in LAYERS
        },
        holder=Label(*(holder[key] for key in ("id", "name_ar", "name_en", "colour", "key"))),
        relation=holder["relation"],
        relation_name_ar=holder["relation_name_ar"],
        relation_colour=holder["relation_colour"],
        targets=parse_targets(targets),
    )


def parse_targets(table: Mapping[str, Any]) -> tuple[Target, ...]:
    """Return the targets of a table shaped as `schemas/targets.toml`."""
    return tuple(
        Target(
            id=row["id"],
            name_ar=row["name_ar"],
            name_en=row["name_en"],
            words=tuple(row["words"]),
            objects=tuple(row["objects"]),
            others=tuple(row.get("others", ())),
            opposite=tuple(row["opposite"]),
            lowest_score=row.get("lowest_score", LOWEST_SCORE),
        )
        for row in table["targets"]
    )


def find_target(id_: str | None) -> Target:
    """Return the declared target of an id, the first where none is named.

    Raises RequestError for an id nobody declared.
    """
    scheme = load_scheme()
    for target in scheme.targets:
        if id_ in (None, target.id):
            return target
    known = ", ".join(target.id for target in scheme.targets)
    cause = f"unknown stance target {id_!r}"
    raise RequestError("--target", cause, f"Name one of: {known}; or declare it in targets.toml.")
