"""camel-tools' `NERecognizer` as a backend: its labels as they come, without probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.annotators.ner.calibration import UNCALIBRATED
from pipeline.annotators.ner.tagger import WordTag, iob2_tags, model_view
from pipeline.errors import RequestError
from pipeline.weights import Recognizer


class CamelTagger:
    """Labels words with a `NERecognizer`.

    The recognizer gives no label to a word of which its tokenizer leaves nothing, and so shifts
    the labels of all that follow; such words are kept from it and are O.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self.source = f"{recognizer.name}@{recognizer.revision}"
        self.calibration = UNCALIBRATED
        self._recognizer = recognizer.model
        id2label = recognizer.model.model.config.id2label
        tags = iob2_tags(id2label, recognizer.name)
        self._tag_of = {
            id2label[number]: tag for number, tag in zip(sorted(id2label), tags, strict=True)
        }

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[WordTag]]:
        """Return for each word of each sentence its tag; every probability is NaN.

        Raises RequestError when the recognizer does not give one label a word.
        """
        views = [[model_view(word) for word in words] for words in sentences]
        read = [
            [place for place, view in enumerate(words) if self._is_read(view)] for words in views
        ]
        labels = self._recognizer.predict(
            [[words[place] for place in places] for words, places in zip(views, read, strict=True)]
        )
        tagged = []
        for words, places, found in zip(views, read, labels, strict=True):
            if len(found) != len(places):
                cause = f"gave {len(found)} labels to the {len(places)} words of a sentence"
                cure = "Use a camel-tools of 1.6 or newer, or another --ner."
                raise RequestError(f"model {self.source!r}", cause, cure)
            tags = ["O"] * len(words)
            for place, label in zip(places, found, strict=True):
                tags[place] = self._tag_of[label]
            tagged.append([WordTag(tag, math.nan) for tag in tags])
        return tagged

    def _is_read(self, view: str) -> bool:
        return bool(self._recognizer.tokenizer.tokenize(view))
