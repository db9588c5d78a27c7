"""What the annotation page asks of tawsim while someone works, answered as `collect` would read it.

`python -m pipeline.doccano.answers` reads a question a line from stdin and writes its answer, both
JSON. Doccano's own environment, where the page's server runs, has no room for our packages.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.doccano.exchange import HOLDER, Marked, find_overlaps, read_spans, to_date
from pipeline.doccano.values import Refusal, date_values, read_value, render_comment
from pipeline.doccano.wire import WireDocument
from pipeline.model import DateSpan, Document
from pipeline.scheme import DATES, LAYERS, STANCE, load_scheme

_SHOWN = ("value", "mod", "quant", "freq", "original_calendar", "value_by")


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one question about a `document` of the server.

    Alone: its dates with values, its stances with holders, the spans and comments that cannot be
    taken as they are.
    With a `span`'s id and a typed `value`: the `comment` that gives it, or why not (`refusal`).
    """
    wire = WireDocument.from_json(question["document"])
    marked, _, _ = read_spans(wire, wire.meta["document"])
    document = Document(
        id=wire.meta["document"],
        text=wire.text,
        dct=date.fromisoformat(wire.meta["dct"]) if wire.meta["dct"] else None,
    )
    if "value" in question:
        return _take(document, marked, question, wire.meta["annotator"])
    return _show(document, marked, wire)


def _take(
    document: Document, marked: Mapping[int, Marked], question: Mapping[str, Any], agent: str
) -> dict[str, Any]:
    span = marked.get(question["span"])
    if span is None or span.layer != DATES:
        return {"refusal": "ليس هذا المقطع تاريخاً"}
    read = read_value(to_date(span), question["value"], document, agent)
    if isinstance(read, Refusal):
        return {"refusal": read.cause_ar}
    typed = question["value"]
    return {"comment": render_comment(document.text, (span.start, span.end), typed)}


def _show(document: Document, marked: Mapping[int, Marked], wire: WireDocument) -> dict[str, Any]:
    ordered = sorted(marked.items(), key=lambda item: (item[1].start, item[1].end))
    dates = [(key, to_date(span)) for key, span in ordered if span.layer == DATES]
    known = [DateSpan(**row) for row in wire.meta.get("dates", ())]
    valued, refusals = date_values(
        document, [span for _, span in dates], known, wire.comments, wire.meta["annotator"]
    )
    ties = _ties(wire, marked)
    holders = dict(ties)
    return {
        "layers": _layers(),
        "faults": [
            {"span": key, "words": marked[key].text, "cause": cause}
            for key, cause in _faults(marked, ties)
        ],
        # What an adjudicator has to decide on.
        "proposals": list(filter(None, wire.meta.get("proposals", "").split("\n"))),
        "dates": [
            {"span": key, "words": span.text} | {name: getattr(span, name) for name in _SHOWN}
            for (key, _), span in zip(dates, valued, strict=True)
        ],
        "stance": [
            {"span": key, "words": span.text, "holder": holders.get(key)}
            for key, span in ordered
            if span.layer == STANCE
        ],
        "holders": [
            {"span": key, "words": span.text}
            for key, span in ordered
            if span.layer not in (DATES, STANCE)
        ],
        "refusals": [
            {"cause": refusal.cause_ar, "comment": refusal.comment.id, "text": refusal.comment.text}
            for refusal in refusals
            if refusal.comment is not None
        ],
    }


def _ties(wire: WireDocument, marked: Mapping[int, Marked]) -> list[tuple[int, int]]:
    """Return the stances that are tied to a holder, drawn either way, each with it."""
    return [
        (stance, holder)
        for r in wire.relations
        for stance, holder in ((r.source, r.target), (r.target, r.source))
        if stance in marked and marked[stance].layer == STANCE and holder in marked
    ]


def _faults(
    marked: Mapping[int, Marked], ties: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, str]]:
    """Yield the spans for which `collect` would leave the document, and why."""
    for before, after in find_overlaps(marked):
        yield after, f"يتداخل مع «{marked[before].text}» من الطبقة نفسها"
    tied = {holder for _, holder in ties}
    for key, span in marked.items():
        if span.layer == HOLDER and key not in tied:
            yield key, "صاحب بلا موقف: اربط به موقفاً أو احذفه"
    for stance in dict.fromkeys(stance for stance, _ in ties):
        if len({(marked[h].start, marked[h].end) for s, h in ties if s == stance}) > 1:
            yield stance, "له صاحبان: أبقِ واحداً"


def _layers() -> dict[str, list[str]]:
    """Return the label names people see, by layer."""
    scheme = load_scheme()
    names = {layer: [label.name_ar for label in scheme.labels[layer]] for layer in LAYERS}
    return names | {HOLDER: [scheme.holder.name_ar]}


def main() -> None:
    """Answer until stdin ends."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
