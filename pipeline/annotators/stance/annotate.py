"""The annotator of the `stance` layer: positions on the target, with who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.annotators.stance.acts import Actor
from pipeline.annotators.stance.candidate import Candidate
from pipeline.annotators.stance.holders import Reader
from pipeline.annotators.stance.judgements import Judge
from pipeline.annotators.stance.objects import Objects
from pipeline.annotators.stance.score import rule_of, score_of
from pipeline.annotators.stance.speech import Listener
from pipeline.annotators.stance.targets import ends_presence, find_mentions, find_objects
from pipeline.annotators.stance.words import Text, read_text
from pipeline.model import Document, Entity, Mention, StanceSpan
from pipeline.scheme import Target

_DECIDING = "decide"


def annotate_stance(
    document: Document, entities: Sequence[Entity], target: Target
) -> tuple[StanceSpan, ...]:
    """Return the stance spans of a document towards a target, in order, none overlapping.

    `entities` are the document's, for holders with a name. Spans that score below the target's
    `lowest_score` are left out.
    """
    text = read_text(document.text, entities)
    objects = find_objects(text, target)
    mentions = find_mentions(text, target, objects)
    if not mentions and not objects:
        return ()
    reader = Reader(text, mentions)
    listener = Listener(text, reader)
    actor = Actor(text, mentions, Objects(text, mentions, objects), reader, listener)
    judge = Judge(text, mentions, objects, removes_objects=ends_presence(target))
    found: list[Candidate] = []
    for low, high in text.sentences:
        speeches = listener.listen(low, high)
        proposed = [*actor.find(low, high, speeches), *judge.find(low, high, speeches)]
        found += _settle(one for one in proposed if score_of(one) >= target.lowest_score)
    return tuple(_to_span(text, target, one) for one in _first_decisions(found))


def _first_decisions(found: Iterable[Candidate]) -> Iterable[Candidate]:
    """Leave out what was decided before: told again, it is procedure."""
    decided: set[str] = set()
    for one in found:
        if not one.rule.startswith(_DECIDING):
            yield one
        elif one.label not in decided:
            decided.add(one.label)
            yield one


def _settle(found: Iterable[Candidate]) -> list[Candidate]:
    """Keep the better of a sentence's candidates that overlap; order them by place."""
    kept: list[Candidate] = []
    for one in sorted(found, key=lambda one: (-score_of(one), one.first)):
        if one.first < one.after and all(
            one.after <= other.first or other.after <= one.first for other in kept
        ):
            kept.append(one)
    return sorted(kept)


def _to_span(text: Text, target: Target, one: Candidate) -> StanceSpan:
    start, end = text.words[one.first].start, text.words[one.after - 1].end
    holder_start = text.words[one.holder.name_first].start
    holder_end = text.words[one.holder.name_after - 1].end
    return StanceSpan(
        start=start,
        end=end,
        text=text.raw[start:end],
        label=one.label,
        target=target.id,
        holder=Mention(start=holder_start, end=holder_end, text=text.raw[holder_start:holder_end]),
        cue=one.cue,
        rule=rule_of(one),
        score=score_of(one),
    )
