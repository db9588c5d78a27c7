"""Long documents offered in parts, cut between paragraphs, and joined again; pure.

The cuts follow from the text alone, so that a part's id on the server stays the same whatever the
machine says of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.doccano.exchange import Reading, example_uuid, from_wire, to_wire
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import Fault
from pipeline.model import Annotation, DateSpan, Document, Entity, Mention, StanceSpan
from pipeline.records import annotation_digest

MOST_WORDS = 5000
_PARAGRAPH = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_Span = TypeVar("_Span", bound=Mention)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document from `start` on, as a document of its own with the same id."""

    start: int
    document: Document

    @property
    def end(self) -> int:
        """Where it ends in the whole text."""
        return self.start + len(self.document.text)


def split_document(document: Document) -> tuple[Part, ...]:
    """Return the document in parts of at most 5,000 words; a longer paragraph is a part itself."""
    if len(document.text.split()) <= MOST_WORDS:
        return (Part(0, document),)
    edges, words = [0], 0
    for paragraph in _PARAGRAPH.finditer(document.text):
        count = len(paragraph[0].split())
        if words and count and words + count > MOST_WORDS:  # nobody has blank lines to read
            edges.append(paragraph.start())
            words = 0
        words += count
    ends = [*edges[1:], len(document.text)]
    return tuple(
        Part(start, replace(document, text=document.text[start:end]))
        for start, end in zip(edges, ends, strict=True)
    )


def to_wires(
    document: Document, annotation: Annotation, round_: Round, annotator: Annotator
) -> tuple[WireDocument, ...]:
    """Return what the server stores for a document: one example, or one a part."""
    parts = split_document(document)
    if len(parts) == 1:
        return (to_wire(document, annotation, round_, annotator),)
    wires = []
    for number, part in enumerate(parts, 1):
        wire = to_wire(part.document, _cut(annotation, part), round_, annotator)
        meta = {
            **wire.meta,
            "based_on": annotation_digest(annotation),
            "part": {"number": number, "of": len(parts)},
        }
        uuid = example_uuid(_named(part), round_, annotator)
        wires.append(replace(wire, uuid=uuid, meta=meta))
    return tuple(wires)


def wire_ids(document: Document, round_: Round, annotator: Annotator) -> tuple[str, ...]:
    """Return the ids on the server of a document's examples, in the order of the text."""
    parts = split_document(document)
    named = [document] if len(parts) == 1 else [_named(part) for part in parts]
    return tuple(example_uuid(one, round_, annotator) for one in named)


def spans_across(document: Document, annotation: Annotation) -> tuple[Mention, ...]:
    """Return the spans that lie across an edge between parts, and so are shown in none."""
    edges = [part.start for part in split_document(document)[1:]]
    spans = (*annotation.entities, *annotation.dates, *annotation.stance)
    return tuple(span for span in spans if any(span.start < edge < span.end for edge in edges))


def from_wires(
    wires: Sequence[WireDocument],
    document: Document,
    round_: Round,
    annotator: Annotator,
    machine: Annotation,
    given: Sequence[DateSpan],
) -> Reading:
    """Read a document back from all its examples, each part by its own offsets.

    Dates take known values from `given`, else from the `machine`.
    """
    known = [*machine.dates, *given]
    if len(wires) == 1:
        return from_wire(wires[0], document, round_, annotator, known)
    parts = split_document(document)
    by_id = {wire.uuid: wire for wire in wires}
    ids = wire_ids(document, round_, annotator)
    if by_id.keys() != set(ids):
        cause = "the parts on the server are not the parts of the document's text"
        cure = "Restore the text that was pushed: what was annotated on it stays on the server."
        place = f"{annotator.pseudonym}/{document.id}"
        return Reading(None, (), (Fault(place, cause, cure),))
    readings = [
        from_wire(by_id[uuid], part.document, round_, annotator, _inside(known, part))
        for uuid, part in zip(ids, parts, strict=True)
    ]
    faults = tuple(fault for reading in readings for fault in reading.faults)
    annotations = [reading.annotation for reading in readings if reading.annotation]
    if faults:
        return Reading(None, (), faults)
    snaps = tuple(
        replace(s, drawn=_at(s.drawn, part), snapped=_at(s.snapped, part))
        for reading, part in zip(readings, parts, strict=True)
        for s in reading.snaps
    )
    return Reading(_join(document, parts, annotations, machine), snaps, ())


def _join(
    document: Document,
    parts: Sequence[Part],
    annotations: Sequence[Annotation],
    machine: Annotation,
) -> Annotation:
    """Return the annotation of the whole from those of its parts.

    A stance of the machine's whose holder stands in another part keeps it, unless its annotator
    named one.
    """
    entities: list[Entity] = []
    dates: list[DateSpan] = []
    stance: list[StanceSpan] = []
    holders = {(s.start, s.end, s.label): s.holder for s in machine.stance}
    for part, annotation in zip(parts, annotations, strict=True):
        entities += _moved(annotation.entities, part.start)
        dates += _moved(annotation.dates, part.start)
        for span in _moved(annotation.stance, part.start):
            holder = holders.get((span.start, span.end, span.label))
            if span.holder is not None:
                (holder,) = _moved((span.holder,), part.start)
            elif holder and _within(holder, part):
                holder = None  # Its annotator saw it, and took it away.
            stance.append(replace(span, holder=holder))
    return replace(
        annotations[0],
        text_sha256=document.sha256,
        confirmed_at=max(a.confirmed_at or "" for a in annotations),
        entities=tuple(entities),
        dates=tuple(dates),
        stance=tuple(stance),
    )


def _named(part: Part) -> Document:
    """Return the part under a name of its own: two parts may hold the same words."""
    return replace(part.document, id=f"{part.document.id}\0{part.start}")


def _within(mention: Mention, part: Part) -> bool:
    return part.start <= mention.start and mention.end <= part.end


def _at(place: tuple[int, int], part: Part) -> tuple[int, int]:
    return place[0] + part.start, place[1] + part.start


def _inside(spans: Sequence[_Span], part: Part) -> list[_Span]:
    """Return the spans within a part, by the part's offsets."""
    return _moved([span for span in spans if _within(span, part)], -part.start)


def _moved(spans: Sequence[_Span], by: int) -> list[_Span]:
    return [replace(span, start=span.start + by, end=span.end + by) for span in spans]


def _cut(annotation: Annotation, part: Part) -> Annotation:
    """Return what of an annotation lies within a part, by the part's offsets."""
    stance = []
    for span in annotation.stance:
        near = _inside((span.holder,), part) if span.holder else []
        stance += _inside((replace(span, holder=near[0] if near else None),), part)
    return replace(
        annotation,
        text_sha256=part.document.sha256,
        entities=tuple(_inside(annotation.entities, part)),
        dates=tuple(_inside(annotation.dates, part)),
        stance=tuple(stance),
    )
