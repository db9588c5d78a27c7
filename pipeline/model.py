"""The values every stage passes on; frozen, with offsets in code points into the raw text.

Document            text as received, with its creation time (DCT) and origin
Annotation          one agent's layers over one document, bound to it by id and digest
├── Entity          a named entity
├── DateSpan        a TIMEX3 expression with its normal form
└── StanceSpan      a position on a target, with the Mention of who holds it
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

MACHINE = "machine"
ADJUDICATED = "adjudicated"


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document; `text` is what was received, decoded as UTF-8 and changed in nothing."""

    id: str
    text: str
    dct: date | None = None
    dct_source: str | None = None
    title: str | None = None
    source: str | None = None
    licence: str | None = None

    @property
    def sha256(self) -> str:
        """The digest annotations are bound to."""
        return text_digest(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A stretch of text: `start` inclusive, `end` exclusive; `text` repeats what it covers."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Mention):
    """A named entity; `score` is the machine's probability, absent when a person drew it."""

    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan(Mention):
    """A TIMEX3 expression; `value` is absent until someone, named in `value_by`, gave it."""

    label: str
    value: str | None = None
    mod: str | None = None
    quant: str | None = None
    freq: str | None = None
    original_calendar: str | None = None
    value_by: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceSpan(Mention):
    """A position on `target`; `cue` and `rule` say why the machine proposed it."""

    label: str
    target: str
    holder: Mention | None = None
    cue: str | None = None
    rule: str | None = None
    score: float | None = None


Span: TypeAlias = Entity | DateSpan | StanceSpan
"""A span of any layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One agent's annotation of one document.

    `models` names what made each layer (machine records); `based_on` is the digest of the
    machine record a person started from; `confirmed_at` is when they confirmed (ISO 8601, UTC).
    """

    document: str
    text_sha256: str
    agent: str
    guideline: str
    dct: date | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    based_on: str | None = None
    confirmed_at: str | None = None
    entities: tuple[Entity, ...] = ()
    dates: tuple[DateSpan, ...] = ()
    stance: tuple[StanceSpan, ...] = ()
