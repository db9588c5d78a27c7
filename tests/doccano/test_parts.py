"""Long documents in parts and back, offsets exact."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.doccano import parts
from pipeline.doccano.parts import from_wires, spans_across, split_document, to_wires, wire_ids
from pipeline.doccano.wire import Annotator, Round
from pipeline.model import DateSpan, Document, Entity, Mention, StanceSpan
from pipeline.records import check_annotation
from tests.examples import DOCUMENT, annotation
from tests.strategies import document_texts

ROUND = Round("r", "coalition_withdrawal")
SALMA = Annotator("a01", "salma")
PARAGRAPH = "قال محمد 😀 يوم الجمعة إن بغداد ترفض البقاء، وأكّدت أربيل.\r\n"


@pytest.fixture(autouse=True)
def few_words(monkeypatch):
    monkeypatch.setattr(parts, "MOST_WORDS", 25)


def long_document(paragraphs=9):
    return replace(DOCUMENT, id="long", text=PARAGRAPH * paragraphs)


def everywhere(document):
    """A record with all layers in every paragraph; the last stance's holder is in the first."""

    def at(kind, words, paragraph, **more):
        start = document.text.index(words, paragraph * len(PARAGRAPH))
        return kind(start=start, end=start + len(words), text=words, **more)

    count = document.text.count(PARAGRAPH)
    favor = {"label": "FAVOR", "target": "coalition_withdrawal"}
    return annotation(
        document=document.id,
        text_sha256=document.sha256,
        entities=tuple(
            at(Entity, words, n, label=label)
            for n in range(count)
            for words, label in (("محمد", "PER"), ("بغداد", "LOC"), ("أربيل", "LOC"))
        ),
        dates=tuple(
            at(DateSpan, "يوم الجمعة", n, label="DATE", value="2024-09-20", value_by="machine")
            for n in range(count)
        ),
        stance=tuple(
            at(StanceSpan, "ترفض البقاء", n, holder=at(Mention, "بغداد", n % (count - 1)), **favor)
            for n in range(count)
        ),
    )


def test_a_long_paragraph_has_no_part_without_words_after_it():
    long = "قال محمد " * 20
    texts = (long, f"{long}\r\n\r\n", f"{long}\n \nقال")
    found = [[p.document.text for p in split_document(replace(DOCUMENT, text=t))] for t in texts]
    assert found == [[texts[0]], [texts[1]], [f"{long}\n \n", "قال"]]


@given(document_texts)
def test_parts_are_the_text_cut_between_paragraphs(text):
    document = Document(id="d", text=text)
    found = split_document(document)
    assert "".join(part.document.text for part in found) == text
    for part in found[1:]:
        assert text[part.start - 1] in "\r\n"
        assert text[part.start - 1 : part.start + 1] != "\r\n"


def test_a_document_of_five_thousand_words_stays_whole(monkeypatch):
    monkeypatch.undo()
    whole = Document(id="d", text="كلمة أخرى\n" * 2500)
    assert len(split_document(whole)) == 1
    assert len(split_document(replace(whole, text=whole.text + "كلمة"))) == 2


def test_a_long_paragraph_is_never_cut():
    found = split_document(Document(id="d", text="أول\n" + "كلمة " * 80 + "\nآخر"))
    assert [len(part.document.text.split()) for part in found] == [1, 80, 1]


def test_ids_follow_the_text_alone_and_differ_between_equal_parts():
    document = long_document()
    ids = wire_ids(document, ROUND, SALMA)
    assert len(set(ids)) == len(split_document(document)) > 2
    for record in (everywhere(document), annotation(entities=(), dates=(), stance=())):
        assert tuple(w.uuid for w in to_wires(document, record, ROUND, SALMA)) == ids


def test_joined_parts_are_the_record_that_was_cut():
    document = long_document()
    machine = everywhere(document)
    assert spans_across(document, machine) == ()
    wires = to_wires(document, machine, ROUND, SALMA)
    reading = from_wires(wires[::-1], document, ROUND, SALMA, machine, [])
    assert reading.faults == ()
    joined = reading.annotation
    assert check_annotation(joined, document) == []
    assert (joined.entities, joined.dates) == (machine.entities, machine.dates)
    assert joined.stance == machine.stance, "a holder in another part is kept"


def test_a_span_across_two_parts_is_named():
    document = long_document()
    edge = split_document(document)[1].start
    text = document.text[edge - 10 : edge + 10]
    across = Entity(start=edge - 10, end=edge + 10, text=text, label="LOC")
    record = replace(everywhere(document), entities=(across,))
    assert spans_across(document, record) == (across,)
    wires = to_wires(document, record, ROUND, SALMA)
    assert sum(span.label == "مكان" for wire in wires for span in wire.spans) == 0


def test_parts_of_another_text_are_refused():
    document = long_document()
    wires = to_wires(document, everywhere(document), ROUND, SALMA)
    other = replace(document, text=document.text.replace("محمد", "أحمد"))
    reading = from_wires(wires, other, ROUND, SALMA, everywhere(document), [])
    assert "not the parts" in reading.faults[0].cause


@given(st.integers(2, 12))
def test_a_holder_taken_away_by_its_annotator_stays_away(count):
    document = long_document(count)
    machine = everywhere(document)
    wires = [replace(w, relations=()) for w in to_wires(document, machine, ROUND, SALMA)]
    joined = from_wires(wires, document, ROUND, SALMA, machine, []).annotation
    edges = [part.start for part in split_document(document)]
    for span, before in zip(joined.stance, machine.stance, strict=True):
        part = max(edge for edge in edges if edge <= span.start)
        far = len(wires) > 1 and before.holder.start < part
        assert span.holder == (before.holder if far else None)
