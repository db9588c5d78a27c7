"""What a rule accepts of simulated annotators' records, and what it leaves to a person."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adjudication.settle import MAJORITY, RULES, UNANIMOUS, settle, with_values
from pipeline.records import annotation_digest, check_annotation
from tests.examples import DOCUMENT, annotation
from tests.people import date, entity, person

THREE = person("a01").entities
BAGHDAD_ORG = tuple(replace(e, label="ORG") if e.text == "بغداد" else e for e in THREE)


def records(*people):
    return {record.agent: record for record in people}


def contested(case):
    return [(p.span.text, p.span.label, p.authors) for p in case.contested]


def test_what_all_drew_is_accepted_without_what_the_machine_knew():
    case = settle(records(person("a01"), person("a02")), UNANIMOUS)
    assert (case.contested, case.open_values) == ((), ())
    assert case.agreed == person("adjudicated", confirmed_at=None)
    assert case.agreed.based_on == annotation_digest(annotation())


def test_unanimous_leaves_what_one_missed():
    case = settle(records(person("a01"), person("a02", entities=THREE[:2])), UNANIMOUS)
    assert contested(case) == [("محمد السوداني", "PER", ("a01",))]
    assert case.agreed.entities == THREE[:2]


def test_majority_takes_more_than_half_and_no_less():
    two = records(person("a01"), person("a02", entities=BAGHDAD_ORG))
    assert contested(settle(two, MAJORITY)) == contested(settle(two, UNANIMOUS))
    three = two | records(person("a03", entities=BAGHDAD_ORG))
    case = settle(three, MAJORITY)
    assert ("بغداد", "ORG") in [(e.text, e.label) for e in case.agreed.entities]
    assert case.contested == (), "who said LOC is outvoted"
    four = three | records(person("a04"))
    assert len(settle(four, MAJORITY).contested) == 2, "two of four is not more than half"


def test_what_most_missed_is_contested_and_not_outvoted():
    fewer = (person(agent, entities=THREE[:2]) for agent in ("a02", "a03"))
    case = settle(records(person("a01"), *fewer), MAJORITY)
    assert contested(case) == [("محمد السوداني", "PER", ("a01",))]


def test_stances_of_other_holders_are_other_proposals():
    none = tuple(replace(s, holder=None) for s in person("a02").stance)
    case = settle(records(person("a01"), person("a02", stance=none)), UNANIMOUS)
    assert len(case.contested) == 4
    assert case.agreed.stance == ()


@pytest.mark.parametrize(
    ("values", "rule", "settled", "left_open"),
    [
        (["2024-09-27", "2024-09-27"], UNANIMOUS, "2024-09-27", []),
        (["2024-09-27", None], UNANIMOUS, "2024-09-27", []),
        ([None, None], UNANIMOUS, None, []),
        (["2024-09-27", "2024-09-20"], UNANIMOUS, None, ["2024-09-20", "2024-09-27"]),
        (["2024-09-27", "2024-09-20"], MAJORITY, None, ["2024-09-20", "2024-09-27"]),
        (["2024-09-27", "2024-09-20", "2024-09-20"], MAJORITY, "2024-09-20", []),
        (["2024-09-27", "2024-09-20", None], MAJORITY, None, ["2024-09-20", "2024-09-27"]),
    ],
)
def test_normal_forms_are_settled_among_those_who_gave_one(values, rule, settled, left_open):
    people = [
        person(
            f"a{number:02}",
            dates=(date("يوم الجمعة", value, f"a{number:02}" if value else None),),
        )
        for number, value in enumerate(values, 1)
    ]
    case = settle(records(*people), rule)
    assert [moment.value for moment in case.agreed.dates] == [settled]
    assert [list(given) for _, given in case.open_values] == ([left_open] if left_open else [])


def test_a_form_given_later_takes_its_place():
    other = date("يوم الجمعة", "2024-09-20", "a02")
    case = settle(records(person("a01"), person("a02", dates=(other,))), UNANIMOUS)
    given = replace(other, value_by="adjudicated")
    assert with_values(case.agreed, [given]).dates == (given,)
    assert with_values(case.agreed, [date("الجمعة", "2024-09-20", "adjudicated")]) == case.agreed


def test_people_who_started_from_other_records_share_no_origin():
    other = replace(person("a02"), based_on="0" * 16)
    assert settle(records(person("a01"), other), UNANIMOUS).agreed.based_on is None


WORDS = ["العراقية", "بغداد", "محمد السوداني", "محمد", "القوات"]
layers = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(["PER", "LOC"])), max_size=4
).map(lambda drawn: disjoint(entity(*one) for one in drawn))


def disjoint(spans):
    kept = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


@given(st.lists(layers, min_size=2, max_size=4), st.sampled_from(RULES))
def test_every_span_is_accepted_contested_or_outvoted_by_one_it_overlaps(drawn, rule):
    people = records(*(person(f"a{n:02}", entities=own) for n, own in enumerate(drawn, 1)))
    case = settle(people, rule)
    proposed = {(e.start, e.end, e.label) for own in drawn for e in own}
    accepted = [(e.start, e.end, e.label) for e in case.agreed.entities]
    left = [(p.span.start, p.span.end, p.span.label) for p in case.contested]
    outvoted = proposed - {*accepted, *left}
    assert sorted(accepted + left) == sorted(proposed - outvoted)
    for start, end, _ in outvoted:
        assert rule == MAJORITY
        assert any(start < b and a < end for a, b, _ in accepted)
    for start, end, _ in left:
        assert not any(start < b and a < end for a, b, _ in accepted)
    assert check_annotation(case.agreed, DOCUMENT) == [], "no two accepted spans overlap"


@given(st.lists(layers, min_size=2, max_size=3), st.sampled_from(RULES))
def test_the_order_of_annotators_changes_nothing(drawn, rule):
    people = [person(f"a{n:02}", entities=own) for n, own in enumerate(drawn, 1)]
    cases = [settle(records(*order), rule) for order in permutations(people)]
    assert all(case == cases[0] for case in cases)
    assert {case.digest for case in cases} == {cases[0].digest}


def test_the_digest_names_what_is_settled_and_by_whom():
    one = settle(records(person("a01"), person("a02", entities=THREE[:2])), UNANIMOUS)
    same = settle(
        records(person("a01"), person("a02", entities=THREE[:2], confirmed_at=None)), UNANIMOUS
    )
    other = settle(records(person("a01", entities=THREE[:2]), person("a02")), UNANIMOUS)
    assert one.digest == same.digest
    assert one.digest != other.digest
