"""A Hijri moment against the DCT: its Gregorian value, with the Hijri form kept."""

from __future__ import annotations

from datetime import date

from pipeline.annotators.dates import hijri
from pipeline.annotators.dates.meaning import Moment, Value, choose


def resolve_hijri(moment: Moment, dct: date | None, future: bool) -> Value | None:
    """Return a Hijri moment's value; None where no such day exists or the year is implausible."""
    year, month, day = moment.year, moment.month, moment.day
    if moment.century is not None:
        first = moment.century * 100 + 1
        value = f"{hijri.to_gregorian(first).year // 100:02d}"
        return Value(value, moment.mod or "APPROX", f"{moment.century:02d}")
    if year is None and month is not None:
        if dct is None:
            original = f"XXXX-{month:02d}" + (f"-{day:02d}" if day else "")
            return Value("XXXX-XX-XX" if day else "XXXX-XX", None if day else "APPROX", original)
        now = hijri.hijri_year_month(dct)
        if moment.unit == "Y":
            year = now[0] + moment.offset
        else:
            near = range(now[0] - 3, now[0] + 4)
            year = choose(near, lambda y: (y, month), now, moment.bias, future)
    elif year is not None and month is not None and year not in range(1, 1601):
        first_days = {hijri.to_gregorian(h, month).year: h for h in range(year - 641, year - 540)}
        year = first_days.get(year)
    if year is None or not hijri.is_hijri_date(year, month or 1, day or 1):
        return None
    gregorian = hijri.to_gregorian(year, month or 1, day or 1)
    if day is not None:
        exact = year in hijri.UMM_AL_QURA
        original = f"{year:04d}-{month or 1:02d}-{day:02d}"
        return Value(gregorian.isoformat(), moment.mod or (None if exact else "APPROX"), original)
    if month is not None:
        original = f"{year:04d}-{month:02d}"
        return Value(gregorian.isoformat()[:7], moment.mod or "APPROX", original)
    return Value(gregorian.isoformat()[:4], moment.mod or "APPROX", f"{year:04d}")
