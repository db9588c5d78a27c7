"""Stand-off cases: entity spans of a text's lines, for texts that are not ours to ship."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from pipeline.conll import TaggedSentence
from pipeline.errors import Fault, InputRefused
from pipeline.scheme import ENTITIES, load_scheme
from pipeline.tokens import Token, tokenize

_CASE = {"line": int, "sha256": str, "entities": list}
_SPAN = {"start": int, "end": int, "label": str, "text": str}


class _Span(TypedDict):
    start: int
    end: int
    label: str
    text: str


class _Case(TypedDict):
    line: int
    sha256: str
    entities: list[_Span]


def line_digest(line: str) -> str:
    """Return the digest that binds a case to its line: 16 hex digits of SHA-256."""
    return hashlib.sha256(line.encode("utf-8")).hexdigest()[:16]


def parse_standoff(cases: str, text: str, name: str) -> Iterator[TaggedSentence]:
    """Yield a tagged sentence a case; the words are our tokeniser's.

    A case is a JSON line `{"line", "sha256", "entities": [{"start", "end", "label", "text"}]}`,
    line counted from 1, offsets in code points of that line.
    Raises InputRefused for a line that is no such case, for a label the scheme does not have, and
    for a case whose line or spans are not those of the text.
    """
    lines = text.split("\n")
    for number, row in enumerate(cases.removesuffix("\n").split("\n"), 1):
        place = f"{name}, line {number}"
        case = _parse_case(row, place)
        line = lines[case["line"] - 1] if 0 < case["line"] <= len(lines) else ""
        if line_digest(line) != case["sha256"]:
            cause = f"line {case['line']} of the text is another"
            raise InputRefused([Fault(place, cause, "Use the text the cases were made on.")])
        yield _tagged(line, case["entities"], place)


def _parse_case(row: str, place: str) -> _Case:
    try:
        case: _Case = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise InputRefused([Fault(place, f"not JSON ({error})", "Mend the line.")]) from error
    causes = list(_causes(case, _CASE, "the case"))
    if not causes:
        labels = load_scheme().ids(ENTITIES)
        for number, span in enumerate(case["entities"], 1):
            wrong = list(_causes(span, _SPAN, f"entity {number}"))
            causes += wrong
            if not wrong and span["label"] not in labels:
                causes.append(f"entity {number} has the unknown label {span['label']!r}")
    if causes:
        raise InputRefused([Fault(place, cause, "Mend the line.") for cause in causes])
    return case


def _causes(value: Any, kinds: Mapping[str, type], what: str) -> Iterator[str]:
    """Yield what keeps a JSON value from being an object of these keys."""
    if not isinstance(value, dict):
        yield f"{what} is no JSON object"
        return
    for key, kind in kinds.items():
        if key not in value:
            yield f"{what} has no key {key!r}"
        elif type(value[key]) is not kind:
            yield f"{key!r} of {what} is {value[key]!r}, not of type {kind.__name__}"


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
