"""The development gold: lines of the shared texts annotated stand-off, and our own sentences."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.model import DateSpan, Document

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "tests/cases/dates"
SHARED = Path(os.environ.get("TAWSIM_SHARED", ROOT.parent / "shared"))
OWN_DCT = date(2024, 9, 28)

_MARKED = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_DCT = re.compile(r"@(\S+) ")
_KEYS = {"quant": "quant", "freq": "freq", "orig": "original_calendar"}


@dataclass(frozen=True)
class Gold:
    """One document with its gold spans."""

    document: Document
    spans: tuple[DateSpan, ...]


def read_development() -> Iterator[Gold]:
    """Yield every line of the development set; FileNotFoundError where the texts are absent."""
    ranges = tomllib.loads((CASES / "development.toml").read_text(encoding="utf-8"))
    records: dict[tuple[str, int], list[dict[str, str | int]]] = {}
    for row in (CASES / "development.jsonl").read_text(encoding="utf-8").split("\n"):
        if row:
            record = json.loads(row)
            records.setdefault((record["source"], record["line"]), []).append(record)
    for name, about in ranges.items():
        if name == "status":
            continue
        source = Path(about["file"]).name
        lines = (SHARED / about["file"]).read_text(encoding="utf-8").split("\n")
        first, last = about["lines"]
        for number in range(first, last + 1):
            text = lines[number - 1]
            spans = [_span(text, r) for r in records.get((source, number), [])]
            document = Document(id=f"{source}:{number}", text=text, dct=about["dct"])
            yield Gold(document, tuple(spans))


def _span(text: str, record: dict[str, Any]) -> DateSpan:
    assert hashlib.sha256(text.encode()).hexdigest() == record["sha256"], "the text changed"
    fields = {k: v for k, v in record.items() if k not in ("source", "line", "sha256")}
    span = DateSpan(**fields)
    assert text[span.start : span.end] == span.text
    return span


def read_sentences() -> Iterator[Gold]:
    """Yield our own sentences."""
    rows = (CASES / "sentences.txt").read_text(encoding="utf-8").split("\n")
    for number, row in enumerate(rows, 1):
        if not row or row.startswith("#"):
            continue
        dct: date | None = OWN_DCT
        if said := _DCT.match(row):
            dct = None if said[1] == "-" else date.fromisoformat(said[1])
            row = row[said.end() :]
        yield parse_marked(f"sentences:{number}", row, dct)


def parse_marked(name: str, row: str, dct: date | None) -> Gold:
    """Read `[span|LABEL value mod quant:…]` out of a sentence."""
    spans: list[DateSpan] = []
    text, place = "", 0
    for match in _MARKED.finditer(row):
        text += row[place : match.start()]
        label, value, *more = match[2].split()
        span = DateSpan(
            start=len(text), end=len(text) + len(match[1]), text=match[1], label=label, value=value
        )
        for item in more:
            key, _, content = item.partition(":")
            change: dict[str, Any] = {_KEYS[key]: content} if content else {"mod": key}
            span = replace(span, **change)
        spans.append(span)
        text += match[1]
        place = match.end()
    return Gold(Document(id=name, text=text + row[place:], dct=dct), tuple(spans))


@dataclass
class Counts:
    """What scoring counts: gold, found and matched spans, and matched ones with a right value."""

    gold: int = 0
    found: int = 0
    matched: int = 0
    right: int = 0

    def add(self, gold: Sequence[DateSpan], found: Sequence[DateSpan]) -> None:
        """Count one document; a match has the same offsets and label."""
        by_place = {(s.start, s.end, s.label): s for s in found}
        self.gold += len(gold)
        self.found += len(found)
        for span in gold:
            other = by_place.get((span.start, span.end, span.label))
            self.matched += other is not None
            self.right += other is not None and _meaning(other) == _meaning(span)

    @property
    def f1(self) -> float:
        """The span F1."""
        return 2 * self.matched / max(self.gold + self.found, 1)

    def figures(self) -> str:
        """Return precision, recall, F1 and value accuracy as text."""
        precision, recall = self.matched / max(self.found, 1), self.matched / max(self.gold, 1)
        return (
            f"gold {self.gold}  found {self.found}  P {precision:.3f}  R {recall:.3f}"
            f"  F1 {self.f1:.3f}  value {self.right / max(self.matched, 1):.3f}"
        )


def _meaning(span: DateSpan) -> tuple[str | None, ...]:
    return span.value, span.mod, span.quant, span.freq, span.original_calendar
