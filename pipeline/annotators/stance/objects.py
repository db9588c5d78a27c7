"""The target as the object of a position: along prepositions, nouns between, and clauses."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.annotators.stance.lexicon import ACT, EXPRESS, OPERATOR, REPORT, Sense
from pipeline.annotators.stance.morphology import NOUN
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text

# Words from a cue to the preposition of its object; along the object to the target.
_TO_LINK, _TO_TARGET, _IN_CLAUSE = 20, 9, 5
# On the way to an object it is no negator: `انتقد ما وصفه بالتأخير`.
_WHAT = "ما"
# Words between a subject and a direct object that no rule knows.
_UNKNOWN = 1
# `جدول زمني` alone is the target's, where it was spoken of.
_OF_TIME = "زمني"
_FEARING = frozenset({"warn", "fear"})
# Who does this to a timetable for the target does it to the target.
_SCHEDULING = frozenset({"demand", "support", "welcome", "want", "reject", "decide", "promise"})
# Who does this to the presence the target would end does it to the target's opposite.
_KEEPING = frozenset({"want", "reject", "support"})
# How far back the target must have been named for `القرار` to mean it.
_RECENT, _NEAR, _JUST_NOW = 250, 60, 25


class Object(NamedTuple):
    """The target as the object of a position: its mention, and the sign of what stands between."""

    mention: Mention
    sign: int


class Objects:
    """Finds what positions are about, in one text."""

    def __init__(
        self,
        text: Text,
        mentions: dict[int, Mention],
        places: frozenset[int],
        *,
        removes_objects: bool,
    ) -> None:
        self._removes = removes_objects
        self._text = text
        self._mentions = mentions
        self._places = places

    def of(self, first: int, high: int, sense: Sense) -> Object | None:
        """Return the target where a cue governs it, or where it would bring what is feared."""
        return (
            self.governed(first, high, sense)
            or self._feared(first, high, sense)
            or self._presence(first, high, sense)
            or self._them(first - 1, sense)
        )

    def governed(self, first: int, high: int, sense: Sense) -> Object | None:
        """Return the target where it is the object of a cue."""
        words, takes = self._text.words, sense.cue.takes
        commas = unknown = 0
        passed = 1  # the sign of operators between: `ترفض استثناء الإقليم من القرار`
        demanded = sense.cue.name in _SCHEDULING
        for place in range(first, min(first + _TO_LINK, high)):
            word = words[place]
            if "" in takes and self._that_not(place):
                feared = self._in_clause(place + 1, high)
                return feared and feared._replace(sign=-feared.sign)
            if word.plays("complementiser"):
                wanted = {"ان": "", "بان": "ب"}.get(word.key)
                if wanted not in takes or place in self._text.raw_hamza:
                    return None
                return self._in_clause(place + 1, high)
            if place in self._mentions and self._says_when(place, first):
                return None
            if self._attached(place) in takes or (
                "" in takes and (place == first or place in self._mentions) and unknown <= _UNKNOWN
            ):
                found = self.along(place, high, demanded=demanded)
                if found is not None:
                    return found._replace(sign=found.sign * passed)
            if demanded and word.plays("schedule"):
                return self._scheduled(place + 1, high)
            if word.plays("procedure", "relative") and not commas:
                return None
            if word.reading.key in takes:
                following = place + 1
                if following < high and words[following].plays("complementiser"):
                    return self._in_clause(following + 1, high)
                found = self.along(following, high, demanded=demanded)
                if found is not None or "" not in takes:
                    return found
            if word.plays("pause"):
                commas += 1
                if word.key not in ("،", ",", "-", "(", ")") or commas > 2:
                    return None
            elif word.is_word and not commas:
                operator = word.sense(OPERATOR, verb=False)
                passed *= operator.cue.polarity if operator is not None else 1
                unknown += not word.plays("transparent", "preposition")
                if self._is_verb(place):
                    return None
        return None

    def _that_not(self, place: int) -> bool:
        """Tell whether a word is `ألا` for `أن لا`, and not `إلا`."""
        word = self._text.words[place]
        return word.key == "الا" and self._text.raw[word.start] == "أ"

    def _says_when(self, place: int, first: int) -> bool:
        """Tell whether a mention says when something was: `بعد مغادرة`, `بعد إعلان الانسحاب`."""
        return any(self._text.words[n].plays("when") for n in range(max(first, place - 2), place))

    def _feared(self, first: int, high: int, sense: Sense) -> Object | None:
        """Return the target where it would bring what is feared (`من عودة … في حال الانسحاب`)."""
        if sense.cue.name not in _FEARING:
            return None
        for place in range(first, min(first + _TO_LINK // 2, high)):
            if self._text.words[place].plays("pause"):
                return None
            if self._text.words[place].plays("case"):
                for ahead in (place + 1, place + 2):
                    if ahead < high and ahead in self._mentions:
                        return Object(self._mentions[ahead], 1)
        return None

    def _is_verb(self, place: int) -> bool:
        word = self._text.words[place]
        return any(word.sense(kind, verb=True) for kind in (REPORT, ACT, EXPRESS)) and not any(
            word.sense(kind, verb=False) for kind in (REPORT, ACT)
        )

    def _attached(self, place: int) -> str:
        """Return the preposition written onto a word."""
        word = self._text.words[place]
        if word.reading.preposition:
            return word.reading.preposition
        if word.key in ("بعدم", "لعدم"):
            return word.key[0]
        if place in self._mentions and not word.reading.definite:
            key = word.key.lstrip("و")
            return key[0] if key[:1] in ("ب", "ل") and self._mentions[place].part == NOUN else ""
        return ""

    def along(self, first: int, high: int, *, demanded: bool = False) -> Object | None:
        """Follow the object from word to word to the target; an unknown word breaks it off.

        Who demands a timetable for the target demands it; its file closed is the target.
        """
        words = self._text.words
        sign, budget = 1, 0
        decided: int | None = None
        recalled: Object | None = None
        filed = False
        for place in range(first, min(first + _TO_TARGET, high)):
            mention = self.mention(place)
            word = words[place]
            if (mention is None or filed) and (sign == 0 or filed) and place in self._places:
                mention = Mention(place, place + 1, 1, 2, NOUN, False, False, False)
            filed = filed or word.plays("file")
            if mention is not None and (mention.strength > 1 or not word.plays("transparent")):
                return Object(mention, sign)
            if mention is not None and word.reading.definite:
                recalled = recalled or Object(mention, sign)
            operator = word.sense(OPERATOR) or word.sense(ACT, verb=False)
            if demanded and word.plays("schedule"):
                return self._scheduled(place + 1, high, sign)
            if word.plays("procedure", "pause", "relative", "when"):
                break
            if place in self._text.entities:
                continue  # whose agreement it is takes nothing from what it is on
            if word.plays("negator") and word.key != _WHAT:
                sign = -sign
            elif operator is not None and not word.plays("transparent"):
                sign *= operator.cue.polarity
            elif word.plays("decision", "consequence"):
                budget += 2
                decided = decided or (place if word.plays("decision") else None)
            elif word.is_word and not word.plays(
                "transparent", "contain", "file", "now", "consequence"
            ):
                budget -= 1
                if budget < 0:
                    break
        if recalled is None and decided is not None and decided + 1 < high:
            return self._recalled(decided, sign) if words[decided + 1].reading.definite else None
        return recalled

    def _recalled(self, place: int, sign: int) -> Object | None:
        """Return someone's decision as the target where it was named before: `قرار الوزراء`."""
        if self._spoken(place):
            return Object(Mention(place, place + 1, 1, 1, NOUN, False, False, False), sign)
        return None

    def _scheduled(self, first: int, high: int, sign: int = 1) -> Object | None:
        """Return the target a timetable is for (`جدول زمني لا يتجاوز ستة أشهر لرحيل …`)."""
        for place in range(first, min(first + _TO_TARGET, high)):
            if place in self._mentions:
                return Object(self._mentions[place], sign)
            if not self._text.words[place].is_word:
                break
        if first < high and self._text.words[first].key == _OF_TIME:
            return self._recalled(first - 1, sign)
        return None

    def _presence(self, first: int, high: int, sense: Sense) -> Object | None:
        """Return the thing the target takes away as the target's opposite: `لن نقبل بجندي واحد`.

        Its name must say whose it is, or that there is but one.
        """
        if not self._removes or sense.cue.name not in _KEEPING:
            return None
        for place in range(first, min(first + 3, high)):
            word = self._text.words[place]
            if place in self._places and place + 1 < high:
                foreign = place + 1 in self._places or self._text.words[place + 1].key == "واحد"
                taken = self._attached(place) in sense.cue.takes or (
                    self._text.words[place - 1].key in sense.cue.takes
                )
                if not (foreign and taken):
                    return None
                return Object(Mention(place, place + 2, -1, 2, NOUN, False, False, False), 1)
            if not word.plays("transparent", "preposition"):
                return None
        return None

    def _them(self, place: int, sense: Sense) -> Object | None:
        """Return a pronoun for those the target takes away, named before: `لا نريدهم هنا`."""
        if not (self._removes and sense.is_verb and sense.pronoun):
            return None
        key = self._text.words[place].key
        spoken = any(n in self._places for n in range(max(0, place - _NEAR), place))
        if sense.cue.name not in _KEEPING or not key.endswith("هم") or not spoken:
            return None
        return Object(Mention(place, place + 1, -1, 1, NOUN, False, False, False), 1)

    def _in_clause(self, first: int, high: int) -> Object | None:
        """Return the target among the first words of a clause (`من أن انسحاب …`)."""
        sign = 1
        for place in range(first, min(first + _IN_CLAUSE, high)):
            word = self._text.words[place]
            mention = self._mentions.get(place)
            if mention is not None:
                return Object(mention, sign)
            if word.plays("pause", "procedure"):
                return None
            if word.plays("negator"):
                sign = -sign
            elif (operator := word.sense(OPERATOR)) is not None:
                sign *= operator.cue.polarity
        return None

    def mention(self, place: int) -> Mention | None:
        """Return the mention at a place, or `القرار` where it stands for one named before."""
        if place in self._mentions:
            return self._mentions[place]
        word = self._text.words[place]
        pointing = word.plays("anaphor") and (word.reading.definite or self._points(place))
        if not pointing and not word.plays("fulfilment"):
            return None
        if not self._spoken(place):
            return None
        return Mention(place, place + 1, 1, 1, NOUN, False, False, False)

    def _spoken(self, place: int) -> bool:
        """Tell whether the target, or near enough what it happens to, was named before."""
        return any(n in self._mentions for n in range(max(0, place - _RECENT), place)) or any(
            n in self._places for n in range(max(0, place - _NEAR), place)
        )

    def meant(self, place: int) -> Object | None:
        """Return the target where it was named last before a pronoun (`واصفاً إياه`)."""
        for before in range(place - 1, max(0, place - _JUST_NOW) - 1, -1):
            mention = self.mention(before)
            if mention is not None:
                side, strength = mention.side, min(mention.strength, 2)
                return Object(
                    Mention(place, place + 1, side, strength, NOUN, False, False, False), 1
                )
        return None

    def _points(self, place: int) -> bool:
        """Tell whether an indefinite noun points back: `أي خطوة`, `قرار كهذا`, `خطوة من هذا`."""
        words = self._text.words
        around = (*words[max(0, place - 1) : place], *words[place + 1 : place + 3])
        return any(word.plays("pointing") for word in around)
