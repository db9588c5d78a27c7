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
        (case(1) + case(2, "بيروت").replace('"line": 2', '"line": 0'), "line 0 of the text"),
        (case(1) + case(1)[:-3] + "\n", "not JSON"),
        (case(1) + "\n" + case(1), "not JSON"),
        (case(1) + "[1]\n", "the case is no JSON object"),
        (case(1) + case(1).replace('"sha256"', '"sha"'), "the case has no key 'sha256'"),
        (case(1) + case(1).replace('"line": 1', '"line": "1"'), "'line' of the case is '1'"),
        (case(1) + case(1).replace("[{", "[3, {"), "entity 1 is no JSON object"),
        (case(1) + case(1).replace('"end"', '"stop"'), "entity 1 has no key 'end'"),
        (case(1) + case(1, start=True), "'start' of entity 1 is True, not of type int"),
        (case(1) + case(1, label="CAR"), "entity 1 has the unknown label 'CAR'"),
    ],
)
def test_a_case_that_does_not_fit_is_refused_with_its_line(cases, cause):
    with pytest.raises(InputRefused, match=rf"cases.jsonl, line 2: .*{cause}"):
        list(parse_standoff(cases, TEXT, "cases.jsonl"))


def test_every_fault_of_a_line_is_named():
    with pytest.raises(InputRefused) as refused:
        list(parse_standoff('{"line": "1"}\n', TEXT, "cases.jsonl"))
    assert [fault.place for fault in refused.value.faults] == ["cases.jsonl, line 1"] * 3
