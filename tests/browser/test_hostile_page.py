"""A text full of markup and formulas on the annotation page, in a real browser."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Mention
from tests.browser.test_page import EMPTY, VOCALISED, collected, opened
from tests.examples import annotation

_HOLDER = '=HYPERLINK("http://x.test")'
_CLAUSE = '<img src="http://x.test/y.png" onerror="window.hurt = 2">'
_SCRIPT = "<script>window.hurt = 3</script"  # the panel shows whole words
_DAY = f"</script>{_SCRIPT}>"
HOSTILE_TEXT = (
    f"قال {_HOLDER} إن {_CLAUSE} {_DAY} "
    "<svg onload='window.hurt = 1'> @SUM(1+1) +cmd|x ]]> {{ 7 * 7 }} [b](javascript:alert(1)) "
    "\u202eمقلوب\u202c | a | &lt;b&gt;"
)


def test_hostile_text_is_shown_and_does_nothing(client, desk, round_, a01, tmp_path, server):
    """In the text, and in our panel, which names dates, clauses and holders by their words."""
    asked, dialogs = [], []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    document = replace(VOCALISED, id="hostile", text=HOSTILE_TEXT)

    def over(span, words, **changes):
        start = HOSTILE_TEXT.index(words)
        return replace(span, start=start, end=start + len(words), text=words, **changes)

    example = annotation()
    holder = over(example.entities[0], _HOLDER)
    words = {"start": holder.start, "end": holder.end, "text": holder.text}
    clause = over(example.stance[0], _CLAUSE, holder=Mention(**words))
    record = replace(
        EMPTY,
        document=document.id,
        text_sha256=document.sha256,
        entities=(holder,),
        dates=(over(example.dates[0], _DAY),),
        stance=(clause,),
    )
    desk.open(opened(client, round_, a01, [(document, record)], tmp_path))
    desk.picture("hostile")
    assert desk.page.evaluate("document.getElementById('container').__vue__.text") == HOSTILE_TEXT
    lines = desk.page.locator(".annotation-text svg text[id]").all_text_contents()
    assert "".join(lines).split() == HOSTILE_TEXT.split()
    panel = desk.page.locator("#tawsim-panel")
    named = panel.locator("input, select").evaluate_all(
        "(fields) => fields.map((own) => own.getAttribute('aria-label'))"
    )
    assert [_SCRIPT in named[0], 'onerror="window.hurt = 2' in named[1]] == [True, True]
    assert _SCRIPT in panel.inner_text()
    assert "HYPERLINK" in panel.locator("select option:checked").inner_text()
    assert panel.locator("img, script, svg").count() == 0
    desk.drag("SUM")
    desk.choose("مكان")
    desk.press("Enter")
    assert desk.page.evaluate("window.hurt") is None
    assert dialogs == []
    assert all(url.startswith((server.url, "data:")) for url in asked)
    _, records = collected(client, round_, a01, [document], tmp_path)
    assert "SUM" in records["hostile"].entities[1].text
