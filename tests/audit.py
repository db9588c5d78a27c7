"""Vulnerabilities known of the releases that `requirements/` pins; `make check` asks.

`python -m tests.audit` asks OSV through pip-audit and exits with 1 where one is found that
`requirements/accepted.toml` does not name. Where OSV is not reached, a line says so.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import requests

FOLDER = Path(__file__).parent.parent / "requirements"
SERVICE = "https://api.osv.dev/v1/query"
_SECONDS = 8
_TODO = """
What to do: raise the release (make pins UPGRADE=name) and run make test. Where no other will do, or
nobody reaches the fault here, name its id, with the reason, in requirements/accepted.toml.
"""


def audit(folder: Path, service: str) -> int:
    """Return 0 if no pinned release has a known vulnerability that is not accepted, else 1.

    Also 0 where the service gives no answer: who works without a network can check the rest.
    """
    try:
        _ask(service)
    except requests.RequestException as error:
        print(f"Vulnerabilities: not looked for, {service} gives no answer: {type(error).__name__}")
        return 0
    accepted = tomllib.loads((folder / "accepted.toml").read_text(encoding="utf-8"))
    torch = folder / "torch.txt"
    hashed = sorted(set(folder.glob("*.txt")) - {torch})
    # Beside files with hashes pip-audit refuses one without.
    clean = [_audit_files(files, service, accepted) for files in (hashed, [torch])]
    if not all(clean):
        print(_TODO)
        return 1
    return 0


def _ask(service: str) -> None:
    """Ask about a release as pip-audit will; raises RequestException without a proper answer."""
    question = {"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "23.2.1"}
    answer = requests.post(service, json=question, timeout=_SECONDS)
    answer.raise_for_status()
    answer.json()


def _audit_files(files: Iterable[Path], service: str, accepted: Iterable[str]) -> bool:
    named = [argument for path in files for argument in ("--requirement", str(path))]
    ignored = [argument for name in accepted for argument in ("--ignore-vuln", name)]
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps"]
    command += ["--progress-spinner", "off", "--timeout", str(_SECONDS)]
    command += ["--vulnerability-service", "osv", "--osv-url", service, *named, *ignored]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(audit(FOLDER, SERVICE))
