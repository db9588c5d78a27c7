"""A warm process that runs the command in forked children, and lets bad things happen to them.

Everything heavy is imported once; each run is `pipeline.cli.main` in a child of its own. A line of
JSON on stdin asks for runs that go on at the same time, a line on stdout says how they ended.
"""

from __future__ import annotations

import json
import mmap
import os
import resource
import struct
import sys
import time
import traceback
from pathlib import Path

NOBODY = 65534
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def warm() -> None:
    """Import what stages import late; one thread, since threads do not survive a fork."""
    import bagit  # noqa: F401
    import datasets  # noqa: F401
    import sklearn.linear_model  # noqa: F401
    import torch

    import pipeline.dataset_verbs
    import pipeline.rounds
    import pipeline.sharding
    import pipeline.stages.archive
    import pipeline.stages.attach
    import pipeline.stages.release
    import pipeline.stages.report
    import pipeline.stages.train
    import pipeline.stages.train_stance  # noqa: F401
    from pipeline.annotators.ner.backends import load_tagger
    from pipeline.freshness import code_digest
    from pipeline.stages.preannotate import preannotate
    from pipeline.stages.tokenise import render_tokens
    from tests.examples import DOCUMENT

    torch.set_num_threads(1)
    code_digest()
    render_tokens(DOCUMENT)
    list(preannotate([DOCUMENT], load_tagger(sys.argv[1])))


class Child:
    """One run: `argv` in `cwd`, and what befalls it."""

    def __init__(self, run: dict) -> None:
        self._run, self._counter = run, mmap.mmap(-1, 8)
        self._said, writing = os.pipe()
        self._begun = time.monotonic()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._said)
            self._work(writing)
        os.close(writing)

    def end(self) -> dict:
        """Strike when it is time, wait for the end, and say how it was."""
        if (after := self._run.get("after")) is not None:
            time.sleep(max(0, self._begun + after - time.monotonic()))
            os.kill(self.pid, self._run["signal"])
        with os.fdopen(self._said, encoding="utf-8", errors="replace") as file:
            said = file.read()
        _, status = os.waitpid(self.pid, 0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "said": said,
            "seconds": time.monotonic() - self._begun,
            "changes": struct.unpack("q", self._counter[:8])[0],
        }

    def _work(self, writing: int) -> None:
        code: object = 70
        try:
            os.setsid()
            for standard in (1, 2):
                os.dup2(writing, standard)
            os.chdir(self._run["cwd"])
            self._meet()
            from pipeline.cli import main

            code = main(self._run["argv"])
        except SystemExit as left:
            code = left.code
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code if isinstance(code, int) else 70)

    def _meet(self) -> None:
        """Prepare what is to befall this run."""
        run, changes = self._run, 0
        time.sleep(run.get("wait", 0))

        def watch(event: str, arguments: tuple) -> None:
            nonlocal changes
            if event == "open":
                path, _, flags = arguments
                place = os.fsdecode(path) if isinstance(path, str | bytes) else ""
                if not flags & _WRITING or not place or place.startswith(("/dev", "/proc")):
                    return
            elif event not in _CHANGES:
                return
            changes += 1
            self._counter[:8] = struct.pack("q", changes)
            if changes == run.get("before_change"):
                os.kill(os.getpid(), run["signal"])

        sys.addaudithook(watch)
        if "clock" in run:
            _shift_clock(run["clock"])
        if "file_size" in run:
            resource.setrlimit(resource.RLIMIT_FSIZE, (run["file_size"],) * 2)
        if run.get("nobody") and os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)


def _shift_clock(seconds: float) -> None:
    """Let every clock that can be set say another time, in all modules of ours."""
    import datetime as module

    class Shifted(module.datetime):
        @classmethod
        def now(cls, tz=None):
            return module.datetime.fromtimestamp(time.time(), tz)

    real = time.time
    time.time = lambda: real() + seconds
    for name, loaded in list(sys.modules.items()):
        if name.startswith("pipeline.") and getattr(loaded, "datetime", None) is module.datetime:
            loaded.datetime = Shifted


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    warm()
    print("ready", flush=True)
    for line in sys.stdin:
        children = [Child(run) for run in json.loads(line)]
        print(json.dumps([child.end() for child in children]), flush=True)


if __name__ == "__main__":
    main()
