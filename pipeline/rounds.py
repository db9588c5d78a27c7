"""What happens on the annotation server: rounds opened, looked at, collected, adjudicated.

With `chain`, the only place that knows more than one stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from pipeline.chain import Teller
from pipeline.corpus import read_corpus
from pipeline.doccano import launch
from pipeline.doccano.address import Address
from pipeline.doccano.annotation_server import AnnotationServer
from pipeline.doccano.assigning import assign
from pipeline.doccano.client import Client
from pipeline.doccano.parts import wire_ids
from pipeline.doccano.proposals import ADJUDICATOR
from pipeline.doccano.reaching import running_server, start_server, team_server
from pipeline.doccano.roster import Person, Roster, founded, read_roster, write_roster
from pipeline.doccano.wire import Round, Stored
from pipeline.errors import Fault, RequestError
from pipeline.kept import PSEUDONYM
from pipeline.model import MACHINE, Annotation, Document
from pipeline.ordering import order_documents
from pipeline.project import Project
from pipeline.records import read_annotation
from pipeline.scheme import load_scheme, read_schema
from pipeline.stages.adjudicate import AdjudicationReport, hear_adjudicator, settle_documents
from pipeline.stages.collect import CollectReport, collect
from pipeline.stages.push import PushReport, push
from pipeline.stages.status import Progress, status

_Pairs = Sequence[tuple[Document, Annotation]]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open round: where it is; what was pushed to each person; the passwords made now."""

    url: str
    reports: dict[Person, PushReport]
    passwords: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """The adjudicator's work: where it is, None where no server was needed; whose; how far."""

    url: str | None
    username: str
    report: AdjudicationReport


def first_round() -> Round:
    """Return the round that `make annotate` opens: the scheme's first target, our guidelines."""
    return Round("round-1", load_scheme().target.id, read_schema("guidelines.ar.md"))


def call_roster(
    project: Project, names: Sequence[str], overlap: int | None, address: Address | None = None
) -> Roster:
    """Return the roster with those named now, and keep it.

    Pseudonyms under which records are kept already belong to somebody, wherever they work. Where
    nobody was ever named, whose token opens a team's server annotates there.
    """
    before = roster = read_roster(project.state)
    if address is not None and roster is None and not names:
        with team_server(address) as server:
            names = [server.read_username()]
    taken = [f.name for f in project.annotations.glob("a*") if PSEUDONYM.fullmatch(f.name)]
    if roster is None:
        # A state older than rosters has one annotator, whose account is their pseudonym.
        older = (project.state / "passwords" / "a01").exists()
        roster = founded([]) if older else Roster() if names else founded(taken)
    roster = roster.joined(names, taken)
    if overlap is not None:
        roster = replace(roster, overlap=overlap)
    assign([], [person.pseudonym for person in roster.active], {}, roster.overlap)
    if address is not None:
        with team_server(address) as server:
            server.open_accounts([person.name for person in roster.active])
    if roster != before:
        launch.make_folder(project.state)
        write_roster(project.state, roster)
    return roster


def open_round(
    project: Project,
    documents: list[Document],
    doccano_python: Path,
    order: str,
    roster: Roster,
    tell: Teller,
    address: Address | None = None,
) -> Opened:
    """Push to everybody what they are to have, in `order`, on the team's server, else on ours.

    Ours is started, and its database is backed up before anything is sent.
    """
    pairs = order_documents(
        (
            (document, read_annotation(project.preannotated / f"{document.id}.json"))
            for document in documents
        ),
        order,
    )
    with start_server(project.state, doccano_python, address) as server:
        names = [person.name for person in roster.active]
        opened = Opened(server.url, {}, server.open_accounts(names))
        before, machine = cache(server.back_up), project.annotations / MACHINE
        for person, theirs in _share_out(server, pairs, roster).items():
            report = push(server, first_round(), person.annotator, theirs, machine, before)
            opened.reports[person] = report
            _tell_push(person, report, tell)
    return opened


def _share_out(server: AnnotationServer, pairs: _Pairs, roster: Roster) -> dict[Person, _Pairs]:
    """Return what each person is to have; who left keeps what they have, as far as it goes.

    What somebody who left did not confirm counts as not given to them. A document whose text
    changed after it was pushed goes to nobody else.
    """
    round_, holders = first_round(), server.holders(first_round())
    held: dict[str, set[str]] = {}
    changed: set[str] = set()
    for person in (p for p in roster.people if p.pseudonym in holders):
        stored = server.stored(round_, person.annotator)
        changed |= _changed(stored, pairs, round_, person)
        held[person.pseudonym] = {row.document for row in stored}
        if person.left:
            held[person.pseudonym] -= {row.document for row in stored if not row.confirmed}
    names = [document.id for document, _ in pairs if document.id not in changed]
    active = roster.active
    given = assign(names, [p.pseudonym for p in active], held, roster.overlap)
    shares: dict[Person, _Pairs] = {}
    for person in active:
        wanted = {*given[person.pseudonym], *(held.get(person.pseudonym, set()) & changed)}
        shares[person] = [pair for pair in pairs if pair[0].id in wanted]
    return shares


def _changed(stored: Sequence[Stored], pairs: _Pairs, round_: Round, person: Person) -> set[str]:
    """Return the documents that are on the server with another text."""
    there: dict[str, set[str]] = {}
    for row in stored:
        there.setdefault(row.document, set()).add(row.uuid)
    return {
        document.id
        for document, _ in pairs
        if document.id in there
        and there[document.id] - set(wire_ids(document, round_, person.annotator))
    }


def _tell_push(person: Person, report: PushReport, tell: Teller) -> None:
    if report.created:
        tell.say(f"pushed {len(report.created)} documents to {person.pseudonym}")
    if report.renewed:
        tell.say(
            f"renewed the machine's spans in {len(report.renewed)} documents of "
            f"{person.pseudonym} that nobody had opened"
        )
    if report.begun:
        tell.say(
            f"left alone, opened already, {len(report.begun)} documents of {person.pseudonym} "
            f"with older machine spans: {', '.join(report.begun)}"
        )
    for span in report.across:
        tell.say(f"note: left out, across the edge of two parts: {span}")


def collect_round(project: Project, source: Path, address: Address | None = None) -> CollectReport:
    """Bring home what is confirmed on the server, of everybody who ever annotated.

    Raises RequestError when no server runs.
    """
    documents = {document.id: document for document in read_corpus(source)}
    report = CollectReport()
    with _at_work(project, address) as (server, people, without):
        for person in people:
            report.add(
                collect(server, first_round(), person.annotator, documents, project.annotations)
            )
    for person in without:
        cause = f"has no project in {first_round().name}: it was never pushed, or was deleted"
        cure = "`make annotate` makes it, with the machine's spans; what was collected stays."
        report.findings.append(Fault(person.pseudonym, cause, cure))
    return report


def look_at_round(
    project: Project, source: Path, address: Address | None = None
) -> tuple[list[Progress], dict[str, str]]:
    """Return how far everybody has come, and their names by pseudonym.

    Raises RequestError when no server runs.
    """
    documents = {document.id: document for document in read_corpus(source)}
    with _at_work(project, address) as (server, people, without):
        rows = [
            status(server, first_round(), person.annotator, documents, project.annotations)
            for person in people
        ]
        rows += [Progress(person.pseudonym) for person in without]
        return rows, {person.pseudonym: person.name for person in (*people, *without)}


@contextmanager
def _at_work(
    project: Project, address: Address | None
) -> Iterator[tuple[AnnotationServer, list[Person], list[Person]]]:
    """Yield the server, everybody who has a project there, and those who should and have none."""
    roster = read_roster(project.state) or founded([])
    with running_server(project.state, address) as server:
        holders = server.holders(first_round())
        people = [person for person in roster.people if person.pseudonym in holders]
        without = [person for person in roster.active if person.pseudonym not in holders]
        yield server, people, without


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
        if report.contested:
            client.back_up()
        client.open_accounts([ADJUDICATOR.username])
        hear_adjudicator(
            client,
            report,
            documents,
            project.annotations,
            read_schema("guidelines.ar.md"),
            show_authors=show_authors,
        )
    return Desk(server.url, ADJUDICATOR.username, report)
