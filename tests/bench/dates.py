"""Arabic dates beside `dateparser.search`: recall, values and speed on the development gold.

Run from the checkout's root: `python -m tests.bench.dates`. dateparser is needed here alone;
without it only our own figures are printed. TAWSIM_SHARED names the folder that holds `data/`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime

from pipeline.annotators.dates import annotate_dates
from pipeline.model import DateSpan, Document
from tests.annotators.dates.development import (
    SHARED,
    Counts,
    Gold,
    read_development,
    read_sentences,
)

Found = Sequence[tuple[int, int, str]]  # start, end, value


def find_ours(document: Document) -> Found:
    """Return our spans with their values."""
    return [(span.start, span.end, span.value or "") for span in annotate_dates(document)]


def find_with_dateparser(document: Document) -> Found:
    """Return dateparser's spans; a value is the day it gives, in ISO form."""
    from dateparser.search import search_dates

    base = document.dct or date(2024, 9, 28)
    settings = {
        "RELATIVE_BASE": datetime(base.year, base.month, base.day),
        "PREFER_DATES_FROM": "past",
        "DATE_ORDER": "DMY",
    }
    found, place = [], 0
    for text, moment in search_dates(document.text, languages=["ar"], settings=settings) or ():
        start = document.text.find(text, place)
        if start >= 0:
            place = start + len(text)
            found.append((start, place, moment.date().isoformat()))
    return found


def measure(golds: Sequence[Gold], find: Callable[[Document], Found]) -> str:
    """Return one line of figures, lenient to dateparser.

    A gold date or time counts as found when any span overlaps it, and as right when the value's
    day, month or year agrees as far as the gold value goes. Durations, sets and vague references,
    which dateparser does not know, are left out.
    """
    gold = found = right = 0
    started = time.process_time()
    answers = [find(g.document) for g in golds]
    seconds = time.process_time() - started
    for one, spans in zip(golds, answers, strict=True):
        for span in filter(_is_calendar, one.spans):
            gold += 1
            near = [value for start, end, value in spans if start < span.end and span.start < end]
            found += bool(near)
            right += any(_agrees(value, span.value or "") for value in near)
    words = sum(len(g.document.text.split()) for g in golds)
    return (
        f"recall {found / gold:.3f}  value right (of all gold) {right / gold:.3f}"
        f"  {words / seconds:,.0f} words/s"
    )


def _is_calendar(span: DateSpan) -> bool:
    return span.label in ("DATE", "TIME") and "REF" not in (span.value or "")


def _agrees(value: str, gold: str) -> bool:
    if gold[5:6] == "W":
        day = value if value[4:5] == "-" and value[5:6] != "W" else None
        if day is None:
            return value == gold
        year, week, _ = date.fromisoformat(day[:10]).isocalendar()
        return f"{year}-W{week:02d}" == gold[:8]
    plain = gold.partition("T")[0]
    return value.startswith(plain) or value == gold


def main() -> None:
    """Print the figures of both gold sets."""
    sets = {"sentences": list(read_sentences())}
    if (SHARED / "data/text").is_dir():
        sets = {"development": list(read_development()), **sets}
    for name, golds in sets.items():
        counts = Counts()
        for gold in golds:
            counts.add(gold.spans, annotate_dates(gold.document))
        print(f"{name}: {counts.figures()}")
        dated = [gold for gold in golds if gold.document.dct]
        print("  tawsim     ", measure(dated, find_ours))
        try:
            print("  dateparser ", measure(dated, find_with_dateparser))
        except ModuleNotFoundError:
            print("  dateparser  is not installed: pip install dateparser")


if __name__ == "__main__":
    main()
