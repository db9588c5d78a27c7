"""A Doccano that others run: its limits, and what is told of what others do to it."""

import json
from dataclasses import replace

import pytest

from pipeline import cli, rounds
from pipeline.doccano.address import Address
from pipeline.doccano.exchange import to_wire
from pipeline.doccano.foreign import ForeignServer
from pipeline.doccano.foreign_rows import render_import
from pipeline.errors import RequestError
from pipeline.project import Project
from pipeline.records import write_annotation
from pipeline.stages.push import push
from pipeline.stages.status import Progress, render_json, render_table
from tests.doccano.conftest import Guest
from tests.doccano.desk import Desk, pair
from tests.doccano.team import Silent

PAIRS = [pair(name) for name in ("example", "second")]


@pytest.fixture
def desk(foreign, round_, tmp_path):
    return Desk(foreign.server, round_, foreign.annotators[0], foreign.people[0], tmp_path, PAIRS)


@pytest.fixture
def lead(stock):
    return Guest(stock, "lead")


def test_a_token_that_the_server_does_not_know_is_told(stock):
    with (
        ForeignServer(Address(stock.url, "0" * 40)) as server,
        pytest.raises(RequestError, match="Check DOCCANO_TOKEN"),
    ):
        server.read_username()


def test_an_account_that_may_not_make_projects_is_told(stock, foreign, round_, tmp_path):
    with (
        ForeignServer(Address(stock.url, stock.tokens["other"])) as server,
        pytest.raises(RequestError, match=r"403.*staff account"),
    ):
        push(server, round_, foreign.annotators[0], PAIRS, tmp_path)


def test_lines_are_ascii_and_hold_no_key_that_others_lack(foreign, round_):
    long = replace(to_wire(*PAIRS[0], round_, foreign.annotators[0]), meta={"part": {"of": 2}})
    text = render_import([to_wire(*PAIRS[1], round_, foreign.annotators[0]), long])
    assert text.isascii()
    first, second = map(json.loads, text.splitlines())
    assert first.keys() == second.keys()
    assert first["values"] == "يوم الجمعة = 2024-09-27"


def test_what_an_import_that_was_cut_left_is_sent_again(desk, lead):
    """The server may die between documents, their spans and their relations."""
    project = desk.report.project
    first, second = (row["id"] for row in desk.rows())
    name = lead.examples(project) and lead.get(f"{desk.url}/{first}")["upload_name"]
    lead.ask("POST", f"projects/{project}/tags", text=f"tawsim sends {name}").raise_for_status()
    lead.ask("DELETE", f"{desk.url}/{first}/spans").raise_for_status()
    lead.ask("DELETE", f"{desk.url}/{second}/relations").raise_for_status()
    drawn = desk.draw("القوات", "منظمة", "second")
    report = desk.push()
    assert (report.created, report.existing) == (["example"], ["second"])
    assert len(desk.spans("example")) == 6
    assert drawn in desk.spans("second"), "what somebody worked on is theirs"
    assert lead.get(f"projects/{project}")["tags"] == []
    assert desk.push().created == []


def test_documents_in_a_project_that_the_token_cannot_see_are_not_sent_twice(
    desk, stock, lead, foreign
):
    """Another lead's account does not see the first one's projects."""
    project, name = desk.report.project, f"{desk.round.name}/a01"
    lead.ask("PATCH", f"projects/{project}", name="hidden", resourcetype="SequenceLabelingProject")
    with pytest.raises(RequestError, match=r"the import failed: .*another account"):
        desk.push()
    assert [row["name"] for row in lead.get(f"projects?q={name}")["results"]] == [name]
    assert foreign.server.stored(desk.round, desk.annotator) == []
    assert len(desk.rows()) == 2


def test_settings_that_would_move_spans_are_refused(desk, lead):
    project = f"projects/{desk.report.project}"
    kind = "SequenceLabelingProject"
    lead.ask("PATCH", project, grapheme_mode=True, resourcetype=kind).raise_for_status()
    with pytest.raises(RequestError, match=r"somebody changed the project .*: grapheme_mode"):
        desk.push()


def test_a_second_project_of_the_name_is_refused(desk, lead):
    lead.ask("POST", f"projects/{desk.report.project}/clone").raise_for_status()
    for ask in (desk.push, desk.collect):
        with pytest.raises(RequestError, match="several projects"):
            ask()


def test_only_what_its_annotator_confirmed_is_confirmed(desk, lead):
    lead.ask("POST", f"{desk.url}/{desk.ids['example']}/states").raise_for_status()
    path = f"projects/{desk.report.project}/comments?example={desk.ids['second']}"
    lead.ask("POST", path, text="قيمة: يوم الجمعة = 20 سبتمبر 2024").raise_for_status()
    desk.confirm("second")
    report = desk.collect()
    assert (report.collected, report.waiting) == (["second"], ["example"])
    assert desk.record("second").dates[0].value == "2024-09-27", "nor is another's comment theirs"


def test_a_document_that_others_brought_is_a_finding(desk, lead):
    lead.ask("POST", desk.url, text="نص آخر", meta={}).raise_for_status()
    assert "was not pushed from here" in desk.collect().findings[0].cause
    assert desk.push().existing == ["example", "second"]


def test_newer_machine_spans_are_left_alone(desk):
    desk.pairs = [(document, replace(record, dates=())) for document, record in desk.pairs]
    report = desk.push()
    assert (report.renewed, report.begun) == ([], ["example", "second"])


def test_what_is_not_known_is_an_empty_cell():
    row = Progress("a01", assigned=3, opened=None, confirmed=1, seconds=None)
    head, first, *_ = render_table([row], {}).splitlines()
    assert head.split()[:6] == [
        "annotator",
        "assigned",
        "opened",
        "confirmed",
        "waiting",
        "minutes",
    ]
    assert first.split()[:5] == ["a01", "3", "1", "2", "entities"]
    (table,) = json.loads(render_json([row]))
    assert (table["documents"]["opened"], table["minutes"]) == (None, None)


class Lead:
    """A project whose annotators work on the team's server, and what its lead types."""

    def __init__(self, root, address, names):
        self.project, self.address, self.tell = Project(root), address, Silent()
        self.pairs = [pair(name) for name in names]
        for document, record in self.pairs:
            write_annotation(self.project.preannotated / f"{document.id}.json", record)
        self.source = root / "corpus.jsonl"
        rows = [{"id": d.id, "text": d.text, "dct": d.dct.isoformat()} for d, _ in self.pairs]
        self.source.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    def annotate(self, *names, overlap=None):
        roster = rounds.call_roster(self.project, names, overlap, self.address)
        documents = [document for document, _ in self.pairs]
        where = self.project.root / "no-doccano"
        return rounds.open_round(
            self.project, documents, where, "received", roster, self.tell, self.address
        )

    def collect(self):
        return rounds.collect_round(self.project, self.source, self.address)

    def status(self):
        return rounds.look_at_round(self.project, self.source, self.address)


def test_a_team_annotates_and_a_project_that_was_deleted_is_told(stock, tmp_path, lead):
    team = Lead(tmp_path, Address(stock.url, stock.tokens["lead"]), ["x1", "x2", "x3"])
    with pytest.raises(RequestError, match="there is no account nobody"):
        team.annotate("nobody")
    assert not (tmp_path / ".tawsim").exists()
    opened = team.annotate("salma", "omar", overlap=1)
    assert (opened.url, opened.passwords) == (stock.url, {})
    assert sorted(len(report.created) for report in opened.reports.values()) == [1, 2]
    assert not (tmp_path / ".tawsim" / "passwords" / "salma").exists()
    again = team.annotate()
    assert [report.created for report in again.reports.values()] == [[], []]
    work = {}
    for name in ("salma", "omar"):
        guest = Guest(stock, name)
        rows = guest.get("projects?q=round-1/&limit=100")["results"]
        (project,) = (row["id"] for row in rows if row["name"].startswith("round-1/"))
        work[name] = project
        (first, *_) = guest.get(f"projects/{project}/examples?limit=100")["results"]
        guest.ask("POST", f"projects/{project}/examples/{first['id']}/states").raise_for_status()
    report = team.collect()
    assert (len(report.collected), len(report.waiting), report.findings) == (2, 1, [])
    rows, names = team.status()
    assert [(row.annotator, row.opened, row.confirmed) for row in rows] == [
        ("a01", None, 1),
        ("a02", None, 1),
    ]
    assert names == {"a01": "salma", "a02": "omar"}
    lead.ask("DELETE", f"projects/{work['omar']}").raise_for_status()
    report = team.collect()
    assert (len(report.unchanged), [fault.place for fault in report.findings]) == (1, ["a02"])
    assert "was deleted" in report.findings[0].cause
    assert [(row.annotator, row.assigned) for row in team.status()[0]][1] == ("a02", 0)
    assert list((tmp_path / "annotations" / "a02").glob("*.json")), "what was collected stays"
    assert sum(len(report.created) for report in team.annotate().reports.values()) >= 1
    lead.ask("DELETE", f"projects/{work['salma']}").raise_for_status()


def test_the_verbs_take_the_address_from_the_environment(
    stock, lead, tmp_path, monkeypatch, capsys
):
    token = stock.tokens["lead"]
    team = Lead(tmp_path, None, ["x4"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCCANO_URL", stock.url)
    monkeypatch.setenv("DOCCANO_TOKEN", token)
    monkeypatch.setattr("pipeline.chain.prepare", lambda *_: [d for d, _ in team.pairs])
    source = ["--input", str(team.source)]
    assert cli.main(["annotate", *source, "--doccano-python", "none", "--annotators", "omar"]) == 0
    assert cli.main(["status", *source]) == 0
    assert cli.main(["collect", *source]) == 0
    shown = capsys.readouterr()
    assert stock.url in shown.out
    assert "their account's own" in shown.out
    assert "make stop" not in shown.out
    assert "collected 0, unchanged 0, not confirmed yet 1" in shown.err
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for text in (shown.out, shown.err, *files):
        assert token not in str(text)
    for row in lead.get("projects?q=round-1/")["results"]:
        lead.ask("DELETE", f"projects/{row['id']}").raise_for_status()


def test_who_brings_the_token_annotates_where_nobody_is_named(stock, tmp_path):
    team = Lead(tmp_path, Address(stock.url, stock.tokens["lead"]), ["alone"])
    with pytest.raises(RequestError, match="Check DOCCANO_TOKEN"):
        rounds.call_roster(team.project, [], None, Address(stock.url, "x"))
    opened = team.annotate()
    assert [(person.pseudonym, person.name) for person in opened.reports] == [("a01", "lead")]
    assert [report.created for report in opened.reports.values()] == [["alone"]]
