"""The page as a file: valid, complete, and deaf to what its documents say."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from tinyhtml5.parser import HTMLParser

from pipeline.agreement.everybody import compare_everybody
from pipeline.model import Document
from pipeline.report.items import AGREED, HUMAN, Item
from pipeline.report.quotations import Quotations, render_json
from pipeline.report.render import Report, render_page
from tests import people
from tests.examples import DOCUMENT, TEXT, annotation
from tests.strategies import document_texts

HOSTILE = (
    '</script><script>window.hurt = 1</script><!-- <img src=x onerror="window.hurt = 2"> '
    '=HYPERLINK("x") \u202eabc\u2066 {{ 7 * 7 }} {% raw %} &lt; \u2028\u0085\x7f'
)
_LINKING = {"src", "href", "srcset", "action", "data", "poster", "formaction", "ping", "xlink:href"}


def item(document: Document = DOCUMENT, **changes) -> Item:
    record = annotation(document=document.id, text_sha256=document.sha256)
    values = {"record": record, "status": "machine", "people": {}, "origins": {}, **changes}
    return Item(document=document, **values)


def with_people(*agents: str) -> Item:
    own = {agent: people.person(agent) for agent in agents}
    origins = dict.fromkeys(agents, people.MACHINE)
    status = HUMAN if len(agents) == 1 else AGREED
    return item(record=own[agents[0]], status=status, people=own, origins=origins)


def hostile() -> Item:
    """A document all of whose strings are hostile, those of its spans too."""
    document = replace(DOCUMENT, id="</title>'\"<s>", text=HOSTILE, title=HOSTILE, source=HOSTILE)
    whole = {"start": 0, "end": len(HOSTILE), "text": HOSTILE}
    example = annotation()
    record = replace(
        example,
        document=document.id,
        text_sha256=document.sha256,
        entities=(replace(example.entities[0], **whole),),
        dates=(replace(example.dates[0], **whole, value=HOSTILE),),
        stance=(replace(example.stance[0], **whole, holder=people.entity(TEXT[:3], "PER")),),
    )
    return item(document, record=record)


def page(*items: Item, version: str | None = None) -> str:
    kept = {own.document.id: own.people for own in items}
    origins = {own.document.id: own.origins for own in items}
    lengths = {own.document.id: len(own.document.text) for own in items}
    return render_page(Report(items, compare_everybody(kept, origins, lengths), version))


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
