"""What becomes of which document; with a real Doccano it is tested in `tests/doccano/`."""

import json
from dataclasses import replace

import pytest

from pipeline.adjudication.ledger import read_ledger, unfinished
from pipeline.cli import main
from pipeline.errors import InputRefused
from pipeline.kept import read_people
from pipeline.records import read_annotation, write_annotation
from pipeline.stages.adjudicate import hear_adjudicator, settle_documents
from tests.corpora import write_folder
from tests.examples import TEXT
from tests.people import date, document, entity, keep, person

DOCUMENTS = {name: document(name) for name in ("agreed", "alone", "contested")}
ORG = tuple(replace(e, label="ORG") if e.text == "بغداد" else e for e in person("a01").entities)


class Memory:
    """A server that keeps what it gets; `decide` is the adjudicator at work."""

    def __init__(self):
        self.stored, self.rounds = {}, []

    def push(self, round_, annotator, documents):
        self.rounds.append(round_)
        new = {wire.uuid: wire for wire in documents if wire.uuid not in self.stored}
        self.stored |= new
        return {"project": 7, "created": [*new], "existing": []}

    def read(self, round_, annotator, uuids):
        return {uuid: self.stored[uuid] for uuid in uuids}

    def pull(self, round_, annotator):
        return iter(self.stored.values())

    def decide(self, label, at="2024-10-02T00:00:00+00:00"):
        """Accept the proposals of a label, delete the others, and confirm."""
        for uuid, wire in self.stored.items():
            spans = [s for s in wire.spans if "؟" not in s.label or s.label == f"{label}؟"]
            plain = tuple(replace(s, label=s.label.rstrip("؟")) for s in spans)
            self.stored[uuid] = replace(wire, spans=plain, confirmed_at=at)

    def confirm(self, at="2024-10-02T00:00:00+00:00"):
        for uuid, wire in self.stored.items():
            self.stored[uuid] = replace(wire, confirmed_at=at)


@pytest.fixture
def folder(tmp_path):
    """Two simulated annotators: on `contested` they differ about بغداد."""
    return keep(
        tmp_path,
        person("a01", "agreed"),
        person("a02", "agreed"),
        person("a01", "alone"),
        person("a01", "contested"),
        person("a02", "contested", entities=ORG),
    )


def settle(folder, rule="unanimous"):
    return settle_documents(DOCUMENTS, folder, rule)


def hear(folder, server, rule="unanimous"):
    report = settle(folder, rule)
    hear_adjudicator(server, report, DOCUMENTS, folder, "", show_authors=False)
    return report


def record(folder, name):
    return read_annotation(folder / "adjudicated" / f"{name}.json")


def open_documents(folder):
    return [
        str(f).split(":")[0] for f in unfinished(read_people(folder, DOCUMENTS.values()), folder)
    ]


def test_what_is_agreed_is_written_and_the_rest_is_named(folder):
    report = settle(folder)
    assert (report.settled, report.contested, report.alone) == (
        ["agreed"],
        ["contested"],
        ["alone"],
    )
    assert record(folder, "agreed") == person("adjudicated", "agreed", confirmed_at=None)
    assert not (folder / "adjudicated" / "contested.json").exists()
    assert read_ledger(folder)["agreed"].by == "rule"
    assert open_documents(folder) == ["document contested"]


def test_settling_twice_changes_no_byte(folder):
    settle(folder)
    files = [folder / "adjudicated" / "agreed.json", folder / "adjudication.json"]
    before = [(f.read_bytes(), f.stat().st_mtime_ns) for f in files]
    report = settle(folder)
    assert (report.settled, report.unchanged) == ([], ["agreed"])
    assert [(f.read_bytes(), f.stat().st_mtime_ns) for f in files] == before


def test_a_run_that_was_killed_between_record_and_ledger_is_completed(folder):
    settle(folder)
    before = (folder / "adjudication.json").read_bytes()
    (folder / "adjudication.json").unlink()
    report = settle(folder)
    assert (report.settled, report.findings) == (["agreed"], [])
    assert (folder / "adjudication.json").read_bytes() == before


def test_an_adjudicators_decision_becomes_the_record(folder):
    server = Memory()
    report = hear(folder, server)
    assert (report.contested, report.decided) == (["contested"], [])
    server.decide("منظمة")
    report = hear(folder, server)
    assert (report.contested, report.decided, report.findings) == ([], ["contested"], [])
    decided = record(folder, "contested")
    assert decided.entities == ORG
    assert (decided.agent, decided.confirmed_at) == ("adjudicated", "2024-10-02T00:00:00Z")
    assert decided.based_on == person("a01", "contested").based_on
    assert read_ledger(folder)["contested"].by == "person"
    assert open_documents(folder) == []
    assert settle(folder).unchanged == ["agreed", "contested"]
    assert hear(folder, server).unchanged == ["agreed", "contested"]


def test_a_later_decision_of_the_adjudicator_replaces_the_earlier(folder):
    server = Memory()
    hear(folder, server)
    server.decide("منظمة")
    hear(folder, server)
    before = record(folder, "contested")
    (uuid,) = server.stored
    fewer = server.stored[uuid].spans[:1]
    server.stored[uuid] = replace(
        server.stored[uuid], spans=fewer, relations=(), confirmed_at="2024-10-03T00:00:00+00:00"
    )
    assert hear(folder, server).decided == ["contested"]
    assert len(record(folder, "contested").entities) < len(before.entities)


def test_an_undecided_proposal_keeps_the_document_open(folder):
    server = Memory()
    hear(folder, server)
    server.confirm()
    report = hear(folder, server)
    assert report.contested == ["contested"]
    assert {fault.cause for fault in report.findings} == {"a proposal that is not decided"}
    assert not (folder / "adjudicated" / "contested.json").exists()
    assert open_documents(folder) == ["document contested"]


def test_annotators_who_change_their_minds_open_the_case_again(folder):
    server = Memory()
    hear(folder, server)
    server.decide("منظمة")
    hear(folder, server)
    decided = record(folder, "contested")
    keep(folder, person("a02", "contested", entities=ORG[:2]))
    assert open_documents(folder) == ["document contested"]
    report = hear(folder, server)
    assert (report.contested, len(server.stored)) == (["contested"], 2)
    assert record(folder, "contested") == decided, "until it is decided anew"


def test_a_persons_decision_is_not_replaced_by_what_annotators_agree_on_later(folder):
    server = Memory()
    hear(folder, server)
    server.decide("منظمة")
    hear(folder, server)
    decided = record(folder, "contested")
    keep(folder, person("a02", "contested"))
    report = settle(folder)
    assert "a person decided it" in report.findings[0].cause
    assert record(folder, "contested") == decided
    (folder / "adjudicated" / "contested.json").unlink()
    assert settle(folder).settled == ["contested"]


def test_what_the_rule_wrote_follows_the_annotators(folder):
    settle(folder)
    keep(folder, *(person(agent, "agreed", entities=ORG) for agent in ("a01", "a02")))
    assert settle(folder).settled == ["agreed"]
    assert record(folder, "agreed").entities == ORG


def test_the_rule_is_kept_with_the_record(folder):
    settle(folder)
    keep(folder, person("a03", "contested", entities=ORG))
    assert settle(folder, "unanimous").contested == ["contested"]
    assert settle(folder, "majority").settled == ["contested"]
    assert record(folder, "contested").entities == ORG
    rules = {name: entry.rule for name, entry in read_ledger(folder).items()}
    assert rules == {"agreed": "unanimous", "contested": "majority"}
    assert open_documents(folder) == []


def test_values_that_differ_are_named_until_somebody_gives_one(folder):
    for agent, value in (("a01", "2024-09-27"), ("a02", "2024-09-20")):
        keep(folder, person(agent, "agreed", dates=(date("يوم الجمعة", value, agent),)))
    (fault,) = settle(folder).findings
    assert "different values: 2024-09-20, 2024-09-27" in fault.cause
    path = folder / "adjudicated" / "agreed.json"
    written = read_annotation(path)
    assert written.dates[0].value is None
    given = replace(written.dates[0], value="2024-09-20", value_by="adjudicated")
    write_annotation(path, replace(written, dates=(given,)))
    assert settle(folder).findings == []
    keep(
        folder,
        *(
            person(a, "agreed", entities=ORG, dates=(date("يوم الجمعة", v, a),))
            for a, v in (("a01", "2024-09-27"), ("a02", "2024-09-20"))
        ),
    )
    assert settle(folder).findings == []
    assert record(folder, "agreed").dates == (given,)


def test_a_faulty_record_stops_all_before_anything_is_written(folder):
    (folder / "a02" / "contested.json").write_text("{}")
    with pytest.raises(InputRefused):
        settle(folder)
    assert not (folder / "adjudicated").exists()
    assert not (folder / "adjudication.json").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"agreed": {"rule": "unanimous"}}', '{"a": 1}'])
def test_a_damaged_ledger_is_refused(folder, text):
    (folder / "adjudication.json").write_text(text)
    with pytest.raises(InputRefused, match="is not the ledger of adjudication"):
        settle(folder)


def test_the_command_needs_no_server_where_all_is_agreed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "in", agreed=TEXT, contested=TEXT + "\n")
    keep(tmp_path / "annotations", person("a01", "agreed"), person("a02", "agreed"))
    assert main(["adjudicate", "--input", "in"]) == 0
    assert "settled by the rule «unanimous» 1" in capsys.readouterr().err
    assert not (tmp_path / ".tawsim").exists()
    keep(tmp_path / "annotations", person("a02", "agreed", entities=(entity("القوات", "ORG"),)))
    assert main(["adjudicate", "--input", "in"]) == 2
    assert "Name Doccano's interpreter" in capsys.readouterr().err


def test_the_command_tells_the_history_of_a_document(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "in", agreed=TEXT)
    assert main(["history", "agreed", "--input", "in"]) == 2
    assert "no annotator's record is kept" in capsys.readouterr().err
    keep(tmp_path / "annotations", person("a01", "agreed"), person("a02", "agreed", entities=ORG))
    assert main(["history", "agreed", "--input", "in"]) == 0
    lines = capsys.readouterr().out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.endswith("«بغداد»"))
    words = [line.split()[:3] for line in lines[place + 1 : place + 4]]
    assert words == [
        ["machine", "proposed", "LOC"],
        ["a01", "kept", "LOC"],
        ["a02", "changed", "LOC"],
    ]
    assert main(["history", "agreed", "--input", "in", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    changed = [e for s in told["stories"] for e in s["events"] if e["action"] == "changed"]
    assert [(e["agent"], e["changed"], e["before"]["label"]) for e in changed] == [
        ("a02", ["label"], "LOC")
    ]
    assert main(["history", "nothing", "--input", "in"]) == 2
    assert "is not in in" in capsys.readouterr().err
