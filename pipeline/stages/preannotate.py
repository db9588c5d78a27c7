"""`tawsim preannotate`: documents in, one machine record a document out."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from pipeline import __version__
from pipeline.annotators.dates import annotate_dates
from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.ner.tagger import Tagger
from pipeline.annotators.stance import annotate_stance
from pipeline.clause_models import find_clause_model
from pipeline.conll import TaggedSentence
from pipeline.files import write_atomically
from pipeline.model import MACHINE, Annotation, Document
from pipeline.records import to_json, write_annotation
from pipeline.scheme import DATES, ENTITIES, STANCE, load_scheme

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
    target = load_scheme().target
    clauses = find_clause_model(target, learned_stance)
    # What is loaded stays: without this a tenth of the time goes into walking through it again and
    # again, in search of garbage.
    gc.collect()
    gc.freeze()
    models = {
        ENTITIES: f"{tagger.source}+nisba",
        DATES: f"tawsim-dates@{__version__}",
        STANCE: f"tawsim-stance@{__version__}" + (f"+{clauses.name}" if clauses else ""),
    }

    def annotate(documents: Iterable[Document]) -> Iterator[Annotation]:
        stream = iter(documents)
        while group := list(islice(stream, TOGETHER)):
            for document, entities in zip(group, annotate_entities(tagger, group), strict=True):
                yield Annotation(
                    document=document.id,
                    text_sha256=document.sha256,
                    dct=document.dct,
                    agent=MACHINE,
                    models=models,
                    guideline=load_scheme().guideline,
                    entities=entities,
                    dates=annotate_dates(document),
                    stance=annotate_stance(document, entities, target, clauses),
                )

    return annotate


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
