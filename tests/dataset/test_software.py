"""The bill of materials: true to CycloneDX's own schema, and no part of what a version is."""

import json
import shutil

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from pipeline.dataset import software
from pipeline.dataset.copies import stage_copy
from tests.releases import MadeProject, made_document, tree


@pytest.fixture
def project(tmp_path):
    return MadeProject(tmp_path)


def faults(bill):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))


def test_a_releases_bill_follows_the_schema_of_cyclonedx(project):
    folder = project.release("0.1.0", [made_document("a")]).folder
    bill = json.loads((folder / "software.cdx.json").read_text("utf-8"))
    assert faults(bill) is None
    bill["components"][0]["type"] = "thing"
    assert faults(bill) is not None, "the validator sees what is wrong"


def test_a_changed_installation_is_no_other_content(project, monkeypatch):
    documents = [made_document("a")]
    first = project.release("0.1.0", documents)
    before = tree(first.folder)
    monkeypatch.setattr(software.platform, "python_version", lambda: "3.99.0")
    again = project.release("0.1.0", documents)
    assert again.existed
    assert tree(again.folder) == before, "a release that is there stays as it was made"
    shutil.rmtree(first.folder)
    made = project.release("0.1.0", documents)
    assert made.content_sha256 == first.content_sha256
    after = tree(made.folder)
    assert {name for name in before if before[name] != after[name]} == {
        "SHA256SUMS",
        "software.cdx.json",
    }


def test_a_release_of_before_that_has_no_bill_is_copied_as_it_is(project):
    folder = project.release("0.1.0", [made_document("a")]).folder
    (folder / "software.cdx.json").unlink()
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if "software" not in line)
    (folder / "SHA256SUMS").write_text(kept, encoding="utf-8")
    copy = stage_copy(folder, project.kept / "0.1.0.json", project.root / "copy", None)
    assert copy.files.keys() == tree(folder).keys()
