import json
import math
from itertools import pairwise

import pytest
from hypothesis import given

from pipeline.annotators.ner.entities import (
    annotate_entities,
    spans_of,
    with_nationalities,
    with_one_label,
)
from pipeline.annotators.ner.tagger import TransformersTagger, WordTag, model_view
from pipeline.errors import RequestError
from pipeline.model import Document, Entity
from pipeline.tokens import tokenize
from pipeline.weights import load_token_classifier
from tests.strategies import texts


@pytest.fixture(scope="module")
def tagger(tiny_model):
    return TransformersTagger(load_token_classifier(str(tiny_model)))


def test_a_word_has_one_tag_whatever_it_is_batched_with(tagger):
    short = ["زار", "محمد", "بغداد"]
    long = [f"كلمة{n}" for n in range(40)]
    alone = tagger.tag([short])[0]
    together = tagger.tag([long, short, [], ["ـ"]])[1]
    assert [word.tag for word in alone] == [word.tag for word in together]
    assert [w.probability for w in alone] == pytest.approx(
        [w.probability for w in together], abs=1e-5
    )


def test_no_word_of_a_long_sentence_goes_unlabelled(tagger):
    words = [f"كلمة{n}" for n in range(200)]  # many windows of a 64-piece model
    tags = tagger.tag([words])[0]
    assert len(tags) == len(words)
    assert all(tag.probability < 1.0 for tag in tags)  # 1.0 stands for "never read"


def test_tashkeel_tatweel_and_invisible_signs_do_not_reach_the_model(tagger):
    plain, dressed = ["محمد", "في", "بغداد"], ["مُحَمَّد", "فِي", "بغـــداد\u200f"]
    assert [model_view(word) for word in dressed] == plain
    assert tagger.tag([plain]) == tagger.tag([dressed])


def test_a_megabyte_without_a_space_is_one_word(tagger):
    tags = tagger.tag([["ب" * 1_000_000, "بغداد"]])[0]
    assert len(tags) == 2


def test_a_label_the_scheme_does_not_know_is_named(tiny_model, tmp_path):
    for file in tiny_model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    config["id2label"]["1"] = "B-VEHICLE"
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(RequestError, match="'B-VEHICLE' has no place in the scheme"):
        TransformersTagger(load_token_classifier(str(tmp_path)))


@given(text=texts)
def test_entities_cover_whole_words_of_the_raw_text(tagger, text):
    words = {(t.start, t.end) for t in tokenize(text) if t.is_word}
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    previous = 0
    for entity in annotate_entities(tagger, [Document(id="d", text=text)])[0]:
        assert text[entity.start : entity.end] == entity.text
        assert entity.start in starts
        assert entity.end in ends
        assert previous <= entity.start
        previous = entity.end


def tags(*names):
    return [WordTag(name, 0.9) for name in names]


def test_tags_become_entities_as_conlleval_reads_them():
    text = "زار محمد السوداني بغداد وواشنطن"
    spans = spans_of(text, tokenize(text), tags("O", "B-PER", "I-PER", "I-LOC", "B-LOC"))
    assert [(s.text, s.label) for s in spans] == [
        ("محمد السوداني", "PER"),
        ("بغداد", "LOC"),
        ("وواشنطن", "LOC"),
    ]


def test_punctuation_at_the_edges_stays_outside_and_inside_stays():
    text = 'كتائب "حزب الله" ،'
    spans = spans_of(text, tokenize(text), tags(*["B-ORG", *["I-ORG"] * 5]))
    assert [s.text for s in spans] == ['كتائب "حزب الله']


def labelled(text, *names):
    tokens = tokenize(text)
    entities = with_nationalities(text, tokens, spans_of(text, tokens, tags(*names)))
    return [(entity.text, entity.label) for entity in entities]


def test_adjectives_of_nationality_outside_a_name_are_misc():
    text = "أكدت الحكومة العراقية والجيش الأمريكي موقفاً أميركياً"
    assert labelled(text, "O", "O", "O", "B-ORG", "I-ORG", "O", "O") == [
        ("العراقية", "MISC"),
        ("والجيش الأمريكي", "ORG"),
        ("أميركياً", "MISC"),
    ]


def test_an_adjective_that_is_a_surname_belongs_to_the_person():
    text = "قال محمد شياع السوداني إن مكتب السوداني زار للسوداني بيتاً"
    found = labelled(text, "O", "B-PER", "I-PER", *["O"] * 7)
    assert found == [
        ("محمد شياع السوداني", "PER"),
        ("السوداني", "PER"),
        ("للسوداني", "PER"),
    ]
    text = "قال محمد المصري إن الوفد العراقي غادر"
    assert labelled(text, "O", "B-PER", *["O"] * 5) == [
        ("محمد المصري", "PER"),
        ("العراقي", "MISC"),
    ]


def test_an_entity_of_punctuation_alone_is_none():
    text = "« »"
    assert spans_of(text, tokenize(text), tags("B-ORG", "I-ORG")) == []


def named(text, *pairs):
    """Entities over the first free mention of each name: (label, name, score)."""
    found, place = [], 0
    for label, name, score in pairs:
        start = text.index(name, place)
        place = start + len(name)
        found.append(Entity(start=start, end=place, text=name, label=label, score=score))
    return found


def consistent(text, *pairs):
    done = with_one_label(text, tokenize(text), named(text, *pairs))
    assert all(text[entity.start : entity.end] == entity.text for entity in done)
    return [(entity.label, entity.text) for entity in done]


def test_a_name_has_the_label_that_its_mentions_scores_speak_for():
    text = "زار نادال باريس. قال نادال. فاز نادال."
    mentions = [("ORG", "نادال", 0.5), ("LOC", "باريس", 0.9), ("PER", "نادال", 0.4)]
    assert consistent(text, *mentions, ("PER", "نادال", 0.3)) == [
        ("PER", "نادال"),
        ("LOC", "باريس"),
        ("PER", "نادال"),
        ("PER", "نادال"),
    ]


def test_a_sure_name_is_found_where_its_words_stand_without_one():
    text = "قال محمد شياع إن بغداد بخير، ومحمد شياع في بغداد 🙂 وبغداد، لا البغدادي ولا محمد"
    found = consistent(text, ("PER", "محمد شياع", 0.9), ("LOC", "بغداد", 0.85))
    assert found == [
        ("PER", "محمد شياع"),
        ("LOC", "بغداد"),
        ("PER", "ومحمد شياع"),
        ("LOC", "بغداد"),
        ("LOC", "وبغداد"),
    ]
    assert consistent(text, ("LOC", "بغداد", 0.7)) == [("LOC", "بغداد")], "not sure enough"


def test_mentions_without_scores_count_as_one_each():
    text = "بغداد ثم بغداد"
    assert consistent(text, ("LOC", "بغداد", math.nan)) == [("LOC", "بغداد")] * 2
    (found,) = spans_of(text[:5], tokenize(text)[:1], [WordTag("B-LOC", math.nan)])
    done = with_one_label(text, tokenize(text), [found])
    assert [entity.score for entity in done] == [None, None]


@given(texts)
def test_consistency_keeps_spans_whole_and_apart(text):
    tokens = tokenize(text)
    entities = [
        Entity(start=t.start, end=t.end, text=t.text, label="LOC", score=0.9)
        for t in tokens[::3]
        if t.is_word
    ]
    done = with_one_label(text, tokens, entities)
    assert {(e.start, e.end) for e in entities} <= {(e.start, e.end) for e in done}
    for before, after in pairwise([None, *done]):
        assert text[after.start : after.end] == after.text
        assert before is None or before.end <= after.start
