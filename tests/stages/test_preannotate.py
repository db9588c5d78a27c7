"""Many documents: in order, as they come, whatever one of them holds."""

import pytest

from pipeline.annotators.ner.backends import load_tagger
from pipeline.model import Document
from pipeline.stages.preannotate import preannotate

TEXTS = ["زار محمد السوداني بغداد يوم الجمعة.", "أكدت الحكومة العراقية ذلك أمس.", "نعم."]


@pytest.fixture(scope="module")
def tagger(tiny_model):
    return load_tagger(str(tiny_model))


def documents(count):
    return [Document(id=f"d{n}", text=f"{n} {TEXTS[n % 3]}") for n in range(count)]


def test_records_come_in_the_order_of_their_documents(tagger):
    given = documents(150)  # more than are annotated together
    made = list(preannotate(given, tagger))
    assert [record.document for record in made] == [document.id for document in given]
    assert [record.text_sha256 for record in made] == [document.sha256 for document in given]


def test_records_come_before_all_documents_are_read(tagger):
    read = []

    def stream():
        for document in documents(10_000):
            read.append(document.id)
            yield document

    next(preannotate(stream(), tagger))
    assert len(read) < 200


@pytest.mark.parametrize("text", ["ب" * 1_000_000, "", "\u064b" * 100_000, "ب," * 2_000])
def test_a_pathological_document_changes_no_other(tagger, text):
    given = documents(9)
    alone = list(preannotate(given, tagger))
    among = list(preannotate([*given[:4], Document(id="odd", text=text), *given[4:]], tagger))
    odd = among.pop(4)
    assert odd.document == "odd"
    for one, other in zip(among, alone, strict=True):
        assert [(e.start, e.end, e.label) for e in one.entities] == [
            (e.start, e.end, e.label) for e in other.entities
        ]
        assert one.dates == other.dates
