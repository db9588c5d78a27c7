"""The backends of `--ner`, and what they say when the model is not there."""

import json
import math
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from pipeline.annotators.ner.backends import load_tagger
from pipeline.annotators.ner.camel import CamelTagger
from pipeline.annotators.ner.tagger import TransformersTagger, most_together, plan_batches
from pipeline.errors import RequestError
from pipeline.weights import Recognizer, load_token_classifier
from tests.random_bert import CAMEL_MODEL, TAGS, save_camel_data

UNREAD = "\u064b\u064c"  # tashkeel alone: the tokenizer leaves nothing of it


@pytest.fixture(scope="module")
def camel_data(tmp_path_factory):
    data = tmp_path_factory.mktemp("camel") / "data"
    save_camel_data(data, layers=1, hidden=32, heads=2)
    return data


def preannotate(root, folder, *arguments, **environment):
    """Run the command in a process of its own: camel-tools reads CAMELTOOLS_DATA once."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "preannotate", *map(str, arguments)],
        cwd=root,
        env={**os.environ, "HOME": str(folder), "HF_HUB_OFFLINE": "1", **environment},
        capture_output=True,
        text=True,
    )


def test_camel_gives_the_tags_its_model_gives(root, camel_data, tmp_path):
    words = tmp_path / "words.conll"
    texts = [path.read_text("utf-8") for path in sorted((root / "seeds").glob("*.txt"))]
    lines = [line.split() for text in texts for line in text.split("\n") if line.split()]
    sentences = ["".join(f"{word} O\n" for word in line) for line in lines]
    words.write_text("\n".join(sentences), encoding="utf-8")
    tagged = []
    for name in ("camel", camel_data / CAMEL_MODEL):
        output = tmp_path / "tagged.conll"
        arguments = (words, "--ner", name, "--output", output)
        done = preannotate(root, tmp_path, *arguments, CAMELTOOLS_DATA=str(camel_data))
        assert done.returncode == 0, done.stderr
        tagged.append(output.read_text("utf-8"))
    assert tagged[0] == tagged[1]
    assert "B-" in tagged[0]


def test_camels_spans_have_no_scores(root, camel_data, tmp_path):
    output = tmp_path / "records.jsonl"
    arguments = ("seeds", "--ner", "camel", "--output", output)
    done = preannotate(root, tmp_path, *arguments, CAMELTOOLS_DATA=str(camel_data))
    assert done.returncode == 0, done.stderr
    for record in map(json.loads, output.read_text("utf-8").splitlines()):
        # Only the adjectives that the rule of nationality adds have a score, the rule's.
        assert {span.get("score", 0.76) for span in record["entities"]} == {0.76}
        unscored = sum("score" not in span for span in record["entities"])
        assert unscored > len(record["entities"]) / 2
        assert record["models"]["entities"].startswith("camel-tools-arabert@")


def test_camel_keeps_the_words_of_a_conll_file(root, camel_data, tmp_path):
    words = ["زار", UNREAD, "ب" * 10_000, "في" * 300, "بغداد"] * 120  # past 256 pieces
    source, output = tmp_path / "words.conll", tmp_path / "tagged.conll"
    source.write_text("".join(f"{word} O\n" for word in words), encoding="utf-8")
    arguments = (source, "--ner", "camel", "--output", output)
    done = preannotate(root, tmp_path, *arguments, CAMELTOOLS_DATA=str(camel_data))
    assert done.returncode == 0, done.stderr
    tagged = [line.split(" ") for line in output.read_text("utf-8").splitlines() if line]
    assert [word for word, _ in tagged] == words
    assert {tag for word, tag in tagged if word == UNREAD} == {"O"}
    assert {tag for _, tag in tagged} > {"O"}


class StandIn:
    """A recognizer that leaves out the labels of words it does not read, as the real one does."""

    def __init__(self, tags=TAGS, lost=0):
        self.model = SimpleNamespace(config=SimpleNamespace(id2label=dict(enumerate(tags))))
        self.tokenizer = SimpleNamespace(tokenize=list)
        self.lost = lost

    def predict(self, sentences):
        named = [["B-PERS" for word in words if word] for words in sentences]
        return [labels[self.lost :] for labels in named]


def test_words_that_camel_leaves_out_shift_no_label():
    tagger = CamelTagger(Recognizer(StandIn(), "stand-in", "1"))
    tagged = tagger.tag([[UNREAD, "محمد", UNREAD], [], [UNREAD]])
    assert [[word.tag for word in words] for words in tagged] == [["O", "B-PER", "O"], [], ["O"]]
    assert all(math.isnan(word.probability) for words in tagged for word in words)


def test_a_label_lost_by_camel_is_said_and_not_guessed():
    tagger = CamelTagger(Recognizer(StandIn(lost=1), "stand-in", "1"))
    with pytest.raises(RequestError, match="'stand-in@1': gave 1 labels to the 2 words"):
        tagger.tag([["محمد", "السوداني"]])


def test_a_label_of_camel_the_scheme_does_not_know_is_named():
    with pytest.raises(RequestError, match="'B-VEHICLE' has no place in the scheme"):
        CamelTagger(Recognizer(StandIn(tags=("O", "B-VEHICLE")), "stand-in", "1"))


@pytest.mark.parametrize(("catalogue", "said"), [(False, "no catalogue"), (True, "is not in")])
def test_camel_without_its_data_says_what_to_run(root, tmp_path, catalogue, said):
    data = tmp_path / "data"
    if catalogue:
        save_camel_data(data, layers=1, hidden=32, heads=2)
        (data / CAMEL_MODEL).rename(tmp_path / "elsewhere")
    arguments = ("seeds", "--ner", "camel", "--output", tmp_path / "out")
    done = preannotate(root, tmp_path, *arguments, CAMELTOOLS_DATA=str(data))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for words in ("model 'camel'", said, str(data), "camel_data -i ner-arabert", "CAMELTOOLS_DATA"):
        assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_hub_model_that_is_not_there_says_how_to_fetch_it(root, tmp_path):
    cache = tmp_path / "cache"
    arguments = ("seeds", "--ner", "owner/model", "--output", tmp_path / "out")
    done = preannotate(root, tmp_path, *arguments, HF_HUB_CACHE=str(cache))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for words in (str(root / "owner" / "model"), str(cache), "hf download owner/model"):
        assert words in done.stderr


@pytest.mark.parametrize("name", ["absent/folder/model", "./absent", "أحمد/model"])
def test_a_name_that_is_no_hub_id_asks_for_a_folder(monkeypatch, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError) as caught:
        load_tagger(name)
    assert repr(name) in str(caught.value)
    assert "hf download" not in str(caught.value)


@pytest.mark.parametrize("removed", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_says_what_it_needs(tiny_model, tmp_path, removed):
    for file in tiny_model.iterdir():
        if file.name != removed:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(RequestError, match="It needs config") as caught:
        load_tagger(str(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_pickled_weights_are_not_loaded(tiny_model, tmp_path):
    for file in tiny_model.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save(load_file(tiny_model / "model.safetensors"), tmp_path / "pytorch_model.bin")
    with pytest.raises(RequestError, match="no token-classification model"):
        load_tagger(str(tmp_path))


@given(lengths=st.lists(st.integers(3, 1500), max_size=200).map(sorted))
def test_batches_hold_every_row_once_within_their_size(lengths):
    batches = plan_batches(lengths)
    assert [row for start, end in batches for row in range(start, end)] == [*range(len(lengths))]
    for start, end in batches:
        assert start < end
        assert end == start + 1 or (end - start) * lengths[end - 1] <= 1024


def test_rows_of_like_length_go_together_and_of_unlike_apart():
    assert plan_batches([10] * 20 + [200] * 3) == [(0, 20), (20, 23)]


def test_a_gpu_gets_what_half_its_free_memory_holds(tiny_model, monkeypatch):
    model = load_token_classifier(str(tiny_model)).model
    assert most_together(model) == (1024, 64)
    gibibytes = 2**30
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (8 * gibibytes, 16 * gibibytes))
    on_gpu = SimpleNamespace(device=torch.device("cuda"), config=model.config)
    pieces, rows = most_together(on_gpu)
    assert rows > 64
    assert pieces * 4 * 16 * model.config.hidden_size < 4 * gibibytes
    assert [end - start for start, end in plan_batches([20] * 256, pieces, rows)] == [256]
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (0, 16 * gibibytes))
    assert most_together(on_gpu) == (1024, rows)


def test_batching_changes_no_label(tiny_model):
    tagger = TransformersTagger(load_token_classifier(str(tiny_model)))
    sentences = [["كلمة"] * (number % 9 + 1) + ["بغداد"] for number in range(60)]
    together = tagger.tag(sentences)
    for sentence, tags in zip(sentences[:9], together, strict=False):
        assert [word.tag for word in tagger.tag([sentence])[0]] == [word.tag for word in tags]
