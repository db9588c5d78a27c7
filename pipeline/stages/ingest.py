"""`tawsim ingest`: a corpus of any kind in, one JSON Lines file of all its documents out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.corpus import Survey, render_document, scan_corpus, survey_corpus
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.files import write_atomically
from pipeline.model import Document
from pipeline.sources import Note


@dataclass(frozen=True, slots=True)
class IngestReport:
    """How many documents were written, what was left out, and what was noted."""

    documents: int
    refused: tuple[Fault, ...]
    notes: tuple[Note, ...]


def ingest(source: Path, output: Path, *, skip_bad: bool) -> IngestReport:
    """Write a corpus as one `.jsonl`, in order; all of it is checked before a byte is written.

    Raises InputRefused with every fault. With `skip_bad` the faulty documents are left out and
    listed beside the output, in `<its stem>.refused.jsonl`; one good document there must be.
    """
    refused = output.with_name(f"{output.stem}.refused.jsonl")
    _check_output(source, output, refused)
    survey = survey_corpus(source)
    if survey.faults and not (skip_bad and survey.documents):
        raise InputRefused(survey.faults)
    try:
        if survey.faults:
            lines = (json.dumps(asdict(f), ensure_ascii=False) + "\n" for f in survey.faults)
            write_atomically(refused, lines)
        else:
            refused.unlink(missing_ok=True)
        write_atomically(output, _lines(source, survey))
    except OSError as error:
        cure = "Name a file in a folder you may write to, on a disk with room."
        raise RequestError(str(output), f"cannot be written ({error})", cure) from error
    return IngestReport(survey.documents, survey.faults, survey.notes)


def _check_output(source: Path, output: Path, refused: Path) -> None:
    if output.suffix != ".jsonl" or output.is_dir():
        cure = "Name a file that ends in .jsonl."
        raise RequestError(str(output), "not a .jsonl file", cure)
    if source.resolve() in (output.resolve(), refused.resolve()):
        raise RequestError(str(output), "would replace the input", "Name another file.")


def _lines(source: Path, survey: Survey) -> Iterable[str]:
    """Yield the documents' lines; raises RequestError when the input is not what was checked."""
    documents, faults = 0, []
    for item in scan_corpus(source):
        if isinstance(item, Document):
            documents += 1
            yield render_document(item)
        elif isinstance(item, Fault):
            faults.append(item)
    if (documents, tuple(faults)) != (survey.documents, survey.faults):
        cure = "Run it again when nothing else writes there."
        raise RequestError(str(source), "changed while it was read", cure)
