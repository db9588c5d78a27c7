"""What carries out the tasks of `preannotate --shards`: this process, or Ray Data on a cluster."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.annotators.ner.backends import load_tagger
from pipeline.corpus import read_corpus
from pipeline.errors import Fault, RequestError
from pipeline.files import write_atomically
from pipeline.model import Annotation, Document
from pipeline.sharding import Engine, Task
from pipeline.shards import write_shard
from pipeline.stages.preannotate import TOGETHER, Annotate, load_annotate

RAY = "ray"
_ANSWERS_WITHIN = 5  # seconds


def annotate_part(task: Task, annotate: Annotate) -> None:
    """Make a task's shard, if it is not there; one odd document rejects itself alone."""
    if task.shard.is_file():
        return
    rejected: list[Fault] = []
    # The shard is the last to appear: where it is, the rejects are.
    records = list(_annotate(read_corpus(task.part), annotate, rejected))
    if rejected:
        rows = (json.dumps(asdict(fault), ensure_ascii=False) + "\n" for fault in rejected)
        write_atomically(task.rejects, rows)
    write_shard(task.shard, records)


def _annotate(
    documents: Iterator[Document],
    annotate: Annotate,
    rejected: list[Fault],
) -> Iterator[Annotation]:
    while group := list(islice(documents, TOGETHER)):
        try:
            records = list(annotate(group))
        except Exception:  # whatever it is, it is one document's: found by annotating each alone
            for document in group:
                try:
                    yield from list(annotate([document]))
                except Exception as error:
                    cause = f"cannot be annotated ({type(error).__name__}: {error})"
                    cure = "Look at its text; if nothing is odd there, report it to tawsim."
                    rejected.append(Fault(f"document {document.id!r}", cause, cure))
        else:
            yield from records


def local_engine(ner: str, learned_stance: Path | None = None) -> Engine:
    """Return the engine that makes one shard after the other with one tagger."""

    def run(tasks: list[Task]) -> Iterator[Task]:
        if not tasks:
            return
        annotate = load_annotate(load_tagger(ner), learned_stance)
        for task in tasks:
            annotate_part(task, annotate)
            yield task

    return run


def ray_engine(ner: str, learned_stance: Path | None, address: str | None, actors: int) -> Engine:
    """Return the engine that makes shards with `actors` actors of Ray Data, one core each.

    `address` names a cluster that runs (`auto`, `host:port`), None starts one on this machine.
    Corpus parts and shards are files, so that all nodes must see the output folder under one
    path. An actor that dies is started again and its shard made anew. Raises RequestError when
    Ray is not installed or the cluster does not answer.
    """
    ray, data = _import_ray()

    def run(tasks: list[Task]) -> Iterator[Task]:
        if not tasks:
            return
        try:
            _connect(ray, address)
        except (OSError, RuntimeError, ValueError) as error:
            cure = "Start it with `ray start --head`, or leave --address out."
            raise RequestError(f"Ray cluster {address!r}", str(error), cure) from error
        try:
            rows = [{"part": str(task.part), "shard": str(task.shard)} for task in tasks]
            done = data.from_items(rows, override_num_blocks=len(rows)).map(
                _Annotator,
                fn_constructor_args=(ner, learned_stance),
                concurrency=actors,
                num_cpus=1,
            )
            for row in done.iter_rows():
                yield Task(Path(row["part"]), Path(row["shard"]))
        finally:
            ray.shutdown()

    return run


class _Annotator:
    """An actor: it loads the models once and makes a shard a row."""

    def __init__(self, ner: str, learned_stance: Path | None) -> None:
        self._annotate = load_annotate(load_tagger(ner), learned_stance)

    def __call__(self, row: dict[str, str]) -> dict[str, str]:
        annotate_part(Task(Path(row["part"]), Path(row["shard"])), self._annotate)
        return row


def _import_ray() -> tuple[Any, Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # no report goes to anyone
    try:
        import ray
        import ray.data
    except ImportError as error:
        cure = "Install it: pip install 'tawsim[ray]'."
        raise RequestError("--engine ray", "Ray Data is not installed", cure) from error
    return ray, ray.data


def _connect(ray: Any, address: str | None) -> None:
    if address and re.fullmatch(r"[\w.-]+:\d+", address):
        host, _, port = address.partition(":")
        # Ray itself tries for minutes.
        socket.create_connection((host, int(port)), timeout=_ANSWERS_WITHIN).close()
    # A cluster of this machine alone answers on loopback and shows no dashboard.
    own = {} if address else {"_node_ip_address": "127.0.0.1", "include_dashboard": False}
    # What Ray says of its own housekeeping is not for people; what fails is raised.
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    ray.init(address=address, log_to_driver=False, configure_logging=False, **own)
    ray.data.DataContext.get_current().enable_progress_bars = False
