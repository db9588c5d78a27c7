"""Which annotation server: the team's where its address is given, else that of a state folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.doccano import launch
from pipeline.doccano.address import Address
from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.client import Client
from pipeline.errors import RequestError

if TYPE_CHECKING:
    from pipeline.doccano.foreign import ForeignServer


def start_server(state: Path, doccano_python: Path, address: Address | None) -> AnnotationServer:
    """Return the server, started first where it is ours and does not run."""
    if address is not None:
        return team_server(address)
    return Client.of(launch.start(state, doccano_python))


def running_server(state: Path, address: Address | None) -> AnnotationServer:
    """Return the server; RequestError where it is ours and does not run."""
    if address is not None:
        return team_server(address)
    server = launch.status(state)
    if server is None:
        cure = "Start it with `make annotate`, then try again."
        raise RequestError(str(state), "no annotation server is running", cure)
    return Client.of(server)


def team_server(address: Address) -> ForeignServer:
    """Return a team's server; RequestError where the official client is not installed."""
    try:
        from pipeline.doccano.foreign import ForeignServer
    except ImportError as error:
        cause = f"the official client of Doccano is missing ({error})"
        cure = "Install it: make setup, or pip install 'tawsim[doccano]'"
        raise RequestError("doccano-client", cause, cure) from error
    return ForeignServer(address)
