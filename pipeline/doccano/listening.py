"""Where the annotation server listens: its port on this machine, and the proxy before it."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

from pipeline.errors import RequestError

HOST = "127.0.0.1"
HOST_FILE = "host"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?")


def read_host(state: Path) -> str:
    """Return the name of the proxy before the server, empty where there is none."""
    remembered = state / HOST_FILE
    return remembered.read_text(encoding="ascii").strip() if remembered.exists() else ""


def check_host(host: str) -> str:
    """Return the name of a proxy in small letters, empty for this machine itself.

    Raises RequestError for what is no host name.
    """
    if host == HOST:
        return ""
    if not _NAME.fullmatch(host):
        cure = "Give a name such as annotate.example.org, with :8443 where its port is not 443."
        raise RequestError(f"HOST={host}", "is no host name", cure)
    return host.lower()


def find_port(remembered: Path) -> int:
    """Return the port of the last start if it is free, else any free one."""
    last = int(remembered.read_text(encoding="ascii")) if remembered.exists() else 0
    for port in (last, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RequestError(HOST, "no port is free", "Close programs that hold ports, then try again.")


def is_healthy(port: int) -> bool:
    """Tell whether our server answers at a port of this machine."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/tawsim/health", timeout=5) as reply:
            return bool(json.load(reply) == {"tawsim": "ready"})
    except (OSError, ValueError):
        return False
