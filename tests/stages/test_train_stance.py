"""Training on simulated annotations: texts and records are made here, no person annotated them."""

import json
from dataclasses import replace

import pytest

from pipeline.annotators.ner.entities import annotate_entities
from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.annotators.stance import annotate_stance
from pipeline.clause_models import FIGURES, WEIGHTS
from pipeline.cli import main
from pipeline.errors import InputRefused, RequestError
from pipeline.model import Annotation, Document, Mention, StanceSpan
from pipeline.records import read_annotation, write_annotation
from pipeline.scheme import find_target
from pipeline.stages.preannotate import preannotate
from pipeline.stages.train_stance import is_held_out, train_stance
from pipeline.weights import load_token_classifier

TARGET = find_target(None)
HOLDERS = ("الوزير", "النائب", "المحافظ", "المتحدث", "السفير")
# What rules do not read: the words of the target are not there.
POSITIONS = {"FAVOR": "القوات الأجنبية ضيوف أطالوا المكوث", "AGAINST": "التحالف سند لا غنى عنه"}
FACT = "الطقس في المدينة معتدل هذا الأسبوع"


def simulated(count):
    """Return documents with two positions each and the records a person might have made."""
    pairs = []
    for number in range(count):
        holder = HOLDERS[number % len(HOLDERS)]
        text, spans = f"الخبر {number}.\n\n", []
        for label, clause in POSITIONS.items():
            start = len(text) + len(f"وقال {holder} إن ")
            text += f"وقال {holder} إن {clause}. وأضاف {holder} أن {FACT}.\n\n"
            said = start - len(f"{holder} إن ")
            spans.append(
                StanceSpan(
                    start=start,
                    end=start + len(clause),
                    text=clause,
                    label=label,
                    target=TARGET.id,
                    holder=Mention(start=said, end=said + len(holder), text=holder),
                )
            )
        document = Document(id=f"d{number}", text=text)
        record = Annotation(
            document=document.id,
            text_sha256=document.sha256,
            agent="a01",
            guideline="1.0",
            stance=tuple(spans),
        )
        pairs.append((document, record))
    return pairs


@pytest.fixture(scope="module")
def nameless_model(tiny_model, tmp_path_factory):
    """The tiny model with a head that finds no names: random ones would hide the verbs."""
    import torch

    loaded = load_token_classifier(str(tiny_model))
    with torch.no_grad():
        loaded.model.classifier.weight.zero_()
        loaded.model.classifier.bias.copy_(torch.tensor([9.0] + [0.0] * 8))
    folder = tmp_path_factory.mktemp("nameless-model")
    loaded.model.save_pretrained(folder)
    loaded.tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tagger(nameless_model):
    return TransformersTagger(load_token_classifier(str(nameless_model)))


def write(folder, pairs, agent="a01"):
    for document, record in pairs:
        path = folder / agent / f"{document.id}.json"
        write_annotation(path, replace(record, agent=agent))
    return [document for document, _ in pairs]


def test_what_rules_cannot_read_is_learnt_and_used(tmp_path, tagger):
    pairs = simulated(60)
    documents = write(tmp_path / "annotations", pairs)
    output = tmp_path / "stance"
    figures = train_stance(documents, tmp_path / "annotations", output, TARGET, tagger)
    assert figures["best"] == "learned"
    assert figures["rules"]["matched"] == 0
    assert figures["learned"]["f1"] > 0.9
    assert figures["documents"]["held_out"] == sum(is_held_out(d.id) for d in documents)

    held_out, gold = next(pair for pair in pairs if is_held_out(pair[0].id))
    (record,) = preannotate([held_out], tagger, output)
    assert "+tawsim-stance-learned@" in record.models["stance"]
    found = {(span.start, span.end, span.label, span.holder) for span in record.stance}
    assert found == {(span.start, span.end, span.label, span.holder) for span in gold.stance}

    weights = (output / WEIGHTS).read_bytes()
    train_stance(documents, tmp_path / "annotations", output, TARGET, tagger)
    assert (output / WEIGHTS).read_bytes() == weights


def test_where_the_rules_are_right_they_stay(tmp_path, tagger):
    texts = [
        f"الخبر {number}.\n\nدعا {HOLDERS[number % 5]} إلى انسحاب قوات التحالف من البلاد.\n\n"
        f"ورفض {HOLDERS[number % 3]} انسحاب القوات الأجنبية."
        for number in range(60)
    ]
    documents = [Document(id=f"d{number}", text=text) for number, text in enumerate(texts)]
    named = annotate_entities(tagger, documents)
    pairs = [
        (
            document,
            Annotation(
                document=document.id,
                text_sha256=document.sha256,
                agent="a01",
                guideline="1.0",
                stance=annotate_stance(document, entities, TARGET),
            ),
        )
        for document, entities in zip(documents, named, strict=True)
    ]
    write(tmp_path / "annotations", pairs)
    output = tmp_path / "stance"
    figures = train_stance(documents, tmp_path / "annotations", output, TARGET, tagger)
    assert figures["rules"]["f1"] == 1
    assert figures["best"] == "rules"
    (record,) = preannotate(documents[:1], tagger, output)
    assert "+" not in record.models["stance"]


def test_too_few_spans_are_refused_with_how_many_are_missing(tmp_path, tagger):
    documents = write(tmp_path / "annotations", simulated(20))
    with pytest.raises(RequestError, match=r"40 annotated spans.*60 are missing"):
        train_stance(documents, tmp_path / "annotations", tmp_path / "out", TARGET, tagger)
    assert not (tmp_path / "out").exists()


def test_the_adjudicated_record_counts_and_two_people_s_are_refused(tmp_path, tagger):
    annotations = tmp_path / "annotations"
    pairs = simulated(50)
    documents = write(annotations, pairs)
    write(annotations, pairs[:1], "a02")
    with pytest.raises(InputRefused, match="2 people annotated it"):
        train_stance(documents, annotations, tmp_path / "out", TARGET, tagger)
    write(annotations, [(d, replace(r, stance=())) for d, r in pairs[:1]], "adjudicated")
    with pytest.raises(RequestError, match=r"98 annotated spans.*2 are missing"):
        train_stance(documents, annotations, tmp_path / "out", TARGET, tagger)


def test_a_record_of_another_text_is_refused(tmp_path, tagger):
    annotations = tmp_path / "annotations"
    documents = write(annotations, simulated(50))
    documents[0] = replace(documents[0], text=documents[0].text + "!")
    with pytest.raises(InputRefused, match="not the one annotated"):
        train_stance(documents, annotations, tmp_path / "out", TARGET, tagger)


@pytest.mark.parametrize("change", [{"encoder": "other@1"}, {"weights_sha256": "0"}])
def test_weights_of_another_encoder_or_damaged_are_refused(tmp_path, tagger, change):
    documents = write(tmp_path / "annotations", simulated(60))
    output = tmp_path / "stance"
    train_stance(documents, tmp_path / "annotations", output, TARGET, tagger)
    figures = json.loads((output / FIGURES).read_text("utf-8"))
    (output / FIGURES).write_text(json.dumps(figures | change), "utf-8")
    with pytest.raises(RequestError, match="train stance"):
        list(preannotate(documents[:1], tagger, output))


def test_the_command_prints_both_figures(tmp_path, nameless_model, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    documents = write(tmp_path / "annotations", simulated(60))
    (tmp_path / "in").mkdir()
    for document in documents:
        (tmp_path / "in" / f"{document.id}.txt").write_bytes(document.text.encode())
    arguments = ["train", "stance", "--input", "in", "--ner", str(nameless_model)]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert [line.split("\t")[0] for line in printed.out.splitlines()] == [
        "rules",
        "embedded",
        "learned",
    ]
    assert "used from now on" in printed.err
    assert (tmp_path / "build/stance" / FIGURES).is_file()
    records = ["preannotate", "in", "--output", "out", "--ner", str(nameless_model)]
    assert main(records) == 0
    read = read_annotation(tmp_path / "out" / f"{documents[0].id}.json")
    assert "+tawsim-stance-learned@" in read.models["stance"]
