"""The lexicon's own soundness: every entry is found by the word it names."""

import tomllib
from importlib.resources import files

import pytest

from pipeline.annotators import dates
from pipeline.annotators.dates.lexemes import read_lexemes
from pipeline.annotators.dates.lexicon import load_lexicon

TABLE = tomllib.loads(files(dates).joinpath("lexicon.toml").read_text(encoding="utf-8"))
META = ("locales", "written_with_madda", "future_nouns")


def entries() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for section, content in TABLE.items():
        if section in META:
            continue
        for words in content.values():
            lists = words.values() if isinstance(words, dict) else [words]
            found += [(section, word) for group in lists for word in group]
    return found


@pytest.mark.parametrize("section", [s for s in TABLE if s not in META])
def test_every_word_of_a_section_plays_its_role(section: str) -> None:
    for name, word in entries():
        if name != section:
            continue
        first = read_lexemes(word)[0]
        roles = {role.partition("_")[0] for role in first.senses} | set(first.senses)
        assert section in roles, word


def test_months_come_from_cldr_and_hijridate() -> None:
    words = load_lexicon().words
    for name, month in (("يناير", 1), ("شباط", 2), ("غشت", 8), ("جويليه", 7), ("شتمبر", 9)):
        assert words[name]["month"] == month
    assert words["رمضان"]["hijri"] == 9


def test_no_entry_is_written_twice_in_a_list() -> None:
    for section, content in TABLE.items():
        if section in META:
            continue
        for words in content.values():
            for group in words.values() if isinstance(words, dict) else [words]:
                assert len(group) == len(set(group)), (section, group)


@pytest.mark.parametrize("roman", ["MO", "EV"])
def test_parts_of_day_have_a_noun_and_an_adverb(roman: str) -> None:
    assert TABLE["part"][roman]
    assert TABLE["adverb"][roman]
