"""What is sent in one request: no more than the server takes, be the documents many or large."""

from pipeline.model import Document
from pipeline.stages.push import push
from tests.examples import annotation


def test_large_documents_go_in_requests_of_their_own(client, round_, a01, tmp_path):
    # Each would fit; Django refuses a request of more than 2.5 MB, which the three of them are.
    documents = [Document(id=f"large-{n}", text=f"{n} " + "بغداد " * 30_000) for n in range(3)]
    pairs = [
        (
            document,
            annotation(
                document=document.id,
                text_sha256=document.sha256,
                dct=None,
                entities=(),
                dates=(),
                stance=(),
            ),
        )
        for document in documents
    ]
    report = push(client, round_, a01, pairs, tmp_path)
    assert report.created == ["large-0", "large-1", "large-2"]
    assert [wire.text for wire in client.pull(round_, a01)] == [d.text for d in documents]
