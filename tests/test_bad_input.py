"""Input from outside, made bad in every way: refused with place, cause and cure, or taken whole.

Nothing here is ever a traceback. `make test-long` tries a thousand cases.
"""

import json
import os
import random
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict, replace

import pytest
import requests

from pipeline.corpus import read_corpus
from pipeline.doccano.client import Client
from pipeline.doccano.exchange import to_wire
from pipeline.doccano.launch import Server
from pipeline.doccano.values import Comment
from pipeline.doccano.wire import Annotator, Round
from pipeline.errors import TawsimError
from pipeline.kept import survey
from pipeline.records import annotation_digest, render_annotation, to_json, write_annotation
from pipeline.shards import write_shard
from pipeline.stages.collect import collect
from pipeline.stages.evaluate import evaluate
from pipeline.stages.ingest import ingest
from tests.corpora import TEXT, write_folder, write_jsonl, write_parquet
from tests.examples import DOCUMENT, annotation
from tests.mutation import mutate_bytes, mutate_json, render

CASES = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 63
LONGEST_MESSAGE = 300_000
ROUND, SALMA = Round("r", "coalition_withdrawal"), Annotator("a01", "salma")
ROW = {
    "id": "خبر-1",
    "text": TEXT,
    "dct": "2024-09-28",
    "dct_source": "stated",
    "title": "عنوان",
    "source": "وكالة",
    "licence": "CC BY 4.0",
}
METADATA = """
licence = "CC BY 4.0"

[documents."a"]
title = "عنوان الخبر"
source = "اسم الوكالة"
dct = 2024-09-28
dct_source = "stated"
"""
CONLL = "زار O\nمحمد B-PER\nالسوداني I-PER\nبغداد B-LOC\n\nنعم O\n"


@contextmanager
def answered():
    """Whatever goes wrong is said in three parts, in few words, and with nothing unseen in them."""
    try:
        yield
    except TawsimError as error:
        for fault in getattr(error, "faults", ()):
            check_fault(fault)
        check_message(str(error))


def check_fault(fault):
    assert fault.place
    assert fault.cause
    assert fault.cure
    check_message(str(fault))


def check_message(message):
    assert message
    assert len(message) < LONGEST_MESSAGE
    unseen = {c for c in message if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}} - {"\n"}
    unseen |= {c for c in message if c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"}
    assert not unseen


def take_corpus(path):
    """Ingest with and without mercy; what was taken comes back as it was."""
    output = path.parent / "out.jsonl"
    with answered():
        for fault in ingest(path, output, skip_bad=True).refused:
            check_fault(fault)
        assert all(document.text.strip() for document in read_corpus(output))
    assert not output.is_file() or output.read_bytes().decode("utf-8")


def lines(chance, folder):
    rows = [render(chance, ROW), json.dumps({"id": "b", "text": "نعم."}).encode()]
    if chance.random() < 0.6:
        rows[0] = render(chance, mutate_json(chance, ROW))
    else:
        rows = [mutate_bytes(chance, b"\n".join(rows))]
    take_corpus(write_jsonl(folder / "c.jsonl", *rows))


def texts(chance, folder):
    take_corpus(write_folder(folder / "c", METADATA, a=mutate_bytes(chance, TEXT.encode())))


def metadata(chance, folder):
    write_folder(folder / "c", a=TEXT)
    (folder / "c" / "metadata.toml").write_bytes(mutate_bytes(chance, METADATA.encode()))
    take_corpus(folder / "c")


def tables(chance, folder):
    path = write_parquet(folder / "c.parquet", {key: [value] * 3 for key, value in ROW.items()})
    path.write_bytes(mutate_bytes(chance, path.read_bytes()))
    take_corpus(path)


def records(chance, folder):
    """A person's record, as release reads it, and a line of records, as evaluate does."""
    record = annotation("a01")
    content = render_annotation(record).encode()
    content = (
        mutate_bytes(chance, content)
        if chance.random() < 0.4
        else render(chance, mutate_json(chance, to_json(record)))
    )
    (folder / "a01").mkdir()
    (folder / "a01" / "example.json").write_bytes(content)
    for fault in survey(folder, [DOCUMENT])[1]:
        check_fault(fault)
    gold = write_jsonl(folder / "gold.jsonl", to_json(record))
    predicted = folder / "predicted.jsonl"
    predicted.write_bytes(content.replace(b"\n", b" "))
    with answered():
        evaluate(gold, predicted)


def shards(chance, folder):
    (folder / "s").mkdir()
    path = folder / "s" / "part-00000.parquet"
    write_shard(path, [annotation()])
    path.write_bytes(mutate_bytes(chance, path.read_bytes()))
    gold = write_jsonl(folder / "gold.jsonl", to_json(annotation()))
    with answered():
        evaluate(gold, folder / "s")


def tags(chance, folder):
    gold = folder / "gold.conll"
    gold.write_text(CONLL, encoding="utf-8")
    predicted = folder / "predicted.conll"
    predicted.write_bytes(mutate_bytes(chance, CONLL.encode()))
    with answered():
        evaluate(gold, predicted)


class Said(requests.adapters.BaseAdapter):
    """A server that says one thing, whatever it is asked."""

    def __init__(self, content):
        super().__init__()
        self.content = content

    def send(self, request, **_):
        reply = requests.Response()
        reply.status_code, reply.url, reply._content = 200, request.url, self.content
        return reply

    def close(self):
        pass


def collected(folder, content):
    """What collect makes of a server's answer."""
    machine = annotation()
    write_annotation(folder / "machine" / f"example.{annotation_digest(machine)}.json", machine)
    (folder / "admin-token").write_text("token", encoding="ascii")
    with Client(Server(folder, 1, 1)) as client:
        client._session.mount("http://", Said(content))
        return collect(client, ROUND, SALMA, {DOCUMENT.id: DOCUMENT}, folder)


def page():
    """A page of one confirmed document, as the server says it."""
    wire = to_wire(DOCUMENT, annotation(), ROUND, SALMA)
    wire = replace(
        wire,
        confirmed_at="2024-10-01T12:00:00.123456+00:00",
        comments=(Comment(7, "قيمة: يوم الجمعة = 27 سبتمبر 2024"),),
        seconds=61.5,
    )
    return {"documents": [asdict(wire)]}


def answers(chance, folder):
    content = render(chance, page())
    content = (
        mutate_bytes(chance, content)
        if chance.random() < 0.2
        else render(chance, mutate_json(chance, page()))
    )
    with answered():
        for fault in collected(folder, content).findings:
            check_fault(fault)
    for path in folder.rglob("a01/*.json"):
        assert path.name == "example.json"
        assert survey(folder, [DOCUMENT])[1] == []


KINDS = [lines, texts, metadata, tables, records, shards, tags, answers]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_bad_input_is_refused_or_taken_whole(kind, tmp_path):
    for number in range(1 + CASES // len(KINDS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            kind(random.Random(f"{kind.__name__} {number}"), folder)
        except Exception as error:
            error.add_note(f"{kind.__name__} {number}")
            raise


def test_the_good_page_is_collected(tmp_path):
    report = collected(tmp_path, json.dumps(page()).encode())
    assert (report.collected, report.findings) == (["example"], [])
