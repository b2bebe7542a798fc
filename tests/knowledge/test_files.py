"""The packaged knowledge holds together, carries the published facts, and a user's folder wins."""
# ruff: noqa: E501 - a wrong entry stays on one line

import csv
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from causality.assessment.assess import assess_case, make_method
from causality.assessment.result import as_json
from causality.errors import CausalityError, DefinitionError, Problem
from causality.knowledge.base import Knowledge
from causality.knowledge.load import load_knowledge
from causality.knowledge.model import Label, Level, Source
from causality.resources import data_folder
from causality.scoring.load import load_algorithm
from causality.terms.codes import RESULTS
from causality.terms.facts import FACTS
from causality.terms.text import fold
from tests.support import case_of

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT.parent / "shared" / "data" / "vasculitis_drugs.csv"
LEVELS = ("well_known", "occasional", "none_found", "contradicted")
KNOWLEDGE = load_knowledge()
TABLES = (
    "sources",
    "conventions",
    "syndromes",
    "tests",
    "alternatives",
    "workups",
    "groups",
    "classes",
)


def unknown(used: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(used) - set(known))


# References


def test_syndromes_lead_to_syndromes_workups_and_conventions() -> None:
    syndromes, conventions = KNOWLEDGE.syndromes, KNOWLEDGE.conventions
    assert unknown((m for s in syndromes.values() for m in s.may_be), syndromes) == []
    workups = (s.workup for s in syndromes.values() if s.workup)
    assert unknown(workups, KNOWLEDGE.workups) == []
    for syndrome in syndromes.values():
        for window in syndrome.windows:
            for row in window.when:
                for name, values in row.items():
                    assert values <= set(conventions[name].choices)


def test_syndrome_that_may_be_others_leads_to_some_with_windows() -> None:
    for key, syndrome in KNOWLEDGE.syndromes.items():
        others = [other for other in syndrome.may_be if other != key]
        assert [o for o in others if KNOWLEDGE.syndromes[o].may_be] == [], key
        assert not others or any(KNOWLEDGE.syndromes[o].windows for o in others), key


def test_windows_do_not_depend_on_more_than_one_choice_at_a_time() -> None:
    """Under every choice a syndrome has at most one window per kind of exposure."""
    for key, syndrome in KNOWLEDGE.syndromes.items():
        for name, convention in KNOWLEDGE.conventions.items():
            for choice in convention.choices:
                found = [
                    window.exposure
                    for window in syndrome.windows
                    if not window.when
                    or any(choice in row.get(name, frozenset()) for row in window.when)
                ]
                assert len(found) == len(set(found)), (key, name, choice)


def test_windows_run_forwards_and_recovery_limits_grow() -> None:
    windows = [w for s in KNOWLEDGE.syndromes.values() for w in s.windows]
    windows += [w for c in KNOWLEDGE.classes.values() for w in c.windows]
    assert len(windows) > 10
    assert all(0 <= window.days[0] <= window.days[1] for window in windows)
    limits = [s.recovery for s in KNOWLEDGE.syndromes.values() if s.recovery]
    assert limits
    assert all(0 < r.skin_limited <= r.ulcerated <= r.visceral for r in limits)


def test_window_of_cutaneous_vasculitis_has_the_choices_of_the_design() -> None:
    entry = KNOWLEDGE.conventions["lcv_window"]
    assert (entry.default, set(entry.choices)) == ("series", {"series", "textbook", "wide"})
    first = {
        choice: window.days
        for window in KNOWLEDGE.syndromes["cutaneous_small_vessel"].windows
        for row in window.when
        for choice in row["lcv_window"]
        if window.exposure == "first"
    }
    assert first == {"series": (5, 42), "textbook": (7, 21), "wide": (3, 28)}
    again = [
        w.days
        for w in KNOWLEDGE.syndromes["cutaneous_small_vessel"].windows
        if w.exposure == "again"
    ]
    assert again == [(0, 21)]
    recovery = KNOWLEDGE.syndromes["cutaneous_small_vessel"].recovery
    assert recovery is not None
    assert (recovery.skin_limited, recovery.ulcerated, recovery.visceral) == (28, 84, 84)
    assert [w.days for w in KNOWLEDGE.syndromes["anca_associated"].windows] == [(30, 1826)] or [
        w.days for w in KNOWLEDGE.syndromes["anca_associated"].windows
    ] == [(30, 1825)]


def test_default_of_every_convention_is_one_of_its_choices() -> None:
    for name, entry in KNOWLEDGE.conventions.items():
        assert entry.default in entry.choices, name
        assert len(entry.choices) > 1, name


def test_tests_confirm_known_syndromes() -> None:
    used = (s for entry in KNOWLEDGE.tests.values() for s in entry.confirms)
    assert unknown(used, KNOWLEDGE.syndromes) == []


def test_only_tests_of_the_event_confirm_it() -> None:
    for key, entry in KNOWLEDGE.tests.items():
        assert entry.role == "event" or not entry.confirms, key


def test_results_settle_other_tests() -> None:
    for key, entry in KNOWLEDGE.tests.items():
        for result, settled in entry.settles.items():
            assert result in RESULTS, key
            assert unknown(settled, KNOWLEDGE.tests) == [], key
            assert key not in settled


def test_alternatives_lead_to_syndromes_and_tests() -> None:
    entries = KNOWLEDGE.alternatives
    assert unknown((s for e in entries.values() for s in e.syndromes), KNOWLEDGE.syndromes) == []
    for key, entry in entries.items():
        assert entry.syndromes, key
        for state in entry.states:
            assert state.when, (key, state.state)
            for row in state.when:
                assert unknown(row, KNOWLEDGE.tests) == [], key
                assert all(values <= set(RESULTS) for values in row.values()), key


def test_states_of_an_alternative_can_all_be_reached() -> None:
    """No state stands behind another one whose condition it only repeats or narrows."""
    for key, entry in KNOWLEDGE.alternatives.items():
        above: list[dict[str, frozenset[str]]] = []
        for state in entry.states:
            for row in state.when:
                hidden = [
                    other
                    for other in above
                    if all(name in row and row[name] <= allowed for name, allowed in other.items())
                ]
                assert hidden == [], (key, state.state, row)
            above += state.when


def test_workups_lead_to_tests_and_alternatives() -> None:
    for name, workup in KNOWLEDGE.workups.items():
        for item in workup.items:
            assert item.tests, (name, item.id)
            assert unknown(item.tests, KNOWLEDGE.tests) == []
            assert unknown(item.closes, KNOWLEDGE.alternatives) == []
            assert item.if_finding is None or item.if_finding in KNOWLEDGE.tests
        ids = [item.id for item in workup.items]
        assert len(set(ids)) == len(ids)


def test_classes_lead_to_syndromes() -> None:
    classes = KNOWLEDGE.classes.values()
    assert unknown((s for c in classes for s in c.treats), KNOWLEDGE.syndromes) == []
    used = (s for c in classes for w in c.windows for s in w.syndromes)
    assert unknown(used, KNOWLEDGE.syndromes) == []


def test_every_class_can_be_met_by_a_code_or_a_name() -> None:
    assert [key for key, entry in KNOWLEDGE.classes.items() if not (entry.atc or entry.terms)] == []


def test_drugs_lead_to_groups_and_every_group_has_members() -> None:
    used = {group for drug in KNOWLEDGE.drugs for group in drug.cross_reactivity}
    assert unknown(used, KNOWLEDGE.groups) == []
    assert unknown(KNOWLEDGE.groups, used) == []


def test_reports_lead_to_drugs_and_syndromes() -> None:
    names = {drug.name_en for drug in KNOWLEDGE.drugs}
    assert unknown((report.drug for report in KNOWLEDGE.reports), names) == []
    used = (s for report in KNOWLEDGE.reports for s in report.syndromes)
    assert unknown(used, KNOWLEDGE.syndromes) == []
    assert all(report.syndromes for report in KNOWLEDGE.reports)
    assert all(report.citation.strip() for report in KNOWLEDGE.reports)


def test_coupling_leads_to_an_algorithm_a_question_and_facts() -> None:
    rule = KNOWLEDGE.coupling
    algorithm, _ = load_algorithm(rule.algorithm)
    assert rule.without in algorithm.questions
    for fact, values in rule.not_a_rival.items():
        assert values <= set(FACTS[fact])
    assert (rule.more_likely_from, rule.possible_from) == (3, -2)


def sources_used() -> Iterator[tuple[str, str]]:
    """Yield every key of a source with what uses it."""
    for key, syndrome in KNOWLEDGE.syndromes.items():
        for window in syndrome.windows:
            yield window.source, key
        if syndrome.recovery:
            yield syndrome.recovery.source, key
    for key, alternative in KNOWLEDGE.alternatives.items():
        for source in (*alternative.sources, *(state.source for state in alternative.states)):
            yield source, key
    for key, workup in KNOWLEDGE.workups.items():
        yield workup.source, key
    for key, group in KNOWLEDGE.groups.items():
        yield group.source, key
    for key, entry in KNOWLEDGE.classes.items():
        for cited in (entry.source, *(window.source for window in entry.windows)):
            yield cited or "", key
    yield KNOWLEDGE.coupling.source, "coupling"


def test_every_source_is_listed() -> None:
    assert [use for use in sources_used() if use[0] not in KNOWLEDGE.sources] == []


def test_source_that_nobody_has_seen_is_marked() -> None:
    for key, source in KNOWLEDGE.sources.items():
        assert source.text.strip(), key
        assert source.seen or "memory" in f"{source.text} {source.note}".lower(), key


# Names


@cache
def labels() -> tuple[tuple[str, Label], ...]:
    found: list[tuple[str, Label]] = []
    waiting: list[tuple[str, Any]] = [(name, getattr(KNOWLEDGE, name)) for name in TABLES]
    waiting.append(("coupling", KNOWLEDGE.coupling))
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Label):
            found.append((path, value))
        elif isinstance(value, BaseModel):
            fields = type(value).model_fields
            waiting += [(f"{path}.{name}", getattr(value, name)) for name in fields]
        elif isinstance(value, dict):
            waiting += [(f"{path}.{name}", item) for name, item in value.items()]
        elif isinstance(value, tuple | list):
            waiting += [(f"{path}.{number}", item) for number, item in enumerate(value)]
    return tuple(found)


def test_every_label_has_a_text_in_both_languages() -> None:
    assert len(labels()) > 150
    blank = [path for path, label in labels() if not (label.en.strip() and label.es.strip())]
    assert blank == []
    assert [path for path, label in labels() if label.en != label.en.strip()] == []
    assert [path for path, label in labels() if label.es != label.es.strip()] == []


def test_notes_are_in_both_languages() -> None:
    for table in (KNOWLEDGE.groups, KNOWLEDGE.classes):
        plain = [key for key, entry in table.items() if isinstance(entry.note, str)]
        assert plain == []


def leads(names: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the phrases that lead to more than one thing."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, key in names:
        found[" ".join(fold(name))].add(key)
    return {phrase: keys for phrase, keys in found.items() if len(keys) > 1}


def test_name_leads_to_one_drug() -> None:
    names = (
        (name, drug.name_en)
        for drug in KNOWLEDGE.drugs
        for name in (drug.name_en, drug.name_es, *drug.synonyms)
    )
    assert leads(names) == {}


def test_name_leads_to_one_test() -> None:
    names = (
        (name, key)
        for key, entry in KNOWLEDGE.tests.items()
        for name in (*entry.terms, key, entry.label.en, entry.label.es)
    )
    assert leads(names) == {}


def test_name_leads_to_one_syndrome() -> None:
    names = ((name, key) for key, entry in KNOWLEDGE.syndromes.items() for name in entry.terms)
    assert leads(names) == {}


def test_name_leads_to_one_class() -> None:
    names = ((name, key) for key, entry in KNOWLEDGE.classes.items() for name in entry.terms)
    assert leads(names) == {}


def test_every_entry_is_found_by_each_of_its_names() -> None:
    lost = [
        (name, drug.name_en)
        for drug in KNOWLEDGE.drugs
        for name in (drug.name_en, drug.name_es, *drug.synonyms)
        if KNOWLEDGE.drug(name) != drug
    ]
    lost += [
        (term, key)
        for key, entry in KNOWLEDGE.syndromes.items()
        for term in entry.terms
        if KNOWLEDGE.reaction_key(term) != key
    ]
    lost += [
        (term, key)
        for key, test in KNOWLEDGE.tests.items()
        for term in (*test.terms, test.label.en, test.label.es)
        if KNOWLEDGE.test(term) != key
    ]
    lost += [
        (term, key)
        for key, alternative in KNOWLEDGE.alternatives.items()
        for term in alternative.terms
        if key not in KNOWLEDGE.alternatives_named(term)
    ]
    assert lost == []


def test_names_are_neither_empty_nor_without_letters() -> None:
    for drug in KNOWLEDGE.drugs:
        assert all(fold(name) for name in (drug.name_en, drug.name_es, *drug.synonyms))
    for entry in KNOWLEDGE.tests.values():
        assert all(fold(name) for name in entry.terms)
        assert len({fold(name) for name in entry.terms}) == len(entry.terms), entry.label.en
    for syndrome in KNOWLEDGE.syndromes.values():
        assert syndrome.terms
        assert all(fold(name) for name in syndrome.terms)


def test_every_drug_is_listed_once_with_a_code_and_a_spanish_name() -> None:
    names = [drug.name_en for drug in KNOWLEDGE.drugs]
    assert len(set(names)) == len(names)
    for drug in KNOWLEDGE.drugs:
        assert drug.name_es.strip(), drug.name_en
        assert not drug.atc or drug.atc[0].isalpha(), drug.name_en


def test_half_life_has_a_source_and_is_possible() -> None:
    for drug in KNOWLEDGE.drugs:
        if drug.half_life_days is None:
            assert not drug.half_life_confirmed, drug.name_en
            continue
        assert 0 < drug.half_life_days < 400, drug.name_en
        assert drug.half_life_source, drug.name_en
        memory = "memory" in drug.half_life_source
        assert not (memory and drug.half_life_confirmed), drug.name_en


# What was published


def published() -> list[dict[str, str]]:
    if not PUBLISHED.is_file():
        pytest.skip("the published facts are not here")
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Carried:
    """What the knowledge holds about one drug."""

    name: str
    atc: str
    level: str
    latency_min_days: str
    latency_max_days: str
    any_confirmed: bool


def carried(name: str) -> Carried | None:
    drug = next((d for d in KNOWLEDGE.drugs if fold(d.name_en) == fold(name)), None)
    if drug is None:
        return None
    reports = [report for report in KNOWLEDGE.reports if report.drug == drug.name_en]
    lows = [r.latency_min_days for r in reports if r.latency_min_days is not None]
    highs = [r.latency_max_days for r in reports if r.latency_max_days is not None]
    return Carried(
        name=drug.name_en,
        atc=drug.atc,
        level=min((report.level for report in reports), key=LEVELS.index),
        latency_min_days=str(min(lows)) if lows else "",
        latency_max_days=str(max(highs)) if highs else "",
        any_confirmed=any(report.confirmed for report in reports),
    )


def test_levels_are_in_the_order_that_the_comparison_needs() -> None:
    assert get_args(Level) == LEVELS


def test_every_published_fact_is_carried_over() -> None:
    rows = published()
    assert len(rows) == 151
    differences = []
    for row in rows:
        found = carried(row["inn_en"])
        if found is None:
            differences.append(f"{row['inn_en']}: not there")
            continue
        latency = (row["latency_min_days"], row["latency_max_days"])
        if (
            row["inn_en"] == "rifabutin"
        ):  # a recurrence after a week is no latency of a first course
            latency = ("", "")
        wanted = Carried(
            name=found.name,
            atc=row["atc"],
            level=row["knowledge"],
            latency_min_days=latency[0],
            latency_max_days=latency[1],
            any_confirmed=row["confirmed"] == "yes",
        )
        if found != wanted:
            differences.append(f"{found} is not {wanted}")
    assert differences == []


def test_published_names_lead_to_their_drug() -> None:
    lost = []
    for row in published():
        synonyms = row["synonyms"].split("|") if row["synonyms"] else []
        for name in (row["inn_en"], row["inn_es"], *synonyms):
            drug = KNOWLEDGE.drug(name)
            if drug is None or fold(drug.name_en) != fold(row["inn_en"]):
                lost.append((name, row["inn_en"], drug and drug.name_en))
    assert lost == []


def test_report_that_nobody_has_seen_is_marked() -> None:
    for report in KNOWLEDGE.reports:
        assert not (report.confirmed and "memory" in report.citation.lower()), report.citation


def test_latency_of_a_report_ends_after_it_begins() -> None:
    for report in KNOWLEDGE.reports:
        low, high = report.latency_min_days, report.latency_max_days
        assert low is None or high is not None, report.citation
        assert high is None or 0 <= (low or 0) <= high, report.citation


def test_published_syndrome_is_kept_beside_its_translation() -> None:
    assert [r.citation for r in KNOWLEDGE.reports if not r.as_published.strip()] == []


# A user's own folder


DRUGS_HEADER = (
    "name_en,name_es,atc,synonyms,half_life_days,half_life_source,half_life_confirmed,"
    "cross_reactivity,note\n"
)
REPORTS_HEADER = (
    "drug,syndromes,level,latency_min_days,latency_max_days,citation,year,doi,confirmed,"
    "as_published\n"
)


def layer(folder: Path, **files: str) -> Knowledge:
    for name, text in files.items():
        (folder / name.replace("_csv", ".csv").replace("_yaml", ".yaml")).write_text(
            text, encoding="utf-8"
        )
    return load_knowledge(folder)


def faults(folder: Path, **files: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as raised:
        layer(folder, **files)
    return list(raised.value.problems)


def test_packaged_knowledge_needs_no_folder() -> None:
    assert load_knowledge() is load_knowledge()
    assert load_knowledge() == KNOWLEDGE
    assert KNOWLEDGE.layers == ()
    assert set(KNOWLEDGE.hashes) == {
        entry.name
        for entry in data_folder("knowledge").iterdir()
        if entry.name.endswith((".yaml", ".csv"))
    }


def test_own_drug_replaces_the_packaged_one_of_the_same_name(tmp_path: Path) -> None:
    own = layer(
        tmp_path,
        drugs_csv=DRUGS_HEADER + "Lenalidomide,lenalidomida,X99,Ownbrand,100,own file,yes,imids,\n",
    )
    drug = own.drug("lenalidomide")
    assert drug is not None
    assert (drug.atc, drug.half_life_days) == ("X99", 100)
    assert own.drug("Ownbrand") == drug
    assert len(own.drugs) == len(KNOWLEDGE.drugs)
    packaged = KNOWLEDGE.drug("lenalidomide")
    assert packaged is not None
    assert packaged.atc != "X99"


def test_own_drug_is_added_to_the_packaged_ones(tmp_path: Path) -> None:
    own = layer(tmp_path, drugs_csv=DRUGS_HEADER + "novumab,novumab,L04AX99,,,,,,\n")
    assert KNOWLEDGE.drug("novumab") is None
    assert own.drug("novumab") is not None
    assert own.drug("warfarin") == KNOWLEDGE.drug("warfarin")


def test_own_reports_replace_those_of_the_same_drug_and_reaction(tmp_path: Path) -> None:
    row = "warfarin,cutaneous_small_vessel,none_found,1,2,own search,2024,,yes,LCV\n"
    own = layer(tmp_path, reports_csv=REPORTS_HEADER + row)
    drug = own.drug("warfarin")
    assert drug is not None
    (report,) = own.reports_on(drug, ["cutaneous_small_vessel"])
    assert (report.level, report.citation) == ("none_found", "own search")
    assert report.file == str(tmp_path / "reports.csv")
    others = [r for r in own.reports if r.drug != "warfarin"]
    assert others == [r for r in KNOWLEDGE.reports if r.drug != "warfarin"]


def test_own_report_on_one_reaction_leaves_the_others(tmp_path: Path) -> None:
    """Adalimumab is published for three syndromes in one row: only one of them is replaced."""
    row = "adalimumab,iga_vasculitis,none_found,,,own search,2024,,yes,IgA vasculitis\n"
    own = layer(tmp_path, reports_csv=REPORTS_HEADER + row)
    drug = own.drug("adalimumab")
    assert drug is not None
    before = {r.level for r in KNOWLEDGE.reports_on(drug, ["cutaneous_small_vessel"])}
    after = {r.level for r in own.reports_on(drug, ["cutaneous_small_vessel"])}
    assert after == before


def test_own_entries_of_a_yaml_file_replace_those_with_the_same_id(tmp_path: Path) -> None:
    own = layer(
        tmp_path,
        syndromes_yaml="""\
version: "own"
syndromes:
  cutaneous_small_vessel:
    label: {en: own, es: propia}
    terms: [own vasculitis]
    windows: [{exposure: first, days: [1, 2], source: fathallah-2019}]
""",
    )
    assert own.reaction_key("own vasculitis") == "cutaneous_small_vessel"
    assert own.reaction_key("leukocytoclastic vasculitis") != "cutaneous_small_vessel"
    assert set(own.syndromes) == set(KNOWLEDGE.syndromes)
    assert own.conventions == KNOWLEDGE.conventions
    assert KNOWLEDGE.reaction_key("leukocytoclastic vasculitis") == "cutaneous_small_vessel"


def test_own_folder_is_named_in_the_result(tmp_path: Path) -> None:
    own = layer(
        tmp_path,
        reports_csv=REPORTS_HEADER
        + "warfarin,cutaneous_small_vessel,occasional,,,own series,2010,,yes,LCV\n",
    )
    case = case_of(
        """\
case_id: T
drugs: [{id: w, name: warfarin, exposures: [{start: 2020-03-01, stop: 2020-03-20}]}]
reactions: [{id: r, term: leukocytoclastic vasculitis, episodes: [{onset: 2020-03-15}]}]
"""
    )
    result = as_json(assess_case(case, make_method(["sefv-h"], own, {})))
    (named,) = result["method"]["knowledge"]["own"]
    assert named["folder"] == str(tmp_path)
    assert set(named["sha256"]) == {"reports.csv"}
    fact = result["pairs"][0]["facts"]["prior_knowledge"]
    assert fact["value"] == "occasional"
    assert any("own series" in s and "reports.csv" in s for s in fact["sources"])


def test_whole_packaged_folder_can_be_given_as_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(str(data_folder("knowledge")), folder, ignore=shutil.ignore_patterns("*.py*"))
    own = load_knowledge(folder)
    for table in TABLES:
        assert getattr(own, table) == getattr(KNOWLEDGE, table)
    assert [d.name_en for d in own.drugs] == [d.name_en for d in KNOWLEDGE.drugs]
    assert len(own.reports) == len(KNOWLEDGE.reports)


def test_files_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "drugs.csv").write_text(
        DRUGS_HEADER + "novumab,novumab,L04AX99,,,,,,\n", encoding="utf-8-sig"
    )
    assert load_knowledge(tmp_path).drug("novumab") is not None


def test_folder_that_is_missing_or_holds_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        load_knowledge(tmp_path / "nowhere")
    assert [problem.code for problem in raised.value.problems] == ["E401"]
    (problem,) = faults(tmp_path)
    assert problem.code == "E402"
    assert "drugs.csv" in str(problem.params["allowed"])
    (problem,) = faults(tmp_path, notes_txt="other files do not count")
    assert problem.code == "E402"


def test_file_that_the_system_refuses_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is open in a spreadsheet cannot be read on Windows."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "drugs.csv").write_text(DRUGS_HEADER, encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CausalityError) as raised:
        load_knowledge(tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["E002"]


def test_faults_of_all_files_come_at_once_with_their_places(tmp_path: Path) -> None:
    problems = faults(
        tmp_path,
        drugs_csv=DRUGS_HEADER + "one,uno,A01AA01,,,,,,\ntwo,dos,A01AA02,,long,,,,\n",
        reports_csv=REPORTS_HEADER + "one,x,perhaps,,,c,,,yes,\nx,y,occasional,a,b,c,,,yes,\n",
        tests_yaml="version: '1'\ntests:\n  t: {label: {en: x, es: y}, terms: [x], role: zzz}\n",
        syndromes_yaml="version: '1'\nsyndromes: {}\nzzz: 1\n",
    )
    found = {(Path(p.file).name, p.line, p.path) for p in problems}
    assert found == {
        ("drugs.csv", 3, "half_life_days"),
        ("reports.csv", 2, "level"),
        ("reports.csv", 3, "latency_min_days"),
        ("reports.csv", 3, "latency_max_days"),
        ("tests.yaml", 3, "tests.t.role"),
        ("syndromes.yaml", 3, "zzz"),
    }
    assert all(Path(problem.file).parent == tmp_path for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "name_en;name_es;atc\nnovumab;novumab;\n",
        "name,spanish\nnovumab,novumab\n",
        DRUGS_HEADER + "novumab,novumab,L04AX99,,,,,,,,too,many\n",
        DRUGS_HEADER + "novumab\n",
        DRUGS_HEADER + ",,,,,,,,\n",
        DRUGS_HEADER + "novumab,novumab,L04AX99,,-3,,,,\n",
        DRUGS_HEADER + "novumab,novumab,L04AX99,,nan,,,,\n",
        DRUGS_HEADER + "novumab,novumab,L04AX99,,inf,,,,\n",
        DRUGS_HEADER + "novumab,novumab,L04AX99,,3,own,maybe,,\n",
        DRUGS_HEADER + 'novumab,"' + "x\n" * 160_000,
    ],
    ids=[
        "semicolons", "other header", "too many cells", "too few cells", "no name",
        "negative", "nan", "infinite", "neither yes nor no", "quote never closed",
    ],
)  # fmt: skip
def test_broken_table_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    for problem in faults(tmp_path, drugs_csv=text):
        assert problem.file == str(tmp_path / "drugs.csv")
        assert problem.line is not None


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ("warfarin,cutaneous_smal_vessel,occasional,,,c,,,yes,", "syndromes"),
        ("no such drug,cutaneous_small_vessel,occasional,,,c,,,yes,", "drug"),
        ("warfarin,cutaneous_small_vessel,occasional,9,3,c,,,yes,", "latency_max_days"),
        ("warfarin,cutaneous_small_vessel,occasional,-9,3,c,,,yes,", "latency_min_days"),
        ("warfarin,cutaneous_small_vessel,occasional,,,c,99999,,yes,", "year"),
    ],
)
def test_report_that_leads_nowhere_or_makes_no_sense_is_refused(
    tmp_path: Path, row: str, path: str
) -> None:
    problems = faults(tmp_path, reports_csv=f"{REPORTS_HEADER}{row}\n")
    assert [(p.line, p.path.split(".")[0]) for p in problems] == [(2, path)]


SYNDROME = """\
version: "own"
syndromes:
  own: {label: {en: own, es: propia}, terms: [own vasculitis], %s}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("syndromes_yaml", SYNDROME % "workup: nowhere"),
        ("syndromes_yaml", SYNDROME % "may_be: [nowhere]"),
        ("syndromes_yaml", SYNDROME % "windows: [{exposure: first, days: [1, 2], source: nowhere}]"),
        ("syndromes_yaml", SYNDROME % "windows: [{exposure: first, days: [9, 2], source: fathallah-2019}]"),
        ("syndromes_yaml", SYNDROME % "windows: [{exposure: first, when: [{nowhere: x}], days: [1, 2], source: fathallah-2019}]"),
        ("syndromes_yaml", 'version: "1"\nconventions: {c: {label: {en: a, es: b}, default: z, choices: {x: {en: a, es: b}}}}\nsyndromes: {}\n'),
        ("alternatives_yaml", 'version: "1"\nalternatives:\n  a: {label: {en: a, es: b}, kind: disease, syndromes: [nowhere]}\n'),
        ("alternatives_yaml", 'version: "1"\nalternatives:\n  a: {label: {en: a, es: b}, kind: disease, syndromes: [vasculitis], states: [{state: possible, when: [{nowhere: positive}], source: fathallah-2019}]}\n'),
        ("alternatives_yaml", 'version: "1"\nalternatives:\n  a: {label: {en: a, es: b}, kind: disease, syndromes: [vasculitis], states: [{state: possible, when: [{aso: positve}], source: fathallah-2019}]}\n'),
        ("tests_yaml", 'version: "1"\ntests:\n  t: {label: {en: a, es: b}, terms: [t], role: finding, settles: {negative: [nowhere]}}\n'),
        ("tests_yaml", 'version: "1"\ntests:\n  t: {label: {en: a, es: b}, terms: [t], role: finding, settles: {negativ: [hiv]}}\n'),
        ("coupling_yaml", 'version: "1"\nlabel: {en: a, es: b}\nalgorithm: sefv-h\nwithout: alternative_causes\nmore_likely_from: 3\npossible_from: -2\nnot_a_rival: {onset: [nowhere]}\nsource: fathallah-2019\n'),
    ],
)  # fmt: skip
def test_own_entry_that_leads_nowhere_is_refused(tmp_path: Path, name: str, text: str) -> None:
    for problem in faults(tmp_path, **{name: text}):
        assert problem.file.startswith(str(tmp_path))
        assert problem.line is not None


def test_source_of_an_own_file_may_be_listed_beside_it(tmp_path: Path) -> None:
    own = layer(
        tmp_path,
        sources_yaml='version: "1"\nsources: {own-2024: {text: "Own series 2024", seen: true}}\n',
        syndromes_yaml=SYNDROME % "windows: [{exposure: first, days: [1, 2], source: own-2024}]",
    )
    assert isinstance(own.sources["own-2024"], Source)
    assert own.citation("own-2024") == "Own series 2024"
    assert own.citation("fathallah-2019") != "fathallah-2019"
