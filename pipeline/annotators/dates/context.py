"""What stands around an expression: the sentence's tense, and readings that are no date."""

from __future__ import annotations

from pipeline.annotators.dates.lexemes import Lexeme, Lexemes
from pipeline.annotators.dates.lexicon import load_lexicon
from pipeline.annotators.dates.meaning import Every, Length, Meaning, Moment, Vague
from pipeline.arabic.script import MARK, WORD

_SENTENCE_ENDS = frozenset(".؟!?\n؛")
_WINDOW = 30  # lexemes each side: bounds the work for one expression
_AGE_WINDOW = 4
_FUTURE_PREFIXES = ("سي", "ست", "سن")
_SHORTEST_FUTURE = 4
_OPENING = 4  # lexemes before a time that still opens its sentence
_WAS = ("كان", "كانت")
_YEARS, _AGE_UNITS = "Y", ("Y", "M", "D")


def speaks_of_future(lexemes: Lexemes, start: int, end: int) -> bool:
    """Tell whether the clause around lexemes `start`..`end` speaks of the future.

    The nearest verb before decides; with none, a future verb after it in the same clause.
    """
    place = start
    for place in range(start - 1, max(-1, start - _WINDOW), -1):
        lexeme = lexemes[place]
        if _is_barrier(lexeme):
            if place and _governs_future(lexemes, place - 1):
                return True
            if place and "before_ago" in lexemes[place - 1].senses:
                continue  # `قبل أن` hangs on the verb further left
            break
        if _is_future(lexeme):
            return place == 0 or lexemes[place - 1].key not in _WAS
        if _is_past(lexeme):
            return False
    head = lexemes[place + 1] if _is_barrier(lexemes[place]) else lexemes[place]
    opens = place >= start - _OPENING or "before_opening" in head.senses
    for lexeme in lexemes[end : end + _WINDOW]:
        if _is_barrier(lexeme) or _is_past(lexeme):
            return False
        if lexeme.key == "،" and not opens:
            return False  # beyond a comma the verb rules only what opens the sentence
        if _is_future(lexeme):
            return True
    return False


def _governs_future(lexemes: Lexemes, place: int) -> bool:
    """Tell whether a verb before `أن` puts what follows in the future (`من المتوقع أن`)."""
    lexeme = lexemes[place]
    was = any(before.key in _WAS for before in lexemes[max(0, place - 2) : place])
    return not was and (_is_future(lexeme) or "before_governing" in lexeme.senses)


def ends_sentence(lexeme: Lexeme) -> bool:
    """Tell whether a lexeme ends a sentence."""
    return lexeme.kind == MARK and lexeme.key in _SENTENCE_ENDS


def _is_barrier(lexeme: Lexeme) -> bool:
    return ends_sentence(lexeme) or "before_barrier" in lexeme.senses


def _is_past(lexeme: Lexeme) -> bool:
    """Tell whether a word is a past verb; with a preposition or article it is a noun (`لعقد`)."""
    return "before_past" in lexeme.senses and not lexeme.article and lexeme.clitic in ("", "و", "ف")


def _is_future(lexeme: Lexeme) -> bool:
    if "before_future" in lexeme.senses:
        return True
    if lexeme.kind != WORD or lexeme.senses:
        return False
    word = lexeme.key
    if word[0] in "وف" and word[1:3] in _FUTURE_PREFIXES:
        word = word[1:]
    return (
        len(word) >= _SHORTEST_FUTURE
        and word[:2] in _FUTURE_PREFIXES
        and not word.startswith(future_nouns())
    )


def future_nouns() -> tuple[str, ...]:
    """Return the beginnings of nouns that look like future verbs (`سياسة`)."""
    return load_lexicon().future_nouns


def is_no_date(lexemes: Lexemes, start: int, end: int, meaning: Meaning) -> bool:
    """Tell whether what was read between two places is something else than a time."""
    before = lexemes[start - 1] if start else lexemes[-1]
    first, following = lexemes[start], lexemes[end]
    if isinstance(meaning, Length):
        return is_age(lexemes, start, end, meaning)
    if isinstance(meaning, Vague):
        return _is_no_reference(first, following)
    if isinstance(meaning, Every):
        return False
    counted = "this" in before.senses and meaning.hour is not None  # `هذه الساعة الأولى`
    if counted or "not_that_before" in before.senses:
        return True
    if end == start + 1 or "not_need_after" in following.senses:
        return _is_no_single(lexemes, start, before, following, meaning)
    return _is_no_phrase(lexemes, start, before, meaning)


def _is_no_reference(first: Lexeme, following: Lexeme) -> bool:
    return first.key == "قريبا" and "not_near_after" in following.senses


def _is_no_single(
    lexemes: Lexemes, start: int, before: Lexeme, following: Lexeme, meaning: Moment
) -> bool:
    first = lexemes[start]
    if "not_need_after" in following.senses:
        return first.senses.get("day") == -1
    if "weekday" in first.senses:
        around = "not_both_around" in before.senses or "not_both_around" in following.senses
        pair = first.senses["weekday"] == 1 and around
        return pair or "not_prayer_before" in before.senses or "not_named_before" in before.senses
    if "month" in first.senses or "hijri" in first.senses:
        return "not_named_before" in before.senses and meaning.year is None
    return False


def _is_no_phrase(lexemes: Lexemes, start: int, before: Lexeme, meaning: Moment) -> bool:
    first = lexemes[start]
    if first.senses.get("unit") == ("Y", 1) and first.article and meaning.unit == "Y":
        return before.kind == WORD and "not_after_general" in before.senses
    named = "not_named_before" in before.senses
    called = meaning.day is not None or (meaning.is_time and "this" in first.senses)
    return named and called and meaning.year is None


def is_age(lexemes: Lexemes, start: int, end: int, length: Length) -> bool:
    """Tell whether a duration is a person's age (`عمره 25 عاماً`, `(30 عاماً)`)."""
    unit, count = length.amounts[0] if length.amounts else ("", "")
    if unit not in _AGE_UNITS or count == "X":
        return False
    if "not_age_after" in lexemes[end].senses:
        return True
    for place in range(start - 1, max(-1, start - 1 - _AGE_WINDOW), -1):
        if ends_sentence(lexemes[place]):
            break
        if "not_age_before" in lexemes[place].senses:
            return True
    before = lexemes[start - 1] if start else lexemes[-1]
    if unit != _YEARS:
        return False
    bracketed = before.key in ("(", "،", ",") and lexemes[end].key in (")", "،", ",")
    beside = before.kind == WORD and "not_person_before" in before.senses
    return (bracketed or beside) and lexemes[start].clitic == ""
