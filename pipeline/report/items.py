"""What a report is made of: each document, the record its figures count, and everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pipeline.model import ADJUDICATED, MACHINE, Annotation, Document, Span

HUMAN, AGREED = "human", "agreed"
STATUSES = (MACHINE, HUMAN, AGREED, ADJUDICATED)
"""How far a document has come: proposals alone, one person's work, several people's of which what
all agree on is counted until it is adjudicated, the adjudicator's word."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a document, named by id; `before` is what it was, where a report shows a change."""

    document: str
    span: Span
    before: Span | None = None


Places: TypeAlias = tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document as a report sees it.

    `record` is the one its figures count; `people` holds each person's own, and `origins` the
    machine's record that each of them started from. `split` is None until it is released.
    """

    document: Document
    record: Annotation
    status: str
    split: str | None = None
    people: Mapping[str, Annotation]
    origins: Mapping[str, Annotation]
