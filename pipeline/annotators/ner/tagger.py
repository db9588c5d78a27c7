"""Words in, one label and its probability a word out; batches of near-equal length.

`Tagger` is what every backend of `--ner` offers; `TransformersTagger` is the one for token
classifiers, `CamelTagger` in camel.py the one for camel-tools.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.annotators.ner.calibration import Calibration
from pipeline.annotators.ner.decoding import best_path, forbidden_steps
from pipeline.annotators.ner.windows import Window, plan_windows
from pipeline.conll import TaggedSentence
from pipeline.errors import RequestError
from pipeline.scheme import ENTITIES, load_scheme
from pipeline.weights import TokenClassifier

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

# What a model is not shown: tashkeel, Quranic marks, tatweel, bidi controls, zero-width signs.
_UNSEEN = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0640\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# One word of pathological length (a megabyte without a space) is read by its beginning alone.
_WORD_LENGTH = 100
_OVERLAP = 64
# Padded pieces a batch: past this size a batch is no faster a piece, only larger.
_BATCH_PIECES = 1024
_BATCH_ROWS = 64
# On a GPU larger ones are faster: what half of its free memory holds, of this many rows at most.
_GPU_SHARE, _GPU_ROWS = 0.5, 256
# What one more batch costs, in pieces of work: weights are read from memory once a batch.
_BATCH_COST = 24


@dataclass(frozen=True, slots=True)
class WordTag:
    """The label of one word and the model's probability for it, NaN where it gives none."""

    tag: str
    probability: float


class Tagger(Protocol):
    """A backend of `--ner`."""

    @property
    def source(self) -> str:
        """The model and its revision, as records name them."""

    @property
    def calibration(self) -> Calibration:
        """What turns the probabilities of a span's words into its score."""

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[WordTag]]:
        """Return for each word of each sentence its IOB2 tag, in the scheme's labels."""


def iob2_tags(id2label: Mapping[int, str], model: str) -> list[str]:
    """Return the scheme's IOB2 tag for each output of the model.

    Raises RequestError for a model whose labels are not IOB2, or not in the scheme's aliases.
    """
    label_of = load_scheme().aliases(ENTITIES)
    tags = []
    for _, name in sorted(id2label.items()):
        prefix, _, label = name.partition("-")
        if name != "O" and (prefix not in ("B", "I") or label not in label_of):
            cause = f"its label {name!r} has no place in the scheme"
            cure = "Add it to the aliases of a label in schemas/labels.toml."
            raise RequestError(f"model {model!r}", cause, cure)
        tags.append("O" if name == "O" else f"{prefix}-{label_of[label]}")
    return tags


def model_view(word: str) -> str:
    """Return the word as the model reads it: no tashkeel, no tatweel, no invisible signs."""
    return _UNSEEN.sub("", word)[:_WORD_LENGTH]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one sentence, encoded: piece ids, and for each word its first piece."""

    sentence: int
    window: Window
    ids: list[int]
    first_pieces: list[int | None]


class TransformersTagger:
    """Labels words with a token classifier; each word by its first piece."""

    def __init__(self, classifier: TokenClassifier) -> None:
        self.classifier = classifier
        self.source = f"{classifier.name}@{classifier.revision}"
        self.calibration = classifier.calibration
        self._model = classifier.model
        self._tokenizer = classifier.tokenizer
        self._tags = iob2_tags(classifier.model.config.id2label, classifier.name)
        self._steps = forbidden_steps(self._tags)
        self._budget = min(self._tokenizer.model_max_length, 512) - 2
        self._most = most_together(classifier.model)

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[WordTag]]:
        """Return for each word of each sentence its tag, on the likeliest path IOB2 allows.

        Words no piece stands for (tashkeel alone, say) are O.
        """
        import numpy

        unread = numpy.full(len(self._tags), -numpy.inf, dtype=numpy.float32)
        unread[self._tags.index("O")] = 0
        scores = [numpy.tile(unread, (len(words), 1)) for words in sentences]
        pieces = sorted(self._encode(sentences), key=lambda piece: len(piece.ids))
        for start, end in plan_batches([len(piece.ids) for piece in pieces], *self._most):
            self._score_batch(pieces[start:end], scores)
        return [self._decode(matrix) for matrix in scores]

    def _decode(self, scores: NDArray[float32]) -> list[WordTag]:
        path = best_path(scores, self._steps)
        return [
            WordTag(self._tags[tag], math.exp(row[tag]))
            for tag, row in zip(path, scores, strict=True)
        ]

    def _encode(self, sentences: Sequence[Sequence[str]]) -> Iterator[_Piece]:
        tokenizer = self._tokenizer
        views = [[model_view(word) for word in words] for words in sentences]
        pieces_of = self._pieces_of({view for words in views for view in words})
        for number, words in enumerate(views):
            pieces = [pieces_of[view] for view in words]
            for window in plan_windows([len(p) for p in pieces], self._budget, _OVERLAP):
                ids: list[int] = []
                first_pieces: list[int | None] = []
                for word in pieces[window.start : window.end]:
                    first_pieces.append(len(ids) + 1 if word else None)
                    ids.extend(word)
                ids = [tokenizer.cls_token_id, *ids[: self._budget], tokenizer.sep_token_id]
                yield _Piece(number, window, ids, first_pieces)

    def _pieces_of(self, views: set[str]) -> dict[str, list[int]]:
        """Cut each distinct word once; news repeats its words."""
        if not views:
            return {}
        distinct = sorted(views)
        ids = self._tokenizer(distinct, add_special_tokens=False)["input_ids"]
        return dict(zip(distinct, ids, strict=True))

    def _score_batch(self, batch: Sequence[_Piece], scores: list[NDArray[float32]]) -> None:
        """Write the log-probabilities of each word's tags into its sentence's matrix."""
        import torch

        with torch.inference_mode():
            logits = self._model(**self._pad(batch)).logits.float().log_softmax(-1).cpu().numpy()
        for row, piece in enumerate(batch):
            window = piece.window
            for word in range(window.keep_start, window.keep_end):
                first = piece.first_pieces[word - window.start]
                if first is not None:
                    scores[piece.sentence][word] = logits[row, first]

    def _pad(self, batch: Sequence[_Piece]) -> dict[str, Any]:
        """Return the model's arguments; rows of one length need no mask."""
        import torch

        lengths = [len(piece.ids) for piece in batch]
        longest = max(lengths)
        pad = self._tokenizer.pad_token_id
        rows = [piece.ids + [pad] * (longest - len(piece.ids)) for piece in batch]
        mask = torch.arange(longest)[None, :] < torch.tensor(lengths)[:, None]
        device = self._model.device
        return {
            "input_ids": torch.tensor(rows, device=device),
            "attention_mask": mask.long().to(device) if min(lengths) < longest else None,
        }


def most_together(model: Any) -> tuple[int, int]:
    """Return the most padded pieces and rows of a batch where the model lies.

    What a piece takes is guessed high: sixteen layer outputs, two inner ones and its row of
    attention for every head, in fp32.
    """
    import torch

    if model.device.type != "cuda":
        return _BATCH_PIECES, _BATCH_ROWS
    config = model.config
    numbers = 16 * config.hidden_size + 2 * config.intermediate_size
    numbers += 512 * config.num_attention_heads
    free, _ = torch.cuda.mem_get_info(model.device)
    return max(_BATCH_PIECES, int(free * _GPU_SHARE) // (4 * numbers)), _GPU_ROWS


def plan_batches(
    lengths: Sequence[int], most_pieces: int = _BATCH_PIECES, most_rows: int = _BATCH_ROWS
) -> list[tuple[int, int]]:
    """Cut rows of ascending length into batches, each start and end, at the least cost.

    A batch costs its padded pieces and `_BATCH_COST`. It holds at most `most_pieces` padded
    pieces and `most_rows` rows, or one row.
    """
    cost = [0]
    starts = [0]
    for end, longest in enumerate(lengths, start=1):
        rows = max(1, min(end, most_rows, most_pieces // longest))
        cost_of, start = min((cost[end - n] + n * longest, end - n) for n in range(1, rows + 1))
        cost.append(cost_of + _BATCH_COST)
        starts.append(start)
    batches = []
    end = len(lengths)
    while end:
        batches.append((starts[end], end))
        end = starts[end]
    return batches[::-1]


def predict_tags(
    classifier: TokenClassifier, sentences: Sequence[TaggedSentence]
) -> list[list[str]]:
    """Return the tags a classifier gives to the words of tagged sentences."""
    tagged = TransformersTagger(classifier).tag([sentence.words for sentence in sentences])
    return [[word.tag for word in words] for words in tagged]
