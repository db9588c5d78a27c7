import hashlib
import json

import pytest

from pipeline.annotators.ner.standoff import line_digest
from pipeline.annotators.ner.tagger import TransformersTagger
from pipeline.cli import main
from pipeline.errors import RequestError
from pipeline.stages.train import read_corpus, read_recipe, train_ner
from pipeline.weights import PACKED_WEIGHTS, load_token_classifier

SENTENCES = (
    "زار O\nمحمد B-PERS\nالعلي I-PERS\nبغداد B-LOC\nأمس O\n\nغادر O\nسعيد B-PERS\nدمشق B-LOC\n\n"
)
RECIPE = """
version = "9.9.9"
dev = ["dev"]
[options]
batch_size = 4
learning_rate = 0.01
[[phases]]
corpora = ["names"]
epochs = 6
[[phases]]
corpora = ["names", "lines"]
epochs = 2
learning_rate = 0.001
[corpora.names]
path = "ner/train.conll"
sha256 = "{conll}"
sentences = [0, 36]
notes = true
breaks = ["ARTICLE"]
repairs = {{ "P-PERS" = "B-PERS", "X" = "?" }}
[corpora.dev]
path = "ner/train.conll"
sha256 = "{conll}"
sentences = [36, 0]
notes = true
breaks = ["ARTICLE"]
repairs = {{ "P-PERS" = "B-PERS", "X" = "O" }}
[corpora.lines]
path = "lines.jsonl"
format = "standoff"
text = "text.txt"
sha256 = "{lines}"
relabel = true
"""


@pytest.fixture
def recipe(tmp_path):
    """A recipe with a corpus beside it and one in a data folder, each with habits of its own."""
    (tmp_path / "data" / "ner").mkdir(parents=True)
    text = SENTENCES.replace("B-PERS\nالعلي", "P-PERS\nالعلي").replace("أمس O", "أمس O FIX")
    text = text.replace("غادر O\n", "ARTICLE\nغادر X\n") * 20
    (tmp_path / "data" / "ner" / "train.conll").write_text(text, encoding="utf-8")
    line = "زار سعيد الأميركي دمشق"
    (tmp_path / "data" / "text.txt").write_text(line + "\n", encoding="utf-8")
    span = {"start": 18, "end": 22, "label": "LOC", "text": "دمشق"}
    case = {"line": 1, "sha256": line_digest(line), "entities": [span]}
    (tmp_path / "lines.jsonl").write_text(json.dumps(case) + "\n", encoding="utf-8")
    path = tmp_path / "recipe.toml"
    digests = [
        hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("data/ner/train.conll", "lines.jsonl")
    ]
    path.write_text(RECIPE.format(conll=digests[0], lines=digests[1]), encoding="utf-8")
    return path


@pytest.fixture
def train(recipe, tiny_model, tmp_path):
    def run(name, report=lambda phase, line: None):
        return train_ner(recipe, tmp_path / "data", str(tiny_model), tmp_path / name, report)

    return run


def tags_of(model):
    words = ["زار", "محمد", "العلي", "بغداد"]
    return [
        word.tag for word in TransformersTagger(load_token_classifier(str(model))).tag([words])[0]
    ]


def test_training_learns_and_is_the_same_each_time(train, tiny_model, tmp_path):
    record = train("one")
    assert record["dev"]["dev"]["micro avg"]["f1"] == 1.0
    assert [phase["corpora"] for phase in record["phases"]] == [
        {"names": 36},
        {"names": 36, "lines": 1},
    ]
    assert tags_of(tmp_path / "one") == ["O", "B-PER", "I-PER", "B-LOC"] != tags_of(tiny_model)
    assert load_token_classifier(str(tmp_path / "one")).revision == "9.9.9"
    train("two")
    one, two = (tmp_path / name / PACKED_WEIGHTS for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert json.loads((tmp_path / "one" / "training.json").read_text("utf-8")) == record
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(
        ["config.json", "tokenizer.json", "tokenizer_config.json", "training.json", PACKED_WEIGHTS]
    )


def test_an_interrupted_training_goes_on_after_its_last_whole_phase(train, tmp_path):
    def stop(phase, line):
        if phase == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train("one", stop)
    phases = []
    train("one", lambda phase, line: phases.append(phase))
    assert set(phases) == {2}
    train("two")
    one, two = (tmp_path / name / PACKED_WEIGHTS for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert not list(tmp_path.glob(".*partial"))


def test_a_training_interrupted_before_its_average_goes_on_there(
    train, recipe, tmp_path, monkeypatch
):
    text = recipe.read_text("utf-8")
    recipe.write_text("average = [0.25, 0.75]\n" + text, encoding="utf-8")

    def stop(folders, shares):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.stages.train.average", stop)
        with pytest.raises(KeyboardInterrupt):
            train("one")
    last = (tmp_path / ".one.partial" / "phase-2" / PACKED_WEIGHTS).read_bytes()
    phases = []
    train("one", lambda phase, line: phases.append(phase))
    assert phases == []
    train("two")
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    assert one[PACKED_WEIGHTS] != last


def test_corpora_are_read_in_their_own_habits(recipe, tmp_path):
    corpora = read_recipe(recipe).corpora
    places = (recipe.parent, tmp_path / "data")
    names, dev = (read_corpus(corpora[name], places) for name in ("names", "dev"))
    assert (len(names), len(dev)) == (36, 4)
    assert names[0].tags == ("O", "B-PER", "I-PER", "B-LOC", "O")
    assert names[1].tags == ("?", "B-PER", "B-LOC")
    (line,) = read_corpus(corpora["lines"], places)
    assert line.tags == ("O", "O", "B-MISC", "B-LOC")


def test_an_existing_folder_is_refused(train, tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(RequestError, match="exists already"):
        train("one")


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ('version = "9.9.9"\n', "", "no key 'version'"),
        ("version = ", "version ", "recipe.toml"),
        ('corpora = ["names", "lines"]', 'corpora = ["poems"]', "'poems' is not described"),
        ("batch_size", "batch", "unknown option 'batch'"),
        ("standoff", "brat", "'brat' of lines is neither conll nor standoff"),
        ('path = "lines.jsonl"', 'path = "gone.jsonl"', "'lines' of the recipe is not there"),
        ("relabel = true", "relabel = true\ncolour = 1", "colour"),
        ('"X" = "O"', '"X" = "?"', "unknown labels cannot be scored"),
        ("epochs = 6", "epochs = 0", "epochs is 0, not a whole number"),
        ("epochs = 6", 'epochs = "6"', "epochs is '6', not a whole number"),
        ("dev = ", "average = [1.0]\ndev = ", "average has 1 shares for 2 phases"),
        ("dev = ", "average = [0.5, 0.6]\ndev = ", r"average is \[0.5, 0.6\], shares that do not"),
        ("dev = ", 'average = ["a", "b"]\ndev = ', r"average is \['a', 'b'\], shares that do not"),
        ("[0, 36]", "[0]", "unpack"),
        ('text = "text.txt"\n', "", "lines is standoff and names no text"),
    ],
)
def test_a_recipe_at_fault_is_refused_with_its_cause(train, recipe, tmp_path, old, new, cause):
    text = recipe.read_text("utf-8")
    assert old in text
    recipe.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RequestError, match=cause):
        train("one")
    assert not (tmp_path / "one").exists()


def test_a_recipe_without_phases_is_refused(train, recipe):
    head, rest = recipe.read_text("utf-8").split("[[phases]]", 1)
    corpora = rest[rest.index("[corpora.names]") :]
    recipe.write_text("phases = []\n" + head + corpora, encoding="utf-8")
    with pytest.raises(RequestError, match="phases is empty"):
        train("one")


@pytest.mark.parametrize("name", ["text.txt", "lines.jsonl"])
def test_a_file_that_is_no_utf8_is_refused(train, recipe, tmp_path, name):
    path = next(place / name for place in (tmp_path, tmp_path / "data") if (place / name).exists())
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes("بغداد\n".encode("cp1256"))
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    recipe.write_text(recipe.read_text("utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(RequestError, match=rf"{name}: 'utf-8' codec can't decode"):
        train("one")


def test_another_file_than_the_recipes_is_refused(train, tmp_path):
    with (tmp_path / "data" / "ner" / "train.conll").open("a", encoding="utf-8") as file:
        file.write("زاد O\n")
    with pytest.raises(RequestError, match="the recipe's corpus 'names' has another"):
        train("one")


def test_the_command_says_what_comes_of_each_epoch(recipe, tiny_model, tmp_path, capsys):
    words = ["train", "ner", str(recipe), "--data", str(tmp_path / "data")]
    words += ["--encoder", str(tiny_model), "--output", str(tmp_path / "model")]
    assert main(words) == 0
    said = capsys.readouterr().err
    assert "phase 2, epoch 2: loss" in said
    assert "micro-F1 1.0000 on dev" in said
