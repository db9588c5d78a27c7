"""Ray Data makes the bytes that one process makes, on two nodes, with a worker killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline.cli import main
from pipeline.engines import local_engine
from pipeline.sharding import preannotate_shards
from tests.corpora import write_jsonl
from tests.test_sharding import command, made, rows

QUIET = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def two_nodes(root):
    """The address of a cluster of two raylets, one core each."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.two_raylets"],
        cwd=root,
        env=QUIET,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as cluster:
        yield cluster.stdout.readline().strip()
        cluster.communicate()


def actors():
    """The processes of Ray Data's actors on this machine."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                name = file.read()
            if name.startswith(b"ray::") and b"MapWorker" in name:
                found.append(int(entry))
        except OSError:  # it has ended meanwhile
            continue
    return found


def test_ray_makes_the_same_bytes_though_a_worker_is_killed(tmp_path, tiny_model, two_nodes, root):
    corpus = write_jsonl(tmp_path / "corpus.jsonl", *rows(60))
    spread = tmp_path / "ray"
    asked = [*command(corpus, spread, tiny_model), "--engine", "ray", "--address", two_nodes]
    with subprocess.Popen(asked, cwd=root, env=QUIET) as run:
        while not list(spread.glob("part-*")) and run.poll() is None:
            time.sleep(0.01)
        os.kill(actors()[0], signal.SIGKILL)
        left = len(list(spread.glob("part-*")))
    assert run.returncode == 0
    assert left < 60
    whole = tmp_path / "whole"
    preannotate_shards(corpus, whole, 1, "key", local_engine(str(tiny_model)))
    assert made(spread) == made(whole)


def test_a_cluster_that_is_not_there_is_named(tmp_path, tiny_model, root):
    corpus = write_jsonl(tmp_path / "corpus.jsonl", *rows(2))
    asked = command(corpus, tmp_path / "out", tiny_model)
    far = [*asked, "--engine", "ray", "--address", "127.0.0.1:1"]
    tried = subprocess.run(far, cwd=root, env=QUIET, capture_output=True, text=True)
    assert tried.returncode == 2
    assert "tawsim preannotate: Ray cluster '127.0.0.1:1'" in tried.stderr
    assert "Traceback" not in tried.stderr
    # What one engine began another may end.
    assert main(asked[3:]) == 0
    assert len(list((tmp_path / "out").glob("part-*"))) == 2
