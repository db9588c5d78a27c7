"""Asks tawsim's own Python what spans and typed values mean; one child process, a question at once.

Our packages have no place in Doccano's environment, and two parsers of Arabic dates would differ.
"""

import json
import os
import subprocess
import threading

_lock = threading.Lock()
_child = None


def ask(question: dict) -> dict:
    """Return the answer of `pipeline.doccano.answers`; a child that died is started again once."""
    with _lock:
        try:
            return _exchange(question)
        except (OSError, ValueError):
            _end()
            return _exchange(question)


def _exchange(question):
    global _child
    if _child is None:
        _child = _start()
    _child.stdin.write(json.dumps(question) + "\n")
    _child.stdin.flush()
    return json.loads(_child.stdout.readline())


def _start():
    # It needs nothing of Doccano's environment, and its stdin ends when this process does.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.environ["TAWSIM_PACKAGE_FOLDER"],
    }
    return subprocess.Popen(
        [os.environ["TAWSIM_PYTHON"], "-m", "pipeline.doccano.answers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
        close_fds=True,
    )


def _end():
    global _child
    if _child is not None:
        _child.kill()
        _child.wait()
        _child = None
