"""A full disk, a folder that may not be written, two runs at once, a clock that goes back.

Each ends in one clear error or in the whole output; what was there stays, and the next run, where
all is well, ends with the bytes of an undisturbed one.
"""

import os
import random
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.baddays.stages import ALONE, STAGES, check_left, finish, kept

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TRIALS = range(10 if LONG else 1)
BLOCK = 4096
DAY = 86_400


def check_refused(ended):
    """One clear error: which verb, where, what; no traceback, and not the code of a success."""
    assert ended["code"] not in (0, 70), ended
    assert not re.search("Traceback|None", ended["said"]), ended["said"]
    said = [line for line in ended["said"].splitlines() if line.startswith("tawsim ")]
    assert len(said) == 1, ended["said"]
    assert re.fullmatch(r"tawsim \w+: (?!a file).+: .+\. .+\.", said[0]), said


def room(folder, leave):
    """Fill the disk a folder is on but for so many bytes; return what takes the room."""
    free = shutil.disk_usage(folder).free
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - leave, 1))
    return ballast


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 16 MiB, where this process may mount one."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("name", ALONE)
def test_a_full_disk(runs, small_disk, name, trial):
    stage = STAGES[name]
    _, before, after = runs.undisturbed(name)
    project = runs.begin(stage, small_disk / "project")
    taken = shutil.disk_usage(small_disk).used
    chance = random.Random(f"{name} {trial}")
    needed = sum(-len(rows) // BLOCK for rows in after.values()) * -BLOCK - taken
    ballast = room(small_disk, chance.randrange(0, max(needed, BLOCK), BLOCK))
    ended = runs.run(stage.argv, project)
    check_left(name, project, before, after)
    if ended["code"] != stage.code:
        check_refused(ended)
    ballast.unlink()
    finish(runs, name, project, after)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("name", ALONE)
def test_files_that_may_not_grow(runs, name, trial):
    """The same by a limit to the size of a file, which can be had anywhere."""
    stage, chance = STAGES[name], random.Random(f"{name} {trial}")
    _, before, after = runs.undisturbed(name)
    project = runs.begin(stage)
    for limit in (0, chance.randrange(max(map(len, after.values())))):
        ended = runs.run(stage.argv, project, file_size=limit)
        if ended["code"] != stage.code or not limit:
            check_refused(ended)
        check_left(name, project, before, after)
    finish(runs, name, project, after)


@pytest.mark.parametrize("name", ALONE)
def test_a_folder_that_may_not_be_written(runs, name):
    """By somebody who is not root: nobody, where the tests are run by root."""
    stage = STAGES[name]
    _, before, after = runs.undisturbed(name)
    with tempfile.TemporaryDirectory(prefix="tawsim-") as above:
        Path(above).chmod(0o711)
        project = runs.begin(stage, Path(above, "project"))
        subprocess.run(["chmod", "-R", "a-w,a+rX", str(project)], check=True)
        ended = runs.run(stage.argv, project, nobody=True)
        check_refused(ended)
        assert kept(project) == before
        subprocess.run(["chmod", "-R", "u+w", str(project)], check=True)
        finish(runs, name, project, after)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("name", ALONE)
def test_two_runs_at_once(runs, name, trial):
    stage, chance = STAGES[name], random.Random(f"{name} {trial}")
    usual, before, after = runs.undisturbed(name)
    project = runs.begin(stage)
    late = runs.request(stage.argv, project, wait=chance.random() * usual["seconds"])
    ended = runs.ask(runs.request(stage.argv, project), late)
    assert any(own["code"] == stage.code for own in ended), ended
    for own in ended:
        if own["code"] != stage.code:
            assert re.search("another run (is at work here|writes it)|exists already", own["said"])
            check_refused(own)
    check_left(name, project, before, after)
    finish(runs, name, project, after)


@pytest.mark.parametrize("name", ALONE)
def test_a_clock_that_went_back(runs, name):
    """A day between two runs, the wrong way: the second finds all done, or does it again."""
    stage = STAGES[name]
    _, _, after = runs.undisturbed(name)
    project = runs.begin(stage)
    ended = runs.run(stage.argv, project, clock=DAY)
    assert ended["code"] == stage.code, ended["said"]
    finish(runs, name, project, after)


def test_a_backup_is_kept_though_the_clock_went_back(runs):
    """Twelve backups, the clock a day earlier each time: the last ten stay, in their order."""
    project = runs.begin(STAGES["backup"])
    (project / ".tawsim" / "backups" / "20240101T000000.000000Z-old.tar.gz").unlink()
    made = []
    for days in range(12):
        ended = runs.run(("backup",), project, clock=-days * DAY)
        made.append(ended["said"].splitlines()[0])
    there = sorted((project / ".tawsim" / "backups").iterdir())
    assert [str(path.relative_to(project)) for path in there] == made[2:]
