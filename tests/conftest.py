"""Settings of all tests."""

import gc
import sys

import pytest
from hypothesis import settings

from causality.knowledge.base import Knowledge

# The same examples in every run: a build that fails can be repeated. To look for new ones:
# pytest -p no:cacheprovider --hypothesis-profile=search
# No deadline: on a busy machine any test may take a second.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", derandomize=False, deadline=None)
# For mutation testing, where thousands of runs have to be short.
settings.register_profile("brief", derandomize=True, deadline=None, max_examples=15)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True, scope="session")
def _nothing_remembered() -> None:
    """Start without results of before: mutation testing runs the tests again in one process."""
    for each in gc.get_objects():
        if type(each) is Knowledge:  # those that the test modules hold as well
            vars(each)["_memory"].clear()
    for name, module in list(sys.modules.items()):
        for value in vars(module).values() if name.split(".")[0] == "causality" else ():
            forget = getattr(value, "cache_clear", None)
            if forget is not None:
                forget()
