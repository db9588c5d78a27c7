"""Who holds which position on a target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import StanceSpan
from pipeline.report.figures import LabelCount
from pipeline.report.items import Place, Places
from pipeline.report.names import gather_names
from pipeline.scheme import STANCE, Target, load_scheme


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder, None where none is named, and their positions by label."""

    name: str | None
    cells: Mapping[str, Places]

    @property
    def count(self) -> int:
        """How many positions they take."""
        return sum(map(len, self.cells.values()))


@dataclass(frozen=True, slots=True)
class Matrix:
    """The positions on one target, the holder of most first; `totals` by label."""

    target: Target
    holders: tuple[Holder, ...]
    totals: Mapping[str, Places]

    @property
    def peak(self) -> int:
        """The most positions that a cell holds."""
        return max(len(cell) for holder in self.holders for cell in holder.cells.values())


def draw_matrices(counts: Sequence[LabelCount]) -> tuple[Matrix, ...]:
    """Return a matrix of holders by stance for each target that has positions."""
    spans: dict[str, list[Place]] = defaultdict(list)
    for count in counts:
        for place in count.places:
            if isinstance(place.span, StanceSpan):
                spans[place.span.target].append(place)
    return tuple(
        _matrix(target, spans[target.id]) for target in load_scheme().targets if spans[target.id]
    )


def _matrix(target: Target, places: Sequence[Place]) -> Matrix:
    held, nobody = [], []
    for place in places:
        holder = getattr(place.span, "holder", None)
        if holder:
            held.append((holder.text, place))
        else:
            nobody.append(place)
    rows: list[tuple[str | None, Places]] = [(n.text, n.places) for n in gather_names(held)]
    rows += [(None, tuple(nobody))] if nobody else []
    holders = tuple(Holder(name, _by_label(own)) for name, own in rows)
    return Matrix(target, holders, _by_label(places))


def _by_label(places: Sequence[Place]) -> dict[str, Places]:
    return {
        label: tuple(place for place in places if place.span.label == label)
        for label in load_scheme().ids(STANCE)
    }
