"""Train the embedded clause model: `python -m tests.annotators.stance.fine_tune ENCODER OUTPUT`.

It learns from the invented news that those who write rules may read; what nobody reads calibrates
its scores with two numbers. The bytes are the same for an encoder, a machine and a number of
threads.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.annotators.ner.calibration import (
    cross_validated_error,
    expected_calibration_error,
    fit_calibration,
)
from pipeline.annotators.stance import annotate_stance, find_clauses
from pipeline.annotators.stance.clause_encoder import TrainingOptions, fine_tune
from pipeline.annotators.stance.learned import CLASSES, NONE, ClauseModel, own_layer
from pipeline.files import write_atomically
from pipeline.model import Mention
from pipeline.scheme import load_scheme
from pipeline.stages.train import start_from
from pipeline.weights import load_token_classifier, save_packed
from tests.annotators.stance.development import (
    Case,
    overlaps,
    read_documents,
    with_entities,
)

SETS = ("documents", "news", "probe", "agency", "reports")
CALIBRATION = ("abroad", "independent", "unseen")
VERSION = "1.0.0"


def read_examples(cases: Sequence[Case]) -> list[tuple[str, list[tuple[Mention, str]]]]:
    """Return each text with its clauses: gold with its label, and what rules find beside, none."""
    examples = []
    for case, entities in zip(cases, with_entities(cases), strict=True):
        text = case.document.text
        labelled = [
            (Mention(start=g.start, end=g.end, text=text[g.start : g.end]), g.label)
            for g in case.gold
        ]
        labelled += [
            (clause, NONE)
            for clause in find_clauses(case.document, entities, case.target)
            if not any(overlaps(clause, gold) for gold in case.gold)
        ]
        examples.append((text, labelled))
    return examples


def judge_left(folder: Path) -> tuple[list[float], list[bool]]:
    """Return the uncalibrated score of every clause left for the model, and whether it is right."""
    encoder = load_token_classifier(str(folder))
    model = ClauseModel(encoder, own_layer(encoder), "")
    cases = [case for name in CALIBRATION for case in read_documents(name)]
    scores, right = [], []
    for case, entities in zip(cases, with_entities(cases), strict=True):
        ruled = annotate_stance(case.document, entities, case.target)
        clauses = [
            clause
            for clause in find_clauses(case.document, entities, case.target)
            if all(clause.end <= span.start or span.end <= clause.start for span in ruled)
        ]
        for clause, verdict in zip(clauses, model.judge(case.document.text, clauses), strict=True):
            scores.append(verdict.score)
            right.append(any(g.label == verdict.label and overlaps(clause, g) for g in case.gold))
    return scores, right


def main(encoder: str, output: Path) -> None:
    """Train, and write the packed folder with `training.json`."""
    target, options = load_scheme().target, TrainingOptions()
    cases = [c for name in SETS for c in read_documents(name) if c.target.id == target.id]
    examples = read_examples(cases)
    counts = Counter(label for _, labelled in examples for _, label in labelled)
    print(len(cases), "documents,", dict(counts), flush=True)
    classifier = start_from(encoder, CLASSES, options.seed, VERSION)
    classifier.model.config.tawsim_target = target.id
    losses = []
    for loss in fine_tune(classifier, examples, options):
        losses.append(round(loss, 4))
        print("epoch", len(losses), "loss", losses[-1], flush=True)
    save_packed(classifier.model, classifier.tokenizer, output)
    scores, right = judge_left(output)
    packed = load_token_classifier(str(output))
    packed.model.config.tawsim_calibration = asdict(fit_calibration(scores, right))
    packed.model.config.save_pretrained(output)
    record = {
        "version": VERSION,
        "target": target.id,
        "encoder": Path(encoder).name,
        "sets": SETS,
        "documents": len(cases),
        "clauses": dict(sorted(counts.items())),
        "options": asdict(options),
        "loss_by_epoch": losses,
        "calibration": {
            "sets": CALIBRATION,
            "clauses": len(scores),
            "right": sum(right),
            "before": round(expected_calibration_error(scores, right), 4),
            "cross_validated": round(cross_validated_error(scores, right), 4),
        },
    }
    write_atomically(output / "training.json", [json.dumps(record, indent=2) + "\n"])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
