from itertools import pairwise

import pytest
from camel_tools.tokenizers.word import simple_word_tokenize
from hypothesis import example, given

from pipeline.corpus import read_corpus
from pipeline.tokens import split_sentences, tokenize
from tests.strategies import BREAKS, EMOJI, texts


def words(text):
    return [token.text for token in tokenize(text)]


def sentences(text):
    return [text[s.start : s.end] for s in split_sentences(text, tokenize(text))]


@given(texts)
@example("\u200f.\u200f a\u200f\n\u200f")
@example("1\u200d" * 100)
def test_tokens_cover_all_that_is_not_space_in_order(text):
    tokens = tokenize(text)
    for token in tokens:
        assert text[token.start : token.end] == token.text
        assert not any(map(str.isspace, token.text))
    for before, after in pairwise(tokens):
        assert before.end <= after.start
    covered = {place for token in tokens for place in range(token.start, token.end)}
    assert covered == {place for place, c in enumerate(text) if not c.isspace()}


@given(
    texts.filter(
        lambda t: (
            not any(
                c in t
                for c in "@#:w\u061c\u200e\u200f\u2066\u2067\u2068"
                "\u2069\u202a\u202b\u202c\u202d\u202e\ufeff"
            )
        )
    )
)
def test_without_links_and_invisible_marks_tokens_are_those_of_camel_tools(text):
    assert words(text) == simple_word_tokenize(text)


@given(texts)
def test_a_token_that_is_a_word_has_a_letter_or_a_digit(text):
    for token in tokenize(text):
        assert not token.is_word or any(map(str.isalnum, token.text))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("انظر https://t.co/aB1?x=2.", "https://t.co/aB1?x=2"),
        ("(www.x.com/y)", "www.x.com/y"),
        ("راسلونا:a.b-c@mail.x.org،", "a.b-c@mail.x.org"),
        ("قال@ali_99:", "@ali_99"),
        ("و#العِراق_الآن!", "#العِراق_الآن"),
        ("#العراق#بغداد", "#بغداد"),
        ("«https://ar.wikipedia.org/wiki/العراق»", "https://ar.wikipedia.org/wiki/العراق"),
        *((f"كلمة{emoji}كلمة", emoji) for emoji in EMOJI),
    ],
)
def test_links_names_tags_and_emoji_stay_whole(text, whole):
    assert whole in words(text)


@pytest.mark.parametrize("text", [*EMOJI, ".", "…", "«", "—", "٪", "+", "\u200f", "\u064b"])
def test_marks_symbols_and_emoji_are_no_words(text):
    assert [token.is_word for token in tokenize(text)] == [False]


def test_invisible_marks_at_a_words_edge_are_tokens_of_their_own():
    assert words("\u200fالعراق\u200f.") == ["\u200f", "العراق", "\u200f", "."]
    assert words("ال\u200fعراق") == ["ال\u200fعراق"]


def test_a_chain_of_joined_emoji_is_cut_after_32_joiners():
    assert max(map(len, words("😀\u200d" * 320))) == 64
    assert words("👨‍👩‍👧‍👦" * 9) == ["👨‍👩‍👧‍👦"] * 9


@given(texts)
@example('"(؟)" . . ) ) "\n\n" .\u200f» أ.')
def test_sentences_cover_every_token_exactly_once(text):
    tokens = tokenize(text)
    found = split_sentences(text, tokens)
    assert [n for s in found for n in range(s.first_token, s.end_token)] == list(range(len(tokens)))
    for sentence in found:
        assert sentence.start == tokens[sentence.first_token].start
        assert sentence.end == tokens[sentence.end_token - 1].end


LONG = "وأكد المسؤولون أن الحكومة بدأت إعداد خطة كاملة لانسحاب القوات من قواعدها في"


@pytest.mark.parametrize(
    "parts",
    [
        ["جاء الوفد.", "وغادر الوفد."],
        ["هل جاء؟!", "نعم جاء!", "وغادر"],
        ["قال: “لن نغادر.”", "وغادر"],
        ['قال: "لن نغادر."', '"بل سنبقى"'],
        ["(جاء أمس.)", "وغادر"],
        ["« جاء أمس. »", "وغادر"],
        ["بلغت 2.5 ألف في v1.2 و٢٫٥ و٢.٥.", "وزادت"],
        [
            "قال أ. ب. علي ود. سعيد عن Mr. Smith من U.S. forces",
        ],
        ["سنة 2024 م.", "وغادر"],
        ["1. جاء الوفد.", "2. غادر الوفد."],
        ["وقال (؟) إنه جاء.", "وغادر"],
        ["شجاع.. لكنه صعب... جدا… وانتهى.", "وغادر"],
        ["“لن نغادر.”، قال الوزير.", "وغادر"],
        ["جاء؛ ثم غادر: أمس.", "وعاد"],
        ["انظر https://x.org/a.b. ", "وعاد"],
        ["جاء الوفد.\u200f", "وغادر"],
        ["جاء الوفد .", "وغادر"],
    ],
    ids=lambda parts: parts[0],
)
def test_end_marks(parts):
    assert sentences(" ".join(part.strip() for part in parts)) == [part.strip() for part in parts]


def test_a_full_stop_without_a_space_after_it_ends_an_arabic_sentence():
    assert sentences("غادر البلاد.وقال") == ["غادر البلاد.", "وقال"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_line_break_ends_a_sentence(line_break):
    assert sentences(f"شارك المقال{line_break}اترك تعليقك") == ["شارك المقال", "اترك تعليقك"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028"])
@pytest.mark.parametrize("pause", [":", "،", "؛"])
def test_a_line_break_after_a_pause_does_not(pause, line_break):
    text = f"عنوان\n\nوقال الوزير{pause}{line_break}نغادر غدا."
    assert len(sentences(text)) == 2


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \n\n"])
def test_page_breaks_go_on_and_headings_stand_alone(blank):
    page_break = f"عنوان{blank}{LONG}{blank}بغداد."
    assert sentences(page_break) == ["عنوان", f"{LONG}{blank}بغداد."]
    assert sentences(f"عنوان.{blank}عنوان قصير{blank}نص.") == ["عنوان.", "عنوان قصير", "نص."]
    assert sentences(f"{LONG}{blank}بغداد.") == [LONG, "بغداد."], "the first line is the headline"
    assert sentences(f"نص.{blank}قال “سوف{blank}نغادر”.") == ["نص.", f"قال “سوف{blank}نغادر”."]
    assert sentences(f"نص.{blank}{LONG}...{blank}نص.") == ["نص.", f"{LONG}...", "نص."]


def test_the_seeds_page_breaks_are_inside_sentences_and_nothing_else_is(root):
    inside = [
        (document.id[:3], text.split("\n")[0].split()[-1])
        for document in read_corpus(root / "seeds")
        for s in split_sentences(document.text, tokenize(document.text))
        if "\n" in (text := document.text[s.start : s.end])
    ]
    assert inside == [
        ("002", "تأمين"),
        ("002", "للعراق،"),
        ("004", "الدعم"),
        ("004", "في"),
        ("004", 'لـ"بلومبرغ":'),
    ]


def test_empty_text():
    assert tokenize(" \n") == ()
    assert split_sentences(" \n", ()) == ()
