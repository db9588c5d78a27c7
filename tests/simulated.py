"""Annotators who are no people: the machine's records, changed here and there by a fixed chance."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.model import Annotation, Document, Entity, StanceSpan
from pipeline.records import annotation_digest, write_annotation
from pipeline.scheme import LAYERS, load_scheme
from pipeline.tokens import tokenize

_REMOVE, _RELABEL, _MOVE, _REVALUE = 0.08, 0.16, 0.22, 0.30
_ADDED = 0.06


def simulate(agent: str, document: Document, machine: Annotation) -> Annotation:
    """A record that keeps most of the machine's spans; others are removed, changed, added."""
    chance = random.Random(f"{agent} {document.id}")
    layers = {layer: _corrected(chance, getattr(machine, layer), layer) for layer in LAYERS}
    layers["entities"] = _with_additions(chance, document, layers["entities"])
    return replace(
        machine,
        agent=agent,
        models={},
        based_on=annotation_digest(machine),
        confirmed_at="2024-10-01T12:00:00Z",
        **layers,
    )


def _corrected(chance: random.Random, spans: Iterable[Any], layer: str) -> tuple[Any, ...]:
    labels = load_scheme().ids(layer)
    found = []
    for span in map(_by_a_person, spans):
        drawn = chance.random()
        words = span.text.split(" ")
        if drawn < _REMOVE:
            continue
        if drawn < _RELABEL and layer != "dates":
            span = replace(span, label=chance.choice([own for own in labels if own != span.label]))
        elif drawn < _MOVE and len(words) > 1:
            text = span.text[: -len(words[-1])].rstrip()
            span = replace(span, end=span.start + len(text), text=text)
        elif drawn < _REVALUE and span.label == "DATE":
            span = replace(span, value="2024-09", value_by="a01")
        found.append(span)
    return tuple(found)


def _by_a_person(span: Any) -> Any:
    if isinstance(span, StanceSpan):
        return replace(span, score=None, cue=None, rule=None)
    return replace(span, score=None)


def _with_additions(
    chance: random.Random, document: Document, entities: tuple[Entity, ...]
) -> tuple[Entity, ...]:
    taken = [(span.start, span.end) for span in entities]
    added = [
        Entity(start=word.start, end=word.end, text=word.text, label=chance.choice(["PER", "MISC"]))
        for word in tokenize(document.text)
        if len(word.text) > 4
        and word.text.isalpha()
        and all(word.end <= start or end <= word.start for start, end in taken)
        and chance.random() < _ADDED / 4
    ]
    return tuple(sorted([*entities, *added], key=lambda span: span.start))


def keep_simulated(
    annotations: Path, documents: Iterable[Document], machines: Iterable[Annotation], *agents: str
) -> None:
    """Write the records of simulated annotators, and the machine's that they started from."""
    for document, machine in zip(documents, machines, strict=True):
        name = f"{document.id}.{annotation_digest(machine)}.json"
        write_annotation(annotations / "machine" / name, machine)
        for agent in agents:
            path = annotations / agent / f"{document.id}.json"
            write_annotation(path, simulate(agent, document, machine))
