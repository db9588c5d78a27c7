"""One annotator's part of a round, with what a test does to it, on whichever server."""

from pipeline.model import Document
from pipeline.records import read_annotation
from pipeline.stages.collect import collect
from pipeline.stages.push import push
from pipeline.stages.status import status
from tests.examples import DOCUMENT, TEXT, annotation


def pair(name):
    """Return a document and the machine's record of it."""
    return Document(id=name, text=TEXT, dct=DOCUMENT.dct), annotation(document=name)


SIX = [pair(f"d{number}") for number in range(6)]


class Desk:
    """`person` works at it as Doccano's pages do."""

    def __init__(self, server, round_, annotator, person, folder, pairs):
        self.server, self.round, self.annotator, self.person = server, round_, annotator, person
        self.folder, self.pairs = folder, list(pairs)
        self.report = self.push()
        self.url = f"projects/{self.report.project}/examples"

    @property
    def documents(self):
        return {document.id: document for document, _ in self.pairs}

    @property
    def names(self):
        return [_name(row) for row in self.rows()]

    @property
    def ids(self):
        return {_name(row): row["id"] for row in self.rows()}

    def rows(self):
        return self.person.get(f"{self.url}?limit=100")["results"]

    def push(self):
        machine = self.folder / "machine"
        return push(self.server, self.round, self.annotator, self.pairs, machine)

    def collect(self, documents=None):
        known = self.documents if documents is None else documents
        return collect(self.server, self.round, self.annotator, known, self.folder)

    def status(self):
        return status(self.server, self.round, self.annotator, self.documents, self.folder)

    def spans(self, name="example"):
        return self.person.get(f"{self.url}/{self.ids[name]}/spans")

    def draw(self, words, label, name="example"):
        start = len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2
        return self.do(
            "POST",
            f"{self.ids[name]}/spans",
            start_offset=start,
            end_offset=start + len(words.encode("utf-16-le")) // 2,
            label=self.person.label(self.report.project, label),
        )

    def do(self, method, path, **json):
        reply = self.person.ask(method, f"{self.url}/{path}", **json)
        reply.raise_for_status()
        return reply.json() if reply.content else None

    def comment(self, text, name="example"):
        path = f"projects/{self.report.project}/comments?example={self.ids[name]}"
        self.person.ask("POST", path, text=text).raise_for_status()

    def confirm(self, name="example"):
        self.do("POST", f"{self.ids[name]}/states")

    def record(self, name="example"):
        return read_annotation(self.folder / "a01" / f"{name}.json")


def _name(row):
    meta = row["meta"]
    return meta.get("tawsim", meta)["document"]
