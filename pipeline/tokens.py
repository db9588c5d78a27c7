"""Words and sentences of a text, as exact spans of code points into the raw text.

`simple_word_tokenize` of camel-tools does the splitting. It knows no offsets and cuts URLs and
#tags apart; both are mended here. Both functions take time linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or one punctuation mark, symbol or emoji; `text` is what the span covers."""

    start: int
    end: int
    text: str
    is_word: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its span without surrounding space, and its tokens `first_token:end_token`."""

    start: int
    end: int
    first_token: int
    end_token: int


_MARKS = "".join(c for c in map(chr, range(0x600, 0x700)) if unicodedata.category(c) == "Mn")
# Bidi marks, embeddings and isolates, and the byte order mark: seen by no reader, part of no word.
INVISIBLE = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

# Possessive quantifiers and the lookbehind keep each alternative from rescanning a long run.
_WHOLE = re.compile(
    rf"""(?:https?://|ftp://|www\.) [^\s<>"«»“”،؛؟]+ (?<![.,;:!?…)\]}}'{INVISIBLE}])
    | (?<![\w.+-]) [\w.+-]++ @ [\w-]++ (?:\.[\w-]++)+
    | @ \w+
    | \# [\w{_MARKS}]+""",
    re.VERBOSE,
)
# A run without space, cut after 32 zero width joiners: camel-tools rescans the rest of a chain
# of joined emoji from each of its members, and no real run comes near that many.
_RUN = re.compile(r"(?:[^\s\u200d]*+\u200d){1,32}+[^\s\u200d]*+|[^\s\u200d]++")


def tokenize(text: str) -> tuple[Token, ...]:
    """Split a text into tokens that cover, in order, every character that is not space.

    URLs, e-mail addresses, @names and #tags stay whole; invisible marks at a word's edge are
    tokens of their own, so that no span over words takes them in.
    """
    is_symbol = _camel_tools()[1]
    tokens = []
    for start, end in _pieces(text):
        if text[start] in INVISIBLE or text[end - 1] in INVISIBLE:
            spans = _without_invisible(text, start, end)
        else:
            spans = ((start, end),)
        for first, last in spans:
            covered = text[first:last]
            is_word = not is_symbol(covered) and any(map(str.isalnum, covered))
            tokens.append(Token(first, last, covered, is_word))
    return tuple(tokens)


@cache
def _camel_tools() -> tuple[Callable[[str], list[str]], Callable[[str], bool]]:
    """Return the splitter and the test for its symbols; the import takes over a second."""
    from camel_tools.tokenizers.word import simple_word_tokenize
    from camel_tools.utils.charsets import EMOJI_ALL_CHARSET, UNICODE_PUNCT_SYMBOL_CHARSET

    return simple_word_tokenize, (EMOJI_ALL_CHARSET | UNICODE_PUNCT_SYMBOL_CHARSET).__contains__


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of whole tokens, and between them those camel-tools splits off."""
    place = 0
    for match in _WHOLE.finditer(text):
        yield from _split(text, place, match.start())
        yield match.span()
        place = match.end()
    yield from _split(text, place, len(text))


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what camel-tools makes of a stretch; its tokens tile a run that holds no space."""
    split = _camel_tools()[0]
    for run in _RUN.finditer(text, start, end):
        place = run.start()
        for piece in split(run[0]):
            yield place, place + len(piece)
            place += len(piece)


def _without_invisible(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the span in up to three, the invisible marks at its edges split off."""
    whole = text[start:end]
    word_start = end - len(whole.lstrip(INVISIBLE))
    word_end = max(word_start, start + len(whole.rstrip(INVISIBLE)))
    edges = ((start, word_start), (word_start, word_end), (word_end, end))
    return tuple((first, last) for first, last in edges if first < last)


_END_MARKS = frozenset(".!?؟…۔")
_PAUSES = frozenset("،,؛;:")
_OPENING_BRACKETS, _CLOSING_BRACKETS = frozenset("([{"), frozenset(")]}")
_OPENING_QUOTES, _CLOSING_QUOTES = frozenset("«“„‘‹"), frozenset("»”’›")
_STRAIGHT_QUOTES = frozenset("\"'")
_ABBREVIATIONS = frozenset({"Mr", "Mrs", "Ms", "Dr", "Prof", "St", "vs", "No", "Jr", "Inc", "Co"})
# The longest line, in characters, that alone between blank lines is taken for a heading.
_LONGEST_HEADING = 60


def split_sentences(text: str, tokens: Sequence[Token]) -> tuple[Sentence, ...]:
    """Group the text's tokens into sentences, in order, each token in exactly one.

    A sentence ends
    - after . ! ? ؟ … ۔ and the quotes and brackets that close on it; but not after a dot inside
      a number or a Latin name, after an initial (`أ. ب.`) or an abbreviation, nor where a comma
      follows, nor, within a line, after dots in a row (`..` and `…` are a pause in our press);
    - at a line break, unless the line stops at a colon, comma or semicolon;
    - at a blank line, unless it is a page break: the line stops at a comma, or inside a quotation,
      or is too long for a heading and has no end mark. The text's first line is its headline.
    """
    sentences = []
    first = line_first = 0
    quotation = _Quotation()
    for number, token in enumerate(tokens):
        quotation.see(token.text)
        last = number + 1 == len(tokens)
        breaks = 0 if last else _line_breaks(text[token.end : tokens[number + 1].start])
        if (
            last
            or _ends_by_mark(tokens, max(first, line_first), number, breaks)
            or _ends_by_break(tokens, line_first, number, breaks, quotation.is_open)
        ):
            sentences.append(Sentence(tokens[first].start, token.end, first, number + 1))
            first = number + 1
            quotation = _Quotation()
        if breaks:
            line_first = number + 1
    return tuple(sentences)


class _Quotation:
    """Whether a sentence stands inside a quotation, token by token."""

    def __init__(self) -> None:
        self._depth = 0
        self._straight = False

    @property
    def is_open(self) -> bool:
        return self._straight or self._depth > 0

    def see(self, mark: str) -> None:
        if mark == '"':
            self._straight = not self._straight
        elif mark in _OPENING_QUOTES:
            self._depth += 1
        elif mark in _CLOSING_QUOTES:
            self._depth = max(0, self._depth - 1)


def _line_breaks(gap: str) -> int:
    """Count line breaks; CRLF is one."""
    return len(f"{gap}.".splitlines()) - 1


def _ends_by_break(
    tokens: Sequence[Token], line_first: int, number: int, breaks: int, quoted: bool
) -> bool:
    token = tokens[number]
    if breaks == 0 or (token.text in _PAUSES and token.text != ":"):
        return False
    if breaks == 1:
        return token.text != ":"
    is_heading = line_first == 0 or token.end - tokens[line_first].start <= _LONGEST_HEADING
    return is_heading and not quoted


def _ends_by_mark(tokens: Sequence[Token], first: int, number: int, breaks: int) -> bool:
    """Tell whether end marks and what closes on them stand between `first` and `number`."""
    if breaks == 0:
        following = tokens[number + 1].text
        if following in _END_MARKS or following in _PAUSES or _closes(tokens, number + 1):
            return False
    last_mark = number
    while last_mark > first and _closes(tokens, last_mark):
        last_mark -= 1
    before = last_mark
    while before >= first and tokens[before].text in _END_MARKS:
        before -= 1
    marks = "".join(token.text for token in tokens[before + 1 : last_mark + 1])
    if not marks or (before >= first and tokens[before].text in _OPENING_BRACKETS):
        return False
    if breaks or not set(marks) <= set(".…"):
        return True
    return marks == "." and not _dot_goes_on(tokens, first, last_mark)


def _closes(tokens: Sequence[Token], number: int) -> bool:
    """Tell whether a quote or bracket closes on what is before it, by kind and by the spaces.

    An invisible mark goes with what it touches, as a closing quote does.
    """
    mark = tokens[number].text
    if mark in _CLOSING_BRACKETS or mark in _OPENING_BRACKETS:
        return mark in _CLOSING_BRACKETS
    glued_before = number > 0 and tokens[number - 1].end == tokens[number].start
    following = tokens[number + 1 : number + 2]
    glued_after = any(t.start == tokens[number].end and t.is_word for t in following)
    if mark in _CLOSING_QUOTES or mark[0] in INVISIBLE:
        return glued_before or not glued_after
    return (mark in _OPENING_QUOTES or mark in _STRAIGHT_QUOTES) and (
        glued_before and not glued_after
    )


def _dot_goes_on(tokens: Sequence[Token], first: int, dot: int) -> bool:
    """Tell whether a dot within a line is part of a number, name, initial or abbreviation."""
    if dot == first:
        return True
    before, after = tokens[dot - 1], tokens[dot + 1]
    if before.end != tokens[dot].start:
        return False
    if after.start == tokens[dot].end:
        left, right = before.text[-1], after.text[0]
        if (left.isdigit() and right.isdigit()) or (f"{left}{right}".isascii() and right.isalnum()):
            return True
    if before.text.isdigit():
        return dot - 1 == first  # the number of a list's item
    if before.is_word and len(before.text.rstrip(_MARKS).removeprefix("و")) <= 1:  # `د.`, `ود.`
        is_era = dot - 2 >= first and tokens[dot - 2].text.isdigit()  # `2024 م.`
        return not is_era
    return before.text in _ABBREVIATIONS
