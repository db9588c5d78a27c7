"""Every route the server has, by every method: who gets through is in these tables, nobody else."""

import json
import re
import subprocess
from dataclasses import dataclass

import pytest
import requests

from pipeline.doccano import launch
from pipeline.stages.push import push
from tests.examples import DOCUMENT, annotation

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = {401, 403, 404, 405}
READ, ADD, CHANGE = {"GET"}, {"GET", "POST"}, {"GET", "PUT", "PATCH", "DELETE"}
# What anybody gets: the page with its files, and the log-in.
ANYBODY = {
    "": READ,
    "favicon.ico": READ,
    "<page>": READ,
    "tawsim/health": READ,
    "tawsim/static/<path>": READ,
    "v1/auth/login/": {"POST"},
    "v1/auth/logout/": {"POST"},
    "v1/social/links/": READ,
}
# What an annotator gets beside it, of nobody else's.
ANNOTATOR = {
    "tawsim/reading": {"POST"},
    "tawsim/value": {"POST"},
    "v1/auth/user/": READ,
    "v1/me": READ,
    "v1/projects": READ,
    "v1/roles": READ,
}
# And in a project of their own. Doccano has labels of kinds that no page of ours shows.
_KINDS = ("bboxes", "categories", "relations", "segments", "spans", "texts")
_METRICS = ("progress", "member-progress", "category-distribution")
_METRICS += ("relation-distribution", "span-distribution")
_EXAMPLE = "/examples/<example>"
OWN = {
    "": READ,
    "/category-types": READ,
    "/comments": {*ADD, "DELETE"},
    "/comments/<comment>": CHANGE,
    "/examples": READ,
    _EXAMPLE: READ,
    f"{_EXAMPLE}/states": ADD,
    **{f"{_EXAMPLE}/{kind}": {*ADD, "DELETE"} for kind in _KINDS},
    **{f"{_EXAMPLE}/{kind}/<annotation>": CHANGE for kind in _KINDS},
    **{f"/metrics/{what}": READ for what in _METRICS},
    "/my-role": READ,
    "/relation-types": READ,
    "/relation-types/<label>": READ,
    "/span-types": READ,
    "/span-types/<label>": READ,
    "/tags": READ,
}
_ROUTES = """
import django, json
django.setup()
from django.urls import get_resolver
def walk(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route
print(json.dumps(list(walk(get_resolver().url_patterns))))
"""
_PROJECT = "v1/projects/<project>"


@dataclass(frozen=True)
class Desk:
    """Somebody's work: the value of each parameter that a route may have."""

    ids: dict[str, object]

    def path(self, route):
        """Fill a route in; a label's id is that of a row of the kind before it."""
        filled = []
        for part in route.split("/"):
            name = part.strip("<>")
            if name in ("annotation", "label"):
                part = str(self.ids.get(filled[-1], 10**6))
            elif part.startswith("<"):
                part = str(self.ids[name])
            filled.append(part)
        return "/".join(filled)


@pytest.fixture(scope="module")
def routes(server, doccano_python):
    asked = subprocess.run(
        [doccano_python, "-W", "ignore", "-c", _ROUTES],
        env=launch._environment(server.state),
        cwd=server.state,
        capture_output=True,
        text=True,
        check=True,
    )
    # Ours go before Doccano's of the same address.
    found = list(dict.fromkeys(map(_named, json.loads(asked.stdout.splitlines()[-1]))))
    assert len(found) > 60
    return found


def _named(route):
    """Return a route with `<example>` for `<int:example_id>`, and for regular expressions."""
    route = re.sub(r"<(?:\w+:)?(\w+?)(?:_id)?>", r"<\1>", route)
    route = re.sub(r"\^patch.*", "patch/<chunk>", route)
    return "<page>" if route.startswith("^") else route


@pytest.fixture
def desks(client, round_, a01, a02, salma, omar, tmp_path):
    """Return my work and the other's, each with all that can be there."""

    def sit_down(annotator, person):
        project = push(client, round_, annotator, [(DOCUMENT, annotation())], tmp_path).project
        url = f"projects/{project}"
        (example,) = person.get(f"{url}/examples")["results"]
        path = f"{url}/examples/{example['id']}"
        person.ask("POST", f"{url}/comments?example={example['id']}", text="سرّ").raise_for_status()
        person.ask("POST", f"{path}/states").raise_for_status()
        admin = f"{client._url}/v1/{url}"
        tag = client._session.post(f"{admin}/tags", json={"text": "وسم"}, timeout=30).json()
        members = client._session.get(f"{admin}/members", timeout=30).json()
        order = {"format": "JSONL", "exportApproved": False}
        task = client._session.post(f"{admin}/download", json=order, timeout=30).json()
        return Desk(
            {
                "project": project,
                "example": example["id"],
                "comment": person.get(f"{url}/comments")["results"][0]["id"],
                "tag": tag["id"],
                "member": next(m["id"] for m in members if m["username"] == annotator.username),
                "task": task["task_id"],
                "chunk": "a" * 22,
                "path": "page.css",
                "page": "projects/1",
                **{kind: person.get(f"{path}/{kind}")[0]["id"] for kind in ("relations", "spans")},
                **{
                    kind: person.get(f"{url}/{kind}")[0]["id"]
                    for kind in ("relation-types", "span-types")
                },
            }
        )

    return sit_down(a01, salma), sit_down(a02, omar)


def _get_through(server, headers, cases):
    """Return what was not refused of (method, path), with its status."""
    with requests.Session() as session:
        session.headers.update(headers)
        answers = {}
        for method, path in cases:
            reply = session.request(
                method,
                f"{server.url}/{path}",
                json=None if method == "GET" else {},
                allow_redirects=False,
                timeout=30,
            )
            answers[method, path] = reply.status_code
    return {case: status for case, status in answers.items() if status not in REFUSED}


def _beyond(allowed, routes, desk):
    """Return every method and path that the table does not name."""
    return [
        (method, desk.path(route))
        for route in routes
        for method in METHODS
        if method not in allowed.get(route, ())
    ]


def _seen(person, desk):
    """Return all that somebody can read of their work, by path."""
    paths = [desk.path(f"{_PROJECT}{route}") for route, allowed in OWN.items() if "GET" in allowed]
    replies = {path: person.ask("GET", path.removeprefix("v1/")) for path in paths}
    return {path: reply.json() for path, reply in replies.items() if reply.status_code == 200}


def test_the_tables_name_routes_that_there_are(routes):
    named = {*ANYBODY, *ANNOTATOR, *(f"{_PROJECT}{route}" for route in OWN)}
    assert named <= set(routes)


def test_an_outsider_gets_the_page_and_the_log_in(server, routes, desks):
    _, theirs = desks
    assert _get_through(server, {}, _beyond(ANYBODY, routes, theirs)) == {}


def test_an_annotator_gets_their_own_project_and_nothing_in_it_that_is_not_theirs_to_change(
    server, routes, desks, salma
):
    mine, _ = desks
    before = _seen(salma, mine)
    assert len(before) > 20
    allowed = {f"{_PROJECT}{route}": methods for route, methods in OWN.items()}
    cases = _beyond({**ANYBODY, **ANNOTATOR, **allowed}, routes, mine)
    assert _get_through(server, salma._headers, cases) == {}
    assert _seen(salma, mine) == before


def test_an_annotator_gets_nothing_of_anothers(server, routes, desks, salma, omar):
    mine, theirs = desks
    before = _seen(omar, theirs)
    own = [route for route in routes if route.startswith(_PROJECT)]
    cases = _beyond({}, [*own, "v1/tasks/status/<task>"], theirs)
    labels = {kind: theirs.ids[kind] for kind in ("relations", "spans")}
    types = {kind: theirs.ids[kind] for kind in ("relation-types", "span-types")}
    for ids in (
        {**theirs.ids, "project": mine.ids["project"]},  # their rows by the way of my project
        {**mine.ids, **labels, **types},
        {**theirs.ids, "example": mine.ids["example"]},
    ):
        mixed = Desk(ids)
        elsewhere = [route for route in own if mixed.path(route) != mine.path(route)]
        cases += _beyond({}, elsewhere, mixed)
    assert len(cases) > 400
    assert _get_through(server, salma._headers, cases) == {}
    assert _seen(omar, theirs) == before
