"""`tawsim preannotate`: documents in, one machine record a document out."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

from pipeline import __version__
from pipeline.annotators.dates import annotate_dates
from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.ner.tagger import Tagger, TransformersTagger
from pipeline.annotators.stance import annotate_stance, find_clauses
from pipeline.annotators.stance.learned import annotate_learned
from pipeline.conll import TaggedSentence
from pipeline.files import write_atomically
from pipeline.model import MACHINE, Annotation, Document, Entity, StanceSpan
from pipeline.records import to_json, write_annotation
from pipeline.scheme import DATES, ENTITIES, STANCE, load_scheme
from pipeline.stance_weights import read_winner

# Documents annotated together: enough for batches of near-equal length, few enough to stream.
TOGETHER = 64


Annotate: TypeAlias = Callable[[Iterable[Document]], Iterator[Annotation]]
"""Yields the machine's record of each document, in order, streaming."""


def preannotate(
    documents: Iterable[Document], tagger: Tagger, learned_stance: Path | None = None
) -> Iterator[Annotation]:
    """Yield the machine's record of each document, in order, streaming.

    `learned_stance` is the folder `train stance` writes; what it holds is used where it won.
    """
    return load_annotate(tagger, learned_stance)(documents)


def load_annotate(tagger: Tagger, learned_stance: Path | None = None) -> Annotate:
    """Return what `preannotate` does with its models read, for many calls.

    All that the process holds by then is kept from the garbage collector for good.
    """
    stance = _stance_annotator(tagger, learned_stance)
    # What is loaded stays: without this a tenth of the time goes into walking through it again and
    # again, in search of garbage.
    gc.collect()
    gc.freeze()
    models = {
        ENTITIES: f"{tagger.source}+nisba",
        DATES: f"tawsim-dates@{__version__}",
        STANCE: stance.name,
    }

    def annotate(documents: Iterable[Document]) -> Iterator[Annotation]:
        stream = iter(documents)
        while group := list(islice(stream, TOGETHER)):
            yield from _annotate_group(group, tagger, stance, models)

    return annotate


def _annotate_group(
    group: Sequence[Document],
    tagger: Tagger,
    stance: _StanceAnnotator,
    models: dict[str, str],
) -> Iterator[Annotation]:
    guideline = load_scheme().guideline
    for document, entities in zip(group, annotate_entities(tagger, group), strict=True):
        yield Annotation(
            document=document.id,
            text_sha256=document.sha256,
            dct=document.dct,
            agent=MACHINE,
            models=models,
            guideline=guideline,
            entities=entities,
            dates=annotate_dates(document),
            stance=stance.annotate(document, entities),
        )


class _StanceAnnotator(NamedTuple):
    """What annotates stance, and its name in records."""

    annotate: Callable[[Document, Sequence[Entity]], tuple[StanceSpan, ...]]
    name: str


def _stance_annotator(tagger: Tagger, folder: Path | None) -> _StanceAnnotator:
    target = load_scheme().target
    winner = read_winner(folder, tagger.source, target.id) if folder else None
    if winner is None or not isinstance(tagger, TransformersTagger):
        return _StanceAnnotator(
            lambda document, entities: annotate_stance(document, entities, target),
            f"tawsim-stance@{__version__}",
        )
    learned, name = winner
    classifier = tagger.classifier

    def annotate(document: Document, entities: Sequence[Entity]) -> tuple[StanceSpan, ...]:
        clauses = find_clauses(document, entities, target)
        return annotate_learned(document.text, clauses, target, learned, classifier)

    return _StanceAnnotator(annotate, name)


def preannotate_words(sentences: Sequence[TaggedSentence], tagger: Tagger) -> list[TaggedSentence]:
    """Return the sentences with the backend's tags, one for each given word."""
    tagged = tagger.tag([sentence.words for sentence in sentences])
    return [
        TaggedSentence(sentence.words, tuple(word.tag for word in words))
        for sentence, words in zip(sentences, tagged, strict=True)
    ]


def write_preannotated(records: Iterable[Annotation], output: Path) -> int:
    """Write a record a file into a folder, or a record a line into a `.jsonl`; return how many.

    A `.jsonl` appears only when it is whole.
    """
    count = 0

    def counted() -> Iterator[Annotation]:
        nonlocal count
        for record in records:
            count += 1
            yield record

    if output.suffix == ".jsonl":
        rows = map(to_json, counted())
        write_atomically(output, (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    else:
        for record in counted():
            write_annotation(output / f"{record.document}.json", record)
    return count
