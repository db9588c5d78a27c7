"""Where a Doccano that others run is, and the token that opens it.

`DOCCANO_URL` and `DOCCANO_TOKEN` say it, or `.tawsim/team.toml` with `url` and `token`, readable by
its owner alone. The token of a file goes to no other address than the one beside it.
"""

from __future__ import annotations

import ipaddress
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import RequestError

FILE = "team.toml"
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A server, without a final slash, and an account's token there, which is never shown."""

    url: str
    token: str = field(repr=False)


def find_address(state: Path, environ: Mapping[str, str]) -> Address | None:
    """Return the team's server that is named, None where none is: then the server is ours.

    Raises RequestError for half an address, and for one that would show the token to others.
    """
    kept = _read_file(state / FILE)
    url = environ.get("DOCCANO_URL") or kept.get("url")
    token = environ.get("DOCCANO_TOKEN")
    if url is None:
        if token:
            raise RequestError("DOCCANO_TOKEN", "is set, and DOCCANO_URL is not", "Set both.")
        return None
    url = _checked_url(url)
    if not token and kept and _checked_url(kept["url"]) == url:
        token = kept["token"]
    if not token:
        cure = f"Set DOCCANO_TOKEN, or write url and token into {state.name}/{FILE}."
        raise RequestError("DOCCANO_URL", f"there is no token for {url}", cure)
    if not _TOKEN.fullmatch(token):
        cure = "Copy it again: letters and digits alone."
        raise RequestError("DOCCANO_TOKEN", "is no token: it holds a space or a break", cure)
    return Address(url, token)


def _read_file(path: Path) -> dict[str, str]:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # The error's own words could hold the token.
        raise RequestError(str(path), "is no TOML", 'Write url = "…" and token = "…".') from error
    if mode & 0o077:
        raise RequestError(str(path), "can be read by others", f"chmod 600 {path}")
    if table.keys() != {"url", "token"} or not all(isinstance(v, str) for v in table.values()):
        raise RequestError(str(path), "says no address", 'Write url = "…" and token = "…".')
    return table


def _checked_url(url: str) -> str:
    """Return the address without a final slash; a token goes through TLS or stays here."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    odd = parts.username or parts.password or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not host or odd:
        cure = "Write it as https://doccano.example.org"
        raise RequestError("DOCCANO_URL", "is no address of a server", cure)
    if parts.scheme == "http" and not is_here(host):
        cause = f"http to {host} would show the token, and everybody's work, to the network"
        cure = (
            "Use https; or a tunnel, `ssh -N -L 8000:localhost:8000 "
            f"{host}`, and DOCCANO_URL=http://127.0.0.1:8000"
        )
        raise RequestError("DOCCANO_URL", cause, cure)
    return url.rstrip("/")


def is_here(host: str) -> bool:
    """Tell whether a host's name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
