"""The command `tawsim`: runs a word, exit codes; the only place that catches our errors."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from pipeline import __version__
from pipeline.arguments import build_parser
from pipeline.errors import TawsimError
from pipeline.project import Project


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 when fine, 1 with findings in the data, 2 for a wrong request."""
    arguments = build_parser().parse_args(argv)
    project = Project(Path.cwd())
    started = time.monotonic()
    try:
        with _ended_politely():
            arguments.run(arguments, project)
        code = 0
    except TawsimError as error:
        print(f"tawsim {arguments.verb}: {error}", file=sys.stderr)
        code = error.exit_code
    except OSError as error:
        # Files appear under their names only when whole, so that nothing half-written is left.
        place = error.filename or "a file"
        cure = "Mend the disk, the path or its permissions and run it again."
        print(
            f"tawsim {arguments.verb}: {place}: {error.strerror or error}. {cure}", file=sys.stderr
        )
        code = 2
    except KeyboardInterrupt as stopped:
        print(f"tawsim {arguments.verb}: stopped; run it again to go on.", file=sys.stderr)
        code = 128 + next(iter(stopped.args), signal.SIGINT)
    _log_run(project, arguments.verb, code, time.monotonic() - started)
    return code


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Let SIGTERM stop the work as Ctrl-C does, so that it clears up behind itself."""
    told: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        told.append(number)
        raise KeyboardInterrupt(number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except Exception as error:
        if told:  # a library that was being imported made an error of its own of it
            raise KeyboardInterrupt(*told[:1]) from error
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _log_run(project: Project, verb: str, code: int, seconds: float) -> None:
    """Append a line to `build/run.jsonl`, where a project has a `build/`."""
    if not project.build.is_dir():
        return
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "verb": verb,
        "version": __version__,
        "exit": code,
        "seconds": round(seconds, 2),
    }
    path, whole = project.build / "run.jsonl", f"{json.dumps(line)}\n".encode()
    try:
        with path.open("ab", buffering=0) as log:
            end = log.tell()
            if log.write(whole) < len(whole):
                log.truncate(end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:  # the work itself is done, or has said why not
        print(f"note: the run is not in {path}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
