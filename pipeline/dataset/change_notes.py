"""The changes between two versions in words: for the terminal, and for a changelog."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.agreement.figures import render_figure
from pipeline.dataset.changes import KINDS, Changes, Side, Span, SpanChange, count_kinds
from pipeline.model import DateSpan, StanceSpan
from pipeline.scheme import LAYERS


def render_text(changes: Changes) -> str:
    """Return all that changed, a line a document and a line a span."""
    lines = [f"{changes.old.version} → {changes.new.version}", *_summary(changes), ""]
    lines += [f"{name}: {kind}" for kind, names in changes.documents.items() for name in names]
    lines += [_change(change) for change in changes.spans]
    return "\n".join(lines).rstrip() + "\n"


def render_section(changes: Changes) -> str:
    """Return a changelog's section (Markdown): the counts, without the single spans."""
    head = f"## {changes.new.version}\nContent `{changes.new.content_sha256}`\n"
    since = f"\nSince {changes.old.version}:\n"
    return head + since + "".join(f"- {line}\n" for line in _summary(changes))


def render_first_section(version: str, content_sha256: str) -> str:
    """Return the changelog's section of a version that has none before it."""
    return f"## {version}\nContent `{content_sha256}`\n\n- First release.\n"


def _summary(changes: Changes) -> Iterator[str]:
    old, new = changes.old, changes.new
    told = [f"{len(names)} {kind}" for kind, names in changes.documents.items() if names]
    yield f"Documents: {old.documents} → {new.documents}" + (
        f" ({', '.join(told)})" if told else ""
    )
    if old.guideline != new.guideline:
        yield f"Guideline version: {old.guideline} → {new.guideline}"
    kinds = count_kinds(changes.spans)
    for layer in LAYERS:
        told = [f"{kinds[layer][kind]} {kind}" for kind in KINDS if kinds[layer][kind]]
        what = f" (in documents of both: {', '.join(told)})" if told else ""
        sums = sum(old.labels[layer].values()), sum(new.labels[layer].values())
        if what or sums[0] != sums[1]:
            yield f"Spans of {layer}: {sums[0]} → {sums[1]}{what}"
    for layer in LAYERS:
        before, after = _agreement(old, layer), _agreement(new, layer)
        if before != after:
            yield f"Agreement on {layer} (exact span F1): {before} → {after}"


def _agreement(side: Side, layer: str) -> str:
    row = side.agreement.get(layer)
    return render_figure(row.figures["f1_exact"]) if row else "none measured"


def _change(change: SpanChange) -> str:
    before, after = (_span(span) if span else "" for span in (change.before, change.after))
    what = " → ".join(side for side in (before, after) if side)
    return f"{change.document}, {change.layer}: {change.kind}: {what}"


def _span(span: Span) -> str:
    place = f"{span.start}-{span.end} {span.label}"
    values: list[str | None] = []
    if isinstance(span, DateSpan):
        values = [span.value, span.mod, span.quant, span.freq, span.original_calendar]
    if isinstance(span, StanceSpan):
        values = (
            [span.target, f"holder {span.holder.start}-{span.holder.end}"]
            if span.holder
            else [span.target]
        )
    said = " ".join(value for value in values if value)
    return f"{place}{f' {said}' if said else ''} «{span.text}»"
