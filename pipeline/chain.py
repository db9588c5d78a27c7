"""The stages before people annotate, in their order; with `rounds`, all that knows several."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from pipeline.annotators.ner.backends import load_tagger
from pipeline.clause_models import EMBEDDED_STANCE
from pipeline.corpus import read_corpus
from pipeline.freshness import input_digest, remake, stage_key
from pipeline.model import Document
from pipeline.project import Project
from pipeline.stages.ingest import ingest
from pipeline.stages.preannotate import preannotate, write_preannotated
from pipeline.stages.tokenise import tokenise
from pipeline.weights import EMBEDDED_NER

DOCUMENTS = "documents.jsonl"


class Teller(Protocol):
    """Where words and progress for a person go."""

    def say(self, text: str) -> None:
        """Tell one thing."""

    def track(self, documents: Iterable[Document], what: str) -> Iterable[Document]:
        """Pass documents through, showing how far the work `what` has come."""


def prepare(project: Project, source: Path, ner: str, tell: Teller) -> list[Document]:
    """Ingest, tokenise and pre-annotate what is not done yet; return the documents."""
    corpus_key = stage_key(input_digest(source), str(source))

    def run_ingest(folder: Path) -> None:
        for note in ingest(source, folder / DOCUMENTS, skip_bad=False).notes:
            tell.say(f"note: {note}")

    def run_tokenise(folder: Path) -> None:
        tokenise(tell.track(documents, "tokenise"), folder)

    def run_preannotate(folder: Path) -> None:
        tagger = load_tagger(ner)
        tracked = tell.track(documents, "preannotate")
        write_preannotated(preannotate(tracked, tagger, project.stance), folder)

    if remake(project.ingested, corpus_key, run_ingest):
        tell.say(f"ingested {source}")
    documents = list(read_corpus(project.ingested / DOCUMENTS))
    if remake(project.tokenised, corpus_key, run_tokenise):
        tell.say(f"tokenised {len(documents)} documents")
    model = EMBEDDED_NER if ner == "embedded" else Path(ner)
    models = (ner, *map(input_digest, (model, EMBEDDED_STANCE, project.stance)))
    if remake(project.preannotated, stage_key(corpus_key, *models), run_preannotate):
        tell.say(f"pre-annotated {len(documents)} documents with {ner}")
    return documents
