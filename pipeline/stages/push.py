"""Give an annotator the documents of a round, with the machine's annotation to start from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.doccano.client import Client
from pipeline.doccano.parts import spans_across, to_wires, wire_ids
from pipeline.doccano.sending import send
from pipeline.doccano.wire import Annotator, Round
from pipeline.errors import InputRefused
from pipeline.model import Annotation, Document
from pipeline.records import annotation_digest, check_annotation, write_annotation


@dataclass(frozen=True, slots=True)
class PushReport:
    """The server's project id, and the documents that were new to it or already there.

    `across` names the machine's spans that a long document's parts leave out.
    """

    project: int
    created: tuple[str, ...]
    existing: tuple[str, ...]
    across: tuple[str, ...] = ()


def push(
    client: Client,
    round_: Round,
    annotator: Annotator,
    pairs: Iterable[tuple[Document, Annotation]],
    machine_folder: Path,
) -> PushReport:
    """Create on the server what is not there, and verify it; keep what annotators start from.

    A document that is there is left alone, with all its annotator did. Raises InputRefused before
    anything is sent when an annotation contradicts its document.
    """
    pairs = list(pairs)
    faults = [fault for document, record in pairs for fault in check_annotation(record, document)]
    if faults:
        raise InputRefused(faults)
    project = client.push(round_, annotator, [])["project"]
    known = client.known(round_, annotator)
    missing = [
        (document, record)
        for document, record in pairs
        if not known.issuperset(wire_ids(document, round_, annotator))
    ]
    for document, record in missing:
        path = machine_folder / f"{document.id}.{annotation_digest(record)}.json"
        write_annotation(path, record)
    wires = [
        wire
        for document, record in missing
        for wire in to_wires(document, record, round_, annotator)
    ]
    send(client, round_, annotator, wires)
    created = {document.id: None for document, _ in missing}
    existing = tuple(document.id for document, _ in pairs if document.id not in created)
    across = tuple(
        f"{document.id}: {span.start}-{span.end} {span.text}"
        for document, record in missing
        for span in spans_across(document, record)
    )
    return PushReport(project, tuple(created), existing, across)
