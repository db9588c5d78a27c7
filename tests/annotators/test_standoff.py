import json

import pytest

from pipeline.annotators.ner.standoff import line_digest, parse_standoff
from pipeline.errors import InputRefused

LINES = ["زار محمد العلي بغداد.", "قال: \u200fلا\u064f 🙂 بيروت"]
TEXT = "\n".join(LINES) + "\n"


def case(line, surface="بغداد", label="LOC", **change):
    text = LINES[line - 1]
    start = text.find(surface)
    span = {"start": start, "end": start + len(surface), "label": label, "text": surface}
    row = {"line": line, "sha256": line_digest(text), "entities": [{**span, **change}]}
    return json.dumps(row, ensure_ascii=False) + "\n"


def test_spans_become_tags_of_whole_words():
    cases = case(1, "محمد العلي", "PER") + case(2, "بيروت")
    one, two = parse_standoff(cases, TEXT, "cases.jsonl")
    assert one.words == ("زار", "محمد", "العلي", "بغداد", ".")
    assert one.tags == ("O", "B-PER", "I-PER", "O", "O")
    assert two.words[-1] == "بيروت"
    assert two.tags[-1] == "B-LOC"


@pytest.mark.parametrize(
    ("cases", "cause"),
    [
        (case(1) + case(2, "بيروت").replace(line_digest(LINES[1]), "0" * 16), "is another"),
        (case(1) + case(1).replace('"line": 1', '"line": 9'), "line 9 of the text"),
        (case(1) + case(1, end=19), "not whole words"),
        (case(1) + case(1, start=0, text="زار"), "not whole words"),
        (case(1) + case(1, text="بيروت"), "not whole words"),
    ],
)
def test_a_case_that_does_not_fit_is_refused_with_its_line(cases, cause):
    with pytest.raises(InputRefused, match=rf"cases.jsonl, line 2: .*{cause}"):
        list(parse_standoff(cases, TEXT, "cases.jsonl"))
