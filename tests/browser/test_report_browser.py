"""The report in a real browser, over the seeds, the machine's records and simulated annotators."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.annotators.ner.backends import load_tagger
from pipeline.corpus import read_corpus
from pipeline.records import write_annotation
from pipeline.stages.preannotate import preannotate
from pipeline.stages.report import report
from tests.reports import HOSTILE, hostile
from tests.reports import page as render
from tests.simulated import keep_simulated


@pytest.fixture(scope="session")
def seeds_page(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    documents = list(read_corpus(root / "seeds"))
    machines = list(preannotate(documents, load_tagger("embedded")))
    for record in machines:
        write_annotation(folder / "pre" / f"{record.document}.json", record)
    keep_simulated(folder / "annotations", documents[:4], machines[:4], "a01")
    keep_simulated(folder / "annotations", documents[:2], machines[:2], "a02")
    return report(documents, folder / "pre", folder / "annotations", folder / "report")


@pytest.fixture
def opened(browser):
    """Open a file in a new context and watch it: no error, no request but for the file itself."""
    contexts = []
    told: list[str] = []
    asked: set[str] = set()

    def open_(path, **settings):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **settings})
        contexts.append(context)
        shown = context.new_page()
        shown.on("pageerror", lambda error: told.append(str(error)))
        shown.on("console", lambda message: told.append(message.text))
        shown.on("dialog", lambda dialog: told.append(dialog.message))
        shown.on("request", lambda request: asked.add(request.url.split(";")[0]))
        shown.goto(path.as_uri())
        asked.remove(path.as_uri())
        return shown

    yield open_
    for context in contexts:
        context.close()
    assert told == []
    assert asked <= {"data:font/woff2"}


def marks(shown, label):
    return shown.locator(f'#text mark[data-label="{label}"]').count()


def rows(shown):
    return shown.locator("#list [role=option]").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (820, 1180)], ids=["laptop", "tablet"])
def test_the_page_fits_and_every_picture_is_there(opened, seeds_page, pictures, size, scheme):
    viewport = {"width": size[0], "height": size[1]}
    shown = opened(seeds_page, viewport=viewport, color_scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert shown.evaluate("document.fonts.check('20px \"Noto Naskh Arabic\"', 'ا')")
    for picture in ("#text mark", "#labels .bar", "#names .bar", ".calendar .cell", "#events li"):
        assert shown.locator(picture).first.bounding_box()["width"] > 0, picture
    for picture in (".matrix .dot", ".range .at", ".corrections .part", "#splits .part"):
        assert shown.locator(picture).first.bounding_box()["width"] > 0, picture
    assert "rgba(0, 0, 0, 0)" not in shown.evaluate(
        "[...document.querySelectorAll('.bar, .cell, .at, .stack .part')]"
        ".map((own) => getComputedStyle(own).backgroundColor)"
    )
    name = f"report-{size[0]}x{size[1]}-{scheme}"
    shown.screenshot(path=pictures / f"{name}.png")
    shown.screenshot(path=pictures / f"{name}-whole.png", full_page=True)


def test_bars_are_as_long_as_their_numbers(opened, seeds_page):
    shown = opened(seeds_page)
    lengths = shown.evaluate(
        """[...document.querySelectorAll('#labels tr:has(.bar)')].map((row) => [
          Number(row.querySelector('.number').innerText),
          row.querySelector('.bar').getBoundingClientRect().width])"""
    )
    most = max(lengths)
    for count, width in lengths:
        assert width == pytest.approx(most[1] * count / most[0], abs=1)
    right = shown.evaluate(
        """[...document.querySelectorAll('#labels .bar')].every((bar) =>
          Math.abs(bar.getBoundingClientRect().right
                   - bar.parentElement.getBoundingClientRect().right) < 1)"""
    )
    assert right, "bars grow from the right"


def test_label_filters_hide_spans_and_documents_without_any(opened, seeds_page):
    shown = opened(seeds_page)
    assert marks(shown, "LOC") > 0
    shown.uncheck("input[value=LOC]", force=True)
    assert marks(shown, "LOC") == 0
    assert marks(shown, "ORG") > 0
    assert rows(shown) == 5
    for label in ("PER", "ORG", "MISC", "DATE", "TIME", "DURATION", "SET", "FAVOR", "AGAINST"):
        shown.uncheck(f"input[value={label}]", force=True)
    with_neutral = shown.evaluate(
        """data.documents.filter((own) =>
          own.views[0][1].some((place) => own.spans[place][0] === 'NEUTRAL')).length"""
    )
    assert 0 < with_neutral < 5
    assert rows(shown) == with_neutral
    assert marks(shown, "NEUTRAL") > 0, "the document shown is one of them"


def test_the_search_reads_past_vowel_signs_and_spellings(opened, seeds_page):
    shown = opened(seeds_page)
    shown.fill("#search", "لا شيء كهذا هنا")
    assert rows(shown) == 0
    assert "nothing passes" in shown.inner_text("#list")
    shown.fill("#search", "السُّودَاني")
    assert 0 < rows(shown) <= 5
    shown.fill("#search", "الامريكيه")
    assert rows(shown) > 0


def test_documents_are_filtered_by_how_far_they_have_come(opened, seeds_page):
    shown = opened(seeds_page)
    for status, count in (("agreed", 2), ("human", 2), ("machine", 1), ("", 5)):
        shown.select_option("#status", status)
        assert rows(shown) == count
        assert shown.locator("#list [aria-selected=true]").count() == 1


def test_everybodys_spans_can_be_looked_at(opened, seeds_page):
    shown = opened(seeds_page)
    views = shown.locator("#views option").all_inner_texts()
    assert views == ["المعتمد · chosen", "a01", "a02", "الآلة · machine"]
    seen = set()
    for place in range(4):
        shown.select_option("#views", str(place))
        seen.add(shown.inner_html("#text"))
    assert len(seen) == 4


def test_a_number_opens_its_quotations_and_they_open_the_document(opened, seeds_page, pictures):
    shown = opened(seeds_page)
    button = shown.locator(".matrix tfoot button").first
    count = int(button.inner_text())
    button.click()
    assert shown.locator("#quotes li").count() == count
    assert shown.locator("#quotes li mark.clause").count() >= count
    shown.screenshot(path=pictures / "report-quotations.png")
    passage = shown.locator("#quotes li mark.clause").last.inner_text()
    shown.locator("#quotes li button").last.click()
    assert not shown.locator("#quotes").is_visible()
    assert passage in shown.locator("#text mark.clause.shown").first.inner_text()
    shown.wait_for_timeout(800)
    shown.screenshot(path=pictures / "report-document.png")


def test_a_quotation_outside_the_filters_clears_them(opened, seeds_page):
    shown = opened(seeds_page)
    shown.select_option("#status", "machine")
    shown.uncheck("input[value=PER]", force=True)
    shown.locator("#labels [data-label=PER] button").click()
    shown.locator("#quotes li button").first.click()
    assert shown.locator("#text mark.shown").count() > 0
    assert rows(shown) == 5
    assert shown.is_checked("input[value=PER]")


def test_a_change_shows_what_was_and_what_is(opened, seeds_page):
    shown = opened(seeds_page)
    shown.locator(".corrections tr[data-label=LOC] td:nth-child(4) button").first.click()
    first = shown.locator("#quotes li").first
    assert [own.split()[0] for own in first.locator(".before").all_inner_texts()] == ["كان", "صار"]
    shown.keyboard.press("Escape")
    assert not shown.locator("#quotes").is_visible()


def test_the_calendar_narrows_the_events_and_shows_all_in_order(opened, seeds_page):
    shown = opened(seeds_page)
    cell = shown.locator(".calendar .cell").first
    cell.click()
    assert shown.locator("#events li").count() == int(cell.inner_text())
    assert cell.get_attribute("aria-pressed") == "true"
    shown.locator(".events-head button").click()
    while shown.locator("#events-more").is_visible():
        shown.locator("#events-more").click()
    total = sum(map(int, shown.locator(".calendar .cell").all_inner_texts()))
    assert shown.locator("#events li").count() == total
    years = [own[:4] for own in shown.locator("#events time").all_inner_texts()]
    assert years == sorted(years)


def test_work_by_key_alone(opened, seeds_page):
    shown = opened(seeds_page)
    shown.focus("#list [aria-selected=true]")
    titles = [shown.inner_text("#document-title")]
    for key in ("ArrowDown", "ArrowDown", "Home", "End"):
        shown.keyboard.press(key)
        titles.append(shown.inner_text("#document-title"))
    assert titles[3] == titles[0]
    assert len(set(titles)) == 4
    shown.focus("input[value=LOC]")
    shown.keyboard.press("Space")
    assert marks(shown, "LOC") == 0
    shown.locator("#labels button").first.focus()
    shown.keyboard.press("Enter")
    assert shown.locator("#quotes").is_visible()
    assert shown.evaluate("document.activeElement.id") == "quotes-title"


def test_the_button_turns_light_to_dark_and_back(opened, seeds_page):
    shown = opened(seeds_page, color_scheme="light")
    papers = []
    for _ in range(3):
        papers.append(shown.evaluate("getComputedStyle(document.body).backgroundColor"))
        shown.click("#theme")
    assert papers[0] == papers[2] != papers[1]


def test_arabic_stands_right_to_left_and_letters_join(opened, seeds_page):
    shown = opened(seeds_page)
    assert shown.evaluate("getComputedStyle(document.body).direction") == "rtl"
    joined, apart = shown.evaluate(
        """(() => { const measure = (text) => { const box = document.createElement('bdi');
            box.textContent = text; document.querySelector('#names-title').append(box);
            const width = box.getBoundingClientRect().width; box.remove(); return width; };
          return [measure('بغداد'), [...'بغداد'].map(measure).reduce((a, b) => a + b)]; })()"""
    )
    assert joined < apart


def test_hostile_documents_are_shown_and_do_nothing(opened, tmp_path):
    plain = replace(hostile().document, id="plain")
    item = hostile()
    other = replace(item, document=plain, record=replace(item.record, document="plain"))
    path = tmp_path / "hostile.html"
    path.write_text(render(item, other), encoding="utf-8", newline="")
    shown = opened(path)
    assert shown.evaluate("window.hurt") is None
    assert shown.evaluate("document.getElementById('text').textContent") == HOSTILE
    shown.locator("#names button").first.click()
    assert shown.locator("#quotes li").count() == 2
    shown.locator("#quotes li button").last.click()
    assert shown.evaluate("window.hurt") is None
    assert shown.locator("#text mark").count() > 0
    overridden = shown.evaluate("getComputedStyle(document.getElementById('text')).unicodeBidi")
    assert overridden == "plaintext"
