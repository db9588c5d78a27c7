"""Raw Arabic text to folded tokens that keep their raw offsets: the normalised view.

Nothing here changes the text. A token's `key` is what the lexicon is looked up by: tashkeel,
tatweel and bidi marks gone, presentation forms opened, alef, ya and ta marbuta folded, digits in
ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

WORD, NUMBER, LATIN, MARK = "word", "number", "latin", "mark"

_TASHKEEL = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
_BIDI = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\ufeff"
_TATWEEL = "\u0640"
_BASIC = r"\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5"
_PRESENTED = r"\ufb50-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc"
_LETTER = _BASIC + _PRESENTED
_DIGIT = "0-9\u0660-\u0669\u06f0-\u06f9"
_SEPARATOR = r"/.,:\-\u066b\u066c\u060d\u2010-\u2015\u2044"

# Possessive quantifiers and disjoint classes: every character is looked at a bounded number of
# times, so a megabyte of digits and slashes is read in one pass.
_TOKEN = re.compile(
    rf"(?P<number>[{_DIGIT}]++(?:[{_BIDI}]*+[{_SEPARATOR}][{_BIDI}]*+[{_DIGIT}]++)*)"
    rf"|(?P<word>[{_LETTER}](?:[{_LETTER}{_TASHKEEL}{_TATWEEL}]++|[{_BIDI}]++(?=[{_LETTER}]))*)"
    r"|(?P<latin>[A-Za-z\u00c0-\u024f]++)"
    rf"|(?P<mark>\n|[^\s{_BIDI}{_TASHKEEL}{_TATWEEL}])"
)
_DROPPED = re.compile(f"[{_TASHKEEL}{_TATWEEL}{_BIDI}]")
_PRESENTATION = re.compile(f"[{_PRESENTED}]")
_FOLDED = str.maketrans(
    "أإآٱىةیکۀەھ" + "٠١٢٣٤٥٦٧٨٩" + "۰۱۲۳۴۵۶۷۸۹" + "٫٬؍\u2010\u2011\u2012\u2013\u2014\u2015\u2044",
    "اااايهيكههه" + "0123456789" * 2 + ".,/------/",
)


class Token(NamedTuple):
    """One token: raw half-open offsets, kind, key, and whether it touches the one before."""

    start: int
    end: int
    kind: str
    key: str
    glued: bool


def strip_marks(word: str) -> str:
    """Return a word's letters or digits: no tashkeel, tatweel or bidi marks, ligatures opened."""
    bare = _DROPPED.sub("", word)
    return unicodedata.normalize("NFKC", bare) if _PRESENTATION.search(bare) else bare


@lru_cache(maxsize=1 << 12)
def fold(word: str) -> str:
    """Return the key of a word or number."""
    return strip_marks(word).translate(_FOLDED)


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a raw text in order; white space other than a newline is no token."""
    before = -1
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        kind = match.lastgroup or MARK
        yield Token(start, end, kind, fold(match.group()), start == before)
        before = end
