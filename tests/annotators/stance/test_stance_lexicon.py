"""The lexicon and its patterns: every entry has a class and an example that shows it."""

import pytest

from pipeline.annotators.stance.lexicon import read_entries, read_word
from pipeline.annotators.stance.morphology import verb_forms, verbal_forms
from pipeline.arabic.script import fold

TABLES = read_entries()
ENTRIES = [(name, entry) for name, entries in TABLES["cues"].items() for entry in entries]


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=lambda value: str(value)[:60])
def test_an_example_shows_its_cue(name, entry):
    assert name in TABLES["class"]
    found = {
        sense.cue.name
        for word in entry["example"].split()
        for sense in read_word(fold(word.strip(":"))).senses
    }
    assert name in found


def test_every_class_is_used_and_every_role_known():
    assert {name for name, _ in ENTRIES} == set(TABLES["class"])
    assert all(words for words in TABLES["roles"].values())


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("وأكّدت", "أكد"),
        ("ويؤكدون", "أكد"),
        ("سيطالبون", "طالب"),
        ("فدعت", "دعا"),
        ("دعوا", "دعا"),
        ("ينفون", "نفى"),
        ("تـــرفض", "رفض"),
        ("بمطالبة", "طالب"),
        ("تأييدهم", "أيد"),
        ("رافضين", "رفض"),
    ],
)
def test_agreement_and_clitics_lead_to_the_stem(word, lemma):
    assert lemma in {sense.cue.lemma for sense in read_word(fold(word)).senses}


@pytest.mark.parametrize(
    ("noun", "verbs"),
    [
        ("انسحاب", {"انسحب", "تنسحب", "ينسحبون"}),
        ("إخراج", {"اخرج", "يخرج"}),
        ("استمرار", {"استمر", "تستمر"}),
        ("تمديد", {"مدد", "تمدد"}),
        ("مغادرة", {"غادر", "تغادر"}),
        ("انتهاء", {"انتهي", "تنتهي"}),
        ("رحيل", {"رحل", "ترحل"}),
    ],
)
def test_a_verbal_noun_gives_its_verb(noun, verbs):
    assert verbs <= {form.key for form in verbal_forms(noun)}


def test_a_weak_past_loses_its_last_letter():
    assert {"نفت", "نفوا", "ينفي"} <= {form.key for form in verb_forms("نفى", "ينفي")}
