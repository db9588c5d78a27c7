"""Files and folders that are all there or not at all, and what killed runs leave."""

import os

import pytest

from pipeline.errors import RequestError
from pipeline.files import open_atomically, place_folder, write_atomically, write_together
from pipeline.locks import claimed


def fill(text):
    return lambda folder: (folder / "a.txt").write_text(text, encoding="utf-8")


class KilledError(BaseException):
    """Ends a run where it stands."""


def killed(*_, **__):
    raise KilledError


def test_what_killed_runs_left_is_taken_over_and_not_added_to(tmp_path, monkeypatch):
    path, folder = tmp_path / "a.json", tmp_path / "folder"
    with monkeypatch.context() as patched:
        for name in ("fsync", "replace", "unlink"):
            patched.setattr(os, name, killed)
        patched.setattr("shutil.rmtree", killed)
        for _ in range(3):
            with pytest.raises(KilledError):
                write_atomically(path, ["half"] * 100)
            with pytest.raises(KilledError):
                place_folder(folder, killed)
    assert len(list(tmp_path.iterdir())) == 2
    write_atomically(path, ["whole"])
    place_folder(folder, fill("whole"))
    assert sorted(tmp_path.iterdir()) == [path, folder]
    assert path.read_text("utf-8") == "whole"
    assert [own.name for own in folder.iterdir()] == ["a.txt"]


def test_a_folder_is_replaced_by_two_renames_and_never_in_part(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    place_folder(folder, fill("old"))

    def look(path, **_):
        assert not folder.exists() or (folder / "a.txt").is_file()

    monkeypatch.setattr("shutil.rmtree", look)
    place_folder(folder, fill("new"))
    assert (folder / "a.txt").read_text("utf-8") == "new"


def test_names_that_begin_alike_have_temporary_names_of_their_own(tmp_path):
    long = "و" * 90
    with (
        open_atomically(tmp_path / f"{long}1.json") as first,
        open_atomically(tmp_path / f"{long}2.json") as second,
    ):
        first.write(b"1")
        second.write(b"2")
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"1", b"2"]


def test_who_writes_a_file_that_another_writes_is_told_so(tmp_path):
    path = tmp_path / "a.json"
    with open_atomically(path) as file:
        with pytest.raises(RequestError, match=r"a\.json: another run writes it now"):
            write_atomically(path, ["second"])
        file.write(b"first")
    assert path.read_bytes() == b"first"


def test_files_written_together_have_their_names_only_once_all_are_on_the_disk(
    tmp_path, monkeypatch
):
    texts = {tmp_path / "a" / "1": "سلام", tmp_path / "b" / "2": "\r\n", tmp_path / "3": ""}
    real, synced = os.fsync, []

    def sync(handle):
        assert not any(path.exists() for path in texts)
        synced.append(real(handle))

    monkeypatch.setattr(os, "fsync", sync)
    write_together(texts)
    assert len(synced) == len(texts)
    assert {path: path.read_bytes().decode("utf-8") for path in texts} == texts
    assert {path.stat().st_mode & 0o777 for path in texts} == {0o644}
    assert [*tmp_path.rglob(".*")] == []


@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace"])
@pytest.mark.parametrize("calls", [1, 2, 3])
def test_when_writing_together_fails_every_file_is_the_old_one_or_the_new(
    tmp_path, monkeypatch, call, calls
):
    texts = {tmp_path / name: "new" for name in ("1", "2", "3")}
    write_together(dict.fromkeys(texts, "old"))
    real, begun = getattr(os, call), []

    def fail(*arguments):
        begun.append(arguments)
        if len(begun) == calls:
            raise OSError(28, "No space left")
        return real(*arguments)

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space left") as told:
        write_together(texts)
    assert told.value.filename == str(tmp_path / str(calls))
    renamed = calls - 1 if call == "replace" else 0
    assert [path.read_text("utf-8") for path in texts] == ["new"] * renamed + ["old"] * (
        3 - renamed
    )
    assert [*tmp_path.rglob(".*")] == []


def test_files_written_together_with_another_run_are_refused_and_stay(tmp_path):
    texts = {tmp_path / name: "new" for name in ("1", "2")}
    with open_atomically(tmp_path / "2") as file:
        with pytest.raises(RequestError, match=r"2: another run writes it now"):
            write_together(texts)
        file.write(b"first")
    assert (tmp_path / "2").read_bytes() == b"first"
    assert sorted(tmp_path.iterdir()) == [tmp_path / "2"]


def test_a_name_that_was_moved_away_while_it_was_waited_for_is_made_anew(tmp_path, monkeypatch):
    """The other run renames its file between our opening it and our lock on it."""
    temporary, opened = tmp_path / ".a", []
    real = os.open

    def open_and_lose(*arguments):
        handle = real(*arguments)
        if not opened:
            opened.append(temporary.rename(tmp_path / "a"))
        return handle

    monkeypatch.setattr(os, "open", open_and_lose)
    with claimed(temporary, tmp_path / "a") as handle:
        os.write(handle, b"second")
    assert temporary.read_bytes() == b"second"
    assert (tmp_path / "a").read_bytes() == b""


@pytest.mark.parametrize("error", [OSError(28, "No space left"), OSError("No space left")])
def test_an_error_of_writing_names_the_file(tmp_path, error):
    with pytest.raises(OSError, match=r"a\.json") as told, open_atomically(tmp_path / "a.json"):
        raise error
    assert told.value.filename == str(tmp_path / "a.json")
    assert told.value.strerror == "No space left"
    assert list(tmp_path.iterdir()) == []
