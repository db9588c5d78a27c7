"""Documents sent to the server in batches, each read back and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.wire import Annotator, Round, WireDocument
from pipeline.errors import RequestError

# What goes in one request: the server takes 100 documents, of any size. Few spans, which are what
# takes its time, and a short text keep it short: nobody who saves meanwhile waits for it.
_MOST_DOCUMENTS, _MOST_SPANS, _MOST_BYTES = 100, 500, 250_000


def send(
    server: AnnotationServer, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
) -> None:
    """Create documents on the server; those that exist are left alone.

    Raises RequestError for one that the server then holds otherwise than it was sent.
    """
    for batch in _batches(documents):
        created = server.push(round_, annotator, batch)["created"]
        _compare(server, round_, annotator, batch, created)


def renew(
    server: AnnotationServer, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
) -> frozenset[str]:
    """Replace the spans of documents that nobody opened; return the ids of those replaced.

    Raises RequestError as `send` does.
    """
    renewed: list[str] = []
    for batch in _batches(documents):
        changed = server.renew(round_, annotator, batch)
        _compare(server, round_, annotator, batch, changed)
        renewed += changed
    return frozenset(renewed)


def _batches(documents: Sequence[WireDocument]) -> Iterator[list[WireDocument]]:
    """Yield the documents in what goes in one request; a larger one goes alone."""
    batch: list[WireDocument] = []
    spans = size = 0
    for document in documents:
        own = len(document.text.encode("utf-8"))
        full = spans + len(document.spans) > _MOST_SPANS or size + own > _MOST_BYTES
        if batch and (full or len(batch) == _MOST_DOCUMENTS):
            yield batch
            batch, spans, size = [], 0, 0
        batch.append(document)
        spans += len(document.spans)
        size += own
    if batch:
        yield batch


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
