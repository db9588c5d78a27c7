import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.doccano.exchange import example_uuid, from_wire, to_wire
from pipeline.doccano.snapping import Snapper
from pipeline.doccano.wire import Annotator, Round, WireDocument, WireRelation, WireSpan
from pipeline.model import Annotation, DateSpan, Document, Entity, Mention, StanceSpan
from pipeline.tokens import tokenize
from tests.examples import DOCUMENT, TEXT, annotation
from tests.strategies import texts

ROUND = Round("r", "coalition_withdrawal")
SALMA = Annotator("a01", "salma")


@st.composite
def annotated(draw):
    """A text, and spans over whole words of it in every layer, some stance spans with holders."""
    text = draw(texts)
    words = [token for token in tokenize(text) if token.is_word]
    assume(words)
    document = Document(id="وثيقة", text=text, dct=draw(st.none() | st.dates()))
    edges = st.lists(st.integers(0, len(words) - 1), max_size=8, unique=True).map(sorted)

    def mentions():
        places = draw(edges)
        for first, last in zip(places[::2], places[1::2], strict=False):
            start, end = words[first].start, words[last].end
            yield {"start": start, "end": end, "text": text[start:end]}

    def disjoint(kind, labels, **more):
        spans, end = [], 0
        for mention in mentions():
            if mention["start"] >= end:
                label = draw(st.sampled_from(labels))
                extra = {key: draw(value) for key, value in more.items()}
                spans.append(kind(**mention, label=label, **extra))
                end = mention["end"]
        return tuple(spans)

    entities = disjoint(Entity, ["PER", "LOC", "ORG", "MISC"])
    anywhere = st.sampled_from(words).map(lambda w: Mention(start=w.start, end=w.end, text=w.text))
    named = [Mention(start=e.start, end=e.end, text=e.text) for e in entities]
    holders = anywhere | st.sampled_from(named) if named else anywhere
    return document, Annotation(
        document=document.id,
        text_sha256=document.sha256,
        agent="a01",
        guideline="1.0",
        dct=document.dct,
        entities=entities,
        dates=disjoint(DateSpan, ["DATE", "SET"]),
        stance=disjoint(
            StanceSpan,
            ["FAVOR", "NEUTRAL"],
            target=st.just("coalition_withdrawal"),
            holder=st.none() | holders,
        ),
    )


def wire_of(document, record, **changes):
    wire = to_wire(document, record, ROUND, SALMA)
    values = {name: getattr(wire, name) for name in WireDocument.__slots__}
    return WireDocument(**{**values, **changes})


@given(annotated())
def test_an_annotation_comes_back_as_it_was_sent(case):
    document, record = case
    wire = wire_of(document, record)
    reading = from_wire(wire, document, ROUND, SALMA, record.dates)
    assert (reading.snaps, reading.faults) == ((), ())
    back = reading.annotation
    for layer in ("entities", "dates", "stance"):
        assert getattr(back, layer) == getattr(record, layer)
    assert back.based_on == wire.meta["based_on"]


@given(annotated())
def test_offsets_on_the_wire_are_utf16(case):
    document, record = case
    raw = document.text.encode("utf-16-le")
    wire = wire_of(document, record)
    assert len(wire.spans) >= len(record.entities) + len(record.dates) + len(record.stance)
    for sent, span in zip(wire.spans, [*record.entities, *record.dates], strict=False):
        assert raw[2 * sent.start_utf16 : 2 * sent.end_utf16].decode("utf-16-le") == span.text


def test_a_holder_that_is_an_entity_is_tied_to_it_and_another_gets_a_span():
    wire = wire_of(DOCUMENT, annotation())
    assert "صاحب الموقف" not in [span.label for span in wire.spans]
    elsewhere = StanceSpan(
        start=0, end=5, text=TEXT[:5], label="FAVOR", target=ROUND.target,
        holder=Mention(start=6, end=13, text=TEXT[6:13]),
    )  # fmt: skip
    wire = wire_of(DOCUMENT, annotation(stance=(elsewhere,)))
    assert [span.label for span in wire.spans].count("صاحب الموقف") == 1


@given(texts, st.data())
def test_any_span_is_snapped_to_whole_words_or_to_none(text, data):
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = [token for token in tokenize(text) if token.is_word]
    touched = [word for word in words if word.start < end and start < word.end]
    expected = (touched[0].start, touched[-1].end) if touched else None
    snapper = Snapper(text)
    snapped = snapper.snap(start, end)
    assert snapped == expected
    if snapped:
        assert snapper.snap(*snapped) == snapped


def read(*spans, relations=(), text=TEXT):
    wire = wire_of(
        DOCUMENT,
        annotation(),
        text=text,
        spans=tuple(WireSpan(n, *span) for n, span in enumerate(spans)),
        relations=tuple(WireRelation(*r) for r in relations),
    )
    return from_wire(wire, DOCUMENT, ROUND, SALMA, ())


def test_edges_in_space_or_half_a_word_are_snapped_and_listed():
    start = TEXT.index("بغداد")
    utf16 = start + 1  # the emoji before it takes two units
    reading = read((utf16 - 1, utf16 + 3, "مكان"))
    assert [entity.text for entity in reading.annotation.entities] == ["بغداد"]
    assert reading.snaps[0].drawn == (start - 1, start + 3)
    assert reading.snaps[0].snapped == (start, start + 5)


EMOJI = TEXT.index("😀")


@pytest.mark.parametrize(
    ("spans", "relations", "cause"),
    [
        ([(0, 99999, "مكان")], [], "no character edge"),
        ([(EMOJI, EMOJI + 1, "مكان")], [], "no character edge"),
        ([(EMOJI, EMOJI + 2, "مكان")], [], "covers no word"),
        ([(0, 5, "سيارة")], [], "a label that the scheme does not have"),
        ([(0, 5, "مكان"), (0, 13, "شخص")], [], "overlaps «أكّدت»"),
        ([(0, 5, "مكان"), (0, 5, "مكان")], [], "overlaps"),
        ([(0, 5, "صاحب الموقف")], [], "holds no stance"),
        ([(0, 5, "مكان"), (6, 13, "شخص")], [(0, 1, "صاحبه")], "does not tie a stance"),
        (
            [(0, 5, "مؤيد"), (6, 13, "مكان"), (17, 25, "شخص")],
            [(0, 1, "صاحبه"), (0, 2, "صاحبه")],
            "has two holders",
        ),
    ],
)
def test_what_cannot_be_a_record_is_a_fault_with_its_place(spans, relations, cause):
    reading = read(*spans, relations=relations)
    assert reading.annotation is None
    assert len(reading.faults) == 1
    assert cause in reading.faults[0].cause
    assert reading.faults[0].place.startswith("a01/example")


def test_another_text_on_the_server_is_a_fault():
    reading = read((0, 5, "مكان"), text=TEXT + " ")
    assert "not the document's text" in reading.faults[0].cause


def test_the_id_on_the_server_is_one_for_text_round_and_annotator():
    other_text = Document(id=DOCUMENT.id, text=TEXT + ".")
    ids = {
        example_uuid(DOCUMENT, ROUND, SALMA),
        example_uuid(other_text, ROUND, SALMA),
        example_uuid(DOCUMENT, Round("s", ROUND.target), SALMA),
        example_uuid(DOCUMENT, ROUND, Annotator("a02", "salma")),
    }
    assert len(ids) == 4
    assert example_uuid(DOCUMENT, ROUND, SALMA) in ids
