"""A version number says what changed, or is refused."""

from dataclasses import replace

import pytest

from pipeline.dataset import ledger as ledgers
from pipeline.dataset.versions import check_step
from pipeline.errors import RequestError
from pipeline.scheme import load_scheme
from tests.examples import DOCUMENT, annotation
from tests.releases import MadeProject, made_document, made_record, tree

BEFORE = {
    "version": "0.1.0",
    "guideline": "1.0",
    "scheme": {"entities": ["PER"]},
    "content_sha256": "0" * 64,
    "documents": {"a": {"text_sha256": "a"}, "b": {"text_sha256": "b"}},
}
SCHEME = {"scheme": {"entities": ["PER", "LOC"]}}
ADDED = {"documents": BEFORE["documents"] | {"c": {"text_sha256": "c"}}}
GONE = {"documents": {"a": {"text_sha256": "a"}}}
REPLACED = {"documents": BEFORE["documents"] | {"b": {"text_sha256": "other"}}}
CORRECTED = {}


def step(version, change, earlier="0.1.0", content="1" * 64):
    ledger = BEFORE | {"version": version, "content_sha256": content} | change
    check_step(ledger, BEFORE | {"version": earlier})


@pytest.mark.parametrize(
    ("version", "change"),
    [
        ("1.0.0", SCHEME),
        ("2.0.0", SCHEME | ADDED),
        ("0.2.0", ADDED),
        ("0.3.0", GONE),
        ("0.2.0", REPLACED),
        ("0.1.1", CORRECTED),
        ("0.1.9", CORRECTED),
        ("1.0.0", CORRECTED),
        ("1.0.0", ADDED),
    ],
)
def test_a_number_that_says_what_changed_is_taken(version, change):
    step(version, change)


@pytest.mark.parametrize(
    ("version", "change", "cure"),
    [
        ("0.2.0", SCHEME, "VERSION=1.0.0"),
        ("0.1.1", SCHEME, "VERSION=1.0.0"),
        ("0.1.1", ADDED, "VERSION=0.2.0"),
        ("0.1.1", GONE, "VERSION=0.2.0"),
        ("0.1.1", REPLACED, "VERSION=0.2.0"),
        ("0.2.0", CORRECTED, "VERSION=0.1.1"),
        ("2.0.0", CORRECTED, "VERSION=0.1.1"),
        ("0.0.9", ADDED, "above 0.1.0"),
    ],
)
def test_a_number_that_says_something_else_is_refused_with_the_right_one(version, change, cure):
    with pytest.raises(RequestError, match=cure):
        step(version, change)


def test_only_a_first_major_version_may_come_without_reason():
    with pytest.raises(RequestError, match=r"VERSION=1\.0\.1"):
        step("2.0.0", CORRECTED, earlier="1.0.0")


def test_no_new_version_for_nothing():
    with pytest.raises(RequestError, match=r"nothing changed.*Use 0\.1\.0"):
        step("0.1.1", {}, content=BEFORE["content_sha256"])


def test_a_release_is_judged_and_nothing_is_written_when_refused(tmp_path, monkeypatch):
    project = MadeProject(tmp_path)
    documents = [made_document("a"), made_document("b")]
    project.release("0.1.0", documents)
    project.write(made_record(documents[0], "a01", entities=()))
    before = tree(tmp_path)
    with pytest.raises(RequestError, match=r"number says minor.*that is patch"):
        project.release("0.2.0", documents)
    with pytest.raises(RequestError, match=r"number says patch.*\(0 added, 1 gone"):
        project.release("0.1.1", documents[:1])
    assert tree(tmp_path) == before
    project.release("0.1.1", documents)
    scheme = load_scheme()
    fewer = replace(scheme, labels=scheme.labels | {"dates": scheme.labels["dates"][:3]})
    monkeypatch.setattr(ledgers, "load_scheme", lambda: fewer)
    with pytest.raises(RequestError, match=r"the scheme changed.*VERSION=1\.0\.0"):
        project.release("0.1.2", documents)


def test_a_change_of_metadata_alone_is_a_patch(tmp_path):
    project = MadeProject(tmp_path)
    project.write(annotation())
    project.release("0.1.0", [DOCUMENT])
    project.release("0.1.1", [replace(DOCUMENT, licence="CC0")])
    with pytest.raises(RequestError, match="nothing changed"):
        project.release("0.1.2", [replace(DOCUMENT, licence="CC0")])
