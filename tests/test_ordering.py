"""The order of documents before annotators."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document
from pipeline.ordering import RECEIVED, UNCERTAIN, is_random, order_documents, uncertainty
from tests.examples import annotation


def pair(number, score):
    document = Document(id=f"d{number}", text=f"نص رقم {number}", dct=date(2024, 9, 28))
    entities = (replace(annotation().entities[0], score=score),)
    return document, annotation(document=document.id, entities=entities, dates=(), stance=())


scores = st.lists(st.floats(0, 1), max_size=60)


@given(scores)
def test_as_received_is_as_received(scores):
    pairs = [pair(number, score) for number, score in enumerate(scores)]
    assert order_documents(pairs, RECEIVED) == pairs


@given(scores)
def test_the_least_certain_come_first_and_none_is_lost(scores):
    pairs = [pair(number, score) for number, score in enumerate(scores)]
    ordered = order_documents(pairs, UNCERTAIN)
    assert sorted(d.id for d, _ in ordered) == sorted(d.id for d, _ in pairs)
    doubts = [uncertainty(record) for document, record in ordered if not is_random(document)]
    assert doubts == sorted(doubts, reverse=True)


def test_the_random_share_is_a_tenth_spread_evenly_and_blind_to_scores():
    pairs = [pair(number, (number % 97) / 97) for number in range(2000)]
    drawn = [is_random(document) for document, _ in order_documents(pairs, UNCERTAIN)]
    assert 160 <= sum(drawn) <= 240
    for tenth in range(10):
        assert abs(sum(drawn[tenth * 200 : (tenth + 1) * 200]) - sum(drawn) / 10) <= 2
    chosen = {d.id for d, _ in pairs if is_random(d)}
    assert chosen == {d.id for d, _ in (pair(n, 0.5) for n in range(2000)) if is_random(d)}


def test_a_document_without_scores_is_not_uncertain():
    assert uncertainty(annotation(entities=(), dates=(), stance=())) == 0
