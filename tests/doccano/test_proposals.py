"""Contested documents as Doccano values and back; with a real one in `test_adjudicator.py`."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.adjudication.settle import RULES, UNANIMOUS, settle
from pipeline.doccano.proposals import ADJUDICATOR, adjudication_round, from_proposals, to_proposals
from pipeline.doccano.wire import to_push_order
from pipeline.model import Document
from tests.doccano.test_exchange import annotated
from tests.examples import DOCUMENT, TEXT
from tests.people import date, person

KEPT = person("a01")
ORG = tuple(replace(e, label="ORG") if e.text == "بغداد" else e for e in KEPT.entities)


def laid_out(*people, show_authors=False, document=DOCUMENT):
    case = settle({p.agent: p for p in people}, UNANIMOUS)
    round_ = adjudication_round([case], "# الدليل", show_authors=show_authors)
    return case, round_, to_proposals(document, case, round_, show_authors=show_authors)


def marked(wire):
    raw = TEXT.encode("utf-16-le")
    return [
        (raw[2 * s.start_utf16 : 2 * s.end_utf16].decode("utf-16-le"), s.label)
        for s in wire.spans
        if "؟" in s.label
    ]


def read(wire, case, round_, earlier=()):
    return from_proposals(wire, DOCUMENT, case, round_, earlier)


def decide(wire, accept):
    """Accept the proposals that `accept` says, by their place; delete the others."""
    spans, gone = [], set()
    for span in wire.spans:
        name, mark, _ = span.label.partition("؟")
        if not mark or name == "صاحب الموقف":
            spans.append(span)
        elif accept(span):
            spans.append(replace(span, label=name))
        else:
            gone.add(span.id)
    relations = tuple(r for r in wire.relations if not {r.source, r.target} & gone)
    return replace(wire, spans=tuple(spans), relations=relations)


def test_every_proposal_is_drawn_with_a_question_mark_and_agreed_spans_without():
    case, _, wire = laid_out(KEPT, person("a02", entities=ORG))
    assert marked(wire) == [("بغداد", "مكان؟"), ("بغداد", "منظمة؟")]
    assert len(wire.spans) == len(case.agreed.entities) + 1 + 2 + 2 + 1


def test_authors_are_named_only_where_asked():
    people = (KEPT, person("a02", entities=ORG), person("a03"))
    _, round_, wire = laid_out(*people, show_authors=True)
    assert marked(wire) == [("بغداد", "مكان؟ a01+a03"), ("بغداد", "منظمة؟ a02")]
    assert "a01+a03" in wire.meta["proposals"]
    _, hidden, hidden_wire = laid_out(*people)
    shown = [hidden_wire.meta["proposals"], *(label for _, label in marked(hidden_wire))]
    shown += [label.name_ar for label in hidden.labels]
    assert "a0" not in "".join(shown)
    order = to_push_order(round_, ADJUDICATOR, [wire])
    known = {row["text"] for row in order["labels"]}
    assert {span.label for span in wire.spans} <= known
    assert len(known) == len(order["labels"])
    assert [row["key"] for row in order["labels"] if "؟" in row["text"]] == [None] * 2


def test_an_undecided_proposal_is_named_with_its_cure():
    case, round_, wire = laid_out(KEPT, person("a02", entities=ORG))
    reading = read(wire, case, round_)
    assert reading.annotation is None
    assert [fault.cause for fault in reading.faults] == ["a proposal that is not decided"] * 2
    assert "«بغداد»" in reading.faults[0].place
    assert "«مكان»" in reading.faults[0].cure


def test_what_is_accepted_is_the_record_and_what_is_deleted_is_gone():
    case, round_, wire = laid_out(KEPT, person("a02", entities=ORG))
    record = read(decide(wire, lambda s: s.label == "منظمة؟"), case, round_).annotation
    assert record.entities == ORG
    assert (record.agent, record.based_on) == ("adjudicated", KEPT.based_on)
    assert (record.dates, record.stance) == (KEPT.dates, KEPT.stance)


def test_accepting_two_that_overlap_is_a_fault():
    case, round_, wire = laid_out(KEPT, person("a02", entities=ORG))
    reading = read(decide(wire, lambda s: True), case, round_)
    assert "overlaps" in reading.faults[0].cause


def test_a_contested_holder_goes_with_its_stance_and_stays_with_it():
    case, round_, wire = laid_out(KEPT, person("a02", stance=(), entities=KEPT.entities[:2]))
    assert ("محمد السوداني", "صاحب الموقف؟") in marked(wire)
    gone = read(decide(wire, lambda s: False), case, round_).annotation
    assert (gone.stance, len(gone.entities)) == ((), 2)
    stays = read(decide(wire, lambda s: s.label == "مؤيد؟"), case, round_).annotation
    assert stays.stance == KEPT.stance, "though the entity that names its holder was rejected"
    assert len(stays.entities) == 2


def test_stances_that_differ_by_holder_are_told_apart_by_their_relations():
    other = tuple(replace(s, holder=None) for s in KEPT.stance[:1]) + KEPT.stance[1:]
    case, round_, wire = laid_out(KEPT, person("a02", stance=other))
    tied = {relation.source for relation in wire.relations}
    kept = read(decide(wire, lambda s: s.id in tied), case, round_).annotation
    assert kept.stance == KEPT.stance
    left = read(decide(wire, lambda s: s.id not in tied), case, round_).annotation
    assert left.stance == other


def test_a_date_takes_the_value_settled_or_given_in_the_record():
    friday = date("الجمعة", "2024-09-27", "a02")
    case, round_, wire = laid_out(KEPT, person("a02", dates=(friday,)))
    assert "«الجمعة» · DATE · 2024-09-27" in wire.meta["proposals"].splitlines()
    shorter = decide(
        wire,
        lambda s: s.start_utf16 > min(w.start_utf16 for w in wire.spans if w.label == "تاريخ؟"),
    )
    assert read(shorter, case, round_).annotation.dates == (friday,)
    given = replace(friday, value="2024-09-20", value_by="adjudicated")
    assert read(shorter, case, round_, [given]).annotation.dates == (given,)


def test_the_documents_id_is_that_of_its_case():
    one = laid_out(KEPT, person("a02", entities=ORG))[2]
    assert one.uuid == laid_out(KEPT, person("a02", entities=ORG), show_authors=True)[2].uuid
    assert one.uuid != laid_out(KEPT, person("a02", entities=ORG[:2]))[2].uuid


@given(annotated(), st.sampled_from(RULES))
def test_any_text_survives_accepting_all_of_one_annotator(pair, rule):
    """One annotator drew what is there, the other nothing: the first is taken as a whole."""
    document, record = pair
    record = replace(record, stance=tuple(s for s in record.stance))
    nothing = replace(record, agent="a02", entities=(), dates=(), stance=())
    case = settle({"a01": record, "a02": nothing}, rule)
    round_ = adjudication_round([case], "", show_authors=False)
    wire = to_proposals(document, case, round_, show_authors=False)
    reading = from_proposals(decide(wire, lambda s: True), document, case, round_, [])
    assert reading.faults == ()
    for layer in ("entities", "dates", "stance"):
        assert getattr(reading.annotation, layer) == getattr(record, layer)
    assert Document(id=document.id, text=wire.text).sha256 == document.sha256
