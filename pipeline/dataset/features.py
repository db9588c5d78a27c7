"""The explicit features of every config of a release."""

from __future__ import annotations

from typing import Any

from pipeline.adjudication.history import ACTIONS
from pipeline.scheme import DATES, ENTITIES, LAYERS, STANCE, load_scheme

SPANS, NER, ANNOTATORS, HISTORY = "spans", "ner", "annotators", "history"
CONFIGS = (SPANS, NER, DATES, STANCE, ANNOTATORS, HISTORY)

_DATE_ATTRIBUTES = ("value", "mod", "quant", "freq", "original_calendar", "value_by")
_STANCE_ATTRIBUTES = ("cue", "rule")
_EVENT_ATTRIBUTES = ("label", "value", "mod", "quant", "freq", "original_calendar", "target")


def ner_tags() -> list[str]:
    """Return the IOB2 tag set of the `ner` config, O first."""
    return ["O", *(f"{prefix}-{label}" for label in load_scheme().ids(ENTITIES) for prefix in "BI")]


def features_of(config: str) -> Any:
    """Return the `datasets.Features` of one of CONFIGS."""
    from datasets import Features

    columns = {
        SPANS: _documents,
        NER: _sentences,
        DATES: _dates,
        STANCE: _stances,
        ANNOTATORS: _documents,
        HISTORY: _stories,
    }
    return Features(columns[config]())


def _documents() -> dict[str, Any]:
    """Return the columns of a row a document and agent: text, origin, lists of spans."""
    from datasets import List, Value

    string = Value("string")
    return {
        "id": string,
        "text": string,
        "text_sha256": string,
        "dct": Value("date32"),
        **dict.fromkeys(
            ("dct_source", "title", "source", "licence", "layer_source", "agent"), string
        ),
        **dict.fromkeys(("guideline", "based_on", "confirmed_at"), string),
        ENTITIES: List(_span(ENTITIES, {})),
        DATES: List(_span(DATES, dict.fromkeys(_DATE_ATTRIBUTES, string))),
        STANCE: List(_span(STANCE, _stance_attributes())),
    }


def _sentences() -> dict[str, Any]:
    """Return the columns of a row a sentence: tokens, tags and offsets into the document's text."""
    from datasets import ClassLabel, List, Value

    string, offset = Value("string"), Value("int32")
    return {
        "id": string,
        "document": string,
        "layer_source": string,
        "tokens": List(string),
        "ner_tags": List(ClassLabel(names=ner_tags())),
        "token_start": List(offset),
        "token_end": List(offset),
    }


def _dates() -> dict[str, Any]:
    """Return the columns of a row a date span; relative ones count from `dct`."""
    from datasets import Value

    attributes = dict.fromkeys(_DATE_ATTRIBUTES, Value("string"))
    return {**_of_document(), "dct": Value("date32"), **_span(DATES, attributes), **_sentence()}


def _stances() -> dict[str, Any]:
    """Return the columns of a row a stance span."""
    return {**_of_document(), **_span(STANCE, _stance_attributes()), **_sentence()}


def _stories() -> dict[str, Any]:
    """Return the columns of a row a place of a layer, with what was done there, in order.

    The labels of all layers stand in one column of events, so that they are names, not numbers.
    """
    from datasets import ClassLabel, List, Value

    string = Value("string")
    event = {
        "agent": string,
        "action": ClassLabel(names=list(ACTIONS)),
        **_mention(),
        **dict.fromkeys(_EVENT_ATTRIBUTES, string),
        "holder": _mention(),
        "changed": List(string),
        "authors": List(string),
    }
    layer = ClassLabel(names=list(LAYERS))
    return {**_of_document(), "layer": layer, **_mention(), "events": List(event)}


def _of_document() -> dict[str, Any]:
    from datasets import Value

    return dict.fromkeys(("id", "document", "layer_source"), Value("string"))


def _sentence() -> dict[str, Any]:
    from datasets import Value

    offset = Value("int32")
    return {"sentence": Value("string"), "sentence_start": offset, "sentence_end": offset}


def _span(layer: str, attributes: dict[str, Any]) -> dict[str, Any]:
    from datasets import ClassLabel, Value

    label = ClassLabel(names=list(load_scheme().ids(layer)))
    return {**_mention(), "label": label, **attributes, "score": Value("float64")}


def _mention() -> dict[str, Any]:
    from datasets import Value

    return {"start": Value("int32"), "end": Value("int32"), "text": Value("string")}


def _stance_attributes() -> dict[str, Any]:
    from datasets import ClassLabel, Value

    targets = ClassLabel(names=[target.id for target in load_scheme().targets])
    strings = dict.fromkeys(_STANCE_ATTRIBUTES, Value("string"))
    return {"target": targets, "holder": _mention(), **strings}
