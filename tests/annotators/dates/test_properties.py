"""What holds for every date: each form gives it back, and marks change only offsets."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from babel import Locale
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotators.dates import annotate_dates, is_timex_value, parse_value
from pipeline.annotators.dates.hijri import hijri_year_month, to_gregorian
from pipeline.model import DateSpan, Document

LOCALES = ("ar", "ar_SY", "ar_MA", "ar_DZ", "ar_MR")
MONTHS = {code: Locale.parse(code).months["format"]["wide"] for code in LOCALES}
WEEKDAYS = Locale.parse("ar").days["format"]["wide"]
DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
ONES = ("", "الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع")
TEENS = ("العاشر", "الحادي عشر", *(f"{one} عشر" for one in ONES[2:]))
UNITS = ("", "واحد", "اثنين", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة")
TENS = ("", "", "عشرين", "ثلاثين", "أربعين", "خمسين", "ستين", "سبعين", "ثمانين", "تسعين")
MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652\u0640"

gregorian = st.dates(date(1900, 1, 1), date(2100, 12, 31))
some_dct = st.none() | st.dates(date(1990, 1, 1), date(2060, 12, 31))


def ordinal(day: int) -> str:
    if day < 10:
        return ONES[day]
    if day < 20:
        return TEENS[day - 10]
    tens = "العشرين" if day < 30 else "الثلاثين"
    one = ("", "الحادي", *ONES[2:])[day % 10]
    return f"{one} و{tens}" if one else tens


def year_words(year: int) -> str:
    thousands = "ألف" if year < 2000 else "ألفين"
    hundreds = {9: "تسعمائة", 0: "", 1: "مئة"}[year // 100 % 10]
    low, parts = year % 100, [thousands, hundreds]
    if 11 <= low <= 19:
        parts.append(f"{'أحد' if low == 11 else 'اثني' if low == 12 else UNITS[low - 10]} عشر")
    else:
        parts += ["عشرة" if low == 10 else UNITS[low % 10], TENS[low // 10]]
    return " و".join(part for part in parts if part)


def gregorian_forms(day: date) -> list[str]:
    plain = [
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02d}-{day.month:02d}-{day.year}",
        f"{day.year}/{day.month}/{day.day}",
        day.isoformat(),
    ]
    for names in MONTHS.values():
        plain += [
            f"{day.day} {names[day.month]} {day.year}",
            f"{day.day} {names[day.month]} عام {day.year}",
            f"الـ{day.day} من {names[day.month]} {day.year} م",
            f"{ordinal(day.day)} من {names[day.month]} {day.year}",
        ]
    syrian, plain_name = MONTHS["ar_SY"][day.month], MONTHS["ar"][day.month]
    plain += [
        f"{day.day} {plain_name}/{syrian} {day.year}",
        f"{day.day} {syrian}/{plain_name} {day.year}",
        f"يوم {WEEKDAYS[day.weekday()]} {day.day} {syrian} {day.year}",
        f"{ordinal(day.day)} من شهر {plain_name} عام {year_words(day.year)}",
    ]
    return [text.translate(str.maketrans(DIGITS[0], d)) for text in plain for d in DIGITS]


def values(text: str, dct: date | None) -> list[str | None]:
    return [span.value for span in annotate_dates(Document(id="p", text=text, dct=dct))]


@given(day=gregorian, dct=some_dct, data=st.data())
def test_a_gregorian_date_comes_back_as_itself(
    day: date, dct: date | None, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(gregorian_forms(day)))
    assert values(text, dct) == [day.isoformat()], text
    assert values(f"عقد الاجتماع في {text}، وانتهى.", dct) == [day.isoformat()], text


def test_every_form_of_every_day_of_a_leap_year() -> None:
    for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366)):
        for text in gregorian_forms(day):
            assert values(text, None) == [day.isoformat()], text


@given(day=gregorian, dct=st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_day_without_a_year_is_the_last_one_not_after_the_dct(day: date, dct: date) -> None:
    text = f"{day.day} {MONTHS['ar_SY'][day.month]}"
    (value,) = values(f"حدث ذلك في {text}", dct)
    found = date.fromisoformat(value or "")
    assert (found.month, found.day) == (day.month, day.day)
    assert found <= dct
    following = next(
        y for y in range(found.year + 1, found.year + 9) if day.day < 29 or _exists(day, y)
    )
    assert date(following, day.month, day.day) > dct
    assert values(text, None) == [f"XXXX-{day.month:02d}-{day.day:02d}"]


def _exists(day: date, year: int) -> bool:
    return day.day <= calendar.monthrange(year, day.month)[1]


@given(year=st.integers(1343, 1500), month=st.integers(1, 12), data=st.data())
def test_a_hijri_date_comes_back_as_itself(year: int, month: int, data: st.DataObject) -> None:
    first = Hijri(year, month, 1)
    day = data.draw(st.integers(1, first.month_length()))
    form = data.draw(
        st.sampled_from(
            (
                "{day} {name} {year} هـ",
                "{day} {name} {year}هـ",
                "{day} من {name} سنة {year} للهجرة",
                "{day} {name} {year}",
                "{day}/{month}/{year} هـ",
            )
        )
    )
    digits = data.draw(st.sampled_from(DIGITS))
    text = form.format(day=day, name=first.month_name("ar"), year=year, month=month)
    text = text.translate(str.maketrans(DIGITS[0], digits))
    (span,) = annotate_dates(Document(id="h", text=text, dct=None))
    assert span.value == str(Hijri(year, month, day).to_gregorian())
    assert span.original_calendar == f"{year:04d}-{month:02d}-{day:02d}"
    assert span.text == text


@given(year=st.integers(1, 1600), month=st.integers(1, 12))
def test_hijri_months_follow_each_other_and_convert_back(year: int, month: int) -> None:
    start = to_gregorian(year, month)
    after = to_gregorian(year + month // 12, month % 12 + 1)
    assert 27 <= (after - start).days <= 32, "the tables meet within two days"
    if year in range(1344, 1500):
        assert hijri_year_month(start) == (year, month)


CASES = (
    "وفي 20 سبتمبر/أيلول، ذكرت الصحيفة أن القوات ستنسحب بنهاية عام 2026 بعد أكثر من 6 أشهر",
    "اجتمعوا مساء الجمعة الماضي ثم قبل ثلاثة أيام وسيجتمعون الأسبوع المقبل كل جمعة",
    "15 رمضان 1446 هـ الموافق 15 مارس 2025 و ثمانينيات القرن الماضي",
    "من 13 إلى 15 تموز وبين 2003 و2011 والساعة العاشرة والنصف صباحاً",
)


def meanings(spans: tuple[DateSpan, ...]) -> list[tuple[str | None, ...]]:
    return [(s.label, s.value, s.mod, s.quant, s.original_calendar) for s in spans]


@given(text=st.sampled_from(CASES), data=st.data())
def test_tashkeel_tatweel_and_bidi_marks_change_only_offsets(
    text: str, data: st.DataObject
) -> None:
    marked, place_of = "", [0]
    for character, following in zip(text, text[1:] + " ", strict=True):
        marked += character
        inside = character.isalpha() and following.isalpha()
        if character.isalpha():
            marked += data.draw(st.text(MARKS, max_size=2))
        if inside:
            marked += data.draw(st.sampled_from(("", "", "\u200f", "\u2067")))
        place_of.append(len(marked))
    dct = date(2024, 9, 28)
    plain = annotate_dates(Document(id="plain", text=text, dct=dct))
    found = annotate_dates(Document(id="marked", text=marked, dct=dct))
    assert meanings(found) == meanings(plain)
    for one, other in zip(plain, found, strict=True):
        assert (place_of[one.start], place_of[one.end]) == (other.start, other.end)
        assert marked[other.start : other.end] == other.text


@given(text=st.sampled_from(CASES), before=st.sampled_from(("😀 ", "\r\n", "\ufeff", "«", "﴿ ")))
def test_what_stands_before_moves_offsets_alone(text: str, before: str) -> None:
    dct = date(2024, 9, 28)
    plain = annotate_dates(Document(id="plain", text=text, dct=dct))
    found = annotate_dates(Document(id="moved", text=before + text, dct=dct))
    assert meanings(found) == meanings(plain)
    assert [s.start for s in found] == [s.start + len(before) for s in plain]


def test_presentation_forms_read_as_letters() -> None:
    text = "ﺍﻷﺳﺒﻮﻉ ﺍﻟﻤﻘﺒﻞ"
    (span,) = annotate_dates(Document(id="forms", text=text, dct=date(2024, 9, 28)))
    assert (span.text, span.value) == (text, "2024-W40")


SOUP = """
99999999 9999 0000 أول جمعة يوماً أسبوع ساعة
و في من إلى بين قبل بعد يوم شهر عام الساعة كل الـ 12 3 2024 20/9 15-7 12:30 سبتمبر رمضان هـ م الأول
ثلاثة عشر ألف الماضي المقبل هذا نهاية صباح  مساءً الجمعة أمس القرن ثمانينيات ، ( ) / - .
"""
soup = st.lists(st.sampled_from([*SOUP.split(), "\n"]), max_size=30)


@given(words=soup, dct=some_dct)
def test_any_heap_of_date_words_gives_sound_spans(words: list[str], dct: date | None) -> None:
    text = " ".join(words)
    spans = annotate_dates(Document(id="soup", text=text, dct=dct))
    for span in spans:
        assert span.text == text[span.start : span.end]
        assert span.text == span.text.strip()
        assert span.text[0] not in "،()/-.\n"
        assert span.text[-1] not in "،()/-.\n"
        assert is_timex_value(span.value or "", span.label)
        assert (span.value_by, span.score) == ("machine", None)
    assert all(one.end <= two.start for one, two in pairwise(spans))


@given(text=st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for span in annotate_dates(Document(id="any", text=text, dct=None)):
        assert span.text == text[span.start : span.end]


@given(day=gregorian, dct=some_dct, pad=st.sampled_from(("", " ", "\t")))
def test_parse_value_reads_iso_and_arabic(day: date, dct: date | None, pad: str) -> None:
    for typed in (day.isoformat(), gregorian_forms(day)[-1], f"{day.year}-{day.month:02d}"):
        text = f"{pad}{typed}{pad}"
        span = parse_value(text, dct)
        assert span is not None
        assert day.isoformat().startswith(span.value or "-")
        assert (span.label, text[span.start : span.end], span.value_by) == ("DATE", typed, None)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("PXM", ("DURATION", "PXM")),
        ("XXXX-WXX-5", ("DATE", "XXXX-WXX-5")),
        ("2024-09-28T17:00", ("TIME", "2024-09-28T17:00")),
        ("٢٠٢٤-٠٩-٢٠", ("DATE", "2024-09-20")),
        ("PAST_REF", ("DATE", "PAST_REF")),
        ("الأسبوع المقبل", ("DATE", "2024-W40")),
        ("ثلاثة أيام", ("DURATION", "P3D")),
    ],
)
def test_parse_value(text: str, meaning: tuple[str, str]) -> None:
    span = parse_value(text, date(2024, 9, 28))
    assert span is not None
    assert (span.label, span.value) == meaning


@pytest.mark.parametrize("text", ["", "كلام", "2024-13-01", "2024-02-30", "أمس وغداً", "في أمس"])
def test_parse_value_refuses_what_is_no_single_date(text: str) -> None:
    assert parse_value(text, date(2024, 9, 28)) is None


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("2024-02-30", "DATE"), ("2024-13", "DATE"), ("2024-W54", "DATE"), ("2023-W53", "DATE"),
        ("2024-9-1", "DATE"), ("P3D", "DATE"), ("2024-09-28", "TIME"), ("2024-09-28T25:00", "TIME"),
        ("2024", "DURATION"), ("P", "DURATION"), ("PT", "DURATION"), ("", "DATE"),
        ("2024-09-20 ", "DATE"), ("TEV", "TIME"), ("2024-09-20", "SET"),
    ],
)  # fmt: skip
def test_the_value_grammar_refuses(value: str, label: str) -> None:
    assert not is_timex_value(value, label)
