"""A small client of the annotation server's endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests

from pipeline.doccano.backups import back_up
from pipeline.doccano.launch import Server, ensure_password
from pipeline.doccano.wire import (
    Annotator,
    Round,
    Stored,
    WireDocument,
    to_order,
    to_push_order,
)
from pipeline.errors import RequestError

_CONNECT_SECONDS, _ANSWER_SECONDS = 5, 300


class Client:
    """Talks to the server of a state folder as its admin; an `AnnotationServer`."""

    notes_visits = True

    def __init__(self, server: Server) -> None:
        """Talk to a server that `launch.start` returned."""
        self.page = server.page
        self._url = server.url
        self._state = server.state
        self._session = requests.Session()
        # No proxy between us and this machine, and no .netrc in place of the token.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Token {server.read_token()}"
        self._session.headers["Content-Type"] = "application/json"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def open_accounts(self, names: Sequence[str]) -> dict[str, str]:
        """Create the accounts that are missing, with random passwords, which are returned."""
        made = {}
        for name in names:
            password = ensure_password(self._state, name)
            if self.create_annotator(name, password):
                made[name] = password
        return made

    def back_up(self) -> None:
        """Back up the state folder."""
        back_up(self._state, "before-push")

    def create_annotator(self, username: str, password: str) -> bool:
        """Create an account; False, and nothing changed, if it exists."""
        order = {"username": username, "password": password}
        return bool(self._post("annotators", order)["created"])

    def push(
        self, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
    ) -> dict[str, Any]:
        """Create the project and up to 100 documents; those that exist are left alone.

        Returns the id of the `project`, the uuids `created` and `existing`, and with the number
        of their spans the labels `in_use` that the scheme no longer has.
        """
        return self._post("push", to_push_order(round_, annotator, documents))

    def renew(
        self, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
    ) -> list[str]:
        """Replace the spans of up to 100 documents that nobody opened; return their uuids."""
        answer = self._post("renew", to_push_order(round_, annotator, documents))
        renewed: list[str] = answer["renewed"]
        return renewed

    def stored(self, round_: Round, annotator: Annotator) -> list[Stored]:
        """Return the documents that are on the server, in the order they were pushed."""
        answer = self._post("stored", to_order(round_, annotator))
        with _readable("stored"):
            return [Stored(**row) for row in answer["documents"]]

    def holders(self, round_: Round) -> frozenset[str]:
        """Return the pseudonyms of those who have a project in the round."""
        return frozenset(self._post("holders", {"round": round_.name})["pseudonyms"])

    def read(
        self, round_: Round, annotator: Annotator, uuids: Sequence[str]
    ) -> dict[str, WireDocument]:
        """Return up to 100 documents by uuid."""
        order = to_order(round_, annotator) | {"uuids": list(uuids)}
        answer = self._post("pull", order)
        with _readable("pull"):
            documents = map(WireDocument.from_json, answer["documents"])
            return {document.uuid: document for document in documents}

    def pull(self, round_: Round, annotator: Annotator) -> Iterator[WireDocument]:
        """Yield every document with the annotator's work, in the order they were pushed."""
        before, after = -1, 0
        while before < after:
            before = after
            page = self._post("pull", to_order(round_, annotator) | {"after": after})
            with _readable("pull"):
                documents = [*map(WireDocument.from_json, page["documents"])]
                after = int(page.get("next", before))
            yield from documents

    def _post(self, endpoint: str, order: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._url}/tawsim/{endpoint}"
        # Not as requests writes JSON: six bytes for an Arabic letter instead of two.
        body = json.dumps(order, ensure_ascii=False, allow_nan=False).encode("utf-8")
        limits = (_CONNECT_SECONDS, _ANSWER_SECONDS)
        try:
            reply = self._session.post(url, data=body, timeout=limits, allow_redirects=False)
        except requests.RequestException as error:
            cause = f"the annotation server does not answer ({type(error).__name__})"
            cure = "Start it with `make annotate` and try again: nothing is done twice."
            raise RequestError(url, cause, cure) from error
        if reply.status_code != requests.codes.ok:
            raise RequestError(url, f"the server refused: {_reason(reply)}", _cure(reply))
        with _readable(endpoint):
            answer: dict[str, Any] = reply.json()
        return answer


@contextmanager
def _readable(endpoint: str) -> Iterator[None]:
    """Raise RequestError where an answer is not what the endpoint's answers are."""
    try:
        yield
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:
        cause = f"its answer cannot be read ({type(error).__name__}: {error})"
        cure = "Start it anew (`make stop`, `make annotate`) and try again: nothing is done twice."
        raise RequestError(f"annotation server, {endpoint}", cause, cure) from error


def _reason(reply: requests.Response) -> str:
    """Return the status and the server's words, if it has any for us."""
    try:
        detail = reply.json()
    except ValueError:
        return f"{reply.status_code} {reply.reason}"
    if isinstance(detail, dict):
        detail = detail.get("detail", detail)
    return f"{reply.status_code} {detail or reply.reason}"


def _cure(reply: requests.Response) -> str:
    if reply.status_code == requests.codes.not_found:
        return "Push the documents first (`make annotate`)."
    if reply.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
        return "Use the token in the server's own state folder."
    if reply.status_code == requests.codes.unavailable:
        return "Start it, then try again: nothing is done twice."
    return "See server.log in the state folder."
