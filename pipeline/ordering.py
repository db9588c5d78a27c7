"""The order in which documents come before annotators; pure.

`received` keeps the corpus's order. `uncertain` brings those first of which the machine is least
sure; among them, evenly, stands a random share of the corpus, drawn by the texts' digests: what is
measured on the share holds for the corpus, what is measured on the rest does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.model import Annotation, DateSpan, Document, Entity, StanceSpan

RECEIVED, UNCERTAIN = ORDERS = ("received", "uncertain")
RANDOM_SHARE = 0.1
_Pair = tuple[Document, Annotation]


def is_random(document: Document, share: float = RANDOM_SHARE) -> bool:
    """Tell whether a document belongs to the random share; the same in every run and corpus."""
    return int(document.sha256[:13], 16) < share * 16**13


def uncertainty(annotation: Annotation) -> float:
    """Return the mean doubt (1 - score) over the spans that carry a score, 0 without any."""
    spans: tuple[Entity | DateSpan | StanceSpan, ...]
    spans = (*annotation.entities, *annotation.dates, *annotation.stance)
    doubts = [1 - span.score for span in spans if span.score is not None]
    return sum(doubts) / len(doubts) if doubts else 0.0


def order_documents(pairs: Iterable[_Pair], order: str) -> list[_Pair]:
    """Return documents with the machine's annotations in the order they are to be annotated."""
    pairs = list(pairs)
    if order == RECEIVED:
        return pairs
    drawn = [pair for pair in pairs if is_random(pair[0])]
    drawn.sort(key=lambda pair: pair[0].sha256)
    rest = [pair for pair in pairs if not is_random(pair[0])]
    rest.sort(key=lambda pair: -uncertainty(pair[1]))
    ranked = [
        ((place + 0.5) / len(chosen), pair)
        for chosen in (rest, drawn)
        for place, pair in enumerate(chosen)
    ]
    return [pair for _, pair in sorted(ranked, key=lambda item: item[0])]
