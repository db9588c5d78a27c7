"""The page in the dark theme, and on a tablet's screen."""

from __future__ import annotations

import pytest

from pipeline.stages.push import push
from tests.browser.work import Desk
from tests.examples import DOCUMENT, annotation
from tests.test_palette import contrast

_COLOURS = """() => {
  const hex = (rgb) => '#' + rgb.match(/\\d+/g).slice(0, 3)
    .map((n) => Number(n).toString(16).padStart(2, '0')).join('');
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const { backgroundColor } = getComputedStyle(e);
      if (!/, 0\\)$|transparent/.test(backgroundColor)) return hex(backgroundColor);
    }
    return '#ffffff';
  };
  const rows = [];
  for (const e of document.querySelectorAll('#tawsim-panel *')) {
    if (e.offsetParent && (e.value || e.childNodes[0]?.nodeType === 3)) {
      rows.push([e.outerHTML.slice(0, 80), hex(getComputedStyle(e).color), ground(e)]);
    }
  }
  for (const e of document.querySelectorAll('.annotation-text svg text')) {
    if (e.textContent.trim()) rows.push([e.textContent, hex(getComputedStyle(e).fill), ground(e)]);
  }
  return rows; }"""
_SMALL = """() => [...document.querySelectorAll('#tawsim-panel :is(button, input, select)')]
  .filter((e) => { const b = e.getBoundingClientRect(); return b.width < 44 || b.height < 44; })
  .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])"""
_WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_ours_is_readable_in_both_themes(client, desk, round_, a01, tmp_path, theme):
    project = push(client, round_, a01, [(DOCUMENT, annotation())], tmp_path / "machine").project
    dark = str(theme == "dark").lower()
    desk.page.add_init_script(f"localStorage.setItem('dark', '{dark}')")
    desk.open(project)
    desk.picture(f"theme-{theme}")
    assert desk.page.evaluate("$nuxt.$vuetify.theme.dark") == (theme == "dark")
    rows = desk.page.evaluate(_COLOURS)
    assert len(rows) > 8
    assert [row for row in rows if contrast(row[1], row[2]) < 4.5] == []
    desk.drag("محمد السوداني")
    desk.picture(f"theme-{theme}-menu")
    desk.page.evaluate("localStorage.removeItem('dark')")


@pytest.mark.parametrize("size", [(820, 1180), (1180, 820)], ids=["upright", "lying"])
def test_a_tablet_scrolls_down_alone_and_fields_suit_fingers(
    browser, session, server, client, round_, a01, tmp_path, pictures, size
):
    project = push(client, round_, a01, [(DOCUMENT, annotation())], tmp_path / "machine").project
    viewport = {"width": size[0], "height": size[1]}
    state = session.storage_state()
    context = browser.new_context(
        viewport=viewport, locale="ar", has_touch=True, storage_state=state
    )
    context.set_default_timeout(30_000)
    desk = Desk(context.new_page(), server.url, pictures)
    desk.open(project)
    desk.picture(f"tablet-{size[0]}x{size[1]}")
    width, room = desk.page.evaluate(_WIDTHS)
    assert width <= room, "nothing to scroll sideways"
    assert desk.page.evaluate(_SMALL) == []
    context.close()
