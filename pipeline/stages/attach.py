"""`tawsim attach`: a stand-off copy and its texts, from another place, joined again."""

from __future__ import annotations

from pathlib import Path

from pipeline.corpus import read_corpus
from pipeline.dataset.card import TEXTS_WHOLE
from pipeline.dataset.copies import copy_with_texts, read_documents, read_release
from pipeline.errors import Fault, InputRefused, RequestError


def attach(folder: Path, texts: Path, output: Path) -> int:
    """Write the release of a stand-off copy, whole, to `output`; return how many texts it lacked.

    `texts` is a corpus that holds them under any ids, and may hold others. Raises InputRefused
    with every document whose annotated text it lacks; then nothing is written.
    """
    if output.exists():
        raise RequestError(str(output), "it exists already", "Name a folder to make.")
    read_release(folder)
    digests = {
        row["id"]: row["text_sha256"] for row in read_documents(folder) if row["text"] is None
    }
    wanted = set(digests.values())
    given: dict[str, str] = {}
    ids = set()
    for document in read_corpus(texts):
        ids.add(document.id)
        if document.sha256 in wanted:
            given[document.sha256] = document.text
    faults = [
        _fault(texts, name, digest, name in ids)
        for name, digest in sorted(digests.items())
        if digest not in given
    ]
    if faults:
        raise InputRefused(faults)
    found = {name: given[digest] for name, digest in digests.items()}
    copy_with_texts(folder, output, found, TEXTS_WHOLE)
    return len(found)


def _fault(texts: Path, name: str, digest: str, named: bool) -> Fault:
    cause = "its text is not the one annotated" if named else "its text is not there"
    return Fault(f"{texts}, document {name}", cause, f"Add the text whose SHA-256 is {digest}.")
