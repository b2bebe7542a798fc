"""Settings of all tests."""

from hypothesis import settings

# The same examples in every run: a build that fails can be repeated. To look for new ones:
# pytest -p no:cacheprovider --hypothesis-profile=search
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile("repeatable")
