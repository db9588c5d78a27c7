"""The command `tawsim`: runs a word, exit codes; the only place that catches our errors."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

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
    except KeyboardInterrupt:
        print(f"tawsim {arguments.verb}: stopped; run it again to go on.", file=sys.stderr)
        code = 130
    _log_run(project, arguments.verb, code, time.monotonic() - started)
    return code


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
    try:
        with (project.build / "run.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
    except OSError as error:  # the work itself is done, or has said why not
        print(f"note: the run is not in {project.build / 'run.jsonl'}: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
