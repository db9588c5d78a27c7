"""What is told of an address that answers strangely, or not at all; no Doccano is asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pipeline.doccano import foreign as foreign_server
from pipeline.doccano.address import Address
from pipeline.doccano.foreign import ForeignServer
from pipeline.doccano.transport import Transport
from pipeline.errors import RequestError


@pytest.fixture
def answering():
    """Serve one answer to everything, and keep what was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.headers)
            status, headers, body = self.server.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.url = [], f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ((200, {"content-type": "text/html"}, b"<p>"), "is no Doccano.*Check DOCCANO_URL"),
        ((200, JSON, b"<p>"), "otherwise than Doccano 1.8.4"),
        ((200, JSON, b'{"name": "x"}'), "otherwise than Doccano 1.8.4"),
        ((401, JSON, b'{"detail": "?"}'), "401.*Check DOCCANO_TOKEN"),
        ((403, JSON, b'{"detail": "Invalid token."}'), "403.*Check DOCCANO_TOKEN"),
        ((403, JSON, b'{"detail": "You may not."}'), "403.*staff"),
        ((404, JSON, b'{"detail": "Not found."}'), "404.*make annotate"),
        ((500, {}, b""), "500.*Ask who runs the server"),
        ((301, {"location": "https://x.org/v1/me"}, b""), "leads to https://x.org"),
    ],
)
def test_what_is_no_doccano_of_ours_is_told_with_its_cure(answer, cause, answering):
    answering.answer = answer
    with ForeignServer(Address(answering.url, "secret")) as server:
        with pytest.raises(RequestError, match=f"(?s){cause}") as refused:
            server.read_username()
        assert "secret" not in str(refused.value)
    assert answering.asked[0]["Authorization"] == "Token secret"


def test_the_token_goes_nowhere_else(answering, tmp_path, monkeypatch):
    answering.answer = (200, JSON, b'{"count": 0, "results": []}')
    (tmp_path / "netrc").write_text("machine 127.0.0.1\nlogin a\npassword b\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    Transport(Address(answering.url, "secret")).rows("projects")
    assert answering.asked[0]["Authorization"] == "Token secret", "no .netrc takes its place"


def test_a_server_that_is_down_is_named_with_what_to_do():
    with (
        ForeignServer(Address("http://127.0.0.1:9", "x")) as nobody,
        pytest.raises(RequestError, match=r"does not answer .*Run it again: nothing is done twice"),
    ):
        nobody.read_username()


@pytest.mark.parametrize(
    ("says", "cause"),
    [
        ({"ready": False}, "not imported after 0 s.*Celery"),
        ({"ready": True, "result": {"error": [{"message": "line 3"}]}}, "failed: .*line 3"),
        ({"ready": True, "error": {"text": "boom"}}, "failed: .*boom.*Run it again"),
    ],
)
def test_an_import_that_returns_normally_and_failed_is_told(says, cause, answering, monkeypatch):
    monkeypatch.setattr(foreign_server, "_IMPORT_SECONDS", 0)
    answering.answer = (200, JSON, json.dumps(says).encode())
    with (
        ForeignServer(Address(answering.url, "x")) as server,
        pytest.raises(RequestError, match=cause),
    ):
        server._wait("task")
