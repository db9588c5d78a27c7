"""The explicit features of every config of a release."""

from __future__ import annotations

from typing import Any

from pipeline.scheme import DATES, ENTITIES, STANCE, load_scheme

SPANS, NER = "spans", "ner"


def ner_tags() -> list[str]:
    """Return the IOB2 tag set of the `ner` config, O first."""
    return ["O", *(f"{prefix}-{label}" for label in load_scheme().ids(ENTITIES) for prefix in "BI")]


def features_of(config: str) -> Any:
    """Return the `datasets.Features` of a config (`spans` or `ner`)."""
    return {SPANS: _spans_features, NER: _ner_features}[config]()


def _spans_features() -> Any:
    from datasets import ClassLabel, Features, List, Value

    string, score = Value("string"), Value("float64")
    mention = {"start": Value("int32"), "end": Value("int32"), "text": string}

    def labelled(layer: str, attributes: dict[str, Any]) -> Any:
        label = ClassLabel(names=list(load_scheme().ids(layer)))
        return List({**mention, "label": label, **attributes, "score": score})

    return Features(
        {
            "id": string,
            "text": string,
            "text_sha256": string,
            "dct": Value("date32"),
            "dct_source": string,
            "title": string,
            "source": string,
            "licence": string,
            "layer_source": string,
            "agent": string,
            "guideline": string,
            "based_on": string,
            "confirmed_at": string,
            ENTITIES: labelled(ENTITIES, {}),
            DATES: labelled(
                DATES,
                dict.fromkeys(
                    ("value", "mod", "quant", "freq", "original_calendar", "value_by"), string
                ),
            ),
            STANCE: labelled(
                STANCE, {"target": string, "holder": mention, "cue": string, "rule": string}
            ),
        }
    )


def _ner_features() -> Any:
    from datasets import ClassLabel, Features, List, Value

    return Features(
        {
            "id": Value("string"),
            "document": Value("string"),
            "layer_source": Value("string"),
            "tokens": List(Value("string")),
            "ner_tags": List(ClassLabel(names=ner_tags())),
            "token_start": List(Value("int32")),
            "token_end": List(Value("int32")),
        }
    )
