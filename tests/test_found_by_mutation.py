"""What mutation and fuzzing found, each a case of its own, and what takes memory or time."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.dataset.card import _plain
from pipeline.errors import Fault, InputRefused, RequestError
from pipeline.records import render_annotation
from pipeline.stages.evaluate import evaluate
from tests.corpora import TEXT, faults, only_fault, write_folder, write_jsonl, write_parquet
from tests.examples import annotation
from tests.test_bad_input import collected, page

ONE_GIB = 2**20  # in KiB, as the kernel counts
READ = """
import sys
from pathlib import Path
from pipeline.corpus import survey_corpus
for fault in survey_corpus(Path(sys.argv[1])).faults:
    print(fault)
# Not getrusage: a child's begins with its parent's.
status = Path("/proc/self/status").read_text("ascii")
print(status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.parametrize(
    "column",
    [
        pa.array([2**31 - 1], pa.int32()).view(pa.date32()),
        pa.array([2**62], pa.int64()).view(pa.date64()),
        pa.array([-(2**62)], pa.timestamp("ms")),
        pa.array([2**62], pa.duration("s")),
        pa.array([2**62], pa.int64()).view(pa.time64("us")),
        pa.array([1], pa.timestamp("us", "Nowhere/None")),
    ],
    ids=lambda column: str(column.type),
)
def test_a_day_no_calendar_has(column, tmp_path):
    path = write_parquet(tmp_path / "a.parquet", {"id": ["a"], "text": [TEXT], "dct": column})
    place, cause = only_fault(path)
    assert place == f"{path}, row 1"
    assert "a value that cannot be read" in cause


@pytest.mark.parametrize("column", [pa.array([[1, 2]]), pa.array([{"a": 1}])], ids=["list", "row"])
def test_a_column_of_lists_or_tables(column, tmp_path):
    path = write_parquet(tmp_path / "a.parquet", {"id": ["a"], "text": column})
    assert only_fault(path) == (str(path), "the column text holds lists or tables")


def test_a_column_whose_name_is_no_utf_8(tmp_path):
    path = write_parquet(tmp_path / "a.parquet", {"id": ["a"], "text": [TEXT], "wwwwwwww": ["x"]})
    path.write_bytes(path.read_bytes().replace(b"wwwwwwww", b"www\xecwwww"))
    assert "not readable as Parquet" in only_fault(path)[1]


@pytest.mark.parametrize("key", ["dct", "licence", "sha256", "title"])
def test_a_toml_key_without_end(key, tmp_path):
    metadata = f"[documents.a]\n{key}{'.a' * 200_000} = 1\n"
    place, cause = only_fault(write_folder(tmp_path / "c", metadata, a=TEXT))
    assert place.endswith("metadata.toml")
    assert "a key of more than 32 parts" in cause


def test_a_toml_key_of_quoted_parts_without_end(tmp_path):
    metadata = "x" + " . \"a.=\" . 'b'" * 50_000 + " = 1\n"
    assert "32 parts" in only_fault(write_folder(tmp_path / "c", metadata, a=TEXT))[1]


def test_a_text_with_many_dots_is_no_key(tmp_path):
    metadata = f"licence = '{'. ' * 100}'\n[documents.a]\ntitle = '{'و.' * 100}'"
    assert faults(write_folder(tmp_path / "c", metadata, a=TEXT)) == []


@pytest.mark.parametrize("depth", [100, *range(900, 1000, 9), 100_000])
def test_a_record_nested_to_any_depth(depth, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(render_annotation(annotation()).replace("\n", " "), encoding="utf-8")
    path = tmp_path / "predicted.jsonl"
    path.write_text('{"entities": ' + "[" * depth + "]" * depth + "}", encoding="utf-8")
    with pytest.raises(InputRefused, match=r"predicted\.jsonl, line 1"):
        evaluate(gold, path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"documents": 3}',
        b'{"documents": [null]}',
        b'{"documents": [{}]}',
        b'{"documents": [], "next": "x"}',
        b'{"documents": [], "next": 1e999}',
        b"[" * 100_000,
    ],
    ids=lambda content: content.decode()[:30],
)
def test_an_answer_that_is_none(content, tmp_path):
    with pytest.raises(RequestError, match=r"annotation server, pull: its answer cannot be read"):
        collected(tmp_path, content)


def test_an_answer_that_is_its_own_next_page_ends(tmp_path):
    answer = page() | {"next": 5}
    assert collected(tmp_path, json.dumps(answer).encode()).unchanged == ["example"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("confirmed_at", "yesterday"), ("confirmed_at", 7), ("spans", [[]]), ("text", 7)],
)
def test_a_document_of_an_answer_that_is_none(key, value, tmp_path):
    answer = page()
    answer["documents"][0][key] = value
    with pytest.raises(RequestError, match="its answer cannot be read"):
        collected(tmp_path, json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("document", 7),
        ("dct", "2024-02-30"),
        ("based_on", "../../../etc/passwd"),
        ("part", 7),
        ("part", {"of": "x"}),
        ("guideline", "=HYPERLINK(1)"),
    ],
)
def test_metadata_that_were_changed_on_the_server(key, value, tmp_path):
    answer = page()
    answer["documents"][0]["meta"][key] = value
    report = collected(tmp_path, json.dumps(answer).encode())
    assert (len(report.findings), report.collected) == (1, [])
    assert not (tmp_path / "a01").exists()


def test_a_message_is_short_and_shows_what_cannot_be_seen():
    said = str(Fault("x" * 10**7, "\x1b[2J\u202e \ud800 خبر\u200cها", "Mend it."))
    assert len(said) < 5000
    assert said.endswith("…: \\u001b[2J\\u202e \\ud800 خبر\u200cها. Mend it.")


def test_what_a_document_says_of_itself_is_shown_by_the_card_and_not_obeyed():
    said = "<img src=x>\r\n# [b](javascript:1) ![](http://x) `a`\u202e | $x &lt; و_ك"
    assert _plain(said) == (
        r"\<img src=x\> \# \[b\](javascript:1) \!\[\](http://x) \`a\` | \$x \&lt; و\_ك"
    )


def bomb(path, values, **options):
    columns = {"id": [f"d{number}" for number in range(len(values))], "text": values}
    parquet.write_table(pa.table(columns), path, compression="zstd", **options)
    return path


BOMBS = {
    "one letter, ten million times": lambda folder: write_jsonl(
        folder / "a.jsonl", {"id": "a", "text": "ا" * 10_000_000}
    ),
    "a line of 200 MB": lambda folder: write_jsonl(folder / "a.jsonl", b"x" * 200_000_000),
    "a line of lists": lambda folder: write_jsonl(folder / "a.jsonl", b"[" + b"[]," * 20_000_000),
    "a letter in Parquet": lambda folder: bomb(
        folder / "a.parquet", ["x" * 300_000_000], use_dictionary=False
    ),
    "one text again and again": lambda folder: bomb(folder / "a.parquet", ["ا" * 9_000_000] * 16),
    "a zip under another name": lambda folder: (
        folder.joinpath("a.parquet").write_bytes(b"PK\x03\x04" + b"\0" * 1_000_000 + b"PK\x05\x06")
        and folder / "a.parquet"
    ),
}


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no Linux to measure with")
@pytest.mark.parametrize("name", BOMBS)
def test_nothing_takes_a_gibibyte(name, tmp_path):
    path = BOMBS[name](tmp_path)
    read = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True
    )
    *found, memory = read.stdout.splitlines()
    assert int(memory) < ONE_GIB
    fine = {"one letter, ten million times", "one text again and again"}
    assert (found == []) == (name in fine), found
