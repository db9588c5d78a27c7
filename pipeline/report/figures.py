"""Figures of a corpus. Each holds the spans it counts, so that a reader can see what they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.dataset.splits import SPLITS
from pipeline.report.items import STATUSES, Item, Place, Places
from pipeline.report.moments import Moment, read_moment
from pipeline.report.names import Name, gather_names
from pipeline.scheme import DATES, ENTITIES, LAYERS, load_scheme

# Spans that say when something happens; durations and recurring times do not.
_DATED = ("DATE", "TIME")


@dataclass(frozen=True, slots=True)
class LabelCount:
    """The spans of one label of a layer."""

    layer: str
    label: str
    places: Places


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an entity label, the most frequent first."""

    label: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year's dated spans in thirteen cells: those that name no month, then month by month."""

    year: int
    cells: tuple[Places, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dated spans by when they are, and by value those that no calendar year holds.

    `unvalued` are those that nobody has given a value.
    """

    years: tuple[Year, ...]
    ordered: Places
    elsewhere: tuple[Name, ...]
    unvalued: Places


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the corpus: how many documents, and how many spans of each layer."""

    name: str | None
    documents: int
    spans: dict[str, int]


def count_statuses(items: Sequence[Item]) -> dict[str, int]:
    """Return how many documents have come how far, in the order of STATUSES."""
    counts = Counter(item.status for item in items)
    return {status: counts[status] for status in STATUSES}


def count_labels(items: Sequence[Item]) -> tuple[LabelCount, ...]:
    """Return the spans of every label, in the scheme's order, those of no span too."""
    places: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for item in items:
        for layer in LAYERS:
            for span in getattr(item.record, layer):
                places[layer, span.label].append(Place(item.document.id, span))
    scheme = load_scheme()
    return tuple(
        LabelCount(layer, label, tuple(places[layer, label]))
        for layer in LAYERS
        for label in scheme.ids(layer)
    )


def list_names(counts: Sequence[LabelCount]) -> tuple[Names, ...]:
    """Return the names of each entity label."""
    return tuple(
        Names(count.label, gather_names((place.span.text, place) for place in count.places))
        for count in counts
        if count.layer == ENTITIES
    )


def draw_timeline(counts: Sequence[LabelCount]) -> Timeline:
    """Return the dates and times of day by when they are."""
    dated: list[tuple[Moment, Place]] = []
    elsewhere: dict[str, list[Place]] = defaultdict(list)
    unvalued: list[Place] = []
    for count in counts:
        for place in count.places if count.layer == DATES and count.label in _DATED else ():
            value = getattr(place.span, "value", None)
            moment = read_moment(value) if value else None
            if moment:
                dated.append((moment, place))
            elif value:
                elsewhere[value].append(place)
            else:
                unvalued.append(place)
    dated.sort(key=lambda pair: pair[0])
    others = [Name(value, tuple(places)) for value, places in elsewhere.items()]
    others.sort(key=lambda name: (-len(name.places), name.text))
    ordered = tuple(place for _, place in dated)
    return Timeline(_years(dated), ordered, tuple(others), tuple(unvalued))


def _years(dated: Sequence[tuple[Moment, Place]]) -> tuple[Year, ...]:
    cells: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for moment, place in dated:
        cells[moment.year, moment.month].append(place)
    return tuple(
        Year(year, tuple(tuple(cells.get((year, month), ())) for month in range(13)))
        for year in sorted({year for year, _ in cells})
    )


def count_splits(items: Sequence[Item]) -> tuple[Share, ...]:
    """Return what each split holds, and last, under None, what is not released yet."""
    shares = []
    for split in (*SPLITS, None):
        records = [item.record for item in items if item.split == split]
        spans = {layer: sum(len(getattr(own, layer)) for own in records) for layer in LAYERS}
        shares.append(Share(split, len(records), spans))
    return tuple(shares)
