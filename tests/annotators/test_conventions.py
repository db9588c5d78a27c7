import pytest

from pipeline.annotators.ner.conventions import to_guidelines
from pipeline.conll import TaggedSentence


def convert(text):
    words, tags = zip(*(pair.split("/") for pair in text.split()), strict=True)
    done = to_guidelines(TaggedSentence(words, tags))
    assert done.words == words
    return " ".join("/".join(pair) for pair in zip(done.words, done.tags, strict=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("وزير/O الدفاع/O الأميركي/O", "وزير/O الدفاع/O الأميركي/B-MISC"),
        ("محمد/B-PER السوداني/I-PER", "محمد/B-PER السوداني/I-PER"),
        ("مئة/O دولار/B-MISC أمريكي/I-MISC", "مئة/O دولار/O أمريكي/B-MISC"),
        ("بالدولار/B-MISC و/O درهماً/B-MISC", "بالدولار/O و/O درهماً/O"),
        ("كأس/B-MISC العالم/I-MISC", "كأس/B-MISC العالم/I-MISC"),
        ("الحكومة/B-ORG اللبنانية/I-ORG", "الحكومة/O اللبنانية/B-MISC"),
        ("حكومة/B-ORG إقليم/I-ORG كردستان/I-ORG", "حكومة/B-ORG إقليم/I-ORG كردستان/I-ORG"),
        ("الجيش/B-ORG ثم/O الجيش/B-ORG الأمريكي/I-ORG", "الجيش/O ثم/O الجيش/B-ORG الأمريكي/I-ORG"),
        ("بغداد/B-LOC بيروت/B-LOC", "بغداد/B-LOC بيروت/B-LOC"),
        ("زار/O بغداد/I-LOC", "زار/O بغداد/B-LOC"),
        ("العراقية/? قناة/O", "العراقية/? قناة/O"),
        ("محمد/B-PER علي/? حسن/I-PER", "محمد/B-PER علي/? حسن/B-PER"),
    ],
)
def test_tags_follow_the_guidelines(before, after):
    assert convert(before) == after


def test_what_follows_them_is_left_alone():
    once = convert("الحكومة/B-ORG اللبنانية/I-ORG في/O بيروت/B-LOC")
    assert convert(once) == once
