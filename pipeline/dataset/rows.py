"""Released documents as rows: plain values, in the order of the features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.model import ADJUDICATED, MACHINE, Annotation, DateSpan, Document, Entity, StanceSpan
from pipeline.scheme import LAYERS
from pipeline.tokens import Token, split_sentences, tokenize


@dataclass(frozen=True, slots=True)
class Released:
    """A document, the record chosen for it, and its split."""

    document: Document
    record: Annotation
    split: str

    @property
    def layer_source(self) -> str:
        """Whose layers these are: `machine`, `human` or `adjudicated`."""
        agent = self.record.agent
        return agent if agent in (MACHINE, ADJUDICATED) else "human"


def spans_rows(released: Iterable[Released]) -> Iterator[dict[str, Any]]:
    """Yield a row a document: text, origin and the three layers; absent values are None."""
    for item in released:
        document, record = item.document, item.record
        yield {
            "id": document.id,
            "text": document.text,
            "text_sha256": record.text_sha256,
            "dct": document.dct,
            "dct_source": document.dct_source,
            "title": document.title,
            "source": document.source,
            "licence": document.licence,
            "layer_source": item.layer_source,
            "agent": record.agent,
            "guideline": record.guideline,
            "based_on": record.based_on,
            "confirmed_at": record.confirmed_at,
            **{layer: [_span_row(span) for span in getattr(record, layer)] for layer in LAYERS},
        }


def _span_row(span: Entity | DateSpan | StanceSpan) -> dict[str, Any]:
    row = {name: getattr(span, name) for name in type(span).__dataclass_fields__}
    if isinstance(span, StanceSpan) and span.holder:
        holder = span.holder
        row["holder"] = {"start": holder.start, "end": holder.end, "text": holder.text}
    return row


def ner_rows(released: Iterable[Released]) -> Iterator[dict[str, Any]]:
    """Yield a row a sentence: tokens, their IOB2 tags and offsets into the raw text."""
    for item in released:
        text, entities = item.document.text, item.record.entities
        tokens = tokenize(text)
        tags = iob2(tokens, entities)
        for number, sentence in enumerate(split_sentences(text, tokens)):
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
