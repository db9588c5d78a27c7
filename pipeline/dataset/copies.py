"""Copies of a release that hold other texts than it does: fewer to publish, all to work with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.dataset.card import set_texts
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
from pipeline.dataset.ledger import Ledger, read_ledger
from pipeline.dataset.splits import SPLITS
from pipeline.dataset.standoff import with_texts
from pipeline.errors import RequestError


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


def copy_with_texts(source: Path, target: Path, texts: Mapping[str, str | None], said: str) -> None:
    """Write a copy of a release whose rows hold `texts` instead; its card says `said` of them.

    A document that `texts` does not name stays as it is; None takes its text out.
    """
    version = read_release(source)["version"]

    def fill(partial: Path) -> None:
        sizes = write_configs(
            partial,
            lambda config, split: with_texts(config, read_split(source, config, split), texts),
        )
        card = (source / CARD).read_text(encoding="utf-8")
        (partial / CARD).write_text(set_texts(card, version, sizes, said), encoding="utf-8")
        for name in (CHANGELOG, LEDGER):
            shutil.copyfile(source / name, partial / name)

    write_folder(target, fill)
