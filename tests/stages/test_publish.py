"""A release to the Hub: dry by default, tagged, without the texts that may not be passed on."""

import json
import os
import shutil
import subprocess
import sys

import datasets
import pytest
from pyarrow import parquet

from pipeline.dataset.copies import stage_copy
from pipeline.dataset.licences import may_redistribute
from pipeline.errors import InputRefused, RequestError
from tests.hub import OID, REPO, running_hub
from tests.releases import MadeProject, made_document, made_record, tree

TOKEN = "hf_madeForThisTestAlone"
OPEN = made_document("open", licence="CC BY 4.0")
CLOSED = made_document("closed", licence="All rights reserved")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("publish")
    (root / "build").mkdir()
    project = MadeProject(root / "build")
    project.annotations = root / "annotations"
    project.kept = root / "annotations" / "releases"
    project.write(made_record(CLOSED, "a01"))
    project.release("0.1.0", [OPEN, CLOSED])
    return root


@pytest.fixture
def project(built, tmp_path):
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    git = ["git", "init", "--quiet"]
    subprocess.run(git, cwd=tmp_path, check=True)
    return tmp_path


def publish(project, hub, *arguments, code=0, token=TOKEN):
    """Run the command as a person would; return stdout and stderr."""
    environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(project / "home")}
    environment |= {"PYTHONWARNINGS": "error", "GIT_CONFIG_GLOBAL": os.devnull}
    environment.pop("HF_TOKEN", None)
    if token:
        environment["HF_TOKEN"] = token
    result = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "publish", REPO, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stderr
    return result.stdout, result.stderr


@pytest.mark.parametrize(
    "licence", ["CC BY 4.0", "cc-by-sa-4.0", "CC0 1.0", "CC0", "public domain", "CC BY-NC-ND 3.0"]
)
def test_open_licences_are_known(licence):
    assert may_redistribute(licence)


@pytest.mark.parametrize("licence", [None, "", "All rights reserved", "CC BY and more", "press"])
def test_any_other_licence_forbids(licence):
    assert not may_redistribute(licence)


def test_a_dry_run_asks_nothing_of_the_hub(project):
    with running_hub() as hub:
        out, said = publish(project, hub)
    assert hub.asked == []
    assert "Nothing was sent. To send it: make publish … YES=yes" in said
    assert f"build/publish/0.1.0 → {REPO}, tag 0.1.0" in said
    assert "without text, by licence: closed" in said
    listed = dict(reversed(line.split("\t")) for line in out.splitlines())
    assert listed == {
        name: str(len(data)) for name, data in tree(project / "build/publish/0.1.0").items()
    }


def test_a_push_is_one_commit_and_a_tag_and_a_version_stays(project):
    with running_hub() as hub:
        hub.files["old/train-00000-of-00001.parquet"] = b"of a version before"
        _, said = publish(project, hub, "--push")
        assert hub.files == tree(project / "build/publish/0.1.0")
        assert hub.tags == {"0.1.0": OID}
        assert hub.created[0]["visibility"] == "private"
        commits = [line for line in hub.asked if "/commit/" in line]
        assert len(commits) == 1
        assert hub.tokens == {f"Bearer {TOKEN}"}
        assert f"/commit/{OID}" in said
        _, again = publish(project, hub, "--push", code=2)
        assert "version 0.1.0 is published there already" in again
        assert [line for line in hub.asked if "/commit/" in line] == commits
    everything = [said, again, *(f.decode("utf-8", "replace") for f in tree(project).values())]
    assert not any(TOKEN in text for text in everything)


def test_a_push_that_fails_sets_no_tag_and_can_be_run_again(project):
    with running_hub() as hub:
        hub.fails = True
        _, said = publish(project, hub, "--push", code=2)
        assert "the Hub refused or was not reached" in said
        assert TOKEN not in said
        assert hub.tags == {}
        hub.fails = False
        publish(project, hub, "--push")
        assert hub.tags == {"0.1.0": OID}


def test_without_a_token_nothing_is_asked(project):
    with running_hub() as hub:
        _, said = publish(project, hub, "--push", code=2, token=None)
    assert "no token for the Hub was found. Log in with `hf auth login`" in said
    assert hub.asked == []


def test_closed_texts_stay_home_and_nothing_else_does(project):
    with running_hub() as hub:
        publish(project, hub)
    folder = project / "build/publish/0.1.0"
    secret = CLOSED.text.split()[3]
    assert (
        secret.encode()
        in (project / "build/release/0.1.0/spans/train-00000-of-00001.parquet").read_bytes()
    )
    for path in folder.rglob("*.parquet"):
        before = parquet.read_table(project / "build/release/0.1.0" / path.relative_to(folder))
        after = parquet.read_table(path)
        assert after.schema == before.schema
        assert len(after) == len(before)
        for row in after.to_pylist():
            strings = list(strings_of(row))
            if row.get("document", row["id"]) == "closed":
                assert not [s for s in strings if s in CLOSED.text and " " in s]
                assert secret not in json.dumps(row, ensure_ascii=False, default=str)
            else:
                assert any(" " in s for s in strings) or row.get("tokens") or row["text"]
    (closed, opened) = parquet.read_table(folder / "spans").to_pylist()
    assert (closed["text"], closed["text_sha256"]) == (None, CLOSED.sha256)
    assert opened["text"] == OPEN.text
    assert closed["entities"][0]["start"] == made_record(CLOSED).entities[0].start
    card = (folder / "README.md").read_text("utf-8")
    assert "the texts of 1 of 2 documents are not here" in card


def strings_of(value):
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_of(inner)


@pytest.mark.parametrize("config", ["spans", "ner", "dates", "stance", "annotators", "history"])
def test_a_standoff_copy_loads_with_true_counts(project, config, monkeypatch, tmp_path):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    with running_hub() as hub:
        publish(project, hub)
    folder = str(project / "build/publish/0.1.0")
    loaded = datasets.load_dataset(folder, config)["train"]
    builder = datasets.load_dataset_builder(folder, config)
    assert builder.info.splits["train"].num_examples == len(loaded)
    assert builder.info.features == loaded.features


def test_texts_go_along_where_somebody_decided(project):
    with running_hub() as hub:
        _, said = publish(project, hub, "--with-text", code=2)
        assert "git does not know who decides" in said
        subprocess.run(["git", "config", "user.name", "هدى"], cwd=project, check=True)
        _, said = publish(project, hub, "--with-text")
    assert "with all texts, by decision of هدى" in said
    folder = project / "build/publish/0.1.0"
    assert "for 1 of 2, whose licence is not known to allow redistribution, by decision of هدى" in (
        folder / "README.md"
    ).read_text("utf-8")
    release = tree(project / "build/release/0.1.0")
    copy = tree(folder)
    assert {name for name in release if release[name] != copy[name]} == {"README.md", "SHA256SUMS"}


def test_a_damaged_release_or_another_ledger_is_not_published(project):
    release, ledger = project / "build/release/0.1.0", project / "annotations/releases/0.1.0.json"
    target = project / "build/publish/0.1.0"
    (release / "CHANGELOG.md").write_text("other", encoding="utf-8")
    (release / "more.txt").write_text("one too many", encoding="utf-8")
    (release / "ner/train-00000-of-00001.parquet").unlink()
    with pytest.raises(InputRefused) as refused:
        stage_copy(release, ledger, target, None)
    causes = [(f.place.rsplit("/", 1)[1], f.cause) for f in refused.value.faults]
    assert causes == [
        ("CHANGELOG.md", "is not what was released"),
        ("more.txt", "is not named in SHA256SUMS"),
        ("train-00000-of-00001.parquet", "is missing"),
    ]
    ledger.unlink()
    shutil.rmtree(release)
    with pytest.raises(RequestError, match="no release"):
        stage_copy(release, ledger, target, None)
    assert not target.exists()


def test_a_name_that_is_none_is_refused(project):
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "pipeline.cli", "publish", "a/b/c"]
    result = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "Give REPO=organisation/name." in result.stderr
