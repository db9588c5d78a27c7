"""CoNLL: `word tag` a line, a blank line between sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Fault, InputRefused, RequestError

SUFFIXES = frozenset({".conll", ".txt"})


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """Words and their IOB2 tags, of equal length."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def parse_conll(text: str, name: str, label_of: Mapping[str, str]) -> Iterator[TaggedSentence]:
    """Yield the sentences of a CoNLL text; `label_of` maps the file's labels to ours.

    Raises InputRefused with the line of the first fault: a line without two columns,
    a tag that is not IOB2, a label the mapping does not know.
    """
    words: list[str] = []
    tags: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.split()
        if not columns:
            if words:
                yield TaggedSentence(tuple(words), tuple(tags))
                words, tags = [], []
            continue
        if len(columns) != 2:
            cause = f"{len(columns)} columns where `word tag` was expected"
            raise InputRefused([Fault(f"{name}, line {number}", cause, "Mend the line.")])
        words.append(columns[0])
        tags.append(_parse_tag(columns[1], f"{name}, line {number}", label_of))
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


def read_conll(path: Path, label_of: Mapping[str, str]) -> list[TaggedSentence]:
    """Read a CoNLL file; RequestError when it is not there or not UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(str(path), str(error), "Name a UTF-8 CoNLL file.") from error
    return list(parse_conll(text, str(path), label_of))


def render_conll(sentences: Iterable[TaggedSentence]) -> str:
    """Render sentences as CoNLL text, the inverse of `parse_conll`."""
    return "".join(
        "".join(f"{word} {tag}\n" for word, tag in zip(s.words, s.tags, strict=True)) + "\n"
        for s in sentences
    )
