"""TIMEX3 values on the calendar: the year, month and day at which they begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

_YEAR = r"(?P<year>\d{4})"


class Moment(NamedTuple):
    """Where a value begins; `month` and `day` are 0 where it says none, so that years go first."""

    year: int
    month: int
    day: int


def _day(found: re.Match[str]) -> Moment:
    day = date(*(int(found[name]) for name in ("year", "month", "day")))
    return Moment(day.year, day.month, day.day)


def _week(found: re.Match[str]) -> Moment:
    # A weekend (WE) begins on Saturday, a week of no day on Monday.
    weekday = {"": 1, "WE": 6}.get(found["weekday"] or "")
    day = date.fromisocalendar(
        int(found["year"]), int(found["week"]), weekday or int(found["weekday"])
    )
    return Moment(day.year, day.month, day.day)


def _month(found: re.Match[str]) -> Moment:
    return Moment(date(int(found["year"]), int(found["month"]), 1).year, int(found["month"]), 0)


def _year(found: re.Match[str]) -> Moment:
    return Moment(date(int(found["year"]), 1, 1).year, 0, 0)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Moment]], ...] = (
    (re.compile(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(T.*)?"), _day),
    (re.compile(rf"{_YEAR}-W(?P<week>\d\d)(-(?P<weekday>[1-7]|WE))?(T.*)?"), _week),
    (re.compile(rf"{_YEAR}-(?P<month>\d\d)"), _month),
    (re.compile(rf"{_YEAR}(-(SP|SU|FA|WI|Q[1-4]|H[12]))?"), _year),
)


def read_moment(value: str) -> Moment | None:
    """Return where a value begins, None where it is no year of the calendar or finer.

    Seasons, quarters and halves count with their year; decades, centuries, `XXXX` forms and
    references such as `PRESENT_REF` are none.
    """
    for pattern, read in _FORMS:
        if found := pattern.fullmatch(value):
            try:
                return read(found)
            except ValueError:  # no such day: 2024-02-30
                return None
    return None
