"""Pages made of the example document, and of one whose every string is hostile."""

from __future__ import annotations

from dataclasses import replace

from pipeline.agreement.everybody import compare_everybody
from pipeline.model import Document
from pipeline.report.items import AGREED, HUMAN, Item
from pipeline.report.render import Report, render_page
from tests import people
from tests.examples import DOCUMENT, TEXT, annotation

HOSTILE = (
    '</script><script>window.hurt = 1</script><!-- <img src=x onerror="window.hurt = 2"> '
    '=HYPERLINK("x") @SUM(1+1) +cmd|x ]]> ![x](http://x.test/y.png) [b](javascript:alert(1)) '
    "| a | \u202eabc\u2066 {{ 7 * 7 }} {% raw %} &lt; \u2028\u0085\x7f"
)


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
