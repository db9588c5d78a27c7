"""Kill -9 of server, push and collect at random instants: no confirmation lost, nothing twice.

The instants are drawn over the time the work takes undisturbed here: two for each of four kills,
forty in `make test-long`, which does the same with the work in PostgreSQL.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.doccano.database import find_database, keep_in
from pipeline.doccano.exchange import to_wire
from tests.doccano.conftest import Person
from tests.doccano.kills import (
    ANNOTATORS,
    DOCUMENTS,
    collect_all,
    make_round,
    push_all,
    push_to,
)
from tests.examples import annotation

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TRIALS = range(40 if LONG else 2)
CONFIRMED = 20


class Scene:
    """A server that may be killed, with a round whose documents are confirmed one by one."""

    def __init__(self, state, python, folder):
        self.state, self.python, self.folder = state, python, folder
        self.server = launch.start(state, python)
        self.people = {}
        with Client(self.server) as client:
            for annotator in ANNOTATORS:
                secret = launch.ensure_password(state, annotator.username)
                client.create_annotator(annotator.username, secret)
                self.people[annotator] = Person(self.server, annotator.username)
            begun = time.monotonic()
            push_all(client, make_round("done"), folder)
            self.push_seconds = time.monotonic() - begun
            for annotator in ANNOTATORS:
                project = push_to(client, make_round("done"), annotator, folder)
                self.confirm(annotator, self.examples(annotator, project, 0))
            begun = time.monotonic()
            collect_all(client, make_round("done"), folder)
            self.collect_seconds = time.monotonic() - begun

    def examples(self, annotator, project, batch):
        """Return some of an annotator's documents, none in two batches, with their addresses."""
        rows = self.people[annotator].get(f"projects/{project}/examples?limit=1000")["results"]
        some = rows[batch * CONFIRMED : (batch + 1) * CONFIRMED]
        assert len(some) == CONFIRMED
        return {row["meta"]["document"]: f"projects/{project}/examples/{row['id']}" for row in some}

    def confirm(self, annotator, examples):
        """Confirm documents as their annotator; return those the server said it has."""
        said = []
        for document, path in examples.items():
            try:
                reply = self.people[annotator].ask("POST", f"{path}/states")
            except requests.RequestException:
                break
            if reply.status_code == requests.codes.created:
                said.append(document)
        return said

    def run(self, what, name, folder, victim, fraction, meanwhile=lambda: None):
        """Run push or collect in a process; kill it or the server at an instant of the work."""
        seconds = self.push_seconds if what == "push" else self.collect_seconds
        command = [sys.executable, "-m", "tests.doccano.kills", what, self.state, name, folder]
        with subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as child:
            assert child.stdout.readline() == "ready\n"
            child.stdin.write("\n")
            child.stdin.flush()
            meanwhile()
            time.sleep(fraction * seconds)
            if victim == "server":
                os.killpg(os.getpgid(self.server.pid), signal.SIGKILL)
            else:
                child.kill()
        self.server = launch.start(self.state, self.python)

    def confirmed(self, client, name, annotator):
        wires = client.pull(make_round(name), annotator)
        return {wire.meta["document"] for wire in wires if wire.confirmed_at}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"] if LONG else ["sqlite"])
def scene(request, tmp_path_factory, doccano_python):
    folder = tmp_path_factory.mktemp("kills")
    if request.param == "postgresql":
        url = request.getfixturevalue("cluster").make_database()
        keep_in(folder / ".tawsim", url)
    yield (scene := Scene(folder / ".tawsim", doccano_python, folder / "undisturbed"))
    launch.stop(scene.state)


def kept(folder):
    """Every file that is kept, by its place; what an end left half-written has a hidden name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("[!.]*"))
        if path.is_file()
    }


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("victim", ["push", "server"])
def test_a_push_that_is_killed_is_completed_and_confirmations_stay(scene, victim, trial, tmp_path):
    chance = random.Random(f"{victim} {trial}")
    name, earlier = f"push-{victim}-{trial}", f"earlier-{victim}-{trial // 5}"
    # Somebody confirms documents of an earlier round meanwhile.
    with Client(scene.server) as client, ThreadPoolExecutor(1) as pool:
        project = push_to(client, make_round(earlier), ANNOTATORS[0], tmp_path)
        examples = scene.examples(ANNOTATORS[0], project, trial % 5)
        work = []

        def confirm():
            work.append(pool.submit(scene.confirm, ANNOTATORS[0], examples))

        scene.run("push", name, tmp_path, victim, chance.random(), confirm)
        said = work[0].result()
    with Client(scene.server) as client:
        assert set(said) <= scene.confirmed(client, earlier, ANNOTATORS[0])
        push_all(client, make_round(name), tmp_path)
        for annotator in ANNOTATORS:
            wires = {w.meta["document"]: w for w in client.pull(make_round(name), annotator)}
            assert list(wires) == list(DOCUMENTS)
            assert len(client.stored(make_round(name), annotator)) == len(DOCUMENTS)
            for document in DOCUMENTS.values():
                record = annotation(document=document.id)
                sent = to_wire(document, record, make_round(name), annotator)
                assert wires[document.id].same_content(sent)
    database, copy = find_database(scene.state), tmp_path / "copy"
    database.copy_to(copy)
    database.check(copy, copy)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("victim", ["collect", "server"])
def test_a_collect_that_is_killed_is_completed_to_the_same_bytes(scene, victim, trial, tmp_path):
    chance = random.Random(f"{victim} {trial}")
    folder = tmp_path / "annotations"
    shutil.copytree(scene.folder / "machine", folder / "machine")
    scene.run("collect", "done", folder, victim, chance.random())
    whole = kept(scene.folder)
    begun = kept(folder)
    assert all(whole[place] == content for place, content in begun.items())
    with Client(scene.server) as client:
        collect_all(client, make_round("done"), folder)
    assert kept(folder) == whole
    assert sum(place.startswith("a01/history/") for place in whole) == CONFIRMED
