"""`tawsim agree`: how far annotators agree, with each other and with the machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.agreement.compare import Coded, Row, compare_agents
from pipeline.agreement.figures import CONFIDENCE, DRAWS, LEAST_DOCUMENTS, SEED, Figure
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.kept import Kept, read_origin, read_people
from pipeline.model import MACHINE, Annotation, Document

_FIGURES = {
    "f1_exact": "F1 exact",
    "f1_overlapping": "F1 overlapping",
    "alpha": "uα",
    "kappa": "label κ",
    "value": "value",
    "value_by_people": "people's value",
    "holder": "holder",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The agreement of some agents over the documents that at least two of them annotated."""

    agents: tuple[str, ...]
    documents: int
    rows: tuple[Row, ...]


def agree(documents: Sequence[Document], annotations: Path) -> list[Comparison]:
    """Compare every two annotators, all at once where they are more, each with the machine.

    The machine's record is the one the annotator started from. Raises InputRefused with every
    fault of the records, RequestError when there is nobody to compare.
    """
    kept = read_people(annotations, documents)
    people = sorted({agent for records in kept.values() for agent in records})
    if not people:
        cure = "Collect annotations first: make collect."
        raise RequestError(str(annotations), "holds no annotator's record", cure)
    groups: list[tuple[str, ...]] = list(combinations(people, 2))
    if len(people) > 2:
        groups.append(tuple(people))
    lengths = {document.id: len(document.text) for document in documents}
    with_machine = _with_machine(kept, people, annotations)
    return [
        *(_compare(kept, group, lengths) for group in groups),
        *(_compare(both, (person, MACHINE), lengths) for person, both in with_machine.items()),
    ]


def _with_machine(kept: Kept, people: Iterable[str], annotations: Path) -> Mapping[str, Kept]:
    """Return, for each person, their records beside those they started from."""
    both: dict[str, dict[str, Mapping[str, Annotation]]] = {person: {} for person in people}
    faults: list[Fault] = []
    for name, records in kept.items():
        for person, record in records.items():
            try:
                origin = read_origin(annotations, record)
            except InputRefused as refused:
                faults += refused.faults
                continue
            if origin is not None:
                both[person][name] = {MACHINE: origin, person: record}
    if faults:
        raise InputRefused(faults)
    return both


def _compare(kept: Kept, agents: tuple[str, ...], lengths: Mapping[str, int]) -> Comparison:
    texts = [
        Coded(lengths[name], records)
        for name, records in kept.items()
        if len(records.keys() & set(agents)) > 1
    ]
    rows = compare_agents(texts, agents) if texts else []
    return Comparison(agents, len(texts), tuple(rows))


def render_table(comparisons: Sequence[Comparison]) -> str:
    """Render the agreement as tables for people, a paragraph a comparison."""
    notes = (
        f"[low, high]: the middle {CONFIDENCE:.0%} of {DRAWS} bootstraps over documents, seed "
        f"{SEED};\nnone for fewer than {LEAST_DOCUMENTS} documents, or where few have anything to "
        "compare.\n"
        "no data: nothing to compare; undefined: one label alone, which leaves nothing to chance."
    )
    return "\n\n".join([*map(_render_comparison, comparisons), notes])


def _render_comparison(comparison: Comparison) -> str:
    count = comparison.documents
    title = f"{' – '.join(comparison.agents)} ({count} document{'' if count == 1 else 's'})"
    if not comparison.rows:
        return f"{title}\nno data"
    names = [n for n in _FIGURES if any(n in row.figures for row in comparison.rows)]
    lines = [("layer", "label", "spans", *(_FIGURES[name] for name in names))]
    for row in comparison.rows:
        figures = (_show(row.figures[n]) if n in row.figures else "" for n in names)
        lines.append((row.layer, row.label, "/".join(map(str, row.spans.values())), *figures))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "\n".join([title, *padded])


def _show(figure: Figure) -> str:
    if figure.value is None:
        return "undefined" if figure.count else "no data"
    if figure.interval is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f} [{figure.interval[0]:.2f}, {figure.interval[1]:.2f}]"


def render_json(comparisons: Sequence[Comparison]) -> str:
    """Render the agreement for programs."""
    rendered = {
        "bootstrap": {
            "over": "documents",
            "draws": DRAWS,
            "seed": SEED,
            "confidence": CONFIDENCE,
            "least_documents": LEAST_DOCUMENTS,
        },
        "comparisons": [
            {
                "agents": comparison.agents,
                "documents": comparison.documents,
                "rows": [_row_to_json(row) for row in comparison.rows],
            }
            for comparison in comparisons
        ],
    }
    return json.dumps(rendered, ensure_ascii=False, indent=2)


def _row_to_json(row: Row) -> dict[str, Any]:
    """Return a row; a figure that the data do not define has the value null."""
    figures = {
        name: {
            "value": None if figure.value is None else round(figure.value, 4),
            "interval": figure.interval and [round(edge, 4) for edge in figure.interval],
            "count": figure.count,
        }
        for name, figure in row.figures.items()
    }
    return {"layer": row.layer, "label": row.label, "spans": dict(row.spans), **figures}
