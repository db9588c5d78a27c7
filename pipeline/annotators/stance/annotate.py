"""The annotator of the `stance` layer: positions on the target, with who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.annotators.stance.acts import Actor
from pipeline.annotators.stance.candidate import Candidate
from pipeline.annotators.stance.clauses import clauses_of
from pipeline.annotators.stance.holders import Reader
from pipeline.annotators.stance.judgements import Judge
from pipeline.annotators.stance.learned import Clause, ClauseModel
from pipeline.annotators.stance.objects import Objects
from pipeline.annotators.stance.score import rule_of, score_of
from pipeline.annotators.stance.speech import Listener, Speech
from pipeline.annotators.stance.subjects import Subjects
from pipeline.annotators.stance.targets import ends_presence, find_mentions, find_objects
from pipeline.annotators.stance.words import Text, read_text
from pipeline.model import Document, Entity, Mention, StanceSpan
from pipeline.scheme import Target

_DECIDING = "decide"
_CLAUSE = "clause"  # the rule of a span that the model alone proposes


def annotate_stance(
    document: Document,
    entities: Sequence[Entity],
    target: Target,
    model: ClauseModel | None = None,
) -> tuple[StanceSpan, ...]:
    """Return the stance spans of a document towards a target, in order, none overlapping.

    `entities` are the document's, for holders with a name. A `model` judges what else
    is said. Spans that score below the target's `lowest_score` are left out.
    """
    text = read_text(document.text, entities)
    read = list(_read(text, target))
    found = [
        one
        for proposed, _ in read
        for one in _settle(one for one in proposed if score_of(one) >= target.lowest_score)
    ]
    spans = tuple(_to_span(text, target, one) for one in _first_decisions(text, found))
    return _add_judged(text, target, spans, _clauses(text, read), model) if model else spans


def find_clauses(
    document: Document, entities: Sequence[Entity], target: Target
) -> tuple[Clause, ...]:
    """Return every clause with a holder, in order: what rules propose at any score, then speech.

    None overlap. Documents that do not name the target, or what it happens to, have none.
    """
    text = read_text(document.text, entities)
    return _clauses(text, _read(text, target))


def _clauses(
    text: Text, read: Iterable[tuple[list[Candidate], list[Speech]]]
) -> tuple[Clause, ...]:
    clauses: dict[tuple[int, int], Clause] = {}
    for proposed, speeches in read:
        taken = [(one.first, one.after, one.holder) for one in _settle(proposed)]
        for speech in speeches:
            for first, after in clauses_of(text, speech.first, speech.after):
                if all(after <= low or high <= first for low, high, _ in taken):
                    taken.append((first, after, speech.holder))
        for first, after, holder in taken:
            place = _to_mention(text, first, after)
            clauses[place.start, place.end] = Clause(
                start=place.start,
                end=place.end,
                text=place.text,
                holder=_to_mention(text, holder.name_first, holder.name_after),
            )
    return tuple(clauses[place] for place in sorted(clauses))


def _add_judged(
    text: Text,
    target: Target,
    ruled: tuple[StanceSpan, ...],
    clauses: Iterable[Clause],
    model: ClauseModel,
) -> tuple[StanceSpan, ...]:
    """Return the rules' spans, and the other clauses in which the model sees a position."""
    left = [
        clause
        for clause in clauses
        if all(clause.end <= span.start or span.end <= clause.start for span in ruled)
    ]
    judged = zip(left, model.judge(text.raw, left), strict=True)
    found = [
        StanceSpan(
            start=clause.start,
            end=clause.end,
            text=clause.text,
            label=verdict.label,
            target=target.id,
            holder=clause.holder,
            rule=_CLAUSE,
            score=round(verdict.score, 2),
        )
        for clause, verdict in judged
        if verdict.score >= target.lowest_score
    ]
    return tuple(sorted((*ruled, *found), key=lambda span: span.start))


def _read(text: Text, target: Target) -> Iterator[tuple[list[Candidate], list[Speech]]]:
    """Yield what rules propose, and who speaks, sentence by sentence."""
    objects = find_objects(text, target)
    mentions = find_mentions(text, target, objects)
    if not mentions and not objects:
        return
    reader = Reader(text, mentions)
    subjects = Subjects(text, reader)
    listener = Listener(text, reader, subjects)
    removes = ends_presence(target)
    governed = Objects(text, mentions, objects, removes_objects=removes)
    actor = Actor(text, mentions, governed, reader, subjects)
    judge = Judge(text, mentions, objects, governed, removes_objects=removes)
    for low, high in text.sentences:
        speeches = listener.listen(low, high)
        yield [*actor.find(low, high, speeches), *judge.find(low, high, speeches)], speeches


def _first_decisions(text: Text, found: Iterable[Candidate]) -> Iterable[Candidate]:
    """Leave out what the same holder decided before: told again, it is procedure."""
    decided: set[tuple[str, str]] = set()
    for one in found:
        if not one.rule.startswith(_DECIDING):
            yield one
            continue
        holder = _to_mention(text, one.holder.name_first, one.holder.name_after).text
        if (one.label, holder) not in decided:
            decided.add((one.label, holder))
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
    clause = _to_mention(text, one.first, one.after)
    return StanceSpan(
        start=clause.start,
        end=clause.end,
        text=clause.text,
        label=one.label,
        target=target.id,
        holder=_to_mention(text, one.holder.name_first, one.holder.name_after),
        cue=one.cue,
        rule=rule_of(one),
        score=score_of(one),
    )


def _to_mention(text: Text, first: int, after: int) -> Mention:
    start, end = text.words[first].start, text.words[after - 1].end
    return Mention(start=start, end=end, text=text.raw[start:end])
