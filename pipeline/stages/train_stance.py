"""`tawsim train stance`: people's records in, a clause classifier and its figures out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.annotators.stance import annotate_stance, find_clauses
from pipeline.annotators.stance.learned import (
    NONE,
    Clause,
    ClauseClassifier,
    annotate_learned,
    encode_clauses,
    fit,
)
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import (
    ADJUDICATED,
    Annotation,
    Document,
    Entity,
    Mention,
    StanceSpan,
    text_digest,
)
from pipeline.records import check_annotation, read_annotation
from pipeline.scheme import Target
from pipeline.scoring import Score
from pipeline.stance_weights import write_clause_classifier
from pipeline.weights import TokenClassifier

if TYPE_CHECKING:
    from torch import Tensor

LEAST_SPANS = 100
_OVERLAP = 0.5
# One document in five is held out, by the digest of its id: the split stays as documents come.
_FOLDS = 5
_PSEUDONYM = re.compile(r"a\d+")


@dataclass(frozen=True, slots=True)
class _Read:
    """A document with its entities and clauses, and people's positions on the target."""

    document: Document
    entities: tuple[Entity, ...]
    clauses: tuple[Clause, ...]
    gold: tuple[StanceSpan, ...]


def train_stance(
    documents: Iterable[Document],
    annotations: Path,
    output: Path,
    target: Target,
    classifier: TokenClassifier,
) -> dict[str, Any]:
    """Train on people's records of the documents, compare with the rules, write; return figures.

    Raises RequestError below `LEAST_SPANS` spans, saying how many are missing, and where either
    side of the split has none; InputRefused for records that contradict their texts.
    """
    pairs = read_people(documents, annotations)
    spans = sum(one.target == target.id for _, record in pairs for one in record.stance)
    if spans < LEAST_SPANS:
        cause = f"{spans} annotated spans on {target.id}, {LEAST_SPANS - spans} are missing"
        cure = f"Annotate and collect until there are {LEAST_SPANS}."
        raise RequestError(str(annotations), cause, cure)
    read = _read(pairs, target, classifier)
    held_out = [one for one in read if is_held_out(one.document.id)]
    seen = [one for one in read if not is_held_out(one.document.id)]
    if not all(any(one.gold for one in side) for side in (seen, held_out)):
        cause = "the positions stand in too few documents to hold a fifth of them out"
        raise RequestError(str(annotations), cause, "Annotate more documents.")
    learned = _fit(seen, classifier)
    rules, ours = _compare(held_out, target, learned, classifier)
    figures = {
        "target": target.id,
        "encoder": f"{classifier.name}@{classifier.revision}",
        "split": "held out: documents whose id's SHA-256 is divisible by five",
        "documents": {"train": len(seen), "held_out": len(held_out)},
        "spans": {"train": sum(len(one.gold) for one in seen), "held_out": ours.gold},
        "rules": _to_json(rules),
        "learned": _to_json(ours),
        "won": ours.f1 > rules.f1,
    }
    write_clause_classifier(output, learned, figures)
    return figures


def _compare(
    held_out: Sequence[_Read],
    target: Target,
    learned: ClauseClassifier,
    classifier: TokenClassifier,
) -> tuple[Score, Score]:
    """Return the scores of the rules and of the classifier on documents it has not seen."""
    by_rules = [annotate_stance(one.document, one.entities, target) for one in held_out]
    by_learning = [
        annotate_learned(one.document.text, one.clauses, target, learned, classifier)
        for one in held_out
    ]
    return _score(held_out, by_rules), _score(held_out, by_learning)


def is_held_out(document: str) -> bool:
    """Tell whether a document is held out, whatever others there are."""
    return int(text_digest(document), 16) % _FOLDS == 0


def read_people(
    documents: Iterable[Document], annotations: Path
) -> list[tuple[Document, Annotation]]:
    """Return each document people annotated with its record: adjudicated, else the one person's.

    Raises InputRefused where two people did and nobody adjudicated, or a record has faults.
    """
    pairs, faults = [], []
    agents = [
        folder for folder in sorted(annotations.glob("a*")) if _PSEUDONYM.fullmatch(folder.name)
    ]
    for document in documents:
        name = f"{document.id}.json"
        settled = annotations / ADJUDICATED / name
        found = [settled] if settled.is_file() else [a / name for a in agents]
        found = [path for path in found if path.is_file()]
        if len(found) > 1:
            cause = f"{len(found)} people annotated it"
            faults.append(Fault(f"document {document.id}", cause, "Adjudicate it."))
        elif found:
            record = read_annotation(found[0])
            faults.extend(check_annotation(record, document))
            pairs.append((document, record))
    if faults:
        raise InputRefused(faults)
    return pairs


def _read(
    pairs: Sequence[tuple[Document, Annotation]], target: Target, classifier: TokenClassifier
) -> list[_Read]:
    """Read documents as pre-annotation does: with the machine's entities, not people's."""
    named = annotate_entities(TransformersTagger(classifier), [document for document, _ in pairs])
    return [
        _Read(
            document,
            entities,
            find_clauses(document, entities, target),
            tuple(span for span in record.stance if span.target == target.id),
        )
        for (document, record), entities in zip(pairs, named, strict=True)
    ]


def _fit(seen: Sequence[_Read], classifier: TokenClassifier) -> ClauseClassifier:
    import torch

    features: list[Tensor] = []
    labels: list[str] = []
    for one in seen:
        # People's clauses too: the rules may not have found them.
        clauses: list[Mention] = [*one.gold]
        clauses += [c for c in one.clauses if not any(_overlaps(c, g) for g in one.gold)]
        features += encode_clauses(classifier, one.document.text, clauses)
        labels += [c.label if isinstance(c, StanceSpan) else NONE for c in clauses]
    return fit(torch.cat(features), labels)


def _score(read: Sequence[_Read], proposed: Sequence[Sequence[StanceSpan]]) -> Score:
    """Count matches: the label, and half of the union of the characters."""
    matched = 0
    for one, spans in zip(read, proposed, strict=True):
        free = list(spans)
        for gold in one.gold:
            hit = next((s for s in free if s.label == gold.label and _overlaps(s, gold)), None)
            if hit is not None:
                free.remove(hit)
                matched += 1
    return Score(sum(len(one.gold) for one in read), sum(map(len, proposed)), matched)


def _overlaps(span: Mention, gold: Mention) -> bool:
    shared = min(span.end, gold.end) - max(span.start, gold.start)
    return shared >= _OVERLAP * (max(span.end, gold.end) - min(span.start, gold.start))


def _to_json(score: Score) -> dict[str, float]:
    return {
        "proposed": score.predicted,
        "matched": score.matched,
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
        "f1": round(score.f1, 4),
    }
