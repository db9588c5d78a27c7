"""Words a second of what needs no model: tokenising and dates, each beside its peer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.corpus import read_corpus
from pipeline.model import Document
from pipeline.tokens import split_sentences, tokenize
from tests.bench.dates import find_ours, find_with_dateparser
from tests.bench.table import Row


def measure_texts(folder: Path) -> list[Row]:
    """Return the rows of tokenising and dates over the documents of a folder."""
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
    return rows + _rows(
        "dates",
        words,
        _seconds(find_ours, documents),
        "dateparser",
        _seconds(find_with_dateparser, documents),
        "",
    )


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
