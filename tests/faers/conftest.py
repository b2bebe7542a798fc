"""What the tests of quarters share."""

import pytest

from tests.cli.running import Cli, in_process


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Return the command, run in this process."""
    return in_process(monkeypatch, capfd)
