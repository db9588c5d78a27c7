"""Documents as the lines that stock Doccano imports, and back from what its API answers; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.doccano.values import Comment
from pipeline.doccano.wire import WireDocument, WireRelation, WireSpan

_Row = Mapping[str, Any]
# All that is ours of an example's metadata, under one key: Doccano reads lines as a table, in which
# a key that one line lacks spoils the others' values.
_OURS = "tawsim"
_COUNTS = "sent"


@dataclass(frozen=True, slots=True)
class Marks:
    """What people and the machine drew on an example: the API's rows, with labels by name."""

    spans: Sequence[_Row]
    relations: Sequence[_Row]


def render_import(wires: Iterable[WireDocument]) -> str:
    """Render documents as JSON Lines in ASCII: Doccano guesses the encoding of a file.

    `example_uuid` is unique in its database, so that no document is ever imported twice.
    """
    return "".join(f"{json.dumps(_to_line(wire))}\n" for wire in wires)


def _to_line(wire: WireDocument) -> dict[str, Any]:
    dates = wire.meta.get("dates", ())
    return {
        "example_uuid": wire.uuid,
        "text": wire.text,
        "entities": [
            {"id": s.id, "label": s.label, "start_offset": s.start_utf16, "end_offset": s.end_utf16}
            for s in wire.spans
        ],
        "relations": [
            {"id": number, "from_id": r.source, "to_id": r.target, "type": r.type}
            for number, r in enumerate(wire.relations)
        ],
        # For the annotator to see: the page there has no panel of values.
        "values": "\n".join(f"{d['text']} = {d['value']}" for d in dates if d.get("value")),
        _OURS: {
            **wire.meta,
            "uuid": wire.uuid,
            _COUNTS: [len(wire.spans), len(wire.relations)],
        },
    }


def read_uuid(row: _Row) -> str | None:
    """Return the id under which an example was pushed, None where it came another way."""
    ours = row["meta"].get(_OURS)
    return str(ours["uuid"]) if isinstance(ours, dict) and "uuid" in ours else None


def to_meta(row: _Row) -> dict[str, Any]:
    """Return the metadata that an example was pushed with; nothing for one that was not."""
    if read_uuid(row) is None:
        return {}
    return {k: v for k, v in row["meta"][_OURS].items() if k not in ("uuid", _COUNTS)}


def to_document(
    row: _Row,
    marks: Marks,
    comments: Iterable[_Row] = (),
    confirmed_at: str | None = None,
) -> WireDocument:
    """Return an example as a document."""
    return WireDocument(
        uuid=read_uuid(row) or f"number {row['id']}",
        text=row["text"] or "",
        meta=to_meta(row),
        spans=tuple(
            WireSpan(s["id"], s["start_offset"], s["end_offset"], s["label"])
            for s in sorted(marks.spans, key=lambda s: int(s["id"]))
        ),
        relations=tuple(
            WireRelation(r["from_id"], r["to_id"], r["type"])
            for r in sorted(marks.relations, key=lambda r: int(r["id"]))
        ),
        confirmed_at=confirmed_at,
        comments=tuple(
            Comment(c["id"], c["text"]) for c in sorted(comments, key=lambda c: int(c["id"]))
        ),
    )


def was_cut(row: _Row, marks: Marks, account: int) -> bool:
    """Tell whether an import ended between an example and its spans, or those and their relations.

    What the annotator's account did anything to is theirs, and was not.
    """
    theirs = any(mark["user"] == account for mark in (*marks.spans, *marks.relations))
    if theirs or row["is_confirmed"] or row["comment_count"]:
        return False
    spans, relations = row["meta"][_OURS][_COUNTS]
    return bool((spans and not marks.spans) or (relations and not marks.relations))
