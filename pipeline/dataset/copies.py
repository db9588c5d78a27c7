"""Copies of a release that hold other texts than it does: fewer to publish, all to work with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.dataset.card import TEXTS_WHOLE, set_texts
from pipeline.dataset.features import SPANS
from pipeline.dataset.folder import (
    CARD,
    CHANGELOG,
    LEDGER,
    check_folder,
    read_split,
    write_configs,
    write_folder,
)
from pipeline.dataset.ledger import Ledger, read_ledger, stamp_of
from pipeline.dataset.licences import may_redistribute
from pipeline.dataset.software import SOFTWARE
from pipeline.dataset.splits import SPLITS
from pipeline.dataset.standoff import render_allowed, render_withheld, with_texts
from pipeline.errors import RequestError


@dataclass(frozen=True, slots=True)
class Publication:
    """A copy made ready to go: where it is, what names it, which documents go without text."""

    folder: Path
    version: str
    content_sha256: str
    withheld: tuple[str, ...]
    files: dict[str, int]
    """Size in bytes by name."""


def read_release(folder: Path) -> Ledger:
    """Return a release's ledger; raises where there is none, or any file is damaged."""
    ledger = read_ledger(folder / LEDGER)
    if ledger is None:
        cure = "Build it first: make release VERSION=0.1.0."
        raise RequestError(str(folder), f"no release (it has no {LEDGER})", cure)
    check_folder(folder)
    return ledger


def read_documents(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of config `spans`, over all splits."""
    for split in SPLITS:
        yield from read_split(folder, SPANS, split)


def stage_copy(release: Path, ledger: Path, folder: Path, with_text_by: str | None) -> Publication:
    """Make the copy of a release that may be passed on, in `folder`.

    Documents whose licence is not in `schemas/licences.toml` go without their text, unless
    `with_text_by` names who decided otherwise. Raises RequestError where the release is not the
    one its ledger in `annotations/releases/` names, and InputRefused where a file is damaged.
    """
    released, kept = read_release(release), read_ledger(ledger)
    if kept != released:
        cause = "is not the release of this folder"
        cure = "Restore the ledger from git, or make the release again."
        raise RequestError(str(ledger), cause, cure)
    rows = [(row["id"], row["licence"]) for row in read_documents(release)]
    closed = sorted(name for name, licence in rows if not may_redistribute(licence))
    withheld = [] if with_text_by else closed
    said = TEXTS_WHOLE
    if closed and with_text_by:
        said = render_allowed(len(closed), len(rows), with_text_by)
    elif closed:
        said = render_withheld(len(closed), len(rows))
    copy_with_texts(release, folder, dict.fromkeys(withheld), said)
    files = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return Publication(
        folder, released["version"], released["content_sha256"], tuple(withheld), files
    )


def copy_with_texts(source: Path, target: Path, texts: Mapping[str, str | None], said: str) -> None:
    """Write a copy of a release whose rows hold `texts` instead; its card says `said` of them.

    A document that `texts` does not name stays as it is; None takes its text out.
    """
    ledger = read_release(source)

    def fill(partial: Path) -> None:
        sizes = write_configs(
            partial,
            lambda config, split: with_texts(config, read_split(source, config, split), texts),
            stamp_of(ledger),
        )
        card = (source / CARD).read_text(encoding="utf-8")
        (partial / CARD).write_text(
            set_texts(card, ledger["version"], sizes, said), encoding="utf-8"
        )
        for name in (CHANGELOG, LEDGER, SOFTWARE):
            if (source / name).is_file():  # releases of before have no bill of materials
                shutil.copyfile(source / name, partial / name)

    write_folder(target, fill)
