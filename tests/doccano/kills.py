"""What the kill tests end: a push or a collect in a process of its own.

It says `ready` once all is imported, and begins when a line comes on stdin.
`python -m tests.doccano.kills push|collect STATE ROUND FOLDER`
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.wire import Annotator, Round
from pipeline.model import Document
from pipeline.scheme import load_scheme
from pipeline.stages.collect import collect
from pipeline.stages.push import push
from tests.examples import DOCUMENT, TEXT, annotation

ANNOTATORS = (Annotator("a01", "salma"), Annotator("a02", "omar"))
DOCUMENTS = {
    name: Document(id=name, text=TEXT, dct=DOCUMENT.dct)
    for name in (f"d{number:03}" for number in range(110))  # two requests
}


def make_round(name: str) -> Round:
    return Round(name, load_scheme().target.id)


def push_all(client: Client, round_: Round, folder: Path) -> None:
    for annotator in ANNOTATORS:
        push_to(client, round_, annotator, folder)


def push_to(client: Client, round_: Round, annotator: Annotator, folder: Path) -> int:
    pairs = [(document, annotation(document=name)) for name, document in DOCUMENTS.items()]
    return push(client, round_, annotator, pairs, folder / "machine").project


def collect_all(client: Client, round_: Round, folder: Path) -> None:
    for annotator in ANNOTATORS:
        report = collect(client, round_, annotator, DOCUMENTS, folder)
        assert report.findings == []


def main() -> None:
    what, state, name, folder = sys.argv[1:]
    server = launch.status(Path(state))
    assert server is not None
    run = {"push": push_all, "collect": collect_all}[what]
    print("ready", flush=True)
    sys.stdin.readline()
    with Client(server) as client:
        run(client, make_round(name), Path(folder))


if __name__ == "__main__":
    main()
