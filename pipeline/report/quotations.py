"""The texts and spans that a page quotes, as JSON that its script reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.adjudication.settle import essence
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Span
from pipeline.offsets import Utf16Map
from pipeline.report.items import AGREED, Item, Places
from pipeline.scheme import LAYERS

_ATTRIBUTES = ("value", "mod", "quant", "freq", "original_calendar", "target")
# What would end the script, or is no character of a valid page.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\U00010000-\U0010ffff]")


class Quotations:
    """Documents with everybody's spans, each span once, and the lists of spans that are cited."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._numbers = {item.document.id: number for number, item in enumerate(items)}
        self._spans: list[dict[Span, int]] = [{} for _ in items]
        self._lists: list[list[list[int]]] = []
        self._items = items
        self._views = [
            [
                (name, [self._index(number, span) for span in _spans(record)])
                for name, record in views
            ]
            for number, views in enumerate(map(_views, items))
        ]

    def _index(self, number: int, span: Span) -> int:
        spans = self._spans[number]
        return spans.setdefault(essence(span), len(spans))

    def cite(self, places: Places) -> int:
        """Note spans to be quoted together; return the number that the page calls them by."""
        cited = []
        for place in places:
            number = self._numbers[place.document]
            spans = [place.span, place.before] if place.before else [place.span]
            cited.append([number, *(self._index(number, span) for span in spans)])
        self._lists.append(cited)
        return len(self._lists) - 1

    def render(self) -> str:
        """Render all as JSON for the page's script; offsets are UTF-16 units, as it counts."""
        documents = [self._document(number) for number in range(len(self._items))]
        return render_json({"documents": documents, "lists": self._lists})

    def _document(self, number: int) -> dict[str, Any]:
        item, document = self._items[number], self._items[number].document
        places = Utf16Map(document.text)
        known = {
            "title": document.title,
            "dct": document.dct.isoformat() if document.dct else None,
            "source": document.source,
            "licence": document.licence,
            "split": item.split,
        }
        return {
            "id": document.id,
            "status": item.status,
            **{key: value for key, value in known.items() if value},
            "text": document.text,
            "spans": [_span_row(span, places) for span in self._spans[number]],
            "views": self._views[number],
        }


def _spans(record: Annotation) -> Iterator[Span]:
    for layer in LAYERS:
        yield from getattr(record, layer)


def _views(item: Item) -> Iterator[tuple[str, Annotation]]:
    """Yield whose spans of a document can be looked at, by name; those that figures count first."""
    if item.status in (AGREED, ADJUDICATED):
        yield "chosen", item.record
    yield from sorted(item.people.items())
    origins = list(item.origins.items())
    if item.record.agent == MACHINE:
        yield MACHINE, item.record
    elif all(origin == origins[0][1] for _, origin in origins):
        yield from ((MACHINE, origin) for _, origin in origins[:1])
    else:
        yield from ((f"{MACHINE} → {agent}", origin) for agent, origin in origins)


def _span_row(span: Span, places: Utf16Map) -> list[Any]:
    row: list[Any] = [span.label, places.to_utf16(span.start), places.to_utf16(span.end)]
    more: dict[str, Any] = {
        name: value for name in _ATTRIBUTES if (value := getattr(span, name, None))
    }
    if holder := getattr(span, "holder", None):
        more["holder"] = [places.to_utf16(holder.start), places.to_utf16(holder.end)]
    return [*row, more] if more else row


def render_json(content: Mapping[str, Any]) -> str:
    """Render JSON whose every character may stand in a script element of a valid page."""
    return _UNSAFE.sub(_escape, json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _escape(found: re.Match[str]) -> str:
    return re.sub("(....)", r"\\u\1", found[0].encode("utf-16-be").hex())
