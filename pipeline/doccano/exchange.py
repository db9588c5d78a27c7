"""Annotation records to what Doccano stores, and back; pure.

Doccano counts UTF-16 code units and knows labels by the names people see. A stance's holder is a
relation to the entity that names it, or else to a span with the holder label.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache

from pipeline.doccano.snapping import Snap, Snapper
from pipeline.doccano.values import date_values
from pipeline.doccano.wire import Annotator, Round, WireDocument, WireRelation, WireSpan
from pipeline.errors import Fault
from pipeline.model import Annotation, DateSpan, Document, Entity, Mention, StanceSpan, text_digest
from pipeline.offsets import Utf16Map
from pipeline.records import annotation_digest, span_to_json
from pipeline.scheme import DATES, ENTITIES, LAYERS, STANCE, load_scheme

HOLDER = "holder"
_META = ("document", "text_sha256", "dct", "based_on", "annotator", "round", "guideline")
_DIGEST = re.compile(r"[0-9a-f]{16}")
_CURE = "Open the document in Doccano, mend it, and collect again."


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document on the server says: an annotation, or the faults that stand against it."""

    annotation: Annotation | None
    snaps: tuple[Snap, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(Mention):
    """A span of the server in code points, its layer and the label's id."""

    layer: str
    label: str


def example_uuid(document: Document, round_: Round, annotator: Annotator) -> str:
    """Return the id a document has on the server: one for a text, a round and an annotator.

    Doccano takes no other shape than a version 4 UUID, so a digest is dressed as one.
    """
    name = "\0".join((document.id, document.sha256, round_.name, annotator.pseudonym))
    return str(uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4))


def to_wire(
    document: Document, annotation: Annotation, round_: Round, annotator: Annotator
) -> WireDocument:
    """Return the document and the annotation its annotator starts from, as Doccano stores them."""
    units = Utf16Map(document.text)
    names = {place: name for name, place in _label_places().items()}
    spans: list[WireSpan] = []

    def add(mention: Mention, layer: str, label: str) -> int:
        start, end = units.to_utf16(mention.start), units.to_utf16(mention.end)
        spans.append(WireSpan(len(spans), start, end, names[layer, label]))
        return spans[-1].id

    holders = {(s.start, s.end): add(s, ENTITIES, s.label) for s in annotation.entities}
    for moment in annotation.dates:
        add(moment, DATES, moment.label)
    relations = []
    for stance in annotation.stance:
        source = add(stance, STANCE, stance.label)
        if stance.holder is None:
            continue
        place = stance.holder.start, stance.holder.end
        if place not in holders:
            holders[place] = add(stance.holder, HOLDER, load_scheme().holder.id)
        relations.append(WireRelation(source, holders[place], load_scheme().relation_name_ar))
    return WireDocument(
        uuid=example_uuid(document, round_, annotator),
        text=document.text,
        meta={
            "document": document.id,
            "text_sha256": document.sha256,
            "dct": annotation.dct.isoformat() if annotation.dct else "",
            "based_on": annotation_digest(annotation),
            "annotator": annotator.pseudonym,
            "round": round_.name,
            "guideline": annotation.guideline,
            "dates": [span_to_json(replace(moment, score=None)) for moment in annotation.dates],
        },
        spans=tuple(spans),
        relations=tuple(relations),
    )


def is_ours(wire: WireDocument) -> bool:
    """Tell whether a document carries the metadata that `to_wire` gives."""
    meta, part = wire.meta, wire.meta.get("part", {"of": 1})
    if not all(isinstance(meta.get(key), str) for key in _META):
        return False
    if not isinstance(part, Mapping) or not isinstance(part.get("of"), int):
        return False
    return bool(_DIGEST.fullmatch(meta["based_on"])) and _is_day(meta["dct"])


def _is_day(text: str) -> bool:
    """Tell whether a day is given, or said to be unknown."""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def from_wire(
    wire: WireDocument,
    document: Document,
    round_: Round,
    annotator: Annotator,
    known_dates: Iterable[DateSpan],
) -> Reading:
    """Read a document back, its spans on word edges, its dates with their values."""
    place = f"{annotator.pseudonym}/{document.id}"
    if not text_digest(wire.text) == wire.meta["text_sha256"] == document.sha256:
        cause = "the text on the server is not the document's text"
        cure = "Restore the text that was pushed: what was annotated on it stays on the server."
        return Reading(None, (), (Fault(place, cause, cure),))
    marked, snaps, faults = read_spans(wire, place)
    for before, after in find_overlaps(marked):
        cause = f"overlaps «{marked[before].text}» ({marked[before].label}) of the same layer"
        faults.append(Fault(_where(place, marked[after]), cause, _CURE))
    holders, relation_faults = _read_holders(wire, marked, place)
    faults += relation_faults
    spans = sorted(marked.items(), key=lambda item: (item[1].start, item[1].end))
    drawn = [to_date(span) for _, span in spans if span.layer == DATES]
    dates, refusals = date_values(document, drawn, known_dates, wire.comments, annotator.pseudonym)
    for refusal in refusals:
        written = f"{place}, comment «{refusal.comment.text if refusal.comment else ''}»"
        faults.append(Fault(written, refusal.cause, _CURE))
    if faults:
        return Reading(None, tuple(snaps), tuple(faults))
    annotation = Annotation(
        document=document.id,
        text_sha256=document.sha256,
        agent=annotator.pseudonym,
        guideline=wire.meta["guideline"],
        dct=date.fromisoformat(wire.meta["dct"]) if wire.meta["dct"] else None,
        based_on=wire.meta["based_on"],
        confirmed_at=_to_seconds(wire.confirmed_at) if wire.confirmed_at else None,
        entities=tuple(
            Entity(start=s.start, end=s.end, text=s.text, label=s.label)
            for _, s in spans
            if s.layer == ENTITIES
        ),
        dates=dates,
        stance=tuple(
            StanceSpan(
                start=s.start,
                end=s.end,
                text=s.text,
                label=s.label,
                target=round_.target,
                holder=holders.get(key),
            )
            for key, s in spans
            if s.layer == STANCE
        ),
    )
    return Reading(annotation, tuple(snaps), ())


def read_spans(wire: WireDocument, place: str) -> tuple[dict[int, Marked], list[Snap], list[Fault]]:
    """Return the spans by the server's id, on word edges; those moved; those refused."""
    units, words = Utf16Map(wire.text), Snapper(wire.text)
    marked: dict[int, Marked] = {}
    snaps, faults = [], []
    for span in wire.spans:
        where = f"{place}, span {span.start_utf16}-{span.end_utf16} (UTF-16) {span.label}"
        if span.label not in _label_places():
            faults.append(Fault(where, "a label that the scheme does not have", _CURE))
            continue
        try:
            drawn = units.from_utf16(span.start_utf16), units.from_utf16(span.end_utf16)
        except ValueError as error:
            faults.append(Fault(where, str(error), _CURE))
            continue
        snapped = words.snap(*drawn)
        if snapped is None:
            faults.append(Fault(where, "covers no word", _CURE))
            continue
        start, end = snapped
        layer, label = _label_places()[span.label]
        text = wire.text[start:end]
        if snapped != drawn:
            snaps.append(Snap(wire.meta["document"], label, drawn, snapped, text))
        marked[span.id] = Marked(start=start, end=end, text=text, layer=layer, label=label)
    return marked, snaps, faults


def to_date(span: Marked) -> DateSpan:
    """Return a marked date without its value."""
    return DateSpan(start=span.start, end=span.end, text=span.text, label=span.label)


def find_overlaps(marked: Mapping[int, Marked]) -> list[tuple[int, int]]:
    """Return the spans that begin within another of their layer, each with that other before it."""
    found = []
    ordered = sorted(marked, key=lambda key: (marked[key].start, marked[key].end))
    for layer in LAYERS:
        furthest: int | None = None
        for key in (key for key in ordered if marked[key].layer == layer):
            if furthest is not None and marked[key].start < marked[furthest].end:
                found.append((furthest, key))
            if furthest is None or marked[key].end > marked[furthest].end:
                furthest = key
    return found


def _read_holders(
    wire: WireDocument, marked: Mapping[int, Marked], place: str
) -> tuple[dict[int, Mention], list[Fault]]:
    """Return each stance span's holder, and what is wrong with relations and holder spans.

    A relation may be drawn either way: only one of its ends can be the stance.
    """
    holders: dict[int, Mention] = {}
    faults, used = [], set()
    for relation in wire.relations:
        ends = {marked[i].layer: i for i in (relation.source, relation.target) if i in marked}
        if len({relation.source, relation.target} - marked.keys()):
            continue  # The span at that end is refused already.
        named = ends.get(ENTITIES, ends.get(HOLDER))
        if STANCE not in ends or named is None or relation.type != load_scheme().relation_name_ar:
            cause = "a relation that does not tie a stance to an entity or a holder"
            faults.append(Fault(_where(place, marked[relation.source]), cause, _CURE))
            continue
        used.add(named)
        stance, holder = ends[STANCE], marked[named]
        mention = Mention(start=holder.start, end=holder.end, text=holder.text)
        if holders.setdefault(stance, mention) != mention:
            faults.append(Fault(_where(place, marked[stance]), "has two holders", _CURE))
    for key, span in marked.items():
        if span.layer == HOLDER and key not in used:
            faults.append(Fault(_where(place, span), "holds no stance: no relation to one", _CURE))
    return holders, faults


def _where(place: str, span: Marked) -> str:
    return f"{place}, {span.label} {span.start}-{span.end} «{span.text}»"


def _to_seconds(moment: str) -> str:
    """Return an ISO 8601 time with any offset as UTC, cut to seconds."""
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def _label_places() -> dict[str, tuple[str, str]]:
    """Return, for each name people see, the layer and the label's id."""
    scheme = load_scheme()
    places = {
        label.name_ar: (layer, label.id) for layer in LAYERS for label in scheme.labels[layer]
    }
    return places | {scheme.holder.name_ar: (HOLDER, scheme.holder.id)}
