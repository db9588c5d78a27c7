import json

from hypothesis import given
from strategies import document_texts

from pipeline.corpus import read_corpus
from pipeline.model import Document
from pipeline.stages.tokenise import render_tokens, tokenise


def test_a_file_a_document_bound_to_its_text(root, tmp_path):
    documents = list(read_corpus(root / "seeds"))
    output = tmp_path / "build" / "tokenised"
    assert tokenise(iter(documents), output) == 5
    assert sorted(path.stem for path in output.iterdir()) == [d.id for d in documents]
    for document in documents:
        record = json.loads((output / f"{document.id}.json").read_bytes())
        assert (record["document"], record["text_sha256"]) == (document.id, document.sha256)
        assert list(record) == ["document", "text_sha256", "tokens", "sentences"]
        first_start, first_end = record["tokens"][0]
        assert document.text.lstrip().startswith(document.text[first_start:first_end])


def test_equal_input_gives_equal_bytes(root, tmp_path):
    for name in ("first", "second"):
        tokenise(read_corpus(root / "seeds"), tmp_path / name)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_documents_are_taken_one_at_a_time(tmp_path):
    def documents():
        yield Document(id="a", text="نص")
        assert (tmp_path / "a.json").exists(), "the first is written before the second is asked for"
        yield Document(id="b", text="نص")

    assert tokenise(documents(), tmp_path) == 2


@given(document_texts)
def test_offsets_are_code_points_into_the_raw_text(text):
    record = json.loads(render_tokens(Document(id="a", text=text)))
    bare = "".join(text.split())
    for spans in (record["tokens"], record["sentences"]):
        assert "".join("".join(text[a:b].split()) for a, b in spans) == bare
    for start, end in record["sentences"]:
        assert text[start:end].strip() == text[start:end]
