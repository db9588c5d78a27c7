"""CoNLL: `word tag` a line, a blank line between sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import Fault, InputRefused, RequestError

SUFFIXES = frozenset({".conll", ".txt"})
# The tag of a word whose label is not known; only `repairs` bring it in, and training skips it.
UNKNOWN_TAG = "?"


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """Words and their IOB2 tags, of equal length."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """What one corpus does differently from plain CoNLL, known beforehand and stated.

    `repairs` rewrites tags (typing errors, labels another scheme has; to `?` for unknown);
    `breaks` are lines of one column that end a sentence; `notes` says that columns after the
    second are remarks.
    """

    repairs: Mapping[str, str] = field(default_factory=dict)
    breaks: frozenset[str] = frozenset()
    notes: bool = False


PLAIN = Habits()


def parse_conll(
    text: str, name: str, label_of: Mapping[str, str], habits: Habits = PLAIN
) -> Iterator[TaggedSentence]:
    """Yield the sentences of a CoNLL text; `label_of` maps the file's labels to ours.

    Raises InputRefused with the line of the first fault: a line without two columns,
    a tag that is not IOB2, a label the mapping does not know.
    """
    words: list[str] = []
    tags: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.split()
        if habits.notes:
            columns = columns[:2]
        if not columns or (len(columns) == 1 and columns[0] in habits.breaks):
            if words:
                yield TaggedSentence(tuple(words), tuple(tags))
                words, tags = [], []
            continue
        if len(columns) != 2:
            cause = f"{len(columns)} columns where `word tag` was expected"
            raise InputRefused([Fault(f"{name}, line {number}", cause, "Mend the line.")])
        words.append(columns[0])
        tag = habits.repairs.get(columns[1])
        if tag != UNKNOWN_TAG:
            tag = _parse_tag(tag or columns[1], f"{name}, line {number}", label_of)
        tags.append(tag)
    if words:
        yield TaggedSentence(tuple(words), tuple(tags))


def _parse_tag(tag: str, place: str, label_of: Mapping[str, str]) -> str:
    if tag == "O":
        return tag
    prefix, _, label = tag.partition("-")
    if prefix not in ("B", "I") or not label:
        raise InputRefused([Fault(place, f"{tag!r} is not an IOB2 tag", "Write B-X, I-X or O.")])
    if label not in label_of:
        cure = "Add it to the aliases of a label in schemas/labels.toml."
        raise InputRefused([Fault(place, f"unknown label {label!r}", cure)])
    return f"{prefix}-{label_of[label]}"


def read_conll(
    path: Path, label_of: Mapping[str, str], habits: Habits = PLAIN
) -> list[TaggedSentence]:
    """Read a CoNLL file; RequestError when it is not there or not UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(str(path), str(error), "Name a UTF-8 CoNLL file.") from error
    return list(parse_conll(text, str(path), label_of, habits))


def render_conll(sentences: Iterable[TaggedSentence]) -> str:
    """Render sentences as CoNLL text, the inverse of `parse_conll`."""
    return "".join(
        "".join(f"{word} {tag}\n" for word, tag in zip(s.words, s.tags, strict=True)) + "\n"
        for s in sentences
    )


def spans_of_tags(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return the spans of IOB2 tags as (label, first word, end word), half-open.

    Read as conlleval reads them (seqeval's default): an I- after another label begins a span.
    """
    from seqeval.metrics.sequence_labeling import get_entities

    return [(label, start, last + 1) for label, start, last in get_entities(list(tags))]
