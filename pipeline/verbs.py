"""What the verbs on documents do and print: data to stdout, words to stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from pipeline.conll import SUFFIXES, read_conll, render_conll
from pipeline.errors import Fault, FindingsError, RequestError
from pipeline.locks import alone_in
from pipeline.model import Document
from pipeline.project import Project
from pipeline.scheme import find_target

if TYPE_CHECKING:
    from pipeline.corpus import Source

Verb: TypeAlias = Callable[[argparse.Namespace, Project], None]
"""What a word of the command line does."""


def say(text: str) -> None:
    """Print words for a person to stderr."""
    print(text, file=sys.stderr)


def track(documents: Iterable[Document], what: str) -> Iterator[Document]:
    """Show a progress bar over documents; silent when stderr is no terminal."""
    from tqdm import tqdm

    yield from tqdm(documents, desc=what, unit="doc", disable=None)


def writes_in(place: Literal["build", "annotations"]) -> Callable[[Verb], Verb]:
    """Let a verb that writes into a folder of the project run alone there.

    Whoever comes second is refused at once, before anything is read or written.
    """

    def decorate(run: Verb) -> Verb:
        @wraps(run)
        def run_alone(arguments: argparse.Namespace, project: Project) -> None:
            with alone_in(getattr(project, place)):
                run(arguments, project)

        return run_alone

    return decorate


class Terminal:
    """The chain's words and progress, on stderr."""

    say = staticmethod(say)
    track = staticmethod(track)


def ingest(arguments: argparse.Namespace, project: Project) -> None:
    """Check a corpus and write it as JSON Lines."""
    from pipeline.stages.ingest import ingest as run

    report = run(arguments.input, arguments.output, skip_bad=arguments.skip_bad)
    for note in report.notes:
        say(f"note: {note}")
    say(f"{report.documents} documents in {arguments.output}")
    if report.refused:
        listed = arguments.output.with_name(f"{arguments.output.stem}.refused.jsonl")
        say(f"{len(report.refused)} refused, listed in {listed}")
        raise FindingsError(report.refused)


def tokenise(arguments: argparse.Namespace, project: Project) -> None:
    """Write tokens and sentences of a corpus."""
    from pipeline.corpus import check_corpus, read_corpus
    from pipeline.stages.tokenise import tokenise as run

    check_corpus(arguments.input)
    with alone_in(arguments.output):
        count = run(track(read_corpus(arguments.input), "tokenise"), arguments.output)
    say(f"{count} documents in {arguments.output}")


def preannotate(arguments: argparse.Namespace, project: Project) -> None:
    """Write the machine's record of every document of a corpus."""
    from pipeline.corpus import find_source

    source, output = find_source(arguments.input), arguments.output
    if str(output.resolve()) == str(source.resolve()):
        raise RequestError(str(output), "would replace the input", "Name another place.")
    if arguments.shards is not None:
        _preannotate_shards(source, arguments, project.stance)
    elif isinstance(source, Path) and source.is_file() and source.suffix in SUFFIXES:
        _preannotate_conll(source, output, arguments.ner)
    else:
        _preannotate_records(source, output, arguments.ner, project.stance)


def _preannotate_records(source: Source, output: Path, ner: str, learned: Path) -> None:
    """Write a record a file, or a record a line; all of the corpus is checked before."""
    from pipeline.annotators.ner.backends import load_tagger
    from pipeline.corpus import check_corpus, read_corpus
    from pipeline.stages.preannotate import preannotate as run
    from pipeline.stages.preannotate import write_preannotated

    check_corpus(source)
    records = run(track(read_corpus(source), "preannotate"), load_tagger(ner), learned)
    # A file takes its name when it is whole; a folder fills by and by.
    with nullcontext() if output.suffix == ".jsonl" else alone_in(output):
        say(f"{write_preannotated(records, output)} records in {output}")


def _preannotate_shards(source: Source, arguments: argparse.Namespace, learned: Path) -> None:
    """Fill a folder with Parquet shards, and go on where an earlier run ended."""
    from pipeline.clause_models import EMBEDDED_STANCE
    from pipeline.engines import RAY, local_engine, ray_engine
    from pipeline.freshness import input_digest, source_digest, stage_key
    from pipeline.sharding import REJECTS, preannotate_shards
    from pipeline.weights import EMBEDDED_NER, find_device

    ner, size, folder = arguments.ner, arguments.shards, arguments.output
    model = input_digest(EMBEDDED_NER if ner == "embedded" else Path(ner))
    # A GPU's last bits are others than a processor's; Ray gives its actors none.
    device = "cpu" if arguments.engine == RAY else find_device()
    made_by = (ner, model, input_digest(EMBEDDED_STANCE), input_digest(learned), device)
    key = stage_key(source_digest(source), str(size), *made_by)
    engine = (
        ray_engine(ner, learned.absolute(), arguments.address, arguments.actors)
        if arguments.engine == RAY
        else local_engine(ner, learned)
    )
    summary = preannotate_shards(source, folder, size, key, engine)
    say(f"{summary.documents} records in {summary.shards} shards in {folder}")
    if summary.rejected:
        cause = f"{summary.rejected} rejected, each with its reason"
        cure = "Mend what it names, and run that as a corpus of its own."
        raise FindingsError([Fault(str(folder / REJECTS), cause, cure)])


def _preannotate_conll(source: Path, output: Path, ner: str) -> None:
    """Tag the words of a CoNLL file as they are given."""
    from pipeline.annotators.ner.backends import load_tagger
    from pipeline.files import write_atomically
    from pipeline.scheme import ENTITIES, load_scheme
    from pipeline.stages.preannotate import preannotate_words

    if output.suffix not in SUFFIXES:
        cure = "Name a .conll file to write."
        raise RequestError(str(output), "CoNLL in gives CoNLL out", cure)
    sentences = read_conll(source, load_scheme().aliases(ENTITIES))
    tagged = preannotate_words(sentences, load_tagger(ner))
    write_atomically(output, [render_conll(tagged)])
    say(f"{len(tagged)} sentences in {output}")


def dates(arguments: argparse.Namespace, project: Project) -> None:
    """Print the date spans of a text with their values."""
    from pipeline.annotators.dates import annotate_dates
    from pipeline.records import span_to_json

    try:
        dct = date.fromisoformat(arguments.dct) if arguments.dct else None
    except ValueError as error:
        raise RequestError("--dct", str(error), "Write a date as 2024-09-28.") from error
    for span in annotate_dates(Document(id="text", text=arguments.text, dct=dct)):
        if arguments.json:
            print(json.dumps(span_to_json(span), ensure_ascii=False))
        else:
            more = [
                f"{k}={v}"
                for k in ("mod", "quant", "freq", "original_calendar")
                if (v := getattr(span, k))
            ]
            place = f"{span.start}-{span.end}"
            print("\t".join([place, span.label, str(span.value), *more, span.text]))


def stance(arguments: argparse.Namespace, project: Project) -> None:
    """Print the stance spans of a text file: holder, label, span."""
    from pipeline.annotators.ner.backends import load_tagger
    from pipeline.annotators.ner.entities import annotate_entities
    from pipeline.annotators.stance import annotate_stance
    from pipeline.clause_models import find_clause_model
    from pipeline.records import span_to_json

    target = find_target(arguments.target)
    try:
        text = arguments.file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        cure = "Save the file as UTF-8."
        raise RequestError(str(arguments.file), f"not UTF-8 ({error.reason})", cure) from error
    document = Document(id=arguments.file.stem, text=text)
    (entities,) = annotate_entities(load_tagger(arguments.ner), [document])
    model = find_clause_model(target, project.stance)
    for span in annotate_stance(document, entities, target, model):
        if arguments.json:
            print(json.dumps(span_to_json(span), ensure_ascii=False))
        else:
            holder = span.holder.text if span.holder else ""
            why = " ".join(filter(None, [span.rule, span.cue, f"{span.score:.2f}"]))
            print("\t".join([f"{span.start}-{span.end}", holder, span.label, span.text, why]))


def evaluate(arguments: argparse.Namespace, project: Project) -> None:
    """Print the scores of predicted spans against gold."""
    from pipeline.scheme import LAYERS, load_scheme
    from pipeline.stages.evaluate import evaluate as run
    from pipeline.stages.evaluate import render_json, render_table

    labels = arguments.labels.split(",") if arguments.labels else None
    known = {label for layer in LAYERS for label in load_scheme().ids(layer)}
    if unknown := sorted(set(labels or ()) - known):
        cure = f"Choose from {', '.join(sorted(known))}."
        raise RequestError("--labels", f"unknown label {unknown[0]!r}", cure)
    layers = run(arguments.gold, arguments.predicted, labels)
    print(render_json(layers) if arguments.json else render_table(layers))


def train_ner(arguments: argparse.Namespace, project: Project) -> None:
    """Fine-tune a model and write its folder."""
    from pipeline.stages.train import train_ner as run

    record = run(
        arguments.recipe,
        arguments.data,
        arguments.encoder,
        arguments.output,
        lambda phase, line: say(
            f"phase {phase}, epoch {line.epoch}: loss {line.loss:.4f}, dev F1 {line.dev_f1:.4f}"
        ),
    )
    for corpus, figures in record["dev"].items():
        say(f"{arguments.output}: micro-F1 {figures['micro avg']['f1']:.4f} on {corpus}")


@writes_in("build")
def train_stance(arguments: argparse.Namespace, project: Project) -> None:
    """Learn stance from collected records; pre-annotation uses it where it is best."""
    from pipeline.annotators.ner.backends import load_tagger
    from pipeline.corpus import check_corpus, read_corpus
    from pipeline.stages.train_stance import train_stance as run

    target = find_target(arguments.target)
    check_corpus(arguments.input)
    documents = read_corpus(arguments.input)
    tagger = load_tagger(arguments.ner)
    figures = run(documents, project.annotations, project.stance, target, tagger)
    for name in ("rules", "embedded", "learned"):
        row = figures[name]
        print(f"{name}\tP {row['precision']:.3f}\tR {row['recall']:.3f}\tF1 {row['f1']:.3f}")
    used = {
        "rules": "the rules alone are",
        "embedded": "the embedded model is",
        "learned": "what was learnt is",
    }[figures["best"]]
    say(f"{project.stance}: {used} used from now on")
