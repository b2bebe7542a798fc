"""From a report to a case: intervals, contradictions, re-exposure, null flavours."""

from dataclasses import replace
from typing import Any

import pytest

from causality.assessment.assess import assess_case
from causality.assessment.cioms import reappeared
from causality.assessment.method import make_method
from causality.case.model import Case
from causality.e2b.icsr import (
    NOTHING,
    Amount,
    Icsr,
    IcsrCondition,
    IcsrDose,
    IcsrPair,
    IcsrPastDrug,
    IcsrPatient,
    IcsrTest,
    Value,
)
from causality.e2b.read import ReadReport, read_reports
from causality.e2b.stream import Message
from causality.knowledge.load import load_knowledge
from tests.e2b.reports import key, value, vasculitis
from tests.e2b.writer import message


def case_of(report: Icsr) -> Case:
    (found,) = read_reports([Message("test.xml", message([report]))])
    assert isinstance(found, ReadReport), found
    return found.case


def with_drug(**changes: Any) -> Icsr:
    report = vasculitis()
    return replace(report, drugs=(replace(report.drugs[0], **changes),))


def with_reaction(**changes: Any) -> Icsr:
    report = vasculitis()
    return replace(report, reactions=(replace(report.reactions[0], **changes),))


def changed(report: Icsr, dose: dict[str, Any], reaction: dict[str, Any], **drug: Any) -> Icsr:
    first = report.drugs[0]
    doses = (replace(first.doses[0], **dose),)
    return replace(
        report,
        drugs=(replace(first, doses=doses, **drug),),
        reactions=(replace(report.reactions[0], **reaction),),
    )


def remarks(case: Case) -> list[tuple[str, str, str | None, str | None]]:
    assert case.icsr is not None
    return [(r.code, r.element, r.found, r.against) for r in case.icsr.remarks]


def onset(case: Case) -> str:
    when = case.reactions[0].episodes[0].onset
    return when.text if when else ""


def start(case: Case) -> str:
    when = case.drugs[0].exposures[0].start
    return when.text if when else ""


# Intervals


def test_start_of_the_drug_from_the_interval() -> None:
    case = case_of(changed(vasculitis(), {"start": NOTHING, "stop": NOTHING}, {}))
    assert start(case) == "2024-03-04"  # six days before the tenth
    assert ("E815", "G.k.4.r.4", "G.k.9.i.3.1", "2024-03-04") in remarks(case)


def test_start_of_the_reaction_from_the_interval() -> None:
    case = case_of(changed(vasculitis(), {}, {"start": Value(None, "MSK"), "stop": NOTHING}))
    assert onset(case) == "2024-03-10"
    when = case.reactions[0].episodes[0].onset
    assert when is not None
    assert when.null_flavour == "MSK"


def test_interval_between_two_moments_without_dates_is_kept_on_a_clock_of_its_own() -> None:
    case = case_of(
        changed(
            vasculitis(),
            {"start": NOTHING, "stop": NOTHING},
            {"start": NOTHING, "stop": NOTHING},
        )
    )
    assert list(case.anchors) == ["R1"]
    assert onset(case) == "R1 day 1"
    assert start(case) == "R1 day -6"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (Amount("2", "wk"), "2024-02-25"),
        (Amount("1", "mo"), "2024-02-08/2024-02-11"),
        (Amount("36", "h"), "2024-03-08/2024-03-09"),
        (Amount("10", "min"), "2024-03-09/2024-03-10"),
        (Amount("0", "d"), "2024-03-10"),
    ],
)
def test_interval_means_as_many_days_as_its_unit_can(length: Amount, expected: str) -> None:
    pairs = (IcsrPair(reaction=key(0), since_first=length),)
    report = changed(vasculitis(), {"start": NOTHING, "stop": NOTHING}, {}, pairs=pairs)
    assert start(case_of(report)) == expected


def test_dates_win_over_an_interval_that_says_something_else() -> None:
    case = case_of(with_drug(pairs=(IcsrPair(reaction=key(0), since_first=Amount("3", "mo")),)))
    assert start(case) == "2024-03-04"
    assert remarks(case) == [
        ("E814", "G.k.9.i.3.1", "3 mo", "G.k.4.r.4 2024-03-04, E.i.4 2024-03-10")
    ]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("not_applicable", "2024-03-08"),  # the treatment was over: that dose was the last
        ("withdrawn", "2024-03-08/?"),  # withdrawn then, or some days later
        ("continued", ""),
    ],
)
def test_last_dose_before_the_reaction_is_the_end_only_where_it_has_to_be(
    action: str, expected: str
) -> None:
    pairs = (IcsrPair(reaction=key(0), since_last=Amount("2", "d")),)
    report = changed(vasculitis(), {"stop": NOTHING}, {}, pairs=pairs, action=value(action))
    stop = case_of(report).drugs[0].exposures[0].stop
    assert (stop.text if stop else "") == expected


def test_length_of_time_that_is_none_is_a_remark() -> None:
    pairs = (IcsrPair(reaction=key(0), since_first=Amount("soon", "d")),)
    assert [r[:3] for r in remarks(case_of(with_drug(pairs=pairs)))] == [
        ("E821", "G.k.9.i.3", "soon d")
    ]


# Contradictions: nothing crashes, nothing is lost without a word


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (
            with_reaction(stop=value("2024-03-01")),
            ("E820", "E.i.5", "2024-03-01", "r1.1.onset, 2024-03-10"),
        ),
        (
            with_drug(doses=(IcsrDose(start=value("2024-03-04"), stop=value("2024-03-01")),)),
            ("E820", "G.k.4.r.5", "2024-03-01", "d1.1.start, 2024-03-04"),
        ),
        (
            with_reaction(outcome=value("not_recovered")),
            ("E820", "E.i.5", "2024-03-21", "E.i.7 not_recovered"),
        ),
        (
            with_reaction(duration=Amount("3", "mo")),
            ("E814", "E.i.6", "3 mo", "E.i.4 2024-03-10, E.i.5 2024-03-21"),
        ),
        (
            vasculitis(patient=IcsrPatient(age=Amount("640", "a"))),
            ("E821", "D.2.2", "640", None),
        ),
        (
            vasculitis(patient=IcsrPatient(weight_kg=value("-3"))),
            ("E821", "D.3", "-3", None),
        ),
        (
            vasculitis(tests=(IcsrTest(name=value("ANCA"), date=value("2024-02-31")),)),
            ("E821", "F.r.1", "2024-02-31", None),
        ),
        (
            vasculitis(tests=(IcsrTest(name=value("ANCA"), date=value("9999")),)),
            ("E821", "F.r.1", "9999", None),
        ),
        (
            vasculitis(
                conditions=(
                    IcsrCondition(
                        term=value("myeloma"), continuing=value("yes"), stop=value("2020")
                    ),
                )
            ),
            ("E820", "D.7.1.r.3", "true", "D.7.1.r.4 2020"),
        ),
        (
            with_drug(doses=(IcsrDose(start=value("2024-03-04"), dose=Amount("5", "10.a")),)),
            ("E821", "G.k.4.r.1", "5 10.a", None),
        ),
    ],
)
def test_contradiction_is_a_remark(
    report: Icsr, expected: tuple[str, str, str, str | None]
) -> None:
    assert expected in remarks(case_of(report))


# Re-exposure


def test_recurrence_on_a_later_dosage_is_said_of_that_exposure() -> None:
    doses = (
        IcsrDose(start=value("2024-03-04"), stop=value("2024-03-10")),
        IcsrDose(start=value("2024-09-01"), stop=value("2024-09-01")),
    )
    pairs = (IcsrPair(reaction=key(0), recurrence=value("yes-yes")),)
    case = case_of(with_drug(doses=doses, pairs=pairs))
    again = case.reactions[0].episodes[1]
    assert again.recurrence_on == case.drugs[0].exposures[1].id
    assert remarks(case) == []
    assert case.assessor == ()
    result = assess_case(case, make_method(["sefv-h"], load_knowledge(), {}))
    assert result.pairs[0].evidence.facts["rechallenge"].value == "positive"


def test_recurrence_without_a_date_is_stated() -> None:
    case = case_of(with_drug(pairs=(IcsrPair(reaction=key(0), recurrence=value("yes-yes")),)))
    again = case.drugs[0].exposures[-1]
    assert (again.purpose, again.recurrence) == ("rechallenge", {"r1": "yes"})
    assert again.start is not None
    assert again.start.assumed
    assert [(d.pair, d.fact, d.value) for d in case.assessor] == [
        (("d1", "r1"), "rechallenge", "positive")
    ]


@pytest.mark.parametrize(("code", "word"), [("yes-no", "no"), ("yes-unknown", "unknown")])
def test_re_exposure_without_recurrence_or_with_an_unknown_one_is_not_stated(
    code: str, word: str
) -> None:
    # Whether it means anything depends on dose, time and cover, which the report does not give.
    case = case_of(with_drug(pairs=(IcsrPair(reaction=key(0), recurrence=value(code)),)))
    assert case.drugs[0].exposures[-1].recurrence == {"r1": word}
    assert case.assessor == ()


@pytest.mark.parametrize("code", ["yes-yes", "yes-no", "yes-unknown"])
def test_re_exposure_is_not_taken_for_the_first_exposure(code: str) -> None:
    pairs = (IcsrPair(reaction=key(0), recurrence=value(code)),)
    case = case_of(with_drug(doses=(), pairs=pairs))
    assert len(case.drugs[0].exposures) == 2
    result = assess_case(case, make_method(["sefv-h"], load_knowledge(), {}))
    facts = result.pairs[0].evidence.facts
    assert facts["onset"].value == "unknown"
    assert facts["rechallenge"].value == ("positive" if code == "yes-yes" else "unknown")


def test_no_re_exposure_adds_none() -> None:
    case = case_of(with_drug(pairs=(IcsrPair(reaction=key(0), recurrence=value("not-done")),)))
    assert len(case.drugs[0].exposures) == 1
    assert case.icsr is not None
    assert case.icsr.pairs[0].recurrence == "not-done"


@pytest.mark.parametrize(
    ("said", "expected", "box"),
    [
        (value("not-done"), "not_done", ("na", "not_given_again")),
        (NOTHING, "unknown", (None, "re_exposure_unknown")),
        (Value(None, "UNK"), "unknown", (None, "re_exposure_unknown")),
    ],
)
def test_only_what_the_sender_denies_was_not_done(
    said: Value, expected: str, box: tuple[str | None, str]
) -> None:
    case = case_of(with_drug(pairs=(IcsrPair(reaction=key(0), recurrence=said),)))
    (pair,) = assess_case(case, make_method(["sefv-h"], load_knowledge(), {})).pairs
    fact, found = pair.evidence.facts["rechallenge"], reappeared(pair.evidence)
    assert (fact.value, fact.known) == (expected, expected == "not_done")
    assert (found.answer, found.reason) == box


def test_later_dosage_is_a_re_exposure_whatever_the_sender_says_of_it() -> None:
    first = vasculitis().drugs[0].doses[0]
    later = replace(first, start=value("2024-06-01"), stop=value("2024-06-09"))
    case = case_of(with_drug(doses=(first, later), pairs=()))
    (pair,) = assess_case(case, make_method(["sefv-h"], load_knowledge(), {})).pairs
    assert [again.recurred for again in pair.evidence.rechallenge.re_exposures] == ["unknown"]


# Other parts


def test_undated_dosage_beside_dated_ones_is_named_and_not_used() -> None:
    doses = (
        IcsrDose(start=value("2024-03-04"), stop=value("2024-03-10")),
        IcsrDose(text=value("then as before")),
    )
    case = case_of(with_drug(doses=doses))
    assert len(case.drugs[0].exposures) == 1
    assert [r[:3] for r in remarks(case)] == [("E827", "G.k.4.r", "d1: then as before")]


def test_null_flavours_are_kept() -> None:
    report = changed(
        vasculitis(patient=IcsrPatient(sex=Value(None, "MSK"))),
        {"start": Value(None, "ASKU"), "stop": Value(None, "NASK")},
        {"stop": Value(None, "ASKU")},
        pairs=(),
    )
    case = case_of(report)
    exposure, episode = case.drugs[0].exposures[0], case.reactions[0].episodes[0]
    assert case.patient.sex_null_flavour == "MSK"
    assert exposure.start is not None
    assert exposure.stop is not None
    assert episode.recovered is not None
    assert exposure.start.null_flavour == "ASKU"
    assert exposure.stop.null_flavour == "NASK"
    assert episode.recovered.null_flavour == "ASKU"


def test_death_is_dated_by_the_date_of_death() -> None:
    patient = IcsrPatient(died=value("2024-03-30"))
    report = with_reaction(outcome=value("fatal"), stop=NOTHING)
    episode = case_of(replace(report, patient=patient)).reactions[0].episodes[0]
    assert episode.died is not None
    assert episode.died.text == "2024-03-30"


def test_death_of_another_cause_ends_no_reaction() -> None:
    case = case_of(vasculitis(patient=IcsrPatient(died=value("2024-03-30"))))
    assert case.reactions[0].episodes[0].died is None
    assert case.patient.note is not None
    assert "2024-03-30" in case.patient.note


def test_family_history_is_not_the_patients() -> None:
    condition = IcsrCondition(term=value("systemic lupus erythematosus"), family=True)
    case = case_of(vasculitis(conditions=(condition,)))
    assert case.conditions[0].present == "unknown"


def test_past_drugs_are_earlier_exposures() -> None:
    past = (
        IcsrPastDrug(name=value("amoxicillin"), reaction=value("purpura"), start=value("2019")),
        IcsrPastDrug(name=value("ibuprofen")),
        IcsrPastDrug(name=value("paracetamol"), reaction=value("No adverse effect")),
    )
    case = case_of(vasculitis(past_drugs=past))
    assert [(p.drug, p.outcome, p.reaction) for p in case.past_drugs] == [
        ("amoxicillin", "reacted", "purpura"),
        ("ibuprofen", "unknown", None),  # no word on how it was tolerated is none
        ("paracetamol", "tolerated", None),
    ]


def test_result_of_a_test_by_its_own_normal_range() -> None:
    def test(number: float, low: float | None, high: float | None) -> IcsrTest:
        shown = value(f"{number:g} mg/dL")
        return IcsrTest(name=value("C3"), value=shown, number=number, low=low, high=high)

    entries = (test(5, 10, 20), test(25, 10, 20), test(15, 10, 20), test(15, None, 20))
    found = [t.result for t in case_of(vasculitis(tests=entries)).investigations]
    assert found == ["low", "raised", "normal", None]


def test_age_is_computed_when_only_the_day_of_birth_is_given_which_goes_no_further() -> None:
    case = case_of(vasculitis(patient=IcsrPatient(born=value("1960-05-17"))))
    assert case.patient.age == (63, 63)
    assert "1960" not in repr(case)


def test_words_for_unknown_are_no_values() -> None:
    dose = IcsrDose(start=value("2024-03-04"), batch=value("UNKNOWN"), route=value("Unknown"))
    case = case_of(with_drug(doses=(dose,), indications=(value("unknown"),)))
    exposure = case.drugs[0].exposures[0]
    assert (exposure.batch, exposure.route, case.drugs[0].indication) == (None, None, None)
    assert {r[:3] for r in remarks(case)} == {
        ("E828", "G.k.4.r.7", "UNKNOWN"),
        ("E828", "G.k.4.r.10", "Unknown"),
    }


def test_number_that_the_report_lacks_is_made_up_and_said() -> None:
    case = case_of(vasculitis(case_id=NOTHING, worldwide_id=NOTHING))
    assert case.case_id == "report-1"
    assert [r[:2] for r in remarks(case)] == [("E818", "C.1.1")]
