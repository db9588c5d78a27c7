"""What the verbs on the annotation server do and print; names and passwords go to this terminal."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from pipeline.errors import FindingsError, RequestError
from pipeline.project import Project
from pipeline.verbs import Terminal, say, writes_in

if TYPE_CHECKING:
    from pipeline.doccano.address import Address

_WATCH_SECONDS = 10
_INVITATION = """
  {url}

{people}

  افتح العنوان، صحّح كل وثيقة ثم أكّدها بعلامة ✓، وبعدها: make collect
  Open the address, correct each document, confirm it with ✓, then: make collect
"""
_STOP = "  للإيقاف دون أن يضيع شيء · to stop, nothing is lost: make stop\n"
_PERSON = """  المستخدم · user      {name}
  كلمة المرور · password   {password}
  الوثائق · documents    {new} جديدة · new, {kept} كما تركتها · as you left them"""


@writes_in("build")
def annotate(arguments: argparse.Namespace, project: Project) -> None:
    """Prepare the documents, start the server, push what is missing, say what is next."""
    from pipeline.chain import prepare
    from pipeline.doccano.address import find_address
    from pipeline.rounds import call_roster, open_round

    address = find_address(project.state, os.environ)
    if arguments.host is not None:
        _set_host(arguments.host, project, address)
    if url := os.environ.get("DATABASE_URL"):
        _set_database(url, project, address)
    roster = call_roster(project, arguments.annotators, arguments.overlap, address)
    documents = prepare(project, arguments.input, arguments.ner, Terminal())
    python = arguments.doccano_python
    opened = open_round(project, documents, python, arguments.order, roster, Terminal(), address)
    asked = "make password" if address is None else "كلمة مرور حسابه · their account's own"
    people = [
        _PERSON.format(
            name=person.name,
            # Shown once, when it is made.
            password=opened.passwords.get(person.name, asked),
            new=len(report.created),
            kept=len(report.existing) + len(report.renewed) + len(report.findings),
        )
        for person, report in opened.reports.items()
    ]
    invitation = _INVITATION.format(url=opened.url, people="\n\n".join(people))
    print(invitation if address else f"{invitation}{_STOP}")
    findings = [fault for report in opened.reports.values() for fault in report.findings]
    if findings:
        raise FindingsError(findings)


def _set_host(host: str, project: Project, address: Address | None) -> None:
    """Name the proxy before the server on this machine."""
    from pipeline.doccano import launch

    if address is not None:
        cure = "Leave HOST out, or unset DOCCANO_URL to use the server on this machine."
        raise RequestError(f"HOST={host}", "is for the server on this machine", cure)
    launch.answer_to(project.state, host)


def _set_database(url: str, project: Project, address: Address | None) -> None:
    """Name the PostgreSQL database of the server on this machine."""
    from pipeline.doccano.database import keep_in

    if address is not None:
        cure = "Unset it, or unset DOCCANO_URL to use the server on this machine."
        raise RequestError("DATABASE_URL", "is for the server on this machine", cure)
    keep_in(project.state, url)


@writes_in("annotations")
def collect(arguments: argparse.Namespace, project: Project) -> None:
    """Bring confirmed corrections into `annotations/`."""
    from pipeline.doccano.address import find_address
    from pipeline.rounds import collect_round

    report = collect_round(project, arguments.input, find_address(project.state, os.environ))
    for snap in report.snapped:
        say(f"snapped to whole words: {snap}")
    if report.withdrawn:
        say(
            "not confirmed any more, the last confirmed state stays: "
            f"{', '.join(sorted(set(report.withdrawn)))}"
        )
    say(
        f"collected {len(report.collected)}, unchanged {len(report.unchanged)}, "
        f"not confirmed yet {len(report.waiting)}"
    )
    if report.collected:
        say("Next: make release VERSION=0.1.0")
    if report.findings:
        raise FindingsError(report.findings)


def status(arguments: argparse.Namespace, project: Project) -> None:
    """Print how far each annotator has come, once or again and again."""
    from pipeline.doccano.address import find_address
    from pipeline.rounds import look_at_round
    from pipeline.stages.status import render_json, render_table

    address = find_address(project.state, os.environ)
    while True:
        rows, names = look_at_round(project, arguments.input, address)
        shown = render_json(rows) if arguments.json else render_table(rows, names)
        if arguments.watch and sys.stdout.isatty():
            print("\033[H\033[2J", end="")  # the screen's top left corner, and nothing on it
        print(shown, flush=True)
        if not arguments.watch:
            return
        time.sleep(_WATCH_SECONDS)


def stop(arguments: argparse.Namespace, project: Project) -> None:
    """Stop the annotation server; everything stays in `.tawsim/`."""
    from pipeline.doccano import launch

    say("stopped" if launch.stop(project.state) else "no annotation server was running")
    say("Nothing is lost: `make annotate` opens the same work again.")


def password(arguments: argparse.Namespace, project: Project) -> None:
    """Print the annotators' user names and passwords, because they were asked for."""
    from pipeline.doccano import launch

    passwords = launch.read_passwords(project.state)
    if not passwords:
        cure = "Make them with `make annotate`."
        raise RequestError(str(project.state), "holds no accounts yet", cure)
    for name, secret in passwords.items():
        print(f"{name}\t{secret}")


def backup(arguments: argparse.Namespace, project: Project) -> None:
    """Write a backup and print where."""
    from pipeline.doccano.backups import KEPT, back_up

    path = back_up(project.state, "by-hand")
    if path is None:
        cure = "Open the server first: make annotate"
        raise RequestError(str(project.state), "holds no database yet", cure)
    print(path.relative_to(project.root))
    say(f"The last {KEPT} are kept here: copy it to another disk to keep it longer.")


def restore(arguments: argparse.Namespace, project: Project) -> None:
    """Stop the server and put a backup's state in its place; without one, name them."""
    from pipeline.doccano import launch
    from pipeline.doccano.backups import find_backups
    from pipeline.doccano.backups import restore as run

    if arguments.backup is None:
        listed = [str(path.relative_to(project.root)) for path in find_backups(project.state)]
        cure = f"Name one: {' '.join(listed)}" if listed else "There is none yet: make backup"
        raise RequestError("restore", "which backup is not said", cure)
    launch.stop(project.state)
    run(project.state, arguments.backup, os.environ.get("DATABASE_URL"))
    say(f"restored {arguments.backup}; what was there is a backup itself")
    say("Next: make annotate")
