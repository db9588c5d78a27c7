"""`tawsim preannotate --shards`: a corpus of any length in, Parquet shards of records out.

The corpus is read once and cut into parts of a stated number of documents, kept as JSON Lines in
`.parts/` until their shards are there. An engine makes a shard of each part; what is finished is
never made again, so that an interrupted run ends with the bytes of an uninterrupted one. The
documents of a part are annotated together and apart from all others, whoever annotates them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from pipeline.corpus import Source, render_document, scan_corpus
from pipeline.errors import Fault, RequestError
from pipeline.files import write_atomically
from pipeline.locks import LOCK, alone_in
from pipeline.model import Document

REJECTS = "rejects.jsonl"
_PARTS, _CUT, _SUMMARY, _KEY = ".parts", "cut.json", ".finished", ".made-from"
# What a run that was killed while it wrote leaves under a temporary name.
_TORN = re.compile(r"\.(?:part-\d+\.parquet|rejects\.jsonl|\.made-from|\.finished)\..+")
_OTHERS = "Name another folder, or take this one away."


@dataclass(frozen=True, slots=True)
class Task:
    """One shard to be made, of one part of the corpus; both files are seen by every worker."""

    part: Path
    shard: Path

    @property
    def rejects(self) -> Path:
        """Where the documents of the part that cannot be annotated are listed, if there are any."""
        return self.part.with_suffix(".rejects.jsonl")


Engine: TypeAlias = Callable[[list[Task]], Iterable[Task]]
"""Carries out tasks, and yields each when it is done, in any order."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many documents, rejected ones not counted among them, and shards."""

    documents: int
    rejected: int
    shards: int


def preannotate_shards(
    source: Source, folder: Path, size: int, key: str, engine: Engine
) -> Summary:
    """Fill `folder` with shards of `size` documents each, and go on where an earlier run ended.

    `key` names all that the bytes depend on. What is no document goes to `rejects.jsonl` with
    place, cause and cure. Raises RequestError when the folder holds anything else, or when
    another run is at work in it.
    """
    if size < 1:
        raise RequestError("--shards", f"{size} documents a shard", "Give a number above 0.")
    with alone_in(folder):
        _claim(folder, key)
        if (folder / _SUMMARY).is_file():
            return Summary(**json.loads((folder / _SUMMARY).read_text("utf-8")))
        return _fill(source, folder, size, engine)


def _claim(folder: Path, key: str) -> None:
    """Mark a folder as this run's; refuse one that holds anything of another."""
    marker = folder / _KEY
    if marker.is_file():
        if marker.read_text("utf-8") != key:
            cause = "holds shards of another corpus, size, model or version of tawsim"
            raise RequestError(str(folder), cause, _OTHERS)
        return
    if any(path.name != LOCK and not _TORN.fullmatch(path.name) for path in folder.iterdir()):
        raise RequestError(str(folder), "holds files that are no shards", _OTHERS)
    write_atomically(marker, [key])


def _fill(source: Source, folder: Path, size: int, engine: Engine) -> Summary:
    for torn in [path for path in folder.iterdir() if _TORN.fullmatch(path.name)]:
        torn.unlink()
    parts = folder / _PARTS
    if not (parts / _CUT).is_file():
        _cut(source, parts, size)
    cut = json.loads((parts / _CUT).read_text("utf-8"))
    tasks = [
        Task(_part(parts, number), folder / f"part-{number:05}.parquet")
        for number in range(cut["parts"])
    ]
    for task in engine([task for task in tasks if not task.shard.is_file()]):
        task.part.unlink()
    rejects = [parts / REJECTS, *(task.rejects for task in tasks)]
    rejected = 0

    def lines() -> Iterator[str]:
        nonlocal rejected
        for path in rejects:
            if path.is_file():
                with path.open(encoding="utf-8", newline="\n") as file:
                    for line in file:
                        rejected += 1
                        yield line

    write_atomically(folder / REJECTS, lines())
    summary = Summary(cut["documents"] + cut["rejected"] - rejected, rejected, len(tasks))
    write_atomically(folder / _SUMMARY, [json.dumps(asdict(summary)) + "\n"])
    shutil.rmtree(parts)
    return summary


def _cut(source: Source, parts: Path, size: int) -> None:
    """Write the corpus as parts of `size` documents, what is refused, and then the counts."""
    counts = {"parts": 0, "documents": 0, "rejected": 0}

    def write_part(waiting: list[str]) -> None:
        write_atomically(_part(parts, counts["parts"]), waiting)
        counts["parts"] += 1
        counts["documents"] += len(waiting)

    def refused() -> Iterator[str]:
        waiting: list[str] = []
        for item in scan_corpus(source):
            if isinstance(item, Fault):
                counts["rejected"] += 1
                yield json.dumps(asdict(item), ensure_ascii=False) + "\n"
            elif isinstance(item, Document):
                waiting.append(render_document(item))
                if len(waiting) == size:
                    write_part(waiting)
                    waiting = []
        if waiting:
            write_part(waiting)

    write_atomically(parts / REJECTS, refused())
    write_atomically(parts / _CUT, [json.dumps(counts)])


def _part(parts: Path, number: int) -> Path:
    return parts / f"{number:05}.jsonl"
