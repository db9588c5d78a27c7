"""What a corpus says of itself and in its texts, through the command to what is released."""

import json
from dataclasses import replace
from functools import cache

import pytest
import yaml
from markdown_it import MarkdownIt
from pyarrow import parquet
from tinyhtml5.parser import HTMLParser

from pipeline.cli import main
from pipeline.corpus import render_document
from tests.releases import made_document
from tests.reports import HOSTILE

_LOADING = {"src", "href", "srcset", "action", "data", "poster", "formaction"}
WORDS = " ".join(HOSTILE.split())


@pytest.fixture(scope="module")
def released(tmp_path_factory, tiny_model):
    """Release and report corpora whose every string is plain, and hostile; their folders."""

    @cache
    def make(said):
        folder = tmp_path_factory.mktemp("words")
        documents = [
            replace(made_document(name, f"{name} {said}"), title=said, source=said, licence=said)
            for name in ("one", "two", "three")
        ]
        corpus = folder / "corpus.jsonl"
        corpus.write_text("".join(map(render_document, documents)), encoding="utf-8")
        asked = ["--input", "corpus.jsonl", "--ner", str(tiny_model)]
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(folder)
            assert main(["release", "0.1.0", *asked]) == 0
            assert main(["report", *asked]) == 0
            assert main(["publish", "o/n"]) == 0
            assert main(["archive", "0.1.0"]) == 0
        return folder

    return make


def card_of(folder, place):
    _, front, body = (
        (folder / "build" / place / "0.1.0/README.md").read_text("utf-8").split("---\n", 2)
    )
    return yaml.safe_load(front), body


def elements(html):
    return list(HTMLParser().parse(html.encode("utf-8"), scripting=True).iter())


def loads(found):
    """What elements would run or fetch: their kind, and where from."""
    return {
        (str(own.tag).split("}")[-1], name, value)
        for own in found
        for name, value in own.items()
        if name in _LOADING or name.startswith("on")
    }


@pytest.mark.parametrize("place", ["release", "publish"])
def test_the_card_means_what_it_means_of_a_plain_corpus(released, place):
    """Rendered as Markdown with HTML let through, as the Hub's page is before it is cleaned."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    (plain, plain_body), (front, body) = (
        card_of(released(said), place) for said in ("قول عادي", HOSTILE)
    )
    assert front.keys() == plain.keys()
    assert front["license"] == plain["license"]
    found, usual = (elements(markdown.render(text)) for text in (body, plain_body))
    assert loads(found) == loads(usual)
    kinds = [str(own.tag) for own in found]
    assert kinds == [str(own.tag) for own in usual], "not an element more, in tables too"
    shown = "".join(found[0].itertext())
    assert '<img src=x onerror="window.hurt = 2"> =HYPERLINK("x") @SUM(1+1)' in shown


def test_the_report_loads_nothing_and_runs_its_own_script_alone(released):
    pages = [
        elements((released(said) / "build/report/index.html").read_text("utf-8"))
        for said in ("قول عادي", HOSTILE)
    ]
    assert loads(pages[1]) == loads(pages[0])
    scripts = [[own for own in page if str(own.tag).endswith("}script")] for page in pages]
    assert len(scripts[1]) == len(scripts[0])


def test_texts_are_released_as_they_are_and_no_spreadsheet_is_written(released):
    """A formula is one where a spreadsheet reads it: so we write none."""
    folder = released(HOSTILE)
    table = parquet.read_table(folder / "build/release/0.1.0/spans/train-00000-of-00001.parquet")
    rows = table.to_pylist()
    assert rows
    assert all(f"{row['id']} {HOSTILE}" in row["text"] for row in rows)
    assert {row["title"] for row in rows} == {HOSTILE}
    kinds = {path.suffix for path in (folder / "build").rglob("*") if path.is_file()}
    assert not kinds & {".csv", ".tsv", ".xls", ".xlsx", ".ods"}


@pytest.mark.parametrize("name", ["ro-crate-metadata.json", "croissant.json"])
def test_descriptions_for_machines_stay_whole(released, name):
    (path,) = (released(HOSTILE) / "build/archive/0.1.0").rglob(name)
    json.loads(path.read_text("utf-8"))
