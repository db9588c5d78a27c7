"""A release as a folder that the Hub and `datasets` read: Parquet, card, ledger, checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.dataset.features import CONFIGS, features_of
from pipeline.dataset.splits import SPLITS
from pipeline.errors import Fault, InputRefused
from pipeline.files import place_folder

CARD, LEDGER, CHANGELOG, CHECKSUMS = "README.md", "release.json", "CHANGELOG.md", "SHA256SUMS"
# Rows held in memory together, and in one row group of a file.
_ROW_GROUP = 1000


@dataclass(frozen=True, slots=True)
class SplitSize:
    """Rows of a split, its bytes in memory (Arrow) and on disk (Parquet)."""

    rows: int
    num_bytes: int
    file_size: int


Sizes = dict[str, dict[str, SplitSize]]
"""By config, then by split; what has no row is absent."""


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a folder, and add checksums of all its files."""

    def fill_and_sum(partial: Path) -> None:
        fill(partial)
        (partial / CHECKSUMS).write_text(_render_checksums(partial), encoding="utf-8")

    place_folder(folder, fill_and_sum)


def parquet_path(folder: Path, config: str, split: str) -> Path:
    """Return where a split's rows are, as `push_to_hub` of `datasets` names them."""
    return folder / config / f"{split}-00000-of-00001.parquet"


def write_split(
    folder: Path,
    config: str,
    split: str,
    rows: Iterable[Mapping[str, Any]],
    stamp: Mapping[str, str],
) -> SplitSize | None:
    """Write a split's rows as Parquet; write nothing and return None if there are none.

    `stamp` goes into the file's metadata, beside the features that `datasets` reads there.

    Pages have an index and are cut by content, as the Hub advises: its viewer can seek, and a
    later version shares the pages that did not change.
    """
    from datasets import Dataset
    from pyarrow.parquet import ParquetWriter

    features, path = features_of(config), parquet_path(folder, config, split)
    writer = None
    try:
        for batch in _batches(rows):
            table = Dataset.from_list(batch, features=features).data.table.combine_chunks()
            table = table.replace_schema_metadata({**table.schema.metadata, **stamp})
            if writer is None:
                path.parent.mkdir(exist_ok=True)
                writer = ParquetWriter(
                    path, table.schema, write_page_index=True, use_content_defined_chunking=True
                )
            writer.write_table(table)
    finally:
        if writer:
            writer.close()
    return _measure(path) if writer else None


def _measure(path: Path) -> SplitSize:
    """Return a file's sizes, its bytes in memory as `datasets` counts them: as read, not written.

    The table that was written and the one that is read differ in which columns have a bitmap of
    nulls.
    """
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        num_bytes = sum(batch.nbytes for batch in file.iter_batches(batch_size=_ROW_GROUP))
        return SplitSize(file.metadata.num_rows, num_bytes, path.stat().st_size)


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _ROW_GROUP)):
        yield batch


def read_split(folder: Path, config: str, split: str) -> Iterator[dict[str, Any]]:
    """Yield a split's rows as they are stored, labels as numbers; none where it is left out."""
    from pyarrow.parquet import ParquetFile

    path = parquet_path(folder, config, split)
    if not path.is_file():
        return
    with ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_ROW_GROUP):
            yield from batch.to_pylist()


def write_configs(
    folder: Path,
    rows: Callable[[str, str], Iterable[Mapping[str, Any]]],
    stamp: Mapping[str, str],
) -> Sizes:
    """Write every config and split that has a row of `rows(config, split)`, each file stamped."""
    sizes: Sizes = {}
    for config in CONFIGS:
        for split in SPLITS:
            if size := write_split(folder, config, split, rows(config, split), stamp):
                sizes.setdefault(config, {})[split] = size
    return sizes


def count_rows(folder: Path) -> dict[str, int]:
    """Return the rows of each config that is there, over its splits."""
    from pyarrow.parquet import read_metadata

    counts = {
        config: [
            read_metadata(path).num_rows
            for split in SPLITS
            if (path := parquet_path(folder, config, split)).is_file()
        ]
        for config in CONFIGS
    }
    return {config: sum(rows) for config, rows in counts.items() if rows}


def _render_checksums(folder: Path) -> str:
    """Return the lines `sha256sum --check` reads, for every file of a folder."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(_digests(folder).items()))


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != CHECKSUMS
    }


def check_folder(folder: Path) -> None:
    """Raise InputRefused naming every file that is damaged, missing or one too many."""
    cure = "Make the release again, or fetch it again."
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        cause = f"cannot be read ({error})"
        raise InputRefused([Fault(str(folder / CHECKSUMS), cause, cure)]) from error
    named = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = _digests(folder)
    causes = dict.fromkeys(named.keys() - found.keys(), "is missing")
    causes |= dict.fromkeys(found.keys() - named.keys(), f"is not named in {CHECKSUMS}")
    causes |= {
        name: "is not what was released"
        for name in named.keys() & found.keys()
        if named[name] != found[name]
    }
    if causes:
        raise InputRefused([Fault(str(folder / n), causes[n], cure) for n in sorted(causes)])
