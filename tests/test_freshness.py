import pytest

from pipeline.freshness import input_digest, remake, stage_key


def test_a_stage_runs_once_for_a_key(tmp_path):
    runs = []

    def make(folder):
        runs.append(folder)
        (folder / "out").write_text(str(len(runs)))

    assert remake(tmp_path / "stage", "one", make)
    assert not remake(tmp_path / "stage", "one", make)
    assert remake(tmp_path / "stage", "two", make)
    assert (tmp_path / "stage" / "out").read_text() == "2"
    assert [path.name for path in tmp_path.iterdir()] == ["stage"]


def test_a_stage_that_fails_leaves_the_earlier_output(tmp_path):
    remake(tmp_path / "stage", "one", lambda folder: (folder / "out").write_text("whole"))

    def fail(folder):
        (folder / "out").write_text("half")
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        remake(tmp_path / "stage", "two", fail)
    assert (tmp_path / "stage" / "out").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["stage"]


def test_the_key_depends_on_names_bytes_and_options(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    before = input_digest(tmp_path)
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    renamed = input_digest(tmp_path)
    (tmp_path / "b.txt").write_text("y")
    assert len({before, renamed, input_digest(tmp_path)}) == 3
    assert stage_key("a", "b") != stage_key("ab")


def test_the_key_sees_subfolders_and_through_links(tmp_path):
    corpus = tmp_path / "corpus"
    (corpus / "sub").mkdir(parents=True)
    (corpus / "sub" / "b.txt").write_text("b")
    before = input_digest(corpus)
    (corpus / "sub" / "b.txt").rename(corpus / "b.txt")
    assert input_digest(corpus) != before
    link = tmp_path / "link.jsonl"
    link.symlink_to(corpus / "b.txt")
    before = input_digest(link)
    (corpus / "b.txt").write_text("changed")
    assert input_digest(link) != before
