"""A Doccano as others run it, with nothing of ours: its own settings, SQLite in a folder.

Where they have a Celery worker, imports run inside their request here.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import requests

# Without the two folders Doccano writes uploads into its own package.
_SETTINGS = """
from config.settings.production import *
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_STORE_EAGER_RESULT = True
DJANGO_DRF_FILEPOND_UPLOAD_TMP = MEDIA_ROOT + "/uploads"
DJANGO_DRF_FILEPOND_ALLOW_EXTERNAL_UPLOAD_DIR = True
"""
_PREPARE = """
import contextlib, json, sys
import django
with contextlib.redirect_stdout(sys.stderr):
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from rest_framework.authtoken.models import Token
    call_command("migrate", verbosity=0)
    call_command("create_roles")
    tokens = {}
    for name in json.load(sys.stdin):
        user = User.objects.create_user(name, password=name, is_staff=name == "lead")
        tokens[name] = Token.objects.create(user=user).key
print(json.dumps(tokens))
"""


@dataclass
class Stock:
    """A server that runs, or was killed; `tokens` are those of its accounts by name."""

    folder: Path
    python: Path
    port: int
    tokens: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--threads", "4"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, *command, "--timeout", "120", "config.wsgi"],
                cwd=_backend(self.python),
                env=_environment(self.folder),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                requests.get(f"{self.url}/v1/me", timeout=60)
                return
            except requests.RequestException:
                time.sleep(0.3)
        raise RuntimeError((self.folder / "log").read_text("utf-8")[-2000:])

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None


def make_stock(folder: Path, python: Path, accounts: list[str]) -> Stock:
    """Make a server's database with its accounts, `lead` the only one of the staff; start it."""
    (folder / "uploads").mkdir(parents=True)
    (folder / "stock_settings.py").write_text(_SETTINGS, encoding="utf-8")
    prepared = subprocess.run(
        [python, "-c", _PREPARE],
        input=json.dumps(accounts),
        capture_output=True,
        text=True,
        check=False,
        cwd=_backend(python),
        env=_environment(folder),
    )
    if prepared.returncode:
        raise RuntimeError(prepared.stderr[-2000:])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stock = Stock(folder, python, port, json.loads(prepared.stdout))
    stock.start()
    return stock


def _backend(python: Path) -> Path:
    """Return the folder that Doccano's own command runs in."""
    code = "import importlib.util as u; print(*u.find_spec('backend').submodule_search_locations)"
    found = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "DJANGO_SETTINGS_MODULE": "stock_settings",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": str(folder),
        "CELERY_BROKER_URL": "memory://",
        "SECRET_KEY": "of a test",
        "DEBUG": "False",
    }
