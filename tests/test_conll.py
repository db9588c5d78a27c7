import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.conll import TaggedSentence, parse_conll, render_conll
from pipeline.errors import InputRefused

LABELS = {"PER": "PER", "PERS": "PER", "LOC": "LOC"}


def test_sentences_are_parsed_and_labels_mapped():
    text = "محمد B-PERS\nالسوداني I-PERS\n\n\nفي O\nبغداد B-LOC"
    assert list(parse_conll(text, "f", LABELS)) == [
        TaggedSentence(("محمد", "السوداني"), ("B-PER", "I-PER")),
        TaggedSentence(("في", "بغداد"), ("O", "B-LOC")),
    ]


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("محمد", "1 columns"),
        ("محمد B-PER x", "3 columns"),
        ("محمد PER", "'PER' is not an IOB2 tag"),
        ("محمد B-CAR", "unknown label 'CAR'"),
    ],
)
def test_a_bad_line_is_refused_with_its_place(line, cause):
    with pytest.raises(InputRefused, match=cause) as refused:
        list(parse_conll(f"في O\n{line}\n", "file.txt", LABELS))
    assert refused.value.faults[0].place == "file.txt, line 2"


words = st.text(st.sampled_from("ابتثجحَّـ.،"), min_size=1)
tagged = st.lists(st.tuples(words, st.sampled_from(["O", "B-PER", "I-LOC"])), min_size=1)


@given(st.lists(tagged))
def test_rendering_is_the_inverse_of_parsing(rows):
    sentences = [TaggedSentence(*map(tuple, zip(*row, strict=True))) for row in rows]
    assert list(parse_conll(render_conll(sentences), "f", LABELS)) == sentences
