"""What annotators agree on, and what is left for the adjudicator to decide.

Each span that somebody drew is a proposal; the rule named decides how many must have made it:

unanimous   everybody who annotated the document
majority    more than half of them

A proposal that overlaps an accepted one of its layer is decided with it, against. Every other is
contested, those too that most did not make: to miss a span is the commonest slip, no judgement.

Two annotators propose the same span when its edges, its label, and of a stance its target and
holder are equal. A date's normal form is settled when all who gave one gave the same, or as many as
the rule asks for; one that is not is left out and named, since a person must give it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.model import ADJUDICATED, Annotation, DateSpan, Entity, Span, StanceSpan
from pipeline.records import span_to_json, to_json
from pipeline.scheme import LAYERS

UNANIMOUS, MAJORITY = "unanimous", "majority"
RULES = (UNANIMOUS, MAJORITY)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A span of a layer, and who drew it, in order."""

    layer: str
    span: Span
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A document's records settled by a rule.

    `agreed` holds what the rule accepts; `contested` what it leaves to a person, in order;
    `open_values` the dates, of both kinds, whose normal form it does not settle, and the values
    given to each.
    """

    rule: str
    annotators: tuple[str, ...]
    agreed: Annotation
    contested: tuple[Proposal, ...]
    open_values: tuple[tuple[DateSpan, tuple[str, ...]], ...]

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that name what is agreed and what is contested, by whom."""
        rows = [[p.layer, span_to_json(p.span), p.authors] for p in self.contested]
        named = [self.annotators, to_json(self.agreed), rows]
        content = json.dumps(named, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]


def settle(records: Mapping[str, Annotation], rule: str) -> Case:
    """Settle one document's records by agent, two or more, by a rule of `RULES`."""
    annotators = tuple(sorted(records))
    enough = len(annotators) if rule == UNANIMOUS else len(annotators) // 2 + 1
    agreed: list[Span] = []
    contested: list[Proposal] = []
    open_values: list[tuple[DateSpan, tuple[str, ...]]] = []
    for layer in LAYERS:
        proposals = propose(records, layer)
        for place, proposal in enumerate(proposals):
            if isinstance(proposal.span, DateSpan):
                moment, values = _settle_value(records, proposal, enough)
                proposals[place] = replace(proposal, span=moment)
                open_values += [(moment, values)] if values else []
        accepted = [p.span for p in proposals if len(p.authors) >= enough]
        agreed += accepted
        contested += [
            p
            for p in proposals
            if not any(p.span.start < span.end and span.start < p.span.end for span in accepted)
        ]
    first = records[annotators[0]]
    origins = {record.based_on for record in records.values()}
    record = Annotation(
        document=first.document,
        text_sha256=first.text_sha256,
        agent=ADJUDICATED,
        guideline=first.guideline,
        dct=first.dct,
        based_on=first.based_on if len(origins) == 1 else None,
        entities=tuple(span for span in agreed if isinstance(span, Entity)),
        dates=tuple(span for span in agreed if isinstance(span, DateSpan)),
        stance=tuple(span for span in agreed if isinstance(span, StanceSpan)),
    )
    return Case(rule, annotators, record, tuple(contested), tuple(open_values))


def propose(records: Mapping[str, Annotation], layer: str) -> list[Proposal]:
    """Return every span that an annotator drew in a layer, once, with its authors, in order."""
    authors: dict[tuple[Any, ...], list[str]] = {}
    spans: dict[tuple[Any, ...], Span] = {}
    for agent in sorted(records):
        for span in getattr(records[agent], layer):
            spans.setdefault(identity(span), essence(span))
            authors.setdefault(identity(span), []).append(agent)
    return [Proposal(layer, spans[key], tuple(authors[key])) for key in sorted(spans)]


def identity(span: Span) -> tuple[Any, ...]:
    """Return what must be equal in two annotators' spans for them to be one proposal."""
    place = span.start, span.end, span.label
    if not isinstance(span, StanceSpan):
        return place
    holder = (span.holder.start, span.holder.end) if span.holder else (-1, -1)
    return (*place, span.target, *holder)


def essence(span: Span) -> Span:
    """Return the span without what says how the machine came by it."""
    if isinstance(span, StanceSpan):
        bare = (span.score, span.cue, span.rule) == (None, None, None)
        return span if bare else replace(span, score=None, cue=None, rule=None)
    return span if span.score is None else replace(span, score=None)


def _settle_value(
    records: Mapping[str, Annotation], proposal: Proposal, enough: int
) -> tuple[DateSpan, tuple[str, ...]]:
    """Return a date with the normal form the rule settles on, and the values it leaves open.

    A form that all who gave one gave is settled, else one that enough gave.
    """
    given: list[DateSpan] = [
        replace(span, score=None)
        for agent in proposal.authors
        for span in records[agent].dates
        if identity(span) == identity(proposal.span) and span.value
    ]
    bare = DateSpan(**{name: getattr(proposal.span, name) for name in _BARE})
    if not given:
        return bare, ()
    forms = Counter(replace(span, value_by=None) for span in given)
    form, count = max(forms.items(), key=lambda item: item[1])
    if len(forms) > 1 and count < enough:
        return bare, tuple(sorted({span.value for span in given if span.value}))
    return next(s for s in given if replace(s, value_by=None) == form), ()


_BARE = ("start", "end", "text", "label")


def with_values(agreed: Annotation, given: Sequence[DateSpan]) -> Annotation:
    """Return the record with normal forms given elsewhere to the same dates; later ones count."""
    forms = {identity(span): span for span in given}
    return replace(agreed, dates=tuple(forms.get(identity(span), span) for span in agreed.dates))
