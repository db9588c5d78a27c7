"""What is sent in one request: no more than keeps it short, but a document whatever its length."""

import pytest
import requests

from pipeline.doccano.sending import send
from pipeline.doccano.wire import WireDocument, WireSpan
from pipeline.model import Document
from pipeline.sources import MAX_TEXT
from pipeline.stages.push import push
from tests.examples import annotation


def unmarked(document):
    """Return the document with a record of it that has no span."""
    record = annotation(
        document=document.id,
        text_sha256=document.sha256,
        dct=None,
        entities=(),
        dates=(),
        stance=(),
    )
    return document, record


def test_large_documents_go_in_requests_of_their_own(client, round_, a01, tmp_path, monkeypatch):
    documents = [Document(id=f"large-{n}", text=f"{n} " + "بغداد " * 60_000) for n in range(3)]
    sent, push_batch = [], client.push

    def listen(round_, annotator, batch):
        sent.append([wire.meta["document"] for wire in batch])
        return push_batch(round_, annotator, batch)

    monkeypatch.setattr(client, "push", listen)
    report = push(client, round_, a01, map(unmarked, documents), tmp_path)
    assert report.created == ["large-0", "large-1", "large-2"]
    assert sent == [[], ["large-0"], ["large-1"], ["large-2"]]
    assert [wire.text for wire in client.pull(round_, a01)] == [d.text for d in documents]


def test_the_longest_paragraph_that_ingest_takes_is_pushed(client, round_, a01, tmp_path):
    document = Document(id="longest", text="ب" * MAX_TEXT)
    assert push(client, round_, a01, [unmarked(document)], tmp_path).created == ["longest"]
    (wire,) = client.pull(round_, a01)
    assert wire.text == document.text


@pytest.mark.parametrize(("spans", "sizes"), [(300, [1, 1, 1, 1]), (250, [2, 2]), (1, [4])])
def test_documents_of_many_spans_go_few_at_a_time(round_, a01, spans, sizes):
    marks = tuple(WireSpan(n, n, n + 1, "مكان") for n in range(spans))
    wires = [
        WireDocument(uuid=str(n), text="ب" * spans, meta={"document": n}, spans=marks, relations=())
        for n in range(4)
    ]
    sent = []

    class Server:
        def push(self, round_, annotator, batch):
            sent.append(len(batch))
            return {"created": [wire.uuid for wire in batch]}

        def read(self, round_, annotator, uuids):
            return {wire.uuid: wire for wire in wires if wire.uuid in uuids}

    send(Server(), round_, a01, wires)
    assert sent == sizes


def test_an_order_that_is_no_json_is_answered_as_malformed(server):
    headers = {"Authorization": f"Token {server.read_token()}", "Content-Type": "application/json"}
    for body in (b"{", b"\xff", b'{"round": NaN}', b"[]", b"null"):
        reply = requests.post(f"{server.url}/tawsim/pull", body, headers=headers, timeout=30)
        assert reply.status_code == 400, body
