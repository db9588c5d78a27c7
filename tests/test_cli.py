import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline import __version__
from pipeline.arguments import build_parser
from pipeline.cli import main
from tests.examples import TEXT

VERBS = sorted(build_parser()._subparsers._group_actions[0].choices)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "example.txt").write_bytes(TEXT.encode())
    return tmp_path


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_documentation(verb, root, capsys):
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    assert end.value.code == 0
    assert f"usage: tawsim {verb}" in capsys.readouterr().out
    assert f"## {verb}\n" in (root / "docs" / "stages.md").read_text("utf-8")


def test_every_stage_is_documented(root):
    documented = (root / "docs" / "stages.md").read_text("utf-8")
    for path in (root / "pipeline" / "stages").glob("[a-z]*.py"):
        assert f"## {path.stem}\n" in documented


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from pipeline.arguments import build_parser; build_parser().format_help();"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(out.stdout.split())
    assert "pipeline" in loaded
    assert not loaded & {"torch", "transformers", "datasets", "pyarrow", "camel_tools", "requests"}


def test_the_version_is_the_packages(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"tawsim {__version__}\n"


def test_a_corpus_goes_through_the_stages_by_hand(project, tiny_model, capsys):
    assert main(["ingest", "in", "--output", "out/documents.jsonl"]) == 0
    assert main(["tokenise", "out/documents.jsonl", "--output", "out/tokens"]) == 0
    tokens = json.loads((project / "out/tokens/example.json").read_text("utf-8"))["tokens"]
    assert TEXT[slice(*tokens[0])] == "أكّدت"
    ner = ["--ner", str(tiny_model)]
    assert main(["preannotate", "out/documents.jsonl", "--output", "out/records", *ner]) == 0
    assert main(["preannotate", "in", "--output", "out/records.jsonl", *ner]) == 0
    record = json.loads((project / "out/records/example.json").read_text("utf-8"))
    assert json.loads((project / "out/records.jsonl").read_text("utf-8")) == record
    assert record["agent"] == "machine"
    assert record["models"] == {
        "dates": f"tawsim-dates@{__version__}",
        "entities": f"{tiny_model}@local+nisba",
        "stance": f"tawsim-stance@{__version__}+tawsim-stance-clauses@1.0.0",
    }
    assert [span["text"] for span in record["dates"]] == ["يوم الجمعة"]
    assert capsys.readouterr().out == ""


def test_a_bad_document_is_refused_and_nothing_is_written(project, tiny_model, capsys):
    (project / "in" / "bad.txt").write_bytes(b"\xff")
    ner = ["--ner", str(tiny_model)]
    assert main(["ingest", "in", "--output", "out/d.jsonl"]) == 2
    assert main(["tokenise", "in", "--output", "out/tokens"]) == 2
    assert main(["preannotate", "in", "--output", "out/records", *ner]) == 2
    assert main(["release", "0.1.0", "--input", "in", *ner]) == 2
    assert capsys.readouterr().err.count("bad.txt") == 4
    assert not list(project.glob("out/**/*"))
    assert not list(project.glob("build/*/*"))
    assert main(["ingest", "in", "--output", "out/d.jsonl", "--skip-bad"]) == 1
    assert (project / "out/d.jsonl").is_file()
    assert "1 refused, listed in out/d.refused.jsonl" in capsys.readouterr().err


def test_dates_are_printed_with_their_values(capsys):
    assert main(["dates", "اجتمعوا مساء أمس لمدة عام", "--dct", "2024-09-28"]) == 0
    assert (
        capsys.readouterr().out
        == "8-16\tTIME\t2024-09-27TEV\tمساء أمس\n22-25\tDURATION\tP1Y\tعام\n"
    )
    assert main(["dates", "نهاية عام 2026", "--json"]) == 0
    span = json.loads(capsys.readouterr().out)
    assert (span["value"], span["mod"], span["end"]) == ("2026", "END", 14)
    assert main(["dates", "أمس", "--dct", "2024-02-30"]) == 2
    assert "Write a date as 2024-09-28" in capsys.readouterr().err


def test_release_skips_what_is_done_and_logs_its_runs(project, tiny_model, capsys):
    command = ["release", "0.1.0", "--input", "in", "--ner", str(tiny_model)]
    assert main(command) == 0
    first = capsys.readouterr().err
    assert "pre-annotated 1 documents" in first
    assert "built: build/release/0.1.0" in first
    assert main(command) == 0
    second = capsys.readouterr().err
    assert "pre-annotated" not in second
    assert "already there: build/release/0.1.0" in second
    for version, name in (([], "index"), (["--version", "0.1.0"], "0.1.0")):
        assert main(["report", *command[2:], *version]) == 0
        assert f"1 documents; open build/report/{name}.html" in capsys.readouterr().err
        assert TEXT[:10] in (project / f"build/report/{name}.html").read_text("utf-8")
    (project / "in" / "example.txt").write_bytes(b"other")
    assert main(command) == 2
    assert "released already, with other content" in capsys.readouterr().err
    log = (project / "build" / "run.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["exit"] for line in log] == [0, 0, 0, 0, 2]


def test_a_place_that_cannot_be_written_is_named(project, capsys):
    (project / "taken").write_text("a file")
    assert main(["tokenise", "in", "--output", "taken"]) == 2
    said = capsys.readouterr().err
    assert "taken" in said
    assert "Mend the disk, the path or its permissions" in said
    assert (project / "taken").read_text() == "a file"


RECIPE = """
version = "1.0.0"
dev = ["all"]
[[phases]]
corpora = ["all"]
[corpora.all]
path = "data.conll"
sha256 = "{sha256}"
"""


def write_recipe(project):
    text = "بغداد B-LOC\n\n" * 20
    (project / "data.conll").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (project / "recipe.toml").write_text(RECIPE.format(sha256=digest), encoding="utf-8")


def test_training_from_nothing_is_refused(project, capsys):
    command = ["train", "ner", "recipe.toml", "--encoder", "absent", "--output", "model"]
    assert main(command) == 2
    assert "Name a recipe" in capsys.readouterr().err
    write_recipe(project)
    assert main(command) == 2
    assert "no encoder found there" in capsys.readouterr().err
    assert not (project / "model").exists()


def test_the_corpus_is_never_written_over(project, capsys):
    assert main(["ingest", "in", "--output", "corpus.jsonl"]) == 0
    before = (project / "corpus.jsonl").read_bytes()
    assert main(["preannotate", "corpus.jsonl", "--output", "./corpus.jsonl"]) == 2
    assert "would replace the input" in capsys.readouterr().err
    assert (project / "corpus.jsonl").read_bytes() == before


def test_there_is_no_password_before_there_is_an_account(project, capsys):
    assert main(["password"]) == 2
    assert "holds no accounts yet" in capsys.readouterr().err


def test_collecting_without_a_server_says_what_to_do(project, capsys):
    assert main(["collect", "--input", "in"]) == 2
    assert "no annotation server is running. Start it with `make annotate`" in (
        capsys.readouterr().err
    )


def test_a_model_folder_that_exists_is_not_trained_over(project, capsys):
    write_recipe(project)
    command = ["train", "ner", "recipe.toml", "--encoder", "none", "--output", "in"]
    assert main(command) == 2
    assert "it exists already" in capsys.readouterr().err


def test_stance_prints_who_is_for_or_against(project, tiny_model, capsys, monkeypatch):
    # the tiny model's random names would hide the words
    monkeypatch.setattr("pipeline.annotators.ner.entities.annotate_entities", lambda *_: [()])
    text = "قالت النائبة إن انسحاب القوات الأجنبية ضروري.\n"
    (project / "news.txt").write_bytes(text.encode())
    ner = ["--ner", str(tiny_model)]
    assert main(["stance", "news.txt", "--json", *ner]) == 0
    spans = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(span["label"], span["holder"]["text"]) for span in spans] == [("FAVOR", "النائبة")]
    assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)
    assert main(["stance", "news.txt", *ner]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[2:4] for row in rows] == [[span["label"], span["text"]] for span in spans]


def test_stance_names_the_declared_targets_for_an_unknown_one(project, capsys):
    (project / "news.txt").write_bytes(b"x")
    assert main(["stance", "news.txt", "--target", "nothing"]) == 2
    said = capsys.readouterr().err
    assert "unknown stance target 'nothing'" in said
    assert "coalition_withdrawal" in said


def test_stance_refuses_a_file_that_is_not_utf_8(project, capsys):
    (project / "news.txt").write_bytes("قال".encode("cp1256"))
    assert main(["stance", "news.txt"]) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_a_signal_that_a_library_turns_into_an_error_of_its_own_ends_the_work_politely(
    tmp_path, monkeypatch, capsys
):
    def work(arguments, project):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        except KeyboardInterrupt as stopped:
            raise RuntimeError("An error occurred while initializing a class") from stopped

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pipeline.verbs.tokenise", work)
    assert main(["tokenise", "in", "--output", "out"]) == 128 + signal.SIGTERM
    assert capsys.readouterr().err == "tawsim tokenise: stopped; run it again to go on.\n"
