import json

import pytest

from pipeline.corpus import read_corpus
from pipeline.errors import InputRefused, RequestError
from pipeline.stages import ingest as stage
from pipeline.stages.ingest import ingest

TEXT = "غادر الوفد بغداد."


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def fill(folder, count):
    for number in range(count):
        (folder / f"d{number:04}.txt").write_bytes(f"{TEXT} {number}\r\n".encode())


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_seeds_become_one_file_that_is_read_back_equal(root, tmp_path):
    output = tmp_path / "build" / "documents.jsonl"
    report = ingest(root / "seeds", output, skip_bad=False)
    assert (report.documents, report.refused, report.notes) == (5, (), ())
    assert list(read_corpus(output)) == list(read_corpus(root / "seeds"))
    rows = [json.loads(line) for line in output.read_bytes().split(b"\n")[:-1]]
    assert list(rows[0]) == [
        *("id", "text", "dct", "dct_source", "title", "source", "licence", "sha256")
    ]
    assert "source" not in rows[3], "the text names none"
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_equal_input_gives_equal_bytes_and_ingesting_twice_changes_nothing(root, tmp_path):
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    ingest(root / "seeds", first, skip_bad=False)
    ingest(first, second, skip_bad=False)
    assert first.read_bytes() == second.read_bytes()


def test_one_bad_file_among_a_thousand_is_named_and_nothing_is_written(folder, tmp_path):
    fill(folder, 999)
    (folder / "d0500x.txt").write_bytes(b"\xff")
    before = tree(tmp_path)
    with pytest.raises(InputRefused) as caught:
        ingest(folder, tmp_path / "build" / "documents.jsonl", skip_bad=False)
    (fault,) = caught.value.faults
    assert (fault.place, fault.cause) == (f"{folder}/d0500x.txt", "not UTF-8 at byte 0")
    assert fault.cure == "Save the file as UTF-8."
    assert str(caught.value) == str(fault)
    assert caught.value.exit_code == 2
    assert tree(tmp_path) == before
    assert not (tmp_path / "build").exists()


def test_what_an_earlier_run_wrote_stays_when_the_input_is_refused(folder, tmp_path):
    output = tmp_path / "documents.jsonl"
    fill(folder, 2)
    ingest(folder, output, skip_bad=False)
    before = output.read_bytes()
    (folder / "bad.txt").write_bytes(b" ")
    with pytest.raises(InputRefused, match="white space"):
        ingest(folder, output, skip_bad=False)
    assert output.read_bytes() == before


def test_with_skip_bad_the_good_are_written_and_the_bad_listed(folder, tmp_path):
    fill(folder, 3)
    (folder / "d0001.txt").write_bytes(b"\xff")
    output = tmp_path / "documents.jsonl"
    report = ingest(folder, output, skip_bad=True)
    assert [document.id for document in read_corpus(output)] == ["d0000", "d0002"]
    listed = tmp_path / "documents.refused.jsonl"
    assert [json.loads(line) for line in listed.read_text("utf-8").split("\n")[:-1]] == [
        {"place": f.place, "cause": f.cause, "cure": f.cure} for f in report.refused
    ]
    assert (report.documents, len(report.refused)) == (2, 1)
    (folder / "d0001.txt").unlink()
    ingest(folder, output, skip_bad=True)
    assert not listed.exists(), "the list of a run that refused something is no more true"


def test_with_skip_bad_there_must_be_a_good_one(folder, tmp_path):
    (folder / "bad.txt").write_bytes(b"\xff")
    with pytest.raises(InputRefused, match=r"bad\.txt"):
        ingest(folder, tmp_path / "documents.jsonl", skip_bad=True)
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_an_empty_folder_is_refused(folder, tmp_path):
    with pytest.raises(InputRefused, match="holds no document"):
        ingest(folder, tmp_path / "documents.jsonl", skip_bad=True)


def test_line_separators_inside_a_text_survive(folder, tmp_path):
    text = f"{TEXT}\u2028{TEXT}\x85{TEXT}\r{TEXT}\n"
    (folder / "a.txt").write_bytes(text.encode())
    ingest(folder, tmp_path / "documents.jsonl", skip_bad=False)
    (document,) = read_corpus(tmp_path / "documents.jsonl")
    assert document.text == text


def test_the_ingested_file_is_checked_against_its_digests(folder, tmp_path):
    fill(folder, 1)
    output = tmp_path / "documents.jsonl"
    ingest(folder, output, skip_bad=False)
    output.write_bytes(output.read_bytes().replace("بغداد".encode(), "أربيل".encode()))
    with pytest.raises(InputRefused, match="not the one its sha256"):
        list(read_corpus(output))


@pytest.mark.parametrize("name", ["out.json", "folder.jsonl", "in.jsonl", "link.jsonl", "in"])
def test_an_output_that_cannot_be_is_a_wrong_request(name, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "text": "نص"}\n', encoding="utf-8")
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "link.jsonl").symlink_to(source)
    before = tree(tmp_path)
    with pytest.raises(RequestError, match=name):
        ingest(source, tmp_path / name, skip_bad=False)
    assert tree(tmp_path) == before


def test_the_list_of_the_refused_never_replaces_the_input(tmp_path):
    source = tmp_path / "a.refused.jsonl"
    source.write_text('{"id": "a", "text": "نص"}\n', encoding="utf-8")
    with pytest.raises(RequestError, match="would replace the input"):
        ingest(source, tmp_path / "a.jsonl", skip_bad=False)
    assert source.exists()


def test_an_output_in_a_place_that_is_no_folder_is_a_wrong_request(folder, tmp_path):
    fill(folder, 1)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RequestError, match="cannot be written"):
        ingest(folder, tmp_path / "file" / "documents.jsonl", skip_bad=False)


def test_input_that_changes_while_it_is_read_leaves_nothing_behind(folder, tmp_path, monkeypatch):
    fill(folder, 2)
    survey = stage.survey_corpus

    def survey_then_break(source):
        found = survey(source)
        (folder / "d0001.txt").write_bytes(b"\xff")
        return found

    monkeypatch.setattr(stage, "survey_corpus", survey_then_break)
    with pytest.raises(RequestError, match="changed while it was read"):
        ingest(folder, tmp_path / "documents.jsonl", skip_bad=False)
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
