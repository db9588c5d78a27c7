"""The warm process, one for all of these tests."""

import pytest

from tests.baddays.stages import Runs


@pytest.fixture(scope="session")
def runs(tmp_path_factory, tiny_model):
    yield (runs := Runs(tmp_path_factory.mktemp("bad-days"), tiny_model))
    runs.close()
