"""What people made of the machine's proposals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.adjudication.history import trace
from pipeline.model import MACHINE
from pipeline.report.items import Item, Place, Places
from pipeline.scheme import LAYERS, load_scheme

KEPT, CHANGED, REMOVED, ADDED = ACTIONS = ("kept", "changed", "removed", "added")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person did to spans of one label, the machine's where it proposed one.

    `differences` counts what was changed: edges, label, value, holder and other attributes.
    """

    layer: str
    label: str
    actions: Mapping[str, Places]
    differences: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many spans they looked at or added."""
        return sum(map(len, self.actions.values()))


@dataclass(frozen=True, slots=True)
class Corrector:
    """A person's corrections over the documents they started from the machine's record."""

    agent: str
    documents: int
    rows: tuple[Correction, ...]


def list_corrections(items: Sequence[Item]) -> tuple[Corrector, ...]:
    """Return each person's corrections, by layer and label in the scheme's order."""
    places: dict[tuple[str, str, str], list[tuple[str, Place]]] = defaultdict(list)
    differences: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    documents: Counter[str] = Counter()
    for item in items:
        started = {agent: item.people[agent] for agent in item.origins}
        documents.update(started.keys())
        for story in trace(started, item.origins, None):
            for event in (event for event in story.events if event.agent != MACHINE):
                key = event.agent, story.layer, (event.before or event.span).label
                place = Place(item.document.id, event.span, event.before)
                places[key].append((event.action, place))
                differences[key].update(event.changed)
    scheme = load_scheme()
    keys = [(layer, label) for layer in LAYERS for label in scheme.ids(layer)]
    return tuple(
        Corrector(
            agent,
            documents[agent],
            tuple(
                Correction(*key, _by_action(places[agent, *key]), differences[agent, *key])
                for key in keys
            ),
        )
        for agent in sorted(documents)
    )


def _by_action(done: Sequence[tuple[str, Place]]) -> dict[str, Places]:
    return {action: tuple(place for own, place in done if own == action) for action in ACTIONS}
