"""A stand-off copy and its texts, joined on the reader's side."""

import pytest

from pipeline.cli import main
from pipeline.dataset.copies import stage_copy
from pipeline.errors import InputRefused, RequestError
from pipeline.stages.attach import attach
from tests.corpora import write_folder
from tests.releases import MadeProject, made_document, made_record, tree

CLOSED = [made_document(name, licence="press") for name in ("one", "two")]
OPEN = made_document("three", licence="CC0")


@pytest.fixture
def release(tmp_path):
    project = MadeProject(tmp_path)
    project.write(made_record(CLOSED[0], "a01"))
    folder = project.release("0.1.0", [*CLOSED, OPEN]).folder
    stage_copy(folder, project.kept / "0.1.0.json", tmp_path / "copy", None)
    return folder


def test_attaching_gives_the_release_back_byte_for_byte(release, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tree(tmp_path / "copy").keys() == tree(release).keys()
    assert tree(tmp_path / "copy") != tree(release)
    write_folder(tmp_path / "texts", other="نص آخر", renamed=CLOSED[0].text, two=CLOSED[1].text)
    assert main(["attach", "copy", "--texts", "texts", "--output", "whole"]) == 0
    assert tree(tmp_path / "whole") == tree(release)


def test_texts_that_lack_or_differ_are_all_named_and_nothing_is_written(release, tmp_path):
    write_folder(tmp_path / "texts", two=CLOSED[1].text + " ")
    with pytest.raises(InputRefused) as refused:
        attach(tmp_path / "copy", tmp_path / "texts", tmp_path / "whole")
    assert [(f.place.rsplit(" ", 1)[1], f.cause) for f in refused.value.faults] == [
        ("one", "its text is not there"),
        ("two", "its text is not the one annotated"),
    ]
    assert CLOSED[0].sha256 in refused.value.faults[0].cure
    assert not (tmp_path / "whole").exists()


def test_a_folder_that_exists_or_is_no_release_is_refused(release, tmp_path):
    texts = write_folder(tmp_path / "texts", two=CLOSED[1].text)
    with pytest.raises(RequestError, match="it exists already"):
        attach(tmp_path / "copy", texts, texts)
    with pytest.raises(RequestError, match=r"no release \(it has no release.json\)"):
        attach(texts, texts, tmp_path / "whole")
