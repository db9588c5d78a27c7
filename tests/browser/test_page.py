"""The page in a real browser: how it looks, and work by mouse and by key, then collected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.corpus import read_corpus
from pipeline.model import Document
from pipeline.records import read_annotation
from pipeline.stages.collect import collect
from pipeline.stages.push import push
from tests.examples import DOCUMENT, annotation

VOCALISED = Document(
    id="vocalised",
    text=(
        "قَالَ 😀 مُحَمَّدٌ العِرَاقِيُّ إِنَّ الجَيْشَ يَرْفُضُ بَقَاءَ القُوَّاتِ 👨‍👩‍👧 فِي بَغْدَادَ.\r\n\r\n"
        "يَوْمَ الجُمُعَةِ قَالَتْ «REUTERS» إنّ 2500 جُنْدِيٍّ غَادَرُوا يوم الجمعة، وَعَادَ 900 يوم السبت."
    ),
    dct=date(2024, 9, 28),
    licence="written for tests",
)
EMPTY = annotation(
    document=VOCALISED.id, text_sha256=VOCALISED.sha256, entities=(), dates=(), stance=()
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "annotations"


def opened(client, round_, annotator, pairs, folder):
    return push(client, round_, annotator, pairs, folder / "machine").project


def collected(client, round_, annotator, documents, folder):
    report = collect(client, round_, annotator, {d.id: d for d in documents}, folder)
    return report, {
        name: read_annotation(folder / "a01" / f"{name}.json") for name in report.collected
    }


def test_the_first_paint_is_arabic_and_nothing_comes_from_elsewhere(
    client, desk, round_, a01, folder, server
):
    asked = []
    desk.page.on("request", lambda request: asked.append(request.url))
    project = opened(client, round_, a01, [(DOCUMENT, annotation())], folder)
    desk.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.firstDirection ="
        " getComputedStyle(document.documentElement).direction; })"
    )
    desk.open(project)
    desk.page.reload()
    desk.page.wait_for_selector("#tawsim-panel p")
    desk.settle()
    assert desk.page.evaluate("window.firstDirection") == "rtl"
    assert desk.page.evaluate("document.documentElement.lang") == "ar"
    assert desk.page.evaluate("$nuxt.$store.state.config.rtl")
    assert desk.page.evaluate("document.fonts.check('20px \"Noto Naskh Arabic\"', 'ا')")
    assert all(url.startswith((server.url, "data:")) for url in asked)
    desk.picture("layers-and-holders")


def test_every_word_of_the_interface_that_has_a_key_is_arabic(client, desk, round_, a01, folder):
    desk.open(opened(client, round_, a01, [(DOCUMENT, annotation())], folder))
    left = desk.page.evaluate(
        """() => { const found = [];
          const walk = (value, path) => typeof value === 'object'
            ? Object.entries(value).forEach(([k, v]) => walk(v, path + '.' + k))
            : /[\\u0600-\\u06ff]/.test(value) || found.push(path);
          walk($nuxt.$i18n.messages.en, ''); return found; }"""
    )
    assert left == [".toastui.localeCode"]
    seen = desk.page.evaluate("document.querySelector('.v-main').innerText")
    assert not [
        word for word in ("Progress", "Total", "Label Types", "Span", "of 1") if word in seen
    ]


@pytest.mark.parametrize("size", [(1280, 720), (820, 1180)], ids=["laptop", "tablet"])
def test_a_seed_is_readable(client, desk, round_, a01, folder, root, size):
    seed = next(read_corpus(root / "seeds"))
    record = annotation(
        document=seed.id, text_sha256=seed.sha256, dct=seed.dct, entities=(), dates=(), stance=()
    )
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.open(opened(client, round_, a01, [(seed, record)], folder))
    desk.picture(f"seed-{size[0]}x{size[1]}")
    edges = desk.page.evaluate(
        """() => { const box = document.getElementById('container').getBoundingClientRect();
          return [...document.querySelectorAll('.annotation-text svg text[id]')].map((t) => {
            const b = t.getBoundingClientRect();
            return [box.right - b.right, b.left - box.left]; }); }"""
    )
    assert all(right >= -2 and left >= -2 for right, left in edges), "no line leaves its box"
    assert max(edges, key=lambda edge: -edge[0])[0] < 30, "lines begin at the right"


def test_a_days_work_by_mouse(client, desk, round_, a01, folder):
    pairs = [(VOCALISED, EMPTY), (DOCUMENT, annotation())]
    desk.open(opened(client, round_, a01, pairs, folder))
    desk.picture("vocalised")
    desk.drag("مُحَمَّدٌ العِرَاقِيُّ")
    desk.picture("menu-of-labels")
    desk.choose("مكان")
    desk.picture("labelled")
    desk.mark("مُحَمَّدٌ العِرَاقِيُّ").click()
    desk.choose("شخص")
    desk.picture("relabelled")
    desk.drag("بَغْدَادَ")
    desk.choose("مكان")
    desk.drag("الجَيْشَ")
    desk.choose("منظمة")
    desk.drag("يَرْفُضُ بَقَاءَ القُوَّاتِ")
    desk.choose("مؤيد")
    desk.drag("REUTERS")
    desk.choose("اسم آخر")
    desk.mark("REUTERS").click(button="right")
    desk.settle()
    desk.picture("deleted")
    holder = desk.page.get_by_label("صاحب يَرْفُضُ بَقَاءَ القُوَّاتِ")
    holder.select_option(label="الجَيْشَ")
    desk.settle()
    desk.picture("stance-and-holder")
    assert desk.marks() == [
        ("مُحَمَّدٌ العِرَاقِيُّ", "شخص"),
        ("الجَيْشَ", "منظمة"),
        ("يَرْفُضُ بَقَاءَ القُوَّاتِ", "مؤيد"),
        ("بَغْدَادَ", "مكان"),
    ]
    desk.press("Enter")
    desk.picture("confirmed")
    desk.press("ArrowLeft")
    assert "page=2" in desk.page.url, "left is forward"
    desk.picture("next")
    report, records = collected(client, round_, a01, [VOCALISED, DOCUMENT], folder)
    assert (report.findings, report.snapped, report.waiting) == ([], [], [DOCUMENT.id])
    record = records[VOCALISED.id]
    found = [(s.label, s.text, VOCALISED.text[s.start : s.end]) for s in record.entities]
    assert found == [(label, words, words) for label, words, _ in found]
    assert [(label, words) for label, words, _ in found] == [
        ("PER", "مُحَمَّدٌ العِرَاقِيُّ"),
        ("ORG", "الجَيْشَ"),
        ("LOC", "بَغْدَادَ"),
    ]
    (stance,) = record.stance
    assert (stance.label, stance.text) == ("FAVOR", "يَرْفُضُ بَقَاءَ القُوَّاتِ")
    assert stance.holder.text == "الجَيْشَ"


def test_a_days_work_by_key_under_an_arabic_keyboard(client, desk, round_, a01, folder):
    desk.open(opened(client, round_, a01, [(VOCALISED, EMPTY)], folder))
    desk.press("Control+ArrowLeft", 2)  # قَالَ, مُحَمَّدٌ
    desk.press("Control+Shift+ArrowLeft")
    desk.picture("words-by-key")
    desk.press_arabic("Digit2", "٢")
    desk.press_arabic("Digit1", "١")
    assert desk.marks() == [("مُحَمَّدٌ العِرَاقِيُّ", "شخص")], "the second key relabels"
    desk.press("Control+ArrowLeft")
    desk.press_arabic("KeyQ", "ض")
    assert desk.marks()[1] == ("إِنَّ", "مؤيد")
    desk.press("Delete")
    assert len(desk.marks()) == 1
    desk.drag("بَغْدَادَ")
    desk.press_arabic("Digit2", "٢")
    assert desk.marks()[1] == ("بَغْدَادَ", "مكان"), "in the menu a label's key chooses it"
    desk.press("Escape")
    desk.press("Enter")
    _, records = collected(client, round_, a01, [VOCALISED], folder)
    assert [(s.label, s.text) for s in records[VOCALISED.id].entities] == [
        ("PER", "مُحَمَّدٌ العِرَاقِيُّ"),
        ("LOC", "بَغْدَادَ"),
    ]


def test_values_are_shown_corrected_and_refused_in_words(client, desk, round_, a01, folder):
    desk.open(opened(client, round_, a01, [(DOCUMENT, annotation())], folder))
    value = desk.page.get_by_label("قيمة يوم الجمعة")
    assert value.input_value() == "2024-09-27"
    value.fill("كلام")
    value.press("Enter")
    alert = desk.page.locator("#tawsim-panel [role=alert]")
    alert.wait_for()
    assert "لا تُقرأ تاريخاً" in alert.inner_text()
    desk.picture("value-refused")
    assert not desk.is_confirmed(), "Enter in a field confirms no document"
    value.fill("20 سبتمبر/أيلول 2024")
    value.press("Enter")
    desk.page.wait_for_function(
        "document.querySelector('#tawsim-panel input').value === '2024-09-20'"
    )
    assert "أنت" in desk.page.locator("#tawsim-panel small").first.inner_text()
    desk.picture("value-given")
    assert not desk.is_confirmed()
    desk.page.mouse.click(800, 650)
    desk.press("Enter")
    assert desk.is_confirmed()
    report, records = collected(client, round_, a01, [DOCUMENT], folder)
    assert report.findings == []
    (moment,) = records[DOCUMENT.id].dates
    assert (moment.text, moment.value, moment.value_by) == ("يوم الجمعة", "2024-09-20", "a01")


def test_what_cannot_be_collected_is_named_in_the_panel(client, desk, round_, a01, folder):
    desk.open(opened(client, round_, a01, [(DOCUMENT, annotation())], folder))
    desk.drag("السوداني")
    desk.choose("مكان")
    fault = desk.page.locator("#tawsim-panel [role=alert]")
    fault.wait_for()
    assert "يتداخل مع «محمد السوداني»" in fault.inner_text()
    desk.picture("fault-named")


def test_a_new_date_is_read_at_once_and_at_collect(client, desk, round_, a01, folder):
    desk.open(opened(client, round_, a01, [(VOCALISED, EMPTY)], folder))
    desk.drag("يوم السبت")
    desk.choose("تاريخ")
    desk.page.get_by_label("قيمة يوم السبت").wait_for()
    assert desk.page.get_by_label("قيمة يوم السبت").input_value() == "2024-09-28"
    desk.press("Enter")
    _, records = collected(client, round_, a01, [VOCALISED], folder)
    (moment,) = records[VOCALISED.id].dates
    assert (moment.value, moment.value_by) == ("2024-09-28", "machine")


def test_the_eight_hundredth_mark_is_reached_like_the_first(client, desk, round_, a01, folder):
    text = "\n\n".join(
        f"قال الناطق رقم {n} إن بغداد هادئة اليوم، وإن أربيل كذلك." for n in range(400)
    )
    long = replace(VOCALISED, id="long", text=text)
    entities = tuple(
        replace(annotation().entities[0], start=at, end=at + len(words), text=words, label="LOC")
        for paragraph in range(400)
        for words in ("بغداد", "أربيل")
        for at in [text.index(words, text.index(f"رقم {paragraph} "))]
    )
    record = replace(
        EMPTY, document=long.id, text_sha256=long.sha256, entities=entities, dates=(), stance=()
    )
    desk.open(opened(client, round_, a01, [(long, record)], folder))
    assert len(desk.marks()) == 800
    desk.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    desk.settle()
    names = desk.page.locator(".annotation-text svg g[style*=cursor] > text")
    assert "مكان" in names.last.inner_html()
    desk.picture("long-document-end")
