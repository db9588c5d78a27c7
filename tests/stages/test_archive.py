"""An archive is a bag that others open: BagIt, RO-Crate, Croissant, Parquet, JSON Lines."""

import json
import subprocess
import sys
from dataclasses import replace

import bagit
import datasets
import duckdb
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from rocrate.rocrate import ROCrate

from pipeline.archive.payload import write_documents
from pipeline.cli import main
from pipeline.corpus import read_corpus
from pipeline.dataset.features import CONFIGS
from pipeline.errors import InputRefused, RequestError
from pipeline.model import ADJUDICATED, Document
from pipeline.records import annotation_digest, read_annotation
from pipeline.stages.agree import agree
from pipeline.stages.archive import archive
from pipeline.stages.verify import verify
from tests.examples import TEXT
from tests.releases import MadeProject, made_document, made_record, tree
from tests.strategies import document_texts

FREE = [made_document(f"news-{n}", licence="CC BY 4.0", source="وكالة") for n in range(24)]
CLOSED = made_document("closed", licence="all rights reserved", title="عنوان")
VERSION = "0.1.0"


def made(root, documents):
    """A released version: two people, one of whom started from the machine's, and a decision."""
    project = MadeProject(root)
    machine = made_record(documents[0])
    digest = annotation_digest(machine)
    project.write(made_record(documents[0], "a01", based_on=digest))
    project.write(made_record(documents[0], "a02", dates=()))
    origin = project.annotations / "machine" / f"{documents[0].id}.{digest}.json"
    project.write(machine)
    origin.parent.mkdir(parents=True)
    origin.write_bytes((root / "pre" / f"{documents[0].id}.json").read_bytes())
    project.decide(made_record(documents[0], ADJUDICATED))
    project.release(VERSION, documents)
    return project


def archived(project, decider=None, version=VERSION):
    folders = (project.root / name for name in ("release", "annotations", "archive"))
    return archive(version, *folders, decider)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return made(tmp_path_factory.mktemp("archive"), FREE)


@pytest.fixture(scope="module")
def data(project):
    return archived(project).folder / "data"


def test_the_bag_is_valid_to_other_programs(data):
    bag = bagit.Bag(str(data.parent))
    bag.validate()
    assert bag.info["Payload-Oxum"].split(".")[1] == str(len(tree(data)))
    manifests = ["manifest-sha256.txt", "tagmanifest-sha256.txt"]
    command = ["sha256sum", "--check", "--strict", "--quiet", *manifests]
    subprocess.run(command, cwd=data.parent, check=True)


def test_parquet_and_json_lines_hold_the_same_and_say_what_they_are(data):
    ledger = json.loads((data / "release/release.json").read_text("utf-8"))
    for path in sorted((data / "release").glob("*/*.parquet")):
        config, split = path.parent.name, path.name.split("-")[0]
        lines = (data / "json" / config / f"{split}.jsonl").read_text("utf-8").split("\n")[:-1]
        rows = [json.loads(line) for line in lines]
        tables = [
            parquet.read_table(path).to_pylist(),
            polars.read_parquet(path).to_dicts(),
            duckdb.read_parquet(str(path)).to_arrow_table().to_pylist(),
        ]
        for table in tables:
            assert [row["id"] for row in table] == [row["id"] for row in rows]
            assert table == tables[0]
        query = "SELECT key, value FROM parquet_kv_metadata(?)"
        said = dict(duckdb.execute(query, [str(path)]).fetchall())
        assert said[b"tawsim.version"] == VERSION.encode()
        assert said[b"tawsim.content_sha256"] == ledger["content_sha256"].encode()
        assert said[b"tawsim.schema"] == b"urn:tawsim:schema:annotation:1"
        assert json.loads(said[b"tawsim.scheme"])["guideline"] == ledger["guideline"]


def test_json_lines_name_labels(data):
    read = {}
    for config in CONFIGS:
        paths = (data / "json" / config).glob("*.jsonl")
        lines = [line for path in paths for line in path.read_text("utf-8").split("\n")[:-1]]
        read[config] = [json.loads(line) for line in lines]
    row = next(row for row in read["spans"] if row["id"] == "news-1")
    assert row["text"] == FREE[1].text
    assert row["dct"] == "2024-09-28"
    assert [span["label"] for span in row["entities"]] == ["MISC", "LOC", "PER"]
    assert row["stance"][0]["target"] == "coalition_withdrawal"
    assert {tag for row in read["ner"] for tag in row["ner_tags"]} >= {"O", "B-LOC", "I-PER"}
    assert {row["label"] for row in read["stance"]} == {"FAVOR"}
    assert {row["agent"] for row in read["annotators"]} == {"a01", "a02"}


def test_the_release_inside_loads(data, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    for config in CONFIGS:
        rows = datasets.load_dataset(str(data / "release"), config)
        assert sum(rows.num_rows.values()) > 0


def test_texts_and_records_can_be_worked_on_again(data):
    assert sorted(read_corpus(data / "documents"), key=lambda d: d.id) == sorted(
        FREE, key=lambda d: d.id
    )
    comparisons = agree(FREE, data / "annotations")
    assert {c.agents: c.documents for c in comparisons} == {
        ("a01", "a02"): 1,
        ("a01", "machine"): 1,
        ("a02", "machine"): 0,
    }
    assert json.loads((data / "annotations/adjudication.json").read_text("utf-8")).keys() == {
        "news-0"
    }
    machine = sorted(path.name for path in (data / "annotations/machine").iterdir())
    assert len(machine) == 24
    for name in machine:
        assert annotation_digest(read_annotation(data / "annotations/machine" / name)) in name


def test_the_crate_describes_every_file(data):
    crate = ROCrate(data)
    described = {entity.id for entity in crate.data_entities}
    for name in tree(data):
        folder = f"{name.split('/')[0]}/"
        assert name in described or folder in described or name == "ro-crate-metadata.json"
    assert crate.root_dataset["version"] == VERSION
    assert crate.root_dataset["datePublished"] == "2024-09-28"
    files = [entity for entity in crate.data_entities if entity.type == "File"]
    for entity in files:
        assert int(entity["contentSize"]) == (data / entity.id).stat().st_size


CROISSANT = """
import sys
from mlcroissant import Dataset
dataset = Dataset(sys.argv[1])
assert not dataset.metadata.ctx.issues.errors
for record_set in dataset.metadata.record_sets:
    records = list(dataset.records(record_set.uuid))
    print(record_set.uuid, len(records))
    if record_set.uuid == "spans":
        (row,) = [row for row in records if row["spans/id"] == b"news-1"]
        print(row["spans/text"].decode("utf-8").split()[-1])
        print(row["spans/entities"][1]["spans/entities/text"].decode("utf-8"))
        print(row["spans/stance"][0]["spans/stance/holder/text"].decode("utf-8"))
"""


def test_croissant_reads_every_config(data):
    """In a process of its own: the library and what it needs raise warnings as they load."""
    command = [sys.executable, "-c", CROISSANT, str(data / "croissant.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.split("\n")[:-1]
    assert lines[0] == "spans 24"
    assert lines[1:4] == [TEXT.split()[-1], "بغداد", "بغداد"]
    assert [line.split()[0] for line in lines[4:]] == [
        "ner",
        "dates",
        "stance",
        "annotators",
        "history",
    ]
    assert lines[-2:] == ["annotators 2", "history 144"]


def test_the_same_release_gives_the_same_bytes(project, data):
    before = tree(data.parent)
    assert tree(archived(project).folder) == before


def test_a_text_that_may_not_be_passed_on_is_not_there_in_any_file(tmp_path):
    project = made(tmp_path, [CLOSED, *FREE[:2]])
    report = archived(project)
    assert report.withheld == ("closed",)
    assert verify(report.folder) == []
    for name, content in tree(report.folder).items():
        if not name.endswith(".parquet"):
            for word in CLOSED.text.split()[:20]:
                assert word.encode() not in content, name
    spans = parquet.read_table(report.folder / "data/release/spans").to_pylist()
    assert [row["id"] for row in spans if row["text"] is None] == ["closed"]
    record = json.loads((report.folder / "data/annotations/a01/closed.json").read_text("utf-8"))
    assert record["entities"][0].keys() == {"start", "end", "label", "score"}
    assert record["stance"][0]["holder"].keys() == {"start", "end"}
    with_text = archived(project, "أحمد")
    assert with_text.withheld == ()
    assert verify(with_text.folder) == []
    assert (with_text.folder / "data/documents/closed.txt").read_bytes() == CLOSED.text.encode()
    assert "by decision of أحمد" in (with_text.folder / "data/release/README.md").read_text("utf-8")


STRINGS = st.none() | document_texts


@given(text=document_texts, title=STRINGS, source=STRINGS, day=st.none() | st.dates())
def test_texts_and_what_is_known_of_them_come_back(tmp_path_factory, text, title, source, day):
    folder = tmp_path_factory.mktemp("documents")
    document = Document(id="خبر 1", text=text, title=title, source=source, dct=day, licence="CC0")
    row = {key: getattr(document, key) for key in Document.__dataclass_fields__}
    write_documents(folder, [row | {"text_sha256": document.sha256}])
    assert list(read_corpus(folder / "documents")) == [document]


def test_what_cannot_be_archived_is_refused_and_nothing_is_left(tmp_path):
    project = made(tmp_path, FREE[:2])
    with pytest.raises(RequestError, match=r"version 0\.2\.0: never released"):
        archived(project, version="0.2.0")
    origin = next((project.annotations / "machine").iterdir())
    content = origin.read_bytes()
    origin.unlink()
    with pytest.raises(InputRefused, match=r"machine/news-0\..*cannot be read"):
        archived(project)
    origin.write_bytes(content)
    card = tmp_path / "release" / VERSION / "README.md"
    card.write_text("other", encoding="utf-8")
    with pytest.raises(InputRefused, match=r"README\.md: is not what was released"):
        archived(project)
    assert list((tmp_path / "archive").iterdir()) == []


def test_a_release_of_another_scheme_is_refused(tmp_path, monkeypatch):
    project = made(tmp_path, FREE[:2])
    other = ("2.0", {"entities": [], "dates": [], "stance": [], "targets": []})
    monkeypatch.setattr("pipeline.stages.archive.scheme_of", lambda: other)
    with pytest.raises(RequestError, match="under other labels, targets or guidelines"):
        archived(project)


def test_a_corpus_without_any_day_has_none_in_its_crate(tmp_path):
    project = MadeProject(tmp_path)
    document = replace(FREE[0], dct=None, dct_source=None)
    project.write(made_record(document))
    project.release(VERSION, [document])
    data = archived(project).folder / "data"
    for name in ("ro-crate-metadata.json", "croissant.json"):
        assert "datePublished" not in (data / name).read_text("utf-8")


def test_the_verbs_tell_what_they_did(project, tmp_path, monkeypatch, capsys):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "release").symlink_to(project.root / "release")
    (tmp_path / "annotations").symlink_to(project.annotations)
    monkeypatch.chdir(tmp_path)
    assert main(["archive", VERSION]) == 0
    assert "built: build/archive/0.1.0" in capsys.readouterr().err
    assert main(["verify", "build/archive/0.1.0"]) == 0
    assert "build/archive/0.1.0 is whole" in capsys.readouterr().err
    (tmp_path / "build/archive/0.1.0/data/software.cdx.json").unlink()
    assert main(["verify", "build/archive/0.1.0"]) == 1
    assert "data/software.cdx.json: is missing. Put back the file" in capsys.readouterr().err
    assert main(["verify", "build"]) == 2


def test_the_software_is_named_as_a_bill_of_materials(data):
    bill = json.loads((data / "software.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "tawsim"
    named = {part["name"]: part for part in bill["components"]}
    assert len({part["bom-ref"] for part in named.values()}) == len(bill["components"])
    assert named["pyarrow"]["purl"].startswith("pkg:pypi/pyarrow@")
    assert "Apache" in named["pyarrow"]["licenses"][0]["license"]["name"]
    assert named["tawsim-ner"]["type"] == "machine-learning-model"
    assert "pytest" not in named, "what only tests need made nothing of it"
