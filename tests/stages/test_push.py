"""What push does on its own side; with a real Doccano it is tested in `tests/doccano/`."""

from dataclasses import replace

import pytest

from pipeline.doccano.wire import Annotator, Round, Stored
from pipeline.errors import InputRefused, RequestError
from pipeline.model import Document
from pipeline.records import annotation_digest, read_annotation
from pipeline.stages.push import push
from tests.examples import DOCUMENT, TEXT, annotation

ROUND = Round("r", "coalition_withdrawal")
SALMA = Annotator("a01", "salma")


class Memory:
    """A server that keeps what it gets, changed by `spoil` on its way."""

    def __init__(self, spoil=lambda wire: wire):
        self.kept, self.requests, self.spoil = {}, [], spoil
        self.opened, self.in_use = set(), {}

    def push(self, round_, annotator, documents):
        self.requests.append(len(documents))
        new = [wire for wire in documents if wire.uuid not in self.kept]
        self.kept |= {wire.uuid: self.spoil(wire) for wire in new}
        return {"project": 7, "created": [wire.uuid for wire in new], "in_use": self.in_use}

    def renew(self, round_, annotator, documents):
        renewed = [wire for wire in documents if wire.meta["document"] not in self.opened]
        self.kept |= {wire.uuid: self.spoil(wire) for wire in renewed}
        return [wire.uuid for wire in renewed]

    def stored(self, round_, annotator):
        return [
            Stored(
                uuid=wire.uuid,
                document=wire.meta["document"],
                based_on=wire.meta["based_on"],
                opened=wire.meta["document"] in self.opened,
                confirmed=False,
            )
            for wire in self.kept.values()
        ]

    def read(self, round_, annotator, uuids):
        return {uuid: self.kept[uuid] for uuid in uuids}


def pairs(count=1):
    names = [f"d{number:03}" for number in range(count)]
    return [(Document(id=n, text=TEXT, dct=DOCUMENT.dct), annotation(document=n)) for n in names]


def test_what_is_pushed_is_kept_under_its_digest(tmp_path):
    report = push(Memory(), ROUND, SALMA, pairs(), tmp_path)
    assert (report.project, report.created, report.existing) == (7, ["d000"], [])
    record = annotation(document="d000")
    assert read_annotation(tmp_path / f"d000.{annotation_digest(record)}.json") == record


def test_a_hundred_documents_travel_at_once_and_known_ones_not_again(tmp_path):
    server = Memory()
    bare = [(d, replace(r, entities=(), dates=(), stance=())) for d, r in pairs(151)]
    push(server, ROUND, SALMA, bare[:150], tmp_path)
    assert server.requests == [0, 100, 50]
    report = push(server, ROUND, SALMA, bare, tmp_path)
    assert server.requests == [0, 100, 50, 0, 1]
    assert (report.created, len(report.existing)) == (["d150"], 150)


def test_what_is_kept_for_another_is_not_written_again_unless_it_was_altered(tmp_path):
    push(Memory(), ROUND, SALMA, pairs(), tmp_path)
    (path,) = tmp_path.iterdir()
    before = path.stat().st_ino, path.read_bytes()
    push(Memory(), ROUND, Annotator("a02", "omar"), pairs(), tmp_path)
    assert (path.stat().st_ino, path.read_bytes()) == before
    path.write_text("{", encoding="utf-8")
    push(Memory(), ROUND, Annotator("a03", "layla"), pairs(), tmp_path)
    assert path.read_bytes() == before[1]


def newer(pair):
    document, record = pair
    return document, replace(record, dates=())


def test_newer_machine_spans_reach_only_documents_nobody_opened(tmp_path):
    server, (read, unread) = Memory(), pairs(2)
    push(server, ROUND, SALMA, [read, unread], tmp_path)
    server.opened = {"d000"}
    report = push(server, ROUND, SALMA, [newer(read), newer(unread)], tmp_path)
    assert (report.renewed, report.begun, report.existing) == (["d001"], ["d000"], ["d000"])
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{document.id}.{annotation_digest(record)}.json"
        for document, record in (read, unread, newer(unread))
    }
    spans = {wire.meta["document"]: len(wire.spans) for wire in server.kept.values()}
    assert spans["d000"] == spans["d001"] + 1
    again = push(server, ROUND, SALMA, [newer(read), newer(unread)], tmp_path)
    assert (again.renewed, again.begun, again.existing) == ([], ["d000"], ["d001", "d000"])


def test_a_text_that_changed_is_told_and_not_offered_again(tmp_path):
    server = Memory()
    push(server, ROUND, SALMA, pairs(), tmp_path)
    text = f"{TEXT} زيادة"
    changed = Document(id="d000", text=text, dct=DOCUMENT.dct)
    record = annotation(document="d000", text_sha256=changed.sha256)
    report = push(server, ROUND, SALMA, [(changed, record)], tmp_path)
    assert len(server.kept) == 1
    assert report.created == report.existing == []
    assert "is not the one that was pushed" in report.findings[0].cause
    assert report.findings[0].place == "a01/d000"


def test_a_label_that_spans_have_cannot_leave_the_scheme(tmp_path):
    server = Memory()
    server.in_use = {"جهاز": 3}
    with pytest.raises(RequestError, match=r"labels of a01: .*«جهاز» 3.*labels\.toml"):
        push(server, ROUND, SALMA, pairs(), tmp_path)
    assert server.kept == {}


def test_what_must_precede_sending_is_done_once_and_only_then(tmp_path):
    server, done = Memory(), []

    def send(some):
        push(server, ROUND, SALMA, some, tmp_path, lambda: done.append(len(server.kept)))

    send(pairs(150))
    send(pairs(150))
    assert done == [0]
    send([newer(pair) for pair in pairs(150)])
    assert done == [0, 150]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda wire: replace(wire, text=wire.text.strip(".")),
        lambda wire: replace(wire, spans=wire.spans[:-1], relations=()),
        lambda wire: replace(wire, relations=wire.relations[1:]),
        lambda wire: replace(wire, meta={**wire.meta, "dct": ""}),
        lambda wire: replace(
            wire, spans=(replace(wire.spans[0], end_utf16=wire.spans[0].end_utf16 + 1),)
        ),
    ],
    ids=["text", "span lost", "relation lost", "metadata", "offset"],
)
def test_a_document_stored_otherwise_than_sent_is_named(spoil, tmp_path):
    def spoilt(wire):
        changed = spoil(wire)
        return changed if changed.spans[1:] else replace(changed, relations=())

    with pytest.raises(RequestError, match="d000: the server does not hold what was sent"):
        push(Memory(spoilt), ROUND, SALMA, pairs(), tmp_path)


def test_a_record_that_contradicts_its_document_stops_all_before_anything_is_sent(tmp_path):
    server = Memory()
    other = Document(id="d000", text=TEXT + "!")
    with pytest.raises(InputRefused, match="not the one annotated"):
        push(server, ROUND, SALMA, [*pairs(3), (other, annotation(document="d000"))], tmp_path)
    assert server.requests == []
    assert list(tmp_path.iterdir()) == []
