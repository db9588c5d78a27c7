"""What is installed: pinned, hashed, enough for the project, and audited."""

import json
import re
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.audit import FOLDER, audit

HASHED = sorted(path for path in FOLDER.glob("*.txt") if path.name != "torch.txt")
PIN = re.compile(r"([A-Za-z0-9._-]+)==(\S+)")


def entries(path):
    """The file's requirements, each with what follows on continued lines."""
    lines = (line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    return "\n".join(lines).replace("\\\n", " ").splitlines()


def pins(*names):
    found = [PIN.match(line) for name in names for line in entries(FOLDER / f"{name}.txt")]
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in found}


def test_every_release_is_pinned_and_every_file_of_it_hashed():
    assert {path.stem for path in HASHED} == {"build", "run", "test", "bench", "fuzz", "doccano"}
    for path in HASHED:
        for line in entries(path):
            assert re.fullmatch(rf"{PIN.pattern}( +--hash=sha256:[0-9a-f]{{64}})+", line), line


def test_no_file_names_an_index():
    for path in FOLDER.iterdir():
        assert not re.search(r"://|index-url|find-links", path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("extras", "files"),
    [
        ({"doccano"}, ("build", "run")),
        ({"doccano", "ray", "test"}, ("build", "run", "test")),
        ({"bench"}, ("build", "run", "bench")),
        ({"fuzz"}, ("build", "run", "fuzz")),
    ],
)
def test_the_pins_are_what_the_project_asks_for(extras, files):
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    asked = list(project["dependencies"])
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    pinned = pins("torch", *files)
    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        assert name == "tawsim" or pinned[name] in requirement.specifier, requirement


def test_the_pins_need_nothing_besides():
    pinned = pins("torch", "build", "run", "test")
    for name in pinned:
        for need in map(Requirement, requires(name) or []):
            if need.marker and not need.marker.evaluate({"extra": ""}):
                continue
            wanted = canonicalize_name(need.name)
            assert wanted == "pip" or pinned[wanted] in need.specifier, f"{name} needs {need}"


class Database(BaseHTTPRequestHandler):
    """A stub of OSV: one release has a vulnerability."""

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = {
            "id": "GHSA-made-up00-0001",
            "summary": "made up",
            "affected": [{"package": question["package"], "ranges": []}],
        }
        vulnerable = question["package"]["name"] == "tzlocal"
        answer = json.dumps({"vulns": [found]} if vulnerable else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def database():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def few(tmp_path):
    for name in ("bench.txt", "torch.txt", "accepted.toml"):
        (tmp_path / name).write_text((FOLDER / name).read_text("utf-8"), encoding="utf-8")
    return tmp_path


def test_a_known_vulnerability_fails_with_what_to_do_until_it_is_accepted(few, database, capfd):
    assert audit(few, database) == 1
    said = capfd.readouterr().out
    assert "GHSA-made-up00-0001" in said
    assert "make pins UPGRADE=name" in said
    assert "requirements/accepted.toml" in said
    (few / "accepted.toml").write_text('GHSA-made-up00-0001 = "made up"', encoding="utf-8")
    assert audit(few, database) == 0


def test_without_an_answer_nothing_is_audited_and_a_line_says_so(few, capfd):
    assert audit(few, "http://127.0.0.1:9/v1/query") == 0
    (line,) = capfd.readouterr().out.splitlines()
    assert "not looked for" in line
    assert "ConnectionError" in line


def test_what_is_accepted_has_a_reason():
    accepted = tomllib.loads((FOLDER / "accepted.toml").read_text("utf-8"))
    assert all(isinstance(reason, str) and reason.strip() for reason in accepted.values())
