"""Documents in, entity spans out: words tagged sentence by sentence, whole words to spans.

Two passes go over what the model sees. One makes names consistent over the document, which the
model reads sentence by sentence. The other proposes adjectives of nationality and religion as MISC
where the model sees no name: a model that was not trained for the guidelines leaves them untagged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

from pipeline.annotators.ner.calibration import UNCALIBRATED, Calibration
from pipeline.annotators.ner.tagger import Tagger, WordTag
from pipeline.arabic.nisba import is_nationality_adjective
from pipeline.model import Document, Entity
from pipeline.tokens import Sentence, Token, split_sentences, tokenize

# Of 80 proposals beside model 1.0.0 in news and Wikipedia, 61 were right; the rest lay in names it
# had missed.
_RULE_SCORE = 0.76
# What the mentions of a name must come to, for its words to be a name where the model saw none.
_SURE = 0.8
_SHORTEST, _LONGEST = 4, 8  # letters, words
_ONE_LETTER = re.compile("^[وفبل](?=..)")
_PROCLITICS = re.compile("^[وف]?(?:لل|[بك]?ال)")

_Sure = tuple[str, float | None]  # a name's label and the score of what is found by it


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring words of one entity."""

    label: str
    words: list[tuple[Token, float]]


def annotate_entities(tagger: Tagger, documents: Sequence[Document]) -> list[tuple[Entity, ...]]:
    """Return the entities of each document; all are tagged together, for batches of one length."""
    prepared: list[tuple[tuple[Token, ...], tuple[Sentence, ...]]] = []
    for document in documents:
        tokens = tokenize(document.text)
        prepared.append((tokens, split_sentences(document.text, tokens)))
    tags = iter(
        tagger.tag(
            [
                [token.text for token in tokens[sentence.first_token : sentence.end_token]]
                for tokens, sentences in prepared
                for sentence in sentences
            ]
        )
    )
    annotated = []
    for document, (tokens, sentences) in zip(documents, prepared, strict=True):
        named = [
            entity
            for sentence in sentences
            for entity in spans_of(
                document.text,
                tokens[sentence.first_token : sentence.end_token],
                next(tags),
                tagger.calibration,
            )
        ]
        consistent = with_one_label(document.text, tokens, named)
        annotated.append(with_nationalities(document.text, tokens, consistent))
    return annotated


def with_one_label(text: str, tokens: Sequence[Token], named: Sequence[Entity]) -> list[Entity]:
    """Make names consistent over a document: one label each, and found wherever they stand.

    A name takes the label that most of its mentions' scores speak for, and where its words stand
    without one they are named too, if its mentions' scores come to `_SURE`. A proclitic is no
    difference. What is found so has the mean score of the mentions it is taken from, none if they
    have none.
    """
    votes = _votes(named)
    label_of = {name: max(by, key=lambda label: _weight(by[label])) for name, by in votes.items()}
    entities = [replace(entity, label=label_of[_known(entity.text, votes)]) for entity in named]
    sure = {
        tuple(word.text for word in tokenize(name)): (
            label_of[name],
            _mean(by[label_of[name]]),
        )
        for name, by in votes.items()
        if _weight(by[label_of[name]]) >= _SURE and len(name) >= _SHORTEST
    }
    covered = {place for entity in named for place in range(entity.start, entity.end)}
    longest = min(max(map(len, sure), default=0), _LONGEST)
    for first, token in enumerate(tokens):
        for length in range(longest, 0, -1):
            words = tokens[first : first + length]
            found = _find(sure, [word.text for word in words])
            if found and not any(word.start in covered for word in words):
                label, score = found
                start, end = token.start, words[-1].end
                entities.append(
                    Entity(start=start, end=end, text=text[start:end], label=label, score=score)
                )
                covered.update(range(start, end))
                break
    return sorted(entities, key=lambda entity: entity.start)


def _votes(named: Sequence[Entity]) -> dict[str, dict[str, list[float]]]:
    """Return the scores of every name's mentions by label."""
    votes: dict[str, dict[str, list[float]]] = {entity.text: {} for entity in named}
    for entity in named:
        by_label = votes[_known(entity.text, votes)]
        score = math.nan if entity.score is None else entity.score
        by_label.setdefault(entity.label, []).append(score)
    return {name: by for name, by in votes.items() if by}


def _known(name: str, names: Container[str]) -> str:
    """Return the name without a proclitic letter if it stands so elsewhere: `وبغداد`, `بغداد`."""
    bare = _ONE_LETTER.sub("", name)
    return bare if bare in names else name


def _find(sure: Mapping[tuple[str, ...], _Sure], words: Sequence[str]) -> _Sure | None:
    first = words[0]
    return sure.get(tuple(words)) or sure.get((_ONE_LETTER.sub("", first), *words[1:]))


def _weight(scores: Sequence[float]) -> float:
    """Return what mentions count together; a backend without scores counts each as one."""
    return sum(1.0 if math.isnan(score) else score for score in scores)


def _mean(scores: Sequence[float]) -> float | None:
    mean = fmean(scores)
    return None if math.isnan(mean) else round(mean, 4)


def with_nationalities(
    text: str, tokens: Sequence[Token], named: Sequence[Entity]
) -> tuple[Entity, ...]:
    """Add the adjectives of nationality and religion that no named entity covers, as MISC.

    They are surnames too: right after a person's name one belongs to it, and where a document
    has named somebody so, the word alone means that person.
    """
    ends = {entity.end: place for place, entity in enumerate(named)}
    covered = {place for entity in named for place in range(entity.start, entity.end)}
    entities = list(named)
    others = []
    for before, token in pairwise([None, *tokens]):
        if token is None or token.start in covered or not is_nationality_adjective(token.text):
            continue
        place = ends.get(before.end) if before else None
        if place is not None and entities[place].label == "PER":
            start = entities[place].start
            entities[place] = replace(entities[place], end=token.end, text=text[start : token.end])
        else:
            others.append(token)
    surnames = {entity.text.split()[-1] for entity in entities if entity.label == "PER"}
    for token in others:
        label = "PER" if _PROCLITICS.sub("ال", token.text) in surnames else "MISC"
        entities.append(
            Entity(
                start=token.start, end=token.end, text=token.text, label=label, score=_RULE_SCORE
            )
        )
    return tuple(sorted(entities, key=lambda entity: entity.start))


def spans_of(
    text: str,
    tokens: Sequence[Token],
    tags: Sequence[WordTag],
    calibration: Calibration = UNCALIBRATED,
) -> list[Entity]:
    """Join IOB2-tagged words into entities, as conlleval reads them.

    An I- tag after another label begins a new entity. Punctuation at an entity's edges is left
    outside, as the guidelines say. The score is the least certain word's probability, calibrated;
    none where the backend gave no probability.
    """
    runs: list[_Run] = []
    previous = "O"
    for token, (tag, probability) in zip(
        tokens, ((t.tag, t.probability) for t in tags), strict=True
    ):
        prefix, _, label = tag.partition("-")
        if tag != "O":
            if prefix == "B" or previous != label:
                runs.append(_Run(label, []))
            runs[-1].words.append((token, probability))
        previous = label if tag != "O" else "O"
    entities = []
    for run in runs:
        words = [place for place, (token, _) in enumerate(run.words) if token.is_word]
        if words:
            kept = run.words[words[0] : words[-1] + 1]
            start, end = kept[0][0].start, kept[-1][0].end
            least = min(probability for _, probability in kept)
            score = None if math.isnan(least) else round(calibration(least), 4)
            entities.append(
                Entity(start=start, end=end, text=text[start:end], label=run.label, score=score)
            )
    return entities
