"""The annotator of the `dates` layer: a document's TIMEX3 spans with values."""

from __future__ import annotations

from pipeline.annotators.dates.context import ends_sentence, speaks_of_future
from pipeline.annotators.dates.lengths import timex_duration
from pipeline.annotators.dates.lexemes import Lexemes, read_lexemes
from pipeline.annotators.dates.meaning import Every, Length, Moment, Reading
from pipeline.annotators.dates.readings import read_readings
from pipeline.annotators.dates.resolve import resolve
from pipeline.annotators.dates.timex import is_timex_value
from pipeline.model import MACHINE, DateSpan, Document


def annotate_dates(document: Document) -> tuple[DateSpan, ...]:
    """Return the date spans of a document, in order, resolved against its DCT."""
    lexemes = read_lexemes(document.text)
    readings = read_readings(lexemes)
    spans: list[DateSpan] = []
    day: str | None = None
    place = 0
    for reading in readings:
        if any(ends_sentence(lexeme) for lexeme in lexemes[place : reading.first]):
            day = None
        place = reading.after
        span = _to_span(document, lexemes, reading, day)
        if span is not None:
            spans.append(span)
            day = _named_day(span) or day
    return tuple(spans)


def _named_day(span: DateSpan) -> str | None:
    value = span.value or ""
    return value[:10] if span.label in ("DATE", "TIME") and len(value) >= 10 else None


def _to_span(
    document: Document, lexemes: Lexemes, reading: Reading, day: str | None
) -> DateSpan | None:
    start, end = lexemes[reading.first].start, lexemes[reading.after - 1].end
    meaning = reading.meaning
    mod = quant = freq = original = None
    if isinstance(meaning, Moment):
        future = speaks_of_future(lexemes, reading.first, reading.after)
        found = resolve(meaning, document.dct, future, day)
        if found is None:
            return None
        label, (value, mod, original) = "TIME" if meaning.is_time else "DATE", found
    elif isinstance(meaning, Length):
        label, value, mod = "DURATION", timex_duration(meaning), meaning.mod
    elif isinstance(meaning, Every):
        label, (value, quant, freq) = "SET", meaning
    else:
        label, value = "DATE", meaning.value
    if not is_timex_value(value, label):
        return None
    return DateSpan(
        start=start,
        end=end,
        text=document.text[start:end],
        label=label,
        value=value,
        mod=mod,
        quant=quant,
        freq=freq,
        original_calendar=original,
        value_by=MACHINE,
    )
