"""A team's round on a real Doccano: accounts, shares, progress, collect, upgrade, restore."""

import json
import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace

import pytest

from pipeline import rounds
from pipeline.doccano import launch
from pipeline.doccano.backups import back_up, find_backups, restore
from pipeline.doccano.client import Client
from pipeline.doccano.roster import read_roster, write_roster
from pipeline.errors import RequestError
from pipeline.project import Project
from pipeline.records import write_annotation
from pipeline.stages.status import render_json, render_table
from tests.doccano.team import Team
from tests.examples import TEXT, annotation


@pytest.fixture(scope="module")
def team(tmp_path_factory, doccano_python):
    team = Team(tmp_path_factory.mktemp("team"), doccano_python)
    yield team
    launch.stop(team.project.state)


def test_each_gets_an_account_a_password_shown_once_and_a_share(team):
    opened = team.annotate("سلمى", "omar", "layla", overlap=2)
    assert sorted(opened.passwords) == ["layla", "omar", "سلمى"]
    assert len(set(opened.passwords.values())) == 3
    folder = team.project.state / "passwords"
    for name, password in opened.passwords.items():
        assert (folder / name).read_text("ascii").strip() == password
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    held = team.holdings()
    assert [len(held[p]) for p in ("a01", "a02", "a03")] == [4, 4, 4]
    for document in team.documents:
        assert sum(document.id in theirs for theirs in held.values()) == 2
    assert team.person("سلمى").title == "round-1/a01"
    assert team.annotate().passwords == {}


def test_nothing_that_git_sees_holds_a_name(team):
    team.person("omar").confirm(min(team.holdings()["a02"]))
    rounds.collect_round(team.project, team.source)
    kept = [path for path in team.project.annotations.rglob("*") if path.is_file()]
    assert any(path.parent.name == "a02" for path in kept)
    for path in kept:
        assert not any(n in str(path) + path.read_text("utf-8") for n in ("omar", "layla"))


def test_documents_and_people_join_and_nobodys_share_moves(team):
    before = team.holdings()
    team.join_documents(4)
    team.annotate("noor")
    after = team.holdings()
    assert all(before[p] <= after[p] for p in before)
    assert all(sum(d.id in theirs for theirs in after.values()) == 2 for d in team.documents)
    # The newcomer gets all that is new, and the others, who had four each, share it.
    assert {d.id for d in team.documents[6:]} == after["a04"]
    assert sorted(len(theirs) for theirs in after.values()) == [4, 5, 5, 6]


def test_who_leaves_keeps_what_they_confirmed_and_the_rest_is_given_to_others(team):
    before = team.holdings()
    omar = team.person("omar")
    done = min(before["a02"])
    roster = read_roster(team.project.state)
    people = tuple(replace(p, left=p.name == "omar") for p in roster.people)
    write_roster(team.project.state, replace(roster, people=people))
    opened = team.annotate()
    assert {person.name for person in opened.reports} == {"سلمى", "layla", "noor"}
    after = team.holdings()
    assert after["a02"] == before["a02"], "the work stays where it is"
    stay = [after[p] for p in ("a01", "a03", "a04")]
    for document in team.documents:
        wanted = 1 if document.id == done else 2
        assert sum(document.id in theirs for theirs in stay) == wanted
    rounds.collect_round(team.project, team.source)
    assert team.record("a02", done).agent == "a02"
    assert omar.spans(done)


def test_progress_counts_what_became_of_the_machines_spans(team):
    salma = team.person("سلمى")
    name, other = sorted(salma.ids)[:2]
    salma.spans(other)
    spans = {TEXT[s["start_offset"] - 1 :][:5]: s for s in salma.spans(name)}
    salma.do("DELETE", name, f"spans/{spans['محمد ']['id']}")
    baghdad = spans["بغداد"]
    organisation = salma.label(salma.project, "منظمة")
    salma.do("PATCH", name, f"spans/{baghdad['id']}", label=organisation)
    start = TEXT.index("الحكومة")
    salma.do("POST", name, "spans", start_offset=start, end_offset=start + 7, label=organisation)
    salma.confirm(name)
    rows, names = rounds.look_at_round(team.project, team.source)
    row = next(row for row in rows if row.annotator == "a01")
    assert names["a01"] == "سلمى"
    held = len(team.holdings()["a01"])
    assert (row.assigned, row.opened, row.confirmed, row.waiting) == (held, 2, 1, held - 1)
    assert dict(row.spans["entities"]) == {"kept": 1, "changed": 1, "removed": 1, "added": 1}
    assert dict(row.spans["dates"]) == {"kept": 1}
    assert row.spans["stance"]["changed"] == 1, "its holder was deleted"
    table = render_table(rows, names)
    assert "a01 سلمى" in table
    assert len({len(line) for line in table.splitlines()[:4]}) == 1, "in columns"
    (first, *_) = json.loads(render_json(rows))
    assert first["annotator"] == "a01"
    assert first["documents"]["confirmed"] == 1
    assert first["spans"]["entities"]["added"] == 1
    assert "سلمى" not in render_json(rows)


def test_a_confirmed_document_with_faults_is_counted_as_such(team):
    salma = team.person("سلمى")
    name = sorted(salma.ids)[2]
    start = TEXT.index("السوداني") + 1
    place = salma.label(salma.project, "مكان")
    salma.do("POST", name, "spans", start_offset=start, end_offset=start + 8, label=place)
    salma.confirm(name)
    rows, names = rounds.look_at_round(team.project, team.source)
    row = next(row for row in rows if row.annotator == "a01")
    assert (row.confirmed, row.faulty) == (2, 1)
    assert "1 confirmed with faults: make collect names them" in render_table(rows, names)
    report = rounds.collect_round(team.project, team.source)
    assert [fault.place.split(",")[0] for fault in report.findings] == [f"a01/{name}"]


def test_every_push_is_preceded_by_a_backup_and_nothing_new_by_none(team):
    team.annotate()
    before = len(find_backups(team.project.state))
    team.annotate()
    assert len(find_backups(team.project.state)) == before
    team.join_documents(1)
    team.annotate()
    assert len(find_backups(team.project.state)) == before + 1
    assert find_backups(team.project.state)[-1].name.endswith("-before-push.tar.gz")


def test_a_better_machine_reaches_unopened_documents_of_everybody(team):
    for document in team.documents:
        team.propose(document.id, dates=())
    opened = team.annotate()
    renewed = {name for report in opened.reports.values() for name in report.renewed}
    begun = {name for report in opened.reports.values() for name in report.begun}
    assert renewed
    assert begun
    assert not renewed & begun
    assert any("left alone, opened already" in said for said in team.tell.said)
    assert any("renewed the machine's spans" in said for said in team.tell.said)


def test_a_text_that_changed_goes_to_nobody_else(team):
    before = team.holdings()
    changed = replace(team.documents[0], text=f"{TEXT} زيادة")
    team.documents[0] = changed
    write_annotation(
        team.project.preannotated / "d00.json",
        annotation(document="d00", text_sha256=changed.sha256),
    )
    opened = team.annotate("new", overlap=2)
    holders = {p for p in ("a01", "a03", "a04") if "d00" in before[p]}
    told = {f.place for report in opened.reports.values() for f in report.findings}
    assert told == {f"{p}/d00" for p in holders}
    after = team.holdings()
    assert {p: "d00" in theirs for p, theirs in after.items() if p in before} == {
        p: "d00" in theirs for p, theirs in before.items()
    }
    assert "d00" not in after["a05"]


def test_an_older_database_is_upgraded_after_a_backup_and_counts_all_as_opened(team):
    state, before = team.project.state, team.server()
    with closing(sqlite3.connect(state / "db.sqlite3", timeout=30)) as database, database:
        for table in ("visit", "guideline"):
            database.execute(f"DROP TABLE tawsim_{table}")
        database.execute("DELETE FROM django_migrations WHERE app = 'tawsim'")
    (state / "prepared").write_text("1.8.4\n", encoding="ascii")
    again = launch.start(state, team.python)
    assert again.pid != before.pid, "a server of the older tables is not kept"
    assert find_backups(state)[-1].name.endswith("-before-upgrade.tar.gz")
    with Client(again) as client:
        for person in read_roster(state).people:
            rows = client.stored(rounds.first_round(), person.annotator)
            assert all(row.opened for row in rows)


def test_a_restored_server_has_the_work_of_then_and_its_passwords(team):
    salma = team.person("سلمى")
    name = sorted(salma.ids)[0]
    before = salma.spans(name)
    assert before
    kept = back_up(team.project.state, "by-hand")
    for span in before:
        salma.do("DELETE", name, f"spans/{span['id']}")
    assert team.person("سلمى").spans(name) == []
    with pytest.raises(RequestError, match="its server runs"):
        restore(team.project.state, kept)
    launch.stop(team.project.state)
    restore(team.project.state, kept)
    launch.start(team.project.state, team.python)
    assert team.person("سلمى").spans(name) == before
    team.annotate()
    assert rounds.collect_round(team.project, team.source).collected == []


def test_somebody_who_worked_alone_before_there_was_a_roster_stays_the_first(tmp_path):
    project = Project(tmp_path)
    (project.state / "passwords").mkdir(parents=True)
    (project.state / "passwords" / "a01").write_text("x", encoding="ascii")
    roster = rounds.call_roster(project, ["salma"], None)
    assert [(p.pseudonym, p.name) for p in roster.people] == [("a01", "a01"), ("a02", "salma")]


def test_records_of_another_machine_keep_their_pseudonyms(tmp_path):
    project = Project(tmp_path)
    (project.annotations / "a01" / "history").mkdir(parents=True)
    roster = rounds.call_roster(project, ["salma"], None)
    assert [(p.pseudonym, p.name) for p in roster.people] == [("a02", "salma")]
    before = (project.state / "annotators.toml").stat().st_mtime_ns
    os.utime(project.state / "annotators.toml", ns=(before - 10**9, before - 10**9))
    rounds.call_roster(project, ["salma"], None)
    assert (project.state / "annotators.toml").stat().st_mtime_ns == before - 10**9


def test_too_few_people_are_refused_before_anything_is_kept(tmp_path):
    with pytest.raises(RequestError, match="go to 2 people, and 1 annotate"):
        rounds.call_roster(Project(tmp_path), ["salma"], 2)
    assert not (tmp_path / ".tawsim").exists()


def test_without_a_server_looking_and_collecting_say_what_to_do(tmp_path, team):
    for verb in (rounds.look_at_round, rounds.collect_round):
        with pytest.raises(RequestError, match=r"no annotation server is running.*make annotate"):
            verb(Project(tmp_path), team.source)
