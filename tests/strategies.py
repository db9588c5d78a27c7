"""Hypothesis strategies for text as it comes: Arabic, marks, ligatures, bidi, emoji, odd breaks."""

from hypothesis import strategies as st

LETTERS = [chr(c) for c in range(0x621, 0x64B)] + list("پچژگیک")
TASHKEEL = [chr(c) for c in range(0x64B, 0x656)] + ["\u0670", "\u06d6"]
LAM_ALEF = [chr(c) for c in range(0xFEF5, 0xFEFD)]
PRESENTATION = ["\ufe8d", "\ufedf", "\ufb50", "\ufdfa", "\ufdf2", "\ufc62"]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
JOINERS = ["\u200c", "\u200d", "\u0640", "\ufe0f", "\u20e3"]
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🇮🇶", "🇸🇦", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ℹ️"]
SPACES = [" ", "  ", "\t", "\xa0", "\u2009", "\u3000"]
BREAKS = ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"]
DIGITS = list("0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
PUNCTUATION = list(".!?؟…۔،؛:;,/-–—()[]{}«»“”‘’\"'@#_*&+=<>%٪٫٬")
WHOLE = [
    "https://ar.wikipedia.org/wiki/العراق",
    "www.x.com/a?b=1",
    "a.b@c.org",
    "@ali_x",
    "#العراق_الآن",
    "أ. ب.",
    "2.5",
    "سبتمبر/أيلول",
    "e\u0301",
]

characters = st.sampled_from(
    LETTERS + TASHKEEL + LAM_ALEF + PRESENTATION + BIDI + JOINERS + DIGITS + PUNCTUATION
)
pieces = st.one_of(
    characters,
    st.sampled_from(EMOJI + SPACES + BREAKS + WHOLE),
    st.text(st.sampled_from(LETTERS + TASHKEEL), min_size=2, max_size=8),
    st.characters(exclude_categories=["Cs"]),
)
texts = st.lists(pieces, max_size=60).map("".join)
# A text that a corpus may hold: something to read, and no NUL.
document_texts = texts.filter(lambda text: text.strip() and "\0" not in text)
