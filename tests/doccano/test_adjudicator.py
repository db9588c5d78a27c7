"""Simulated annotators differ, an adjudicator decides in a real Doccano, through its own API."""

from dataclasses import replace

import pytest

from pipeline.doccano import launch
from pipeline.doccano.proposals import ADJUDICATOR
from pipeline.records import read_annotation
from pipeline.stages.adjudicate import hear_adjudicator, settle_documents
from tests.doccano.conftest import Person
from tests.people import document, entity, keep, person

NAMES = ("first", "second")
KEPT = person("a01")
ORG = tuple(replace(e, label="ORG") if e.text == "بغداد" else e for e in KEPT.entities)
MORE = (*KEPT.entities[:2], entity("القوات", "ORG"), KEPT.entities[2])


@pytest.fixture(scope="module")
def judge(server, client):
    secret = launch.ensure_password(server.state, ADJUDICATOR.username)
    client.create_annotator(ADJUDICATOR.username, secret)
    return Person(server, ADJUDICATOR.username)


@pytest.fixture
def desk(client, judge, tmp_path, request):
    # One adjudication project a server: each test has documents of its own.
    return Desk(client, judge, tmp_path, [f"{request.node.name}-{name}" for name in NAMES])


class Desk:
    """Two documents that two simulated annotators differ about, before the adjudicator."""

    def __init__(self, client, judge, folder, names):
        self.client, self.judge, self.folder, self.names = client, judge, folder, names
        self.documents = {name: document(name) for name in names}
        keep(
            folder,
            *(person("a01", name) for name in names),
            person("a02", names[0], entities=ORG, stance=KEPT.stance[1:]),
            person("a02", names[1], entities=MORE),
        )

    def hear(self, *, show_authors=False):
        report = settle_documents(self.documents, self.folder, "unanimous")
        hear_adjudicator(
            self.client, report, self.documents, self.folder, "# الدليل", show_authors=show_authors
        )
        projects = self.judge.get("projects?limit=100")["results"]
        self.project = next(p["id"] for p in projects if p["name"].startswith("adjudication/"))
        self.labels = {
            row["id"]: row["text"] for row in self.judge.get(f"projects/{self.project}/span-types")
        }
        rows = self.judge.get(f"projects/{self.project}/examples?limit=1000")["results"]
        self.ids = {row["meta"]["document"]: row["id"] for row in rows}
        self.meta = {row["meta"]["document"]: row["meta"] for row in rows}
        return report

    def url(self, name):
        return f"projects/{self.project}/examples/{self.ids[name]}"

    def proposals(self, name):
        spans = self.judge.get(f"{self.url(name)}/spans")
        return {self.labels[s["label"]]: s["id"] for s in spans if "؟" in self.labels[s["label"]]}

    def accept(self, name, proposed):
        plain = self.judge.label(self.project, proposed.partition("؟")[0])
        place = f"{self.url(name)}/spans/{self.proposals(name)[proposed]}"
        self.judge.ask("PATCH", place, label=plain).raise_for_status()

    def reject(self, name, proposed):
        place = f"{self.url(name)}/spans/{self.proposals(name)[proposed]}"
        self.judge.ask("DELETE", place).raise_for_status()

    def confirm(self, name):
        self.judge.ask("POST", f"{self.url(name)}/states").raise_for_status()

    def record(self, name):
        return read_annotation(self.folder / "adjudicated" / f"{name}.json")


def test_the_adjudicator_decides_and_the_record_comes_home(desk):
    first, second = desk.names
    report = desk.hear()
    assert report.contested == [first, second]
    assert set(desk.proposals(first)) == {"مكان؟", "منظمة؟", "مؤيد؟", "صاحب الموقف؟"}
    assert set(desk.proposals(second)) == {"منظمة؟"}
    assert "«القوات» · ORG" in desk.meta[second]["proposals"]
    desk.accept(first, "منظمة؟")
    desk.reject(first, "مكان؟")
    desk.accept(first, "مؤيد؟")
    desk.reject(second, "منظمة؟")
    desk.confirm(first)
    report = desk.hear()
    assert (report.decided, report.contested, report.findings) == ([first], [second], [])
    assert desk.record(first).entities == ORG
    assert desk.record(first).stance == KEPT.stance, "with the holder that was proposed"
    assert desk.record(first).dates == KEPT.dates
    desk.confirm(second)
    report = desk.hear()
    assert (report.decided, report.unchanged, report.contested) == ([second], [first], [])
    assert desk.record(second).entities == KEPT.entities


def test_a_rejected_stance_takes_its_holder_with_it(desk):
    first, _ = desk.names
    desk.hear()
    desk.accept(first, "مكان؟")
    desk.reject(first, "منظمة؟")
    desk.reject(first, "مؤيد؟")
    desk.confirm(first)
    report = desk.hear()
    assert (report.decided, report.findings) == ([first], [])
    assert desk.record(first).stance == KEPT.stance[1:]


def test_a_document_confirmed_with_a_question_mark_left_stays_open(desk):
    first, _ = desk.names
    desk.hear()
    desk.accept(first, "منظمة؟")
    desk.confirm(first)
    report = desk.hear()
    assert first in report.contested
    assert [f.cause for f in report.findings] == ["a proposal that is not decided"] * 2
    assert not (desk.folder / "adjudicated").exists()


def test_authors_are_shown_where_asked(desk):
    desk.hear(show_authors=True)
    assert {"مكان؟ a01", "منظمة؟ a02"} <= set(desk.proposals(desk.names[0]))
    assert "a02" in desk.meta[desk.names[1]]["proposals"]


def test_what_the_adjudicator_began_is_left_alone(desk):
    first, second = desk.names
    desk.hear()
    desk.reject(second, "منظمة؟")
    report = desk.hear()
    assert report.contested == [first, second]
    assert desk.proposals(second) == {}


def test_annotators_do_not_see_the_adjudicators_project(desk, salma):
    desk.hear()
    assert salma.ask("GET", f"projects/{desk.project}/examples").status_code == 403
