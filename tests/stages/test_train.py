import json

import pytest

from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.annotators.ner.train import TrainingOptions
from pipeline.errors import RequestError
from pipeline.scheme import ENTITIES, load_scheme
from pipeline.stages.train import split_last_tenth, train_ner
from pipeline.weights import PACKED_WEIGHTS, load_token_classifier

SENTENCES = (
    "زار O\nمحمد B-PERS\nالعلي I-PERS\nبغداد B-LOC\nأمس O\n\nغادر O\nسعيد B-PERS\nدمشق B-LOC\n\n"
)


@pytest.fixture
def train(tiny_model, tmp_path):
    data = tmp_path / "train.conll"
    data.write_text(SENTENCES * 20, encoding="utf-8")
    aliases = load_scheme().aliases(ENTITIES)
    options = TrainingOptions(epochs=8, learning_rate=0.01, batch_size=4)

    def run(name):
        return train_ner(
            str(tiny_model), [data], tmp_path / name, aliases, "9.9.9", options, lambda line: None
        )

    return run


def tags_of(model):
    words = ["زار", "محمد", "العلي", "بغداد"]
    return [
        word.tag for word in TransformersTagger(load_token_classifier(str(model))).tag([words])[0]
    ]


def test_training_learns_and_is_the_same_each_time(train, tiny_model, tmp_path):
    record = train("one")
    assert record["dev"]["micro_f1"] == 1.0
    assert tags_of(tmp_path / "one") == ["O", "B-PER", "I-PER", "B-LOC"] != tags_of(tiny_model)
    assert load_token_classifier(str(tmp_path / "one")).revision == "9.9.9"
    train("two")
    one, two = (tmp_path / name / PACKED_WEIGHTS for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert json.loads((tmp_path / "one" / "training.json").read_text("utf-8")) == record


def test_an_existing_folder_is_refused(train, tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(RequestError, match="exists already"):
        train("one")


def test_the_last_tenth_is_held_out():
    train, dev = split_last_tenth(range(105))
    assert (len(train), dev) == (95, list(range(95, 105)))
