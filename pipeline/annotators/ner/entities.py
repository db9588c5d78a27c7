"""Documents in, entity spans out: words tagged sentence by sentence, whole words to spans.

Models trained on ANERcorp leave adjectives of nationality and religion untagged; the guidelines
make them MISC. Where the model sees no name, a rule proposes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.annotators.ner.calibration import UNCALIBRATED, Calibration
from pipeline.annotators.ner.tagger import Tagger, WordTag
from pipeline.arabic.nisba import is_nationality_adjective
from pipeline.model import Document, Entity
from pipeline.tokens import Sentence, Token, split_sentences, tokenize

# Of 80 proposals read in news and Wikipedia, 61 were right; the rest lay in names the model missed.
_RULE_SCORE = 0.76
_PROCLITICS = re.compile("^[وف]?(?:لل|[بك]?ال)")


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
        annotated.append(with_nationalities(document.text, tokens, named))
    return annotated


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
    outside, as the guidelines say. The score is the least certain word's probability, calibrated.
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
            score = round(calibration(min(probability for _, probability in kept)), 4)
            entities.append(
                Entity(start=start, end=end, text=text[start:end], label=run.label, score=score)
            )
    return entities
