"""Taking the texts out of rows, and putting them in again: spans, ids and digests stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pipeline.dataset.features import ANNOTATORS, HISTORY, NER, SPANS
from pipeline.scheme import DATES, LAYERS, STANCE

_Row = dict[str, Any]
_WITHHELD = "**Stand-off copy:**"


def render_withheld(count: int, total: int) -> str:
    """Return what the card says of a copy that lacks texts."""
    return (
        f"{_WITHHELD} the texts of {count} of {total} documents are not here, because their "
        "licence is not known to allow redistribution: their columns of text are empty, their "
        "spans, ids and digests are all here. Who has the texts joins them again, checked by "
        "digest: `tawsim attach FOLDER --texts TEXTS --output FOLDER`."
    )


def render_allowed(count: int, total: int, who: str) -> str:
    """Return what the card says of a copy that has texts by somebody's decision."""
    return (
        f"Every document's text is in this copy; for {count} of {total}, whose licence is not "
        f"known to allow redistribution, by decision of {who}."
    )


def with_texts(
    config: str, rows: Iterable[_Row], texts: Mapping[str, str | None]
) -> Iterator[_Row]:
    """Yield rows whose text columns hold what `texts` says; a document it does not name stays.

    None takes the text out; a string puts in the characters each row's offsets cover.
    """
    fill = _FILL[config]
    for row in rows:
        name = row["document"] if "document" in row else row["id"]
        yield fill(row, texts[name]) if name in texts else row


def _fill_document(row: _Row, text: str | None) -> _Row:
    layers = {layer: [_fill_span(span, text) for span in row[layer]] for layer in LAYERS}
    return row | {"text": text} | layers


def _fill_sentence(row: _Row, text: str | None) -> _Row:
    ends = zip(row["token_start"], row["token_end"], strict=True)
    return row | {"tokens": None if text is None else [text[start:end] for start, end in ends]}


def _fill_row(row: _Row, text: str | None) -> _Row:
    sentence = _covered(text, row["sentence_start"], row["sentence_end"])
    return _fill_span(row, text) | {"sentence": sentence}


def _fill_story(row: _Row, text: str | None) -> _Row:
    return _fill_span(row, text) | {"events": [_fill_span(event, text) for event in row["events"]]}


def _fill_span(span: _Row, text: str | None) -> _Row:
    filled = span | {"text": _covered(text, span["start"], span["end"])}
    if span.get("holder"):
        filled["holder"] = _fill_span(span["holder"], text)
    return filled


def _covered(text: str | None, start: int, end: int) -> str | None:
    return None if text is None else text[start:end]


_FILL: Mapping[str, Callable[[_Row, str | None], _Row]] = {
    SPANS: _fill_document,
    NER: _fill_sentence,
    DATES: _fill_row,
    STANCE: _fill_row,
    ANNOTATORS: _fill_document,
    HISTORY: _fill_story,
}
