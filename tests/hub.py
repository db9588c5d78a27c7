"""A stand-in for the Hub: the calls that create a repository, commit to it and tag it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPO = "org/name"
OID = "c0ffee" + "0" * 34


class Hub(ThreadingHTTPServer):
    """What was asked, and what the repository holds by tag; `fails` makes commits fail."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()
        self.created: list[dict] = []
        self.files: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        self.fails = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._note()
        path = self.path.split("?")[0]
        if path == f"/api/datasets/{REPO}/refs":
            tags = [
                {"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid}
                for name, oid in self.server.tags.items()
            ]
            return self._answer({"branches": [], "converts": [], "tags": tags})
        if path.startswith(f"/api/datasets/{REPO}/tree/"):
            return self._answer(
                [
                    {"type": "file", "path": name, "size": len(data), "oid": OID}
                    for name, data in self.server.files.items()
                ]
            )
        if path.startswith(f"/api/datasets/{REPO}"):
            names = [{"rfilename": name} for name in self.server.files]
            return self._answer({"id": REPO, "sha": OID, "siblings": names})
        return self._answer({"error": "unknown"}, 404)

    def do_POST(self) -> None:
        self._note()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        api = f"/api/datasets/{REPO}"
        if self.path == "/api/repos/create":
            self.server.created.append(json.loads(body))
            return self._answer({"url": f"{self.server.url}/datasets/{REPO}"})
        if self.path == "/api/validate-yaml":
            return self._answer({"warnings": [], "errors": []})
        if self.path.startswith(f"{api}/preupload/"):
            files = [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in json.loads(body)["files"]
            ]
            return self._answer({"files": files})
        if self.path.startswith(f"{api}/commit/"):
            return self._commit(body)
        if self.path.startswith(f"{api}/tag/"):
            self.server.tags[json.loads(body)["tag"]] = self.path.rsplit("/", 1)[1]
            return self._answer({})
        return self._answer({"error": "unknown"}, 404)

    def _commit(self, body: bytes) -> None:
        if self.server.fails:
            return self._answer({"error": "the stand-in is told to fail"}, 403)
        for line in body.splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "file":
                self.server.files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "deletedFile":
                del self.server.files[value["path"]]
        url = f"{self.server.url}/datasets/{REPO}/commit/{OID}"
        return self._answer({"commitUrl": url, "commitOid": OID, "success": True})

    def _note(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        # The library fetches its list of agents without a token; no repository is named there.
        if self.path != "/api/agent-harnesses":
            self.server.tokens.add(self.headers.get("Authorization"))

    def _answer(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Run the stand-in on a free port of this machine."""
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
