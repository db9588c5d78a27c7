"""Hand-written documents and records that carry all three layers."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.model import Annotation, DateSpan, Document, Entity, Mention, StanceSpan

TEXT = (
    "أكّدت الحكومة 😀 العراقية يوم الجمعة أن بغداد ترفض بقاء القوات.\r\n"
    "وقال محمد السوداني: «نرحّب بانسحاب التحالف»."
)
DOCUMENT = Document(
    id="example", text=TEXT, dct=date(2024, 9, 28), dct_source="stated", licence="written for tests"
)


def mention(words: str) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def annotation(agent: str = "machine", **changes: Any) -> Annotation:
    values: dict[str, Any] = {
        "document": DOCUMENT.id,
        "text_sha256": DOCUMENT.sha256,
        "dct": DOCUMENT.dct,
        "agent": agent,
        "guideline": "1.0",
        "entities": (
            Entity(**mention("العراقية"), label="MISC", score=0.75),
            Entity(**mention("بغداد"), label="LOC", score=0.99),
            Entity(**mention("محمد السوداني"), label="PER", score=0.9),
        ),
        "dates": (
            DateSpan(**mention("يوم الجمعة"), label="DATE", value="2024-09-27", value_by="machine"),
        ),
        "stance": (
            StanceSpan(
                **mention("ترفض بقاء القوات"),
                label="FAVOR",
                target="coalition_withdrawal",
                holder=Mention(**mention("بغداد")),
            ),
            StanceSpan(
                **mention("نرحّب بانسحاب التحالف"),
                label="FAVOR",
                target="coalition_withdrawal",
                holder=Mention(**mention("محمد السوداني")),
                cue="رحب",
                rule="welcome",
                score=0.5,
            ),
        ),
    }
    if agent == "machine":
        values["models"] = {"entities": "tawsim-ner@1.0.0"}
    return Annotation(**{**values, **changes})
