"""Corpora of any length out of the seeds' words, each document another text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.corpus import read_corpus

SHORT = 20  # words
_MEGABYTE = "ب" * 500_000  # two bytes a letter


def write_short(source: Path, size: int, *, pathological: bool = False) -> int:
    """Write documents of 20 words, one in the middle a megabyte without a space; return words."""
    odd = size // 2 if pathological else None
    texts = (_MEGABYTE if n == odd else text for n, text in enumerate(_short_texts(size)))
    return _write(source, texts)


def write_long(source: Path, size: int) -> int:
    """Write documents of the seeds' size: each is a seed with a number before it."""
    seeds = [document.text for document in read_corpus(Path("seeds"))]
    return _write(source, (f"{n} {seeds[n % len(seeds)]}" for n in range(size)))


def _write(source: Path, texts: Iterator[str]) -> int:
    words = 0
    with source.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            words += len(text.split())
            document = {"id": f"d{number}", "text": text, "licence": "the seeds'"}
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
    return words


def _short_texts(size: int) -> Iterator[str]:
    """Yield a number and 19 neighbours of the seeds' words, each time others."""
    words = [word for document in read_corpus(Path("seeds")) for word in document.text.split()]
    for number in range(size):
        start = number * 37 % (len(words) - SHORT)
        yield " ".join([str(number), *words[start : start + SHORT - 1]])
