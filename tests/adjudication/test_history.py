"""The story of each span, from simulated annotators' records."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.adjudication.history import trace
from pipeline.model import Entity
from tests.examples import annotation, mention
from tests.people import date, entity, person

MACHINE = annotation()
BOTH = {"a01": MACHINE, "a02": MACHINE}


def story(stories, words):
    start = mention(words)["start"]
    events = next(s.events for s in stories if s.start <= start < s.end and s.layer == "entities")
    return [(e.agent, e.action, e.span.label, e.changed or e.authors) for e in events]


def people(first, second):
    return {
        "a01": person("a01", entities=first),
        "a02": person("a02", entities=second),
    }


def test_each_agent_is_told_by_what_it_did():
    kept = person("a01").entities
    label = (kept[0], entity("بغداد", "ORG"), kept[2])
    fewer = (kept[0], entity("القوات", "ORG"))
    final = replace(person("adjudicated"), entities=(*label[:2],))
    stories = trace(people(label, fewer), BOTH, final)
    assert story(stories, "العراقية") == [
        ("machine", "proposed", "MISC", ()),
        ("a01", "kept", "MISC", ()),
        ("a02", "kept", "MISC", ()),
        ("adjudicated", "chose", "MISC", ("a01", "a02", "machine")),
    ]
    assert story(stories, "بغداد") == [
        ("machine", "proposed", "LOC", ()),
        ("a01", "changed", "ORG", ("label",)),
        ("a02", "removed", "LOC", ()),
        ("adjudicated", "chose", "ORG", ("a01",)),
    ]
    assert story(stories, "القوات") == [
        ("a02", "added", "ORG", ()),
        ("adjudicated", "left out", "ORG", ("a02",)),
    ]
    assert story(stories, "محمد") == [
        ("machine", "proposed", "PER", ()),
        ("a01", "kept", "PER", ()),
        ("a02", "removed", "PER", ()),
        ("adjudicated", "left out", "PER", ("a01", "machine")),
    ]


def test_a_span_that_only_the_adjudicator_drew_is_said_to_be():
    final = replace(person("adjudicated"), entities=(entity("القوات", "ORG"),))
    stories = trace({"a01": person("a01", entities=())}, {"a01": MACHINE}, final)
    assert story(stories, "القوات") == [("adjudicated", "drew", "ORG", ())]


def test_moved_edges_values_and_holders_are_changes():
    record = person(
        "a01",
        entities=(entity("محمد", "PER"),),
        dates=(date("يوم الجمعة", "2024-09-20", "a01"),),
        stance=tuple(replace(s, holder=None) for s in person("a01").stance),
    )
    changed = {
        (s.layer, event.changed)
        for s in trace({"a01": record}, {"a01": MACHINE}, None)
        for event in s.events
        if event.action == "changed"
    }
    assert changed == {
        ("entities", ("edges",)),
        ("dates", ("value",)),
        ("stance", ("holder",)),
    }


def test_without_a_machines_record_all_is_added():
    stories = trace({"a01": person("a01")}, {}, None)
    assert {event.action for s in stories for event in s.events} == {"added"}


def test_each_is_compared_with_the_record_they_started_from():
    newer = annotation(entities=(Entity(**mention("محمد"), label="PER"),))
    stories = trace(
        {"a01": person("a01"), "a02": person("a02", entities=newer.entities)},
        {"a01": MACHINE, "a02": newer},
        None,
    )
    assert story(stories, "محمد") == [
        ("machine", "proposed", "PER", ()),
        ("machine", "proposed", "PER", ()),
        ("a01", "kept", "PER", ()),
        ("a02", "kept", "PER", ()),
    ]


choices = st.lists(
    st.tuples(
        st.sampled_from(["العراقية", "بغداد", "محمد السوداني", "محمد", "القوات"]),
        st.sampled_from(["PER", "ORG"]),
    ),
    max_size=5,
    unique_by=lambda one: one[0],
).map(lambda drawn: tuple(sorted((entity(*one) for one in drawn), key=lambda e: e.start)))


@given(choices, choices, choices)
def test_every_span_of_every_agent_is_told_once(machine, first, final):
    machine, first, final = (
        tuple(s for s in side if s.text != "محمد" or len(side) < 2)
        for side in (machine, first, final)
    )
    stories = trace(
        {"a01": person("a01", entities=first, dates=(), stance=())},
        {"a01": annotation(entities=machine, dates=(), stance=())},
        replace(person("adjudicated"), entities=final, dates=(), stance=()),
    )
    events = [event for s in stories for event in s.events]

    def told(*actions):
        return sorted((e.span.start, e.span.end) for e in events if e.action in actions)

    def edges(spans):
        return sorted((s.start, s.end) for s in spans)

    assert told("proposed") == edges(machine)
    assert told("kept", "changed", "added") == edges(first)
    assert told("chose", "drew") == edges(final)
    before = [e.before or e.span for e in events if e.action in ("kept", "changed", "removed")]
    assert len(before) == len(machine)
    assert edges(e.span for e in events if e.action == "proposed") == edges(machine)
