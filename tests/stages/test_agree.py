"""Agreement of simulated annotators, read from kept records."""

import json
from dataclasses import replace

import pytest

from pipeline.cli import main
from pipeline.errors import InputRefused, RequestError
from pipeline.scoring import OVERALL
from pipeline.stages.agree import agree, render_json, render_table
from tests.corpora import write_folder
from tests.examples import TEXT
from tests.people import date, document, entity, keep, person

NAMES = [f"d{number}" for number in range(6)]
DOCUMENTS = [document(name) for name in NAMES]
ALL_ENTITIES = person("a01").entities


def rows(comparisons, *agents):
    found = next(c for c in comparisons if c.agents == agents)
    return {(row.layer, row.label): row for row in found.rows}


def figure(comparisons, agents, layer, name, label=OVERALL):
    return rows(comparisons, *agents)[layer, label].figures[name]


@pytest.fixture
def three(tmp_path):
    """Three simulated annotators: a02 misses the last entity, a03 calls بغداد an ORG."""
    baghdad = tuple(replace(e, label="ORG") if e.text == "بغداد" else e for e in ALL_ENTITIES)
    for name in NAMES:
        keep(
            tmp_path,
            person("a01", name),
            person("a02", name, entities=ALL_ENTITIES[:2]),
            person("a03", name, entities=baghdad),
        )
    return tmp_path


def test_every_two_all_and_each_with_the_machine_are_compared(three):
    assert [c.agents for c in agree(DOCUMENTS, three)] == [
        ("a01", "a02"),
        ("a01", "a03"),
        ("a02", "a03"),
        ("a01", "a02", "a03"),
        ("a01", "machine"),
        ("a02", "machine"),
        ("a03", "machine"),
    ]


def test_f1_counts_spans_of_both(three):
    found = agree(DOCUMENTS, three)
    assert figure(found, ("a01", "a02"), "entities", "f1_exact").value == pytest.approx(4 / 5)
    assert figure(found, ("a01", "a03"), "entities", "f1_exact").value == pytest.approx(2 / 3)
    assert figure(found, ("a02", "a03"), "entities", "f1_exact").value == pytest.approx(2 / 5)
    pooled = figure(found, ("a01", "a02", "a03"), "entities", "f1_exact")
    assert pooled.value == pytest.approx(2 * (2 + 2 + 1) / (5 + 6 + 5))
    assert figure(found, ("a01", "a02"), "entities", "f1_exact", "LOC").value == 1
    assert rows(found, "a01", "a02")["entities", "PER"].spans == {"a01": 6, "a02": 0}


def test_the_machine_is_the_record_people_started_from(three):
    found = agree(DOCUMENTS, three)
    assert figure(found, ("a01", "machine"), "entities", "f1_exact").value == 1
    assert figure(found, ("a01", "machine"), "stance", "alpha").value == 1
    assert figure(found, ("a03", "machine"), "entities", "f1_exact").value == pytest.approx(2 / 3)


def test_labels_are_judged_on_spans_that_meet(three):
    found = agree(DOCUMENTS, three)
    assert figure(found, ("a01", "a02"), "entities", "kappa").value == 1
    # Three spans of MISC, LOC, PER against MISC, ORG, PER: 2/3 agreed, 2/9 by chance.
    assert figure(found, ("a01", "a03"), "entities", "kappa").value == pytest.approx(4 / 7)
    assert figure(found, ("a01", "a03"), "entities", "kappa", "PER").value == 1
    assert figure(found, ("a01", "a03"), "entities", "kappa", "LOC").value == 0


def test_alpha_is_of_all_at_once_and_falls_with_disagreement(three):
    found = agree(DOCUMENTS, three)
    one, two = (figure(found, ("a01", other), "entities", "alpha") for other in ("a02", "a03"))
    together = figure(found, ("a01", "a02", "a03"), "entities", "alpha")
    assert 0 < together.value < 1
    assert max(one.value, two.value) < 1
    assert figure(found, ("a01", "a02"), "entities", "alpha", "LOC").value == 1


def test_values_and_holders_are_compared_where_spans_meet(tmp_path):
    other = tuple(replace(s, holder=None) for s in person("a02").stance[:1])
    for name in NAMES:
        keep(
            tmp_path,
            person("a01", name),
            person(
                "a02",
                name,
                dates=(date("الجمعة", "2024-09-20", "a02"),),
                stance=(*other, *person("a02").stance[1:]),
            ),
            person("a03", name, dates=(date("يوم الجمعة"),)),
        )
    found = agree(DOCUMENTS, tmp_path)
    assert figure(found, ("a01", "a02"), "dates", "value").value == 0
    assert figure(found, ("a01", "a02"), "dates", "value_by_people").count == len(NAMES)
    assert figure(found, ("a01", "a03"), "dates", "value").value is None, "a03 gave none yet"
    assert figure(found, ("a01", "a02"), "stance", "holder").value == 0.5
    assert figure(found, ("a01", "a03"), "stance", "holder").value == 1


def test_a_value_nobody_touched_is_the_machines_and_counted_apart(tmp_path):
    keep(tmp_path, *(person(agent, name) for name in NAMES for agent in ("a01", "a02")))
    found = agree(DOCUMENTS, tmp_path)
    assert figure(found, ("a01", "a02"), "dates", "value").value == 1
    assert figure(found, ("a01", "a02"), "dates", "value_by_people").value is None


def test_a_figure_without_data_says_so(tmp_path):
    keep(tmp_path, *(person(agent, "d0", stance=()) for agent in ("a01", "a02")))
    table = render_table(agree(DOCUMENTS, tmp_path))
    stance = next(line for line in table.splitlines() if line.split()[:2] == ["stance", "FAVOR"])
    assert stance.split()[2:] == ["0/0", *["no", "data"] * 4]
    record = json.loads(render_json(agree(DOCUMENTS, tmp_path)))
    row = next(r for r in record["comparisons"][0]["rows"] if r["layer"] == "stance")
    assert row["alpha"] == {"value": None, "interval": None, "count": 0}
    entities = next(r for r in record["comparisons"][0]["rows"] if r["label"] == OVERALL)
    assert entities["f1_exact"] == {"value": 1.0, "interval": None, "count": 6}, "one document"


def test_annotators_without_a_common_document_have_no_data(tmp_path):
    keep(tmp_path, person("a01", "d0"), person("a02", "d1"))
    found = agree(DOCUMENTS, tmp_path)
    assert [(c.documents, c.rows) for c in found[:1]] == [(0, ())]
    assert "a01 – a02 (0 documents)\nno data" in render_table(found)


def test_texts_that_others_annotated_do_not_count_for_a_pair(three):
    before = rows(agree(DOCUMENTS, three), "a01", "a02")
    keep(three, person("a04", "d0", entities=()))
    assert rows(agree(DOCUMENTS, three), "a01", "a02") == before


def test_the_order_of_documents_changes_no_byte(three):
    assert render_json(agree(DOCUMENTS, three)) == render_json(agree(DOCUMENTS[::-1], three))


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda folder: (folder / "a01/d0.json").write_text("{"), "not a JSON record"),
        (lambda folder: (folder / "a01/d0.json").rename(folder / "a01/d9.json"), "says it is of"),
        (lambda folder: keep(folder, person("a01", "gone")), "its document is not in the corpus"),
        (
            lambda folder: keep(
                folder, person("a01", "d0", entities=(*ALL_ENTITIES, entity("بغداد", "ORG")))
            ),
            "overlaps or comes before",
        ),
    ],
)
def test_a_faulty_record_is_refused_with_all_others(three, spoil, cause):
    (three / "a02" / "d1.json").write_text("[]")
    spoil(three)
    with pytest.raises(InputRefused) as refused:
        agree(DOCUMENTS, three)
    assert cause in str(refused.value)
    assert "a02/d1.json" in str(refused.value)


def test_a_missing_machine_record_is_named(three):
    next((three / "machine").glob("d3.*")).unlink()
    with pytest.raises(InputRefused, match=r"d3\..*cannot be read"):
        agree(DOCUMENTS, three)


def test_with_nobody_to_compare_it_says_what_to_do(tmp_path):
    with pytest.raises(RequestError, match=r"no annotator's record\. Collect annotations first"):
        agree(DOCUMENTS, tmp_path)


def test_the_command_prints_a_table_or_json(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    metadata = "[documents.d0]\ndct = 2024-09-28\n"
    write_folder(tmp_path / "in", metadata, d0=TEXT)
    keep(tmp_path / "annotations", person("a01", "d0"), person("a02", "d0"))
    assert main(["agree", "--input", "in"]) == 0
    assert capsys.readouterr().out.startswith("a01 – a02 (1 document)\n")
    assert main(["agree", "--input", "in", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bootstrap"]["over"] == "documents"
