"""What changed between two released versions: documents, spans, counts, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.agreement.compare import Coded, Row, row_to_json
from pipeline.dataset.figures import count_labels, measure_agreement
from pipeline.dataset.ledger import Edition
from pipeline.model import Annotation, DateSpan, Entity, Mention, StanceSpan
from pipeline.records import span_to_json
from pipeline.scheme import LAYERS

Span = Entity | DateSpan | StanceSpan
KINDS = ADDED, REMOVED, MOVED, RELABELLED, REVALUED = (
    "added",
    "removed",
    "moved",
    "relabelled",
    "values changed",
)


@dataclass(frozen=True, slots=True)
class SpanChange:
    """One span that differs: `before` is None where it was added, `after` where removed."""

    document: str
    layer: str
    kind: str
    before: Span | None
    after: Span | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions: its name, content hash, size, spans by label, agreement."""

    version: str
    content_sha256: str
    guideline: str
    documents: int
    labels: dict[str, dict[str, int]]
    agreement: dict[str, Row]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed from `old` to `new`; spans only of documents with the same text in both.

    `documents` holds ids by what happened to them: added, removed, text replaced, metadata
    changed, other agent (as machine → a01), annotators changed, other split.
    """

    old: Side
    new: Side
    documents: dict[str, tuple[str, ...]]
    spans: tuple[SpanChange, ...]


def compare_editions(old: Edition, new: Edition) -> Changes:
    """Return what changed from one version to another."""
    documents = _document_changes(old, new)
    shared = sorted(old.chosen.keys() & new.chosen.keys() - set(documents["text replaced"]))
    spans = tuple(
        change
        for name in shared
        for layer in LAYERS
        for change in _span_changes(name, layer, old.chosen[name], new.chosen[name])
    )
    return Changes(_side(old), _side(new), documents, spans)


def _side(edition: Edition) -> Side:
    return Side(
        edition.ledger["version"],
        edition.ledger["content_sha256"],
        edition.ledger["guideline"],
        len(edition.chosen),
        count_labels(edition.chosen.values()),
        measure_agreement(
            Coded(edition.ledger["documents"][name]["characters"], own)
            for name, own in edition.annotators.items()
        ),
    )


def _document_changes(old: Edition, new: Edition) -> dict[str, tuple[str, ...]]:
    before, after = old.ledger["documents"], new.ledger["documents"]
    shared = sorted(before.keys() & after.keys())

    def differing(key: str) -> tuple[str, ...]:
        return tuple(n for n in shared if before[n].get(key) != after[n].get(key))

    return {
        "added": tuple(sorted(after.keys() - before.keys())),
        "removed": tuple(sorted(before.keys() - after.keys())),
        "text replaced": differing("text_sha256"),
        "metadata changed": differing("metadata"),
        "layers from another agent": differing("agent"),
        "annotators' records changed": differing("annotators"),
        "in another split": differing("split"),
    }


def _span_changes(
    document: str, layer: str, before: Annotation, after: Annotation
) -> Iterator[SpanChange]:
    """Yield the changes of one layer: same place first, then same label and a shared character."""
    old: list[Span] = list(getattr(before, layer))
    new: list[Span] = list(getattr(after, layer))
    for one, other in _pair(old, new, lambda a, b: (a.start, a.end) == (b.start, b.end)):
        if one.label != other.label:
            yield SpanChange(document, layer, RELABELLED, one, other)
        elif _values(one) != _values(other):
            yield SpanChange(document, layer, REVALUED, one, other)
    for one, other in _pair(old, new, _overlap):
        yield SpanChange(document, layer, MOVED, one, other)
    for span in old:
        yield SpanChange(document, layer, REMOVED, span, None)
    for span in new:
        yield SpanChange(document, layer, ADDED, None, span)


def _pair(
    old: list[Span], new: list[Span], fits: Callable[[Span, Span], bool]
) -> list[tuple[Span, Span]]:
    """Take pairs that fit out of two lists in text order, from left to right."""
    pairs = []
    first = 0
    for one in tuple(old):
        while first < len(new) and new[first].end <= one.start:
            first += 1
        other = next((other for other in new[first:] if fits(one, other)), None)
        if other:
            pairs.append((one, other))
            old.remove(one)
            new.remove(other)
    return pairs


def _overlap(one: Span, other: Span) -> bool:
    return one.label == other.label and one.start < other.end and other.start < one.end


def _values(span: Span) -> tuple[Any, ...]:
    """Return what a span says besides its place and label; not who or what proposed it."""
    if isinstance(span, DateSpan):
        return span.value, span.mod, span.quant, span.freq, span.original_calendar
    if isinstance(span, StanceSpan):
        return span.target, span.holder
    return ()


def count_kinds(spans: Sequence[SpanChange]) -> dict[str, Counter[str]]:
    """Return how many spans of each layer were added, removed, moved, and so on."""
    counts: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    for change in spans:
        counts[change.layer][change.kind] += 1
    return counts


def to_json(changes: Changes) -> dict[str, Any]:
    """Return the changes as JSON values."""
    return {
        "old": _side_to_json(changes.old),
        "new": _side_to_json(changes.new),
        "documents": {kind: list(names) for kind, names in changes.documents.items()},
        "span_counts": {
            layer: {kind: counts[kind] for kind in KINDS}
            for layer, counts in count_kinds(changes.spans).items()
        },
        "spans": [
            {
                "document": change.document,
                "layer": change.layer,
                "kind": change.kind,
                "before": _optional(change.before),
                "after": _optional(change.after),
            }
            for change in changes.spans
        ],
    }


def _side_to_json(side: Side) -> dict[str, Any]:
    return {
        "version": side.version,
        "content_sha256": side.content_sha256,
        "guideline": side.guideline,
        "documents": side.documents,
        "labels": side.labels,
        "agreement": {layer: row_to_json(row) for layer, row in side.agreement.items()},
    }


def _optional(span: Mention | None) -> dict[str, Any] | None:
    return span_to_json(span) if span else None
