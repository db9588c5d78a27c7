"""An annotator's confirmed documents read into records, with what is kept of each beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.doccano.exchange import Reading, is_ours
from pipeline.doccano.parts import from_wires
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import Fault, InputRefused
from pipeline.kept import read_start
from pipeline.model import Annotation, Document
from pipeline.records import check_annotation, read_annotation, schema_faults, to_json


def group_parts(
    wires: Iterable[WireDocument], foreign: list[WireDocument]
) -> Iterator[tuple[str, list[WireDocument]]]:
    """Yield each document's id with all its parts; those of a push that was cut short come last.

    What was not pushed from here goes to `foreign`.
    """
    waiting: dict[str, list[WireDocument]] = {}
    for wire in wires:
        if not is_ours(wire):
            foreign.append(wire)
            continue
        name = wire.meta["document"]
        parts = waiting.setdefault(name, [])
        parts.append(wire)
        if len(parts) == wire.meta.get("part", {}).get("of", 1):
            yield name, waiting.pop(name)
    yield from waiting.items()


def is_confirmed(parts: Sequence[WireDocument]) -> bool:
    """Tell whether a document is there whole, and confirmed in all its parts."""
    whole = len(parts) == parts[0].meta.get("part", {}).get("of", 1)
    return whole and all(part.confirmed_at for part in parts)


def read_confirmed(
    wires: Sequence[WireDocument],
    documents: Mapping[str, Document],
    round_: Round,
    annotator: Annotator,
    annotations: Path,
) -> Reading:
    """Read a confirmed document; date spans keep the normal forms already given to them."""
    name = wires[0].meta["document"]
    document = documents.get(name)
    if document is None:
        cause = "is annotated on the server, but no longer in the corpus"
        cure = "Give the INPUT it was pushed with, or restore it: the work stays on the server."
        return _refused([Fault(f"{annotator.pseudonym}/{name}", cause, cure)])
    try:
        machine = read_start(annotations, name, wires[0].meta["based_on"])
        earlier = _read_earlier(annotations / annotator.pseudonym / f"{name}.json")
    except InputRefused as error:
        return _refused(error.faults)
    given = [moment for moment in earlier.dates if moment.value] if earlier else []
    reading = from_wires(wires, document, round_, annotator, machine, given)
    if reading.annotation is None:
        return reading
    faults = check_annotation(reading.annotation, document)
    cure = "Push the document again: `make annotate`."
    faults += [
        Fault(f"{annotator.pseudonym}/{name}", cause, cure)
        for cause in schema_faults(to_json(reading.annotation), "annotation.schema.json")
    ]
    return _refused(faults) if faults else reading


def _refused(faults: Iterable[Fault]) -> Reading:
    return Reading(None, (), tuple(faults))


def _read_earlier(path: Path) -> Annotation | None:
    return read_annotation(path) if path.exists() else None
