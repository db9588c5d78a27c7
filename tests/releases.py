"""Made corpora with records, to release: distinct texts that all hold the example's spans."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from pipeline.adjudication.ledger import BY_PERSON, Entry, read_ledger, write_ledger
from pipeline.adjudication.settle import UNANIMOUS, settle
from pipeline.model import Annotation, Document
from pipeline.records import read_annotation, write_annotation
from pipeline.stages.release import ReleaseReport, release
from tests.examples import DOCUMENT, TEXT, annotation

_SYLLABLES = [f"{consonant}{vowel}" for consonant in "بتجحدرزسشصعفقكلمنه" for vowel in "اوي"]


def words(seed: str, count: int = 60) -> str:
    """Words that no other seed's text has in the same order."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(count))


def made_document(name: str, lead: str | None = None, **changes: object) -> Document:
    """A document whose text is `lead` (words of its own) and then the example's."""
    text = f"{words(name) if lead is None else lead}\n\n{TEXT}"
    return replace(DOCUMENT, id=name, text=text, **changes)  # type: ignore[arg-type]


def made_record(document: Document, agent: str = "machine", **changes: object) -> Annotation:
    """The example's record, moved to where the example stands in the document's text."""
    shift = len(document.text) - len(TEXT)
    example = annotation(agent, **changes)
    layers = {
        layer: tuple(
            replace(
                span,
                start=span.start + shift,
                end=span.end + shift,
                **(
                    {"holder": replace(h, start=h.start + shift, end=h.end + shift)}
                    if (h := getattr(span, "holder", None))
                    else {}
                ),
            )
            for span in getattr(example, layer)
        )
        for layer in ("entities", "dates", "stance")
    }
    return replace(
        example, document=document.id, text_sha256=document.sha256, dct=document.dct, **layers
    )


class MadeProject:
    """A folder with `pre/`, `annotations/` and `release/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.annotations = root / "annotations"
        self.kept = self.annotations / "releases"

    def write(self, record: Annotation) -> None:
        """Write a record where its agent's are."""
        folder = self.root / "pre" if record.agent == "machine" else self.annotations / record.agent
        write_annotation(folder / f"{record.document}.json", record)

    def decide(self, record: Annotation) -> None:
        """Write a record as the adjudicator's decision on what people's records are by now."""
        self.write(record)
        name = record.document
        people = {
            p.parent.name: read_annotation(p) for p in self.annotations.glob(f"a??/{name}.json")
        }
        entry = Entry(UNANIMOUS, settle(people, UNANIMOUS).digest, BY_PERSON)
        write_ledger(self.annotations, read_ledger(self.annotations) | {name: entry})

    def release(
        self, version: str, documents: list[Document], from_: str | None = None
    ) -> ReleaseReport:
        """Release documents; those without a machine record get the example's."""
        for document in documents:
            if not (self.root / "pre" / f"{document.id}.json").is_file():
                self.write(made_record(document))
        return release(
            version,
            documents,
            self.root / "pre",
            self.annotations,
            self.root / "release",
            from_,
        )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
