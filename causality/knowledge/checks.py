"""Check a folder of knowledge files: every reference leads somewhere, every number makes sense."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from causality.document import Document, Path_
from causality.errors import Problem
from causality.knowledge.base import Knowledge
from causality.knowledge.model import DrugRecord, ReportRecord
from causality.terms.codes import RESULTS
from causality.terms.facts import FACTS
from causality.terms.text import fold


def check_layer(
    knowledge: Knowledge,
    layer: Mapping[str, Any],
    documents: Mapping[str, Document],
    lines: Mapping[str, list[int]],
) -> list[Problem]:
    """Return the faults of a folder, seen with all that it is laid over.

    Parameters
    ----------
    knowledge
        The packaged knowledge with the folder laid over it.
    layer
        The tables of the folder.
    documents
        Its YAML files, to name places.
    lines
        The line of every row of its CSV files.
    """
    problems: list[Problem] = []
    for name, path, found, allowed in _references(knowledge, layer):
        if found not in allowed:
            shown = ", ".join(sorted(allowed)[:30])
            problems.append(documents[name].problem("E404", path, found=found, allowed=shown))
    for name, path, days in _windows(layer):
        if not 0 <= days[0] <= days[1]:
            problems.append(documents[name].problem("E405", path, found=f"{days[0]}, {days[1]}"))
    return [*problems, *_reports(knowledge, layer, lines)]


Reference = tuple[str, Path_, str, Iterable[str]]


def _references(knowledge: Knowledge, layer: Mapping[str, Any]) -> Iterator[Reference]:
    yield from _syndrome_references(knowledge, layer)
    yield from _alternative_references(knowledge, layer)
    yield from _test_references(knowledge, layer)
    yield from _other_references(knowledge, layer)


def _syndrome_references(knowledge: Knowledge, layer: Mapping[str, Any]) -> Iterator[Reference]:
    name = "syndromes.yaml"
    if name not in layer:
        return
    for key, convention in layer[name].conventions.items():
        yield name, ("conventions", key, "default"), convention.default, convention.choices
    for key, entry in layer[name].syndromes.items():
        base: Path_ = ("syndromes", key)
        if entry.workup:
            yield name, (*base, "workup"), entry.workup, knowledge.workups
        for other in entry.may_be:
            yield name, (*base, "may_be"), other, knowledge.syndromes
        if entry.recovery:
            yield name, (*base, "recovery", "source"), entry.recovery.source, knowledge.sources
        for number, window in enumerate(entry.windows):
            where = (*base, "windows", number)
            yield name, (*where, "source"), window.source, knowledge.sources
            for row in window.when:
                for convention_name, values in row.items():
                    yield name, (*where, "when"), convention_name, knowledge.conventions
                    known = knowledge.conventions.get(convention_name)
                    for value in values if known else ():
                        yield name, (*where, "when"), value, known.choices if known else ()


def _alternative_references(knowledge: Knowledge, layer: Mapping[str, Any]) -> Iterator[Reference]:
    name = "alternatives.yaml"
    for key, entry in layer[name].alternatives.items() if name in layer else ():
        base: Path_ = ("alternatives", key)
        for syndrome in entry.syndromes:
            yield name, (*base, "syndromes"), syndrome, knowledge.syndromes
        for other in entry.mention_with:
            yield name, (*base, "mention_with"), other, knowledge.alternatives
        for source in entry.sources:
            yield name, (*base, "sources"), source, knowledge.sources
        for number, state in enumerate(entry.states):
            yield name, (*base, "states", number, "source"), state.source, knowledge.sources
            for row in state.when:
                where: Path_ = (*base, "states", number, "when")
                for test, results in row.items():
                    yield name, where, test, knowledge.tests
                    for result in results:
                        yield name, where, result, RESULTS
    name = "workup.yaml"
    for key, workup in layer[name].workups.items() if name in layer else ():
        yield name, ("workups", key, "source"), workup.source, knowledge.sources
        for number, item in enumerate(workup.items):
            where = ("workups", key, "items", number)
            for test in (*item.tests, *((item.if_finding,) if item.if_finding else ())):
                yield name, where, test, knowledge.tests
            for closed in item.closes:
                yield name, where, closed, knowledge.alternatives


def _test_references(knowledge: Knowledge, layer: Mapping[str, Any]) -> Iterator[Reference]:
    name = "tests.yaml"
    for key, test in layer[name].tests.items() if name in layer else ():
        for syndrome in test.confirms:
            yield name, ("tests", key, "confirms"), syndrome, knowledge.syndromes
        for result, settled in test.settles.items():
            yield name, ("tests", key, "settles"), result, RESULTS
            for other in settled:
                yield name, ("tests", key, "settles", result), other, knowledge.tests


def _other_references(knowledge: Knowledge, layer: Mapping[str, Any]) -> Iterator[Reference]:
    name = "classes.yaml"
    for key, entry in layer[name].classes.items() if name in layer else ():
        base: Path_ = ("classes", key)
        if entry.source:
            yield name, (*base, "source"), entry.source, knowledge.sources
        for syndrome in (*entry.treats, *(s for w in entry.windows for s in w.syndromes)):
            yield name, base, syndrome, knowledge.syndromes
        for window in entry.windows:
            yield name, (*base, "windows"), window.source, knowledge.sources
    name = "cross_reactivity.yaml"
    for key, group in layer[name].groups.items() if name in layer else ():
        yield name, ("groups", key, "source"), group.source, knowledge.sources
    name = "questions.yaml"
    for key, question in layer[name].questions.items() if name in layer else ():
        yield name, ("questions", key, "fact"), question.fact, FACTS
    name = "coupling.yaml"
    if name in layer:
        yield name, ("source",), layer[name].source, knowledge.sources
        for key in ("not_a_rival", "nothing_known"):
            for fact, values in getattr(layer[name], key).items():
                yield name, (key,), fact, FACTS
                for value in values:
                    yield name, (key, fact), value, FACTS.get(fact, ())


def _windows(layer: Mapping[str, Any]) -> Iterator[tuple[str, Path_, tuple[int, int]]]:
    for name, table in (("syndromes.yaml", "syndromes"), ("classes.yaml", "classes")):
        entries = getattr(layer[name], table) if name in layer else {}
        for key, entry in entries.items():
            for number, window in enumerate(entry.windows):
                yield name, (table, key, "windows", number, "days"), window.days


def _reports(
    knowledge: Knowledge, layer: Mapping[str, Any], lines: Mapping[str, list[int]]
) -> Iterator[Problem]:
    drugs = {fold(record.name_en) for record in knowledge.drugs}
    for number, report in enumerate(layer.get("reports.csv", ())):
        for path, found in _report_faults(report, drugs, knowledge):
            yield Problem(
                code="E404",
                file=report.file,
                line=lines["reports.csv"][number],
                path=path,
                params={"found": found, "allowed": _ALLOWED[path]},
            )
    for number, record in enumerate(layer.get("drugs.csv", ())):
        if not isinstance(record, DrugRecord):
            continue
        for group in record.cross_reactivity:
            if group not in knowledge.groups:
                yield Problem(
                    code="E404",
                    file=record.file,
                    line=lines["drugs.csv"][number],
                    path="cross_reactivity",
                    params={"found": group, "allowed": ", ".join(knowledge.groups)},
                )


_ALLOWED = {
    "drug": "drugs.csv: name_en",
    "syndromes": "syndromes.yaml",
    "latency_max_days": ">= latency_min_days",
}


def _report_faults(
    report: ReportRecord, drugs: set[tuple[str, ...]], knowledge: Knowledge
) -> Iterator[tuple[str, str]]:
    if fold(report.drug) not in drugs:
        yield "drug", report.drug
    for syndrome in report.syndromes:
        if syndrome not in knowledge.syndromes:
            yield "syndromes", syndrome
    low, high = report.latency_min_days, report.latency_max_days
    if low is not None and high is not None and high < low:
        yield "latency_max_days", str(high)
