"""The rows of a folder of `.txt`, a `.jsonl` or a `.parquet`, before their contract is checked."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import Fault

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile
    from upath import UPath

KEYS = ("id", "text", "dct", "dct_source", "title", "source", "licence", "sha256")
METADATA = "metadata.toml"
MAX_TEXT = 10_000_000
MAX_LINE = 64 * 1024 * 1024
# Values and nested values in a line: each takes some sixty bytes of memory where the line has two.
MAX_MARKS = 4_000_000
_MAX_FILE = 4 * MAX_TEXT  # no character takes more bytes in UTF-8
_LONGEST_SHOWN = 300
_BOM = b"\xef\xbb\xbf"
# A row group that unpacks to this much, and to 200 times the file, is no text of anybody's.
_MOST_UNPACKED, _MOST_PACKED = 256 * 1024 * 1024, 200
# Rows decoded together: few, because one row may hold a text of MAX_TEXT characters.
_BATCH_ROWS = 16
# A key of more parts than any of ours has: tomllib takes time by the square of their number.
_ENDLESS_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}"""
)
_AS_UTF8 = "Save the file as UTF-8."
_NO_BIGGER = "Cut the text into documents of at most 10 million characters."


@dataclass(frozen=True, slots=True)
class Row:
    """One document to be, its values by key unchecked: a file, or one of a series in a file."""

    series: str  # `corpus.jsonl, line`, or the file's own name
    number: int  # from 1; 0 for a file of its own
    values: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.series} {self.number}" if self.number else self.series


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know that refuses nothing."""

    place: str
    remark: str

    def __str__(self) -> str:
        return f"{self.place}: {self.remark}"


def shown(name: object) -> str:
    """Return a name fit for a message: cut, and escaped where it holds what cannot be seen."""
    try:
        plain = str(name)
    except RecursionError:
        return "values nested without end"
    if len(plain) > _LONGEST_SHOWN:
        plain = f"{plain[:_LONGEST_SHOWN]}…"
    return plain if plain.isprintable() else repr(plain)


def read_folder(folder: Path) -> Iterator[Row | Fault | Note]:
    """Yield a row a `.txt`, by name, each with what `metadata.toml` says of it.

    Raises nothing: an unreadable `metadata.toml` is a fault, and then no document is read,
    because each would lose its creation time.
    """
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    metadata = _read_metadata(folder)
    if isinstance(metadata, Fault):
        yield metadata
        return
    yield from _odd_files(folder, files)
    yield from _odd_metadata(folder / METADATA, metadata)
    described = metadata.get("documents", {})
    licence = {"licence": metadata["licence"]} if "licence" in metadata else {}
    texts = [file for file in files if file.name.endswith(".txt") and not file.is_dir()]
    for file in texts:
        text = _read_text(file, folder)
        if isinstance(text, Fault):
            yield text
            continue
        name = file.name.removesuffix(".txt")
        yield Row(shown(file), 0, licence | described.get(name, {}) | {"id": name, "text": text})
    for name in sorted(described.keys() - {file.name.removesuffix(".txt") for file in texts}):
        place = f"{shown(folder / METADATA)}, document {name!r}"
        cure = "Put the file back, or take its entry out."
        yield Fault(place, f"the folder holds no {shown(name)}.txt", cure)


def _read_metadata(folder: Path) -> dict[str, Any] | Fault:
    """Return the tables of `metadata.toml`, empty without the file."""
    path = folder / METADATA
    if not path.exists():
        return {}
    text = _read_text(path, folder)
    if isinstance(text, Fault):
        return text
    try:
        if _ENDLESS_KEY.search(text):
            raise ValueError("a key of more than 32 parts")
        metadata = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return Fault(shown(path), f"not readable as TOML ({error})", "Mend the file.")
    described = metadata.get("documents", {})
    tables = described.values() if isinstance(described, dict) else [None]
    if not all(isinstance(table, dict) for table in tables):
        cure = 'Write each document as a table: [documents."name"].'
        return Fault(shown(path), "`documents` holds something that is no table", cure)
    return metadata


def _odd_metadata(path: Path, metadata: Mapping[str, Any]) -> Iterator[Fault | Note]:
    described = metadata.get("documents", {})
    for name, table in described.items():
        if table.keys() & {"id", "text"}:
            place = f"{shown(path)}, document {name!r}"
            yield Fault(place, "gives an id or a text", "Take the key out: the file gives both.")
    keys = {key for table in described.values() for key in table}
    unused = [*(metadata.keys() - {"licence", "documents"}), *(keys - set(KEYS))]
    yield from _unused(shown(path), unused)


def _odd_files(folder: Path, files: Iterable[Path]) -> Iterator[Note]:
    folders = [shown(file.name) for file in files if file.is_dir()]
    others = [
        shown(file.name)
        for file in files
        if not file.is_dir() and not file.name.endswith(".txt") and file.name != METADATA
    ]
    if folders:
        yield Note(shown(folder), f"subfolders not read: {', '.join(folders)}")
    if others:
        yield Note(shown(folder), f"files not read (no .txt): {', '.join(others)}")


def _read_text(file: Path, folder: Path) -> str | Fault:
    place = shown(file)
    if not file.is_file():
        return Fault(place, "no regular file, or a broken link", "Put a text file in its place.")
    if not file.resolve().is_relative_to(folder.resolve()):
        return Fault(place, "a link to outside the folder", "Put the file itself into the folder.")
    try:
        with file.open("rb") as handle:
            content = handle.read(_MAX_FILE + 1)
    except OSError as error:
        return Fault(place, f"cannot be read ({error.strerror})", "Make the file readable.")
    if len(content) > _MAX_FILE:
        return Fault(place, f"more than {_MAX_FILE} bytes", _NO_BIGGER)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Fault(place, f"not UTF-8 at byte {error.start}", _AS_UTF8)


def read_jsonl(path: Path | UPath) -> Iterator[Row | Fault | Note]:
    r"""Yield a row a line; lines end at "\n" alone, for JSON strings may hold U+2028 or U+0085."""
    noted: set[str] = set()
    series = f"{shown(path)}, line"
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            place = f"{series} {number}"
            if len(line) > MAX_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                yield Fault(place, f"more than {MAX_LINE} bytes", _NO_BIGGER)
                continue
            row = _parse_line(line, series, number)
            yield row
            if isinstance(row, Row):
                unused = row.values.keys() - noted - set(KEYS)
                yield from _unused(place, unused)
                noted |= unused


def _parse_line(line: bytes, series: str, number: int) -> Row | Fault:
    place = f"{series} {number}"
    if line.startswith(_BOM):
        return Fault(place, "begins with a byte order mark", "Save the file as UTF-8 without BOM.")
    if not line.strip():
        return Fault(place, "an empty line", "Take the line out.")
    if len(line) > MAX_MARKS and sum(map(line.count, (b"[", b"{", b","))) > MAX_MARKS:
        return Fault(place, f"more than {MAX_MARKS} brackets and commas", _NO_BIGGER)
    try:
        values = json.loads(
            line.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        return Fault(place, f"not UTF-8 at byte {error.start} of the line", _AS_UTF8)
    except (ValueError, RecursionError) as error:
        cure = "Write one JSON object a line."
        return Fault(place, f"not readable as JSON ({error})", cure)
    if not isinstance(values, dict):
        return Fault(place, "no JSON object", 'Write {"id": …, "text": …}, one object a line.')
    return Row(series, number, values)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise ValueError(f"a key twice: {shown(key)}")
        values[key] = value
    return values


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def read_parquet(path: Path | UPath) -> Iterator[Row | Fault | Note]:
    """Yield a row a row, by record batches."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    place = shown(path)
    series, row = f"{place}, row", 0
    try:
        with path.open("rb") as opened, ParquetFile(opened) as file:
            if fault := _bad_table(file, path.stat().st_size, place):
                yield fault
                return
            names = file.schema_arrow.names
            yield from _unused(place, set(names) - set(KEYS))
            columns = [name for name in KEYS if name in names]
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
                for cells in zip(*batch.columns, strict=True):
                    row += 1
                    yield _to_row(dict(zip(batch.schema.names, cells, strict=True)), series, row)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        cause = f"not readable as Parquet after row {row} ({error})"
        yield Fault(place, cause, "Write the file again.")


def _bad_table(file: ParquetFile, packed: int, place: str) -> Fault | None:
    """Return what is wrong with a file of `packed` bytes, before any value is unpacked."""
    import pyarrow as pa

    schema = file.schema_arrow
    if len(set(schema.names)) < len(schema.names):
        return Fault(place, "two columns of one name", "Give each column its own name.")
    for field in schema:
        if field.name in KEYS and pa.types.is_nested(field.type):
            cure = "Write a string, or for dct a date."
            return Fault(place, f"the column {field.name} holds lists or tables", cure)
    for number in range(file.num_row_groups):
        # Of the whole group: to ask for a column of a damaged file may end the process.
        unpacked = file.metadata.row_group(number).total_byte_size
        if unpacked > max(_MOST_UNPACKED, _MOST_PACKED * packed):
            cause = f"row group {number} unpacks to {unpacked} bytes, of a file of {packed}"
            return Fault(place, cause, "Write the file again, if these are real texts.")
    return None


def _to_row(cells: Mapping[str, Any], series: str, number: int) -> Row | Fault:
    where = f"{series} {number}"
    try:
        return Row(series, number, {name: cell.as_py() for name, cell in cells.items()})
    except UnicodeDecodeError as error:
        return Fault(where, f"not UTF-8 at byte {error.start} of a value", _AS_UTF8)
    except (ValueError, OverflowError, LookupError) as error:
        # A time zone that nobody knows is a LookupError where pytz is installed.
        cure = "Write days as dates, all else as strings."
        return Fault(where, f"a value that cannot be read ({error})", cure)


def _unused(place: str, keys: Iterable[str]) -> Iterator[Note]:
    """Note keys that no stage reads, for nothing is dropped unsaid."""
    if names := ", ".join(shown(key) for key in sorted(keys)):
        yield Note(place, f"not read and not carried over: {names}")
