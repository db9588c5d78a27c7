"""Records of simulated annotators of the example document, and a folder that keeps them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.model import Annotation, DateSpan, Document, Entity
from pipeline.records import annotation_digest, write_annotation
from tests.examples import TEXT, annotation, mention

MACHINE = annotation()


def document(name: str) -> Document:
    return Document(id=name, text=TEXT, dct=MACHINE.dct)


def person(agent: str, name: str = "example", **changes: Any) -> Annotation:
    """Somebody simulated who keeps what the machine proposed, but for what is changed."""
    machine = annotation(document=name)
    kept = replace(
        machine,
        agent=agent,
        models={},
        based_on=annotation_digest(machine),
        confirmed_at="2024-10-01T12:00:00Z",
        entities=tuple(replace(span, score=None) for span in machine.entities),
        stance=tuple(replace(s, score=None, cue=None, rule=None) for s in machine.stance),
    )
    return replace(kept, **changes)


def keep(annotations: Path, *records: Annotation) -> Path:
    """Write records where people's work is kept, and the machine's that they started from."""
    for record in records:
        machine = annotation(document=record.document)
        name = f"{record.document}.{annotation_digest(machine)}.json"
        write_annotation(annotations / "machine" / name, machine)
        write_annotation(annotations / record.agent / f"{record.document}.json", record)
    return annotations


def entity(words: str, label: str) -> Entity:
    return Entity(**mention(words), label=label)


def date(words: str, value: str | None = None, value_by: str | None = None) -> DateSpan:
    return DateSpan(**mention(words), label="DATE", value=value, value_by=value_by)
