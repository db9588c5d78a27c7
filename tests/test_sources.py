import os
from datetime import date, datetime

import pytest
from corpora import TEXT, faults, notes, only_fault, write_folder, write_jsonl, write_parquet

from pipeline import sources
from pipeline.corpus import read_corpus, scan_corpus
from pipeline.model import Document, text_digest


def test_parquet_is_read_with_dates_nulls_and_large_strings(tmp_path):
    import pyarrow as pa

    columns = {
        "id": pa.array(["a", "b"], pa.large_string()),
        "text": [TEXT, "نص\r\nآخر"],
        "dct": pa.array([date(2024, 9, 28), None], pa.date32()),
        "title": pa.array(["عنوان", None]).dictionary_encode(),
    }
    path = write_parquet(tmp_path / "a.parquet", columns)
    assert list(read_corpus(path)) == [
        Document(id="a", text=TEXT, dct=date(2024, 9, 28), title="عنوان"),
        Document(id="b", text="نص\r\nآخر"),
    ]


def test_a_folder_takes_its_metadata_by_id(tmp_path):
    metadata = f"""
        licence = "CC-BY-4.0"
        [documents."b"]
        title = "عنوان"
        source = "وكالة"
        dct = 2024-09-28
        dct_source = "stated"
        sha256 = "{text_digest(TEXT)}"
        licence = "CC0-1.0"
    """
    folder = write_folder(tmp_path / "c", metadata, b=TEXT, a="نص")
    first, second = read_corpus(folder)
    assert first == Document(id="a", text="نص", licence="CC-BY-4.0")
    assert second == Document(
        id="b",
        text=TEXT,
        dct=date(2024, 9, 28),
        dct_source="stated",
        title="عنوان",
        source="وكالة",
        licence="CC0-1.0",
    )


def test_a_line_or_text_too_big_is_refused_and_reading_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_LINE", 1000)
    monkeypatch.setattr("pipeline.corpus.MAX_TEXT", 500)
    rows = [{"id": "a", "text": "x" * 5000}, {"id": "b", "text": "x" * 501}]
    path = write_jsonl(tmp_path / "a.jsonl", *rows, {"id": "c", "text": "x" * 500})
    assert [cause for _, cause in faults(path)] == [
        "more than 1000 bytes",
        "a text of 501 characters; the most is 500",
    ]
    assert faults(path)[0][0] == f"{path}, line 1"
    assert [d.id for d in scan_corpus(path) if isinstance(d, Document)] == ["c"]


@pytest.mark.parametrize("excess", [0, 1])
def test_a_line_of_just_the_most_bytes_is_read(excess, tmp_path, monkeypatch):
    path = write_jsonl(tmp_path / "a.jsonl", {"id": "a", "text": TEXT})
    monkeypatch.setattr(sources, "MAX_LINE", path.stat().st_size - excess)
    assert len(faults(path)) == excess


def test_a_file_too_big_is_refused_without_reading_all_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "_MAX_FILE", 10)
    folder = write_folder(tmp_path / "c", a="x" * 10, b="x" * 11)
    assert only_fault(folder) == (f"{folder}/b.txt", "more than 10 bytes")


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path):
    folder = write_folder(tmp_path / "c", a="نص".encode() + b"\xc7\xe1", b=TEXT.encode("utf-16"))
    assert faults(folder) == [
        (f"{folder}/a.txt", "not UTF-8 at byte 4"),
        (f"{folder}/b.txt", "not UTF-8 at byte 0"),
    ]


def test_links_out_of_the_folder_broken_links_and_pipes_are_refused(tmp_path):
    outside = tmp_path / "secret.txt"
    outside.write_text(TEXT, encoding="utf-8")
    folder = write_folder(tmp_path / "c", good=TEXT)
    (folder / "out.txt").symlink_to(outside)
    (folder / "broken.txt").symlink_to(folder / "nowhere")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "inside.txt").symlink_to(folder / "good.txt")
    os.mkfifo(folder / "pipe.txt")
    assert faults(folder) == [
        (f"{folder}/broken.txt", "no regular file, or a broken link"),
        (f"{folder}/loop.txt", "no regular file, or a broken link"),
        (f"{folder}/out.txt", "a link to outside the folder"),
        (f"{folder}/pipe.txt", "no regular file, or a broken link"),
    ]


def test_other_files_and_subfolders_are_noted(tmp_path):
    folder = write_folder(tmp_path / "c", "licence = 'x'\ntitel = 'y'", a=TEXT)
    (folder / "scan.pdf").write_bytes(b"")
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "old.txt").mkdir()
    assert notes(folder) == [
        f"{folder}: subfolders not read: old.txt",
        f"{folder}: files not read (no .txt): .DS_Store, scan.pdf",
        f"{folder}/metadata.toml: not read and not carried over: titel",
    ]


@pytest.mark.parametrize(
    ("metadata", "place", "cause"),
    [
        ("[documents.b]", "metadata.toml, document 'b'", "holds no b.txt"),
        ("[documents.a]\nsha256 = 'x'", "a.txt, document 'a'", "not the one its sha256"),
        ("[documents.a]\nsha256 = 1", "a.txt, document 'a'", "not the one its sha256"),
        ("[documents.a]\ndct = 2024-09-28T10:00:00", "a.txt, document 'a'", "is no date"),
        ("[documents.a]\ndct = '2024-02-30'", "a.txt, document 'a'", "is no date"),
        ("[documents.a]\ntext = 'x'", "metadata.toml, document 'a'", "an id or a text"),
        ("licence = 1", "a.txt, document 'a'", "licence is no string"),
        ("[documents]\na = 1", "metadata.toml", "no table"),
        ("documents = 1", "metadata.toml", "no table"),
        ("[documents.a]\ndct = 2024-02-30", "metadata.toml", "not readable as TOML"),
        ("[documents", "metadata.toml", "not readable as TOML"),
        ("x = " + "[" * 100_000, "metadata.toml", "not readable as TOML"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_metadata_that_does_not_fit_is_refused(metadata, place, cause, tmp_path):
    folder = write_folder(tmp_path / "c", metadata, a=TEXT)
    found_place, found_cause = only_fault(folder)
    assert found_place == f"{folder}/{place}"
    assert cause in found_cause


@pytest.mark.parametrize(
    ("columns", "place", "cause"),
    [
        ({"text": [TEXT]}, ", row 1", "no `id`"),
        ({"id": [None], "text": [TEXT]}, ", row 1", "no `id`"),
        ({"id": ["a"], "text": [7]}, ", row 1, document 'a'", "no `text`"),
        (
            {"id": ["a"], "text": [TEXT], "dct": [datetime(2024, 9, 28, 10)]},
            ", row 1, document 'a'",
            "is no date",
        ),
    ],
    ids=str,
)
def test_a_bad_parquet_row_is_refused(columns, place, cause, tmp_path):
    path = write_parquet(tmp_path / "a.parquet", columns)
    found_place, found_cause = only_fault(path)
    assert found_place == f"{path}{place}"
    assert cause in found_cause


def test_a_parquet_string_that_is_not_utf_8_is_refused(tmp_path):
    import pyarrow as pa

    raw = pa.array([b"ok", b"\xff\xfe"], pa.binary())
    text = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    path = write_parquet(tmp_path / "a.parquet", {"id": ["a", "b"], "text": text})
    assert only_fault(path) == (f"{path}, row 2", "not UTF-8 at byte 0 of a value")


def test_no_parquet_at_all_two_equal_columns_and_unknown_ones(tmp_path):
    import pyarrow as pa

    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no")
    assert "not readable as Parquet" in only_fault(broken)[1]
    twice = pa.Table.from_arrays([pa.array(["a"])] * 2, names=["id", "id"])
    pa.parquet.write_table(twice, tmp_path / "twice.parquet")
    assert only_fault(tmp_path / "twice.parquet")[1] == "two columns of one name"
    path = write_parquet(tmp_path / "a.parquet", {"id": ["a"], "text": [TEXT], "url": ["x"]})
    assert notes(path) == [f"{path}: not read and not carried over: url"]
