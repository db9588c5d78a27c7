"""A real Chromium before a real Doccano; each state it shows is kept as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.wire import Annotator, Round
from pipeline.scheme import load_scheme, read_schema
from tests.browser.work import CHROMIUM, Desk, launch_chromium, log_in

_numbers = count(1)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is in the test extra")
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or TAWSIM_CHROMIUM=/path/to/it")
    with sync_api.sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(doccano_python, tmp_path_factory):
    state = tmp_path_factory.mktemp("browser") / ".tawsim"
    yield launch.start(state, doccano_python)
    launch.stop(state)


@pytest.fixture(scope="session")
def client(server):
    with Client(server) as client:
        yield client


@pytest.fixture
def round_():
    target = load_scheme().targets[0].id
    return Round(f"browser-{next(_numbers)}", target, read_schema("guidelines.ar.md"))


@pytest.fixture(scope="session")
def a01():
    return Annotator("a01", "a01")


@pytest.fixture(scope="session")
def pictures(root: Path) -> Path:
    folder = root / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def session(browser, server, client, pictures):
    """A browser that has logged in, by its form, with an Arabic keyboard's user's settings."""
    client.create_annotator("a01", launch.ensure_password(server.state, "a01"))
    context = log_in(browser, server, "a01", pictures)
    yield context
    context.close()


@pytest.fixture
def desk(session, server, pictures):
    page = session.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Desk(page, server.url, pictures)
    page.close()
    assert errors == []
