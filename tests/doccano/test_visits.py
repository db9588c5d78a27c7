"""What counts as opening a document, and which time counts: against a real Doccano."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from pipeline.errors import RequestError
from pipeline.model import Document
from pipeline.records import annotation_digest, read_annotation
from pipeline.scheme import Label, load_scheme
from pipeline.stages.push import push
from tests.examples import DOCUMENT, TEXT, annotation

NAMES = ("first", "second", "third")


def pairs(**changes):
    documents = [Document(id=name, text=TEXT, dct=DOCUMENT.dct) for name in NAMES]
    return [(document, annotation(document=document.id, **changes)) for document in documents]


@pytest.fixture
def work(client, round_, a01, salma, tmp_path):
    return Work(client, round_, a01, salma, tmp_path)


class Work:
    """An annotator's three documents, and what is done to them."""

    def __init__(self, client, round_, annotator, person, folder):
        self.client, self.round, self.annotator, self.person = client, round_, annotator, person
        self.folder = folder
        self.project = self.push().project
        rows = person.get(f"projects/{self.project}/examples?limit=100")["results"]
        self.ids = {row["meta"]["document"]: row["id"] for row in rows}

    def push(self, some=None, round_=None):
        some = some or pairs()
        return push(self.client, round_ or self.round, self.annotator, some, self.folder)

    def ask(self, method, name, path="", **json):
        reply = self.person.ask(
            method, f"projects/{self.project}/examples/{self.ids[name]}{path}", **json
        )
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def opened(self):
        stored = self.client.stored(self.round, self.annotator)
        return [row.document for row in stored if row.opened]

    def seconds(self):
        wires = self.client.pull(self.round, self.annotator)
        return {wire.meta["document"]: wire.seconds for wire in wires}

    def spans(self, name):
        """The words and labels on the server, not asked for by the annotator."""
        wires = self.client.pull(self.round, self.annotator)
        wire = next(wire for wire in wires if wire.meta["document"] == name)
        raw = TEXT.encode("utf-16-le")
        return [
            (raw[2 * s.start_utf16 : 2 * s.end_utf16].decode("utf-16-le"), s.label)
            for s in wire.spans
        ]


def test_a_list_of_documents_opens_none_and_a_page_opens_one(work):
    work.person.get(f"projects/{work.project}/examples?limit=1&offset=1")
    assert work.opened() == []
    work.ask("GET", "second", "/spans")
    assert work.opened() == ["second"]
    assert work.seconds()["first"] is None
    assert work.seconds()["second"] == 0


def test_nobody_else_opens_a_document(work, omar, server):
    first = work.ids["first"]
    reply = omar.ask("GET", f"projects/{work.project}/examples/{first}/spans")
    assert reply.status_code == 403
    work.client.read(work.round, work.annotator, [])
    assert work.opened() == []


def shift(server, work, seconds):
    """Move what was noted into the past, as if that time had gone by."""
    database = server.state / "db.sqlite3"
    move = "UPDATE tawsim_visit SET last_at = strftime('%Y-%m-%d %H:%M:%f', last_at, ?)"
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        connection.execute(move, [f"-{seconds} seconds"])


def test_time_goes_to_the_document_that_was_open_until_the_next_request(work, server):
    work.ask("GET", "first", "/spans")
    shift(server, work, 60)
    work.ask("POST", "first", "/states")
    shift(server, work, 30)
    work.ask("GET", "second", "/spans")
    shift(server, work, 3600)
    work.ask("GET", "second", "/spans")
    seconds = work.seconds()
    assert 90 <= seconds["first"] < 120
    assert seconds["second"] < 30, "an hour without a request is an absence"


def test_newer_machine_spans_come_where_nobody_looked_and_nowhere_else(work, a02, omar):
    theirs = Work(work.client, work.round, a02, omar, work.folder)
    work.ask("GET", "first", "/spans")
    theirs.ask("GET", "second", "/spans")
    better = pairs(dates=())
    report = work.push(better)
    # The second document is open to the other annotator: both are to start from the same.
    assert (report.renewed, sorted(report.begun)) == (["third"], ["first", "second"])
    assert report.created == []
    assert "تاريخ" in [label for _, label in work.spans("first")]
    assert "تاريخ" not in [label for _, label in work.spans("third")]
    wires = {w.meta["document"]: w for w in work.client.pull(work.round, work.annotator)}
    record = read_annotation(work.folder / f"third.{wires['third'].meta['based_on']}.json")
    assert record == better[2][1]
    assert wires["first"].meta["based_on"] == annotation_digest(pairs()[0][1])
    assert len(wires["third"].relations) == 2
    again = work.push(better)
    assert (again.renewed, again.begun) == ([], ["first", "second"])


@pytest.mark.parametrize("touch", ["states", "spans", "comments", "panel"])
def test_whatever_an_annotator_did_stays_when_the_machine_gets_better(work, touch):
    if touch == "comments":
        path = f"projects/{work.project}/comments?example={work.ids['first']}"
        work.person.ask("POST", path, text="ملاحظة").raise_for_status()
    elif touch == "panel":
        work.person.ask("POST", "../tawsim/reading", example=work.ids["first"]).raise_for_status()
    elif touch == "states":
        work.ask("POST", "first", "/states")
    else:
        place = work.person.label(work.project, "مكان")
        work.ask("POST", "first", "/spans", start_offset=0, end_offset=5, label=place)
    before = work.spans("first")
    assert work.push(pairs(dates=())).begun == ["first"]
    assert work.spans("first") == before


def test_a_text_that_changed_is_no_second_document(work):
    text = TEXT.replace("بغداد", "البصرة")
    changed = Document(id="first", text=text, dct=DOCUMENT.dct)
    record = annotation(
        document="first", text_sha256=changed.sha256, entities=(), dates=(), stance=()
    )
    report = work.push([(changed, record), *pairs()[1:]])
    assert [fault.place for fault in report.findings] == ["a01/first"]
    assert report.existing == ["second", "third"]
    assert len(work.client.stored(work.round, work.annotator)) == 3


DEVICE = Label("DEV", "جهاز", "device", "#123456", "")


def test_a_label_leaves_the_project_with_its_last_span(work):
    wider = replace(work.round, labels=(DEVICE,))
    work.push(round_=wider)
    span = work.ask(
        "POST",
        "first",
        "/spans",
        start_offset=0,
        end_offset=5,
        label=work.person.label(work.project, "جهاز"),
    )
    before = work.spans("first")
    with pytest.raises(RequestError, match=r"labels of a01: .*«جهاز» 1"):
        work.push()
    assert work.spans("first") == before
    work.ask("DELETE", "first", f"/spans/{span['id']}")
    work.push()
    names = [row["text"] for row in work.person.get(f"projects/{work.project}/span-types")]
    assert "جهاز" not in names
    assert len(names) == 12


def test_a_label_gets_the_schemes_new_looks(work):
    red = replace(DEVICE, colour="#aa0000")
    work.push(round_=replace(work.round, labels=(DEVICE,)))
    work.push(round_=replace(work.round, labels=(red,)))
    rows = work.person.get(f"projects/{work.project}/span-types")
    assert [row["background_color"] for row in rows if row["text"] == "جهاز"] == ["#aa0000"]


def test_the_guidelines_of_today_are_shown_and_recorded_with_what_follows_them(work, monkeypatch):
    def guidelines():
        wires = work.client.pull(work.round, work.annotator)
        return [wire.meta["guideline"] for wire in wires]

    today = load_scheme().guideline
    work.ask("POST", "first", "/states")
    work.ask("POST", "second", "/states")
    newer = replace(load_scheme(), guideline="9.5")
    monkeypatch.setattr("pipeline.doccano.wire.load_scheme", lambda: newer)
    for _ in range(2):
        work.push(round_=replace(work.round, instructions="# دليل أحدث"))
    assert work.person.get(f"projects/{work.project}")["guideline"] == "# دليل أحدث"
    assert guidelines() == [today, today, annotation().guideline]
    work.ask("POST", "first", "/states")
    work.ask("POST", "first", "/states")  # looked over again, and confirmed again
    work.ask("POST", "third", "/states")
    assert guidelines() == ["9.5", today, "9.5"]
