"""Duckling's and Recognizers' cases, run as they are; the exclusions are counted, rule by rule."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.annotators.dates import annotate_dates
from pipeline.annotators.dates.lexemes import read_lexemes
from pipeline.annotators.dates.numbers import read_cardinal, read_ordinal
from pipeline.model import DateSpan, Document
from tests.annotators.dates.foreign import (
    FOLDER,
    RULES,
    Case,
    agrees,
    excluded_by,
    read_cases,
    read_duckling,
)

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the foreign date cases are not here; set TAWSIM_SHARED to the folder that holds data/",
)

FUTURE = "a name without tense defaults to the future"
EXCLUDED = {
    FUTURE: 27,
    "a bare number is no day": 10,
    "holidays are no dates of the scheme": 10,
    "an assistant's `my week`, `my day`, `last day`": 5,
    "من الآن without قبل or بعد counts backwards": 3,
    "dialect words": 3,
    "month before day in digits": 2,
    "an exact value for an inexact count": 2,
    "الماضي on a month means last year's": 1,
    "a length means the last unit of it": 1,
    "a weekend means the rest of the week": 1,
    "a week cut to its first days": 1,
    "a year in two numbers, the English way": 1,
    "the next month means the one after next": 1,
    "a moment is no length": 1,
    "time zones are not converted": 1,
}


def cases() -> list[Case]:
    return list(read_cases()) if FOLDER.is_dir() else []


def found(case: Case) -> tuple[DateSpan, ...]:
    return annotate_dates(Document(id="case", text=case.text, dct=case.dct))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.text)
def test_every_case_agrees_or_a_named_rule_excludes_it(case: Case) -> None:
    spans = found(case)
    excluded = excluded_by(case)
    assert agrees(case, spans) == (excluded is None), (excluded, case, spans)


def test_exclusions_do_not_grow() -> None:
    counts = Counter(rule for case in cases() if (rule := excluded_by(case)))
    assert {name: counts[name] for name, _ in RULES} == EXCLUDED


def is_met_by_tense(case: Case) -> bool:
    """An hour's default, a time zone, a verb in the past, and the DCT's own weekday stay apart."""
    own_weekday = case.interval is not None and (case.interval[0].date() - case.dct).days == 7
    apart = re.search(r"الساعة \d+$|توقيت|^عدت", case.text) is not None
    return excluded_by(case) == FUTURE and not apart and not own_weekday


@pytest.mark.parametrize("case", [*filter(is_met_by_tense, cases())], ids=lambda case: case.text)
def test_the_future_default_is_met_by_a_sentence_about_the_future(case: Case) -> None:
    future = replace(case, text=f"سنلتقي {case.text}")
    assert agrees(case, found(future)), found(future)


NUMERAL_RULES = {
    "a slash makes a date, not a fraction": (r".*\d/\d", 3),
    "a count of time has no sign": (r"-", 8),
    "a count of time does not begin with its point": (r"[.٫]", 2),
}


def numerals() -> list[dict[str, str]]:
    return read_duckling("numeral") if FOLDER.is_dir() else []


def numeral_rule(text: str) -> str | None:
    return next((n for n, (pattern, _) in NUMERAL_RULES.items() if re.match(pattern, text)), None)


@pytest.mark.parametrize(
    "raw", [raw for raw in numerals() if not numeral_rule(raw["text"])], ids=lambda r: r["text"]
)
def test_numerals(raw: dict[str, str]) -> None:
    lexemes = read_lexemes(raw["text"])
    result = read_cardinal(lexemes, 0)
    assert result is not None
    assert result[0] == len(lexemes) - 2, "the whole text is the number"
    assert result[1] == float(re.findall(r"-?[\d.]+", raw["expected"])[0])


def test_excluded_numerals_do_not_grow() -> None:
    counts = Counter(rule for raw in numerals() if (rule := numeral_rule(raw["text"])))
    assert counts == {name: count for name, (_, count) in NUMERAL_RULES.items()}


@pytest.mark.parametrize(
    "raw", read_duckling("ordinal") if FOLDER.is_dir() else [], ids=lambda r: r["text"]
)
def test_ordinals(raw: dict[str, str]) -> None:
    lexemes = read_lexemes(raw["text"])
    result = read_ordinal(lexemes, 0, bare=not lexemes[0].article)
    expected = int(re.findall(r"\d+", raw["expected"])[0])
    assert result == (len(lexemes) - 2, expected)
