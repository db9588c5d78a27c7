"""`tawsim history`: what became of each span of a document, and by whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.adjudication.history import Event, Story, trace
from pipeline.errors import RequestError
from pipeline.kept import read_adjudicated, read_origins, read_people
from pipeline.model import Document, Span
from pipeline.records import span_to_json


def history(document: Document, annotations: Path) -> list[Story]:
    """Return the stories of a document's spans, from the records kept of it.

    Raises InputRefused with every fault of the records, RequestError when there is none.
    """
    kept = read_people(annotations, [document], only=document.id)
    if not kept:
        cure = "Collect annotations first: make collect."
        raise RequestError(f"document {document.id}", "no annotator's record is kept", cure)
    people, origins = kept[document.id], read_origins(annotations, kept)[document.id]
    return trace(people, origins, read_adjudicated(annotations, document))


def render_text(stories: Sequence[Story], document: Document) -> str:
    """Render the stories for people: the place, then a line an event."""
    lines = []
    for story in stories:
        words = document.text[story.start : story.end]
        lines.append(f"{story.layer} {story.start}-{story.end} «{words}»")
        lines += [f"  {e.agent:12}{e.action:10}{_describe(e)}" for e in story.events]
    return "\n".join(lines)


def _describe(event: Event) -> str:
    before = f"{_show(event.before)} → " if event.before else ""
    changed = f" ({', '.join(event.changed)})" if event.changed else ""
    authors = f" ({', '.join(event.authors)})" if event.authors else ""
    return f"{before}{_show(event.span)}{changed}{authors}"


def _show(span: Span) -> str:
    value = getattr(span, "value", None)
    holder = getattr(span, "holder", None)
    parts = [span.label, f"{span.start}-{span.end}", f"«{span.text}»", value]
    return " ".join(filter(None, [*parts, f"holder «{holder.text}»" if holder else None]))


def render_json(stories: Sequence[Story], document: Document) -> str:
    """Render the stories for programs."""
    rows = [
        {
            "layer": story.layer,
            "start": story.start,
            "end": story.end,
            "text": document.text[story.start : story.end],
            "events": [_event_to_json(event) for event in story.events],
        }
        for story in stories
    ]
    return json.dumps({"document": document.id, "stories": rows}, ensure_ascii=False, indent=2)


def _event_to_json(event: Event) -> dict[str, Any]:
    row: dict[str, Any] = {"agent": event.agent, "action": event.action}
    row["span"] = span_to_json(event.span)
    if event.before:
        row |= {"before": span_to_json(event.before), "changed": event.changed}
    return row | ({"authors": event.authors} if event.authors else {})
