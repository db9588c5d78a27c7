"""Agreement of annotators, layer by layer and label by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

from pipeline.agreement.figures import Figure, estimate, f1, kappa, share
from pipeline.agreement.unitizing import Floats, disagreements, tally_texts
from pipeline.model import MACHINE, Annotation, DateSpan, Span, StanceSpan
from pipeline.scheme import DATES, LAYERS, STANCE, load_scheme
from pipeline.scoring import OVERALL, compare, pair_overlapping

FIGURES = {
    "f1_exact": "F1 exact",
    "f1_overlapping": "F1 overlapping",
    "alpha": "uα",
    "kappa": "label κ",
    "value": "value",
    "value_by_people": "people's value",
    "holder": "holder",
}
"""The figures of a row, by their names for people."""

_Pair: TypeAlias = tuple[Span, Span]


@dataclass(frozen=True, slots=True)
class Coded:
    """A text's length in characters, and the records of those who annotated it, by agent."""

    length: int
    records: Mapping[str, Annotation]


@dataclass(frozen=True, slots=True)
class Row:
    """The agreement on one label of one layer, or on all its labels (`OVERALL`).

    `spans` counts each agent's; `figures` holds `f1_exact`, `f1_overlapping`, `alpha`, `kappa`,
    and over all labels `value` and `value_by_people` of dates, `holder` of stance.
    """

    layer: str
    label: str
    spans: Mapping[str, int]
    figures: Mapping[str, Figure]


def row_to_json(row: Row) -> dict[str, Any]:
    """Return a row as JSON values; a figure that the data do not define has the value null."""
    figures = {
        name: {
            "value": None if figure.value is None else round(figure.value, 4),
            "interval": figure.interval and [round(edge, 4) for edge in figure.interval],
            "count": figure.count,
        }
        for name, figure in row.figures.items()
    }
    return {"layer": row.layer, "label": row.label, "spans": dict(row.spans), **figures}


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer of texts: each agent's spans in each, and those of every two agents that meet.

    `met` holds, for each text, a list a pair; spans meet by sharing a character, whatever their
    labels, each with one at most.
    """

    name: str
    agents: tuple[str, ...]
    lengths: tuple[int, ...]
    spans: tuple[Mapping[str, Sequence[Span]], ...]
    met: tuple[Sequence[Sequence[_Pair]], ...]


def compare_agents(texts: Sequence[Coded], agents: Sequence[str]) -> list[Row]:
    """Return the agreement between agents, over the texts that at least two of them annotated.

    Figures of more than two agents are pooled over every two of them; alpha is of all at once.
    """
    return [row for name in LAYERS for row in _rows(_read_layer(texts, sorted(agents), name))]


def _read_layer(texts: Sequence[Coded], agents: Sequence[str], name: str) -> _Layer:
    spans = tuple(
        {agent: getattr(text.records[agent], name) for agent in agents if agent in text.records}
        for text in texts
    )
    met = tuple([_meet(own, *pair) for pair in combinations(agents, 2)] for own in spans)
    return _Layer(name, tuple(agents), tuple(text.length for text in texts), spans, met)


def _meet(own: Mapping[str, Sequence[Span]], one: str, other: str) -> list[_Pair]:
    ours, theirs = own.get(one, ()), own.get(other, ())
    edges = [[(span.start, span.end) for span in side] for side in (ours, theirs)]
    return [(ours[i], theirs[j]) for i, j in pair_overlapping(*edges)]


def _rows(layer: _Layer) -> list[Row]:
    labels = load_scheme().ids(layer.name)
    units = {label: _tally_units(layer, label) for label in labels}
    tables = np.array([[_table(met, labels) for met in text] for text in layer.met])
    f1s = _tally_f1(layer, labels)
    counts = {agent: _count_labels(layer, agent) for agent in layer.agents}
    rows = []
    for place, label in enumerate((*labels, OVERALL)):
        table = tables if label == OVERALL else _one_against_rest(tables, place)
        figures = {
            name: estimate(tallies, f1, int(tallies[:, :2].sum()))
            for name, tallies in f1s[label].items()
        }
        figures["alpha"] = _alpha(list(units.values()) if label == OVERALL else [units[label]])
        figures["kappa"] = estimate(table, kappa, int(table.sum()))
        if label == OVERALL:
            figures |= _attribute_figures(layer)
        spans = {agent: own[label] for agent, own in counts.items()}
        rows.append(Row(layer.name, label, spans, figures))
    return rows


def _count_labels(layer: _Layer, agent: str) -> Counter[str]:
    """Return how many spans an agent has of each label, and of all under OVERALL."""
    counts = Counter(span.label for own in layer.spans for span in own.get(agent, ()))
    counts[OVERALL] = counts.total()
    return counts


def _tally_f1(layer: _Layer, labels: Sequence[str]) -> dict[str, dict[str, Floats]]:
    """Return, by label and way of matching, a row a text: spans of one, of the other, matched."""
    names = ("f1_exact", "f1_overlapping")
    tallies = {
        label: {name: np.zeros((len(layer.spans), 3)) for name in names}
        for label in (*labels, OVERALL)
    }
    for place, own in enumerate(layer.spans):
        triples = [[(s.label, s.start, s.end) for s in side] for side in own.values()]
        for ours, theirs in combinations(triples, 2):
            result = compare([ours], [theirs])
            for name, scores in zip(names, (result.exact, result.partial), strict=True):
                for label, score in scores.items():
                    row = tallies[label][name][place]
                    row += (score.gold, score.predicted, score.matched)
    return tallies


def _tally_units(layer: _Layer, label: str) -> tuple[Floats, Floats]:
    units = [
        [[(s.start, s.end) for s in side if s.label == label] for side in own.values()]
        for own in layer.spans
    ]
    return tally_texts(list(zip(layer.lengths, units, strict=True)))


def _alpha(labels: Sequence[tuple[Floats, Floats]]) -> Figure:
    """Return alpha of some labels: their observed to their expected disagreements, each summed."""
    edges = np.cumsum([rows.shape[1] for rows, _ in labels])[:-1]

    def formula(sums: Floats) -> Floats:
        parts = np.split(sums, edges, axis=-1)
        both = [disagreements(part, sizes) for part, (_, sizes) in zip(parts, labels, strict=True)]
        observed = np.sum([observed for observed, _ in both], axis=0)
        expected = np.sum([expected for _, expected in both], axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(expected > 0, 1 - observed / expected, np.nan)

    count = sum(int(rows[:, 3 : 3 + len(sizes)].sum()) for rows, sizes in labels)
    return estimate(np.concatenate([rows for rows, _ in labels], axis=1), formula, count)


def _table(met: Sequence[_Pair], labels: Sequence[str]) -> Floats:
    table = np.zeros((len(labels), len(labels)))
    for one, other in met:
        table[labels.index(one.label), labels.index(other.label)] += 1
    return table


def _one_against_rest(tables: Floats, place: int) -> Floats:
    """Return tables of two labels: the one at a place, and all others."""
    both = tables[..., place, place]
    one, other = tables[..., place, :].sum(axis=-1) - both, tables[..., place].sum(axis=-1) - both
    neither = tables.sum(axis=(-2, -1)) - both - one - other
    return np.stack([np.stack([both, one], -1), np.stack([other, neither], -1)], -2)


def _attribute_figures(layer: _Layer) -> dict[str, Figure]:
    """Return how often spans that meet agree in what they say beside their label."""
    if layer.name == DATES:
        return {
            "value": _share(layer, _same_value),
            "value_by_people": _share(layer, _same_value_by_people),
        }
    return {"holder": _share(layer, _same_holder)} if layer.name == STANCE else {}


def _same_value(one: DateSpan, other: DateSpan) -> bool | None:
    return one.value == other.value if one.value and other.value else None


def _same_value_by_people(one: DateSpan, other: DateSpan) -> bool | None:
    """Leave out the pairs whose values are both the machine's: they agree by themselves."""
    return None if one.value_by == other.value_by == MACHINE else _same_value(one, other)


def _same_holder(one: StanceSpan, other: StanceSpan) -> bool:
    edges = [(s.holder.start, s.holder.end) if s.holder else None for s in (one, other)]
    return edges[0] == edges[1]


def _share(layer: _Layer, same: Callable[[Any, Any], bool | None]) -> Figure:
    """Return the share of pairs that are the same, of those that can be compared."""
    verdicts = [[same(*pair) for met in text for pair in met] for text in layer.met]
    tallies = np.array(
        [(v.count(True), v.count(True) + v.count(False)) for v in verdicts], dtype=np.float64
    )
    return estimate(tallies, share, int(tallies[:, 1].sum()))
