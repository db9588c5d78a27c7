"""The values of date spans: given by a person in a comment, known, or read from the words; pure.

A comment says `قيمة: يوم الجمعة #2 = 27 سبتمبر 2024`: the words of a date span, which of the
text's occurrences of them where there are several, and its value, TIMEX3 or any Arabic date that
`tawsim dates` reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.annotators.dates import annotate_dates, is_timex_value, parse_value
from pipeline.arabic.script import read_tokens
from pipeline.model import MACHINE, DateSpan, Document

_WORD = re.compile(r"\s*قيم[ةه]\s*[:：]")
_SHAPE = re.compile(
    _WORD.pattern + r"(?P<words>.*?)(?:#\s*(?P<number>\d+))?\s*=(?P<typed>.*)", re.S
)
_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comment:
    """What an annotator wrote under a document; `id` is the server's."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value cannot be taken, in English for the log and in Arabic for its writer."""

    cause: str
    cause_ar: str
    comment: Comment | None = None


def render_comment(text: str, place: _Place, typed: str) -> str:
    """Return the comment that gives the span at `place` the value typed."""
    words = text[slice(*place)]
    places = find_words(text, words)
    number = f" #{places.index(place) + 1}" if len(places) > 1 and place in places else ""
    return f"قيمة: {' '.join(words.split())}{number} = {typed.strip()}"


def date_values(
    document: Document,
    spans: Sequence[DateSpan],
    known: Iterable[DateSpan],
    comments: Iterable[Comment],
    agent: str,
) -> tuple[tuple[DateSpan, ...], tuple[Refusal, ...]]:
    """Return the spans with their values, in their order, and the comments that cannot be taken.

    A value comes from the last comment on the span, else from a known span that equals it (the
    last one counts), else from the normaliser; a span it cannot read has none.
    """
    given = {(d.start, d.end, d.label): replace(d, score=None) for d in known}
    normalised: dict[_Place, DateSpan] | None = None
    valued: dict[_Place, DateSpan] = {}
    for span in spans:
        place = span.start, span.end
        if (*place, span.label) in given:
            valued[place] = given[*place, span.label]
            continue
        if normalised is None:
            normalised = {(d.start, d.end): d for d in annotate_dates(document)}
        read = normalised.get(place) or parse_value(span.text, document.dct)
        valued[place] = _with_value(span, read, MACHINE) or span
    refusals = []
    for comment in filter(is_value, comments):
        answer = _apply(comment, document, valued, agent)
        if isinstance(answer, Refusal):
            refusals.append(answer)
        else:
            valued[answer.start, answer.end] = answer
    return tuple(valued[s.start, s.end] for s in spans), tuple(refusals)


def is_value(comment: Comment) -> bool:
    """Tell whether a comment is meant to give a value."""
    return _WORD.match(comment.text) is not None


def read_value(span: DateSpan, typed: str, document: Document, agent: str) -> DateSpan | Refusal:
    """Return the span with the value that `agent` typed for it."""
    read = parse_value(typed, document.dct)
    if read is None:
        cause = f"{typed.strip()!r} is no date that can be read"
        return Refusal(cause, "لا تُقرأ تاريخاً: اكتب مثلاً «27 سبتمبر 2024» أو ‎2024-09-27")
    valued = _with_value(span, read, agent)
    if valued is None:
        cause = f"{read.value!r} is a {read.label}, and the span a {span.label}"
        return Refusal(cause, "هذه القيمة لا تناسب وسم المقطع: غيّر الوسم أو القيمة")
    return valued


def find_words(text: str, words: str) -> list[_Place]:
    """Return where the words stand in the text, whole, whatever their tashkeel and spaces."""
    tokens, keys = list(read_tokens(text)), [token.key for token in read_tokens(words)]
    return [
        (tokens[first].start, tokens[first + len(keys) - 1].end)
        for first in range(len(tokens) - len(keys) + 1)
        if keys and all(tokens[first + n].key == key for n, key in enumerate(keys))
    ]


def _with_value(span: DateSpan, read: DateSpan | None, agent: str) -> DateSpan | None:
    """Return the span with the normal form of another; None where its label does not allow it."""
    if read is None or read.value is None or not is_timex_value(read.value, span.label):
        return None
    return replace(
        read, start=span.start, end=span.end, text=span.text, label=span.label, value_by=agent
    )


def _apply(
    comment: Comment, document: Document, spans: dict[_Place, DateSpan], agent: str
) -> DateSpan | Refusal:
    shape = _SHAPE.fullmatch(comment.text)
    if shape is None:
        cause = "a value comment without '='"
        return Refusal(cause, "اكتب: قيمة: كلمات التاريخ = قيمته", comment)
    place = _find_place(shape, document.text, spans)
    if isinstance(place, Refusal):
        return replace(place, comment=comment)
    answer = read_value(spans[place], shape["typed"], document, agent)
    return replace(answer, comment=comment) if isinstance(answer, Refusal) else answer


def _find_place(shape: re.Match[str], text: str, spans: dict[_Place, DateSpan]) -> _Place | Refusal:
    """Return the place of the span that a comment names."""
    places = find_words(text, shape["words"])
    marked = [place for place in places if place in spans]
    if shape["number"]:
        number = int(shape["number"])
        marked = [place for place in places[max(0, number - 1) : number] if place in spans]
    words = shape["words"].strip()
    if not marked:
        cause = f"no date span covers {words!r} there"
        return Refusal(cause, f"لا مقطع تاريخ على «{words}» في هذا الموضع")
    if len(marked) > 1:
        numbers = "، ".join(f"#{places.index(place) + 1}" for place in marked)
        cause = f"{words!r} is marked more than once: {numbers}"
        return Refusal(cause, f"«{words}» موسومة أكثر من مرة، فاكتب أيها: {numbers}")
    return marked[0]
