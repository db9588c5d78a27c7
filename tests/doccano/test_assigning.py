"""The rule of who annotates what: balanced, stable, nothing ever taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.doccano.assigning import assign
from pipeline.errors import RequestError

NAMES = [f"خبر-{number}" for number in range(40)]
PEOPLE = [f"a{number:02}" for number in range(1, 7)]
teams = st.integers(2, 6).map(lambda size: PEOPLE[:size])
corpora = st.lists(st.sampled_from(NAMES), unique=True)


def spread(given_, people):
    sizes = [len(given_[person]) for person in people]
    return max(sizes) - min(sizes)


def people_of(document, given_):
    return {person for person, theirs in given_.items() if document in theirs}


@given(corpora, teams, st.data())
def test_each_document_has_its_people_and_nobody_two_more_than_another(documents, people, data):
    overlap = data.draw(st.integers(1, len(people)))
    shared = assign(documents, people, {}, overlap)
    assert all(len(people_of(document, shared)) == overlap for document in documents)
    assert spread(shared, people) <= 1


@given(corpora, teams)
def test_without_an_overlap_everybody_has_all(documents, people):
    assert assign(documents, people, {}, None) == dict.fromkeys(people, tuple(documents))


@given(corpora, teams, st.data())
def test_documents_and_people_join_and_nothing_moves(documents, people, data):
    overlap = data.draw(st.integers(1, len(people)))
    begun = data.draw(st.integers(0, len(documents)))
    before = assign(documents[:begun], people, {}, overlap)
    grown = assign(documents, people, before, overlap)
    assert all(set(before[person]) <= set(grown[person]) for person in people)
    assert spread(grown, people) <= 1, "in two steps it is as balanced as in one"
    joined = data.draw(teams.filter(lambda team: len(team) >= len(people)))
    after = assign([*documents, "جديد"], joined, grown, overlap)
    assert all(set(grown[person]) <= set(after[person]) for person in people)
    assert all(len(people_of(document, after)) == overlap for document in documents)
    # The new document goes to those who have the fewest: the newcomers, as far as there are any.
    fewest = sorted(len(grown.get(person, ())) for person in joined)[:overlap]
    got = sorted(len(grown.get(person, ())) for person in people_of("جديد", after))
    assert got == fewest


@given(corpora, teams, st.data())
def test_who_leaves_keeps_their_work_and_the_rest_goes_to_others(documents, people, data):
    overlap = data.draw(st.integers(1, len(people) - 1))
    before = assign(documents, people, {}, overlap)
    gone, *stay = data.draw(st.permutations(people))
    done = set(before[gone][: len(before[gone]) // 2])
    after = assign(documents, stay, {**before, gone: done}, overlap)
    assert gone not in after
    for document in documents:
        assert len(people_of(document, after)) == overlap - (document in done)
    assert all(set(before[person]) <= set(after[person]) for person in stay)


@given(corpora, teams, st.randoms())
def test_the_order_of_people_and_of_what_they_hold_decides_nothing(documents, people, chance):
    shuffled = chance.sample(people, len(people))
    assert assign(documents, people, {}, 2) == assign(documents, shuffled, {}, 2)


def test_every_two_of_a_team_come_to_share_documents():
    shared = assign(NAMES, PEOPLE[:4], {}, 2)
    pairs = {frozenset(people_of(document, shared)) for document in NAMES}
    assert len(pairs) == 6


def test_more_people_a_document_than_there_are_is_refused():
    with pytest.raises(RequestError, match="go to 3 people, and 2 annotate"):
        assign(["خبر"], PEOPLE[:2], {}, 3)
