"""The stance development set: our own sentences, and passages of the shared texts stand-off."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.annotators.stance import annotate_stance
from pipeline.annotators.stance.learned import ClauseModel
from pipeline.annotators.stance.score import kind_of
from pipeline.model import Document, Entity, Mention, StanceSpan
from pipeline.scheme import Target, load_scheme, parse_targets

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "tests/cases/stance"
SHARED = Path(os.environ.get("TAWSIM_SHARED", ROOT.parent / "shared"))
OVERLAP = 0.5
# Invented news by strangers, and ten by the rules' writer, that nobody read to improve anything.
UNREAD = ("abroad", "independent", "unseen", "wires", "press")


@dataclass(frozen=True)
class Gold:
    """One position: its place, label, and the place of its holder."""

    start: int
    end: int
    label: str
    holder: tuple[int, int]


@dataclass(frozen=True)
class Case:
    """One text with its target and positions."""

    document: Document
    target: Target
    gold: tuple[Gold, ...]


@cache
def read_targets() -> dict[str, Target]:
    """Return the development targets, shaped as any corpus declares its own."""
    table = tomllib.loads((CASES / "targets.toml").read_text(encoding="utf-8"))
    return {target.id: target for target in parse_targets(table)}


def read_own() -> list[Case]:
    """Return our own sentences."""
    targets = read_targets()
    return [_case(f"own:{row['id']}", row["text"], row, targets) for row in read_rows("own.jsonl")]


def read_statements() -> list[Case]:
    """Return the passages; FileNotFoundError where the shared texts are absent."""
    cases, sources = [], {}
    for number, row in enumerate(read_rows("statements.jsonl"), 1):
        name = row["source"]
        if name not in sources:
            text = (SHARED / "data/text" / name).read_bytes().decode("utf-8")
            sources[name] = text.split("\n")
        passage = "\n".join(sources[name][row["first_line"] - 1 : row["last_line"]])
        digest = hashlib.sha256(passage.encode("utf-8")).hexdigest()
        assert digest == row["sha256"], f"{name}:{row['first_line']} changed"
        cases.append(_case(f"statements:{number}", passage, row, read_targets()))
    return cases


def read_documents(name: str) -> list[Case]:
    """Return invented news: `documents`, of another writer, or `news` and `probe`, of ours."""
    targets = read_targets() | {target.id: target for target in load_scheme().targets}
    return [_case(row["id"], row["text"], row, targets) for row in read_rows(f"{name}.jsonl")]


def read_second() -> dict[str, tuple[Gold, ...]]:
    """Return the second annotation of our own sentences and the passages, by id."""
    return {row["id"]: _gold(row) for row in read_rows("second.jsonl")}


def read_rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a set's file."""
    lines = (CASES / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _case(id_: str, text: str, row: dict[str, Any], targets: Mapping[str, Target]) -> Case:
    return Case(Document(id=id_, text=text), targets[row["target"]], _gold(row))


def _gold(row: dict[str, Any]) -> tuple[Gold, ...]:
    return tuple(
        Gold(s["start"], s["end"], s["label"], (s["holder"]["start"], s["holder"]["end"]))
        for s in row["stance"]
    )


def with_entities(cases: Sequence[Case]) -> list[tuple[Entity, ...]]:
    """Return the embedded model's entities of each case."""
    from pipeline.annotators.ner.backends import load_tagger
    from pipeline.annotators.ner.entities import annotate_entities

    tagger = load_tagger("embedded")
    return annotate_entities(tagger, [case.document for case in cases])


@dataclass
class Counts:
    """Gold, proposed and matched spans by label; holders right; kinds of proposals; errors."""

    gold: Counter[str] = field(default_factory=Counter)
    proposed: Counter[str] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    holders: int = 0
    kinds: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    errors: list[tuple[str, str, str]] = field(default_factory=list)

    def figures(self, label: str | None = None) -> tuple[float, float, float]:
        """Return precision, recall and F1, of a label or over all."""
        gold, proposed, matched = (
            counter[label] if label else counter.total()
            for counter in (self.gold, self.proposed, self.matched)
        )
        f1 = 2 * matched / (gold + proposed) if matched else 0.0
        return matched / max(proposed, 1), matched / max(gold, 1), f1

    @property
    def holder_accuracy(self) -> float:
        """The share of matched spans whose holder has exactly gold's edges."""
        return self.holders / max(self.matched.total(), 1)


def measure(
    cases: Iterable[Case],
    entities: Iterable[Sequence[Entity]],
    model: ClauseModel | None = None,
) -> Counts:
    """Count what the annotator proposes against gold: the label, and half of the union."""
    counts = Counts()
    for case, named in zip(cases, entities, strict=True):
        free = list(annotate_stance(case.document, named, case.target, model))
        counts.gold.update(g.label for g in case.gold)
        counts.proposed.update(span.label for span in free)
        for gold in case.gold:
            hit = next((span for span in free if _matches(span, gold)), None)
            if hit is None:
                missed = case.document.text[gold.start : gold.end]
                counts.errors.append(("missed", case.document.id, f"{gold.label} {missed}"))
                continue
            free.remove(hit)
            counts.matched[gold.label] += 1
            assert hit.holder is not None
            right = (hit.holder.start, hit.holder.end) == gold.holder
            counts.holders += right
            counts.kinds[(*_kind(hit), True)] += 1
            if not right:
                wanted = case.document.text[slice(*gold.holder)]
                counts.errors.append(("holder", case.document.id, f"{hit.holder.text} / {wanted}"))
        for span in free:
            counts.kinds[(*_kind(span), False)] += 1
            near = any(span.start < g.end and g.start < span.end for g in case.gold)
            what = "label or extent" if near else "invented"
            counts.errors.append((what, case.document.id, f"{span.label} {span.rule} {span.text}"))
    return counts


def agreement(case: Case, second: Sequence[Gold]) -> tuple[int, int]:
    """Return how many spans of two annotations match, and how many of those holders overlap."""
    free, matched, holders = list(second), 0, 0
    for gold in case.gold:
        hit = next((other for other in free if _matches(other, gold)), None)
        if hit is not None:
            free.remove(hit)
            matched += 1
            holders += hit.holder[0] < gold.holder[1] and gold.holder[0] < hit.holder[1]
    return matched, holders


def _matches(span: StanceSpan | Gold, gold: Gold) -> bool:
    return span.label == gold.label and overlaps(span, gold)


def overlaps(span: Mention | Gold, gold: Gold) -> bool:
    """Tell whether two places share half of their union."""
    shared = min(span.end, gold.end) - max(span.start, gold.start)
    return shared >= OVERLAP * (max(span.end, gold.end) - min(span.start, gold.start))


def _kind(span: StanceSpan) -> tuple[str, str]:
    assert span.rule is not None
    return kind_of(span.rule)
