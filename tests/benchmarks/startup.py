"""Start-up of the commands, as ratios to ``import typer`` in the same run.

Prints one line per command: the least wall time of several alternating rounds over the least wall
time of ``python -c "import typer"``. Limits: 1.5 for ``--help``, 8 for one case (aim 5).
"""

import compileall
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 12
BASE = [sys.executable, "-c", "import typer"]
CAUSALITY = [sys.executable, "-c", "from causality.cli import main; main()"]


def seconds(command: list[str]) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print the ratios."""
    compileall.compile_dir(Path(__file__).parents[2] / "causality", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case.yaml"
        text = subprocess.run(
            [*CAUSALITY, "example", "lenalidomide"], check=True, capture_output=True
        )
        case.write_bytes(text.stdout)
        commands = {
            "causality --help": ([*CAUSALITY, "--help"], 1.5),
            "causality assess CASE": ([*CAUSALITY, "assess", str(case)], 8.0),
            "causality assess CASE --format json": (
                [*CAUSALITY, "assess", str(case), "--format", "json"],
                8.0,
            ),
            "causality validate CASE": ([*CAUSALITY, "validate", str(case)], 8.0),
        }
        best = dict.fromkeys(("base", *commands), float("inf"))
        for _ in range(ROUNDS):
            best["base"] = min(best["base"], seconds(BASE))
            for name, (command, _limit) in commands.items():
                best[name] = min(best[name], seconds(command))
    print(f"import typer: {best['base'] * 1000:.0f} ms (least of {ROUNDS})")
    for name, (_command, limit) in commands.items():
        print(f"{name}: {best[name] / best['base']:.2f} (limit {limit})")


if __name__ == "__main__":
    main()
