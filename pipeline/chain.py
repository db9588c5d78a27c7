"""The stages in their order; the only place that knows more than one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.annotators.ner.backends import load_tagger
from pipeline.corpus import read_corpus
from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.proposals import ADJUDICATOR
from pipeline.doccano.wire import Annotator, Round
from pipeline.errors import RequestError
from pipeline.freshness import input_digest, remake, stage_key
from pipeline.model import MACHINE, Document
from pipeline.ordering import order_documents
from pipeline.project import Project
from pipeline.records import read_annotation
from pipeline.scheme import load_scheme, read_schema
from pipeline.stages.adjudicate import (
    AdjudicationReport,
    hear_adjudicator,
    settle_documents,
)
from pipeline.stages.collect import CollectReport, collect
from pipeline.stages.ingest import ingest
from pipeline.stages.preannotate import preannotate, write_preannotated
from pipeline.stages.push import PushReport, push
from pipeline.stages.tokenise import tokenise
from pipeline.weights import EMBEDDED_NER

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


@dataclass(frozen=True, slots=True)
class Desk:
    """The adjudicator's work: where it is, None where no server was needed; whose; how far."""

    url: str | None
    username: str
    report: AdjudicationReport


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
    models = (ner, input_digest(model), input_digest(project.stance))
    if remake(project.preannotated, stage_key(corpus_key, *models), run_preannotate):
        tell.say(f"pre-annotated {len(documents)} documents with {ner}")
    return documents


def open_round(
    project: Project, documents: list[Document], doccano_python: Path, order: str, tell: Teller
) -> Opened:
    """Start the annotation server and push to its annotator what is not there yet, in `order`."""
    server = launch.start(project.state, doccano_python)
    pairs = order_documents(
        (
            (document, read_annotation(project.preannotated / f"{document.id}.json"))
            for document in documents
        ),
        order,
    )
    with Client.of(server) as client:
        report = push(client, first_round(), _ANNOTATOR, pairs, project.annotations / MACHINE)
    if report.created:
        tell.say(f"pushed {len(report.created)} documents to {_ANNOTATOR.pseudonym}")
    for span in report.across:
        tell.say(f"note: left out, across the edge of two parts: {span}")
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


def adjudicate(
    project: Project,
    source: Path,
    rule: str,
    doccano_python: Path | None,
    *,
    show_authors: bool,
) -> Desk:
    """Settle what the rule settles, put the rest before the adjudicator, take decisions home.

    No server is started when nothing is left to decide.
    """
    documents = {document.id: document for document in read_corpus(source)}
    report = settle_documents(documents, project.annotations, rule)
    server = launch.status(project.state)
    if server is None and report.contested:
        if doccano_python is None:
            cure = "Name Doccano's interpreter with --doccano-python, or use make adjudicate."
            raise RequestError("adjudicate", "no annotation server is running", cure)
        server = launch.start(project.state, doccano_python)
    if server is None or not report.cases:
        return Desk(None, ADJUDICATOR.username, report)
    with Client.of(server) as client:
        password = launch.ensure_password(project.state, ADJUDICATOR.username)
        client.create_annotator(ADJUDICATOR.username, password)
        hear_adjudicator(
            client,
            report,
            documents,
            project.annotations,
            read_schema("guidelines.ar.md"),
            show_authors=show_authors,
        )
    return Desk(server.url, ADJUDICATOR.username, report)


def first_round() -> Round:
    """Return the round that `make annotate` opens: the scheme's first target, our guidelines."""
    return Round("round-1", load_scheme().target.id, read_schema("guidelines.ar.md"))
