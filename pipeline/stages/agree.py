"""`tawsim agree`: how far annotators agree, with each other and with the machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pipeline.agreement.compare import FIGURES, Coded, Row, compare_agents, row_to_json
from pipeline.agreement.figures import CONFIDENCE, DRAWS, LEAST_DOCUMENTS, SEED, render_figure
from pipeline.errors import RequestError
from pipeline.kept import Kept, read_origins, read_people
from pipeline.model import MACHINE, Document


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
    origins = read_origins(annotations, kept)
    return {
        person: {
            name: {MACHINE: by[person], person: kept[name][person]}
            for name, by in origins.items()
            if person in by
        }
        for person in people
    }


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
    names = [n for n in FIGURES if any(n in row.figures for row in comparison.rows)]
    lines = [("layer", "label", "spans", *(FIGURES[name] for name in names))]
    for row in comparison.rows:
        figures = (render_figure(row.figures[n]) if n in row.figures else "" for n in names)
        lines.append((row.layer, row.label, "/".join(map(str, row.spans.values())), *figures))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "\n".join([title, *padded])


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
                "rows": [row_to_json(row) for row in comparison.rows],
            }
            for comparison in comparisons
        ],
    }
    return json.dumps(rendered, ensure_ascii=False, indent=2)
