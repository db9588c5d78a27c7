"""The bench's table and its labels; times are measured by `make bench` alone."""

import json
from dataclasses import fields

import pytest

from tests.bench.children import run_module
from tests.bench.ner import label_with_pipeline, label_with_tawsim, read_words
from tests.bench.table import Row, render_json, render_table
from tests.random_bert import save_random_bert

ROWS = [
    Row(task="NER", tool="tawsim", words_per_second=1234.5, share=0.812, peak_mib=700.4),
    Row(task="NER", tool="NERecognizer", words_per_second=20, ratio=10.25, note="0 labels differ"),
    Row(task="push", tool="tawsim", seconds=12.3456, cores=0.9),
]


def test_the_table_aligns_its_columns_and_leaves_out_what_was_not_measured():
    assert render_table(ROWS).splitlines() == [
        "task  tool          words/s  seconds  ours is  of limit  peak MiB  cores  note",
        "NER   tawsim          1,234                         81%       700",
        "NER   NERecognizer       20            10.25x                             0 labels differ",
        "push  tawsim                  12.346                                0.90",
    ]


def test_the_json_holds_every_field_of_every_row():
    rows = json.loads(render_json(ROWS))["rows"]
    assert [row["tool"] for row in rows] == ["tawsim", "NERecognizer", "tawsim"]
    assert all(set(row) == {field.name for field in fields(Row)} for row in rows)
    assert rows[0]["share"] == 0.812
    assert rows[1]["peak_mib"] is None


def test_a_child_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no_such_module"):
        run_module(["no_such_module"])


def test_a_child_is_measured():
    run = run_module(["this"])
    assert "Beautiful is better than ugly" in run.output
    assert run.peak_mib > 1


def test_the_pipeline_gives_the_same_labels_word_for_word(tmp_path, monkeypatch, root):
    monkeypatch.chdir(root)
    save_random_bert(tmp_path / "model", layers=1, hidden=32, heads=2)
    sentences = read_words()[:12]
    ours, limit = label_with_tawsim(str(tmp_path / "model"), sentences)
    labels = ours(sentences)
    assert len(labels) == sum(map(len, sentences))
    assert len(set(labels)) > 2
    assert label_with_pipeline(str(tmp_path / "model"), 4)(sentences) == labels
    assert limit() > 0
