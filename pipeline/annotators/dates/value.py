"""Reading one value that a person typed: TIMEX3, ISO 8601 or an Arabic date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.annotators.dates.annotate import annotate_dates
from pipeline.annotators.dates.timex import is_timex_value
from pipeline.arabic.script import fold
from pipeline.model import DateSpan, Document
from pipeline.scheme import DATES, load_scheme


def parse_value(text: str, dct: date | None) -> DateSpan | None:
    """Return the date span that `text` as a whole is, None where it is none.

    `2024-09-20`, `PXM` and `XXXX-WXX-5` are taken as TIMEX3 under the first label that allows
    them (DATE, TIME, DURATION, SET); anything else is read as an Arabic expression and resolved
    against `dct`. Offsets are into `text`; `value_by` is left for the caller to say.
    """
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    typed = text[start:end]
    value = fold(typed)  # Arabic-Indic digits are digits
    for label in load_scheme().ids(DATES):
        if is_timex_value(value, label):
            return DateSpan(start=start, end=end, text=typed, label=label, value=value)
    spans = annotate_dates(Document(id="value", text=text, dct=dct))
    if len(spans) != 1 or (spans[0].start, spans[0].end) != (start, end):
        return None
    return replace(spans[0], value_by=None)
