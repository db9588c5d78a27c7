"""How the spans of a document came to be, found by comparing the records that are kept.

Spans of a layer that share a character, whoever drew them, tell one story. In it the machine
`proposed`; a person `kept`, `changed` or `removed` what their own machine record proposed, or
`added` a span; the adjudicator `chose` what somebody had, `left out` what a person had, or `drew`
what nobody had.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from pipeline.adjudication.settle import essence, identity
from pipeline.model import ADJUDICATED, MACHINE, Annotation, Span
from pipeline.scheme import LAYERS
from pipeline.scoring import pair_overlapping

ACTIONS = ("proposed", "kept", "changed", "removed", "added", "chose", "drew", "left out")
ATTRIBUTES = ("value", "mod", "quant", "freq", "original_calendar", "target", "holder")


@dataclass(frozen=True, slots=True)
class Event:
    """What an agent did to a span.

    `before` is what a changed span was, and `changed` what differs; `authors` are those who had
    what the adjudicator chose or left out.
    """

    agent: str
    action: str
    span: Span
    before: Span | None = None
    changed: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What happened at one place of a layer, in the order machine, people, adjudicator."""

    layer: str
    start: int
    end: int
    events: tuple[Event, ...]


_Layers = Mapping[str, list[Span]]
"""One layer's spans by agent."""


def trace(
    people: Mapping[str, Annotation],
    origins: Mapping[str, Annotation],
    adjudicated: Annotation | None,
) -> list[Story]:
    """Return the stories of a document, layer by layer, from left to right.

    `origins` holds the machine's record that each person started from, if they started from one.
    """
    stories = []
    for layer in LAYERS:
        drawn = {agent: _layer(record, layer) for agent, record in sorted(people.items())}
        proposed = {agent: _layer(record, layer) for agent, record in sorted(origins.items())}
        final = _layer(adjudicated, layer) if adjudicated else None
        everything = [*drawn.values(), *proposed.values(), final or []]
        for start, end in _places([span for spans in everything for span in spans]):
            here, machines = (
                {agent: _within(spans, start, end) for agent, spans in side.items()}
                for side in (drawn, proposed)
            )
            events = [Event(MACHINE, "proposed", span) for span in _distinct(machines)]
            events += _people_events(here, machines)
            if final is not None:
                events += _adjudicator_events(here, machines, _within(final, start, end))
            stories.append(Story(layer, start, end, tuple(events)))
    return stories


def _layer(record: Annotation, layer: str) -> list[Span]:
    return [essence(span) for span in getattr(record, layer)]


def _within(spans: list[Span], start: int, end: int) -> list[Span]:
    """Return the spans, in order and apart, that lie in a place; none crosses its edges."""
    first, last = (bisect_left(spans, edge, key=attrgetter("start")) for edge in (start, end))
    return spans[first:last]


def _places(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the stretches that spans sharing a character cover together."""
    places: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if places and start < places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, end))
    return places


def _distinct(proposed: _Layers) -> list[Span]:
    """Return what the machine proposed, once, whoever started from it."""
    return list({span: None for spans in proposed.values() for span in spans})


def _people_events(drawn: _Layers, proposed: _Layers) -> Iterator[Event]:
    for agent, theirs in drawn.items():
        machines = proposed.get(agent, [])
        edges = [[(span.start, span.end) for span in side] for side in (machines, theirs)]
        pairs = pair_overlapping(*edges)
        before = {j: machines[i] for i, j in pairs}
        for j, span in enumerate(theirs):
            if j not in before:
                yield Event(agent, "added", span)
            elif changed := differences(before[j], span):
                yield Event(agent, "changed", span, before=before[j], changed=changed)
            else:
                yield Event(agent, "kept", span)
        paired = {i for i, _ in pairs}
        for i, span in enumerate(machines):
            if i not in paired:
                yield Event(agent, "removed", span)


def differences(before: Span, after: Span) -> tuple[str, ...]:
    """Name what differs between two spans of a layer: edges, label, holder, attributes."""
    found = []
    if (before.start, before.end) != (after.start, after.end):
        found.append("edges")
    if before.label != after.label:
        found.append("label")
    found += [n for n in ATTRIBUTES if getattr(before, n, None) != getattr(after, n, None)]
    return tuple(found)


def _adjudicator_events(
    drawn: _Layers, proposed: _Layers, final: Sequence[Span]
) -> Iterator[Event]:
    chosen = {identity(span) for span in final}
    authors: dict[tuple[Any, ...], list[str]] = {}
    for agent, spans in (*drawn.items(), (MACHINE, _distinct(proposed))):
        for span in spans:
            authors.setdefault(identity(span), []).append(agent)
    for span in final:
        who = authors.get(identity(span), [])
        yield Event(ADJUDICATED, "chose" if who else "drew", span, authors=tuple(who))
    left = {identity(s): s for spans in drawn.values() for s in spans if identity(s) not in chosen}
    for key in sorted(left):
        yield Event(ADJUDICATED, "left out", left[key], authors=tuple(authors[key]))
