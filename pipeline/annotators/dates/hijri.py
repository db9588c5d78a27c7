"""The Hijri calendar: Umm al-Qura where `hijridate` covers it (1343-1500), tabular beyond."""

from __future__ import annotations

from datetime import date

UMM_AL_QURA = range(1343, 1501)
_FIRST_YEAR, _LAST_YEAR = 1, 1600
_EPOCH = 227014  # proleptic Gregorian ordinal of the day before 1 Muharram 1 AH


def is_hijri_date(year: int, month: int = 1, day: int = 1) -> bool:
    """Tell whether a Hijri date exists, within the years we take for plausible."""
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 30):
        return False
    if year in UMM_AL_QURA:
        from hijridate import Hijri

        return bool(day <= Hijri(year, month, 1).month_length())
    return True


def to_gregorian(year: int, month: int = 1, day: int = 1) -> date:
    """Return the Gregorian date of a Hijri one; beyond Umm al-Qura it may be a day or two off."""
    if year in UMM_AL_QURA:
        from hijridate import Hijri

        gregorian = Hijri(year, month, day).to_gregorian()
        return date(gregorian.year, gregorian.month, gregorian.day)
    leap_days = (3 + 11 * year) // 30
    days = 354 * (year - 1) + leap_days + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(_EPOCH + days)


def hijri_year_month(day: date) -> tuple[int, int]:
    """Return the Hijri year and month a Gregorian day falls in."""
    year = max(_FIRST_YEAR, int((day.toordinal() - _EPOCH) / 354.36667) + 1)
    while to_gregorian(year) > day:
        year -= 1
    while to_gregorian(year + 1) <= day:
        year += 1
    month = 12
    while to_gregorian(year, month) > day:
        month -= 1
    return year, month
