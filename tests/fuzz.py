"""Coverage-guided fuzzing (atheris) of what reads input from outside.

`python -m tests.fuzz EXECUTIONS` runs every target so many times, each in a process of its own;
`python -m tests.fuzz EXECUTIONS TARGET` runs one. What a target finds is printed with its bytes,
and belongs in `tests/test_found_by_mutation.py` as a case.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline"]):
    from pipeline.annotators.dates import annotate_dates, parse_value
    from pipeline.corpus import scan_corpus
    from pipeline.doccano.exchange import from_wire, is_ours, to_wire
    from pipeline.doccano.wire import Annotator, Round, WireDocument
    from pipeline.errors import Fault, InputRefused
    from pipeline.model import Document
    from pipeline.records import check_annotation, parse_annotation, render_annotation

from tests.examples import DOCUMENT, TEXT, annotation

_ROUND, _SALMA = Round("r", "coalition_withdrawal"), Annotator("a01", "salma")
_WIRE = to_wire(DOCUMENT, annotation(), _ROUND, _SALMA)
_LINE = Path(tempfile.mkdtemp()) / "c.jsonl"
_LONGEST_MESSAGE = 10_000


def ingest(data: bytes) -> None:
    """A line of a corpus."""
    _LINE.write_bytes(data)
    for item in scan_corpus(_LINE):
        assert not isinstance(item, Fault) or len(str(item)) < _LONGEST_MESSAGE


def records(data: bytes) -> None:
    """A record; what is taken comes back from its own rendering."""
    with suppress(InputRefused):
        record = parse_annotation(data.decode("utf-8", "replace"), "place")
        assert parse_annotation(render_annotation(record), "place") == record
        check_annotation(record, DOCUMENT)


def dates(data: bytes) -> None:
    """A text, and a value typed by hand."""
    text = data.decode("utf-8", "ignore").replace("\0", "")
    document = Document(id="d", text=text, dct=date(2024, 9, 28))
    for span in annotate_dates(document):
        assert text[span.start : span.end] == span.text
    parse_value(text, document.dct)


def collect(data: bytes) -> None:
    """A document of the server's answer."""
    with suppress(KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        wire = WireDocument.from_json(json.loads(data))
        if is_ours(wire):
            _take(wire)


def _take(wire: WireDocument) -> None:
    try:
        from_wire(wire, DOCUMENT, _ROUND, _SALMA, annotation().dates)
    except Exception as error:
        raise SystemExit(f"collect: {error!r} of {wire!r}") from error


TARGETS = {
    ingest: json.dumps({"id": "a", "text": TEXT, "dct": "2024-09-28"}, ensure_ascii=False),
    records: render_annotation(annotation("a01")),
    dates: "اجتمعوا يوم الجمعة 27 أيلول/سبتمبر 2024 الساعة الثالثة، ومنذ 3 أشهر، 5 رمضان 1446هـ",
    collect: json.dumps(asdict(_WIRE), ensure_ascii=False),
}


def main() -> None:
    """Run one target, or all of them one after the other."""
    executions, *names = sys.argv[1:]
    if not names:
        for target in TARGETS:
            subprocess.run(
                [sys.executable, "-m", "tests.fuzz", executions, target.__name__], check=True
            )
        return
    (target,) = (target for target in TARGETS if target.__name__ == names[0])
    seeds = Path(tempfile.mkdtemp())
    (seeds / "good").write_text(TARGETS[target], encoding="utf-8")
    limits = ["-timeout=30", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=1"]
    options = [f"-runs={executions}", "-seed=1", f"-artifact_prefix={seeds}/", *limits]
    atheris.Setup([sys.argv[0], *options, str(seeds)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
