"""The page as a file: valid, complete, and deaf to what its documents say."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from tinyhtml5.parser import HTMLParser

from pipeline.report.quotations import Quotations, render_json
from tests import people
from tests.examples import DOCUMENT, annotation
from tests.reports import HOSTILE, hostile, item, page, with_people
from tests.strategies import document_texts

_LINKING = {"src", "href", "srcset", "action", "data", "poster", "formaction", "ping", "xlink:href"}


def elements(html: str):
    parser = HTMLParser()
    tree = parser.parse(html.encode("utf-8"), scripting=True)
    assert parser.errors == []
    return list(tree.iter())


def name_of(element) -> str:
    return str(element.tag).split("}")[-1]


PAGES = {
    "empty": [],
    "machine": [item()],
    "one person": [with_people("a01")],
    "two people": [with_people("a01", "a02"), item(replace(DOCUMENT, id="other"))],
    "hostile": [hostile()],
}


@pytest.fixture(scope="module", params=PAGES, ids=str)
def html(request):
    return page(*PAGES[request.param])


def test_the_page_is_html_without_a_parse_error(html):
    found = elements(html)
    assert name_of(found[0]) == "html"
    assert found[0].get("dir") == "rtl"
    assert found[0].get("lang") == "ar"


def test_no_id_is_given_twice_and_none_is_missed(html):
    found = elements(html)
    ids = [own.get("id") for own in found if own.get("id")]
    assert len(set(ids)) == len(ids)
    wanted = {own.get("aria-labelledby") for own in found if own.get("aria-labelledby")}
    wanted |= {own.get("href")[1:] for own in found if own.get("href")}
    assert wanted <= set(ids)


def test_the_page_asks_nothing_of_anybody(html):
    found = elements(html)
    for own in found:
        for name, value in own.items():
            assert name not in _LINKING or value.startswith("#"), (name, value)
        assert name_of(own) not in {"link", "img", "iframe", "object", "embed", "base", "form"}
    style = "".join(own.text or "" for own in found if name_of(own) == "style")
    assert "@import" not in style
    assert all(
        url.startswith("data:font/woff2;base64,") for url in re.findall(r'url\("?(.*?)"?\)', style)
    )
    (policy,) = (own.get("content") for own in found if own.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_every_button_says_what_it_does(html):
    for own in (own for own in elements(html) if name_of(own) == "button"):
        assert "".join(own.itertext()).strip() or own.get("aria-label")


def test_hostile_strings_stay_text():
    found = elements(page(hostile()))
    scripts = [own for own in found if name_of(own) == "script"]
    assert [own.get("type") for own in scripts] == ["application/json", "application/json", None]
    assert not [own for own in found if name_of(own) in {"img", "s"}]
    assert not [name for own in found for name in own.attrib if name.startswith("on")]
    names = [own.text for own in found if name_of(own) == "bdi"]
    assert " ".join(HOSTILE.split()).replace("\x7f", "\ufffd") in names
    data = json.loads(next(own.text for own in scripts if own.get("id") == "data"))
    assert data["documents"][0]["text"] == HOSTILE


def data_of(html: str) -> dict:
    (script,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL
    )
    return json.loads(script)


def test_every_number_cites_the_spans_it_counts():
    html = page(with_people("a01", "a02"), item(replace(DOCUMENT, id="other")))
    lists = data_of(html)["lists"]
    numbers = re.findall(r'data-quotes="(\d+)"[^>]*>(\d+)</button>', html)
    assert len(numbers) > 10
    assert all(len(lists[int(number)]) == int(count) for number, count in numbers)


@given(document_texts)
def test_offsets_are_those_of_the_browsers_string(text):
    document = replace(DOCUMENT, text=text)
    whole = people.entity("بغداد", "LOC")
    ends = replace(whole, start=len(text) - 1, end=len(text), text=text[-1])
    own = item(document, record=annotation(entities=(ends,), dates=(), stance=()))
    quotations = Quotations([own])
    quotations.cite(())
    (shown,) = json.loads(quotations.render())["documents"]
    assert shown["text"] == text
    ((_, start, end),) = shown["spans"]
    units = shown["text"].encode("utf-16-le")
    assert units[2 * start : 2 * end].decode("utf-16-le") == text[-1]


@given(document_texts)
def test_json_is_whole_and_holds_nothing_that_ends_a_script(text):
    rendered = render_json({"text": text})
    assert json.loads(rendered) == {"text": text}
    assert not re.search("[<>&\x7f-\x9f\u2028\u2029]", rendered)


def test_a_span_that_several_have_is_sent_once_and_seen_in_each_view():
    (document,) = data_of(page(with_people("a01", "a02")))["documents"]
    assert [name for name, _ in document["views"]] == ["chosen", "a01", "a02", "machine"]
    assert len(document["spans"]) == 6
    assert all(view == [0, 1, 2, 3, 4, 5] for _, view in document["views"])


def test_people_who_started_from_different_records_have_views_of_their_own():
    own = with_people("a01", "a02")
    other = replace(people.MACHINE, entities=())
    (document,) = data_of(page(replace(own, origins={**own.origins, "a02": other})))["documents"]
    names = [name for name, _ in document["views"]]
    assert names == ["chosen", "a01", "a02", "machine → a01", "machine → a02"]


def test_a_version_is_named():
    assert "Corpus report 0.1.0" in page(item(split="train"), version="0.1.0")


def test_equal_input_makes_equal_bytes():
    assert page(with_people("a01", "a02")) == page(with_people("a01", "a02"))
