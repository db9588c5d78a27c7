"""The grammar of TIMEX3 values this scheme allows, by label."""

from __future__ import annotations

import re
from datetime import date

_YEAR = r"(?:\d{4}|XXXX)"
_PART = r"(?:MO|MI|AF|EV|NI|DT)"
_CALENDAR_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2]|XX)-(?:0[1-9]|[12]\d|3[01]|XX)"
_DAY = rf"(?:{_CALENDAR_DAY}|{_YEAR}-W(?:[0-4]\d|5[0-3]|XX)-[1-7])"
_DATE = re.compile(
    rf"{_DAY}|{_YEAR}-(?:0[1-9]|1[0-2]|XX)|{_YEAR}-W(?:0[1-9]|[1-4]\d|5[0-3]|XX)(?:-WE)?"
    rf"|{_YEAR}-(?:Q[1-4X]|H[12X]|SP|SU|FA|WI)"
    r"|(?:BC)?(?:\d{4}|\d{3}|\d{2}|XXXX|XXX|XX\d{0,2})|(?:PRESENT|PAST|FUTURE)_REF"
)
_HOUR = r"(?:[01]\d|2[0-4]|XX)(?::(?:[0-5]\d|XX)(?::[0-5]\d)?)?Z?"
_TIME = re.compile(rf"{_DAY}T(?:{_HOUR}|{_PART})")
_COUNT = r"(?:\d+(?:\.\d+)?|X)"
_DURATION = re.compile(
    rf"P(?:{_COUNT}(?:CE|DE|Y|Q|M|W|D))+(?:T(?:{_COUNT}[HMS])+)?|PT(?:{_COUNT}[HMS])+|PXX"
)
_SET = re.compile(
    rf"{_DURATION.pattern}|{_YEAR}-WXX-[1-7](?:T{_PART})?|XXXX-(?:0[1-9]|1[0-2])(?:-\d\d)?"
    rf"|XXXX-(?:SP|SU|FA|WI)|XXXX-XX-XXT{_PART}"
)
_VALUES = {"DATE": _DATE, "TIME": _TIME, "DURATION": _DURATION, "SET": _SET}
_FULL = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?")
_ISO_WEEK = re.compile(r"(\d{4})-W(\d\d)(?:-[1-7].*)?")


def is_timex_value(value: str, label: str) -> bool:
    """Tell whether `value` is a TIMEX3 value `label` may carry, of a day that exists."""
    if not _VALUES[label].fullmatch(value):
        return False
    full, week = _FULL.fullmatch(value), _ISO_WEEK.fullmatch(value)
    try:
        if full:
            date(*map(int, full.groups()))
        if week:
            date.fromisocalendar(int(week[1]), int(week[2]), 1)
    except ValueError:
        return False
    return True
