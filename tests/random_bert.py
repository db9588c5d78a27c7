"""A BERT token classifier of any size with random weights, as every backend can load it.

`python -m tests.random_bert DATA LAYERS HIDDEN HEADS` writes one as camel-tools' data.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.weights import EMBEDDED_NER

CAMEL_MODEL = Path("data", "ner", "arabert")  # where a camel-tools data folder has it
# No I- tag: each word's likeliest tag is also the likeliest path, so that tools can be compared
# that do not decode.
TAGS = ("O", "B-PERS", "B-LOC", "B-ORG", "B-MISC")


def wordpieces() -> list[str]:
    """Return a WordPiece vocabulary: the embedded model's pieces, `▁` as a word's beginning."""
    tokenizer = json.loads((EMBEDDED_NER / "tokenizer.json").read_text("utf-8"))
    pieces = [piece for piece, _ in tokenizer["model"]["vocab"]]
    written = [p[1:] if p.startswith("▁") else f"##{p}" for p in pieces if not p.startswith("<")]
    letters = sorted({letter for piece in pieces for letter in piece if letter != "▁"})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return list(dict.fromkeys([*special, *written, *letters, *(f"##{c}" for c in letters)]))


def save_random_bert(
    folder: Path, layers: int, hidden: int, heads: int, tags: tuple[str, ...] = TAGS
) -> None:
    """Write a Transformers folder; `hidden` units a layer, four times as many within."""
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizer

    vocabulary = wordpieces()
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    BertTokenizer.from_pretrained(folder, do_lower_case=False).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * hidden,
        initializer_range=0.1,  # more than is usual, so that labels vary
        id2label=dict(enumerate(tags)),
        label2id={tag: number for number, tag in enumerate(tags)},
    )
    BertForTokenClassification(config).save_pretrained(folder)


def save_camel_data(data: Path, layers: int, hidden: int, heads: int) -> None:
    """Write a camel-tools data folder (CAMELTOOLS_DATA) with a random NER model in it."""
    save_random_bert(data / CAMEL_MODEL, layers, hidden, heads)
    component = {"default": "arabert", "datasets": {"arabert": {"path": "ner/arabert"}}}
    catalogue = {
        "version": "1.6",
        "packages": {},
        "components": {"NamedEntityRecognition": component},
    }
    (data / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")


if __name__ == "__main__":
    save_camel_data(Path(sys.argv[1]), *map(int, sys.argv[2:]))
