"""Released documents as rows: plain values, in the order of the features."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from pipeline.adjudication.history import ATTRIBUTES, Event, trace
from pipeline.dataset.features import ANNOTATORS, HISTORY, NER, SPANS
from pipeline.model import (
    ADJUDICATED,
    MACHINE,
    Annotation,
    DateSpan,
    Document,
    Entity,
    Mention,
    StanceSpan,
)
from pipeline.scheme import DATES, LAYERS, STANCE
from pipeline.tokens import Sentence, Token, split_sentences, tokenize

_Row = dict[str, Any]


@dataclass(frozen=True)
class Released:
    """A document, the record chosen for it, its split, and every annotator's own record.

    `origins` holds, by agent, the machine's record that an annotator started from.
    """

    document: Document
    record: Annotation
    split: str
    annotators: tuple[Annotation, ...] = ()
    origins: Mapping[str, Annotation] = field(default_factory=dict)

    @property
    def layer_source(self) -> str:
        """Whose layers the chosen ones are: `machine`, `human` or `adjudicated`."""
        return _layer_source(self.record)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The text's sentences, kept because three configs ask for them."""
        return split_sentences(self.document.text, _tokens(self.document.text))


def _layer_source(record: Annotation) -> str:
    return record.agent if record.agent in (MACHINE, ADJUDICATED) else "human"


def rows_of(config: str, released: Iterable[Released]) -> Iterator[_Row]:
    """Yield the rows of one of CONFIGS, document by document."""
    for item in released:
        yield from _ROWS[config](item)


def canonical_lines(released: Iterable[Released]) -> Iterator[str]:
    """Yield a JSON line a document that holds all that is released of it.

    The other configs follow from these lines and the records that `based_on` names in them.
    """
    for item in released:
        yield canonical_line(item.split, list(_spans_rows(item)), list(_annotators_rows(item)))


def canonical_line(split: str, spans: Sequence[_Row], annotators: Sequence[_Row]) -> str:
    """Return the line of a document with these rows of the two configs that hold whole layers.

    Keys are sorted, nothing stands between them, and Arabic is written as it is.
    """
    content = {"split": split, SPANS: spans, ANNOTATORS: annotators}
    line = json.dumps(
        content,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=date.isoformat,
    )
    return f"{line}\n"


def _spans_rows(item: Released) -> Iterator[_Row]:
    yield _document_row(item.document, item.record)


def _annotators_rows(item: Released) -> Iterator[_Row]:
    for record in item.annotators:
        yield _document_row(item.document, record)


def _document_row(document: Document, record: Annotation) -> _Row:
    """Return a document with one agent's three layers; absent values are None."""
    return {
        "id": document.id,
        "text": document.text,
        "text_sha256": record.text_sha256,
        "dct": document.dct,
        "dct_source": document.dct_source,
        "title": document.title,
        "source": document.source,
        "licence": document.licence,
        "layer_source": _layer_source(record),
        "agent": record.agent,
        "guideline": record.guideline,
        "based_on": record.based_on,
        "confirmed_at": record.confirmed_at,
        **{layer: [_span_row(span) for span in getattr(record, layer)] for layer in LAYERS},
    }


def _span_row(span: Entity | DateSpan | StanceSpan) -> _Row:
    row = {name: getattr(span, name) for name in type(span).__dataclass_fields__}
    if isinstance(span, StanceSpan) and span.holder:
        row["holder"] = _mention_row(span.holder)
    return row


def _mention_row(mention: Mention) -> _Row:
    return {"start": mention.start, "end": mention.end, "text": mention.text}


def _ner_rows(item: Released) -> Iterator[_Row]:
    """Yield a row a sentence: tokens, their IOB2 tags and offsets into the raw text."""
    tokens = _tokens(item.document.text)
    tags = iob2(tokens, item.record.entities)
    for number, sentence in enumerate(item.sentences):
        words = slice(sentence.first_token, sentence.end_token)
        yield {
            "id": f"{item.document.id}#{number}",
            "document": item.document.id,
            "layer_source": item.layer_source,
            "tokens": [token.text for token in tokens[words]],
            "ner_tags": _begun(tags[words]),
            "token_start": [token.start for token in tokens[words]],
            "token_end": [token.end for token in tokens[words]],
        }


@lru_cache(maxsize=1)
def _tokens(text: str) -> tuple[Token, ...]:
    """Return a text's tokens, kept until the next text's: tags and sentences ask in turn."""
    return tokenize(text)


def _begun(tags: list[str]) -> list[str]:
    """Return a sentence's tags with an entity that began in the sentence before begun anew."""
    return [
        f"B-{tag[2:]}" if place == 0 and tag[0] == "I" else tag for place, tag in enumerate(tags)
    ]


def iob2(tokens: Iterable[Token], entities: Iterable[Entity]) -> list[str]:
    """Return each token's IOB2 tag; a token belongs to the entity whose characters it shares."""
    tags = []
    remaining = iter(entities)
    entity = next(remaining, None)
    inside = False
    for token in tokens:
        while entity and entity.end <= token.start:
            entity, inside = next(remaining, None), False
        if entity and token.end > entity.start:
            tags.append(f"{'I' if inside else 'B'}-{entity.label}")
            inside = True
        else:
            tags.append("O")
    return tags


def _dates_rows(item: Released) -> Iterator[_Row]:
    return _layer_rows(item, item.record.dates, {"dct": item.document.dct})


def _stance_rows(item: Released) -> Iterator[_Row]:
    return _layer_rows(item, item.record.stance, {})


def _layer_rows(
    item: Released, spans: Sequence[DateSpan | StanceSpan], shared: Mapping[str, Any]
) -> Iterator[_Row]:
    """Yield a row a span, with the sentence (or sentences) it stands in."""
    if not spans:
        return
    text = item.document.text
    starts = [sentence.start for sentence in item.sentences]
    for number, span in enumerate(spans):
        start, end = _covering(item.sentences, starts, span)
        yield {
            "id": f"{item.document.id}#{number}",
            "document": item.document.id,
            "layer_source": item.layer_source,
            **shared,
            **_span_row(span),
            "sentence": text[start:end],
            "sentence_start": start,
            "sentence_end": end,
        }


def _history_rows(item: Released) -> Iterator[_Row]:
    """Yield a row a place of a layer: who proposed, kept, changed, removed, added or chose what."""
    record = item.record
    people = {own.agent: own for own in item.annotators}
    own = {MACHINE: record} if record.agent == MACHINE else {}
    adjudicated = record if record.agent == ADJUDICATED else None
    stories = trace(people, {**own, **item.origins}, adjudicated)
    for number, story in enumerate(stories):
        yield {
            "id": f"{item.document.id}#{number}",
            "document": item.document.id,
            "layer_source": item.layer_source,
            "layer": story.layer,
            "start": story.start,
            "end": story.end,
            "text": item.document.text[story.start : story.end],
            "events": [_event_row(event) for event in story.events],
        }


def _event_row(event: Event) -> _Row:
    span = event.span
    attributes = {name: getattr(span, name, None) for name in ATTRIBUTES}
    holder = attributes["holder"]
    return {
        "agent": event.agent,
        "action": event.action,
        **_mention_row(span),
        "label": span.label,
        **attributes,
        "holder": _mention_row(holder) if holder else None,
        "changed": list(event.changed),
        "authors": list(event.authors),
    }


def _covering(
    sentences: Sequence[Sentence], starts: Sequence[int], span: DateSpan | StanceSpan
) -> tuple[int, int]:
    """Return where the sentences begin and end that a span lies in, mostly one."""
    first = sentences[bisect_right(starts, span.start) - 1]
    last = sentences[bisect_right(starts, span.end - 1) - 1]
    return first.start, last.end


_ROWS: Mapping[str, Callable[[Released], Iterator[_Row]]] = {
    SPANS: _spans_rows,
    NER: _ner_rows,
    DATES: _dates_rows,
    STANCE: _stance_rows,
    ANNOTATORS: _annotators_rows,
    HISTORY: _history_rows,
}
