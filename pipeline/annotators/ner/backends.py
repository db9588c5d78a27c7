"""What `--ner` names, as a loaded tagger."""

from __future__ import annotations

from pipeline.annotators.ner.camel import CamelTagger
from pipeline.annotators.ner.tagger import Tagger, TransformersTagger
from pipeline.weights import find_device, load_recognizer, load_token_classifier


def load_tagger(name: str) -> Tagger:
    """Load `camel`, or a token classifier, onto a GPU if there is one.

    A token classifier is `embedded`, a local folder or a Hub id.

    Raises RequestError when it is not there, or has labels the scheme does not know.
    """
    if name == "camel":
        return CamelTagger(load_recognizer())
    classifier = load_token_classifier(name)
    classifier.model.to(find_device())
    return TransformersTagger(classifier)
