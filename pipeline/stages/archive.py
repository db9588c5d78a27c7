"""`tawsim archive`: a released version as a BagIt bag that outlives this software."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version as version_of
from importlib.resources import files
from pathlib import Path
from string import Template

from pipeline import __version__
from pipeline.archive import CROISSANT, README, RELEASE
from pipeline.archive.bag import seal
from pipeline.archive.crate import write_crate
from pipeline.archive.croissant import render_croissant
from pipeline.archive.payload import (
    write_documents,
    write_records,
    write_rows,
    write_schemas,
)
from pipeline.dataset.card import NAME
from pipeline.dataset.copies import Publication, read_documents, stage_copy
from pipeline.dataset.ledger import Edition, Ledger, read_edition, scheme_of
from pipeline.dataset.software import write_software
from pipeline.errors import RequestError
from pipeline.files import place_folder
from pipeline.model import Annotation


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """Where the bag is, and which documents are in it without their text."""

    folder: Path
    withheld: tuple[str, ...]


def archive(
    version: str, releases: Path, annotations: Path, archives: Path, with_text_by: str | None
) -> ArchiveReport:
    """Build `archives/<version>/` from `releases/<version>/` and the records that were released.

    Documents whose licence forbids redistribution go without text, as `stage_copy` says. The same
    release gives the same bytes. Raises RequestError where the version was never released, or
    under another scheme than this software's; InputRefused where a file is damaged or missing.
    """
    kept = annotations / "releases"
    edition = read_edition(kept, version)
    _check_scheme(edition.ledger)
    withheld: tuple[str, ...] = ()

    def fill(folder: Path) -> None:
        nonlocal withheld
        copy = folder / RELEASE
        publication = stage_copy(releases / version, kept / f"{version}.json", copy, with_text_by)
        withheld = publication.withheld
        write_rows(folder, copy)
        write_documents(folder, read_documents(copy))
        write_records(folder, edition, annotations, withheld)
        write_schemas(folder)
        write_software(folder, edition)
        _describe(folder, publication, edition)
        seal(folder, _bag_info(edition.ledger))

    folder = archives / version
    place_folder(folder, fill)
    return ArchiveReport(folder, withheld)


def _check_scheme(ledger: Ledger) -> None:
    if (ledger["guideline"], ledger["scheme"]) != scheme_of():
        cause = "was released under other labels, targets or guidelines than these"
        cure = "Archive it with the software that released it."
        raise RequestError(f"version {ledger['version']}", cause, cure)


def _describe(folder: Path, publication: Publication, edition: Edition) -> None:
    """Write the descriptions for machines and for people, which name all that is there."""
    ledger, day = edition.ledger, _newest_day(edition)
    croissant = render_croissant(folder, ledger, day)
    (folder / CROISSANT).write_text(croissant, encoding="utf-8")
    template = Template(files("pipeline.archive").joinpath("readme.md").read_text("utf-8"))
    readme = template.substitute(
        name=NAME,
        version=ledger["version"],
        content_sha256=ledger["content_sha256"],
        documents=len(ledger["documents"]),
        withheld=len(publication.withheld),
        day=day or "not known",
    )
    (folder / README).write_text(readme, encoding="utf-8")
    write_crate(folder, ledger, day)


def _newest_day(edition: Edition) -> str | None:
    """Return the last day that anything in a version names: written, or confirmed by a person."""
    records: Iterable[Annotation] = [
        *edition.chosen.values(),
        *(record for own in edition.annotators.values() for record in own.values()),
    ]
    days = [record.dct.isoformat() for record in records if record.dct]
    days += [record.confirmed_at[:10] for record in records if record.confirmed_at]
    return max(days, default=None)


def _bag_info(ledger: Ledger) -> dict[str, str]:
    """Return what `bag-info.txt` says; no date, since bytes must not depend on when it is made."""
    return {
        "External-Identifier": f"{NAME} {ledger['version']}",
        "External-Description": "Arabic news annotated with entities, dates and stance",
        "Internal-Sender-Identifier": f"sha256:{ledger['content_sha256']}",
        "Bagging-Date": "not recorded",
        "Bag-Software-Agent": f"tawsim {__version__}, bagit {version_of('bagit')}",
    }
