"""A moment's meaning against the DCT: the TIMEX3 value, or an X form where the DCT is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from pipeline.annotators.dates.lunar import resolve_hijri
from pipeline.annotators.dates.meaning import Moment, Value, choose

_PERIOD_STARTS = {
    **{f"Q{n}": 3 * n - 2 for n in range(1, 5)},
    **{"H1": 1, "H2": 7, "SP": 3, "SU": 6, "FA": 9, "WI": 12},
}
_X_FORMS = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Q": "XXXX-QX", "H": "XXXX-HX"}
_X_FORMS |= {"Y": "XXXX", "DE": "XXX", "CE": "XX", "WE": "XXXX-WXX-WE"}
_AFTERNOON = {"MI": 11, "AF": 12, "EV": 12}  # a part of day, and the first hour it leaves alone
_NOON, _NIGHTFALL = 12, 6
_NEAREST_YEARS = 9  # 29 February needs up to eight years


def resolve(moment: Moment, dct: date | None, future: bool, day: str | None) -> Value | None:
    """Return a moment's value; None where no such day exists.

    `future` says that the sentence speaks of the future; `day` is the day an hour without one
    hangs on (the DCT when None).
    """
    if moment.equals is not None:
        given = resolve(moment.equals, dct, future, day)
        own = resolve(replace(moment, equals=None), dct, future, day)
        gregorian, lunar = (given, own) if moment.hijri else (own, given)
        if gregorian is None or lunar is None:
            return gregorian or lunar
        return Value(gregorian.value, gregorian.mod, lunar.original)
    if moment.hijri:
        return resolve_hijri(moment, dct, future)
    if moment.short_year and moment.year is not None:
        if dct is None:
            return Value(f"XX{moment.year:02d}", moment.mod)
        century = dct.year - (dct.year - moment.year) % 100 - moment.year
        moment = replace(moment, year=century + moment.year, short_year=False)
    value = _resolve_date(moment, dct, future)
    if moment.is_time:
        if _has_no_date(moment):
            value = day or (dct.isoformat() if dct else _X_FORMS["D"])
        return Value(f"{value}T{_time_of_day(moment)}", moment.mod) if value else None
    return Value(value, moment.mod) if value else None


def _has_no_date(moment: Moment) -> bool:
    bare = Moment(
        part=moment.part,
        hour=moment.hour,
        minute=moment.minute,
        second=moment.second,
        mod=moment.mod,
    )
    return moment == bare


def _time_of_day(moment: Moment) -> str:
    if moment.hour is None:
        return str(moment.part)
    hour = moment.hour
    if hour <= _NOON and moment.part is not None:
        if moment.part == "NI":
            hour = hour % _NOON + (_NOON if _NIGHTFALL <= hour < _NOON else 0)
        elif moment.part == "MO":
            hour = hour % _NOON if hour == _NOON and moment.minute is None else hour
        elif hour < _AFTERNOON.get(moment.part, 0):
            hour += _NOON
    text = f"{hour:02d}:{moment.minute or 0:02d}"
    return text if moment.second is None else f"{text}:{moment.second:02d}"


def _resolve_date(moment: Moment, dct: date | None, future: bool) -> str | None:
    if moment.century is not None:
        return f"{'BC' if moment.before_era else ''}{moment.century:02d}"
    if moment.decade is not None:
        return f"{moment.decade:03d}"
    if moment.unit is not None:
        return _resolve_anchor(moment, dct, future)
    if moment.year is not None:
        return _in_year(moment, moment.year)
    return _nearest(moment, dct, future)


def _resolve_anchor(moment: Moment, dct: date | None, future: bool) -> str | None:
    unit, offset = str(moment.unit), moment.offset
    if dct is None:
        if unit == "W" and moment.weekday:
            return f"XXXX-WXX-{moment.weekday}"
        if moment.month or moment.period or moment.day:
            return _nearest(moment, None, future)
        return "XX" + _tens(moment) if unit == "CE" and moment.nth else _X_FORMS[unit]
    if unit == "D":
        return (dct + timedelta(days=offset)).isoformat()
    if unit in ("W", "WE"):
        return _in_week(dct + timedelta(weeks=offset), moment, unit)
    if unit == "M":
        year, month = divmod(dct.year * 12 + dct.month - 1 + offset, 12)
        return _in_year(replace(moment, month=month + 1), year)
    if unit in ("Q", "H"):
        months = {"Q": 3, "H": 6}[unit]
        year, index = divmod(
            dct.year * 12 // months + (dct.month - 1) // months + offset, 12 // months
        )
        return f"{year:04d}-{unit}{index + 1}"
    if unit == "DE":
        return f"{dct.year // 10 + offset:03d}"
    if unit == "CE":
        return f"{dct.year // 100 + offset:02d}{_tens(moment)}"
    return _in_year(moment, dct.year + offset)


def _tens(moment: Moment) -> str:
    """Return the digit of a decade inside a century counted from the DCT: its nth."""
    return "" if moment.nth is None else str(moment.nth)


def _in_week(day: date, moment: Moment, unit: str) -> str:
    year, week, _ = day.isocalendar()
    if moment.weekday:
        return date.fromisocalendar(year, week, moment.weekday).isoformat()
    return f"{year:04d}-W{week:02d}" + ("-WE" if unit == "WE" else "")


def _in_year(moment: Moment, year: int) -> str | None:
    if moment.period:
        return f"{year:04d}-{moment.period}"
    if moment.nth is not None:
        return _nth(moment, year)
    if moment.month is None:
        return f"{'BC' if moment.before_era else ''}{year:04d}"
    if moment.day is None:
        return f"{year:04d}-{moment.month:02d}"
    try:
        day = date(year, moment.month, moment.day)
    except ValueError:
        return None
    return _in_week(day, Moment(), "W") if moment.nth_unit == "W" else day.isoformat()


def _nth(moment: Moment, year: int) -> str | None:
    """Return the nth weekday, week or day of a month or year."""
    if not 1 <= year < date.max.year:
        return None
    nth = moment.nth or 1
    first = date(year, moment.month or 1, 1)
    beyond = date(year + (moment.month in (None, 12)), (moment.month or 12) % 12 + 1, 1)
    if moment.nth_unit == "D":
        day = beyond - timedelta(days=1) if nth < 0 else first + timedelta(days=nth - 1)
        return day.isoformat() if day < beyond else None
    if moment.nth_unit == "W" and moment.month is None and nth > 0:
        return f"{year:04d}-W{nth:02d}"
    weekday = moment.weekday or 1
    if nth < 0:
        whole_weeks = 7 if moment.nth_unit == "W" else 1
        last = beyond - timedelta(days=whole_weeks)
        day = last - timedelta(days=(last.isoweekday() - weekday) % 7)
    else:
        day = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
    if day >= beyond:
        return None
    iso = day.isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}" if moment.nth_unit == "W" else day.isoformat()


def _nearest(moment: Moment, dct: date | None, future: bool) -> str | None:
    """Return the value of a name without a year: the nearest that tense and words allow."""
    if dct is None:
        return _without_dct(moment)
    if moment.weekday is not None and moment.day is None and moment.nth is None:
        return _nearest_weekday(moment, dct, future)
    if moment.month is None and moment.period is None:
        return _nearest_day_of_month(moment, dct, future) if moment.day else None
    month = moment.month or _PERIOD_STARTS[str(moment.period)]
    by_day = moment.day is not None and moment.bias is None

    def key(year: int) -> tuple[int, ...]:
        return (year, month, moment.day or 0) if by_day else (year, month)

    now = (dct.year, dct.month, dct.day) if by_day else (dct.year, dct.month)
    if moment.period and moment.bias is not None:
        now = _period_key(moment.period, dct)
    years = [
        year
        for year in range(dct.year - _NEAREST_YEARS, dct.year + _NEAREST_YEARS)
        if _in_year(moment, year) is not None
    ]
    year = choose(years, key, now, moment.bias, future)
    return None if year is None else _in_year(moment, year)


def _period_key(period: str, dct: date) -> tuple[int, int]:
    """Return the start of the period of this name that holds the DCT, or the DCT's own month."""
    length = {"Q": 3, "H": 6}.get(period[0], 3)
    start = _PERIOD_STARTS[period]
    for year in (dct.year, dct.year - 1):
        if 0 <= (dct.year - year) * 12 + dct.month - start < length:
            return year, start
    return dct.year, dct.month


def _nearest_weekday(moment: Moment, dct: date, future: bool) -> str:
    forward = (int(moment.weekday or 0) - dct.isoweekday()) % 7
    back = -((dct.isoweekday() - int(moment.weekday or 0)) % 7)
    if moment.bias is None:
        days = forward if future else back
    elif moment.bias == 0:
        days = int(moment.weekday or 0) - dct.isoweekday()
    elif moment.bias > 0:
        days = (forward or 7) + 7 * (moment.bias - 1)
    else:
        days = (back or -7) + 7 * (moment.bias + 1)
    return (dct + timedelta(days=days)).isoformat()


def _nearest_day_of_month(moment: Moment, dct: date, future: bool) -> str | None:
    """Return the nearest such day of a month; with a weekday, the one both agree on."""
    months = range(dct.year * 12 + dct.month - 14, dct.year * 12 + dct.month + 12)
    days = []
    for index in months:
        year, month = divmod(index, 12)
        value = _in_year(Moment(month=month + 1, day=moment.day), year)
        if value is not None:
            days.append(date.fromisoformat(value))
    side = [
        d
        for d in days
        if (d >= dct if future else d <= dct) and moment.weekday in (None, d.isoweekday())
    ]
    return (side[0] if future else side[-1]).isoformat() if side else None


def _without_dct(moment: Moment) -> str | None:
    if moment.weekday is not None and moment.month is None and moment.day is None:
        return f"XXXX-WXX-{moment.weekday}"
    if moment.period:
        return f"XXXX-{moment.period}"
    month = "XX" if moment.month is None else f"{moment.month:02d}"
    if moment.day is None:
        return f"XXXX-{month}"
    leap_year = "2024"
    try:
        date.fromisoformat(f"{leap_year}-{'01' if month == 'XX' else month}-{moment.day:02d}")
    except ValueError:
        return None
    return f"XXXX-{month}-{moment.day:02d}"
