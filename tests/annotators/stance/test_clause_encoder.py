"""Clauses as the encoder reads them; what it and the rules propose, brought together."""

import json
from dataclasses import asdict, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotators.ner.calibration import UNCALIBRATED
from pipeline.annotators.stance import annotate_stance, find_clauses
from pipeline.annotators.stance.clause_encoder import TrainingOptions, encode_clauses, fine_tune
from pipeline.annotators.stance.learned import CLASSES, ClauseModel, Verdict, own_layer
from pipeline.clause_models import EMBEDDED_STANCE, find_clause_model
from pipeline.model import Document, Mention
from pipeline.scheme import find_target
from pipeline.stages.train import start_from
from tests.annotators.stance.development import UNREAD
from tests.annotators.stance.fine_tune import SETS
from tests.strategies import document_texts

TARGET = find_target(None)
RULED = "دعا الوزير إلى انسحاب قوات التحالف"
TEXT = f"{RULED}. وقال النائب إن القوات الأجنبية ضيوف أطالوا المكوث. وأضاف أن الطقس معتدل."


@pytest.fixture(scope="module")
def encoder(tiny_model):
    return start_from(str(tiny_model), CLASSES, 1, "test")


def mentions(text, *words):
    return [Mention(start=text.index(w), end=text.index(w) + len(w), text=w) for w in words]


class Verdicts:
    """A model that gives each clause the verdict of the first of its words that is listed."""

    def __init__(self, **by_word):
        self.by_word = by_word

    def judge(self, text, clauses):
        return [
            next((v for word, v in self.by_word.items() if word in c.text), Verdict("FAVOR", 0.0))
            for c in clauses
        ]


def labels(model):
    spans = annotate_stance(Document(id="d", text=TEXT), (), TARGET, model)
    return [(span.label, span.rule) for span in spans]


def test_a_rule_s_span_stays_whatever_the_model_says():
    ruled = [("FAVOR", "demand-verb:whole")]
    assert labels(None) == ruled
    assert labels(Verdicts(انسحاب=Verdict("AGAINST", 1.0))) == ruled


def test_what_else_is_said_is_proposed_from_the_lowest_score_on():
    lowest = TARGET.lowest_score
    assert len(labels(Verdicts(ضيوف=Verdict("AGAINST", lowest - 0.01)))) == 1
    sure = Verdicts(ضيوف=Verdict("AGAINST", lowest))
    _, span = annotate_stance(Document(id="d", text=TEXT), (), TARGET, sure)
    assert span.text == "القوات الأجنبية ضيوف أطالوا المكوث"
    assert span.holder.text == "النائب"
    assert (span.label, span.rule, span.cue, span.score) == ("AGAINST", "clause", None, lowest)


@given(document_texts, st.randoms(use_true_random=False))
def test_whatever_a_model_says_spans_are_in_order_and_apart(text, random):
    class Guesses:
        def judge(self, text, clauses):
            return [Verdict("FAVOR", random.random()) for _ in clauses]

    whole = f"{TEXT}\n\n{text}\n\n{TEXT}"
    spans = annotate_stance(Document(id="d", text=whole), (), TARGET, Guesses())
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.text == whole[span.start : span.end] for span in spans)


def test_a_clause_has_the_same_features_whatever_is_asked_beside_it(encoder):
    clauses = mentions(TEXT, RULED, "القوات الأجنبية ضيوف أطالوا المكوث", "الطقس معتدل", "النائب")
    together = encode_clauses(encoder, TEXT, clauses)
    for clause, features in zip(clauses, together, strict=True):
        (alone,) = encode_clauses(encoder, TEXT, [clause])
        assert (alone - features).abs().max() < 1e-5
    assert (together[0] - together[1]).abs().max() > 1e-3
    assert encode_clauses(encoder, TEXT, []).shape == (0, encoder.model.config.hidden_size)


@pytest.mark.parametrize("text", ["كلمة " * 400, "ق" * 3000, "ق \u200f \u064b 🤝🏽 x"])
def test_a_clause_of_any_length_or_signs_is_read(encoder, text):
    whole = Mention(start=0, end=len(text.strip()), text=text.strip())
    features = encode_clauses(encoder, text, [whole])
    assert features.isfinite().all()


def test_fine_tuning_learns_and_is_the_same_for_a_seed(tiny_model):
    clauses = ["القوات ضيوف أطالوا المكوث", "التحالف سند لا غنى عنه", "الطقس معتدل"]
    text = " ".join(clauses)
    labelled = [*zip(mentions(text, *clauses), ("FAVOR", "AGAINST", "none"), strict=True)]
    options = TrainingOptions(epochs=60, learning_rate=3e-3, head_rate=3e-2, dropout=0.0)
    weights = []
    for _ in range(2):
        encoder = start_from(str(tiny_model), CLASSES, 1, "test")
        losses = list(fine_tune(encoder, [(text, labelled)], options))
        assert losses[-1] < losses[0] / 2
        weights.append(encoder.model.classifier.weight.detach().clone())
        judged = ClauseModel(encoder, own_layer(encoder), "").judge(text, mentions(text, *clauses))
        assert [verdict.label for verdict in judged[:2]] == ["FAVOR", "AGAINST"]
        assert [verdict.score > 0.5 for verdict in judged] == [True, True, False]
    assert (weights[0] == weights[1]).all()


def test_the_embedded_model_judges_its_own_target_and_no_other():
    model = find_clause_model(TARGET, None)
    document = Document(id="d", text=TEXT)
    clauses = find_clauses(document, (), TARGET)
    assert all(0 < verdict.score < 1 for verdict in model.judge(TEXT, clauses))
    assert model.calibration != UNCALIBRATED
    assert model.name.startswith("tawsim-stance-clauses@")
    assert find_clause_model(replace(TARGET, id="other"), None) is None


def test_the_embedded_model_is_what_its_card_and_its_training_say():
    folder = {path.name: path for path in EMBEDDED_STANCE.iterdir()}
    assert {"LICENSE", "README.md", "config.json", "training.json"} <= folder.keys()
    assert sum(path.stat().st_size for path in folder.values()) <= 32 * 2**20
    training = json.loads(folder["training.json"].read_text("utf-8"))
    config = json.loads(folder["config.json"].read_text("utf-8"))
    assert training["options"] == asdict(TrainingOptions())
    assert tuple(training["sets"]) == SETS
    assert not set(training["sets"]) & set(UNREAD)
    assert (training["version"], training["target"]) == (
        config["tawsim_version"],
        config["tawsim_target"],
    )
    card = folder["README.md"].read_text("utf-8")
    counts = training["clauses"]
    for stated in (training["version"], training["documents"], training["calibration"]["clauses"]):
        assert str(stated) in card
    assert all(f"{counts[label]} {label}" in card for label in ("FAVOR", "AGAINST", "NEUTRAL"))
    assert f"{counts['none']} that" in card
