"""How long reading ICSRs takes, as a ratio to bare lxml over the same file in the same run.

    python tests/benchmarks/e2b.py [--reports N] [--rounds N] [--max-ratio R] [FILE.xml]

Bare is ``lxml.etree.iterparse`` that looks at every element and frees it. Reading is to cut, parse
and map; a batch then turns each report into a checked case. Without a file, a message of invented
reports is made. The exit status is 1 above the greatest ratio.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lxml import etree  # noqa: E402

from causality.e2b.messages import fragments  # noqa: E402
from causality.e2b.read import read_icsr  # noqa: E402
from causality.e2b.stream import Message, open_message  # noqa: E402
from causality.e2b.to_case import report_case  # noqa: E402
from tests.e2b.reports import value, vasculitis  # noqa: E402
from tests.e2b.writer import message, report  # noqa: E402


def bare(path: Path) -> int:
    """Parse every element and free it."""
    count = 0
    for _, element in etree.iterparse(str(path), huge_tree=False, resolve_entities=False):
        element.clear()
        count += 1
    return count


def read(path: Path) -> int:
    """Read every report of the file."""
    count = 0
    with open_message(Message(str(path))) as opened:
        for fragment in fragments(opened, path.name):
            read_icsr(fragment)
            count += 1
    return count


def to_cases(path: Path) -> int:
    """Turn every report of the file into a checked case."""
    count = 0
    with open_message(Message(str(path))) as opened:
        for fragment in fragments(opened, path.name):
            report_case(fragment, read_icsr(fragment))
            count += 1
    return count


def invented(folder: Path, count: int) -> Path:
    """Write a message of so many invented reports."""
    head, foot = message(["<!--cut-->"]).split(b"<!--cut-->")
    path = folder / "invented.xml"
    with path.open("wb") as file:
        file.write(head)
        for number in range(count):
            text = report(vasculitis(case_id=value(f"TEST-{number}")))
            file.write(text.encode() + b"\n")
        file.write(foot)
    return path


def least(runs: Sequence[Callable[[Path], int]], path: Path, rounds: int) -> list[float]:
    """Return the least time of each run in seconds; they take turns, so that noise hits all."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, taken in zip(runs, times, strict=True):
            start = time.perf_counter()
            run(path)
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in times]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--max-ratio", type=float, default=5.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.file or invented(Path(folder), chosen.reports)
        size = path.stat().st_size / 1e6
        limit, reading, cases = least((bare, read, to_cases), path, chosen.rounds)
        reports = read(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{path.name}: {size:.1f} MB, {reports} reports, peak memory {peak:.0f} MiB")
    print(f"bare lxml iterparse  {limit:8.3f} s  {size / limit:6.1f} MB/s")
    for name, seconds in (("reading", reading), ("reading to cases", cases)):
        rate = f"{size / seconds:6.1f} MB/s  {reports / seconds:8.0f} reports/s"
        print(f"{name:20} {seconds:8.3f} s  {rate}  ratio {seconds / limit:.2f}")
    return int(reading / limit > chosen.max_ratio)


if __name__ == "__main__":
    sys.exit(main())
