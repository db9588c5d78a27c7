"""Where PostgreSQL keeps the work: its address read, remembered, refused and never shown."""

import sqlite3
import subprocess

import pytest

from pipeline.cli import main
from pipeline.doccano.backups import back_up
from pipeline.doccano.database import keep_in
from pipeline.doccano.postgresql import parse_url
from pipeline.errors import RequestError

ROLE = "postgres://tawsim:{}@127.0.0.1:5432/tawsim"


@pytest.mark.parametrize(
    ("url", "shown", "options"),
    [
        ("postgres://u:p@127.0.0.1/n", "postgres://u@127.0.0.1:5432/n", {"sslmode": "prefer"}),
        ("postgresql://u:p@db.org:7/n", "postgres://u@db.org:7/n", {"sslmode": "require"}),
        ("postgres://u:p@[::1]/n", "postgres://u@[::1]:5432/n", {"sslmode": "prefer"}),
        (
            "postgres://a%20b:p@db.org/n%2Dx?sslmode=verify-full&sslrootcert=/etc/a.pem",
            "postgres://a%20b@db.org:5432/n-x",
            {"sslmode": "verify-full", "sslrootcert": "/etc/a.pem"},
        ),
    ],
)
def test_a_url_is_read_and_shown_without_its_password(url, shown, options):
    service = parse_url(url)
    assert (service.address, dict(service.options)) == (shown, options)
    assert service.password == "p"
    assert "'p'" not in repr(service)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/n",
        "sqlite:///s3cret",
        "postgres://u:s3cret@h",
        "postgres://u:s3cret@h/",
        "postgres://s3cret@h/n",
        "postgres://:s3cret@h/n",
        "postgres://u:s3cret@/n",
        "postgres://u:s3/cret@h/n",
        "postgres://u:a@s3/cret@h:5432/n",
        "postgres://u:s3#cret@h/n",
        "postgres://u:s3?cret@h/n",
        "postgres://u:s3cret@h:port/n",
        "postgres://u:s3cret@h/n?options=-csearch_path=x",
        "postgres://u:s3cret@h/n?sslmode=",
        "postgres://u:s3cret@h/n?sslrootcert=a.pem",
        "postgres://u:s3cret%0Ahost=evil@h/n",
        "postgres://u:s3cret%00@h/n",
        "postgres://u:s3cret%20@h/n",
        "postgres://u:s3cret%ff@h/n",
        "s3cret",
    ],
)
def test_another_url_is_refused_and_nothing_of_it_is_shown(tmp_path, url):
    with pytest.raises(RequestError, match=r"DATABASE_URL: is no address .*Write it as") as told:
        keep_in(tmp_path / ".tawsim", url)
    assert "s3" not in str(told.value)
    assert not (tmp_path / ".tawsim").exists()


def test_a_folder_with_work_in_sqlite_does_not_move(tmp_path):
    with sqlite3.connect(tmp_path / "db.sqlite3"):
        pass
    with pytest.raises(RequestError, match=r"keeps its work in SQLite.*make collect") as told:
        keep_in(tmp_path, ROLE.format("s3cret"))
    assert "s3cret" not in str(told.value)
    assert not (tmp_path / "database").exists()


def test_a_database_that_does_not_answer_is_told_at_once_and_not_remembered(tmp_path):
    with pytest.raises(RequestError, match=r"postgres://u@127.0.0.1:9/n: .*refused") as told:
        keep_in(tmp_path, "postgres://u:s3cret@127.0.0.1:9/n")
    assert "s3cret" not in str(told.value)
    assert not any(path.name == "database" for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ("[tawsim]\nhost=h\nport=5432\npassword=s3cret\n", 0o600, "does not say host, port"),
        ("[tawsim]\nhost=h\nport=s3cret\ndbname=n\nuser=u\npassword=p\n", 0o600, "does not say"),
        ("[tawsim]\nhost=h\nport=1\ndbname=n\nuser=u\npassword=s3cret\n", 0o640, "chmod 600"),
    ],
)
def test_a_remembered_address_that_was_spoiled_is_told(tmp_path, text, mode, told):
    (tmp_path / "database").write_text(text, encoding="utf-8")
    (tmp_path / "database").chmod(mode)
    with pytest.raises(RequestError, match=told) as error:
        back_up(tmp_path, "by-hand")
    assert "s3cret" not in str(error.value)


def test_missing_programs_are_named_with_their_package(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RequestError, match=r"is not installed.*apt-get install postgresql-client"):
        keep_in(tmp_path, ROLE.format("s3cret"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "is no address"),
        ({"DOCCANO_URL": "https://x.org", "DOCCANO_TOKEN": "t"}, "this machine"),
    ],
)
def test_the_verb_refuses_without_showing_it(tmp_path, monkeypatch, capsys, more, told):
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATABASE_URL": "postgres://u:s3cret", **more}.items():
        monkeypatch.setenv(name, value)
    assert main(["annotate", "--input", "in", "--doccano-python", "python"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "s3cret" not in said


def test_make_refuses_a_url_among_its_arguments(root):
    made = ["make", "-n", "annotate", "DATABASE_URL=postgres://u:s3cret@h/n"]
    said = subprocess.run(made, cwd=root, capture_output=True, text=True, check=False)
    assert said.returncode
    assert "before make" in said.stderr
    assert "s3cret" not in said.stdout + said.stderr
