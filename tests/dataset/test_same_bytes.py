"""The same inputs give the same bytes, whatever the place, time zone, hash seed or order."""

import json
import os
import subprocess
import sys

from tests.releases import MadeProject, made_document, made_record, tree

BUILD = """
import json, sys
from pathlib import Path
from pipeline.stages.archive import archive
from tests.releases import MadeProject, made_document, made_record
root, order = Path(sys.argv[1]), int(sys.argv[2])
project = MadeProject(root)
documents = [made_document(f"news-{n}") for n in range(22)][::order]
for agent in ("a02", "a01")[::order]:
    project.write(made_record(made_document("news-3"), agent))
project.decide(made_record(made_document("news-3"), "adjudicated"))
print(project.release("0.1.0", documents[:9] if order == 1 else documents[-9:]).content_sha256)
print(project.release("0.2.0", documents).content_sha256)
archive("0.2.0", root / "release", project.annotations, root / "archive", "decider")
"""


def build(root, zone, seed, order):
    environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", BUILD, str(root), order]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def test_another_place_zone_seed_and_order_give_the_same_bytes(tmp_path):
    one = build(tmp_path / "one", "Asia/Baghdad", "1", "1")
    other = build(tmp_path / "an" / "other", "America/Los_Angeles", "4242", "-1")
    assert one == other
    assert tree(tmp_path / "one") == tree(tmp_path / "an" / "other")


def test_one_hash_names_the_release_everywhere(tmp_path):
    project = MadeProject(tmp_path)
    document = made_document("a")
    report = project.release("0.1.0", [document])
    name = report.content_sha256
    for path in (
        *(report.folder / file for file in ("README.md", "CHANGELOG.md", "release.json")),
        project.kept / "0.1.0.json",
    ):
        assert name in path.read_text("utf-8"), path
    project.write(made_record(document, "a01"))
    corrected = project.release("0.1.1", [document])
    assert corrected.content_sha256 != name
    ledger = json.loads((corrected.folder / "release.json").read_text("utf-8"))
    assert ledger["documents"]["a"]["annotators"].keys() == {"a01"}
