"""Attribution: who says what, from verbs of saying, `بحسب`, quotation marks and what goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.annotators.stance.clauses import closing_quote, opens_quote
from pipeline.annotators.stance.holders import Reader
from pipeline.annotators.stance.lexicon import ACT, EXPRESS, REPORT, Sense
from pipeline.annotators.stance.names import Phrase
from pipeline.annotators.stance.subjects import Subjects
from pipeline.annotators.stance.words import Text

# How far from the verb its content may begin; and from `بحسب فلان` to its comma.
_TO_CONTENT, _TO_COMMA = 18, 9
# After these stands a speaker, or a plan, a law, an agreement.
_ACCORDING = frozenset({"وفق", "استنادا", "وفقما"})
_NO_LONGER = "عد"  # `لم يعد` is spelled like it
_SPEAKERS = ("title", "body", "speaker", "source")
_AFTER_PARTICIPLE = frozenset({"ان", "بان", "انه", "انها", "الي", "علي", ":"})


class Speech(NamedTuple):
    """Words `first` to `after` are what `holder` says, by the verb or particle at `verb`."""

    holder: Phrase
    first: int
    after: int
    verb: int
    quoted: bool
    cue: str
    chant: bool
    denied: bool = False


class Listener:
    """Finds the speech of one text, sentence by sentence."""

    def __init__(self, text: Text, reader: Reader, subjects: Subjects) -> None:
        self._text = text
        self._reader = reader
        self._subjects = subjects
        self._open: Speech | None = None
        self._sentence = 0

    def listen(self, low: int, high: int) -> list[Speech]:
        """Return the speech of a sentence."""
        self._sentence = low
        found = list(self._going_on(low, high)) or list(self._headed(low, high))
        place = found[-1].after if found else low
        start = place
        while place < high:
            speech = self._at(place, start, high)
            if speech is None:
                place += 1
                continue
            found.append(speech)
            self._subjects.last = speech.holder
            if speech.quoted and speech.first > place:
                place = max(place + 1, speech.after)
            else:
                place += 1
            start = place if speech.first > speech.verb else start
        return found

    def _going_on(self, low: int, high: int) -> Iterator[Speech]:
        """Yield the rest of a quotation an earlier sentence opened, or a quotation of its own."""
        text = self._text
        if self._open is not None:
            speech, end = self._open, high
            for place in range(low, high):
                if text.words[place].plays("close") or (
                    text.words[place].plays("straight") and not opens_quote(text, place)
                ):
                    end, self._open = place, None
                    break
            if self._open is not None and "\n" in text.raw[text.words[high - 1].end :][:2]:
                self._open = None  # the paragraph ends it
            yield speech._replace(first=low, after=end)
        elif self._subjects.last is not None and low < high and opens_quote(text, low):
            close = closing_quote(text, low, high)
            if close is not None and close >= high - 2:
                yield Speech(self._subjects.last, low + 1, close, low, True, "«»", False)

    def _headed(self, low: int, high: int) -> Iterator[Speech]:
        """Yield what stands after a name and a colon: `رئيس الحزب: لن نقبل …`."""
        words = self._text.words
        holder = self._reader.read(low, high)
        if holder is None or holder.after + 1 >= high or words[holder.after].key != ":":
            return
        if holder.is_name or words[holder.first].plays("title", "body", "speaker"):
            first = holder.after + 1
            yield Speech(
                holder, first + opens_quote(self._text, first), high, low, False, ":", False
            )

    def _at(self, place: int, low: int, high: int) -> Speech | None:
        word = self._text.words[place]
        if word.plays("according"):
            return self._according(place, low, high)
        if not word.reading.senses:
            return None
        sense = self._report(place, high)
        if sense is None:
            self._notice(place, high)
            return None
        if not sense.is_verb:
            accusative = word.key.endswith(("ا", "ه", "ين")) and not word.reading.definite
            follows = place + 1 < high and self._text.words[place + 1].key in _AFTER_PARTICIPLE
            if not accusative or not follows:
                return None
            holder = self._subjects.of_participle(place, self._sentence)
            if holder is None:
                return None
            return self._content(holder, place, place + 1, high, sense)
        return self._said(place, low, high, sense)

    def _notice(self, place: int, high: int) -> None:
        """Note who acts without saying anything: `أصدر الحزب بياناً` leads to `وجاء في البيان`."""
        words = self._text.words
        word = words[place]
        sense = word.sense(EXPRESS, verb=True) or word.sense(ACT, verb=True)
        begins = word.reading.conjunction or place == 0 or not words[place - 1].is_word
        if sense is not None and begins:
            phrase = self._subjects.after(place, place + 1, high, sense, sense.cue.takes)
            if phrase is not None and (phrase.is_name or words[phrase.first].plays(*_SPEAKERS)):
                self._subjects.last = phrase

    def _report(self, place: int, high: int) -> Sense | None:
        """Return the report a word is; `جاء` and `ورد` are one only before `في` or a colon."""
        relays = place + 1 < high and self._text.words[place + 1].key in ("في", "عن", "علي")
        for sense in self._text.words[place].reading.senses:
            if sense.cue.kind == REPORT and (relays or sense.cue.lemma not in ("جاء", "ورد")):
                return sense
        return None

    def _said(self, place: int, low: int, high: int, sense: Sense) -> Speech | None:
        negated = place > low and self._text.negates(place - 1)
        if negated and (sense.cue.name != "believe" or sense.cue.lemma == _NO_LONGER):
            return None
        holder = self._subjects.of_report(place, low, high, sense)
        if holder is None:
            return None
        if negated:  # `لا يعتقد أن …`: the contrary is believed
            start = holder.after if holder.first > place else place + 1
            speech = self._content(holder, place, start, high, sense)
            return speech._replace(denied=True) if speech is not None else None
        if holder.is_name and holder.first > place:
            self._subjects.last = holder
        start = holder.after if holder.first > place else place + 1
        return self._content(holder, place, start, high, sense) or self._said_before(
            holder, place, low, sense
        )

    def _content(
        self, holder: Phrase, verb: int, first: int, high: int, sense: Sense
    ) -> Speech | None:
        """Return the speech that begins at the next complementiser, colon or quotation mark."""
        text = self._text
        chant = sense.cue.lemma in ("هتف", "ردد")
        for place in range(first, min(first + _TO_CONTENT, high)):
            word = text.words[place]
            if opens_quote(text, place):
                return self._quoted(holder, verb, place, high, sense)
            if word.plays("complementiser") and place > verb:
                end = self._next_speech(place + 1, high)
                if place + 1 < high and opens_quote(text, place + 1):
                    return self._quoted(holder, verb, place + 1, high, sense)
                return Speech(holder, place + 1, end, verb, False, sense.cue.lemma, chant)
            if word.key == ":" and place + 1 < high:
                if opens_quote(text, place + 1):
                    return self._quoted(holder, verb, place + 1, high, sense)
                return Speech(holder, place + 1, high, verb, False, sense.cue.lemma, chant)
            modal = word.reading.senses and word.reading.senses[0].cue.name == "must"
            if modal and not word.reading.definite and place <= first + 1:
                end = self._next_speech(place + 1, high)
                return Speech(holder, place, end, verb, False, sense.cue.lemma, False)
            if word.sense(REPORT, verb=True) is not None and not word.reading.definite:
                return None
        return None

    def _quoted(self, holder: Phrase, verb: int, place: int, high: int, sense: Sense) -> Speech:
        chant = sense.cue.lemma in ("هتف", "ردد")
        close = closing_quote(self._text, place, high)
        if close is not None and close + 2 < high and opens_quote(self._text, close + 2) and chant:
            close = closing_quote(self._text, close + 2, high)  # two slogans joined by `و`
        if close is not None and close - place <= 4 and not chant:
            # a term in quotes, not the whole of what is said
            close = self._next_speech(close, high)
            return Speech(holder, place + 1, close, verb, False, sense.cue.lemma, chant)
        speech = Speech(
            holder, place + 1, high if close is None else close, verb, True, sense.cue.lemma, chant
        )
        self._open = speech if close is None and not self._ends_paragraph(high) else None
        return speech

    def _ends_paragraph(self, high: int) -> bool:
        end = self._text.words[high - 1].end
        return "\n" in self._text.raw[end : end + 2]

    def _said_before(self, holder: Phrase, place: int, low: int, sense: Sense) -> Speech | None:
        """Return what stands before the verb: `«…»، قال فلان`, `…، كما قال فلان`."""
        text = self._text
        end = place
        while end > low and not text.words[end - 1].is_word:
            end -= 1
        if end == place and place > low and text.words[place - 1].plays("ends", "according"):
            end = place - 1
        if end <= low or end == place:
            return None
        first = low
        while first < end and not text.words[first].is_word:
            first += 1
        return Speech(holder, first, end, place, True, sense.cue.lemma, False)

    def _according(self, place: int, low: int, high: int) -> Speech | None:
        """Return the speech `بحسب فلان` frames, on the side where there is more of it."""
        text = self._text
        first = place + 1
        while first < min(place + 4, high) and (
            text.words[first].key in ("ما", "ل", "مصادر")
            or text.words[first].sense(REPORT, verb=True) is not None
        ):
            first += 1
        holder = self._reader.read(first, high) or self._attached(first, high)
        if holder is None or not self._speaks(place, holder):
            return None
        before = any(text.words[n].is_word for n in range(low, place))
        key = text.words[place].key
        if before and place - low > 2:
            end = place
            while end > low and not text.words[end - 1].is_word:
                end -= 1
            return Speech(holder, low, end, place, False, key, False)
        for after in range(holder.after, min(holder.after + _TO_COMMA, high)):
            if text.words[after].key in ("،", ",", ":", "فان", "فانه", "فانها"):
                return Speech(
                    holder, after + 1, self._next_speech(after + 1, high), place, False, key, False
                )
        return None

    def _speaks(self, place: int, holder: Phrase) -> bool:
        """Tell whether `وفق` has a speaker after it, and not what something accords with."""
        if self._text.words[place].key not in _ACCORDING:
            return True
        head = self._text.words[holder.first]
        return holder.is_name or head.plays("title", "body", "speaker", "hearer", "source")

    def _attached(self, first: int, high: int) -> Phrase | None:
        """Read `لوزير` in `وفقاً لوزير`: the word with its proclitic, whole."""
        if first >= high or not self._text.words[first].key.startswith("ل"):
            return None
        if first in self._text.entities:
            return self._reader.read(first, high)
        rest = self._reader.read(first + 1, high)
        if rest is not None and rest.is_name and rest.name_first > rest.first:
            return rest
        after = (
            rest.after
            if rest is not None and not self._text.words[first].reading.definite
            else first + 1
        )
        return Phrase(first, after, first, after, False)

    def _next_speech(self, first: int, high: int) -> int:
        """Return where another report begins: `وأضاف`, `، وقال`, `، مؤكداً`."""
        for place in range(first + 1, high):
            word = self._text.words[place]
            sense = word.sense(REPORT)
            if sense is None or word.reading.definite:
                continue
            if not self._text.words[place - 1].is_word or word.reading.conjunction:
                return place
        return high


def covering(speeches: Sequence[Speech], place: int) -> Speech | None:
    """Return the innermost speech a word stands in."""
    inside = [speech for speech in speeches if speech.first <= place < speech.after]
    return min(inside, key=lambda speech: speech.after - speech.first, default=None)
