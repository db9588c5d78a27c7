"""A project with a server of its own, what its lead types, and its annotators."""

import json

from pipeline import rounds
from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.roster import read_roster
from pipeline.model import Document
from pipeline.project import Project
from pipeline.records import read_annotation, write_annotation
from tests.doccano.conftest import Person
from tests.examples import DOCUMENT, TEXT, annotation


class Silent:
    """Keeps what is told."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)

    def track(self, documents, what):
        return documents


class Team:
    """A project with a server of its own, and what its lead types."""

    def __init__(self, root, python):
        self.project, self.python = Project(root), python
        self.documents, self.tell = [], Silent()
        self.join_documents(6)

    def join_documents(self, count):
        begin = len(self.documents)
        for number in range(begin, begin + count):
            document = Document(id=f"d{number:02}", text=TEXT, dct=DOCUMENT.dct)
            self.documents.append(document)
            self.propose(document.id)
        source = self.project.root / "corpus.jsonl"
        rows = [{"id": d.id, "text": d.text, "dct": d.dct.isoformat()} for d in self.documents]
        source.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        self.source = source

    def propose(self, name, **changes):
        path = self.project.preannotated / f"{name}.json"
        write_annotation(path, annotation(document=name, **changes))

    def annotate(self, *names, overlap=None):
        roster = rounds.call_roster(self.project, names, overlap)
        self.tell.said.clear()
        return rounds.open_round(
            self.project, self.documents, self.python, "received", roster, self.tell
        )

    def server(self):
        return launch.status(self.project.state)

    def person(self, name):
        return Worker(self.server(), name)

    def holdings(self):
        with Client(self.server()) as client:
            return {
                person.pseudonym: {
                    row.document for row in client.stored(rounds.first_round(), person.annotator)
                }
                for person in read_roster(self.project.state).people
            }

    def record(self, pseudonym, name):
        return read_annotation(self.project.annotations / pseudonym / f"{name}.json")


class Worker(Person):
    """An annotator at their own project, the only one they see."""

    def __init__(self, server, name):
        super().__init__(server, name)
        (project,) = self.get("projects")["results"]
        self.project, self.title = project["id"], project["name"]
        rows = self.get(f"projects/{self.project}/examples?limit=100")["results"]
        self.ids = {row["meta"]["document"]: row["id"] for row in rows}

    def do(self, method, name, path, **json):
        url = f"projects/{self.project}/examples/{self.ids[name]}/{path}"
        reply = self.ask(method, url, **json)
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def spans(self, name):
        return self.do("GET", name, "spans")

    def confirm(self, name):
        self.do("POST", name, "states")
