"""The same bad days for who talks to a real annotation server; it stays as it is meanwhile.

What becomes of the server's own side is tested in `tests/doccano/test_kills.py`.
"""

import shutil

import pytest

from pipeline.doccano import launch
from tests.baddays import test_circumstances as circumstances
from tests.baddays import test_ends as ends
from tests.baddays.stages import STAGES
from tests.doccano.conftest import Person

SERVED = ["annotate", "collect"]


@pytest.fixture(scope="module")
def served(runs, doccano_python):
    """Projects begin with six documents pushed and confirmed, and nothing made or collected."""
    folder, state = runs.root / "served", runs.root / "state" / ".tawsim"
    folder.mkdir()
    for name in ("corpus.jsonl", "model"):
        (folder / name).symlink_to(runs.made("annotated") / name)
    (folder / ".tawsim").symlink_to(state)
    (folder / "python").symlink_to(doccano_python)
    server = launch.start(state, doccano_python)
    ended = runs.run(STAGES["annotate"].argv, folder)
    assert ended["code"] == 0, ended["said"]
    shutil.rmtree(folder / "build")
    person = Person(server, "a01")
    (project,) = person.get("projects")["results"]
    for example in person.examples(project["id"]).values():
        person.ask("POST", f"projects/{project['id']}/examples/{example['id']}/states")
    yield runs
    launch.stop(state)


def test_six_documents_are_collected_with_their_histories(served):
    _, before, after = served.undisturbed("collect")
    assert len(after) - len(before) == 2 * 6


@pytest.mark.parametrize("trial", ends.TRIALS)
@pytest.mark.parametrize("bad", ends.ENDS)
@pytest.mark.parametrize("name", SERVED)
def test_an_ended_stage(served, name, bad, trial):
    ends.test_an_ended_stage_leaves_nothing_torn_and_is_completed(served, name, bad, trial)


@pytest.mark.parametrize("trial", circumstances.TRIALS)
@pytest.mark.parametrize("name", SERVED)
def test_files_that_may_not_grow_beside_a_server(served, name, trial):
    circumstances.test_files_that_may_not_grow(served, name, trial)


@pytest.mark.parametrize("trial", circumstances.TRIALS)
@pytest.mark.parametrize("name", SERVED)
def test_two_runs_at_once_before_one_server(served, name, trial):
    circumstances.test_two_runs_at_once(served, name, trial)


@pytest.mark.parametrize("name", SERVED)
def test_a_folder_that_may_not_be_written_beside_a_server(served, name):
    circumstances.test_a_folder_that_may_not_be_written(served, name)


@pytest.mark.parametrize("name", SERVED)
def test_a_clock_that_went_back_between_server_and_us(served, name):
    circumstances.test_a_clock_that_went_back(served, name)
