"""The model that ships: its size, its figures, and what it makes of the seeds."""

import json

import pytest

from pipeline import corpus
from pipeline.annotators.ner.calibration import (
    cross_validated_error,
    expected_calibration_error,
    fit_calibration,
)
from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.records import check_annotation
from pipeline.scheme import ENTITIES
from pipeline.stages.preannotate import preannotate
from pipeline.stages.train import judge, measure, read_corpus, read_recipe
from pipeline.weights import EMBEDDED_NER, load_token_classifier


@pytest.fixture(scope="module")
def classifier():
    return load_token_classifier("embedded")


@pytest.fixture(scope="module")
def training():
    return json.loads((EMBEDDED_NER / "training.json").read_text("utf-8"))


def test_the_folder_takes_at_most_32_mib():
    assert (
        sum(path.stat().st_size for path in EMBEDDED_NER.rglob("*") if path.is_file()) <= 32 * 2**20
    )


@pytest.fixture(scope="module")
def dev(shared_data):
    recipe_file = EMBEDDED_NER / "recipe.toml"
    recipe = read_recipe(recipe_file)
    places = (recipe_file.parent, shared_data)
    return {name: read_corpus(recipe.corpora[name], places) for name in recipe.dev}


def test_the_figures_on_dev_are_those_the_card_states(classifier, training, dev):
    for name, sentences in dev.items():
        stated, measured = training["dev"][name], measure(classifier, sentences)
        assert measured.keys() == stated.keys()
        for label, row in measured.items():
            assert row["support"] == stated[label]["support"]
        assert measured["micro avg"]["f1"] == pytest.approx(stated["micro avg"]["f1"], abs=0.005)


def test_its_scores_are_calibrated(classifier, training, dev):
    scores, right = judge(classifier, [sentence for part in dev.values() for sentence in part])
    stated = training["calibration"]
    assert expected_calibration_error(scores, right) == pytest.approx(stated["before"], abs=0.01)
    assert cross_validated_error(scores, right) <= 0.05
    assert classifier.calibration == fit_calibration(scores, right)


def test_no_dev_sentence_is_in_training(shared_data, dev):
    recipe_file = EMBEDDED_NER / "recipe.toml"
    recipe = read_recipe(recipe_file)
    held_out = {" ".join(s.words) for part in dev.values() for s in part if len(s.words) > 5}
    for phase in recipe.phases:
        for name in phase.corpora:
            seen = read_corpus(recipe.corpora[name], (recipe_file.parent, shared_data))
            assert not held_out & {" ".join(sentence.words) for sentence in seen}, name


def test_the_card_states_the_figures_of_the_training(training):
    card = (EMBEDDED_NER / "README.md").read_text("utf-8")
    assert training["version"] in card
    for name, figures in training["dev"].items():
        for label, row in figures.items():
            cells = [f"{100 * row[key]:.1f}" for key in ("precision", "recall", "f1")]
            line = f"| {name} | {label} | {' | '.join(cells)} | {row['support']} |"
            assert line in card


def test_the_seeds_get_entities_that_fit_their_texts(classifier, root):
    documents = list(corpus.read_corpus(root / "seeds"))
    tagger = TransformersTagger(classifier)
    for document, record in zip(documents, preannotate(documents, tagger), strict=True):
        assert check_annotation(record, document) == []
        assert record.models[ENTITIES] == f"tawsim-ner@{classifier.revision}+nisba"
        found = {(entity.label, entity.text) for entity in record.entities}
        assert ("LOC", "العراق") in found
        assert {text for label, text in found if label == "MISC"}
