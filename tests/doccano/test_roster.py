"""Names and pseudonyms: read, joined, restored, refused."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.doccano.roster import (
    Person,
    Roster,
    founded,
    merged,
    parse_roster,
    read_roster,
    render_roster,
    write_roster,
)
from pipeline.errors import RequestError

SALMA, OMAR = Person("a01", "سلمى"), Person("a02", "omar")
accounts = st.sampled_from(["سلمى", "عمر", "omar", "ليلى_2", "h.ali", "نور@بغداد", "x-y+z"])


def test_names_join_under_the_next_pseudonym_and_only_once():
    roster = Roster().joined(["سلمى", "omar", "سلمى"], [])
    assert roster.people == (SALMA, OMAR)
    assert roster.joined(["omar", "ليلى"], []).people == (SALMA, OMAR, Person("a03", "ليلى"))


def test_a_pseudonym_of_records_that_are_kept_is_nobody_elses():
    assert Roster().joined(["omar"], ["a01", "a07"]).people == (Person("a08", "omar"),)
    assert founded(["a01"]).people == (Person("a02", "a02"),)
    assert founded([]).people == (Person("a01", "a01"),)


@given(st.lists(accounts, unique=True), st.sets(st.integers(0, 6)), st.none() | st.integers(1, 3))
def test_what_is_written_is_read_back(names, left, overlap):
    joined = Roster().joined(names, []).people
    people = [Person(p.pseudonym, p.name, n in left) for n, p in enumerate(joined)]
    roster = Roster(tuple(people), overlap)
    assert parse_roster(render_roster(roster), "here") == roster
    assert [p.pseudonym for p in roster.active] == [p.pseudonym for p in people if not p.left]


def test_the_file_is_its_owners(tmp_path):
    assert read_roster(tmp_path) is None
    write_roster(tmp_path, Roster((SALMA,)))
    assert read_roster(tmp_path) == Roster((SALMA,))
    assert stat.S_IMODE((tmp_path / "annotators.toml").stat().st_mode) == 0o600


def test_a_name_in_presentation_forms_is_the_same_account():
    assert Roster((SALMA,)).joined(["ﺳﻠﻤﻰ"], []).people == (SALMA,)


@given(st.lists(accounts, unique=True, min_size=1), st.data())
def test_restored_people_keep_their_pseudonyms_and_later_ones_stay_known(names, data):
    later = Roster().joined(names, [])
    size = data.draw(st.integers(0, len(names)))
    assert merged(Roster(later.people[:size]), later).people == later.people


def test_a_restored_roster_goes_before_one_made_anew():
    assert merged(Roster((SALMA, OMAR), 2), founded([])) == Roster((SALMA, OMAR), 2)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('[a01]\nname = "a b"', "cannot be an account"),
        ('[a01]\nname = ".x"', "cannot be an account"),
        ('[a01]\nname = "../x"', "cannot be an account"),
        (f'[a01]\nname = "{"س" * 31}"', "cannot be an account"),
        ('[a01]\nname = "Admin"', "account of the server's own"),
        ('[a01]\nname = "a02"', "the name 'a02' is a pseudonym"),
        ('[a01]\nname = "x"\n[a02]\nname = "X"', "is there twice"),
        ('[salma]\nname = "x"', "'salma' is no pseudonym"),
        ("[a01]\nname = 3", "cannot read 'a01'"),
        ('[a01]\nname = "x"\nleft = "no"', "cannot read 'a01'"),
        ('[a01]\nname = "x"\nage = 3', "cannot read 'a01'"),
        ("a01 = 3", "cannot read 'a01'"),
        ("overlap = 0", "overlap 0 is no such number"),
        ("overlap = true", "overlap True is no such number"),
        ("[a01", "is no TOML"),
    ],
)
def test_what_a_roster_cannot_say_is_refused_with_its_place(text, cause):
    with pytest.raises(RequestError, match=f"^annotators.toml: .*{cause}"):
        parse_roster(text, "annotators.toml")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "annotators.toml").write_bytes('[a01]\nname = "سلمى"'.encode("cp1256"))
    with pytest.raises(RequestError, match="is not UTF-8"):
        read_roster(tmp_path)
