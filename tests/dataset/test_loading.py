"""A release loads wherever it should, by the snippets of the README as they are written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import datasets
import pytest
from pyarrow import parquet

from tests.releases import MadeProject, made_document, made_record

CONFIGS = ("spans", "ner", "dates", "stance", "annotators", "history")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Two versions; the second has all three splits and two annotators."""
    project = MadeProject(tmp_path_factory.mktemp("loading"))
    documents = [made_document(f"news-{n}") for n in range(30)]
    project.release("0.1.0", documents[:2])
    for document in documents[:20]:
        project.write(made_record(document, "a01"))
    project.release("0.2.0", documents)
    return project


@pytest.fixture(autouse=True)
def fresh_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def folder(project, version="0.2.0"):
    return str(project.root / "release" / version)


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_loads_plain_and_streaming_alike(project, config):
    plain = datasets.load_dataset(folder(project), config)
    assert set(plain) <= {"train", "validation", "test"}
    assert "train" in plain
    streamed = datasets.load_dataset(folder(project), config, streaming=True)
    for split, rows in plain.items():
        assert rows.num_rows > 0
        assert list(streamed[split]) == list(rows)
        assert streamed[split].features == rows.features


@pytest.mark.parametrize("config", CONFIGS)
def test_the_card_counts_truly(project, config):
    builder = datasets.load_dataset_builder(folder(project), config)
    declared = {name: vars(split) for name, split in builder.info.splits.items()}
    features = builder.info.features
    builder.download_and_prepare()
    found = dict(builder.as_dataset().items())
    assert {name: split["num_examples"] for name, split in declared.items()} == {
        name: len(rows) for name, rows in found.items()
    }
    assert {name: split["num_bytes"] for name, split in declared.items()} == {
        name: split.num_bytes for name, split in builder.info.splits.items()
    }
    files = (Path(folder(project)) / config).glob("*.parquet")
    assert builder.info.download_size in (None, 0, sum(f.stat().st_size for f in files))
    for rows in found.values():
        assert rows.features == features


def test_splits_divide_the_documents(project):
    spans = datasets.load_dataset(folder(project))
    assert set(spans) == {"train", "validation", "test"}
    names = [name for split in spans.values() for name in split["id"]]
    assert len(names) == len(set(names)) == 30
    for config in ("ner", "dates", "stance"):
        for split, rows in datasets.load_dataset(folder(project), config).items():
            assert set(rows["document"]) <= set(spans[split]["id"])


def test_dates_and_stance_have_a_row_a_span_with_its_sentence(project):
    texts = {
        row["id"]: row for split in datasets.load_dataset(folder(project)).values() for row in split
    }
    for config in ("dates", "stance"):
        rows = [r for s in datasets.load_dataset(folder(project), config).values() for r in s]
        assert len(rows) == sum(len(row[config]) for row in texts.values())
        for row in rows:
            text = texts[row["document"]]["text"]
            assert text[row["start"] : row["end"]] == row["text"]
            assert text[row["sentence_start"] : row["sentence_end"]] == row["sentence"]
            assert row["text"] in row["sentence"]
    stance = datasets.load_dataset(folder(project), "stance", split="train")
    assert stance.features["target"].int2str(stance[0]["target"]) == "coalition_withdrawal"
    assert stance.features["label"].int2str(stance[0]["label"]) == "FAVOR"
    assert stance[0]["holder"]["text"] == "بغداد"
    assert stance[0]["sentence"].startswith("أكّدت الحكومة 😀")
    dates = datasets.load_dataset(folder(project), "dates", split="train")
    assert (dates[0]["value"], dates[0]["dct"].isoformat()) == ("2024-09-27", "2024-09-28")


def test_annotators_are_there_under_pseudonyms_or_left_out_and_said_so(project):
    own = [r for s in datasets.load_dataset(folder(project), "annotators").values() for r in s]
    assert {row["agent"] for row in own} == {"a01"}
    assert len(own) == 20
    assert not (Path(folder(project, "0.1.0")) / "annotators").exists()
    card = (Path(folder(project, "0.1.0")) / "README.md").read_text("utf-8")
    assert "Left out, because they would be empty: the config `annotators`, `validation`" in card
    with pytest.raises(ValueError, match="annotators"):
        datasets.load_dataset(folder(project, "0.1.0"), "annotators")


def test_two_versions_stand_side_by_side(project):
    assert datasets.load_dataset(folder(project, "0.1.0"))["train"].num_rows == 2
    assert datasets.load_dataset(folder(project, "0.2.0"))["train"].num_rows > 2
    assert datasets.load_dataset(folder(project, "0.1.0"))["train"].num_rows == 2


def snippets(root):
    """The Python of the README's part for ML engineers, by its first line."""
    part = (root / "README.md").read_text("utf-8").split("## For ML engineers")[1].split("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", part, re.DOTALL)


def test_the_readme_shows_every_way(root):
    text = "".join(snippets(root))
    for name in ("load_dataset", "streaming=True", "pandas", "polars", "duckdb", "transformers"):
        assert name in text


@pytest.mark.parametrize("number", range(5))
def test_a_readme_snippet_runs_as_it_is(project, root, number, tiny_model, tmp_path):
    code = snippets(root)[number]
    place = tmp_path / "build" / "release"
    place.mkdir(parents=True)
    for version in ("0.1.0", "0.2.0"):
        (place / version).symlink_to(folder(project, version))
    (tmp_path / "encoder").symlink_to(tiny_model)
    environment = os.environ | {"HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


def test_parquet_has_the_hubs_names_and_index(project):
    path = Path(folder(project)) / "spans" / "test-00000-of-00001.parquet"
    chunk = parquet.ParquetFile(path).metadata.row_group(0).column(0)
    assert chunk.has_column_index
    assert b"huggingface" in parquet.read_schema(path).metadata
