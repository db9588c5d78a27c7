"""`tawsim train stance`: people's records in, a clause classifier and its figures out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.ner.tagger import Tagger
from pipeline.annotators.stance import annotate_stance, find_clauses
from pipeline.annotators.stance.clause_encoder import encode_clauses
from pipeline.annotators.stance.learned import NONE, Clause, ClauseClassifier, ClauseModel, fit
from pipeline.clause_models import find_clause_model, load_embedded, write_clause_classifier
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
    tagger: Tagger,
) -> dict[str, Any]:
    """Train on people's records of the documents, compare, write; return figures.

    Compared are the rules alone, with the embedded model where it knows the target, and with what
    was learnt; `best` names the first of them that none beats.

    Raises RequestError below `LEAST_SPANS` spans, saying how many are missing, and where either
    side of the split has none; InputRefused for records that contradict their texts.
    """
    pairs = read_people(documents, annotations)
    spans = sum(one.target == target.id for _, record in pairs for one in record.stance)
    if spans < LEAST_SPANS:
        cause = f"{spans} annotated spans on {target.id}, {LEAST_SPANS - spans} are missing"
        cure = f"Annotate and collect until there are {LEAST_SPANS}."
        raise RequestError(str(annotations), cause, cure)
    read = _read(pairs, target, tagger)
    held_out = [one for one in read if is_held_out(one.document.id)]
    seen = [one for one in read if not is_held_out(one.document.id)]
    if not all(any(one.gold for one in side) for side in (seen, held_out)):
        cause = "the positions stand in too few documents to hold a fifth of them out"
        raise RequestError(str(annotations), cause, "Annotate more documents.")
    encoder = load_embedded().encoder
    layer = _fit(seen, encoder)
    embedded = find_clause_model(target, None)
    scores = {
        "rules": _score(held_out, target, None),
        "embedded": _score(held_out, target, embedded),
        "learned": _score(held_out, target, ClauseModel(encoder, layer, "")),
    }
    best = max(scores, key=lambda name: scores[name].f1)
    figures = {
        "target": target.id,
        "encoder": f"{encoder.name}@{encoder.revision}",
        "split": "held out: documents whose id's SHA-256 is divisible by five",
        "documents": {"train": len(seen), "held_out": len(held_out)},
        "spans": {"train": sum(len(one.gold) for one in seen), "held_out": scores["rules"].gold},
        **{name: _to_json(score) for name, score in scores.items()},
        "best": best,
    }
    write_clause_classifier(output, layer, figures)
    return figures


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
    pairs: Sequence[tuple[Document, Annotation]], target: Target, tagger: Tagger
) -> list[_Read]:
    """Read documents as pre-annotation does: with the machine's entities, not people's."""
    named = annotate_entities(tagger, [document for document, _ in pairs])
    return [
        _Read(
            document,
            entities,
            find_clauses(document, entities, target),
            tuple(span for span in record.stance if span.target == target.id),
        )
        for (document, record), entities in zip(pairs, named, strict=True)
    ]


def _fit(seen: Sequence[_Read], encoder: TokenClassifier) -> ClauseClassifier:
    import torch

    features: list[Tensor] = []
    labels: list[str] = []
    for one in seen:
        # People's clauses too: the rules may not have found them.
        clauses: list[Mention] = [*one.gold]
        clauses += [c for c in one.clauses if not any(_overlaps(c, g) for g in one.gold)]
        features.append(encode_clauses(encoder, one.document.text, clauses))
        labels += [c.label if isinstance(c, StanceSpan) else NONE for c in clauses]
    return fit(torch.cat(features), labels)


def _score(read: Sequence[_Read], target: Target, model: ClauseModel | None) -> Score:
    """Count matches of what is annotated with a model: the label, and half of the union."""
    matched = proposed = 0
    for one in read:
        free = list(annotate_stance(one.document, one.entities, target, model))
        proposed += len(free)
        for gold in one.gold:
            hit = next((s for s in free if s.label == gold.label and _overlaps(s, gold)), None)
            if hit is not None:
                free.remove(hit)
                matched += 1
    return Score(sum(len(one.gold) for one in read), proposed, matched)


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
