"""Ray Data makes the bytes that one process makes, on two nodes, with a worker killed."""

import json
import os
import signal
import time
from threading import Thread

import pytest

from pipeline.cli import main
from pipeline.engines import local_engine, ray_engine
from pipeline.errors import RequestError
from pipeline.stages.preannotate_shards import preannotate_shards
from tests.corpora import write_jsonl
from tests.stages.test_preannotate_shards import made, rows

ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")


@pytest.fixture(scope="module")
def two_nodes():
    """The address of a cluster of two raylets, one core each."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "node_ip_address": "127.0.0.1"},
    )
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    yield cluster.address
    cluster.shutdown()


def actor_processes():
    """The processes of our actors on this machine."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/cmdline", encoding="utf-8", errors="replace") as file:
                if "_MapWorker" in file.read().split("\0")[0]:
                    found.append(int(entry))
        except (OSError, ValueError):
            continue
    return found


def test_ray_makes_the_same_bytes_though_a_worker_is_killed(tmp_path, tiny_model, two_nodes):
    corpus = write_jsonl(tmp_path / "corpus.jsonl", *rows(120))
    local, spread = tmp_path / "local", tmp_path / "ray"
    preannotate_shards(corpus, local, 4, "key", local_engine(str(tiny_model)))
    killed = []

    def kill_one():
        while not list(spread.glob("part-*")):
            time.sleep(0.01)
        for process in actor_processes()[:1]:
            os.kill(process, signal.SIGKILL)
            killed.append(process)

    killer = Thread(target=kill_one, daemon=True)
    killer.start()
    summary = preannotate_shards(
        corpus, spread, 4, "key", ray_engine(str(tiny_model), two_nodes, actors=2)
    )
    killer.join()
    assert killed
    assert (summary.documents, summary.shards) == (120, 30)
    assert made(spread) == made(local)


def test_a_cluster_that_is_not_there_is_named(tmp_path, tiny_model, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "c.jsonl", *rows(2))
    asked = ["preannotate", "c.jsonl", "--output", "o", "--shards", "1", "--ner", str(tiny_model)]
    with pytest.raises(RequestError, match=r"127\.0\.0\.1:1"):
        preannotate_shards(
            tmp_path / "c.jsonl", tmp_path / "r", 1, "k", ray_engine("x", "127.0.0.1:1", 1)
        )
    assert main(asked) == 0  # what one engine began another may end
    assert json.loads((tmp_path / "o/.finished").read_text("utf-8"))["documents"] == 2
