"""Settings of all tests."""

from hypothesis import settings

# The same examples in every run: a build that fails can be repeated. To look for new ones:
# pytest -p no:cacheprovider --hypothesis-profile=search
# No deadline: on a busy machine any test may take a second.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", derandomize=False, deadline=None)
settings.load_profile("repeatable")
