"""The annotation page with few and with many marks: from a key pressed to its mark drawn."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.wire import Annotator
from pipeline.model import MACHINE, Annotation, Document
from pipeline.stages.push import push
from tests.bench.server import DOCCANO, annotate_words, make_round, make_text
from tests.bench.table import Row
from tests.browser.work import CHROMIUM, Desk, launch_chromium, log_in

_WORDS, _MARKS, _TRIALS = 4_900, 810, 7  # of more words parts are made
_ANNOTATOR = Annotator("a01", "page")
# Whether there are more marks than before, and one of them is drawn where the hand is.
_DRAWN = """([marks, lines]) => {
  const drawn = document.querySelectorAll('.annotation-text svg line[stroke]').length;
  return document.getElementById('container').__vue__.entities.length > marks && drawn > lines;
}"""
_LINES = "() => document.querySelectorAll('.annotation-text svg line[stroke]').length"


def measure_page(folder: Path) -> list[Row]:
    """Return the median seconds of the first mark in a long document and of one after 810."""
    task = f"a mark by key, {_WORDS:,} words"
    if not CHROMIUM:
        return [Row(task=task, tool="tawsim", note="not measured: no Chromium")]
    from playwright.sync_api import sync_playwright

    state = folder / "page" / ".tawsim"
    server = launch.start(state, DOCCANO)
    try:
        project = _push_both(server, folder / "page")
        with sync_playwright() as playwright:
            browser = launch_chromium(playwright)
            context = log_in(browser, server, _ANNOTATOR.username, folder)
            desk = Desk(context.new_page(), server.url, folder)
            first = _time_marks(desk, project, 1, 0)
            last = _time_marks(desk, project, 2, _MARKS)
            browser.close()
    finally:
        launch.stop(state)
    ratio = f"{last / first:.2f} of the first's time"
    return [
        Row(task=f"{task}, the first", tool="tawsim", seconds=first),
        Row(task=f"{task}, number {_MARKS + 1}", tool="tawsim", seconds=last, note=ratio),
    ]


def _push_both(server: launch.Server, folder: Path) -> int:
    """Push one text twice, without marks and with."""
    text = make_text(0, _WORDS)
    with Client(server) as client:
        client.open_accounts([_ANNOTATOR.username])
        bare, full = (Document(id=name, text=text) for name in ("bare", "full"))
        marked = annotate_words(full, _MARKS)
        empty = replace(marked, document=bare.id, entities=(), stance=())
        pairs: list[tuple[Document, Annotation]] = [(bare, empty), (full, marked)]
        return push(client, make_round("page"), _ANNOTATOR, pairs, folder / MACHINE).project


def _time_marks(desk: Desk, project: int, number: int, marks: int) -> float:
    """Mark words one after another by key, taking each mark away again; return the median."""
    desk.open(project, number)
    page: Any = desk.page
    assert len(desk.marks()) == marks
    seconds = []
    desk.press("Control+ArrowLeft")  # the second word, and each sixth after it, has a mark
    for _ in range(_TRIALS):
        desk.press("Control+ArrowLeft", 2)
        before = [marks, page.evaluate(_LINES)]
        begun = time.perf_counter()
        page.keyboard.press("2")
        page.wait_for_function(_DRAWN, arg=before, timeout=20_000)
        seconds.append(time.perf_counter() - begun)
        desk.settle()
        assert len(desk.marks()) == marks + 1
        desk.press("Delete")
        assert len(desk.marks()) == marks
    return statistics.median(seconds)
