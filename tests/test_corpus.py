import json

import pytest
from corpora import TEXT, faults, notes, only_fault, write_folder, write_jsonl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import document_texts

from pipeline.corpus import (
    Survey,
    check_corpus,
    read_corpus,
    render_document,
    scan_corpus,
    survey_corpus,
)
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.model import Document


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
    folder = write_folder(tmp_path / "folder", a=text)
    jsonl = write_jsonl(tmp_path / "a.jsonl", {"id": "a", "text": text})
    raw = json.dumps({"id": "a", "text": text}, ensure_ascii=False).encode()
    unescaped = write_jsonl(tmp_path / "b.jsonl", raw)
    for source in (folder, jsonl, unescaped):
        assert [d.text for d in read_corpus(source)] == [text]


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
    assert f"taken by {path}, line 1 (" in cause


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
