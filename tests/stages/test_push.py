"""What push does on its own side; with a real Doccano it is tested in `tests/doccano/`."""

from dataclasses import replace

import pytest

from pipeline.doccano.wire import Annotator, Round
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
        self.stored, self.requests, self.spoil = {}, [], spoil

    def push(self, round_, annotator, documents):
        self.requests.append(len(documents))
        new = [wire for wire in documents if wire.uuid not in self.stored]
        self.stored |= {wire.uuid: self.spoil(wire) for wire in new}
        return {"project": 7, "created": [wire.uuid for wire in new], "existing": []}

    def known(self, round_, annotator):
        return frozenset(self.stored)

    def read(self, round_, annotator, uuids):
        return {uuid: self.stored[uuid] for uuid in uuids}


def pairs(count=1):
    names = [f"d{number:03}" for number in range(count)]
    return [(Document(id=n, text=TEXT, dct=DOCUMENT.dct), annotation(document=n)) for n in names]


def test_what_is_pushed_is_kept_under_its_digest(tmp_path):
    report = push(Memory(), ROUND, SALMA, pairs(), tmp_path)
    assert (report.project, report.created, report.existing) == (7, ("d000",), ())
    record = annotation(document="d000")
    assert read_annotation(tmp_path / f"d000.{annotation_digest(record)}.json") == record


def test_a_hundred_documents_travel_at_once_and_known_ones_not_again(tmp_path):
    server = Memory()
    push(server, ROUND, SALMA, pairs(150), tmp_path)
    assert server.requests == [0, 100, 50]
    report = push(server, ROUND, SALMA, pairs(151), tmp_path)
    assert server.requests == [0, 100, 50, 0, 1]
    assert (report.created, len(report.existing)) == (("d150",), 150)


def test_a_newer_machine_record_of_a_known_document_is_not_kept(tmp_path):
    server = Memory()
    push(server, ROUND, SALMA, pairs(), tmp_path)
    before = sorted(tmp_path.iterdir())
    push(server, ROUND, SALMA, [(pairs()[0][0], annotation(document="d000", dates=()))], tmp_path)
    assert sorted(tmp_path.iterdir()) == before


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
