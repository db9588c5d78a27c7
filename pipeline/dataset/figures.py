"""Figures of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.agreement.compare import Coded, Row, compare_agents
from pipeline.model import Annotation
from pipeline.scheme import LAYERS, load_scheme
from pipeline.scoring import OVERALL


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


def measure_agreement(texts: Iterable[Coded]) -> dict[str, Row]:
    """Return the agreement of all annotators on each layer, over all its labels.

    Empty where no text has two annotators.
    """
    shared = [text for text in texts if len(text.records) > 1]
    agents = {agent for text in shared for agent in text.records}
    rows = compare_agents(shared, sorted(agents)) if shared else []
    return {row.layer: row for row in rows if row.label == OVERALL}
