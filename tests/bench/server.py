"""The embedded annotation server under load: push, collect, and people who save meanwhile.

A real server with SQLite on loopback. Push backs up first, as `make annotate` does, and collect
finds every document confirmed.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from threading import Event

from pipeline.corpus import read_corpus
from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.sqlite import FILE
from pipeline.doccano.wire import Annotator, Round
from pipeline.model import MACHINE, Annotation, Document, Entity, Mention, StanceSpan
from pipeline.scheme import load_scheme
from pipeline.stages.collect import collect
from pipeline.stages.push import PushReport, push
from tests.bench.table import Row
from tests.doccano.conftest import Person

DOCCANO = Path(os.environ.get("TAWSIM_DOCCANO_PYTHON", ".venv-doccano/bin/python"))
_SHORT, _SEED = (40, 5), (570, 100)  # words and spans of a document
_PAIR = tuple(Annotator(f"a0{n}", f"bench{n}") for n in (1, 2))
_SAVERS = tuple(Annotator(f"a0{n}", f"bench{n}") for n in range(3, 8))
_CONFIRM_ALL = """
INSERT INTO examples_examplestate (example_id, confirmed_by_id, confirmed_at)
SELECT e.id, m.user_id, e.created_at FROM examples_example e
JOIN projects_project p ON p.id = e.project_id JOIN projects_member m ON m.project_id = p.id
JOIN auth_user u ON u.id = m.user_id WHERE p.name LIKE ? AND NOT u.is_superuser
"""
_Pair = tuple[Document, Annotation]


def measure_server(folder: Path, *, many: bool) -> list[Row]:
    """Return rows of push and collect by size, and of saves while a push of `seeds` runs."""
    short, seeds = (10_000, 1_000) if many else (1_000, 100)
    state = folder / "server" / ".tawsim"
    server = launch.start(state, DOCCANO)
    try:
        with Client(server) as client:
            client.open_accounts([annotator.username for annotator in (*_PAIR, *_SAVERS)])
            bench = _Bench(server, client, folder / "server")
            rows = bench.measure_size(f"{short:,} documents", make_pairs(short, *_SHORT), _PAIR)
            pairs = make_pairs(seeds, *_SEED)
            rows += bench.measure_size(f"{seeds:,} of the seeds' size", pairs, _PAIR[:1])
            return [*rows, bench.measure_saves(pairs)]
    finally:
        launch.stop(state)


@dataclass(frozen=True, slots=True)
class _Bench:
    """A server with its accounts, and a folder for records."""

    server: launch.Server
    client: Client
    folder: Path

    def measure_size(
        self, task: str, pairs: list[_Pair], annotators: tuple[Annotator, ...]
    ) -> list[Row]:
        """Push to every annotator, push again what is there, and collect when all is confirmed."""
        round_ = make_round(task)
        copies = len(pairs) * len(annotators)

        def push_all() -> int:
            reports = [self._push(round_, annotator, pairs) for annotator in annotators]
            return sum(len(report.created) for report in reports)

        def collect_all() -> int:
            known = {document.id: document for document, _ in pairs}
            reports = [collect(self.client, round_, a, known, self.folder) for a in annotators]
            findings = [fault for report in reports for fault in report.findings]
            assert not findings, findings[0]
            return sum(len(report.collected) for report in reports)

        task = f"{task}, {len(annotators)} annotator{'s'[: len(annotators) - 1]}"
        rows = [self._row(f"push {task}", push_all, copies)]
        rows.append(self._row("push again, nothing new", push_all, 0))
        with closing(sqlite3.connect(self.server.state / FILE, timeout=30)) as database, database:
            database.execute(_CONFIRM_ALL, [f"{round_.name}/%"])
        return [*rows, self._row("collect them", collect_all, copies)]

    def measure_saves(self, pairs: list[_Pair]) -> Row:
        """Five draw spans without a pause, each in documents of their own, while a push runs."""
        round_, other, pushed = make_round("saves"), make_round("meanwhile"), Event()
        own = pairs[:20]
        projects = [self._push(round_, saver, own).project for saver in _SAVERS]
        with ThreadPoolExecutor(len(_SAVERS)) as pool:
            savers = [
                pool.submit(_save, Person(self.server, saver.username), project, pushed)
                for saver, project in zip(_SAVERS, projects, strict=True)
            ]
            try:
                push_them = partial(self._push, other, _PAIR[0], pairs)
                with _timed(self.server) as spent:
                    assert len(push_them().created) == len(pairs)
            finally:
                pushed.set()
            seconds = sorted(second for saver in savers for second in saver.result())
        kept = sum(
            len(wire.spans) for saver in _SAVERS for wire in self.client.pull(round_, saver)
        ) - sum(len(record.entities) + len(record.stance) for _, record in own) * len(_SAVERS)
        assert kept == len(seconds), "a span that was saved is not there, or is there twice"
        late = statistics.quantiles(seconds, n=20)[-1]
        return Row(
            task=f"a save, five at once, in a push of {len(pairs):,}",
            tool="tawsim",
            seconds=statistics.median(seconds),
            cores=spent[1] / spent[0],
            note=f"median of {len(seconds):,}, no error; p95 {late:.3f} s, "
            f"longest {seconds[-1]:.3f} s; the push {spent[0]:.1f} s",
        )

    def _push(self, round_: Round, annotator: Annotator, pairs: list[_Pair]) -> PushReport:
        machine = self.folder / MACHINE
        return push(self.client, round_, annotator, pairs, machine, self.client.back_up)

    def _row(self, task: str, work: Callable[[], int], expected: int) -> Row:
        with _timed(self.server) as spent:
            done = work()
        assert done == expected, f"{task}: {done} instead of {expected}"
        return Row(task=task, tool="tawsim", seconds=spent[0], cores=spent[1] / spent[0])


def make_pairs(size: int, words: int, spans: int) -> list[_Pair]:
    """Return documents with that many words and spans each."""
    documents = (Document(id=f"d{n}", text=make_text(n, words)) for n in range(size))
    return [(document, annotate_words(document, spans)) for document in documents]


def make_text(number: int, words: int) -> str:
    """Return a number and neighbours of the seeds' words, for each number others."""
    known = _seed_words()
    start = number * 37 % len(known)
    return " ".join([str(number), *islice(cycle(known), start, start + words - 1)])


@cache
def _seed_words() -> list[str]:
    words = [word for document in read_corpus(Path("seeds")) for word in document.text.split()]
    return [word for word in words if any(map(str.isalnum, word))]


def annotate_words(document: Document, count: int) -> Annotation:
    """Return a record of evenly spread words; every tenth, or the last of fewer, is a stance."""
    places, end = [], 0
    for word in document.text.split():
        start = document.text.index(word, end)
        end = start + len(word)
        places.append(Mention(start=start, end=end, text=word))
    step = len(places) // count
    chosen = places[1::step][:count]
    every = min(10, count)
    entities, stance = [], []
    for number, place in enumerate(chosen, 1):
        value = {"start": place.start, "end": place.end, "text": place.text}
        if number % every:
            entities.append(Entity(**value, label="LOC"))
        else:
            target = load_scheme().target.id
            stance.append(
                StanceSpan(**value, label="FAVOR", target=target, holder=chosen[number - 2])
            )
    return Annotation(
        document=document.id,
        text_sha256=document.sha256,
        agent=MACHINE,
        guideline="1.0",
        models={"entities": "bench"},
        entities=tuple(entities),
        stance=tuple(stance),
    )


def make_round(name: str) -> Round:
    return Round(name, load_scheme().target.id)


def _save(person: Person, project: int, pushed: Event) -> list[float]:
    """Draw spans in one document after another until told; return the seconds each save took."""
    examples = person.examples(project).values()
    label = person.label(project, load_scheme().labels["entities"][0].name_ar)
    seconds = []
    for number, example in enumerate(cycle(examples)):
        if pushed.is_set():
            break
        at = number % 1_000
        place = {"start_offset": at, "end_offset": at + 1, "label": label}
        started = time.perf_counter()
        reply = person.ask("POST", f"projects/{project}/examples/{example['id']}/spans", **place)
        seconds.append(time.perf_counter() - started)
        reply.raise_for_status()
    return seconds


@contextmanager
def _timed(server: launch.Server) -> Iterator[list[float]]:
    """Give, once done, wall seconds and the processor seconds of this process and the server's."""
    spent: list[float] = []
    started, before = time.perf_counter(), _processor_seconds(server)
    yield spent
    spent += [time.perf_counter() - started, _processor_seconds(server) - before]


def _processor_seconds(server: launch.Server) -> float:
    """Return what this process and the server's group have used, as Linux counts it."""
    group, ticks = os.getpgid(server.pid), 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
