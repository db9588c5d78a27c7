"""`tawsim agree`: how far annotators agree, with each other and with the machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pipeline.agreement.compare import FIGURES, row_to_json
from pipeline.agreement.everybody import Comparison, compare_everybody
from pipeline.agreement.figures import CONFIDENCE, DRAWS, LEAST_DOCUMENTS, SEED, render_figure
from pipeline.errors import RequestError
from pipeline.kept import read_origins, read_people
from pipeline.model import Document


def agree(documents: Sequence[Document], annotations: Path) -> list[Comparison]:
    """Compare every two annotators, all at once where they are more, each with the machine.

    The machine's record is the one the annotator started from. Raises InputRefused with every
    fault of the records, RequestError when there is nobody to compare.
    """
    kept = read_people(annotations, documents)
    if not kept:
        cure = "Collect annotations first: make collect."
        raise RequestError(str(annotations), "holds no annotator's record", cure)
    lengths = {document.id: len(document.text) for document in documents}
    return compare_everybody(kept, read_origins(annotations, kept), lengths)


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
