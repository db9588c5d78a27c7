"""Figures of a release, as counts that ratios are derived from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations

from pipeline.model import Annotation
from pipeline.scheme import LAYERS, load_scheme
from pipeline.scoring import OVERALL, Score, Spans, compare


def count_labels(records: Iterable[Annotation]) -> dict[str, dict[str, int]]:
    """Return how many spans of each layer and label there are, in the scheme's order."""
    counts = Counter(
        (layer, span.label)
        for record in records
        for layer in LAYERS
        for span in getattr(record, layer)
    )
    scheme = load_scheme()
    return {layer: {label: counts[layer, label] for label in scheme.ids(layer)} for layer in LAYERS}


def count_agreement(annotators: Iterable[Mapping[str, Annotation]]) -> dict[str, Score]:
    """Return each layer's exact span matches between every two annotators of a document, summed.

    The F1 of the counts is the agreement; empty where no document has two annotators.
    """
    pairs = [
        pair
        for own in annotators
        for pair in combinations([record for _, record in sorted(own.items())], 2)
    ]
    if not pairs:
        return {}
    return {
        layer: compare(
            [_spans(one, layer) for one, _ in pairs], [_spans(other, layer) for _, other in pairs]
        ).exact[OVERALL]
        for layer in LAYERS
    }


def _spans(record: Annotation, layer: str) -> Spans:
    return [(span.label, span.start, span.end) for span in getattr(record, layer)]
