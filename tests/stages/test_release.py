import json
import shutil
import subprocess
from datetime import date

import datasets
import pytest
from pyarrow import parquet
from seqeval.metrics.sequence_labeling import get_entities

from pipeline.errors import InputRefused, RequestError
from pipeline.records import write_annotation
from pipeline.stages.release import release
from tests.examples import DOCUMENT, TEXT, annotation
from tests.releases import MadeProject


@pytest.fixture(autouse=True)
def fresh_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.fixture
def build(tmp_path):
    write_annotation(tmp_path / "pre" / "example.json", annotation())

    def run(version="0.1.0", from_=None, documents=(DOCUMENT,)):
        paths = (tmp_path / name for name in ("pre", "annotations", "release"))
        return release(version, documents, *paths, from_)

    return run


@pytest.mark.parametrize("config", ["spans", "ner"])
def test_the_card_is_read_whole_and_its_counts_are_true(build, config):
    report = build()
    builder = datasets.load_dataset_builder(str(report.folder), config)
    assert builder.info.splits["train"].num_examples == report.rows[config]
    assert str(builder.config.version) == "0.1.0"
    assert builder.info.features == load(report.folder, config).features


def load(folder, config=None):
    return datasets.load_dataset(str(folder), config, split="train")


def human(tmp_path, agent, **changes):
    write_annotation(
        tmp_path / "annotations" / agent / "example.json", annotation(agent, **changes)
    )


def test_load_dataset_gives_typed_layers_that_match_the_text(build):
    row = load(build().folder)[0]
    assert row["text"] == TEXT
    assert row["layer_source"] == "machine"
    for layer in ("entities", "dates", "stance"):
        assert row[layer]
        for span in row[layer]:
            assert TEXT[span["start"] : span["end"]] == span["text"]
    features = load(build().folder).features
    assert features["entities"].feature["label"].int2str(row["entities"][1]["label"]) == "LOC"
    assert row["dates"][0]["value"] == "2024-09-27"
    assert row["stance"][0]["holder"]["text"] == "بغداد"
    assert row["dct"].isoformat() == "2024-09-28"


def test_ner_rows_are_sentences_whose_tags_give_the_entities_back(build):
    rows = load(build().folder, "ner")
    names = rows.features["ner_tags"].feature.names
    assert len(rows) == 2
    found = []
    for row in rows:
        tags = [names[tag] for tag in row["ner_tags"]]
        for label, first, last in get_entities(tags):
            found.append((label, TEXT[row["token_start"][first] : row["token_end"][last]]))
        for token, start, end in zip(
            row["tokens"], row["token_start"], row["token_end"], strict=True
        ):
            assert TEXT[start:end] == token
    assert found == [("MISC", "العراقية"), ("LOC", "بغداد"), ("PER", "محمد السوداني")]


def test_adjudicated_goes_before_human_before_machine(build, tmp_path):
    assert build("0.1.0").sources == ("machine",)
    human(tmp_path, "a01")
    assert build("0.1.1").sources == ("human",)
    human(tmp_path, "a02")
    MadeProject(tmp_path).decide(annotation("adjudicated"))
    assert build("0.1.2").sources == ("adjudicated",)
    assert build("0.1.3", from_="machine").sources == ("machine",)
    assert build("0.1.4", from_="a02").sources == ("human",)


def test_two_people_without_adjudication_are_refused(build, tmp_path):
    human(tmp_path, "a01")
    human(tmp_path, "a02")
    with pytest.raises(InputRefused, match="its 2 annotations are not adjudicated"):
        build()
    with pytest.raises(InputRefused, match=r"2 people annotated it \(a01, a02\)"):
        build(from_="human")
    assert not (tmp_path / "release").exists()
    assert not (tmp_path / "annotations" / "releases").exists()


def test_a_version_is_never_overwritten(build, tmp_path):
    first = build()
    before = {path: path.read_bytes() for path in first.folder.rglob("*.*") if path.is_file()}
    assert build().existed
    human(tmp_path, "a01", entities=())
    with pytest.raises(RequestError, match="released already, with other content"):
        build()
    assert {path: path.read_bytes() for path in before} == before
    assert not build("0.1.1").existed


def test_a_deleted_build_is_made_again_byte_for_byte(build):
    first = build()
    before = {
        p.relative_to(first.folder): p.read_bytes()
        for p in first.folder.rglob("*.*")
        if p.is_file()
    }
    shutil.rmtree(first.folder)
    again = build()
    assert not again.existed
    assert {name: (again.folder / name).read_bytes() for name in before} == before


def test_two_versions_load_side_by_side(build, tmp_path):
    old = build("0.1.0").folder
    human(tmp_path, "a01", entities=())
    new = build("0.1.1").folder
    assert len(load(old)[0]["entities"]) == 3
    assert len(load(new)[0]["entities"]) == 0
    assert len(load(old)[0]["entities"]) == 3


def test_the_ledger_names_content_records_and_splits(build, tmp_path):
    report = build()
    ledger = json.loads((tmp_path / "annotations/releases/0.1.0.json").read_text("utf-8"))
    assert ledger["content_sha256"] == report.content_sha256
    assert ledger["documents"]["example"]["split"] == "train"
    assert ledger["documents"]["example"]["text_sha256"] == DOCUMENT.sha256
    assert (report.folder / "release.json").read_text("utf-8") == (
        tmp_path / "annotations/releases/0.1.0.json"
    ).read_text("utf-8")


def test_the_card_says_that_layers_are_the_machines(build):
    report = build()
    card = (report.folder / "README.md").read_text("utf-8")
    assert "All layers of this release are the machine's" in card
    assert report.content_sha256 in card
    assert "| entities | LOC | 1 |" in card
    table = parquet.read_schema(report.folder / "spans/train-00000-of-00001.parquet")
    assert b"huggingface" in table.metadata


def test_the_checksums_hold_and_name_every_file(build):
    folder = build().folder
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert len(result.stdout.splitlines()) == len(files) == 9
    (folder / "README.md").write_text("other", encoding="utf-8")
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 1


def test_a_record_in_anothers_folder_or_of_another_dct_is_refused(build, tmp_path):
    path = tmp_path / "annotations" / "adjudicated" / "example.json"
    write_annotation(path, annotation("a01"))
    with pytest.raises(InputRefused, match=r"adjudicated/example\.json: says .* by 'a01'"):
        build()
    write_annotation(path, annotation("adjudicated", dct=date(2020, 1, 1)))
    with pytest.raises(InputRefused, match="count from 2020-01-01"):
        build()
    assert not (tmp_path / "release").exists()


def test_a_torn_ledger_is_named_and_left_alone(build, tmp_path):
    build()
    ledger = tmp_path / "annotations/releases/0.1.0.json"
    for torn in ("{", '{"version": "0.1.0"}'):
        ledger.write_text(torn, encoding="utf-8")
        with pytest.raises(
            RequestError, match=r"releases/0\.1\.0\.json.*Restore the file from git"
        ):
            build()
        assert ledger.read_text("utf-8") == torn


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "01.0.0", "../1.0.0", "1.0.0-rc1"])
def test_what_is_no_version_is_refused(build, version):
    with pytest.raises(RequestError, match=r"not of the form 1\.2\.3"):
        build(version)


def test_a_source_that_is_none_is_named_once(build):
    with pytest.raises(RequestError, match="FROM=bogus: no such source"):
        build(from_="bogus")


def test_a_missing_or_contradicting_record_is_refused(build, tmp_path):
    write_annotation(tmp_path / "pre" / "example.json", annotation(text_sha256="0" * 64))
    with pytest.raises(InputRefused, match="not the one annotated"):
        build()
    (tmp_path / "pre" / "example.json").unlink()
    with pytest.raises(InputRefused, match="no record of it from anybody"):
        build()
    with pytest.raises(InputRefused, match="there are no documents"):
        build(documents=())
