"""What the verbs of a released dataset do and print: data to stdout, words to stderr."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Sequence

from pipeline.errors import FindingsError, RequestError
from pipeline.project import Project
from pipeline.verbs import Terminal, say, writes_in


@writes_in("build")
def release(arguments: argparse.Namespace, project: Project) -> None:
    """Build a version of the dataset."""
    from pipeline.chain import prepare
    from pipeline.stages.release import release as run

    documents = prepare(project, arguments.input, arguments.ner, Terminal())
    report = run(
        arguments.version,
        documents,
        project.preannotated,
        project.annotations,
        project.releases,
        arguments.from_,
    )
    folder = report.folder.relative_to(project.root)
    rows = ", ".join(f"{config} {count} rows" for config, count in report.rows.items())
    say(f"{'already there' if report.existed else 'built'}: {folder} ({rows})")
    say(f"layers: {', '.join(report.sources)}; content {report.content_sha256[:16]}")
    for group in report.crossings:
        say(f"note: near-duplicates released on different sides: {', '.join(group)}")
    say(f'Next: datasets.load_dataset("{folder}")')


def diff(arguments: argparse.Namespace, project: Project) -> None:
    """Print what changed between two versions."""
    from pipeline.dataset.change_notes import render_section, render_text
    from pipeline.dataset.changes import to_json
    from pipeline.stages.diff import diff as run

    changes = run(arguments.old, arguments.new, project.annotations)
    if arguments.json:
        print(json.dumps(to_json(changes), ensure_ascii=False))
    else:
        print((render_section if arguments.changelog else render_text)(changes), end="")


@writes_in("build")
def report(arguments: argparse.Namespace, project: Project) -> None:
    """Write the page to look at, and say where it is."""
    from pipeline.corpus import read_corpus
    from pipeline.stages.report import report as run

    if arguments.version:
        documents = list(read_corpus(arguments.input))
    else:
        from pipeline.chain import prepare

        documents = prepare(project, arguments.input, arguments.ner, Terminal())
    path = run(
        documents, project.preannotated, project.annotations, project.report, arguments.version
    )
    say(f"{len(documents)} documents; open {path.relative_to(project.root)} in a browser")


@writes_in("build")
def publish(arguments: argparse.Namespace, project: Project) -> None:
    """Make a version ready for the Hub; push it only where `--push` says so."""
    from pipeline.dataset.copies import stage_copy
    from pipeline.dataset.ledger import read_ledgers
    from pipeline.stages.publish import check_repo, push

    check_repo(arguments.repo)
    kept = project.annotations / "releases"
    version = arguments.version or next(reversed(read_ledgers(kept)), None)
    if version is None:
        cure = "Build one first: make release VERSION=0.1.0."
        raise RequestError(str(kept), "nothing is released yet", cure)
    decider = _git_user() if arguments.with_text else None
    publication = stage_copy(
        project.releases / version, kept / f"{version}.json", project.published / version, decider
    )
    say(f"{publication.folder.relative_to(project.root)} → {arguments.repo}, tag {version}")
    for name, size in publication.files.items():
        print(f"{size}\t{name}")
    _tell_texts(publication.withheld, decider)
    if arguments.push:
        say(f"published: {push(publication, arguments.repo)}")
    else:
        say("Nothing was sent. To send it: make publish … YES=yes, or --push")


@writes_in("build")
def archive(arguments: argparse.Namespace, project: Project) -> None:
    """Build a version's bag."""
    from pipeline.stages.archive import archive as run

    decider = _git_user() if arguments.with_text else None
    report = run(
        arguments.version, project.releases, project.annotations, project.archives, decider
    )
    folder = report.folder.relative_to(project.root)
    say(f"built: {folder}")
    _tell_texts(report.withheld, decider)
    say(f"Next: tawsim verify {folder}")


def verify(arguments: argparse.Namespace, project: Project) -> None:
    """Say that an archive is whole, or what is not."""
    from pipeline.stages.verify import verify as run

    if faults := run(arguments.folder):
        raise FindingsError(faults)
    say(f"{arguments.folder} is whole")


def _tell_texts(withheld: Sequence[str], decider: str | None) -> None:
    if withheld:
        say(f"without text, by licence: {', '.join(withheld)}")
    if decider:
        say(f"with all texts, by decision of {decider}")


def _git_user() -> str:
    """Return who decides, as git knows them."""
    command = ["git", "config", "user.name"]
    name = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    if not name:
        cure = "Say it: git config user.name 'Your Name'."
        raise RequestError("--with-text", "git does not know who decides", cure)
    return name


def attach(arguments: argparse.Namespace, project: Project) -> None:
    """Join a stand-off copy with its texts."""
    from pipeline.stages.attach import attach as run

    count = run(arguments.folder, arguments.texts, arguments.output)
    say(f"{count} texts joined: {arguments.output}")
    say(f'Next: datasets.load_dataset("{arguments.output}")')
