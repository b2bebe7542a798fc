"""The minimum work-up of a reaction as a checklist: what is on file, with result and date."""

from collections.abc import Iterator, Sequence

from causality.evidence.alternatives import TestResult, WorkupLine, open_workup
from causality.wording.sentences import Sentences

_WITH_RESULTS = ("done", "abnormal")
_OTHERS = ("pending", "not_done", "not_reported", "not_needed")


def checklist(lines: Sequence[WorkupLine], say: Sentences) -> Iterator[str]:
    """Yield how much of what this patient needs is on file, then a line per state."""
    words = say.words
    missing, asked = open_workup(lines)
    if not asked:
        return
    if missing:
        yield words("view.workup", done=asked - missing, all=asked)
    else:
        yield words("view.workup_complete")
    for state in (*_WITH_RESULTS, *_OTHERS):
        told = [_told(line, say) for line in lines if line.state == state]
        if told:
            yield f"– {words(f'workup.{state}')}: {'; '.join(told)}"


def _told(line: WorkupLine, say: Sentences) -> str:
    words = say.words
    name = line.item.label.text(words.language)
    if line.item.wanted:
        name = f"{name} ({words('workup.wanted')})"
    if line.state not in _WITH_RESULTS:
        return name
    return f"{name}: {', '.join(_result(result, say) for result in line.results)}"


def _result(result: TestResult, say: Sentences) -> str:
    event = say.result.timeline.events[result.event]
    return f"{say.words(f'result.{result.result}')} ({say.date(event)})"
