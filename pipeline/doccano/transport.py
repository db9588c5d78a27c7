"""The official client's way to a Doccano, with a token, time limits, and errors of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from doccano_client.exceptions import DoccanoAPIError
from doccano_client.repositories.base import BaseRepository

from pipeline.doccano.address import Address
from pipeline.errors import RequestError

_CONNECT_SECONDS, _ANSWER_SECONDS = 10, 300
_PAGE = 200
_SHOWN = 300  # characters of what the server says
_AGAIN = "Run it again: nothing is done twice."


class Transport(BaseRepository):  # type: ignore[misc]  # the client has no types
    """What the client's repositories send their requests through."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.url)
        # Not a header: a .netrc would take its place.
        self._session.auth = _Token(address.token)

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def get(self, resource: str, **options: Any) -> requests.Response:
        """Get what is JSON; any other answer is not from a Doccano's API."""
        reply = self._ask(super().get, resource, options)
        if "json" not in reply.headers.get("content-type", ""):
            cause = "what answers there is no Doccano"
            raise RequestError(self._place(resource), cause, "Check DOCCANO_URL.")
        return reply

    def post(self, resource: str, **options: Any) -> requests.Response:
        """Post something."""
        return self._ask(super().post, resource, options)

    def put(self, resource: str, **options: Any) -> requests.Response:
        """Put something."""
        return self._ask(super().put, resource, options)

    def delete(self, resource: str, **options: Any) -> requests.Response:
        """Delete something."""
        return self._ask(super().delete, resource, options)

    def rows(self, resource: str, offset: int = 0, **filters: Any) -> list[dict[str, Any]]:
        """Return a list's rows from `offset` on.

        The client follows the server's links, which hold five rows each and behind a proxy may
        name a host that is not there.
        """
        rows: list[dict[str, Any]] = []
        while True:
            page = {"limit": _PAGE, "offset": offset + len(rows)}
            reply = self.get(resource, params={**filters, **page}).json()
            rows += reply["results"]
            if not reply["results"] or offset + len(rows) >= reply["count"]:
                break
        if len({row["id"] for row in rows}) != max(0, reply["count"] - offset):
            raise RequestError(self._place(resource), "the list changed while it was read", _AGAIN)
        return rows

    def _place(self, resource: str) -> str:
        return f"{self.api_url}/{resource}"

    def _ask(
        self, send: Callable[..., requests.Response], resource: str, options: dict[str, Any]
    ) -> requests.Response:
        place = self._place(resource)
        limits = (_CONNECT_SECONDS, _ANSWER_SECONDS)
        try:
            reply = send(resource, timeout=limits, allow_redirects=False, **options)
        except DoccanoAPIError as error:
            raise _refusal(place, error.response) from error
        except requests.exceptions.SSLError as error:
            cure = "Check DOCCANO_URL; REQUESTS_CA_BUNDLE names an authority of your own."
            raise RequestError(place, "its certificate is not trusted", cure) from error
        except requests.RequestException as error:
            cause = f"the annotation server does not answer ({type(error).__name__})"
            cure = f"Check DOCCANO_URL, or wait until it is up. {_AGAIN}"
            raise RequestError(place, cause, cure) from error
        if reply.is_redirect:
            cause = f"leads to {reply.headers['location'][:_SHOWN]}"
            raise RequestError(place, cause, "Set DOCCANO_URL to where the server really is.")
        return reply


class _Token(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {self._token}"
        return request


def _refusal(place: str, reply: requests.Response) -> RequestError:
    try:
        said = str(reply.json())
    except ValueError:
        said = str(reply.reason)
    cause = f"the server refused: {reply.status_code} {said[:_SHOWN]}"
    status = reply.status_code
    if status == requests.codes.unauthorized or (
        # Doccano answers 403 for a token that it does not know.
        status == requests.codes.forbidden and ("token" in said or "credentials" in said)
    ):
        return RequestError(place, cause, "Check DOCCANO_TOKEN: it is an account's token there.")
    if status == requests.codes.forbidden:
        cure = "Use the token of a staff account (it makes projects) that is in these projects."
        return RequestError(place, cause, cure)
    if status == requests.codes.not_found:
        cure = "Somebody deleted it, or this is another Doccano than 1.8.4. Run make annotate."
        return RequestError(place, cause, cure)
    return RequestError(place, cause, f"Ask who runs the server to look at its log. {_AGAIN}")
