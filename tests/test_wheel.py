"""Building the wheel: the tracked files under one import name, and the console command."""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "build", *options, str(ROOT)], cwd=folder, check=True, timeout=120
    )
    (built,) = folder.glob("*.whl")
    return built


def tracked_files() -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("only git knows the tracked files, and here is no git checkout")
    command = ["git", "ls-files", "-z", "--", "causality", "algorithms", "reports"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return listing.stdout.split("\0")[:-1]


def test_wheel_holds_exactly_the_tracked_files_under_one_import_name(wheel: Path) -> None:
    expected = {
        name if name.startswith("causality/") else f"causality/{name}" for name in tracked_files()
    }
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    found = [name for name in names if not name.split("/")[0].endswith(".dist-info")]
    assert sorted(found) == sorted(expected), "git add the new files, or ignore them"


def test_wheel_declares_the_console_command(wheel: Path) -> None:
    (distribution,) = metadata.distributions(path=[str(wheel)])
    assert distribution.name == "vasculitis-causality"
    scripts = distribution.entry_points.select(group="console_scripts")
    assert [(script.name, script.value) for script in scripts] == [
        ("causality", "causality.cli:main")
    ]
