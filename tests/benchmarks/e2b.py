"""How long reading and scoring ICSRs takes, as ratios to bare lxml over the same file.

    python tests/benchmarks/e2b.py [--reports N] [--rounds N] [--max-ratio R] [FILE.xml ...]
    python tests/benchmarks/e2b.py --memory 100 1000

Bare is ``lxml.etree.iterparse`` that looks at every element and frees it. Reading is to cut, parse
and map each report to a draft case; then the draft becomes a checked case; a batch scores its pairs
too. All are measured in one run and take turns; the least processor time of a round counts, since
other programs change it less than the clock. Without a file, messages of invented reports are made,
one in each version of E2B, every report with dates and numbers of its own. The exit status is 1
when reading is above the greatest ratio.

``--memory`` makes a message of so many MB, scores it by ``causality batch`` and prints the peak
memory of that process; then the message is removed.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lxml import etree  # noqa: E402

from causality.assessment.method import make_method  # noqa: E402
from causality.batch.icsr import IcsrOptions, IcsrRun  # noqa: E402
from causality.e2b.draft import Draft  # noqa: E402
from causality.e2b.messages import fragments  # noqa: E402
from causality.e2b.read import read_icsr  # noqa: E402
from causality.e2b.stream import Message, open_message  # noqa: E402
from causality.e2b.to_case import draft_of, report_case  # noqa: E402
from causality.knowledge.load import load_knowledge  # noqa: E402
from tests.e2b.reports import value, vasculitis  # noqa: E402
from tests.e2b.test_r2 import MESSAGE, REPORT  # noqa: E402
from tests.e2b.writer import message, report  # noqa: E402

BATCH = "from causality.cli import main; main()"
CHILD = """\
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode
wall = time.perf_counter() - start
print(wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, code)
"""
_DAYS = re.compile(r"(?<=value=\")2024\d{4}(?=\")|(?<=>)2024\d{4}(?=<)")


def bare(path: Path) -> int:
    """Parse every element and free it."""
    count = 0
    for _, element in etree.iterparse(str(path), huge_tree=False, resolve_entities=False):
        element.clear()
        count += 1
    return count


def _drafts(path: Path) -> Iterator[Draft]:
    with open_message(Message(str(path))) as opened:
        for fragment in fragments(opened, path.name):
            yield draft_of(fragment, read_icsr(fragment))


def mapped(path: Path) -> int:
    """Read every report of the file."""
    count = 0
    with open_message(Message(str(path))) as opened:
        for fragment in fragments(opened, path.name):
            read_icsr(fragment)
            count += 1
    return count


def drafted(path: Path) -> int:
    """Turn every report of the file into a draft case."""
    return sum(1 for _ in _drafts(path))


def checked(path: Path) -> int:
    """Turn every report of the file into a checked case."""
    count = 0
    with open_message(Message(str(path))) as opened:
        for fragment in fragments(opened, path.name):
            report_case(fragment, read_icsr(fragment))
            count += 1
    return count


def scored(path: Path) -> int:
    """Score every pair of every report into rows; return the rows."""
    method = make_method(("sefv-h",), load_knowledge(), {})
    with tempfile.TemporaryDirectory() as folder:
        run = IcsrRun([Message(str(path))], method, IcsrOptions())
        return run(f"{folder}/out.csv", message=lambda code, _: code).counts.rows


STEPS: tuple[tuple[str, Callable[[Path], int]], ...] = (
    ("bare lxml iterparse", bare),
    ("reading: mapped", mapped),
    ("reading to drafts", drafted),
    ("reading to cases", checked),
    ("reading to rows", scored),
)


def invented_r3(number: int, chance: random.Random) -> bytes:
    """Return an invented report of E2B(R3)."""
    return _own_days(report(vasculitis(case_id=value(f"TEST-{number}"))), chance).encode()


def invented_r2(number: int, chance: random.Random) -> bytes:
    """Return an invented report of E2B(R2)."""
    text = REPORT.format(version=1, more="", recurred=1).replace("ES-1", f"TEST-{number}")
    return _own_days(text, chance).encode()


def _own_days(text: str, chance: random.Random) -> str:
    """Return a report whose days are all moved by the same time, so that they still fit."""
    year = str(chance.randrange(2000, 2024))
    return _DAYS.sub(lambda day: year + day[0][4:], text)


Reports = Callable[[int, random.Random], bytes]


def write(path: Path, reports: Reports, *, count: int, size: int = 0) -> int:
    """Write a message of so many reports, or of so many bytes; return how many reports it has."""
    if reports is invented_r3:
        head, foot = message(["<!--cut-->"]).split(b"<!--cut-->")
    else:
        head, foot = MESSAGE.format(reports="<!--cut-->").encode().split(b"<!--cut-->")
    chance, number = random.Random(7), 0  # noqa: S311 - no secrets
    with path.open("wb") as file:
        file.write(head)
        while file.tell() < size if size else number < count:
            file.write(reports(number, chance) + b"\n")
            number += 1
        file.write(foot)
    return number


def least(path: Path, rounds: int) -> list[float]:
    """Return the least processor time of every step in seconds; they take turns."""
    times: list[list[float]] = [[] for _ in STEPS]
    for _ in range(rounds):
        for (_, run), taken in zip(STEPS, times, strict=True):
            start = time.process_time()
            run(path)
            taken.append(time.process_time() - start)
    return [min(taken) for taken in times]


def compare(path: Path, rounds: int) -> float:
    """Print what every step takes; return the ratio of reading."""
    size, reports = path.stat().st_size / 1e6, mapped(path)
    limit, *others = least(path, rounds)
    print(f"{path.name}: {size:.1f} MB, {reports} reports")
    print(f"  {STEPS[0][0]:20} {limit:8.3f} s  {size / limit:6.1f} MB/s")
    for (name, _), seconds in zip(STEPS[1:], others, strict=True):
        rate = f"{size / seconds:6.1f} MB/s  {reports / seconds:8.0f} reports/s"
        print(f"  {name:20} {seconds:8.3f} s  {rate}  ratio {seconds / limit:.2f}")
    return others[0] / limit


def memory(megabytes: Sequence[int]) -> None:
    """Print the peak memory of scoring messages of some sizes."""
    for wanted in megabytes:
        with tempfile.TemporaryDirectory(prefix="e2b-memory-") as folder:
            path, out = Path(folder) / "big.xml", Path(folder) / "out.csv"
            reports = write(path, invented_r3, count=0, size=wanted * 1_000_000)
            command = [sys.executable, "-c", BATCH, "batch", str(path), "-o", str(out)]
            found = subprocess.run(
                [sys.executable, "-c", CHILD, *command], capture_output=True, text=True, check=True
            )
            wall, peak, code = found.stdout.split()
            rows = sum(1 for _ in out.open("rb")) - 1
            print(
                f"{path.stat().st_size / 1e6:8.0f} MB  {reports} reports  {rows} rows"
                f"  {float(wall):.0f} s  peak memory {float(peak):.0f} MiB  exit {code}",
                flush=True,
            )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--max-ratio", type=float, default=5.0)
    parser.add_argument("--memory", nargs="+", type=int, metavar="MB")
    chosen = parser.parse_args()
    if chosen.memory:
        memory(chosen.memory)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        paths = list(chosen.files)
        for name, reports in () if paths else (("r3", invented_r3), ("r2", invented_r2)):
            paths.append(Path(folder) / f"invented-{name}.xml")
            write(paths[-1], reports, count=chosen.reports)
        ratios = [compare(path, chosen.rounds) for path in paths]
    return int(max(ratios) > chosen.max_ratio)


if __name__ == "__main__":
    sys.exit(main())
