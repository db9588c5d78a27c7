"""A sentence as the rules of stance read it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.annotators.stance import annotate_stance
from pipeline.model import Document, Entity, StanceSpan
from pipeline.scheme import find_target

TARGET = find_target(None)


def annotate(
    text: str, name: str | None = None, bodies: Sequence[str] = ()
) -> tuple[StanceSpan, ...]:
    """Return the spans of a text in which a person and bodies are named."""
    named = [(body, "ORG") for body in bodies] + ([(name, "PER")] if name else [])
    entities = [
        Entity(start=text.index(own), end=text.index(own) + len(own), text=own, label=label)
        for own, label in named
    ]
    return annotate_stance(Document(id="d", text=text), entities, TARGET)
