"""Documents sent to the server in batches, each read back and compared."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import RequestError

_BATCH = 100  # What the server takes in one request.


def send(
    server: AnnotationServer, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
) -> None:
    """Create documents on the server; those that exist are left alone.

    Raises RequestError for one that the server then holds otherwise than it was sent.
    """
    for place in range(0, len(documents), _BATCH):
        batch = documents[place : place + _BATCH]
        created = server.push(round_, annotator, batch)["created"]
        _compare(server, round_, annotator, batch, created)


def renew(
    server: AnnotationServer, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
) -> frozenset[str]:
    """Replace the spans of documents that nobody opened; return the ids of those replaced.

    Raises RequestError as `send` does.
    """
    renewed: list[str] = []
    for place in range(0, len(documents), _BATCH):
        batch = documents[place : place + _BATCH]
        changed = server.renew(round_, annotator, batch)
        _compare(server, round_, annotator, batch, changed)
        renewed += changed
    return frozenset(renewed)


def _compare(
    server: AnnotationServer,
    round_: Round,
    annotator: Annotator,
    batch: Sequence[WireDocument],
    written: Sequence[str],
) -> None:
    """Read back what was written of a batch, and compare."""
    stored = server.read(round_, annotator, written)
    for wire in batch:
        if wire.uuid in written:
            _require_stored(wire, stored.get(wire.uuid))


def _require_stored(sent: WireDocument, stored: WireDocument | None) -> None:
    if stored is None or not sent.same_content(stored):
        raise RequestError(
            sent.meta["document"],
            "the server does not hold what was sent",
            "Check that its Doccano is the version in requirements/doccano.txt.",
        )
