"""`tawsim tokenise`: documents in, the offsets of their tokens and sentences out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.files import write_atomically
from pipeline.model import Document
from pipeline.tokens import split_sentences, tokenize


def tokenise(documents: Iterable[Document], output: Path) -> int:
    """Write `<id>.json` into the folder `output` for each document; return how many.

    Offsets are code points into the raw text, `[start, end]`, end exclusive.
    """
    count = 0
    for document in documents:
        write_atomically(output / f"{document.id}.json", [render_tokens(document)])
        count += 1
    return count


def render_tokens(document: Document) -> str:
    """Render a document's tokens and sentences, bound to its text by id and digest."""
    tokens = tokenize(document.text)
    sentences = split_sentences(document.text, tokens)
    record = {
        "document": document.id,
        "text_sha256": document.sha256,
        "tokens": [[token.start, token.end] for token in tokens],
        "sentences": [[sentence.start, sentence.end] for sentence in sentences],
    }
    return json.dumps(record, ensure_ascii=False) + "\n"
