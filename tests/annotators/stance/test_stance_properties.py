"""What holds for every stance: marks, names, agreement and quotes change nothing but offsets."""

import random
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.annotators.stance import annotate_stance
from pipeline.model import Document, Entity
from pipeline.tokens import tokenize
from tests.annotators.stance.reading import TARGET, annotate
from tests.strategies import TASHKEEL, texts

SEEDS = Path(__file__).parents[3] / "seeds"
OPPOSITE = {"FAVOR": "AGAINST", "AGAINST": "FAVOR"}
WORDS = [
    "قال",
    "دعت",
    "يرفض",
    "لا",
    "لن",
    "أكد",
    "أن",
    "إن",
    "بحسب",
    "وفقا",
    "وأضاف",
    "طالب",
    "بإنهاء",
    "مهمة",
    "التحالف",
    "انسحاب",
    "القوات",
    "الأجنبية",
    "بقاء",
    "استمرار",
    "وجود",
    "خطأ",
    "ضروري",
    "يجب",
    "على",
    "إلى",
    "من",
    "إذا",
    "بشرط",
    "بغداد",
    "الحكومة",
    "بيان",
    "«",
    "»",
    "“",
    "”",
    "(",
    ")",
    ":",
    "،",
    ".",
    '"',
    "\n",
]


# Of the seeds, cut anywhere: a decision, a title or a verb may be the last word there is.
NEWS = [word for path in sorted(SEEDS.glob("*.txt")) for word in path.read_text("utf-8").split()]
LABELS = ("PER", "LOC", "ORG", "MISC")


@st.composite
def cuttings(draw):
    """A stretch of real news with entities anywhere, as a model of random weights gives them."""
    first = draw(st.integers(0, len(NEWS) - 1))
    words = NEWS[first : first + draw(st.integers(1, 30))]
    entities, start = [], 0
    for word in words:
        if draw(st.integers(0, 2)) == 0:
            label = draw(st.sampled_from(LABELS))
            entities.append(Entity(start=start, end=start + len(word), text=word, label=label))
        start += len(word) + 1
    return " ".join(words), entities


def shown(spans):
    return [(span.label, span.cue, span.rule, span.holder.text, span.text) for span in spans]


# A sentence with a place for its holder (by gender and number) and the label it must have.
SENTENCES = [
    ("{دعا} {X} إلى انسحاب قوات التحالف من العراق.", "FAVOR"),
    ("{رفض} {X} بقاء القوات الأجنبية في البلاد.", "FAVOR"),
    ("{حذر} {X} من انسحاب القوات الأمريكية.", "AGAINST"),
    ("{رحب} {X} بإنهاء مهمة التحالف الدولي.", "FAVOR"),
    ("{قال} {X} إن خروج القوات الأجنبية ضروري.", "FAVOR"),
    ('{قال} {X}: "سحب القوات خطأ كبير".', "AGAINST"),
    ("{أيد} {X} انسحاب القوات بشرط تسليح الجيش.", "NEUTRAL"),
]
AGREEMENT = {
    "دعا": ("دعا", "دعت"),
    "رفض": ("رفض", "رفضت"),
    "حذر": ("حذر", "حذرت"),
    "رحب": ("رحب", "رحبت"),
    "قال": ("قال", "قالت"),
    "أيد": ("أيد", "أيدت"),
}
HOLDERS = [("الوزير", 0), ("الوزيرة", 1), ("الوزراء", 0), ("النائبات", 1), ("مسؤولون عراقيون", 0)]
NAMES = [("كريم الدليمي", 0), ("سعاد مهدي", 1), ("John Smith", 0)]


def fill(pattern, holder, gender):
    verb = pattern[1 : pattern.index("}")]
    return pattern.replace(f"{{{verb}}}", AGREEMENT[verb][gender]).replace("{X}", holder)


@pytest.mark.parametrize(("pattern", "label"), SENTENCES)
@pytest.mark.parametrize(("holder", "gender"), HOLDERS + NAMES)
def test_another_holder_changes_nothing_but_the_holder(pattern, label, holder, gender):
    name = holder if (holder, gender) in NAMES else None
    (span,) = annotate(fill(pattern, holder, gender), name)
    assert (span.label, span.holder.text) == (label, holder)
    (plain,) = annotate(fill(pattern, "الوزير", 0))
    assert (span.cue, span.rule) == (plain.cue, plain.rule)
    assert span.text.replace(holder, "").split()[1:] == plain.text.replace("الوزير", "").split()[1:]


@pytest.mark.parametrize("marks", ["«»", "“”", '""', "„”", "«"])
def test_quotation_marks_change_nothing_but_offsets(marks):
    text = "وقال الوزير: {}سحب القوات الأجنبية خطأ كبير{}"
    opening, closing = marks[0], marks[1:]
    (span,) = annotate(text.format(opening, closing))
    assert span.text == "سحب القوات الأجنبية خطأ كبير"
    assert (span.label, span.holder.text) == ("AGAINST", "الوزير")


@pytest.mark.parametrize(("pattern", "label"), SENTENCES)
@given(seed=st.integers())
@settings(max_examples=20)
def test_tashkeel_changes_nothing_but_offsets(pattern, label, seed):
    plain = fill(pattern, "الوزير", 0)
    draw = random.Random(seed)
    marked = "".join(c + (draw.choice(["", *TASHKEEL]) if c.isalpha() else "") for c in plain)
    bare = [
        tuple("".join(c for c in part if unicodedata.category(c) != "Mn") for part in row)
        for row in shown(annotate(marked))
    ]
    assert bare == shown(annotate(plain))


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("بغداد تؤيد انسحاب القوات الأجنبية.", "بغداد لا تؤيد انسحاب القوات الأجنبية."),
        ("بغداد ترفض انسحاب القوات الأجنبية.", "بغداد لا ترفض انسحاب القوات الأجنبية."),
        ("دعا الوزير إلى إخراج القوات.", "لم يدع الوزير إلى إخراج القوات."),
        ("رحب الوزير بانسحاب القوات.", "لم يرحب الوزير بانسحاب القوات."),
        ("قال الوزير إن بقاء القوات ضروري.", "قال الوزير إن بقاء القوات غير ضروري."),
        ("قال الوزير إن القوات ستنسحب.", "قال الوزير إن القوات لن تنسحب."),
        ("واشنطن تنوي سحب قواتها.", "واشنطن لا تنوي سحب قواتها."),
        ("قال الوزير إن بقاء القوات خطأ.", "قال الوزير إن بقاء القوات ليس خطأ."),
    ],
)
def test_negating_the_cue_flips_or_removes_the_label(said, denied):
    (before,) = annotate(said)
    after = annotate(denied)
    assert [span.label for span in after] in ([], [OPPOSITE[before.label]])


@given(st.one_of(texts, st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)))
def test_any_text_gives_sound_spans(text):
    spans = annotate(text)
    starts = {token.start for token in tokenize(text) if token.is_word}
    ends = {token.end for token in tokenize(text) if token.is_word}
    for span in spans:
        for mention in (span, span.holder):
            assert mention.text == text[mention.start : mention.end]
            assert mention.start in starts
            assert mention.end in ends
        assert span.label in ("FAVOR", "AGAINST", "NEUTRAL")
        assert span.cue
        assert span.rule
        assert TARGET.lowest_score <= span.score <= 1
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(cuttings())
def test_news_cut_anywhere_is_read(cutting):
    text, entities = cutting
    for span in annotate_stance(Document(id="d", text=text), entities, TARGET):
        assert span.text == text[span.start : span.end]


def test_a_decision_may_be_the_last_word():
    assert annotate("تؤكد الحكومة التزامها بحماية المستشارين الدوليين في العراق بدعوة") == ()


def test_speech_goes_on_over_sentences_and_paragraphs():
    text = (
        "قال كريم الدليمي: «المباحثات طويلة. انسحاب القوات الأجنبية ضروري».\n"
        "وأضاف أن بقاء القوات الأجنبية خطأ."
    )
    spans = annotate(text, "كريم الدليمي")
    assert [(s.label, s.holder.text) for s in spans] == [("FAVOR", "كريم الدليمي")] * 2


def test_plain_facts_and_procedure_are_no_stance():
    for text in (
        "بدأت المفاوضات بين بغداد وواشنطن بشأن انسحاب القوات الأمريكية.",
        "ينتشر نحو 2500 جندي أمريكي في العراق ضمن التحالف الدولي.",
        "قال المتحدث إن اللجنة ستجتمع لبحث جدول انسحاب القوات.",
    ):
        assert annotate(text) == ()


@pytest.mark.parametrize(
    ("position", "label"),
    [
        ("البلاد بحاجة إلى القوات الأميركية", "AGAINST"),
        ("البلاد بحاجة إلى القوات العراقية", None),
        ('رحيل القوات الأميركية "خطأ كبير"', "AGAINST"),
        ("موقف حكومته هو إنهاء مهمة التحالف الدولي", "FAVOR"),
        ("القوات الأميركية التي ستبقى عامين كثيرة العدد", None),
    ],
)
def test_what_is_said_in_speech_is_a_position_or_none(position, label):
    spans = annotate(f"قال كريم الدليمي إن {position}.", "كريم الدليمي")
    assert [(s.label, s.text) for s in spans] == ([(label, position.rstrip('"'))] if label else [])


def test_a_timetable_and_fulfilment_are_the_targets_where_it_was_named():
    text = "رحبت بغداد بانسحاب القوات الأجنبية. ودعا كريم الدليمي إلى {}."
    for demand in ("جدول زمني معلن", "تنفيذه فوراً"):
        assert [s.label for s in annotate(text.format(demand), "كريم الدليمي")] == ["FAVOR"] * 2
    assert annotate("دعا كريم الدليمي إلى جدول زمني معلن.", "كريم الدليمي") == ()


def test_a_participle_tells_of_who_acted_not_of_whom_it_is_put_to():
    text = "رفض كريم الدليمي بقاء القوات الأجنبية، مطالباً الحكومة بإخراج القوات الأجنبية."
    assert {s.holder.text for s in annotate(text, "كريم الدليمي")} == {"كريم الدليمي"}


def test_holders_go_on_to_what_belongs_to_them():
    text = "طالبت فصائل شيعية متحالفة مع إيران بإخراج القوات الأجنبية."
    (span,) = annotate(text)
    assert span.holder.text == "فصائل شيعية متحالفة مع إيران"


def test_below_the_lowest_score_nothing_is_offered():
    text = "دعا الوزير إلى انسحاب قوات التحالف."
    (span,) = annotate(text)
    for lowest, count in ((span.score, 1), (span.score + 0.01, 0)):
        target = replace(TARGET, lowest_score=lowest)
        assert len(annotate_stance(Document(id="d", text=text), (), target)) == count


@pytest.mark.parametrize("flood", ["«", '"', "(", "قال ", "قال «", "رفض ", "انسحاب القوات ", "و"])
def test_a_flood_is_read(flood):
    annotate(flood * 2_000)
