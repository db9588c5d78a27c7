"""Whatever happens to one file of an archive, `tawsim verify` names that file and no other."""

import hashlib
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.bag import DATA, seal
from pipeline.errors import RequestError
from pipeline.records import render_annotation
from pipeline.stages.archive import archive
from pipeline.stages.verify import verify
from tests.releases import MadeProject, made_document, made_record, tree

VERSION = "0.1.0"
DOCUMENTS = [made_document(f"خبر-{n}", licence="CC0") for n in range(3)]


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    project = MadeProject(tmp_path_factory.mktemp("damage"))
    for agent in ("a01", "a02"):
        project.write(made_record(DOCUMENTS[0], agent))
    project.decide(made_record(DOCUMENTS[0], "adjudicated"))
    project.release(VERSION, DOCUMENTS)
    folders = (project.root / name for name in ("release", "annotations", "archive"))
    return archive(VERSION, *folders, None).folder


def named(bag):
    """The files that verify names, relative to the bag."""
    return {fault.place.removeprefix(f"{bag}/") for fault in verify(bag)}


def files(bag):
    return sorted(path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file())


def test_a_bag_as_made_is_whole(bag):
    assert verify(bag) == []
    assert len(files(bag)) > 30


def changed(data, content):
    """The content after one damage: a byte flipped, put in, taken out, or the end cut off."""
    place = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(1, 255))
    return data.draw(
        st.sampled_from(
            [
                content[:place] + bytes([content[place] ^ other]) + content[place + 1 :],
                content[:place] + bytes([other]) + content[place:],
                content[:place] + content[place + 1 :],
                content[:place],
            ]
        )
    )


@given(data=st.data())
def test_a_changed_file_is_named(bag, data):
    name = data.draw(st.sampled_from(files(bag)))
    before = (bag / name).read_bytes()
    after = changed(data, before)
    (bag / name).write_bytes(after)
    try:
        assert named(bag) == ({name} if after != before else set())
    finally:
        (bag / name).write_bytes(before)


@given(data=st.data(), kind=st.sampled_from(["sha256", "sha512"]))
def test_the_case_of_a_letter_in_a_tag_manifest_counts(bag, data, kind):
    """What reads hexadecimal without regard to case passes over this damage."""
    path = bag / f"tagmanifest-{kind}.txt"
    before = path.read_bytes()
    letters = [place for place, byte in enumerate(before) if chr(byte).isalpha()]
    place = data.draw(st.sampled_from(letters))
    path.write_bytes(before[:place] + bytes([before[place] ^ 0x20]) + before[place + 1 :])
    try:
        assert named(bag) == {path.name}
    finally:
        path.write_bytes(before)


def test_a_missing_file_is_named_whichever_it_is(bag):
    for name in files(bag):
        content = (bag / name).read_bytes()
        (bag / name).unlink()
        assert named(bag) == {name}
        (bag / name).write_bytes(content)
    assert verify(bag) == []


NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(data=st.data(), name=NAMES, content=st.binary(max_size=20))
def test_an_added_file_is_named(bag, data, name, content):
    folder = data.draw(st.sampled_from(sorted({(bag / file).parent for file in files(bag)})))
    path = folder / name
    path.write_bytes(content)
    try:
        assert named(bag) == {path.relative_to(bag).as_posix()}
    finally:
        path.unlink()


def test_a_link_and_two_files_exchanged_are_named(bag, tmp_path):
    link = bag / DATA / "documents" / "link"
    link.symlink_to(tmp_path)
    assert named(bag) == {"data/documents/link"}
    link.unlink()
    one, other = (bag / DATA / "documents" / f"{document.id}.txt" for document in DOCUMENTS[:2])
    contents = one.read_bytes(), other.read_bytes()
    other.write_bytes(contents[0])
    one.write_bytes(contents[1])
    assert named(bag) == {f"data/documents/{path.name}" for path in (one, other)}
    one.write_bytes(contents[0])
    other.write_bytes(contents[1])


def test_a_folder_that_is_no_archive_is_refused(tmp_path):
    with pytest.raises(RequestError, match=r"no archive \(it has no manifest-sha256\.txt\)"):
        verify(tmp_path)


def edit_json(path, edit):
    value = json.loads(path.read_text("utf-8"))
    edit(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def first(folder, pattern):
    return sorted(folder.glob(pattern))[0]


def change_row(data):
    path = data / "json/dates/train.jsonl"
    path.write_text(path.read_text("utf-8").replace("2024-09-27", "2024-09-26"), encoding="utf-8")
    return "json/dates/train.jsonl"


def drop_row(data):
    path = data / "json/stance/train.jsonl"
    path.write_text(path.read_text("utf-8").split("\n", 1)[1], encoding="utf-8")
    return "json/stance/train.jsonl"


def change_text(data):
    first(data, "documents/*.txt").write_text("نص آخر", encoding="utf-8")
    return first(data, "documents/*.txt").relative_to(data).as_posix()


def change_record(data):
    record = made_record(DOCUMENTS[0], "a02", entities=())
    path = data / "annotations" / "a02" / f"{DOCUMENTS[0].id}.json"
    path.write_text(render_annotation(record), encoding="utf-8")
    return path.relative_to(data).as_posix()


def drop_record(data):
    path = first(data, "annotations/adjudicated/*.json")
    path.unlink()
    return path.relative_to(data).as_posix()


def change_description(data):
    edit_json(data / "croissant.json", lambda node: node["distribution"][0].update(sha256="0" * 64))
    return "croissant.json"


def change_parquet(data):
    first(data, "release/spans/*.parquet").write_bytes(b"PAR1")
    return first(data, "release/spans/*.parquet").relative_to(data).as_posix()


def tear_row(data):
    path = data / "json/ner/train.jsonl"
    path.write_text(path.read_text("utf-8")[:-9], encoding="utf-8")
    return "json/ner/train.jsonl"


def tear_record(data):
    first(data, "annotations/a01/*.json").write_text("{", encoding="utf-8")
    return first(data, "annotations/a01/*.json").relative_to(data).as_posix()


def drop_description(data):
    (data / "croissant.json").unlink()
    return "croissant.json"


def drop_release(data):
    (data / "release/release.json").unlink()
    return "release"


@pytest.mark.parametrize(
    "tamper",
    [
        change_row,
        drop_row,
        change_text,
        change_record,
        drop_record,
        change_description,
        change_parquet,
        tear_row,
        tear_record,
        drop_description,
        drop_release,
    ],
)
def test_a_bag_sealed_again_over_a_change_is_found_out(bag, tmp_path, tamper):
    shutil.copytree(bag / DATA, tmp_path / "bag")
    wanted = tamper(tmp_path / "bag")
    seal(tmp_path / "bag", {})
    assert named(tmp_path / "bag") == {f"data/{wanted}"}


def test_a_release_that_does_not_give_its_content_hash_is_found_out(tmp_path):
    """Everything is changed alike, checksums included; the one name of the content is not."""
    project = MadeProject(tmp_path)
    project.release(VERSION, DOCUMENTS)
    for path in (tmp_path / "release" / VERSION / "release.json", project.kept / "0.1.0.json"):
        edit_json(path, lambda ledger: ledger.update(content_sha256="0" * 64))
    release = tmp_path / "release" / VERSION
    (release / "SHA256SUMS").unlink()
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in tree(release).items()
    ]
    (release / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    folders = (project.root / name for name in ("release", "annotations", "archive"))
    made = archive(VERSION, *folders, None).folder
    assert named(made) == {"data/release/release.json"}
