"""The words of the command line and what each takes; nothing heavy is imported for it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from pipeline import __version__, dataset_verbs, serving, verbs, verdicts
from pipeline.ordering import ORDERS, RECEIVED
from pipeline.verbs import Verb

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every verb; nothing heavy is imported for it."""
    parser = argparse.ArgumentParser(
        prog="tawsim", description="Corpus annotation for Arabic: entities, dates, stance spans."
    )
    parser.add_argument("--version", action="version", version=f"tawsim {__version__}")
    commands = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_stages(commands)
    _add_dataset(commands)
    _add_rounds(commands)
    _add_verdicts(commands)
    _add_training(commands)
    return parser


def _verb(commands: _Commands, name: str, run: Verb, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


_SOURCE = "a folder of .txt with its metadata.toml, a .jsonl or a .parquet"


def _add_stages(commands: _Commands) -> None:
    parser = _verb(commands, "ingest", verbs.ingest, "Check a corpus and write it as JSON Lines.")
    parser.add_argument("input", type=Path, help=_SOURCE)
    parser.add_argument("--output", type=Path, required=True, help="the .jsonl to write")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave refused documents out and list them"
    )

    parser = _verb(commands, "tokenise", verbs.tokenise, "Write tokens and sentences as offsets.")
    parser.add_argument("input", type=Path, help=_SOURCE)
    parser.add_argument("--output", type=Path, required=True, help="folder, a file a document")

    parser = _verb(commands, "preannotate", verbs.preannotate, "Write the machine's records.")
    more = "; or a CoNLL file, its words kept; a file may be a URL (s3://, hf://)"
    parser.add_argument("input", help=f"{_SOURCE}{more}")
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        help="folder (a file a document), .jsonl (a line a document), or .conll",
    )
    _add_ner(parser)
    parser.add_argument(
        "--shards",
        type=int,
        metavar="DOCUMENTS",
        help="write Parquet shards of so many documents each; an interrupted run goes on",
    )
    parser.add_argument(
        "--engine",
        choices=["local", "ray"],
        default="local",
        help="with --shards: who does the work",
    )
    parser.add_argument("--address", help="with --engine ray: a cluster, such as auto or host:port")
    parser.add_argument("--actors", type=int, default=2, help="with --engine ray: how many")

    _add_layers(commands)


def _add_layers(commands: _Commands) -> None:
    parser = _verb(commands, "dates", verbs.dates, "Show the dates of a text and their values.")
    parser.add_argument("text", help="the text itself")
    parser.add_argument("--dct", metavar="YYYY-MM-DD", help="what relative dates count from")
    parser.add_argument("--json", action="store_true", help="print a JSON span a line")

    parser = _verb(commands, "stance", verbs.stance, "Show who is for or against the target.")
    parser.add_argument("file", type=Path, help="a text file, UTF-8")
    parser.add_argument("--target", metavar="ID", help="one of schemas/targets.toml; the first")
    parser.add_argument("--json", action="store_true", help="print a JSON span a line")
    _add_ner(parser)


def _add_dataset(commands: _Commands) -> None:
    parser = _verb(commands, "release", dataset_verbs.release, "Build a version of the dataset.")
    parser.add_argument("version", help="such as 0.1.0")
    _add_source(parser)
    _add_ner(parser)
    parser.add_argument(
        "--from",
        dest="from_",
        metavar="SOURCE",
        help="read adjudicated, human, machine or one annotator's (a01) records alone",
    )

    parser = _verb(commands, "diff", dataset_verbs.diff, "Say what changed between two versions.")
    parser.add_argument("old", help="such as 0.1.0")
    parser.add_argument("new", help="such as 0.2.0")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON instead of words")
    form.add_argument("--changelog", action="store_true", help="print a changelog's section")

    text = "Write the project, or a version, as one page to look at."
    parser = _verb(commands, "report", dataset_verbs.report, text)
    parser.add_argument("--version", help="a released one; default: the project as it stands")
    _add_source(parser)
    _add_ner(parser)

    text = "Make a version ready for the Hub, and push it if told to."
    parser = _verb(commands, "publish", dataset_verbs.publish, text)
    parser.add_argument("repo", help="organisation/name of the dataset repository")
    parser.add_argument("--version", help="default: the latest")
    parser.add_argument("--push", action="store_true", help="upload and tag; else only show")
    _add_with_text(parser)

    text = "Build a version's bag for an archive."
    parser = _verb(commands, "archive", dataset_verbs.archive, text)
    parser.add_argument("version", help="such as 0.1.0")
    _add_with_text(parser)

    text = "Check an archive and name what is damaged."
    parser = _verb(commands, "verify", dataset_verbs.verify, text)
    parser.add_argument("folder", type=Path, help="a bag that archive made")

    text = "Join a stand-off copy with its texts."
    parser = _verb(commands, "attach", dataset_verbs.attach, text)
    parser.add_argument("folder", type=Path, help="a copy as downloaded from the Hub")
    parser.add_argument("--texts", type=Path, required=True, help=_SOURCE)
    parser.add_argument("--output", type=Path, required=True, help="the folder to make")


def _add_with_text(parser: argparse.ArgumentParser) -> None:
    whose = "include all texts, as decided by whom `git config user.name` names"
    parser.add_argument("--with-text", action="store_true", help=whose)


def _add_rounds(commands: _Commands) -> None:
    parser = _verb(
        commands, "annotate", serving.annotate, "Prepare all and open it for annotation."
    )
    _add_source(parser)
    _add_ner(parser)
    parser.add_argument("--doccano-python", type=Path, required=True, help="Doccano's interpreter")
    parser.add_argument(
        "--order",
        choices=ORDERS,
        default=RECEIVED,
        help="new documents as received (default), or the machine's least certain first, with a "
        "random tenth among them",
    )
    parser.add_argument(
        "--annotators",
        nargs="+",
        default=[],
        metavar="NAME",
        help="who annotates, beside those named before (.tawsim/annotators.toml)",
    )
    parser.add_argument(
        "--overlap", type=int, metavar="N", help="give each document to N people; default: to all"
    )
    proxy = "the name of a TLS proxy before the server, remembered; 127.0.0.1: none"
    parser.add_argument("--host", metavar="NAME", help=proxy)
    parser.epilog = (
        "In the environment: DATABASE_URL=postgres://user:password@host:port/name keeps the work "
        "in PostgreSQL, remembered; DOCCANO_URL and DOCCANO_TOKEN name a Doccano that others run."
    )
    parser = _verb(commands, "collect", serving.collect, "Bring confirmed corrections home.")
    _add_source(parser)
    parser = _verb(commands, "status", serving.status, "Show how far each annotator has come.")
    _add_source(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--watch", action="store_true", help="show it again every ten seconds, until Ctrl-C"
    )
    _add_upkeep(commands)


def _add_upkeep(commands: _Commands) -> None:
    _verb(commands, "stop", serving.stop, "Stop the annotation server; nothing is lost.")
    _verb(commands, "password", serving.password, "Show the annotators' names and passwords.")
    _verb(commands, "backup", serving.backup, "Back up the annotation server's state.")
    text = "Put a backup's state in the place of the annotation server's."
    parser = _verb(commands, "restore", serving.restore, text)
    parser.add_argument("backup", type=Path, nargs="?", help="a file of .tawsim/backups/")
    parser.epilog = (
        "In the environment: DATABASE_URL names the PostgreSQL database of a folder that is new."
    )


def _add_verdicts(commands: _Commands) -> None:
    text = "Measure how far annotators agree, with each other and with the machine."
    parser = _verb(commands, "agree", verdicts.agree, text)
    _add_source(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")

    text = "Make one record of several people's: by rule, the rest by the adjudicator."
    parser = _verb(commands, "adjudicate", verdicts.adjudicate, text)
    _add_source(parser)
    parser.add_argument(
        "--accept",
        choices=["unanimous", "majority"],
        default="unanimous",
        help="what needs no decision: spans of all annotators (default), or of more than half",
    )
    parser.add_argument(
        "--show-authors", action="store_true", help="tell the adjudicator who proposed what"
    )
    parser.add_argument("--doccano-python", type=Path, help="Doccano's interpreter")

    text = "Show what became of each span of a document, and by whom."
    parser = _verb(commands, "history", verdicts.history, text)
    parser.add_argument("document", help="its id")
    _add_source(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def _add_training(commands: _Commands) -> None:
    parser = _verb(commands, "evaluate", verbs.evaluate, "Score predicted spans against gold.")
    kinds = "a CoNLL file, a folder of records or a .jsonl of records"
    parser.add_argument("gold", type=Path, help=kinds)
    parser.add_argument("predicted", type=Path, help="the same kind, of the same texts")
    which = "compare these labels alone, such as PER,LOC,ORG"
    parser.add_argument("--labels", metavar="LABELS", help=which)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    about = "Train a model."
    kinds_of_model = commands.add_parser("train", help=about, description=about).add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    parser = _verb(kinds_of_model, "ner", verbs.train_ner, "Fine-tune an encoder on names.")
    parser.add_argument("recipe", type=Path, help="a recipe, a TOML file: corpora and options")
    where = "the folder of the corpora that are not beside the recipe"
    parser.add_argument("--data", type=Path, default=Path(), help=where)
    parser.add_argument("--encoder", required=True, help="a Transformers folder or Hub id")
    parser.add_argument("--output", type=Path, required=True, help="the model folder to make")

    parser = _verb(kinds_of_model, "stance", verbs.train_stance, "Learn stance from annotators.")
    _add_source(parser)
    parser.add_argument("--target", metavar="ID", help="one of schemas/targets.toml; the first")
    _add_ner(parser)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--input", type=Path, default=Path("seeds"), help=_SOURCE)


def _add_ner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ner",
        default="embedded",
        metavar="NAME",
        help="embedded (default), camel (camel-tools), a Transformers folder or a Hub id",
    )
