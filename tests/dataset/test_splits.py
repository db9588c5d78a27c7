"""Which side a document is on: by its id, for good, with its near-duplicates."""

import json
import shutil
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dataset.splits import (
    SMALLEST_DIVIDED,
    SPLITS,
    assign_splits,
    group_near_duplicates,
    split_of_id,
)
from tests.releases import MadeProject, made_document, tree, words
from tests.strategies import document_texts

LEAD = words("a report")
# The same report with tashkeel, tatweel, another first line and a new end, as agencies pass it on.
COPY = f"عاجل {LEAD.replace('ا', 'َا', 20).replace('و', 'ـو', 5)} {words('an end', 6)}"


def by_split(split, count=3):
    """Ids that go to a split by the rule."""
    names = (f"doc-{number}" for number in range(1000))
    return [name for name in names if split_of_id(name) == split][:count]


def test_ids_are_dealt_out_eight_one_one():
    counts = Counter(split_of_id(f"news-{number}") for number in range(10_000))
    assert counts["train"] == pytest.approx(8000, abs=150)
    assert counts["validation"] == pytest.approx(1000, abs=150)
    assert counts["test"] == pytest.approx(1000, abs=150)


def test_a_small_corpus_is_not_divided_and_a_larger_one_is():
    small = {f"doc-{n}": words(f"{n}") for n in range(SMALLEST_DIVIDED - 1)}
    assert set(assign_splits(small, {}).splits.values()) == {"train"}
    large = {f"doc-{n}": words(f"{n}") for n in range(80)}
    assert assign_splits(large, {}).splits == {name: split_of_id(name) for name in large}
    assert set(assign_splits(large, {}).splits.values()) == set(SPLITS)


def test_the_made_pair_of_near_duplicates_is_one_group_and_others_are_none():
    texts = {"a": LEAD, "b": words("other"), "c": COPY, "d": words("third")}
    assert group_near_duplicates(texts) == [("a", "c"), ("b",), ("d",)]


@given(text=document_texts, others=st.lists(document_texts, max_size=4))
def test_a_text_and_itself_are_always_one_group(text, others):
    texts = {"a": text, "z": text} | {f"m{n}": other for n, other in enumerate(others)}
    (group,) = [group for group in group_near_duplicates(texts) if "a" in group]
    assert "z" in group
    assert group_near_duplicates(dict(reversed(texts.items()))) == group_near_duplicates(texts)


def test_a_new_near_duplicate_joins_the_oldest_released_one():
    (tested,), (trained, *_) = by_split("test", 1), by_split("train")
    texts = {name: words(name) for name in by_split("train", 30)} | {tested: LEAD, trained: COPY}
    splits = assign_splits(texts, {tested: "test"})
    assert splits.splits[trained] == "test"
    assert not splits.crossings


def test_what_was_released_stays_and_two_sides_are_told():
    texts = {"a": LEAD, "b": COPY, "c": f"{COPY} {words('c', 3)}"}
    assigned = assign_splits(texts, {"b": "test", "a": "train"})
    assert assigned.splits == {"a": "train", "b": "test", "c": "test"}, "b is the oldest"
    assert assigned.crossings == (("a", "b", "c"),)


def test_a_released_document_never_moves(tmp_path):
    project = MadeProject(tmp_path)
    few = [made_document(f"doc-{n}") for n in range(5)]
    project.release("0.1.0", few)
    many = few + [made_document(f"new-{n}") for n in range(60)]
    project.release("0.2.0", many)
    splits = {
        version: {
            name: entry["split"]
            for name, entry in json.loads((project.kept / f"{version}.json").read_text("utf-8"))[
                "documents"
            ].items()
        }
        for version in ("0.1.0", "0.2.0")
    }
    assert splits["0.1.0"].items() <= splits["0.2.0"].items()
    assert {name: s for name, s in splits["0.2.0"].items() if name.startswith("new")} == {
        f"new-{n}": split_of_id(f"new-{n}") for n in range(60)
    }


def test_near_duplicates_released_apart_are_in_report_and_card(tmp_path):
    project = MadeProject(tmp_path)
    documents = [made_document(f"other-{n}") for n in range(25)]
    (tested,), (trained,) = by_split("test", 1), by_split("train", 1)
    apart = [made_document(tested, words("one", 15)), made_document(trained, words("two", 15))]
    first = project.release("0.1.0", [*documents, *apart])
    assert not first.crossings
    assert "No near-duplicates stand on different sides." in card(first)
    bridge = made_document("news", f"{words('one', 15)}\n{words('two', 15)}")
    second = project.release("0.2.0", [*documents, *apart, bridge])
    assert second.crossings == (tuple(sorted([tested, trained, "news"])),)
    assert "Near-duplicates on different sides" in card(second)
    assert f" {trained}" in card(second)
    before = tree(second.folder)
    shutil.rmtree(second.folder)
    assert project.release("0.2.0", [bridge, *apart, *documents]).crossings == second.crossings
    assert tree(second.folder) == before


def card(report):
    return (report.folder / "README.md").read_text("utf-8")
