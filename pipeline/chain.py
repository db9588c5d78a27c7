"""The stages in their order; the only place that knows more than one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.corpus import read_corpus
from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.wire import Annotator, Round
from pipeline.errors import RequestError
from pipeline.freshness import input_digest, remake, stage_key
from pipeline.model import MACHINE, Document
from pipeline.project import Project
from pipeline.records import read_annotation
from pipeline.scheme import load_scheme, read_schema
from pipeline.stages.collect import CollectReport, collect
from pipeline.stages.ingest import ingest
from pipeline.stages.preannotate import preannotate, write_preannotated
from pipeline.stages.push import PushReport, push
from pipeline.stages.tokenise import tokenise
from pipeline.weights import EMBEDDED_NER, load_token_classifier

DOCUMENTS = "documents.jsonl"
_ANNOTATOR = Annotator(launch.FIRST_ANNOTATOR, launch.FIRST_ANNOTATOR)


class Teller(Protocol):
    """Where words and progress for a person go."""

    def say(self, text: str) -> None:
        """Tell one thing."""

    def track(self, documents: Iterable[Document], what: str) -> Iterable[Document]:
        """Pass documents through, showing how far the work `what` has come."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open round: where it is, whose it is, what was pushed."""

    url: str
    username: str
    report: PushReport


def prepare(project: Project, source: Path, ner: str, tell: Teller) -> list[Document]:
    """Ingest, tokenise and pre-annotate what is not done yet; return the documents."""
    corpus_key = stage_key(input_digest(source), str(source))

    def run_ingest(folder: Path) -> None:
        for note in ingest(source, folder / DOCUMENTS, skip_bad=False).notes:
            tell.say(f"note: {note}")

    def run_tokenise(folder: Path) -> None:
        tokenise(tell.track(documents, "tokenise"), folder)

    def run_preannotate(folder: Path) -> None:
        classifier = load_token_classifier(ner)
        tracked = tell.track(documents, "preannotate")
        write_preannotated(preannotate(tracked, classifier, project.stance), folder)

    if remake(project.ingested, corpus_key, run_ingest):
        tell.say(f"ingested {source}")
    documents = list(read_corpus(project.ingested / DOCUMENTS))
    if remake(project.tokenised, corpus_key, run_tokenise):
        tell.say(f"tokenised {len(documents)} documents")
    model = EMBEDDED_NER if ner == "embedded" else Path(ner)
    models = (ner, input_digest(model), input_digest(project.stance))
    if remake(project.preannotated, stage_key(corpus_key, *models), run_preannotate):
        tell.say(f"pre-annotated {len(documents)} documents with {ner}")
    return documents


def open_round(
    project: Project, documents: list[Document], doccano_python: Path, tell: Teller
) -> Opened:
    """Start the annotation server and push to its annotator what is not there yet."""
    server = launch.start(project.state, doccano_python)
    pairs = [
        (document, read_annotation(project.preannotated / f"{document.id}.json"))
        for document in documents
    ]
    with Client.of(server) as client:
        report = push(client, first_round(), _ANNOTATOR, pairs, project.annotations / MACHINE)
    if report.created:
        tell.say(f"pushed {len(report.created)} documents to {_ANNOTATOR.pseudonym}")
    return Opened(server.url, _ANNOTATOR.username, report)


def collect_round(project: Project, source: Path) -> CollectReport:
    """Bring home what is confirmed on the running server.

    Raises RequestError when no server runs.
    """
    server = launch.status(project.state)
    if server is None:
        cure = "Start it with `make annotate`, then collect again."
        raise RequestError(str(project.state), "no annotation server is running", cure)
    documents = {document.id: document for document in read_corpus(source)}
    with Client.of(server) as client:
        return collect(client, first_round(), _ANNOTATOR, documents, project.annotations)


def first_round() -> Round:
    """Return the round that `make annotate` opens: the scheme's first target, our guidelines."""
    return Round("round-1", load_scheme().target.id, read_schema("guidelines.ar.md"))
