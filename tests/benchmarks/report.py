"""Time of the report of a case, as ratios to its assessment in the same run.

Prints one line per format: the least wall time of several alternating rounds of ``report`` over
the least of ``assess``. Limits: 1.5 for HTML, 2 for PDF. Exits with 1 above them.
"""

import compileall
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 10
CAUSALITY = [sys.executable, "-c", "from causality.cli import main; main()"]
LIMITS = {"html": 1.5, "pdf": 2.0}


def seconds(*arguments: str) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    subprocess.run([*CAUSALITY, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Measure and print the ratios; return 1 if one is above its limit."""
    compileall.compile_dir(Path(__file__).parents[2] / "causality", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        case = str(Path(folder) / "case.yaml")
        example = [*CAUSALITY, "example", "lenalidomide"]
        Path(case).write_bytes(subprocess.run(example, check=True, capture_output=True).stdout)
        best = dict.fromkeys(("assess", *LIMITS), float("inf"))
        for _ in range(ROUNDS):
            best["assess"] = min(best["assess"], seconds("assess", case))
            for kind in LIMITS:
                output = str(Path(folder) / f"report.{kind}")
                best[kind] = min(best[kind], seconds("report", case, "-o", output))
    print(f"causality assess CASE: {best['assess'] * 1000:.0f} ms (least of {ROUNDS})")
    ratios = {kind: best[kind] / best["assess"] for kind in LIMITS}
    for kind, limit in LIMITS.items():
        print(f"causality report CASE -o report.{kind}: {ratios[kind]:.2f} (limit {limit})")
    return int(any(ratios[kind] > limit for kind, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
