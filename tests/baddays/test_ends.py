"""A stage is killed, or told to end: nothing torn, nothing lost, and the next run completes.

Ends come at random instants of the stage's time, and between any two changes of files.
"""

import os
import random
import signal

import pytest

from tests.baddays.stages import ALONE, STAGES, check_left, finish

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TRIALS = range(10 if LONG else 1)
ENDS = ["kill at a change", "term", *(["kill", "term at a change"] if LONG else [])]
KILL, TERM = signal.SIGKILL, signal.SIGTERM


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("bad", ENDS)
@pytest.mark.parametrize("name", ALONE)
def test_an_ended_stage_leaves_nothing_torn_and_is_completed(runs, name, bad, trial):
    chance, stage = random.Random(f"{name} {bad} {trial}"), STAGES[name]
    usual, before, after = runs.undisturbed(name)
    begun = runs.begin(stage)
    end = {"signal": KILL if bad.startswith("kill") else TERM}
    if bad.endswith("change"):
        end["before_change"] = chance.randint(1, usual["changes"])
    else:
        end["after"] = chance.random() * usual["seconds"]
    ended = runs.run(stage.argv, begun, **end)
    check_left(name, begun, before, after)
    finish(runs, name, begun, after)
    assert "Traceback" not in ended["said"]
    assert ended["code"] in (stage.code, -end["signal"], 128 + TERM)


@pytest.mark.parametrize("name", ["tokenise", "release again", "train ner", "backup"])
def test_a_stage_that_is_told_to_end_says_so_and_clears_up(runs, name):
    usual, _, after = runs.undisturbed(name)
    begun = runs.begin(STAGES[name])
    middle = usual["changes"] // 2
    ended = runs.run(STAGES[name].argv, begun, signal=TERM, before_change=middle)
    assert ended["code"] == 128 + TERM
    assert "stopped; run it again to go on." in ended["said"]
    runs.run(STAGES[name].argv, begun)
    assert not list(begun.rglob(".*.*")), "what it left is taken over"
    finish(runs, name, begun, after)
