"""What stages ask of an annotation server, whoever runs it.

`client.Client` is the one started here, with our endpoints beside Doccano's;
`foreign.ForeignServer` a Doccano that others run, with nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Protocol

from pipeline.doccano.wire import Annotator, Round, Stored, WireDocument


class AnnotationServer(Protocol):
    """One project there holds one annotator's part of a round; every failure is a RequestError."""

    @property
    def url(self) -> str:
        """Where people open it, without a final slash."""

    @property
    def notes_visits(self) -> bool:
        """Whether it knows who opened what, and for how long."""

    def __enter__(self) -> AnnotationServer:
        """Return the server itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """End the connection."""

    def open_accounts(self, names: Sequence[str]) -> dict[str, str]:
        """See that everybody has an account; return the passwords of those made now, by name."""

    def back_up(self) -> None:
        """Back up what is there, where that is ours to do."""

    def holders(self, round_: Round) -> frozenset[str]:
        """Return the pseudonyms of those who have a project in the round."""

    def push(
        self, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
    ) -> dict[str, Any]:
        """Create the project and up to 100 documents; those that exist are left alone.

        Returns the id of the `project`, the uuids `created` and `existing`, and with the number
        of their spans the labels `in_use` that the scheme no longer has.
        """

    def renew(
        self, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
    ) -> list[str]:
        """Replace the spans of up to 100 documents that nobody opened; return their uuids."""

    def stored(self, round_: Round, annotator: Annotator) -> list[Stored]:
        """Return the documents that are on the server, in the order they were pushed."""

    def read(
        self, round_: Round, annotator: Annotator, uuids: Sequence[str]
    ) -> dict[str, WireDocument]:
        """Return up to 100 documents by uuid."""

    def pull(self, round_: Round, annotator: Annotator) -> Iterator[WireDocument]:
        """Yield every document, in the order they were pushed, with its annotator's work.

        One that is not confirmed may come without its spans.
        """
