"""A real Doccano of each kind for all tests of this folder; each test has a round of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import pytest
import requests

from pipeline.doccano import launch
from pipeline.doccano.address import Address
from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.client import Client
from pipeline.doccano.database import keep_in
from pipeline.doccano.foreign import ForeignServer
from pipeline.doccano.wire import Annotator, Round
from pipeline.scheme import load_scheme
from tests.doccano.cluster import running_cluster
from tests.doccano.desk import SIX, Desk
from tests.doccano.stock import Stock, make_stock

_numbers = count(1)


class Person:
    """Somebody who works through Doccano's own API, as its pages do."""

    def __init__(self, server: launch.Server, username: str) -> None:
        secret = launch.ensure_password(server.state, username)
        reply = requests.post(
            f"{server.url}/v1/auth/login/",
            json={"username": username, "password": secret},
            timeout=30,
        )
        reply.raise_for_status()
        self._headers = {"Authorization": f"Token {reply.json()['key']}"}
        self._url = f"{server.url}/v1"

    def ask(self, method: str, path: str, **json: object) -> requests.Response:
        return requests.request(
            method, f"{self._url}/{path}", json=json or None, headers=self._headers, timeout=30
        )

    def get(self, path: str) -> object:
        reply = self.ask("GET", path)
        reply.raise_for_status()
        return reply.json()

    def examples(self, project: int) -> dict[str, dict]:
        rows = self.get(f"projects/{project}/examples?limit=1000")["results"]
        return {row["filename"].removeprefix("/media/"): row for row in rows}

    def label(self, project: int, name: str, kind: str = "span") -> int:
        rows = self.get(f"projects/{project}/{kind}-types")
        return next(row["id"] for row in rows if row["text"] == name)


class Guest(Person):
    """Somebody with an account on a Doccano that others run."""

    def __init__(self, stock: Stock, username: str) -> None:
        self._headers = {"Authorization": f"Token {stock.tokens[username]}"}
        self._url = f"{stock.url}/v1"


@dataclass(frozen=True)
class Site:
    """An annotation server of any kind, and two who work there: a01 and a02."""

    server: AnnotationServer
    annotators: tuple[Annotator, Annotator]
    people: tuple[Person, Person]


@pytest.fixture(scope="session")
def server(doccano_python, tmp_path_factory):
    state = tmp_path_factory.mktemp("state") / ".tawsim"
    yield launch.start(state, doccano_python)
    launch.stop(state)


@pytest.fixture(scope="session")
def client(server):
    with Client(server) as client:
        yield client


@pytest.fixture(scope="session")
def salma(server, client):
    assert client.create_annotator("a01", launch.ensure_password(server.state, "a01"))
    return Person(server, "a01")


@pytest.fixture(scope="session")
def omar(server, client):
    assert client.create_annotator("a02", launch.ensure_password(server.state, "a02"))
    return Person(server, "a02")


@pytest.fixture
def round_():
    return Round(f"round-{next(_numbers)}", load_scheme().target.id, "# الدليل")


@pytest.fixture(scope="session")
def a01(salma):
    return Annotator("a01", "a01")


@pytest.fixture(scope="session")
def a02(omar):
    return Annotator("a02", "a02")


@pytest.fixture(scope="session")
def embedded(client, a01, a02, salma, omar):
    return Site(client, (a01, a02), (salma, omar))


@pytest.fixture(scope="session")
def stock(doccano_python, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock") / "doccano"
    stock = make_stock(folder, doccano_python, ["lead", "salma", "omar", "other"])
    yield stock
    stock.stop()


@pytest.fixture(scope="session")
def foreign(stock):
    with ForeignServer(Address(stock.url, stock.tokens["lead"])) as server:
        annotators = Annotator("a01", "salma"), Annotator("a02", "omar")
        yield Site(server, annotators, (Guest(stock, "salma"), Guest(stock, "omar")))


@pytest.fixture(scope="session")
def cluster():
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def url(cluster):
    return cluster.make_database()


@pytest.fixture(scope="session")
def elsewhere(cluster, doccano_python, tmp_path_factory):
    """A server whose work is in PostgreSQL."""
    state = tmp_path_factory.mktemp("elsewhere") / ".tawsim"
    keep_in(state, cluster.make_database())
    yield launch.start(state, doccano_python)
    launch.stop(state)


@pytest.fixture(scope="session")
def postgresql(elsewhere):
    annotators = Annotator("a01", "salma"), Annotator("a02", "omar")
    with Client(elsewhere) as client:
        client.open_accounts([annotator.username for annotator in annotators])
        people = tuple(Person(elsewhere, annotator.username) for annotator in annotators)
        yield Site(client, annotators, people)


@pytest.fixture
def desk_elsewhere(postgresql, round_, tmp_path):
    """Six documents of one annotator's in PostgreSQL."""
    annotator, person = postgresql.annotators[0], postgresql.people[0]
    return Desk(postgresql.server, round_, annotator, person, tmp_path, SIX)


@pytest.fixture(scope="session", params=["embedded", "postgresql", "foreign"])
def site(request):
    return request.getfixturevalue(request.param)
