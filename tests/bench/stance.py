"""The figures of docs/stance.md: quality on the development set, score counts, speed.

Run from the checkout's root: `python -m tests.bench.stance`. TAWSIM_SHARED names the folder that
holds `data/`; without it only our own sentences are measured.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.annotators.stance import annotate_stance
from pipeline.clause_models import find_clause_model
from pipeline.model import Document
from pipeline.scheme import find_target
from tests.annotators.stance.development import (
    SHARED,
    UNREAD,
    Case,
    Counts,
    Gold,
    agreement,
    measure,
    read_documents,
    read_own,
    read_second,
    read_statements,
    with_entities,
)

LABELS = ("FAVOR", "AGAINST", "NEUTRAL", None)


def render(name: str, cases: Sequence[Case], counts: Counts) -> str:
    """Return the figures of one set as lines."""
    without = sum(not case.gold for case in cases)
    lines = [f"{name}: {len(cases)} texts, {without} without a position"]
    for label in LABELS:
        p, r, f1 = counts.figures(label)
        of = [c[label] if label else c.total() for c in (counts.gold, counts.proposed)]
        lines.append(
            f"  {label or 'all':8} gold {of[0]:3}  proposed {of[1]:3}"
            f"  P {p:.3f}  R {r:.3f}  F1 {f1:.3f}"
        )
    lines.append(f"  holder right {counts.holder_accuracy:.3f} of the matched")
    return "\n".join(lines)


def render_agreement(name: str, cases: Sequence[Case], second: Mapping[str, Sequence[Gold]]) -> str:
    """Return how far the second annotation of a set agrees with the first."""
    pairs = [agreement(case, second[case.document.id]) for case in cases]
    matched, holders = (sum(counts) for counts in zip(*pairs, strict=True))
    first = sum(len(case.gold) for case in cases)
    other = sum(len(second[case.document.id]) for case in cases)
    f1 = 2 * matched / (first + other)
    return (
        f"{name}: {matched} spans agree of {first} and {other}, F1 {f1:.3f}; "
        f"holders overlap in {holders / matched:.3f}"
    )


def speed(cases: Sequence[Case]) -> float:
    """Return words a second over all texts as one corpus, entities given."""
    text = "\n\n".join(case.document.text for case in cases)
    document = Document(id="all", text=text)
    annotate_stance(document, (), find_target(None))  # what is loaded once
    started = time.process_time()
    annotate_stance(document, (), find_target(None))
    return len(text.split()) / (time.process_time() - started)


def main() -> None:
    """Print the figures, the errors by class, and the counts scores are made of."""
    sets = {"own sentences": read_own()}
    if (SHARED / "data/text").is_dir():
        sets["statements"] = read_statements()
    second = read_second()
    for name, cases in sets.items():
        print("agreement,", render_agreement(name, cases, second))
    fitted = ("documents", "news", "probe")
    others = ("agency", "dispatches", "articles")
    sets |= {name: read_documents(name) for name in (*fitted, *others)}
    kinds: Counter[tuple[str, str, bool]] = Counter()
    for name, cases in sets.items():
        counts = measure(cases, with_entities(cases))
        print(render(name, cases, counts))
        if name not in others:  # scores are of what the rules were made on
            kinds += counts.kinds
        for error in sorted(counts.errors):
            print("    ", *error, sep="\t")
    for expressed, target in sorted({kind[:2] for kind in kinds}):
        right = kinds[expressed, target, True]
        offered = right + kinds[expressed, target, False]
        print(f"score {expressed}.{target}: right {right}, offered {offered}")
    model = find_clause_model(find_target(None), None)
    for name in UNREAD:
        cases = read_documents(name)
        entities = with_entities(cases)
        print(render(f"{name}, rules", cases, measure(cases, entities)))
        counts = measure(cases, entities, model)
        print(render(f"{name}, with the clause model", cases, counts))
    print(f"{speed([case for cases in sets.values() for case in cases]):,.0f} words/s")


if __name__ == "__main__":
    main()
