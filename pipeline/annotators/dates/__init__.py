"""Arabic dates: TIMEX3 spans with values, Gregorian and Hijri, resolved against the DCT."""

from pipeline.annotators.dates.annotate import annotate_dates
from pipeline.annotators.dates.timex import is_timex_value
from pipeline.annotators.dates.value import parse_value

__all__ = ["annotate_dates", "is_timex_value", "parse_value"]
