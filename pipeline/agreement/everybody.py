"""Who is compared with whom: every two annotators, all at once, each with the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from pipeline.agreement.compare import Coded, Row, compare_agents
from pipeline.model import MACHINE, Annotation

_Kept = Mapping[str, Mapping[str, Annotation]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The agreement of some agents over the documents that at least two of them annotated."""

    agents: tuple[str, ...]
    documents: int
    rows: tuple[Row, ...]


def compare_everybody(kept: _Kept, origins: _Kept, lengths: Mapping[str, int]) -> list[Comparison]:
    """Return the comparisons of those who have records, all at once too if more than two.

    `kept` holds people's records by document and person, `origins` the machine's that they
    started from, `lengths` the characters of each text.
    """
    people = sorted({agent for records in kept.values() for agent in records})
    groups: list[tuple[str, ...]] = list(combinations(people, 2))
    if len(people) > 2:
        groups.append(tuple(people))
    return [
        *(_compare(kept, group, lengths) for group in groups),
        *(
            _compare(_beside_machine(kept, origins, person), (person, MACHINE), lengths)
            for person in people
        ),
    ]


def _beside_machine(kept: _Kept, origins: _Kept, person: str) -> _Kept:
    """Return a person's records beside those they started from."""
    return {
        name: {MACHINE: started[person], person: kept[name][person]}
        for name, started in origins.items()
        if person in started
    }


def _compare(kept: _Kept, agents: tuple[str, ...], lengths: Mapping[str, int]) -> Comparison:
    texts = [
        Coded(lengths[name], records)
        for name, records in kept.items()
        if len(records.keys() & set(agents)) > 1
    ]
    rows = compare_agents(texts, agents) if texts else []
    return Comparison(agents, len(texts), tuple(rows))
