import json
from dataclasses import replace

import pytest

from pipeline.cli import main
from pipeline.errors import InputRefused, RequestError
from pipeline.records import write_annotation
from pipeline.stages.evaluate import evaluate
from tests.examples import annotation

GOLD = "زار O\nمحمد B-PERS\nالعلي I-PERS\n\nبغداد B-LOC\n"


@pytest.fixture
def files(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_conll_files_are_compared_with_mapped_labels(files, capsys):
    gold = files("gold.txt", GOLD)
    predicted = files("pred.conll", "زار O\nمحمد B-PER\nالعلي O\n\nبغداد I-LOC\n")
    assert main(["evaluate", str(gold), str(predicted), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["entities"]
    assert scores["exact"]["PER"]["f1"] == 0.0
    assert scores["partial"]["PER"]["f1"] == 1.0
    assert scores["exact"]["LOC"]["f1"] == 1.0, "I- after O begins an entity, as in conlleval"
    assert scores["exact"]["micro avg"]["f1"] == 0.5
    assert main(["evaluate", str(gold), str(predicted)]) == 0
    assert "entities  micro avg" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["زار O\nمحمود B-PER\nالعلي O\n\nبغداد O\n", "زار O\nمحمد O\nالعلي O\n"]
)
def test_other_words_are_refused_with_their_sentence(files, text):
    with pytest.raises(InputRefused, match=r"sentence [12]: other words than in"):
        evaluate(files("gold.txt", GOLD), files("pred.txt", text))


def test_a_conll_files_words_are_tagged_as_they_are_given(files, tiny_model, tmp_path):
    gold = files("gold.txt", GOLD)
    ner = ["--ner", str(tiny_model)]
    output = tmp_path / "pred.conll"
    assert main(["preannotate", str(gold), "--output", str(output), *ner]) == 0
    words = [line.split()[:1] for line in output.read_text("utf-8").split("\n")]
    assert words[:6] == [line.split()[:1] for line in GOLD.split("\n")]
    assert evaluate(gold, output)["entities"].exact["micro avg"].gold == 2
    assert main(["preannotate", str(gold), "--output", str(tmp_path / "p.jsonl"), *ner]) == 2


def test_records_are_compared_layer_by_layer(tmp_path):
    write_annotation(tmp_path / "gold" / "example.json", annotation("a01"))
    fewer = replace(annotation(), entities=annotation().entities[:1], dates=())
    write_annotation(tmp_path / "pred" / "example.json", fewer)
    layers = evaluate(tmp_path / "gold", tmp_path / "pred")
    assert layers["entities"].exact["micro avg"].recall == pytest.approx(1 / 3)
    assert layers["dates"].exact["micro avg"].f1 == 0.0
    assert layers["stance"].exact["micro avg"].f1 == 1.0


def test_no_record_or_two_of_a_document_are_refused(tmp_path):
    (tmp_path / "none").mkdir()
    for name in ("a", "b"):
        write_annotation(tmp_path / "two" / f"{name}.json", annotation())
    with pytest.raises(RequestError, match="holds no record"):
        evaluate(tmp_path / "none", tmp_path / "none")
    with pytest.raises(RequestError, match="several records of one document"):
        evaluate(tmp_path / "two", tmp_path / "two")


def test_a_missing_or_other_document_is_refused(tmp_path, files):
    write_annotation(tmp_path / "gold" / "example.json", annotation("a01"))
    write_annotation(tmp_path / "pred" / "other.json", annotation(document="other"))
    with pytest.raises(InputRefused, match="holds no record of document 'example'"):
        evaluate(tmp_path / "gold", tmp_path / "pred")
    (tmp_path / "pred" / "other.json").unlink()
    write_annotation(tmp_path / "pred" / "example.json", annotation(text_sha256="0" * 64))
    with pytest.raises(InputRefused, match="its text differs"):
        evaluate(tmp_path / "gold", tmp_path / "pred")
    with pytest.raises(RequestError, match="one is CoNLL"):
        evaluate(tmp_path / "gold", files("pred.conll", GOLD))
