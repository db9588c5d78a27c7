"""A corpus in shards: exactly once, in order, the same bytes whatever happens in between."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotators.ner.backends import load_tagger
from pipeline.cli import main
from pipeline.engines import annotate_part, local_engine
from pipeline.errors import RequestError
from pipeline.sharding import Task, preannotate_shards
from pipeline.shards import read_shards
from pipeline.stages.preannotate import load_annotate
from tests.corpora import write_jsonl, write_parquet
from tests.strategies import document_texts

TEXTS = ["زار محمد السوداني بغداد يوم الجمعة.", "أكدت الحكومة العراقية ذلك أمس.", "نعم."]


def rows(count):
    return [{"id": f"d{n}", "text": f"{n} {TEXTS[n % 3]}"} for n in range(count)]


def made(folder):
    """The bytes of all that a finished folder holds, by name."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.name not in {".lock", ".made-from"}
    }


def rejects_of(folder):
    return [json.loads(line) for line in (folder / "rejects.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def tagger(tiny_model):
    return load_tagger(str(tiny_model))


@pytest.fixture
def corpus(tmp_path):
    return write_jsonl(tmp_path / "corpus.jsonl", *rows(25))


@pytest.fixture
def whole(corpus, tmp_path, tiny_model):
    """An uninterrupted run's folder."""
    folder = tmp_path / "whole"
    preannotate_shards(corpus, folder, 10, "key", local_engine(str(tiny_model)))
    return folder


def test_each_document_is_in_one_shard_in_its_order(whole):
    shards = sorted(whole.glob("part-*.parquet"))
    assert [len(list(read_shards([shard]))) for shard in shards] == [10, 10, 5]
    assert [r.document for r in read_shards(shards)] == [row["id"] for row in rows(25)]
    assert json.loads((whole / ".finished").read_text("utf-8")) == {
        "documents": 25,
        "rejected": 0,
        "shards": 3,
    }
    assert not (whole / ".parts").exists()


def test_shards_say_what_a_record_a_line_says(
    corpus, whole, tmp_path, tiny_model, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["preannotate", str(corpus), "--output", "r.jsonl", "--ner", str(tiny_model)]) == 0
    capsys.readouterr()
    assert main(["evaluate", "r.jsonl", str(whole), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["dates"]["exact"]["micro avg"]
    assert scores["f1"] == 1
    assert scores["gold"] > 5


@pytest.mark.parametrize("done", range(3))
def test_an_interrupted_run_goes_on_to_the_same_bytes(corpus, whole, tmp_path, tiny_model, done):
    folder = tmp_path / "interrupted"
    worked = []

    def interrupted(tasks):
        annotate = load_annotate(load_tagger(str(tiny_model)))
        for number, task in enumerate(tasks):
            if number == done:
                raise KeyboardInterrupt
            annotate_part(task, annotate)
            yield task

    def going_on(tasks):
        worked.extend(tasks)
        yield from local_engine(str(tiny_model))(tasks)

    with pytest.raises(KeyboardInterrupt):
        preannotate_shards(corpus, folder, 10, "key", interrupted)
    preannotate_shards(corpus, folder, 10, "key", going_on)
    # A shard that was there is not made again, though the run ended before it was told.
    assert len(worked) == 3 - done
    assert made(folder) == made(whole)


def command(corpus, folder, model):
    return [
        *(sys.executable, "-m", "pipeline.cli", "preannotate", str(corpus)),
        *("--output", str(folder), "--shards", "1", "--ner", str(model)),
    ]


def kill_and_finish(corpus, folder, model, shards):
    """Kill -9 a run once `shards` shards are there, then run it to its end."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    run = subprocess.Popen(command(corpus, folder, model), env=environment)
    while len(list(folder.glob("part-*"))) < shards and run.poll() is None:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()
    left = {path.name for path in folder.glob("part-*")}
    subprocess.run(command(corpus, folder, model), env=environment, check=True)
    return left


def test_kill_loses_and_doubles_nothing(tmp_path, tiny_model):
    corpus = write_jsonl(tmp_path / "corpus.jsonl", *rows(40))
    folder = tmp_path / "killed"
    left = kill_and_finish(corpus, folder, tiny_model, 5)
    assert 5 <= len(left) < 40
    whole = tmp_path / "whole"
    preannotate_shards(corpus, whole, 1, "key", local_engine(str(tiny_model)))
    assert made(folder) == made(whole)


@pytest.mark.parametrize(
    "torn", [".part-00001.parquet.a1b2", ".rejects.jsonl.x_y", "..made-from.q8", "..finished.zz"]
)
def test_what_a_kill_left_half_written_is_swept(corpus, whole, tmp_path, tiny_model, torn):
    folder = tmp_path / "shards"
    folder.mkdir()
    (folder / torn).write_bytes(b"PAR1")
    preannotate_shards(corpus, folder, 10, "key", local_engine(str(tiny_model)))
    assert made(folder) == made(whole)


def test_what_is_no_document_is_rejected_with_its_reason(tmp_path, tiny_model, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    good = rows(3)
    write_jsonl(tmp_path / "c.jsonl", good[0], b"{", good[1], {"id": "../x", "text": "a"}, good[2])
    asked = ["preannotate", "c.jsonl", "--output", "o", "--shards", "2", "--ner", str(tiny_model)]
    assert main(asked) == 1
    assert "2 rejected" in capsys.readouterr().err
    rejects = rejects_of(tmp_path / "o")
    assert [reject["place"] for reject in rejects] == ["c.jsonl, line 2", "c.jsonl, line 4"]
    assert all(reject["cause"] and reject["cure"] for reject in rejects)
    shards = sorted((tmp_path / "o").glob("part-*"))
    assert [r.document for r in read_shards(shards)] == ["d0", "d1", "d2"]


def test_a_document_that_breaks_an_annotator_rejects_itself_alone(corpus, tmp_path, tagger):
    annotate = load_annotate(tagger)

    def breaking(documents):
        if any(document.id == "d7" for document in documents):
            raise ZeroDivisionError("of 7")
        return annotate(documents)

    def engine(tasks):
        for task in tasks:
            annotate_part(task, breaking)
            yield task

    folder = tmp_path / "shards"
    summary = preannotate_shards(corpus, folder, 10, "key", engine)
    assert (summary.documents, summary.rejected, summary.shards) == (24, 1, 3)
    (reject,) = rejects_of(folder)
    assert reject["place"] == "document 'd7'"
    assert "ZeroDivisionError: of 7" in reject["cause"]
    found = [r.document for r in read_shards(sorted(folder.glob("part-*")))]
    assert found == [f"d{n}" for n in range(25) if n != 7]


def test_a_folder_of_something_else_is_left_alone(corpus, whole, tmp_path, tiny_model):
    engine = local_engine(str(tiny_model))
    before = made(whole)
    with pytest.raises(RequestError, match="another corpus, size, model or version"):
        preannotate_shards(corpus, whole, 10, "another key", engine)
    assert made(whole) == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="files that are no shards"):
        preannotate_shards(corpus, other, 10, "key", engine)
    assert (other / "thesis.txt").read_text("utf-8") == "mine"


def test_a_second_run_in_the_folder_is_told_so(corpus, tmp_path):
    folder = tmp_path / "shards"

    def busy(tasks):
        with pytest.raises(RequestError, match="another run is at work here"):
            preannotate_shards(corpus, folder, 10, "key", lambda tasks: tasks)
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        preannotate_shards(corpus, folder, 10, "key", busy)


def test_a_finished_folder_is_not_worked_on_again(corpus, whole):
    def never(tasks):
        raise AssertionError(tasks)

    assert preannotate_shards(corpus, whole, 10, "key", never).documents == 25


def test_the_key_follows_the_corpus(tmp_path, tiny_model, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "c.jsonl", *rows(2))
    asked = ["preannotate", "c.jsonl", "--output", "o", "--shards", "5", "--ner", str(tiny_model)]
    assert main(asked) == main(asked) == 0
    write_jsonl(tmp_path / "c.jsonl", *rows(3))
    assert main(asked) == 2
    assert "another corpus" in capsys.readouterr().err
    assert len(list(read_shards([tmp_path / "o/part-00000.parquet"]))) == 2


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_without_sense_is_refused(corpus, tmp_path, size):
    with pytest.raises(RequestError, match="--shards"):
        preannotate_shards(corpus, tmp_path / "shards", size, "key", lambda tasks: tasks)


def test_a_corpus_elsewhere_is_read_by_its_url(tmp_path, tiny_model, monkeypatch, capsys):
    """Any file system fsspec knows; its own in-memory one stands for the others."""
    import fsspec

    monkeypatch.chdir(tmp_path)
    write_jsonl(tmp_path / "c.jsonl", *rows(4))
    columns = {key: [row[key] for row in rows(4)] for key in ("id", "text")}
    write_parquet(tmp_path / "c.parquet", columns)
    memory = fsspec.filesystem("memory")
    for name in ("c.jsonl", "c.parquet"):
        memory.pipe(f"/far/{name}", (tmp_path / name).read_bytes())
        asked = ["--output", f"out-{name}", "--shards", "3", "--ner", str(tiny_model)]
        assert main(["preannotate", f"memory://far/{name}", *asked]) == 0
        shards = sorted((tmp_path / f"out-{name}").glob("part-*"))
        assert [r.document for r in read_shards(shards)] == ["d0", "d1", "d2", "d3"]
    for url in ("memory://far/none.jsonl", "nowhere://x/c.jsonl"):
        assert main(["preannotate", url, "--output", "o", "--shards", "3"]) == 2
        assert url in capsys.readouterr().err


@given(st.lists(document_texts, min_size=1, max_size=7), st.integers(1, 4))
def test_any_text_goes_through_with_its_offsets(tmp_path_factory, tagger, given_texts, size):
    folder = tmp_path_factory.mktemp("shards")
    documents = [{"id": f"d{n}", "text": text} for n, text in enumerate(given_texts)]
    corpus = write_jsonl(folder / "c.jsonl", *documents)

    def engine(tasks: list[Task]):
        for task in tasks:
            annotate_part(task, load_annotate(tagger))
            yield task

    preannotate_shards(corpus, folder / "out", size, "key", engine)
    found = list(read_shards(sorted((folder / "out").glob("part-*"))))
    assert [record.document for record in found] == [row["id"] for row in documents]
    for record, row in zip(found, documents, strict=True):
        for span in (*record.entities, *record.dates, *record.stance):
            assert row["text"][span.start : span.end] == span.text
