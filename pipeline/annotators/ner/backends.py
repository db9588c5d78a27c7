"""What `--ner` names, as a loaded tagger."""

from __future__ import annotations

from pipeline.annotators.ner.camel import CamelTagger
from pipeline.annotators.ner.tagger import Tagger, TransformersTagger
from pipeline.weights import load_recognizer, load_token_classifier


def load_tagger(name: str) -> Tagger:
    """Load `camel`, or a token classifier: `embedded`, a local folder or a Hub id.

    Raises RequestError when it is not there, or has labels the scheme does not know.
    """
    if name == "camel":
        return CamelTagger(load_recognizer())
    return TransformersTagger(load_token_classifier(name))
