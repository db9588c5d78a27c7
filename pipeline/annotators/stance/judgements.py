"""What is said of the target in someone's speech: that it must be, is good or bad, will not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.annotators.stance.candidate import NEUTRAL, Candidate, label_of
from pipeline.annotators.stance.clauses import clause_end, clause_start
from pipeline.annotators.stance.conditions import is_conditional
from pipeline.annotators.stance.evidence import Cues
from pipeline.annotators.stance.lexicon import PREDICATE, REPORT
from pipeline.annotators.stance.morphology import NOUN
from pipeline.annotators.stance.needs import needs, outlived
from pipeline.annotators.stance.objects import Objects
from pipeline.annotators.stance.speech import Speech, covering
from pipeline.annotators.stance.targets import Mention
from pipeline.annotators.stance.words import Text

_LONGEST_CLAUSE = 40
_NEEDED = "ضروري"
# How far from `القرار` what is said of it stands.
_TO_JUDGEMENT = 7
# It stands for too much to be judged by.
_HOW = frozenset({"تدريجي"})
_VAGUE = frozenset({"الامر"})


class Judge:
    """Reads judgements in the speech of one text."""

    def __init__(
        self,
        text: Text,
        mentions: dict[int, Mention],
        objects: frozenset[int],
        governed: Objects,
        *,
        removes_objects: bool,
    ) -> None:
        self._text = text
        self._cues = Cues(text)
        self._governed = governed
        self._mentions = mentions
        self._objects = objects
        self._removes = removes_objects

    def find(self, low: int, high: int, speeches: Sequence[Speech]) -> Iterator[Candidate]:
        """Yield what is said of the target in a sentence, one for each clause."""
        done = low
        for place in range(low, high) if speeches else ():
            mention = self._mentions.get(place) or self._needed(place, low)
            mention = mention or self._meant(place)
            if mention is None or place < done:
                continue
            speech = covering(speeches, place)
            if speech is None:
                continue
            found = self._judge(mention, speech)
            if found is not None:
                done = found.after
                yield found

    def _needed(self, place: int, low: int) -> Mention | None:
        """Read an object as the target's opposite where it is said to be needed, or unwanted."""
        if not self._removes or place not in self._objects:
            return None
        words = self._text.words
        needed = needs(self._text, place, low)
        if place - 1 not in self._mentions:  # `رحيل القوات لم يعد له مسوغ` is of their leaving
            needed = needed or outlived(self._text, place, len(words))
        unwanted = place > low and words[place - 1].key in ("لا", "بلا", "دون", "بدون")
        after = range(place + 1, min(place + 5, len(words)))
        needed = needed or any(
            (sense := words[n].sense(PREDICATE)) is not None and sense.cue.lemma == _NEEDED
            for n in after
        )
        if not needed and not unwanted:
            return None
        return Mention(place, place + 1, -1, 2, NOUN, False, False, False)

    def _meant(self, place: int) -> Mention | None:
        """Read `القرار` as the target it stands for, where it may be judged."""
        word = self._text.words[place]
        if not word.plays("anaphor") or not word.reading.definite or word.key in _VAGUE:
            return None
        return self._governed.mention(place)

    def _judge(self, mention: Mention, speech: Speech) -> Candidate | None:
        text = self._text
        if mention.first > speech.first and text.words[mention.first - 1].plays("procedure"):
            return None
        low = max(speech.first, mention.first - _LONGEST_CLAUSE)
        first = clause_start(text, mention.first, low)
        after = clause_end(text, mention.after, min(speech.after, mention.after + _LONGEST_CLAUSE))
        protasis = any(text.words[n].plays("condition") for n in range(first, mention.first))
        if protasis and after < speech.after and text.words[after].key in ("،", ","):
            after = clause_end(text, after + 1, speech.after)
        while first < after and (
            not text.words[first].is_word or text.words[first].plays("complementiser")
        ):
            first += 1
        near = after
        if mention.first not in self._mentions:
            near = min(after, mention.after + _TO_JUDGEMENT)
        evidence = list(self._cues.find(mention, first, near, speech))
        if any(one.sign for one in evidence):  # `الانسحاب التدريجي ضرورة` is one all the same
            evidence = [one for one in evidence if one.sign or one.rule != "manner"]
        elif all(one.cue in _HOW for one in evidence):
            return None  # how something goes on is no position: `تسلم القواعد تدريجياً`
        signs = {one.sign for one in evidence}
        if not signs or ({1, -1} <= signs - {0} and 0 not in signs):
            return None
        sign = 0 if 0 in signs else signs.pop()
        denied = speech.denied or self._disbelieved(first, mention.first)
        label = label_of(sign * mention.side * (-1 if denied else 1))
        best = evidence[0]
        refuses = best.rule == "own-act" and best.sign < 0
        if not protasis and not refuses and is_conditional(text, mention.after, speech.after):
            label = NEUTRAL
        if speech.denied:  # what is denied belongs to the position
            first = speech.verb - 1
        return Candidate(
            first, after, label, speech.holder, best.cue, best.rule, mention.strength, len(evidence)
        )

    def _disbelieved(self, first: int, high: int) -> bool:
        """Tell whether it is said not to be believed (`لا نعتقد أن …`)."""
        for place in range(first + 1, high):
            sense = self._text.words[place].sense(REPORT, verb=True)
            if sense is not None and sense.cue.name == "believe":
                ahead = self._text.words[place + 1 : place + 4]
                says = any(word.plays("complementiser") for word in ahead)
                if says and self._text.negates(place - 1):
                    return True
        return False
