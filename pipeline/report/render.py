"""The page: figures, texts, style and script in one file that asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.agreement.compare import FIGURES, Row
from pipeline.agreement.everybody import Comparison
from pipeline.agreement.figures import CONFIDENCE, LEAST_DOCUMENTS, render_figure
from pipeline.model import MACHINE
from pipeline.report.corrections import list_corrections
from pipeline.report.figures import (
    count_labels,
    count_splits,
    count_statuses,
    draw_timeline,
    list_names,
)
from pipeline.report.items import Item
from pipeline.report.positions import draw_matrices
from pipeline.report.quotations import Quotations, render_json
from pipeline.scheme import LAYERS, STANCE, load_scheme
from pipeline.scoring import OVERALL

_SCRIPTS = ("text.js", "quotations.js", "documents.js", "page.js")
# The annotation page's own face (OFL 1.1, which lets documents embed it).
_FONTS = "pipeline.doccano", "server/static"
_NO_CHARACTER = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
NAMES_SHOWN, HOLDERS_SHOWN = 12, 12


@dataclass(frozen=True, slots=True)
class Report:
    """What a page shows: the documents, the agreement of those who annotated them, the version."""

    items: Sequence[Item]
    agreement: Sequence[Comparison]
    version: str | None = None


def render_page(report: Report) -> str:
    """Render the page; all that comes from documents and records is escaped, or is JSON."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["figure"] = render_figure
    environment.filters["figure_names"] = _figure_names
    quotations = Quotations(report.items)
    page = environment.get_template("page.html.j2")
    return page.render(_facts(report), cite=quotations.cite, quotations=quotations, overall=OVERALL)


def _facts(report: Report) -> dict[str, Any]:
    counts = count_labels(report.items)
    documents = [item.document for item in report.items]
    days = sorted(document.dct for document in documents if document.dct)
    script = "\n".join(_read(name) for name in _SCRIPTS)
    return {
        "version": report.version,
        "words": _words(),
        "words_json": render_json(
            {**_words(), "stance": load_scheme().ids(STANCE), "holder": load_scheme().holder.id}
        ),
        "scheme": load_scheme(),
        "script": script,
        "script_digest": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "style": _read("page.css"),
        "fonts": {name: _font(f"noto-naskh-{name}.woff2") for name in ("arabic", "latin")},
        "documents": documents,
        "characters": sum(len(document.text) for document in documents),
        "days": (days[0], days[-1]) if days else None,
        "people": sorted({agent for item in report.items for agent in item.people}),
        "statuses": count_statuses(report.items),
        "splits": count_splits(report.items),
        "counts": counts,
        "names": list_names(counts),
        "timeline": draw_timeline(counts),
        "matrices": draw_matrices(counts),
        "corrections": list_corrections(report.items),
        "agreement": sorted(
            report.agreement, key=lambda own: (MACHINE in own.agents, -len(own.agents))
        ),
        "limits": {"names": NAMES_SHOWN, "holders": HOLDERS_SHOWN},
        "confidence": CONFIDENCE,
        "least_documents": LEAST_DOCUMENTS,
    }


def _visible(value: object) -> object:
    """Return a text with U+FFFD for what is no character of a valid page; Markup as it is."""
    return _NO_CHARACTER.sub("\ufffd", value) if type(value) is str else value


def _figure_names(rows: Sequence[Row]) -> list[str]:
    """Return the figures that any of the rows has, in their order."""
    return [name for name in FIGURES if any(name in row.figures for row in rows)]


def _percent(part: float, whole: float = 1) -> str:
    """Return a part as a percentage that style sheets understand, within 0 and 100."""
    return f"{100 * min(1, max(0, part / whole if whole else 0)):.2f}%"


@cache
def _words() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return the page's words by kind and name, each in Arabic and in English."""
    words: dict[str, Any] = tomllib.loads(
        files("pipeline.report").joinpath("words.toml").read_text(encoding="utf-8")
    )
    scheme = load_scheme()
    own = [label for layer in LAYERS for label in scheme.labels[layer]]
    return words | {
        "labels": {label.id: (label.name_ar, label.name_en) for label in (*own, scheme.holder)}
    }


def _read(name: str) -> str:
    return files("pipeline.report").joinpath("templates", name).read_text(encoding="utf-8")


def _font(name: str) -> str:
    package, folder = _FONTS
    return base64.b64encode(files(package).joinpath(folder, name).read_bytes()).decode()
