import pytest
from hypothesis import given

from pipeline.offsets import Utf16Map
from tests.strategies import texts


@given(texts)
def test_every_offset_comes_back_and_agrees_with_the_codec(text):
    units = Utf16Map(text)
    for offset in range(len(text) + 1):
        utf16 = units.to_utf16(offset)
        assert utf16 == len(text[:offset].encode("utf-16-le")) // 2
        assert units.from_utf16(utf16) == offset


@pytest.mark.parametrize("offset", [-1, 1, 3])
def test_what_is_no_character_edge_is_refused(offset):
    with pytest.raises(ValueError, match="no character edge"):
        Utf16Map("😀").from_utf16(offset)


def test_offsets_outside_the_text_are_refused():
    with pytest.raises(IndexError):
        Utf16Map("نص").to_utf16(3)
    with pytest.raises(IndexError):
        Utf16Map("نص").to_utf16(-1)
