"""`tawsim release`: the best record of every document, as a dataset that `load_dataset` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

from pipeline.dataset.card import CardFacts, render_card
from pipeline.dataset.change_notes import render_first_section, render_section
from pipeline.dataset.changes import compare_editions
from pipeline.dataset.choice import check_source, choose_records
from pipeline.dataset.folder import CARD, CHANGELOG, LEDGER, count_rows, write_configs, write_folder
from pipeline.dataset.ledger import (
    Edition,
    Ledger,
    edition_of,
    ledger_of,
    read_edition,
    read_ledger,
    read_ledgers,
    released_splits,
    stamp_of,
    write_edition,
    write_ledger,
)
from pipeline.dataset.rows import Released, rows_of
from pipeline.dataset.software import write_software
from pipeline.dataset.splits import assign_splits
from pipeline.dataset.versions import check_step, parse_version
from pipeline.errors import RequestError
from pipeline.model import Document

_Crossings = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """Where the release is, what names its content, and whether it was there already.

    `crossings` are near-duplicates that earlier versions put on different sides.
    """

    folder: Path
    content_sha256: str
    sources: tuple[str, ...]
    rows: Mapping[str, int]
    existed: bool
    crossings: _Crossings = ()


def release(
    version: str,
    documents: Sequence[Document],
    preannotated: Path,
    annotations: Path,
    releases: Path,
    from_: str | None = None,
) -> ReleaseReport:
    """Build `releases/<version>/` and keep its ledger and records in `annotations/releases/`.

    Per document the adjudicated record is read, else the single human one, else the machine's;
    `from_` (`adjudicated`, `human`, `machine` or a pseudonym) reads that source alone. Raises
    InputRefused with every fault, and RequestError for a version that exists with other content
    or whose number does not say what changed; then nothing is written.
    """
    parse_version(version)
    check_source(from_)
    folder, kept = releases / version, annotations / "releases"
    ledgers, copy = read_ledgers(kept), read_ledger(folder / LEDGER)
    chosen = choose_records(documents, preannotated, annotations, from_)
    known = released_splits([*ledgers.values(), *([copy] if copy else [])])
    crossings: _Crossings = ()
    if copy is None:
        texts = {item.document.id: item.document.text for item in chosen}
        assigned = assign_splits(texts, known)
        known, crossings = dict(assigned.splits), assigned.crossings
    released = [replace(item, split=known.get(item.document.id, item.split)) for item in chosen]
    ledger = ledger_of(version, released)
    _refuse_other_content(
        ledger, {folder / LEDGER: copy, kept / f"{version}.json": ledgers.get(version)}
    )
    if ledgers and version not in ledgers:
        check_step(ledger, list(ledgers.values())[-1])
    edition = edition_of(ledger, released)
    if copy is None:
        before = takewhile(lambda earlier: earlier != version, ledgers)
        changelog = _changelog([*(read_edition(kept, earlier) for earlier in before), edition])
        write_folder(
            folder, lambda partial: _fill(partial, released, edition, crossings, changelog)
        )
    if version not in ledgers:
        write_edition(kept, edition)
    sources = tuple(sorted({item.layer_source for item in released}))
    rows = count_rows(folder)
    return ReleaseReport(
        folder, ledger["content_sha256"], sources, rows, copy is not None, crossings
    )


def _refuse_other_content(ledger: Ledger, earlier: Mapping[Path, Ledger | None]) -> None:
    for path, released in earlier.items():
        if released and released["content_sha256"] != ledger["content_sha256"]:
            cause = "this version is released already, with other content"
            raise RequestError(str(path), cause, "Choose the next version number.")


def _changelog(editions: Sequence[Edition]) -> str:
    """Return the changelog up to the last of the editions, the latest first."""
    first = editions[0].ledger
    sections = [render_first_section(first["version"], first["content_sha256"])]
    for old, new in pairwise(editions):
        sections.append(render_section(compare_editions(old, new)))
    return "# Changelog\n\n" + "\n".join(reversed(sections))


def _fill(
    folder: Path,
    released: Sequence[Released],
    edition: Edition,
    crossings: _Crossings,
    changelog: str,
) -> None:
    """Write all files of a release but its checksums."""

    def rows(config: str, split: str) -> Iterator[dict[str, Any]]:
        return rows_of(config, (item for item in released if item.split == split))

    ledger = edition.ledger
    sizes = write_configs(folder, rows, stamp_of(ledger))
    facts = CardFacts(released, ledger, sizes, crossings)
    (folder / CARD).write_text(render_card(facts), encoding="utf-8")
    (folder / CHANGELOG).write_text(changelog, encoding="utf-8")
    write_ledger(folder / LEDGER, ledger)
    write_software(folder, edition)
