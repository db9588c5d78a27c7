"""What an annotator does with hand and key on Doccano's page."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from pipeline.doccano import launch

CHROMIUM = os.environ.get("TAWSIM_CHROMIUM") or shutil.which("chromium")
_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
_MENU = ".v-menu__content.menuable__content__active"
_BOX = """([start, end]) => {
  const lines = [...document.querySelectorAll('.annotation-text svg text[id]')];
  const line = lines.find(({annotatorElement: a}) => a.startOffset <= start && end <= a.endOffset);
  const range = document.createRange(), node = line.firstChild, at = line.annotatorElement;
  range.setStart(node, start - at.startOffset);
  range.setEnd(node, end - at.startOffset);
  const {left, right, top, bottom} = range.getBoundingClientRect();
  return {left, right, top, bottom};
}"""


def units(text: str) -> int:
    """The length of a text as browsers count it."""
    return len(text.encode("utf-16-le")) // 2


def launch_chromium(playwright: Any) -> Any:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)


def log_in(
    browser: Any, server: launch.Server, username: str, pictures: Path, **settings: Any
) -> Any:
    """Return a browser context that has logged in by the page's form; settings are Playwright's."""
    screen = {"width": 1280, "height": 720}
    context = browser.new_context(**{"viewport": screen, "locale": "ar", **settings})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(f"{server.url}/auth")
    page.fill("input[name=username]", username)
    page.screenshot(path=pictures / "log-in.png")
    page.fill("input[name=password]", launch.ensure_password(server.state, username))
    page.click(".v-card__actions button")
    page.wait_for_url("**/projects")
    page.close()
    return context


class Desk:
    """An annotator's page, driven as a person drives it; offsets are UTF-16 units."""

    def __init__(self, page: Any, url: str, pictures: Path) -> None:
        self.page, self._url, self._pictures = page, url, pictures

    def open(self, project: int, number: int = 1) -> None:
        self.page.goto(f"{self._url}/projects/{project}/sequence-labeling?page={number}")
        self.page.wait_for_selector(".annotation-text svg text[id]")
        self.page.wait_for_selector("#tawsim-panel p")
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(700)  # Doccano settles its lines half a second after a change

    def picture(self, name: str) -> None:
        self.page.wait_for_timeout(400)  # menus fade in
        self.page.screenshot(path=self._pictures / f"{name}.png")

    def place(self, words: str) -> tuple[int, int]:
        text = self.page.evaluate("document.getElementById('container').__vue__.text")
        before = text[: text.index(words)]
        return units(before), units(before) + units(words)

    def box(self, words: str) -> dict[str, float]:
        return self.page.evaluate(_BOX, self.place(words))

    def drag(self, words: str) -> None:
        """Select words with the mouse, from their first letter, at the right, to their last."""
        box = self.box(words)
        y = (box["top"] + box["bottom"]) / 2
        self.page.mouse.move(box["right"] - 1, y)
        self.page.mouse.down()
        self.page.mouse.move((box["left"] + box["right"]) / 2, y, steps=5)
        self.page.mouse.move(box["left"] + 1, y, steps=5)
        self.page.mouse.up()

    def choose(self, label: str) -> None:
        """Take a label from the open menu with the mouse."""
        item = f"{_MENU} .v-list-item__title"
        self.page.locator(item, has_text=label).first.click()
        self.settle()

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.settle()

    def press_arabic(self, code: str, letter: str) -> None:
        """Press a key whose place is `code` while the keyboard writes Arabic."""
        session = self.page.context.new_cdp_session(self.page)
        key = {"code": code, "key": letter, "windowsVirtualKeyCode": ord(code[-1])}
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        self.settle()

    def mark(self, words: str) -> Any:
        """The name of the mark on these words, to be clicked."""
        start, end = self.place(words)
        marks = self.page.evaluate(
            """() => document.getElementById('container').__vue__.entities
                 .map(({startOffset, endOffset}) => [startOffset, endOffset])""",
        )
        assert [start, end] in marks, f"no mark covers {words}"
        box = self.box(words)
        names = self.page.locator(".annotation-text svg g[style*=cursor]:has(circle) > text")
        for name in names.all():
            at = name.bounding_box()
            right = at["x"] + at["width"]
            if abs(right - box["right"]) < 30 and 0 < at["y"] - box["top"] < 70:
                return name
        raise AssertionError(f"no name stands under {words}")

    def is_confirmed(self) -> bool:
        reply = self.page.evaluate(
            """async () => { const [, id] = /projects\\/(\\d+)/.exec(location.pathname);
              const rows = await fetch(`/v1/projects/${id}/examples?limit=100`);
              return (await rows.json()).results[0].is_confirmed; }"""
        )
        return bool(reply)

    def marks(self) -> list[tuple[str, str]]:
        """All marks as (words, label), by place."""
        rows = self.page.evaluate(
            """() => { const a = document.getElementById('container').__vue__;
              const names = Object.fromEntries(a.entityLabels.map((l) => [l.id, l.text]));
              return a.entities.map((e) => [e.startOffset, a.text.slice(e.startOffset, e.endOffset),
                names[e.label]]).sort((x, y) => x[0] - y[0]); }"""
        )
        return [(words, label) for _, words, label in rows]
