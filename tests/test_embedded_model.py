"""The model that ships: its size, its figures, and what it makes of the seeds."""

import json

import pytest

from pipeline.annotators.ner.tagger import TransformersTagger, predict_tags
from pipeline.annotators.ner.train import micro_f1
from pipeline.corpus import read_corpus
from pipeline.records import check_annotation
from pipeline.scheme import ENTITIES, load_scheme
from pipeline.stages.preannotate import preannotate
from pipeline.stages.train import read_sentences, split_last_tenth
from pipeline.weights import EMBEDDED_NER, load_token_classifier


@pytest.fixture(scope="module")
def classifier():
    return load_token_classifier("embedded")


@pytest.fixture(scope="module")
def training():
    return json.loads((EMBEDDED_NER / "training.json").read_text("utf-8"))


def test_the_folder_takes_at_most_32_mib():
    assert sum(path.stat().st_size for path in EMBEDDED_NER.iterdir()) <= 32 * 2**20


def test_the_figure_on_dev_is_the_one_the_card_states(classifier, training, shared_data):
    files = [shared_data / "ner" / name for name in training["data"]]
    _, dev = split_last_tenth(read_sentences(files, load_scheme().aliases(ENTITIES)))
    figure = micro_f1(dev, predict_tags(classifier, dev))
    assert figure == pytest.approx(training["dev"]["micro_f1"], abs=0.005)
    assert figure >= 0.70


def test_the_card_states_the_figures_of_the_training(training):
    card = (EMBEDDED_NER / "README.md").read_text("utf-8")
    assert training["version"] in card
    for label, row in training["dev"].items():
        figures = [row] if label == "micro_f1" else [row["precision"], row["recall"], row["f1"]]
        for figure in figures:
            assert f"{100 * figure:.1f}" in card, f"{label} {figure}"


def test_the_seeds_get_entities_that_fit_their_texts(classifier, root):
    documents = list(read_corpus(root / "seeds"))
    tagger = TransformersTagger(classifier)
    for document, record in zip(documents, preannotate(documents, tagger), strict=True):
        assert check_annotation(record, document) == []
        assert record.models[ENTITIES] == f"tawsim-ner@{classifier.revision}+nisba"
        found = {(entity.label, entity.text) for entity in record.entities}
        assert ("LOC", "العراق") in found
        assert {text for label, text in found if label == "MISC"}
