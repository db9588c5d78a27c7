"""How far each annotator has come, and what they did with the machine's spans."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.adjudication.history import trace
from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.confirmed import group_parts, is_confirmed, read_confirmed
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.kept import read_start
from pipeline.model import Document
from pipeline.scheme import LAYERS

ACTIONS = ("kept", "changed", "removed", "added")


@dataclass(slots=True)
class Progress:
    """One annotator's part of a round.

    Counts are of documents, but for `spans`: by layer, what became of the machine's spans in the
    confirmed documents that can be read. `faulty` are those that cannot; `make collect` says why.
    `seconds` is the time between an annotator's requests, absences left out. It and `opened` are
    None where the server notes no visits.
    """

    annotator: str
    assigned: int = 0
    opened: int | None = 0
    confirmed: int = 0
    faulty: int = 0
    seconds: float | None = 0.0
    spans: dict[str, Counter[str]] = field(
        default_factory=lambda: {layer: Counter() for layer in LAYERS}
    )

    @property
    def waiting(self) -> int:
        """Documents that are not confirmed yet."""
        return self.assigned - self.confirmed


def status(
    server: AnnotationServer,
    round_: Round,
    annotator: Annotator,
    documents: Mapping[str, Document],
    annotations: Path,
) -> Progress:
    """Return how far an annotator has come; nothing is written."""
    progress = Progress(annotator.pseudonym)
    if not server.notes_visits:
        progress.opened = progress.seconds = None
    for _, parts in group_parts(server.pull(round_, annotator), []):
        progress.assigned += 1
        if progress.opened is not None and progress.seconds is not None:
            progress.opened += any(part.seconds is not None for part in parts)
            progress.seconds += sum(part.seconds or 0 for part in parts)
        if is_confirmed(parts):
            progress.confirmed += 1
            _count_spans(progress, parts, documents, round_, annotator, annotations)
    return progress


def _count_spans(
    progress: Progress,
    parts: Sequence[WireDocument],
    documents: Mapping[str, Document],
    round_: Round,
    annotator: Annotator,
    annotations: Path,
) -> None:
    reading = read_confirmed(parts, documents, round_, annotator, annotations)
    if reading.annotation is None:
        progress.faulty += 1
        return
    name, record = annotator.pseudonym, reading.annotation
    start = read_start(annotations, record.document, record.based_on or "")
    stories = trace({name: record}, {name: start}, None)
    for story in stories:
        actions = (event.action for event in story.events if event.agent == name)
        progress.spans[story.layer].update(actions)


def render_table(rows: Sequence[Progress], names: Mapping[str, str]) -> str:
    """Render a line an annotator and layer; what counts documents stands on the first of them."""
    head = ["annotator", "assigned", "opened", "confirmed", "waiting", "minutes"]
    lines = [[*head, "layer", *ACTIONS]]
    for row in rows:
        name = names.get(row.annotator, row.annotator)
        who = name if name == row.annotator else f"{row.annotator} {name}"
        opened = "" if row.opened is None else str(row.opened)
        minutes = "" if row.seconds is None else f"{row.seconds / 60:.1f}"
        first = [who, str(row.assigned), opened, str(row.confirmed), str(row.waiting), minutes]
        for layer in LAYERS:
            spans = [str(row.spans[layer][action]) for action in ACTIONS]
            lines.append([*first, layer, *spans])
            first = [""] * len(head)
        if row.faulty:
            lines.append([f"  {row.faulty} confirmed with faults: make collect names them"])
    widths = [max(len(line[n]) for line in lines if len(line) > n) for n in range(1, len(lines[0]))]
    first_width = max(len(line[0]) for line in lines if len(line) > 1)
    return "\n".join(_align(line, first_width, widths) for line in lines)


def _align(line: Sequence[str], first: int, widths: Sequence[int]) -> str:
    layer = 5  # after it come its counts; words stand left, numbers right
    cells = [
        cell.ljust(width) if n == layer else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(line[1:], widths, strict=False))
    ]
    return "  ".join([line[0].ljust(first), *cells]).rstrip()


def render_json(rows: Sequence[Progress]) -> str:
    """Render the same for programs, by pseudonyms."""
    table = [
        {
            "annotator": row.annotator,
            "documents": {
                "assigned": row.assigned,
                "opened": row.opened,
                "confirmed": row.confirmed,
                "waiting": row.waiting,
                "faulty": row.faulty,
            },
            "minutes": None if row.seconds is None else round(row.seconds / 60, 1),
            "spans": {
                layer: {action: row.spans[layer][action] for action in ACTIONS} for layer in LAYERS
            },
        }
        for row in rows
    ]
    return json.dumps(table, ensure_ascii=False, indent=2)
