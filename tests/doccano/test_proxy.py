"""People on other machines: a real TLS proxy before the server, and what it lets through."""

import ssl
import subprocess
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from pipeline.doccano import launch
from pipeline.doccano.client import Client
from pipeline.errors import RequestError
from pipeline.stages.push import push
from tests.doccano.conftest import Person
from tests.examples import DOCUMENT, annotation

NAME = "annotate.example.org"


def forwards_to(port):
    """A handler that does what the documented nginx does."""

    class Forward(BaseHTTPRequestHandler):
        def _forward(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            upstream = HTTPConnection("127.0.0.1", port, timeout=30)
            headers = {**self.headers, "X-Forwarded-Proto": "https", "Connection": "close"}
            headers["X-Forwarded-For"] = self.client_address[0]
            upstream.request(self.command, self.path, body, headers)
            reply = upstream.getresponse()
            content = reply.read()
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    for method in ("GET", "POST"):
        setattr(Forward, f"do_{method}", Forward._forward)
    return Forward


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},DNS:localhost"]
    subprocess.run([*made, "-keyout", path, "-out", path], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def behind(doccano_python, tmp_path_factory):
    """A server of its own, since it is started again."""
    state = tmp_path_factory.mktemp("behind") / ".tawsim"
    yield launch.start(state, doccano_python)
    launch.stop(state)


@pytest.fixture(scope="module")
def proxied(behind, doccano_python, certificate):
    """Return the proxy's port; the server knows its name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), forwards_to(behind.port))
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    Thread(target=proxy.serve_forever, daemon=True).start()
    name = f"{NAME}:{proxy.server_port}"
    launch.answer_to(behind.state, name)
    again = launch.start(behind.state, doccano_python)
    assert (again.port, again.page) == (behind.port, f"https://{name}")
    yield proxy.server_port
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture
def browser(proxied, certificate):
    """Somebody on another machine, whose browser knows the name."""
    session = requests.Session()
    session.trust_env = False  # no other list of certificates
    session.verify = str(certificate)
    session.headers["Host"] = f"{NAME}:{proxied}"
    return session


def test_somebody_logs_in_and_labels_through_the_proxy(
    browser, proxied, behind, round_, a01, tmp_path
):
    with Client(behind) as client:
        secret = client.open_accounts(["a01"])["a01"]
        project = push(client, round_, a01, [(DOCUMENT, annotation())], tmp_path).project
    salma = Person(behind, "a01")
    here = f"https://localhost:{proxied}"
    page = browser.get(here, allow_redirects=False, timeout=30)
    assert page.headers["Location"] == "/auth"
    browser.get(f"{here}/auth", timeout=30)
    own = {"Referer": f"https://{NAME}:{proxied}/", "Origin": f"https://{NAME}:{proxied}"}

    def send(method, path, body, headers):
        token = {"X-CSRFToken": browser.cookies["csrftoken"]}
        url = f"{here}/v1/{path}"
        return browser.request(method, url, json=body, headers=token | headers, timeout=30)

    account = {"username": "a01", "password": secret}
    send("POST", "auth/login/", account, own).raise_for_status()
    assert {cookie.name for cookie in browser.cookies} == {"csrftoken", "sessionid"}
    assert all(cookie.secure for cookie in browser.cookies)
    (session,) = (cookie for cookie in browser.cookies if cookie.name == "sessionid")
    assert session.has_nonstandard_attr("HttpOnly")
    example = salma.get(f"projects/{project}/examples")["results"][0]["id"]
    path = f"projects/{project}/examples/{example}/spans"
    drawn = {"start_offset": 0, "end_offset": 5, "label": salma.label(project, "مكان")}
    foreign = {"Referer": "https://evil.example/", "Origin": "https://evil.example"}
    assert send("POST", path, drawn, foreign).status_code == 403
    before = len(salma.get(path))
    assert send("POST", path, drawn, own).status_code == 201
    assert len(salma.get(path)) == before + 1
    page = browser.get(here, allow_redirects=False, timeout=30)
    assert page.headers["Location"] == "/projects"


def test_another_name_is_refused(browser, proxied):
    browser.headers["Host"] = "evil.example"
    assert browser.get(f"https://localhost:{proxied}/auth", timeout=30).status_code == 400


@pytest.mark.parametrize("name", ["", "evil.example/x", "a b", "-a.example", "*", "a:port"])
def test_what_is_no_name_is_refused_before_anything_is_changed(tmp_path, name):
    with pytest.raises(RequestError, match="is no host name"):
        launch.answer_to(tmp_path / "state", name)
    assert not (tmp_path / "state").exists()


def test_the_name_is_forgotten_when_told_so(behind, proxied, doccano_python):
    launch.answer_to(behind.state, "127.0.0.1")
    assert launch.start(behind.state, doccano_python).page == behind.url
