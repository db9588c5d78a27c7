"""What travels between us and the annotation server: plain values and their JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, get_origin, get_type_hints

from pipeline.doccano.values import Comment
from pipeline.errors import RequestError
from pipeline.scheme import Label, load_scheme

_DARK_TEXT, _LIGHT_TEXT = "#000000", "#ffffff"


@dataclass(frozen=True, slots=True)
class Annotator:
    """A person: the pseudonym records carry, and the account they log in with."""

    pseudonym: str
    username: str


@dataclass(frozen=True, slots=True)
class Round:
    """A round of annotation: its name, the id of its stance target, what annotators read.

    `labels` are those it has beside the scheme's.
    """

    name: str
    target: str
    instructions: str = ""
    labels: tuple[Label, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or "/" in self.name or len(self.name) > 60:
            cause = f"{self.name!r} is no name for a round"
            raise RequestError("round", cause, "Give 1 to 60 characters without '/'.")
        known = [target.id for target in load_scheme().targets]
        if self.target not in known:
            cause = f"unknown stance target {self.target!r}"
            raise RequestError("round", cause, f"Name one of: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class WireSpan:
    """A span on the server; offsets in UTF-16 code units; `label` is the name people see."""

    id: int
    start_utf16: int
    end_utf16: int
    label: str


@dataclass(frozen=True, slots=True)
class WireRelation:
    """A relation between two spans, by their ids."""

    source: int
    target: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WireDocument:
    """A document on the server with one annotator's work; `confirmed_at` only once confirmed.

    `comments` are the annotator's own, the oldest first; `seconds` is how long they worked on it,
    absent where they never opened it.
    """

    uuid: str
    text: str
    meta: Mapping[str, Any]
    spans: tuple[WireSpan, ...]
    relations: tuple[WireRelation, ...]
    confirmed_at: str | None = None
    comments: tuple[Comment, ...] = ()
    seconds: float | None = None

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> WireDocument:
        """Read one document of the server's answer.

        Raises KeyError, TypeError or ValueError for what is none.
        """
        document = cls(
            uuid=row["uuid"],
            text=row["text"] or "",
            meta=row["meta"],
            spans=tuple(WireSpan(**span) for span in row["spans"]),
            relations=tuple(WireRelation(**relation) for relation in row["relations"]),
            confirmed_at=row["confirmed_at"],
            comments=tuple(Comment(**comment) for comment in row["comments"]),
            seconds=row["seconds"],
        )
        parts = (*document.spans, *document.relations, *document.comments)
        for value in (document, *parts):
            _check_types(value)
        if document.confirmed_at is not None:
            datetime.fromisoformat(document.confirmed_at).astimezone(UTC)
        return document

    def same_content(self, other: WireDocument) -> bool:
        """Tell whether both hold the same text, metadata, spans and relations, ids apart."""
        return self._content() == other._content()

    def _content(self) -> tuple[Any, ...]:
        places = {s.id: (s.start_utf16, s.end_utf16, s.label) for s in self.spans}
        relations = [(places[r.source], places[r.target], r.type) for r in self.relations]
        return self.uuid, self.text, dict(self.meta), sorted(places.values()), sorted(relations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a document on the server is, without its text.

    `based_on` names the machine's record its spans began as; `opened` is whether its annotator
    ever looked at it or did anything to it.
    """

    uuid: str
    document: str
    based_on: str
    opened: bool
    confirmed: bool


def _check_types(value: object) -> None:
    """Raise TypeError where a field does not hold what its declaration says."""
    for name, kind in _kinds(type(value)).items():  # type: ignore[arg-type]  # classes have hashes
        if not isinstance(getattr(value, name), kind):
            raise TypeError(f"{name} of a {type(value).__name__} is no {kind}")


@cache
def _kinds(declared: type) -> dict[str, Any]:
    """Return what `isinstance` asks of each field: of a collection, that it is one."""
    return {
        name: hint if get_origin(hint) in (None, UnionType) else get_origin(hint)
        for name, hint in get_type_hints(declared).items()
    }


def to_order(round_: Round, annotator: Annotator) -> dict[str, Any]:
    """Return what names one annotator's part of a round to the server."""
    return {"round": round_.name, "annotator": asdict(annotator)}


def to_push_order(
    round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
) -> dict[str, Any]:
    """Return the order that creates the project, its labels and the documents."""
    scheme = load_scheme()
    labels = [label for layer in scheme.labels.values() for label in layer]
    target = next(target for target in scheme.targets if target.id == round_.target)
    relation = {
        "text": scheme.relation_name_ar,
        "colour": scheme.relation_colour,
        "text_colour": _text_colour(scheme.relation_colour),
    }
    return to_order(round_, annotator) | {
        "description": target.name_ar,
        "instructions": round_.instructions,
        "guideline": scheme.guideline,
        "labels": [_label_row(label) for label in (*labels, scheme.holder, *round_.labels)],
        "relation": relation,
        "documents": [asdict(document) for document in documents],
    }


def _label_row(label: Label) -> dict[str, str | None]:
    return {
        "text": label.name_ar,
        "key": label.key or None,
        "colour": label.colour,
        "text_colour": _text_colour(label.colour),
    }


def _text_colour(background: str) -> str:
    """Return black or white, whichever contrasts more by WCAG's relative luminance."""
    channels = [int(background[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return _DARK_TEXT if luminance > 0.179 else _LIGHT_TEXT
