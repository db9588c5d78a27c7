"""Code points to UTF-16 units and back, for the browser's side of Doccano."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

_WIDEST_BMP = "\uffff"


class Utf16Map:
    """Converts offsets of one text; O(1) to UTF-16, O(log n) back."""

    def __init__(self, text: str) -> None:
        self._units: Sequence[int] = range(len(text) + 1)
        if max(text, default="") > _WIDEST_BMP:
            widths = (2 if character > _WIDEST_BMP else 1 for character in text)
            self._units = list(accumulate(widths, initial=0))

    def to_utf16(self, offset: int) -> int:
        """Return the UTF-16 offset of a code-point offset; IndexError outside the text."""
        if offset < 0:
            raise IndexError(f"offset {offset} is negative")
        return self._units[offset]

    def from_utf16(self, offset_utf16: int) -> int:
        """Return the code-point offset of a UTF-16 offset.

        Raises ValueError when the offset is outside the text or between two surrogates.
        """
        place = bisect_left(self._units, offset_utf16)
        if place == len(self._units) or self._units[place] != offset_utf16:
            raise ValueError(f"UTF-16 offset {offset_utf16} is no character edge of the text")
        return place
