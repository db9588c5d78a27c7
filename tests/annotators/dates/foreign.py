"""Other projects' date cases: reading, what agreement means, and the rules that exclude a case.

Duckling (BSD-3) and Microsoft Recognizers-Text (MIT) test assistants: they default to the future,
give intervals, and mark what our guidelines do not. Rules are predicates on a case, never ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.annotators.dates.lexemes import read_lexemes
from pipeline.model import DateSpan
from tests.annotators.dates.development import SHARED

FOLDER = SHARED / "data/dates"
DUCKLING_DCT = date(2013, 2, 12)
Interval = tuple[datetime, datetime]

_STAMP = re.compile(r"\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)")
_FUTURE = re.compile(r"(?:^|\s)(?:و?س[أيتن]\w{2,}|سوف|لن\w*)")
_NEXT = re.compile(r"مقبل|قادم|التالي|الجاي|غدا?\b|الغد|بعد|خلال")
_GRAINS = {"Second": 0, "Minute": 0, "Hour": 0, "Day": 1, "Week": 7}


@dataclass(frozen=True)
class Case:
    """One foreign case: its text, the expression in it, and the interval or duration expected."""

    suite: str
    text: str
    expression: str
    dct: date
    interval: Interval | None = None
    timex: str = ""


def read_duckling(name: str) -> list[dict[str, str]]:
    """Return the raw cases of one Duckling file."""
    content = json.loads((FOLDER / f"duckling_ar_{name}.json").read_text(encoding="utf-8"))
    cases: list[dict[str, str]] = content["cases"]
    return cases


def read_cases() -> Iterator[Case]:
    """Yield every time and duration case of both suites."""
    units = {"Second": "TS", "Minute": "TM", "Hour": "TH"}
    for raw in read_duckling("time"):
        yield Case("duckling", raw["text"], raw["text"], DUCKLING_DCT, _duckling(raw["expected"]))
    for raw in read_duckling("duration"):
        match = re.search(r"(\d+) (\w+)\)", raw["expected"])
        assert match
        unit = units.get(match[2], match[2][0])
        timex = f"P{'T' * (len(unit) > 1)}{match[1]}{unit[-1]}"
        yield Case("duckling", f"لمدة {raw['text']}", raw["text"], DUCKLING_DCT, None, timex)
    for raw in json.loads((FOLDER / "recognizers_ar_cases.json").read_text(encoding="utf-8")):
        tense = "future" if _FUTURE.search(raw["input"]) else "past"
        yield Case(
            f"recognizers {raw['file']}",
            raw["input"],
            raw["text"],
            date.fromisoformat(raw["ref"][:10]),
            _recognizers(raw[tense]),
            raw["timex"],
        )


def _duckling(expected: str) -> Interval:
    stamps = [datetime(*map(int, m.groups())) for m in _STAMP.finditer(expected)]  # type: ignore[arg-type]
    if len(stamps) == 2:
        return stamps[0], stamps[1]
    start, grain = stamps[0], expected.rstrip(")").split()[-1]
    if "Holiday" in expected:
        grain = "Day"
    if grain == "Month":
        return start, (start + timedelta(days=31)).replace(day=1)
    if grain == "Year":
        return start, start.replace(year=start.year + 1)
    return start, start + timedelta(days=_GRAINS[grain])


def _recognizers(resolved: dict[str, str]) -> Interval | None:
    if "date" in resolved:
        day = datetime.fromisoformat(resolved["date"])
        return day, day + timedelta(days=1)
    if "startDate" in resolved:
        return (
            datetime.fromisoformat(resolved["startDate"]),
            datetime.fromisoformat(resolved["endDate"]),
        )
    return None


def to_interval(value: str) -> Interval | None:
    """Return the interval a TIMEX3 date or time names; None where it names none."""
    day, _, clock = value.partition("T")
    if re.match(r"\d{4}-", day) and clock[:1].isdigit():
        moment = datetime.fromisoformat(value)
        return moment, moment
    if match := re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", day):
        monday = datetime.fromisocalendar(int(match[1]), int(match[2]), 1)
        return monday + timedelta(days=5 if match[3] else 0), monday + timedelta(days=7)
    if match := re.fullmatch(r"(\d{4})-(Q|H)(\d)", day):
        months = {"Q": 3, "H": 6}[match[2]]
        first = (int(match[3]) - 1) * months
        return _months(int(match[1]), first), _months(int(match[1]), first + months)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        return datetime.fromisoformat(day), datetime.fromisoformat(day) + timedelta(days=1)
    if match := re.fullmatch(r"(\d{4})-(\d\d)", day):
        return _months(int(match[1]), int(match[2]) - 1), _months(int(match[1]), int(match[2]))
    if re.fullmatch(r"\d{2,4}", day):
        years = 10 ** (4 - len(day))
        return datetime(int(day) * years, 1, 1), datetime((int(day) + 1) * years, 1, 1)
    return None


def _months(year: int, index: int) -> datetime:
    return datetime(year + index // 12, index % 12 + 1, 1)


def agrees(case: Case, spans: Sequence[DateSpan]) -> bool:
    """Tell whether the spans found say what the case expects, in the guidelines' terms.

    A range is two spans; an edge word is a mod on the whole; a count from the DCT stands at its
    unit's grain; a length of weeks ahead is a DURATION.
    """
    if case.interval is None:
        return any(case.timex in (s.value, (s.value or "").partition("-")[2]) for s in spans)
    if any(s.value == "PRESENT_REF" for s in spans):
        return case.interval[0].date() == case.dct and case.interval[0] == case.interval[1]
    points = [(s, i) for s in spans if (i := to_interval(s.value or "")) is not None]
    start, end = case.interval
    if len(points) == 1:
        return _point_agrees(case, *points[0])
    if points:
        first, last = points[-2][1], points[-1][1]
        lasting = timedelta(hours=1)
        return first[0] == start and end in (last[0], last[1], last[1] + lasting)
    return any(_length_agrees(s.value or "", start, end) for s in spans if s.label == "DURATION")


def _point_agrees(case: Case, span: DateSpan, found: Interval) -> bool:
    assert case.interval
    start, end = case.interval
    if span.label == "TIME" and found[0] == found[1]:
        return found[0] == start
    within = found[0] <= start and end <= found[1]
    counted = re.search(r"قبل|بعد", span.text) is not None
    if counted and found[0] <= end - timedelta(days=1) < found[1]:
        return True
    loose = span.mod is not None or span.label == "TIME" or span.text.startswith("وقت ")
    return (
        found == (start, end)
        or (loose and within)
        or (span.mod == "APPROX" and found[0] <= start < found[1])
    )


def _length_agrees(value: str, start: datetime, end: datetime) -> bool:
    match = re.fullmatch(r"P(\d+)(D|W|Y|DE)", value)
    if match is None:
        return False
    count, days = int(match[1]), (end.date() - start.date()).days
    if match[2] in ("D", "W"):
        return days == count * {"D": 1, "W": 7}[match[2]]
    return end.year - start.year == count * {"Y": 1, "DE": 10}[match[2]]


def speaks_of_future(case: Case) -> bool:
    """Tell whether the words of a case put it in the future."""
    return bool(_FUTURE.search(case.text) or _NEXT.search(case.text))


def _defaults_to_future(case: Case) -> bool:
    ahead = case.interval is not None and case.interval[0].date() >= case.dct
    vague_hour = bool(re.search(r"الساعة \d+$", case.text))
    named = _plays(case.expression, "month", "weekday", "hijri") or re.search(
        r"شهر|الشهر الثامن|يوم \d+$", case.expression
    )
    explicit = re.search(r"\d{4}|هذا|الماضي|الحالي|القادم", case.expression)
    full = re.match(r"\d{4}", case.timex) or _plays(case.expression, "double", "multiplier")
    return (
        ahead
        and not speaks_of_future(case)
        and not (explicit or full)
        and bool(named or vague_hour)
    )


def _plays(text: str, *roles: str) -> bool:
    return any(role in lexeme.senses for lexeme in read_lexemes(text) for role in roles)


def _is_month_first(case: Case) -> bool:
    match = re.search(r"(?<![\d/-])(\d\d?)[/-](\d\d?)\b(?![/-])", case.expression)
    if match is None or case.interval is None:
        return False
    start = case.interval[0]
    return (start.month, start.day) == (int(match[1]), int(match[2])) and match[1] != match[2]


_DATE_ROLES = ("unit", "month", "hijri", "weekday", "day", "part", "adverb", "season", "decade",
               "edge", "vague", "each", "every", "fraction")  # fmt: skip


def _is_bare_number(case: Case) -> bool:
    if re.fullmatch(r"\d\d?-\d\d?", case.expression):
        return not re.search(rf"(?:في|يوم|بتاريخ) {case.expression}", case.text)
    return not _plays(case.expression, *_DATE_ROLES) and not re.search(
        r"\d{4}|\d[/:-]\d", case.expression
    )


def _is_month_of_last_year(case: Case) -> bool:
    match = re.search(r"الماضي$", case.expression)
    past = case.interval is not None and case.interval[0].year == case.dct.year - 1
    return bool(
        match and past and case.interval and _plays(case.expression, "month")
        and case.interval[0].month < case.dct.month
    )  # fmt: skip


def _skips_one(case: Case) -> bool:
    if not re.search(r"الشهر (?:التالي|القادم|المقبل)", case.expression) or not case.interval:
        return False
    start = case.interval[0]
    months = (start.year - case.dct.year) * 12 + start.month - case.dct.month
    return months > 1


def _is_cut_week(case: Case) -> bool:
    week = re.fullmatch(r"\d{4}-W\d\d", case.timex) and not _plays(case.expression, "edge")
    return bool(week and case.interval and (case.interval[1] - case.interval[0]).days < 7)


RULES: tuple[tuple[str, Callable[[Case], bool]], ...] = (
    ("holidays are no dates of the scheme", lambda c: bool(
        "Holiday" in c.suite or re.search(r"عيد|رأس السنة", c.text))),
    ("dialect words", lambda c: bool(re.search(r"امبارح|\bالي\b|^من اسبوع|\bنص\b", c.text))),
    ("a moment is no length", lambda c: c.expression == "لحظة"),
    ("time zones are not converted", lambda c: "توقيت" in c.text),
    ("month before day in digits", _is_month_first),
    ("a bare number is no day", _is_bare_number),
    ("a name without tense defaults to the future", _defaults_to_future),
    ("an exact value for an inexact count", lambda c: bool(
        re.search(r"بضعة|القليلة", c.expression))),
    ("الماضي on a month means last year's", _is_month_of_last_year),
    ("the next month means the one after next", _skips_one),
    ("من الآن without قبل or بعد counts backwards", lambda c: bool(
        "من الآن" in c.text and not re.search(r"قبل|بعد", c.text))),
    ("an assistant's `my week`, `my day`, `last day`", lambda c: bool(
        re.search(r"أسبوعي|يومي$|آخر يوم$", c.expression))),
    ("a weekend means the rest of the week", lambda c: bool(
        re.search(r"نهاية الأسبوع$", c.expression) and c.interval
        and c.interval[0].date() == c.dct)),
    ("a length means the last unit of it", lambda c: bool(
        "خلال" in c.expression and c.timex.endswith(",P1W)"))),
    ("a week cut to its first days", _is_cut_week),
    ("a year in two numbers, the English way", lambda c: bool(
        re.search(r"عشر (?:تسعة|ثمانية|سبعة) و", c.expression))),
)  # fmt: skip


def excluded_by(case: Case) -> str | None:
    """Return the name of the first rule that excludes a case."""
    return next((name for name, rule in RULES if rule(case)), None)
