import json
import os
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import document_texts

from pipeline import sources
from pipeline.corpus import (
    Survey,
    check_corpus,
    read_corpus,
    render_document,
    scan_corpus,
    survey_corpus,
)
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import Document, text_digest

TEXT = "غادر الوفد بغداد."


def write_folder(folder, metadata=None, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    if metadata is not None:
        (folder / "metadata.toml").write_text(metadata, encoding="utf-8")
    return folder


def write_jsonl(path, *rows):
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def write_parquet(path, columns):
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path)
    return path


def faults(path):
    """The faults of a corpus; each must say how to mend it."""
    found = survey_corpus(path).faults
    assert all(fault.cure.endswith(".") for fault in found)
    return [(fault.place, fault.cause) for fault in found]


def only_fault(path):
    (fault,) = faults(path)
    return fault


def notes(path):
    return [str(note) for note in survey_corpus(path).notes]


def test_the_seeds_are_read_byte_for_byte(root):
    documents = list(read_corpus(root / "seeds"))
    assert [d.id for d in documents] == sorted(p.stem for p in (root / "seeds").glob("*.txt"))
    for document in documents:
        raw = (root / "seeds" / f"{document.id}.txt").read_bytes()
        assert document.text.encode() == raw
        assert (document.dct_source, document.dct.year) == ("inferred", 2024)
        assert document.licence
        assert document.title.split()[0] in document.text
    assert survey_corpus(root / "seeds") == Survey(5, (), ())


@given(text=document_texts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_is_changed_in_nothing(text, tmp_path):
    import pyarrow  # noqa: F401  the import is slow: not inside a timed example

    folder = write_folder(tmp_path / "folder", a=text)
    jsonl = write_jsonl(tmp_path / "a.jsonl", {"id": "a", "text": text})
    raw = json.dumps({"id": "a", "text": text}, ensure_ascii=False).encode()
    unescaped = write_jsonl(tmp_path / "b.jsonl", raw)
    for source in (folder, jsonl, unescaped):
        assert [d.text for d in read_corpus(source)] == [text]


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


def test_reading_is_lazy(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", {"id": "a", "text": TEXT}, b"{broken")
    documents = read_corpus(path)
    assert next(documents).id == "a"
    with pytest.raises(InputRefused, match="line 2"):
        next(documents)


def test_the_first_document_is_there_before_the_second_is_opened(tmp_path):
    folder = write_folder(tmp_path / "c", a=TEXT, b="نص")
    documents = read_corpus(folder)
    next(documents)
    (folder / "b.txt").write_bytes(b"\xff")
    with pytest.raises(InputRefused, match=r"b\.txt: not UTF-8"):
        next(documents)


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ({"text": TEXT}, "no `id`"),
        ({"id": 7, "text": TEXT}, "no `id`, or one that is no string"),
        ({"id": "a"}, "no `text`"),
        ({"id": "a", "text": 7}, "no `text`, or one that is no string"),
        ({"id": "a", "text": None}, "no `text`"),
        ({"id": "a", "text": ""}, "empty or white space"),
        ({"id": "a", "text": " \n\u2028\xa0"}, "empty or white space"),
        ({"id": "a", "text": "نص\0نص"}, "text holds a NUL at character 2"),
        ({"id": "a", "text": "نص \ud800"}, "text holds half a surrogate pair at character 3"),
        ({"id": "a", "text": TEXT, "title": "\udc00"}, "title holds half a surrogate pair"),
        ({"id": "a", "text": TEXT, "source": 7}, "source is no string"),
        ({"id": "a", "text": TEXT, "dct": "2024-02-30"}, "dct: 2024-02-30 is no date"),
        ({"id": "a", "text": TEXT, "dct": "20240228"}, "dct: 20240228 is no date"),
        ({"id": "a", "text": TEXT, "dct": "2024-W09-1"}, "is no date"),
        ({"id": "a", "text": TEXT, "dct": "٢٠٢٤-٠٢-٢٨"}, "is no date"),
        ({"id": "a", "text": TEXT, "dct": "2024-02-28T10:00"}, "is no date"),
        ({"id": "a", "text": TEXT, "dct": 2024}, "dct: 2024 is no date"),
        ({"id": "a", "text": TEXT, "sha256": "0" * 64}, "not the one its sha256"),
        ([1], "no JSON object"),
        (b"{broken", "not readable as JSON"),
        (b"", "an empty line"),
        (b" \r", "an empty line"),
        (b'{"id": "a", "id": "b", "text": "x"}', "a key twice: id"),
        (b'{"id": "a", "text": "x", "n": NaN}', "NaN is no JSON value"),
        (b'{"id": "a", "text": "\xd9"}', "not UTF-8 at byte 21 of the line"),
        (b"[" * 200_000, "not readable as JSON"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_a_bad_row_is_refused_and_the_next_one_read(row, cause, tmp_path):
    good = {"id": "good", "text": TEXT}
    path = write_jsonl(tmp_path / "a.jsonl", good, row, {"id": "last", "text": "نص"})
    place, found = only_fault(path)
    assert place.startswith(f"{path}, line 2")
    assert cause in found
    assert [d.id for d in scan_corpus(path) if isinstance(d, Document)] == ["good", "last"]


@pytest.mark.parametrize(
    "bad",
    [
        *("", ".", "..", ".a", "a/b", "../a", "a\\b", "a\nb", "a\x1bb", "a\0", "a\x85", " a", "a "),
        *("a\u202eb", "\u200fa", "a\u2066", "a\u2028b", "ي" * 101, "\ud800"),
    ],
    ids=ascii,
)
def test_an_unsafe_id_is_refused_and_never_printed_raw(bad, tmp_path):
    place, cause = only_fault(write_jsonl(tmp_path / "a.jsonl", {"id": bad, "text": TEXT}))
    assert place == f"{tmp_path}/a.jsonl, line 1"
    assert " id " in cause
    assert cause.isprintable()


@pytest.mark.parametrize("good", ["خبر-١", "a.b", "a b", "x" * 200, "می\u200cخواهم"])
def test_a_safe_id_is_accepted(good, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", {"id": good, "text": TEXT})
    assert [d.id for d in read_corpus(path)] == [good]


@pytest.mark.parametrize(
    ("first", "second"),
    [("a", "a"), ("News", "nEWS"), ("caf\u00e9", "cafe\u0301"), ("آ", "ا\u0653")],
)
def test_ids_that_are_one_file_somewhere_are_refused(first, second, tmp_path):
    path = write_jsonl(
        tmp_path / "a.jsonl", {"id": first, "text": "نص"}, {"id": second, "text": TEXT}
    )
    place, cause = only_fault(path)
    assert place == f"{path}, line 2, document {second!r}"
    assert f"taken by {path}, line 1, document {first!r}" in cause


def test_a_row_names_everything_wrong_with_it(tmp_path):
    row = {"id": "a", "text": " ", "dct": "soon", "title": 1}
    assert len(faults(write_jsonl(tmp_path / "a.jsonl", row))) == 3


def test_one_text_under_two_ids_and_unknown_keys_are_noted_once(tmp_path):
    rows = [{"id": i, "text": TEXT, "url": "x", "\ud800": 1} for i in "abc"]
    path = write_jsonl(tmp_path / "a.jsonl", *rows)
    assert len(list(read_corpus(path))) == 3
    unused = f"{path}, line 1: not read and not carried over: url, '\\ud800'"
    twins = [
        f"{path}, line {n}, document {i!r}: the same text as document 'a'"
        for n, i in ((2, "b"), (3, "c"))
    ]
    assert sorted(notes(path)) == sorted([unused, *twins])


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


def test_an_unreadable_file_is_a_fault(tmp_path, monkeypatch):
    path = write_jsonl(tmp_path / "a.jsonl", {"id": "a", "text": TEXT})

    def deny(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", deny)
    assert only_fault(path) == (str(path), "cannot be read (Permission denied)")


@pytest.mark.parametrize("name", ["nowhere", "nowhere.jsonl", "a.csv"])
def test_what_is_no_corpus_is_a_wrong_request(name, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,text\n")
    with pytest.raises(RequestError, match=name):
        list(read_corpus(tmp_path / name))


def test_an_empty_corpus_is_refused(tmp_path):
    for path in (write_folder(tmp_path / "c"), write_jsonl(tmp_path / "a.jsonl")):
        assert only_fault(path) == (str(path), "holds no document")
        with pytest.raises(InputRefused, match="holds no document"):
            check_corpus(path)


def test_the_error_names_20_faults_and_holds_all(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", *({"id": f"d{n}"} for n in range(50)))
    with pytest.raises(InputRefused) as caught:
        check_corpus(path)
    lines = str(caught.value).split("\n")
    assert lines[19] == str(caught.value.faults[19])
    assert lines[20:] == ["… and 30 more (50 in all)"]
    assert len(caught.value.faults) == 50
    assert all(isinstance(fault, Fault) for fault in caught.value.faults)


optional = st.none() | document_texts


@given(text=document_texts, title=optional, source=optional, dct=st.none() | st.dates())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rendered_document_is_read_back(text, title, source, dct, tmp_path):
    document = Document(id="a", text=text, title=title, source=source, dct=dct)
    line = render_document(document)
    assert line.count("\n") == 1
    (tmp_path / "a.jsonl").write_bytes(line.encode())
    assert list(read_corpus(tmp_path / "a.jsonl")) == [document]
