"""Push, an annotator's work, collect: against a real Doccano, through its own API."""

from dataclasses import replace

import pytest

from pipeline.doccano.client import Client
from pipeline.doccano.exchange import to_wire
from pipeline.doccano.wire import WireSpan
from pipeline.errors import RequestError
from pipeline.model import Document
from pipeline.records import annotation_digest, read_annotation
from pipeline.stages.collect import collect
from pipeline.stages.push import push
from tests.examples import DOCUMENT, TEXT, annotation

PAIRS = [
    (Document(id=name, text=DOCUMENT.text, dct=DOCUMENT.dct), annotation(document=name))
    for name in ("example", "second")
]
DOCUMENTS = {document.id: document for document, _ in PAIRS}


@pytest.fixture
def desk(client, round_, a01, salma, tmp_path):
    return Desk(client, round_, a01, salma, tmp_path)


class Desk:
    """One annotator's part of a round, with what a test does to it."""

    def __init__(self, client, round_, annotator, person, folder):
        self.client, self.round, self.annotator, self.person = client, round_, annotator, person
        self.folder = folder
        self.report = self.push()
        self.url = f"projects/{self.report.project}/examples"
        self.ids = {row["meta"]["document"]: row["id"] for row in self.rows()}

    def rows(self):
        return self.person.get(f"{self.url}?limit=100")["results"]

    def push(self):
        return push(self.client, self.round, self.annotator, PAIRS, self.folder / "machine")

    def collect(self, documents=DOCUMENTS):
        return collect(self.client, self.round, self.annotator, documents, self.folder)

    def spans(self, name="example"):
        return self.person.get(f"{self.url}/{self.ids[name]}/spans")

    def draw(self, words, label, name="example"):
        start = len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2
        return self.do(
            "POST",
            f"{self.ids[name]}/spans",
            start_offset=start,
            end_offset=start + len(words.encode("utf-16-le")) // 2,
            label=self.person.label(self.report.project, label),
        )

    def do(self, method, path, **json):
        reply = self.person.ask(method, f"{self.url}/{path}", **json)
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def confirm(self, name="example"):
        self.do("POST", f"{self.ids[name]}/states")

    def record(self, name="example"):
        return read_annotation(self.folder / "a01" / f"{name}.json")


def test_the_annotator_sees_the_machines_spans_as_their_own(desk):
    assert desk.report.created == ["example", "second"]
    assert [row["meta"]["document"] for row in desk.rows()] == ["example", "second"]
    assert desk.rows()[0]["text"] == TEXT
    raw = TEXT.encode("utf-16-le")
    seen = [
        raw[2 * s["start_offset"] : 2 * s["end_offset"]].decode("utf-16-le") for s in desk.spans()
    ]
    record = annotation()
    assert seen == [s.text for s in (*record.entities, *record.dates, *record.stance)]


def test_the_project_is_set_up_as_the_scheme_says(desk):
    project = desk.person.get(f"projects/{desk.report.project}")
    assert project["guideline"] == "# الدليل"
    assert (project["allow_overlapping"], project["use_relation"]) == (True, True)
    assert (project["collaborative_annotation"], project["grapheme_mode"]) == (False, False)
    assert project["description"] == "إنهاء مهمة التحالف الدولي في العراق وانسحاب قواته"
    types = desk.person.get(f"projects/{desk.report.project}/span-types")
    assert len(types) == 12
    assert len({row["suffix_key"] for row in types}) == 12


def test_a_second_push_leaves_the_annotators_work_alone(desk):
    desk.do("DELETE", f"{desk.ids['example']}/spans/{desk.spans()[0]['id']}")
    desk.draw("القوات", "منظمة")
    before = desk.spans(), desk.rows()
    again = desk.push()
    assert (again.created, again.existing) == ([], ["example", "second"])
    assert (desk.spans(), desk.rows()) == before


def test_what_was_pushed_is_kept_and_named_by_the_record(desk):
    desk.confirm()
    desk.collect()
    digest = annotation_digest(PAIRS[0][1])
    assert desk.record().based_on == digest
    assert read_annotation(desk.folder / "machine" / f"example.{digest}.json") == PAIRS[0][1]


def test_only_confirmed_documents_are_collected(desk):
    report = desk.collect()
    assert (report.collected, report.waiting) == ([], ["example", "second"])
    assert not (desk.folder / "a01").exists()
    desk.confirm("second")
    report = desk.collect()
    assert (report.collected, report.waiting) == (["second"], ["example"])
    desk.confirm("second")  # Doccano toggles: the confirmation is taken back
    report = desk.collect()
    assert report.waiting == ["example", "second"]
    assert (desk.folder / "a01" / "second.json").is_file()


def test_an_untouched_document_comes_back_as_the_machine_made_it(desk):
    desk.confirm()
    assert desk.collect().findings == []
    record, machine = desk.record(), PAIRS[0][1]
    assert (record.agent, record.models) == ("a01", {})
    assert [(e.start, e.end, e.label) for e in record.entities] == [
        (e.start, e.end, e.label) for e in machine.entities
    ]
    assert all(entity.score is None for entity in record.entities)
    assert record.dates == machine.dates, "values stay with the spans nobody changed"
    assert [s.holder for s in record.stance] == [s.holder for s in machine.stance]


def test_every_kind_of_correction_arrives(desk):
    spans = {(s["start_offset"], s["end_offset"]): s for s in desk.spans()}
    start = TEXT.index("بغداد") + 1  # UTF-16: the emoji before it takes two
    baghdad = spans[start, start + 5]
    organisation = desk.person.label(desk.report.project, "منظمة")
    desk.do("PATCH", f"{desk.ids['example']}/spans/{baghdad['id']}", label=organisation)
    friday = next(s for s in desk.spans() if s["start_offset"] == TEXT.index("يوم الجمعة") + 1)
    desk.do(
        "PATCH",
        f"{desk.ids['example']}/spans/{friday['id']}",
        start_offset=friday["start_offset"] + 4,
    )
    stance = desk.draw("نرحّب", "بين بين")
    for span in desk.spans():
        if span["start_offset"] == stance["start_offset"] and span["id"] != stance["id"]:
            desk.do("DELETE", f"{desk.ids['example']}/spans/{span['id']}")
    holder = desk.draw("أكّدت الحكومة", "صاحب الموقف")
    desk.do(
        "POST",
        f"{desk.ids['example']}/relations",
        from_id=stance["id"],
        to_id=holder["id"],
        type=desk.person.label(desk.report.project, "صاحبه", "relation"),
    )
    desk.confirm()
    report = desk.collect()
    assert (report.collected, report.findings) == (["example"], [])
    record = desk.record()
    assert ("بغداد", "ORG") in [(e.text, e.label) for e in record.entities]
    assert [(d.text, d.value) for d in record.dates] == [("الجمعة", "2024-09-27")], "read anew"
    neutral = next(s for s in record.stance if s.label == "NEUTRAL")
    assert (neutral.text, neutral.holder.text) == ("نرحّب", "أكّدت الحكومة")
    assert neutral.target == desk.round.target


def test_collecting_twice_changes_no_byte(desk):
    desk.confirm()
    desk.collect()
    path = desk.folder / "a01" / "example.json"
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert desk.collect().unchanged == ["example"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_faulty_document_is_left_and_the_others_are_collected(desk):
    desk.draw("محمد", "مكان")  # inside the entity محمد السوداني
    desk.confirm("example")
    desk.confirm("second")
    report = desk.collect()
    assert report.collected == ["second"]
    assert "overlaps" in report.findings[0].cause
    assert not (desk.folder / "a01" / "example.json").exists()


def test_a_document_that_changed_or_is_gone_is_a_finding(desk):
    desk.confirm()
    changed = {"example": Document(id="example", text=TEXT + "!")}
    assert "not the document's text" in desk.collect(changed).findings[0].cause
    assert "no longer in the corpus" in desk.collect({}).findings[0].cause
    assert not (desk.folder / "a01").exists()


def test_a_machine_record_that_was_altered_is_a_finding(desk):
    desk.confirm()
    (path,) = (desk.folder / "machine").glob("example.*")
    path.write_text(path.read_text("utf-8").replace("بغداد", "بغداذ"), encoding="utf-8")
    assert "is not the record that was pushed" in desk.collect().findings[0].cause


def test_people_are_blind_to_each_other(client, round_, a01, a02, salma, omar, tmp_path):
    first = Desk(client, round_, a01, salma, tmp_path)
    second = Desk(client, round_, a02, omar, tmp_path)
    assert first.report.project != second.report.project
    mine = first.draw("القوات", "منظمة")
    assert mine["id"] not in [span["id"] for span in second.spans()]
    assert salma.ask("GET", f"projects/{second.report.project}/examples").status_code == 403
    first.confirm()
    assert second.collect().waiting == ["example", "second"]


def test_more_than_a_batch_arrives_in_order(client, round_, a01, salma, tmp_path):
    names = [f"d{n:03}" for n in range(230)]
    pairs = [(Document(id=n, text=TEXT, dct=DOCUMENT.dct), annotation(document=n)) for n in names]
    report = push(client, round_, a01, pairs, tmp_path)
    assert report.created == names
    rows = salma.get(f"projects/{report.project}/examples?limit=1000")["results"]
    assert [row["meta"]["document"] for row in rows] == names
    assert [wire.meta["document"] for wire in client.pull(round_, a01)] == names


def test_a_batch_is_pushed_whole_or_not_at_all(client, round_, a01):
    good, bad = (to_wire(*pair, round_, a01) for pair in PAIRS)
    bad = replace(bad, spans=(*bad.spans, WireSpan(len(bad.spans), 0, 99999, "مكان")))
    with pytest.raises(RequestError, match="second: cannot take the span"):
        client.push(round_, a01, [good, bad])
    client.push(round_, a01, [])
    assert client.stored(round_, a01) == []


def test_a_server_that_is_down_is_named_with_what_to_do(round_, a01):
    with (
        Client("http://127.0.0.1:9", "x") as nobody,
        pytest.raises(RequestError, match=r"does not answer.*Start it with `make annotate`"),
    ):
        nobody.stored(round_, a01)
