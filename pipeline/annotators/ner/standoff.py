"""Stand-off cases: entity spans of a text's lines, for texts that are not ours to ship."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import TypedDict

from pipeline.conll import TaggedSentence
from pipeline.errors import Fault, InputRefused
from pipeline.tokens import Token, tokenize


class _Span(TypedDict):
    start: int
    end: int
    label: str
    text: str


def line_digest(line: str) -> str:
    """Return the digest that binds a case to its line: 16 hex digits of SHA-256."""
    return hashlib.sha256(line.encode("utf-8")).hexdigest()[:16]


def parse_standoff(cases: str, text: str, name: str) -> Iterator[TaggedSentence]:
    """Yield a tagged sentence a case; the words are our tokeniser's.

    A case is a JSON line `{"line", "sha256", "entities": [{"start", "end", "label", "text"}]}`,
    line counted from 1, offsets in code points of that line.
    Raises InputRefused for a case whose line or spans are not those of the text.
    """
    lines = text.split("\n")
    for number, row in enumerate(cases.removesuffix("\n").split("\n"), 1):
        case = json.loads(row)
        place = f"{name}, line {number}"
        line = lines[case["line"] - 1] if case["line"] <= len(lines) else ""
        if line_digest(line) != case["sha256"]:
            cause = f"line {case['line']} of the text is another"
            raise InputRefused([Fault(place, cause, "Use the text the cases were made on.")])
        yield _tagged(line, case["entities"], place)


def _tagged(line: str, entities: Sequence[_Span], place: str) -> TaggedSentence:
    tokens = tokenize(line)
    tags = ["O"] * len(tokens)
    for span in entities:
        inside = _covered(tokens, span)
        if not inside or line[span["start"] : span["end"]] != span["text"]:
            cause = f"the span {span['text']!r} is not whole words of the line"
            raise InputRefused([Fault(place, cause, "Mend its offsets.")])
        tags[inside[0]] = f"B-{span['label']}"
        for position in inside[1:]:
            tags[position] = f"I-{span['label']}"
    return TaggedSentence(tuple(token.text for token in tokens), tuple(tags))


def _covered(tokens: Sequence[Token], span: _Span) -> list[int]:
    """Return the places of the words a span covers; none unless its edges are words' edges."""
    within = (span["start"], span["end"])
    inside = [i for i, t in enumerate(tokens) if t.start >= within[0] and t.end <= within[1]]
    if inside and (tokens[inside[0]].start, tokens[inside[-1]].end) == within:
        return inside
    return []
