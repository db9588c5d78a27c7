"""A corpus as documents: a folder of `.txt`, a `.jsonl` or a `.parquet`, one row at a time.

A text is what its file holds, decoded as UTF-8 and changed in nothing. What breaks the contract
is refused with its place, cause and cure. From row to row only ids and digests are kept.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import Document, text_digest
from pipeline.sources import MAX_TEXT, Note, Row, read_folder, read_jsonl, read_parquet, shown
from pipeline.tokens import INVISIBLE

if TYPE_CHECKING:
    from upath import UPath

Source: TypeAlias = "Path | UPath"
"""Where a corpus is: a path, or a file elsewhere (`s3://`, `hf://`) as fsspec reads it."""

_Cause = tuple[str, str]
_OPTIONAL = ("dct_source", "title", "source", "licence")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_ID_BYTES = 200
# Controls, line and paragraph separators, surrogates.
_UNSEEN = frozenset({"Cc", "Zl", "Zp", "Cs"})


def find_source(name: str) -> Source:
    """Return where a corpus is, by its path or URL; RequestError for a URL that none can read."""
    if "://" not in name:
        return Path(name)
    from upath import UPath

    try:
        source = UPath(name)
        source.fs  # noqa: B018  # looks for what reads this kind of URL
    except (ImportError, ValueError) as error:
        cure = "Install what reads it (s3fs for s3://), or copy the file here."
        raise RequestError(shown(name), str(error), cure) from error
    return source


@dataclass(frozen=True, slots=True)
class Survey:
    """What a whole corpus holds: how many documents, all that is refused, all that is noted."""

    documents: int
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]


def read_corpus(path: Source) -> Iterator[Document]:
    """Yield the documents: a folder's by name, a file's in row order.

    Raises InputRefused at the first fault, RequestError when `path` is no corpus.
    """
    for item in scan_corpus(path):
        if isinstance(item, Fault):
            raise InputRefused([item])
        if isinstance(item, Document):
            yield item


def check_corpus(path: Source) -> None:
    """Read all of a corpus; raises InputRefused with every fault, or when it has no document."""
    survey = survey_corpus(path)
    if survey.faults:
        raise InputRefused(survey.faults)


def survey_corpus(path: Source) -> Survey:
    """Read all of a corpus and keep none of it; a corpus with no row at all is a fault."""
    documents = 0
    faults: list[Fault] = []
    notes: list[Note] = []
    for item in scan_corpus(path):
        if isinstance(item, Document):
            documents += 1
        elif isinstance(item, Fault):
            faults.append(item)
        else:
            notes.append(item)
    if not documents and not faults:
        cure = "Name a folder of .txt files, a .jsonl or a .parquet that has rows."
        faults.append(Fault(shown(path), "holds no document", cure))
    return Survey(documents, tuple(faults), tuple(notes))


def scan_corpus(path: Source) -> Iterator[Document | Fault | Note]:
    """Yield every document, everything refused and everything noted, in the corpus's order."""
    # All that is kept of a document, so little that a hundred thousand take some 20 MB.
    places: dict[str, int | str] = {}
    ids: dict[bytes, str] = {}
    for row in _read_rows(path):
        if not isinstance(row, Row):
            yield row
            continue
        document = to_document(row)
        if not isinstance(document, Document):
            yield from document
            continue
        own = row.number or row.series
        first = places.setdefault(_file_key(document.id), own)
        if first != own:
            taker = replace(row, number=first).place if isinstance(first, int) else first
            cause = f"the id is taken by {taker} (ids become file names: case does not count)"
            yield Fault(_place(row), cause, "Give each document an id of its own.")
            continue
        twin = ids.setdefault(bytes.fromhex(document.sha256)[:16], document.id)
        if twin != document.id:
            yield Note(_place(row), f"the same text as document {twin!r}")
        yield document


def _read_rows(path: Source) -> Iterator[Row | Fault | Note]:
    try:
        yield from _rows_of(path)
    except OSError as error:
        cause = f"cannot be read ({error.strerror or error})"
        yield Fault(shown(path), cause, "Make it readable, and run it again.")


def _rows_of(path: Source) -> Iterator[Row | Fault | Note]:
    if isinstance(path, Path) and path.is_dir():
        return read_folder(path)
    cure = "Name a folder of .txt files, a .jsonl or a .parquet."
    if not path.is_file():
        raise RequestError(shown(path), "no such file or folder", cure)
    readers: dict[str, Callable[[Source], Iterator[Row | Fault | Note]]]
    readers = {".jsonl": read_jsonl, ".parquet": read_parquet}
    if path.suffix not in readers:
        raise RequestError(shown(path), "no kind of corpus that is read here", cure)
    return readers[path.suffix](path)


def to_document(row: Row) -> Document | tuple[Fault, ...]:
    """Check a row against the contract; return its Document, or everything wrong with it."""
    values = {key: value for key, value in row.values.items() if value is not None}
    causes = [
        *_id_causes(values.get("id")),
        *_text_causes(values.get("text")),
        *(
            cause
            for key in _OPTIONAL
            if key in values
            for cause in _string_causes(key, values[key])
        ),
    ]
    dct = _to_date(values.get("dct"))
    if dct is None and "dct" in values:
        causes.append((f"dct: {shown(values['dct'])} is no date", "Write a date as 2024-09-28."))
    if not causes and "sha256" in values and values["sha256"] != text_digest(values["text"]):
        cure = "Restore the text that was described, or describe this one."
        causes.append(("the text is not the one its sha256 was taken of", cure))
    if causes:
        return tuple(Fault(_place(row), cause, cure) for cause, cure in causes)
    strings = {key: values[key] for key in _OPTIONAL if key in values}
    return Document(id=values["id"], text=values["text"], dct=dct, **strings)


def _place(row: Row) -> str:
    """Name the row, and the document if its id can be shown."""
    id_ = row.values.get("id")
    return row.place if any(_id_causes(id_)) else f"{row.place}, document {id_!r}"


def _id_causes(id_: object) -> Iterator[_Cause]:
    """Yield why an id is not safe as a file's name on any system."""
    cure = "Give an id of letters and digits, such as news-001."
    if not isinstance(id_, str):
        yield "no `id`, or one that is no string", cure
    elif not id_ or id_ != id_.strip():
        yield f"the id {id_!r} is empty or has space at its ends", cure
    elif any(c in INVISIBLE or unicodedata.category(c) in _UNSEEN for c in id_):
        yield f"the id {ascii(id_)[:100]} holds a control, a surrogate or a bidi mark", cure
    elif id_.startswith(".") or "/" in id_ or "\\" in id_:
        yield f"the id {id_[:100]!r} has a path separator, or a dot in front", cure
    elif len(id_.encode("utf-8")) > _MAX_ID_BYTES:
        yield f"the id {id_[:20]!r}… takes more than {_MAX_ID_BYTES} bytes", cure


def _text_causes(text: object) -> Iterator[_Cause]:
    if not isinstance(text, str):
        yield "no `text`, or one that is no string", "Give the document's text as a string."
    elif len(text) > MAX_TEXT:
        cure = "Cut the text into several documents."
        yield f"a text of {len(text)} characters; the most is {MAX_TEXT}", cure
    elif not text or text.isspace():
        yield "the text is empty or white space alone", "Take the document out, or give its text."
    else:
        yield from _string_causes("text", text)


def _string_causes(key: str, value: object) -> Iterator[_Cause]:
    if not isinstance(value, str):
        yield f"{key} is no string", f"Write {key} as a string."
        return
    if "\0" in value:
        cure = "Take it out, or check the file's encoding."
        yield f"{key} holds a NUL at character {value.index(chr(0))}", cure
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        cure = "Write characters outside the BMP whole, or as a pair of \\u escapes."
        yield f"{key} holds half a surrogate pair at character {error.start}", cure


def _to_date(value: object) -> date | None:
    """Return a date, or the date a YYYY-MM-DD names; None for anything else, a time included."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def _file_key(id_: str) -> str:
    """Return what two ids share if a file system somewhere takes them for one name."""
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", id_).casefold())
    return id_ if key == id_ else key  # the string that is held anyway


def render_document(document: Document) -> str:
    """Render the line of JSON that `read_corpus` reads back; keys that don't apply are absent."""
    values = {
        "id": document.id,
        "text": document.text,
        "dct": document.dct.isoformat() if document.dct else None,
        **{key: getattr(document, key) for key in _OPTIONAL},
        "sha256": document.sha256,
    }
    present = {key: value for key, value in values.items() if value is not None}
    return json.dumps(present, ensure_ascii=False) + "\n"
