"""What every annotation server does: push, an annotator's work through Doccano's own API, collect.

Run against ours and against a stock Doccano that others run.
"""

from dataclasses import replace

import pytest

from pipeline.errors import RequestError
from pipeline.model import Annotation, Document, Entity
from pipeline.records import annotation_digest, read_annotation
from pipeline.scheme import Label
from pipeline.tokens import tokenize
from tests.doccano.desk import Desk, pair
from tests.examples import TEXT, annotation

PAIRS = [pair(name) for name in ("example", "second")]
MACHINE = annotation()
# Offsets of each kind differ: tashkeel, pairs of UTF-16 units, families of emoji, line ends, marks
# of direction, a separator that ends a line for some, and white space at both edges.
HARD = (
    "  كِتَابٌ 😀 جَمِيلٌ\r\nسطر ثانٍ مع 👨‍👩‍👧 عائلة\rوقال «𝒜 بغداد»\u2028بعد ‏السطر‏\tالعـــراق ﷺ\n"
    "الخاتمة هنا\n "
)


@pytest.fixture
def desk(site, round_, tmp_path):
    return Desk(site.server, round_, site.annotators[0], site.people[0], tmp_path, PAIRS)


def test_the_annotator_sees_the_machines_spans_as_their_own(desk):
    assert desk.report.created == desk.names == ["example", "second"]
    assert desk.rows()[0]["text"] == TEXT
    raw = TEXT.encode("utf-16-le")
    seen = [
        raw[2 * s["start_offset"] : 2 * s["end_offset"]].decode("utf-16-le") for s in desk.spans()
    ]
    assert seen == [s.text for s in (*MACHINE.entities, *MACHINE.dates, *MACHINE.stance)]


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
    digest = annotation_digest(MACHINE)
    assert desk.record().based_on == digest
    assert read_annotation(desk.folder / "machine" / f"example.{digest}.json") == MACHINE


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
    record, machine = desk.record(), MACHINE
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


def test_people_are_blind_to_each_other(site, round_, tmp_path):
    first, second = (
        Desk(site.server, round_, annotator, person, tmp_path, PAIRS)
        for annotator, person in zip(site.annotators, site.people, strict=True)
    )
    assert first.report.project != second.report.project
    mine = first.draw("القوات", "منظمة")
    assert mine["id"] not in [span["id"] for span in second.spans()]
    reply = first.person.ask("GET", f"projects/{second.report.project}/examples")
    assert reply.status_code == 403
    first.confirm()
    assert second.collect().waiting == ["example", "second"]


def test_later_documents_come_after_those_that_are_there(desk):
    desk.confirm("second")
    desk.pairs = [pair("newer"), *desk.pairs, *(pair(f"d{number}") for number in range(9))]
    report = desk.push()
    assert report.existing == ["example", "second"]
    later = ["newer", *(f"d{number}" for number in range(9))]
    assert report.created == later
    # More than the five rows of a page of Doccano's.
    assert desk.names == ["example", "second", *later]
    assert [wire.meta["document"] for wire in desk.server.pull(desk.round, desk.annotator)] == [
        *("example", "second", *later)
    ]
    assert desk.collect().collected == ["second"]


def test_every_offset_is_exact_to_the_character(site, round_, tmp_path):
    document = Document(id="hard", text=HARD)
    words = [token for token in tokenize(HARD) if token.is_word]
    entities = tuple(
        Entity(start=w.start, end=w.end, text=HARD[w.start : w.end], label="LOC") for w in words
    )
    machine = Annotation(
        document="hard",
        text_sha256=document.sha256,
        agent="machine",
        guideline="1.0",
        entities=entities,
    )
    person = site.people[0]
    pairs = [(document, machine), (Document(id="first", text=HARD.strip()), None)]
    pairs[1] = (pairs[1][0], replace(_shifted(machine), text_sha256=pairs[1][0].sha256))
    desk = Desk(site.server, round_, site.annotators[0], person, tmp_path, pairs)
    for name, text in (("hard", HARD), ("first", HARD.strip())):
        row = desk.person.get(f"{desk.url}/{desk.ids[name]}")
        assert row["text"] == text
        units = text.encode("utf-16-le")
        places = [(s["start_offset"], s["end_offset"]) for s in desk.spans(name)]
        drawn = [units[2 * s : 2 * e].decode("utf-16-le") for s, e in sorted(places)]
        assert drawn == [entity.text for entity in entities]
        desk.confirm(name)
    assert desk.spans("first")[0]["start_offset"] == 0
    assert desk.collect().findings == []
    for (_, start), name in zip(pairs, ("hard", "first"), strict=True):
        assert desk.record(name).entities == start.entities


def _shifted(machine):
    """Return the record of the text without the white space at its edges."""
    margin = len(HARD) - len(HARD.lstrip())
    moved = (replace(e, start=e.start - margin, end=e.end - margin) for e in machine.entities)
    return replace(machine, document="first", entities=tuple(moved))


def test_a_value_comes_by_comment_and_one_that_cannot_be_read_is_a_finding(desk):
    desk.comment("قيمة: يوم الجمعة = 20 سبتمبر 2024")
    desk.comment("قيمة: يوم الجمعة = لا أدري", "second")
    desk.comment("أهذا صحيح؟")
    desk.confirm()
    desk.confirm("second")
    report = desk.collect()
    assert report.collected == ["example"]
    (date,) = desk.record().dates
    assert (date.text, date.value, date.value_by) == ("يوم الجمعة", "2024-09-20", "a01")
    (fault,) = report.findings
    assert fault.place == "a01/second, comment «قيمة: يوم الجمعة = لا أدري»"
    assert "is no date that can be read" in fault.cause


def test_a_push_that_ends_before_it_read_back_is_completed_without_doubles(desk, monkeypatch):
    def end(*_):
        raise KeyboardInterrupt

    desk.pairs += [pair(f"d{number}") for number in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(desk.server, "read", end)
        with pytest.raises(KeyboardInterrupt):
            desk.push()
    desk.draw("القوات", "منظمة", "d1")
    before = desk.spans("d1")
    report = desk.push()
    assert (report.created, len(report.existing)) == ([], 5)
    assert desk.names == ["example", "second", "d0", "d1", "d2"]
    assert desk.spans("d1") == before, "what was done meanwhile stays"
    assert len(desk.spans("d2")) == len(desk.spans("example"))
    desk.confirm("d2")
    assert desk.collect().collected == ["d2"]


def test_progress_is_counted_and_visits_where_they_are_noted(desk):
    desk.do("DELETE", f"{desk.ids['example']}/spans/{desk.spans()[0]['id']}")
    desk.confirm()
    progress = desk.status()
    assert (progress.assigned, progress.confirmed, progress.waiting) == (2, 1, 1)
    assert dict(progress.spans["entities"]) == {"kept": 2, "removed": 1}
    noted = desk.server.notes_visits
    assert progress.opened == (1 if noted else None)
    assert (progress.seconds is None) is not noted


def test_the_guidelines_and_labels_of_now_are_put_in_place(desk):
    extra = Label("NEW", "جهاز", "Device", "#123456", "z")
    desk.round = replace(desk.round, instructions="# دليل جديد", labels=(extra,))
    desk.push()
    project = f"projects/{desk.report.project}"
    assert desk.person.get(project)["guideline"] == "# دليل جديد"
    kinds = {row["text"]: row for row in desk.person.get(f"{project}/span-types")}
    assert kinds["جهاز"]["background_color"] == "#123456"
    assert kinds["جهاز"]["text_color"] == "#ffffff"
    assert kinds["جهاز"]["suffix_key"] == "z"
    desk.round = replace(desk.round, labels=(replace(extra, key="y"),))
    desk.push()
    kinds = {row["text"]: row for row in desk.person.get(f"{project}/span-types")}
    assert kinds["جهاز"]["suffix_key"] == "y"
    drawn = desk.draw("القوات", "جهاز")
    desk.round = replace(desk.round, labels=())
    with pytest.raises(RequestError, match=r"labels of a01: .*«جهاز» 1"):
        desk.push()
    desk.do("DELETE", f"{desk.ids['example']}/spans/{drawn['id']}")
    desk.push()
    assert "جهاز" not in [row["text"] for row in desk.person.get(f"{project}/span-types")]


def test_a_text_that_changed_is_told_and_stays_as_it_was(desk):
    document = Document(id="example", text=f"{TEXT} زيادة", dct=MACHINE.dct)
    desk.pairs[0] = document, replace(MACHINE, text_sha256=document.sha256)
    report = desk.push()
    assert (report.created, report.existing) == ([], ["second"])
    assert [fault.place for fault in report.findings] == ["a01/example"]
    assert desk.names == ["example", "second"]


def test_who_has_a_project_is_known_and_where_there_is_none_it_is_told(site, round_, desk):
    assert site.server.holders(round_) == {"a01"}
    with pytest.raises(RequestError, match=r"there is no project .*make annotate"):
        site.server.stored(round_, site.annotators[1])
