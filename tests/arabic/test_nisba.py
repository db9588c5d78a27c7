import pytest

from pipeline.arabic.nisba import is_nationality_adjective, regular_nisba


@pytest.mark.parametrize(
    "word",
    [
        *("الأمريكية", "أميركي", "والعراقيون", "للبريطانيين", "بالفرنسيتين", "لبنانيات"),
        *("الإِيرَانِيَّة", "أمريكياً", "صينيان", "الافغاني", "السوفييتي", "والمسلمين", "كرديـة"),
    ],
)
def test_every_form_of_an_adjective_is_read(word):
    assert is_nationality_adjective(word)


@pytest.mark.parametrize(
    "word",
    [
        *("العراق", "إيطاليا", "روسيا", "الصين", "البحرين", "فلسطين", "لبنان", "اليابان"),
        *("السعودية", "سورية", "المالية", "الدولي", "وزير", "2024", "", "،"),
    ],
)
def test_countries_and_other_words_are_not(word):
    assert not is_nationality_adjective(word)


@pytest.mark.parametrize(
    ("name", "form"),
    [("فرنسا", "فرنسي"), ("سوريا", "سوري"), ("البرازيل", "برازيلي"), ("عُمان", "عماني")],
)
def test_the_rule(name, form):
    assert form in regular_nisba(name)
