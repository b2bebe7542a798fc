"""``causality validate``: check case files and report all of their faults."""

from collections.abc import Sequence

from causality.case.events import case_events
from causality.cli.inputs import case_files, read_cases
from causality.cli.plain import plain
from causality.cli.problems import print_problems
from causality.errors import InputError
from causality.words import Words

UNREADABLE = 3


def run(paths: Sequence[str], words: Words) -> int:
    """Check the files; return 0 when none has a fault, else 3."""
    faults = 0
    for file, case in read_cases(case_files(paths)):
        if isinstance(case, InputError):
            print_problems(case.problems, words)
            faults += len(case.problems)
            continue
        found = words(
            "view.valid",
            file=file,
            drugs=len(case.drugs),
            reactions=len(case.reactions),
            events=len(case_events(case)),
        )
        print(plain(found))
    return UNREADABLE if faults else 0
