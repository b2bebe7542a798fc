"""Run the command as the tests of the command line do."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from causality.cli import main

DONE, SOME_REJECTED, USAGE, UNREADABLE, OUR_BUG = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Run:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Run]


def in_process(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Return the command, run in this process."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str | Path, stdin: bytes | None = None) -> Run:
        monkeypatch.setattr(sys, "argv", ["causality", *map(str, arguments)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        sys.stdout.flush()
        out, err = capfd.readouterr()
        code = left.value.code
        return Run(code if isinstance(code, int) else int(code is not None), out, err)

    return run


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def command(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from causality.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        input=stdin,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
        timeout=60,
        check=False,
    )


def assert_refused(run: Run, code: int, *words: str) -> None:
    """Check that only a message without a traceback went out, to standard error."""
    assert run.code == code
    assert run.out == ""
    assert run.err.endswith("\n")
    assert "Traceback" not in run.err
    assert "E901" not in run.err
    for word in words:
        assert word in run.err
