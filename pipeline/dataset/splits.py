"""Which split a document belongs to: for good once released, near-duplicates on one side."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")

# A test set of two documents measures nothing, and `train` must never be the one left out.
SMALLEST_DIVIDED = 20
# Of ten new documents, eight go to train, one to validation, one to test.
_TENTHS = (*[TRAIN] * 8, VALIDATION, TEST)

# Two texts are near-duplicates if they share half of their runs of three words.
THRESHOLD = 0.5
_WORD = re.compile(r"\w+")
# Tashkeel, the superscript alef and tatweel differ between copies of one report.
_UNWRITTEN = re.compile("[\u064b-\u065f\u0670\u0640]")
# 32 bands of 4 rows find a pair of similarity 0.5 in 87 of 100 cases, 0.6 in 98.8, 0.7 in 99.98.
_BANDS = (32, 4)
_PERMUTATIONS = 128
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Assignment:
    """Each document's split, and the near-duplicates that were released on different sides."""

    splits: Mapping[str, str]
    crossings: tuple[tuple[str, ...], ...]


def assign_splits(texts: Mapping[str, str], released: Mapping[str, str]) -> Assignment:
    """Return the split of every document; `released` holds earlier ones, the oldest first.

    A released document stays. A new one joins its oldest released near-duplicate; without one,
    it goes where the digest of its id (of its group's first id) says, or to train as long as the
    corpus has fewer than SMALLEST_DIVIDED documents.
    """
    age = {name: place for place, name in enumerate(released)}
    splits: dict[str, str] = {}
    crossings = []
    for group in group_near_duplicates(texts):
        known = sorted((name for name in group if name in released), key=age.__getitem__)
        if known:
            side = released[known[0]]
        else:
            side = split_of_id(group[0]) if len(texts) >= SMALLEST_DIVIDED else TRAIN
        splits |= {name: released.get(name, side) for name in group}
        if len({splits[name] for name in group}) > 1:
            crossings.append(group)
    return Assignment(splits, tuple(crossings))


def split_of_id(name: str) -> str:
    """Return the split the digest of an id falls into: eight, one and one of ten."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    return _TENTHS[int.from_bytes(digest) % len(_TENTHS)]


def group_near_duplicates(texts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the documents in groups, each group and the list sorted; most groups have one.

    Whatever a chain of near-duplicates connects is one group. Candidates come from MinHash with
    locality-sensitive hashing (Broder 1997; `datasketch`), and their true Jaccard similarity
    decides.
    """
    from datasketch import MinHashLSH

    names = sorted(texts)
    runs = {name: _runs(texts[name]) for name in names}
    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
    leader = {name: name for name in names}
    for name, sketch in _sketches(names, runs):
        for other in sorted(index.query(sketch)):
            shared = len(runs[name] & runs[other])
            if shared >= THRESHOLD * len(runs[name] | runs[other]):
                _join(leader, name, other)
        index.insert(name, sketch, check_duplication=False)
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_find(leader, name), []).append(name)
    return sorted(tuple(group) for group in groups.values())


def _runs(text: str) -> frozenset[int]:
    """Return digests of every three words in a row, read without tashkeel and tatweel."""
    from xxhash import xxh3_64_intdigest

    words = _WORD.findall(_UNWRITTEN.sub("", text).casefold())
    runs = [" ".join(run) for run in zip(words, words[1:], words[2:], strict=False)]
    return frozenset(
        xxh3_64_intdigest(run.encode("utf-8")) for run in runs or [" ".join(words) or text]
    )


def _sketches(
    names: Sequence[str], runs: Mapping[str, frozenset[int]]
) -> Iterator[tuple[str, Any]]:
    """Yield each name with the MinHash of its runs, which are digests already."""
    from datasketch import MinHash

    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        sketches = MinHash.bulk(
            [runs[name] for name in some], num_perm=_PERMUTATIONS, hashfunc=_low_half
        )
        yield from zip(some, sketches, strict=True)


def _low_half(digest: int) -> int:
    return digest & 0xFFFFFFFF


def _find(leader: dict[str, str], name: str) -> str:
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name


def _join(leader: dict[str, str], one: str, other: str) -> None:
    """Make one group of two, led by the first id."""
    first, second = sorted((_find(leader, one), _find(leader, other)))
    leader[second] = first
