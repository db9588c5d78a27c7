"""Words a second of what needs no model: tokenising and dates beside their peers, and stance."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.annotators.ner.backends import load_tagger
from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.stance import annotate_stance
from pipeline.annotators.stance.learned import ClauseModel
from pipeline.clause_models import find_clause_model
from pipeline.corpus import read_corpus
from pipeline.model import Document
from pipeline.scheme import find_target
from pipeline.tokens import split_sentences, tokenize
from tests.bench.dates import find_ours, find_with_dateparser
from tests.bench.table import Row


def measure_texts(folder: Path) -> list[Row]:
    """Return the rows of tokenising, dates and stance over the documents of a folder."""
    from camel_tools.tokenizers.word import simple_word_tokenize

    def tokenise(document: Document) -> None:
        split_sentences(document.text, tokenize(document.text))

    documents = list(read_corpus(folder))
    words = sum(len(document.text.split()) for document in documents)
    rows = _rows(
        "tokenising",
        words,
        _seconds(tokenise, documents),
        "camel-tools",
        _seconds(lambda document: simple_word_tokenize(document.text), documents),
        "words alone: no sentences, no offsets",
    )
    rows += _rows(
        "dates",
        words,
        _seconds(find_ours, documents),
        "dateparser",
        _seconds(find_with_dateparser, documents),
        "",
    )
    return [*rows, *measure_stance(documents)]


def measure_stance(documents: Sequence[Document]) -> list[Row]:
    """Return the rows of stance, by rules and with the clause model; entities are given."""
    found = annotate_entities(load_tagger("embedded"), documents)
    entities = {document.id: own for document, own in zip(documents, found, strict=True)}
    target = find_target(None)
    words = sum(len(document.text.split()) for document in documents)
    rows = []
    for tool, model in (
        ("tawsim, rules", None),
        ("tawsim, with the clause model", find_clause_model(target, None)),
    ):

        def annotate(document: Document, model: ClauseModel | None = model) -> None:
            annotate_stance(document, entities[document.id], target, model)

        speed = words / _seconds(annotate, documents)
        rows.append(
            Row(task="stance", tool=tool, words_per_second=speed, note="entities given; no peer")
        )
    return rows


def _rows(task: str, words: int, ours: float, peer: str, theirs: float, note: str) -> list[Row]:
    return [
        Row(task=task, tool="tawsim", words_per_second=words / ours),
        Row(task=task, tool=peer, words_per_second=words / theirs, ratio=theirs / ours, note=note),
    ]


def _seconds(work: Callable[[Document], object], documents: Sequence[Document]) -> float:
    """Return the processor seconds of the best of three runs, the first of them a warm-up."""
    seconds = []
    for _ in range(3):
        started = time.process_time()
        for document in documents:
            work(document)
        seconds.append(time.process_time() - started)
    return min(seconds)
