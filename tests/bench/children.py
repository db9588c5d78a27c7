"""Measuring in a process of its own: what it prints, how long it took, how much it held."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A child that ended well: wall seconds, processor time over them, its peak memory."""

    output: str
    seconds: float
    cores: float
    peak_mib: float


def run_module(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run `python -m …` and measure it; raises RuntimeError with its words when it fails.

    The peak is the child's own as long as this process stays smaller than it.
    """
    command = [sys.executable, "-m", *arguments]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.monotonic()
        child = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, stdout=output, stderr=errors
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed:\n{errors.read()}")
        output.seek(0)
        cores = (usage.ru_utime + usage.ru_stime) / seconds
        return Run(output.read(), seconds, cores, usage.ru_maxrss / 1024)
