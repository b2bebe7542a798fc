"""Every public sample is read as a case, or refused with the right reason."""

from pathlib import Path

import pytest

from causality.case.model import Case
from causality.case.reader import parse_case
from causality.e2b.as_text import case_yaml
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.stream import Message
from tests.e2b.samples import needs_samples, sample

pytestmark = needs_samples

REPORTS = {
    "r3/FAERS2022Scenario1.xml": (1, 3, 2),  # reports, drugs and reactions of the first
    "r3/FAERS2022Scenario3.xml": (1, 3, 2),
    "r3/FAERS2022Scenario5-1.xml": (1, 3, 2),
    "r3/FAERS2022Scenario5-3.xml": (1, 3, 2),
    "r3/FAERS2022Scenario6.xml": (1, 2, 2),
    "r2/faers_ADR22Q1_example.xml": (7, 1, 2),
    "r2/hl7_FAERS_EXAMPLE.xml": (1, 3, 1),
}
REFUSED = (
    "invalid_for_xsd",
    "invalid_sample_e2b",
    "sample_e2b",
    "test_amendment",
    "test_insert",
    "test_nullification",
)


def reports(*paths: Path) -> list[ReadReport | SetAside]:
    return list(read_reports([Message(str(path)) for path in paths]))


def the_case(path: Path) -> Case:
    (report,) = reports(path)
    assert isinstance(report, ReadReport)
    return report.case


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_sample_is_read(name: str) -> None:
    found = reports(sample(name))
    count, drugs, reactions = REPORTS[name]
    assert len(found) == count
    first = found[0]
    assert isinstance(first, ReadReport)
    assert (len(first.case.drugs), len(first.case.reactions)) == (drugs, reactions)


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_sample_as_a_case_file_is_the_same_case(name: str) -> None:
    for report in reports(sample(name)):
        assert isinstance(report, ReadReport)
        assert parse_case(case_yaml(report.document), "case.yaml") == report.case


@pytest.mark.parametrize("name", REFUSED)
def test_tags_of_one_version_in_the_namespace_of_the_other_are_refused(name: str) -> None:
    (found,) = reports(sample("robustness", f"{name}.xml"))
    assert isinstance(found, SetAside)
    assert [problem.code for problem in found.problems] == ["E803"]


def test_scenario_6_has_its_actions_recurrences_intervals_and_assessments() -> None:
    case = the_case(sample("r3/FAERS2022Scenario6.xml"))
    assert case.icsr is not None
    assert [r.episodes[0].actions for r in case.reactions] == [{"d1": "dose_reduced"}] * 2
    assert [
        (p.drug, p.reaction, p.since_first_dose, p.since_last_dose, p.recurrence)
        for p in case.icsr.pairs
    ] == [
        ("d1", "r1", "10 d", "10 min", "yes-no"),
        ("d1", "r2", "10 d", "10 d", "yes-yes"),
    ]
    assert [(a.drug, a.reaction, a.source, a.method, a.result) for a in case.icsr.assessments] == [
        ("d1", "r1", "Reporter", "Introspection", "Highly related"),
        ("d1", "r2", "Company", "algorithm", "Suspected"),
        ("d2", "r2", "Company", "Bayesian", "Likely"),
        ("d2", "r2", "Reporter", "Introspection", "Suspected"),
    ]
    assert case.drugs[0].exposures[-1].recurrence == {"r1": "no", "r2": "yes"}
    assert [drug.role for drug in case.drugs] == ["suspect", "interacting"]
    assert len(case.investigations) == 7
    onset = case.reactions[1].episodes[0].onset
    assert onset is not None
    assert (onset.text, onset.null_flavour) == ("2009-01-11", "NASK")


def test_scenario_6_names_what_contradicts_itself() -> None:
    case = the_case(sample("r3/FAERS2022Scenario6.xml"))
    assert case.icsr is not None
    found = {(remark.code, remark.element) for remark in case.icsr.remarks}
    assert {
        ("E814", "G.k.9.i.3.1"),  # ten days, and both dates are the same day
        ("E814", "G.k.4.r.6"),  # four weeks, between two equal dates
        ("E821", "G.k.4.r.1"),  # ten decades of drug
        ("E820", "E.i.5"),  # over, and not recovered
        ("E820", "D.7.1.r.3"),  # continuing, with an end
        ("E822", "D.7.1.r.6"),  # of the family
    } <= found


def test_remarks_name_the_line_of_the_file() -> None:
    path = sample("r3/FAERS2022Scenario6.xml")
    lines = path.read_text(encoding="utf-8").split("\n")
    case = the_case(path)
    assert case.icsr is not None
    by_code = {(r.code, r.element): r for r in case.icsr.remarks}
    assert (
        '<pauseQuantity value="10" unit="d"/>'
        in lines[(by_code["E814", "G.k.9.i.3.1"].line or 0) - 1]
    )
    assert '<high value="20090102"/>' in lines[(by_code["E820", "E.i.5"].line or 0) - 1]


def test_later_version_counts_and_the_others_are_listed() -> None:
    found = reports(*(sample(f"r3/FAERS2022Scenario{n}.xml") for n in ("5-1", "5-3")))
    first, second = found
    assert isinstance(first, SetAside)
    assert first.listed
    assert [problem.code for problem in first.problems] == ["E831"]
    assert isinstance(second, ReadReport)
