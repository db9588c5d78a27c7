"""`tawsim evaluate`: gold against predicted, CoNLL files or our records."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.conll import SUFFIXES, TaggedSentence, read_conll, spans_of_tags
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import Annotation
from pipeline.records import parse_annotation, read_annotation
from pipeline.scheme import ENTITIES, LAYERS, load_scheme
from pipeline.scoring import Comparison, Score, Spans, compare
from pipeline.shards import read_shards

READING = "IOB2 tags as conlleval and seqeval's default mode read them"


def evaluate(
    gold: Path, predicted: Path, labels: Collection[str] | None = None
) -> dict[str, Comparison]:
    """Compare layer by layer; CoNLL files hold the layer `entities` alone.

    With `labels` only spans of those are compared: published figures often leave some out.
    CoNLL tags are read as `READING` says. Raises InputRefused when the two sides do not hold the
    same documents, or the same words.
    """
    if (gold.suffix in SUFFIXES) != (predicted.suffix in SUFFIXES):
        cure = "Give two CoNLL files, or records on both sides."
        raise RequestError(f"{gold} and {predicted}", "one is CoNLL, the other is not", cure)
    if gold.suffix in SUFFIXES:
        sides = {ENTITIES: _conll_spans(gold, predicted)}
    else:
        sides = _record_spans(gold, predicted)
    return {
        layer: compare(*([_only(labels, spans) for spans in side] for side in pair))
        for layer, pair in sides.items()
    }


def _only(labels: Collection[str] | None, spans: Spans) -> Spans:
    return [span for span in spans if labels is None or span[0] in labels]


def _conll_spans(gold: Path, predicted: Path) -> tuple[list[Spans], list[Spans]]:
    label_of = load_scheme().aliases(ENTITIES)
    sides = [read_conll(path, label_of) for path in (gold, predicted)]
    words = [[sentence.words for sentence in side] for side in sides]
    if words[0] != words[1]:
        place = next(
            (n for n, pair in enumerate(zip(*words, strict=False), 1) if pair[0] != pair[1]),
            min(map(len, words)) + 1,
        )
        cure = "Predict on the gold file itself: tawsim preannotate GOLD --output PRED.conll"
        fault = Fault(f"{predicted}, sentence {place}", f"other words than in {gold}", cure)
        raise InputRefused([fault])
    return _tagged_spans(sides[0]), _tagged_spans(sides[1])


def _tagged_spans(sentences: Iterable[TaggedSentence]) -> list[Spans]:
    return [spans_of_tags(sentence.tags) for sentence in sentences]


def _record_spans(gold: Path, predicted: Path) -> dict[str, tuple[list[Spans], list[Spans]]]:
    sides = [_read_records(path) for path in (gold, predicted)]
    faults = []
    for name in sorted(sides[0].keys() | sides[1].keys()):
        ours, theirs = (side.get(name) for side in sides)
        if ours is None or theirs is None:
            place = gold if ours is None else predicted
            cure = "Give both sides the same documents."
            faults.append(Fault(str(place), f"holds no record of document {name!r}", cure))
        elif ours.text_sha256 != theirs.text_sha256:
            cure = "Annotate the same text on both sides."
            faults.append(Fault(f"document {name!r}", "its text differs between the sides", cure))
    if faults:
        raise InputRefused(faults)
    return {layer: (_spans(sides[0], layer), _spans(sides[1], layer)) for layer in LAYERS}


def _spans(records: Mapping[str, Annotation], layer: str) -> list[Spans]:
    return [
        [(span.label, span.start, span.end) for span in getattr(records[name], layer)]
        for name in sorted(records)
    ]


def _read_records(path: Path) -> Mapping[str, Annotation]:
    """Read a folder of record files or of shards, or a `.jsonl` of records, by document."""
    if path.is_dir():
        records = [read_annotation(file) for file in sorted(path.glob("*.json"))]
        records += read_shards(sorted(path.glob("part-*.parquet")))
    else:
        try:
            lines = path.read_bytes().decode("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            cure = "Name a folder of records, a .jsonl of records, or a CoNLL file."
            raise RequestError(str(path), str(error), cure) from error
        records = [
            parse_annotation(line, f"{path}, line {number}")
            for number, line in enumerate(lines, 1)
            if line
        ]
    by_document = {record.document: record for record in records}
    if not records or len(by_document) < len(records):
        cause = "holds several records of one document" if records else "holds no record"
        raise RequestError(str(path), cause, "Give one record a document.")
    return by_document


def render_table(layers: Mapping[str, Comparison]) -> str:
    """Render scores as a table for people."""
    lines = [READING, f"{'':10}{'':12}{'exact':^24}{'partial':^24}{'gold':>7}{'pred':>7}"]
    ratios = f"{'P':>8}{'R':>8}{'F1':>8}"
    lines.append(f"{'layer':10}{'label':12}{ratios}{ratios}")
    for layer, result in layers.items():
        for label, exact in result.exact.items():
            figures = [
                100 * ratio
                for score in (exact, result.partial[label])
                for ratio in (score.precision, score.recall, score.f1)
            ]
            row = "".join(f"{figure:8.1f}" for figure in figures)
            lines.append(f"{layer:10}{label:12}{row}{exact.gold:7}{exact.predicted:7}")
    return "\n".join(lines)


def render_json(layers: Mapping[str, Comparison]) -> str:
    """Render scores for programs: counts and ratios by layer, matching and label."""
    return json.dumps(
        {"reading": READING}
        | {
            layer: {
                matching: {label: _to_json(score) for label, score in scores.items()}
                for matching, scores in (("exact", result.exact), ("partial", result.partial))
            }
            for layer, result in layers.items()
        },
        indent=2,
    )


def _to_json(score: Score) -> dict[str, Any]:
    return {
        "gold": score.gold,
        "predicted": score.predicted,
        "matched": score.matched,
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
        "f1": round(score.f1, 4),
    }
