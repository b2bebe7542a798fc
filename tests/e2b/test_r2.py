"""Messages of E2B(R2): code lists of their own, one interval and recurrence per drug."""

import pytest

from causality.assessment.assess import AssessedPair, assess_case
from causality.assessment.method import make_method
from causality.case.model import Case
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.stream import Message
from causality.knowledge.load import load_knowledge

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ichicsr SYSTEM "http://eudravigilance.ema.europa.eu/dtd/icsr21xml.dtd">
<ichicsr lang="en">
<ichicsrmessageheader><messagetype>ichicsr</messagetype></ichicsrmessageheader>
{reports}
</ichicsr>
"""
REPORT = """<safetyreport>
<safetyreportversion>{version}</safetyreportversion><safetyreportid>ES-1</safetyreportid>
<serious>1</serious><seriousnesshospitalization>1</seriousnesshospitalization>
<receivedate>20240401</receivedate><receivedateformat>102</receivedateformat>
<receiptdateformat>102</receiptdateformat><receiptdate>20240402</receiptdate>{more}
<patient>
<patientonsetage>64</patientonsetage><patientonsetageunit>801</patientonsetageunit>
<patientsex>2</patientsex>
<medicalhistoryepisode><patientepisodename>Plasma cell myeloma</patientepisodename>
<patientmedicalstartdateformat>602</patientmedicalstartdateformat>
<patientmedicalstartdate>2018</patientmedicalstartdate>
<patientmedicalcontinue>1</patientmedicalcontinue></medicalhistoryepisode>
<patientpastdrugtherapy><patientdrugname>penicillin</patientdrugname>
<patientdrugreaction>Urticaria</patientdrugreaction></patientpastdrugtherapy>
<reaction><primarysourcereaction>purpura of both legs</primarysourcereaction>
<reactionmeddrapt>Purpura</reactionmeddrapt>
<reactionstartdateformat>102</reactionstartdateformat>
<reactionstartdate>20240310</reactionstartdate>
<reactionenddateformat>610</reactionenddateformat><reactionenddate>202404</reactionenddate>
<reactionoutcome>1</reactionoutcome></reaction>
<reaction><reactionmeddrapt>10037087</reactionmeddrapt>
<reactionoutcome>6</reactionoutcome></reaction>
<test><testdateformat>102</testdateformat><testdate>20240311</testdate>
<testname>Creatinine</testname><testresult>0.8</testresult><testunit>mg/dL</testunit>
<lowtestrange>0.5</lowtestrange><hightestrange>1.1</hightestrange></test>
<drug><drugcharacterization>1</drugcharacterization>
<medicinalproduct>REVLIMID</medicinalproduct>
<drugstructuredosagenumb>25</drugstructuredosagenumb>
<drugstructuredosageunit>003</drugstructuredosageunit>
<drugseparatedosagenumb>2</drugseparatedosagenumb>
<drugintervaldosageunitnumb>1</drugintervaldosageunitnumb>
<drugintervaldosagedefinition>804</drugintervaldosagedefinition>
<drugadministrationroute>048</drugadministrationroute>
<drugindication>Plasma cell myeloma</drugindication>
<drugstartdateformat>610</drugstartdateformat><drugstartdate>202403</drugstartdate>
<drugenddateformat>203</drugenddateformat><drugenddate>202403121530</drugenddate>
<drugstartperiod>6</drugstartperiod><drugstartperiodunit>804</drugstartperiodunit>
<actiondrug>1</actiondrug><drugrecurreadministration>{recurred}</drugrecurreadministration>
<drugrecurrence><drugrecuraction>Purpura</drugrecuraction></drugrecurrence>
<activesubstance><activesubstancename>LENALIDOMIDE</activesubstancename></activesubstance>
<drugreactionrelatedness><drugreactionasses>Purpura</drugreactionasses>
<drugassessmentsource>Reporter</drugassessmentsource><drugresult>Related</drugresult>
</drugreactionrelatedness></drug>
<drug><drugcharacterization>2</drugcharacterization>
<medicinalproduct>PREDNISONE</medicinalproduct><actiondrug>5</actiondrug></drug>
<summary><narrativeincludeclinical>Invented.</narrativeincludeclinical></summary>
</patient></safetyreport>"""


def read(*reports: str) -> list[ReadReport | SetAside]:
    data = MESSAGE.format(reports="\n".join(reports)).encode()
    return list(read_reports([Message("r2.xml", data)]))


def report(version: str = "1", more: str = "", recurred: str = "1") -> str:
    return REPORT.format(version=version, more=more, recurred=recurred)


def the_case(text: str) -> Case:
    (found,) = read(text)
    assert isinstance(found, ReadReport), found
    return found.case


def pairs_of(case: Case) -> tuple[AssessedPair, ...]:
    return assess_case(case, make_method(["sefv-h"], load_knowledge(), {})).pairs


def test_report_is_a_case() -> None:
    case = the_case(report())
    drug, reaction = case.drugs[0], case.reactions[0]
    exposure, episode = drug.exposures[0], reaction.episodes[0]
    assert (case.case_id, case.patient.sex, case.patient.age) == ("ES-1", "female", (64, 64))
    assert (drug.name, drug.substance, drug.role) == ("REVLIMID", "LENALIDOMIDE", "suspect")
    assert [w.text for w in (exposure.start, exposure.stop) if w] == ["2024-03", "2024-03-12"]
    assert exposure.dose is not None
    assert (exposure.dose.text, exposure.frequency) == ("25 mg", "every 0.5 days")
    assert exposure.route == "oral"
    assert (reaction.term, reaction.note) == ("purpura of both legs", "Purpura")
    assert episode.outcome == "recovered"
    assert episode.recovered is not None
    assert episode.recovered.text == "2024-04"
    assert episode.actions == {"d1": "withdrawn", "d2": "unknown"}
    assert case.conditions[0].periods[0].ongoing is True
    assert [(p.drug, p.outcome, p.reaction) for p in case.past_drugs] == [
        ("penicillin", "reacted", "Urticaria")
    ]
    assert [(t.test, t.result, t.value) for t in case.investigations] == [
        ("Creatinine", "normal", "0.8 mg/dL")
    ]
    assert case.icsr is not None
    assert case.icsr.narrative == "Invented."
    assert [(a.drug, a.reaction, a.source, a.result) for a in case.icsr.assessments] == [
        ("d1", "r1", "Reporter", "Related")
    ]


def test_what_is_not_read_is_named() -> None:
    more = "<patientheight>160</patientheight><somethingnew>1</somethingnew>"
    case = the_case(report().replace("<patientsex>", f"{more}<patientsex>"))
    assert case.icsr is not None
    assert case.icsr.not_read == ("D.4", "somethingnew")


def test_code_of_meddra_alone_is_a_name() -> None:
    assert the_case(report()).reactions[1].term == "MedDRA 10037087"


def test_outcome_6_is_unknown_and_not_another_one() -> None:
    assert the_case(report()).reactions[1].episodes[0].outcome == "unknown"


@pytest.mark.parametrize(
    ("code", "said"),
    [("1", "yes-yes"), ("2", "yes-no"), ("3", "unknown")],
)
def test_recurrence_is_of_the_reaction_that_it_names(code: str, said: str) -> None:
    case = the_case(report(recurred=code))
    assert case.icsr is not None
    assert [(p.reaction, p.recurrence) for p in case.icsr.pairs if p.recurrence] == [("r1", said)]


NAMED = "<drugrecuraction>Purpura</drugrecuraction>"


@pytest.mark.parametrize(
    ("named", "recurred", "left_open"),
    [
        ("Purpura", {"r1"}, "MedDRA 10037087"),
        ("purpura of both legs", {"r1"}, "MedDRA 10037087"),
        ("10037087", {"r2"}, "purpura of both legs"),
        ("Headache", set(), "purpura of both legs; MedDRA 10037087"),
    ],
)
def test_recurrence_of_another_reaction_is_none_of_this_one(
    named: str, recurred: set[str], left_open: str
) -> None:
    case = the_case(report().replace(NAMED, f"<drugrecuraction>{named}</drugrecuraction>"))
    assert case.icsr is not None
    assert {pair.reaction for pair in case.icsr.pairs if pair.recurrence} == recurred
    assert {decision.pair[1] for decision in case.assessor} == recurred
    told = named if not named.isdigit() else f"MedDRA {named}"
    assert ("E830", "G.k.9.i.4", told, left_open) in [
        (r.code, r.element, r.found, r.against) for r in case.icsr.remarks
    ]
    facts = {(p.evidence.drug.id, p.evidence.reaction.id): p.evidence.facts for p in pairs_of(case)}
    for reaction in ("r1", "r2"):
        value = facts["d1", reaction]["rechallenge"].value
        assert value == ("positive" if reaction in recurred else "unknown")


def test_recurrence_that_names_no_reaction_is_of_all() -> None:
    case = the_case(report().replace(NAMED, ""))
    assert {decision.pair[1] for decision in case.assessor} == {"r1", "r2"}


def test_name_of_the_reaction_may_be_either_of_its_terms() -> None:
    terms = "<reactionmeddrallt>Palpable purpura</reactionmeddrallt>"
    text = report().replace("<reactionmeddrapt>Purpura", f"{terms}<reactionmeddrapt>Purpura")
    case = the_case(text.replace(NAMED, "<drugrecuraction>palpable purpura</drugrecuraction>"))
    assert {decision.pair[1] for decision in case.assessor} == {"r1"}


def test_assessment_of_another_reaction_is_none_of_the_first() -> None:
    case = the_case(report().replace("<drugreactionasses>Purpura", "<drugreactionasses>Headache"))
    assert case.icsr is not None
    assert case.icsr.assessments == ()
    assert ("E823", "G.k.9.i.2.r") in [(r.code, r.element) for r in case.icsr.remarks]


def test_interval_is_of_the_first_reaction() -> None:
    case = the_case(report())
    assert case.icsr is not None
    assert [(p.reaction, p.since_first_dose) for p in case.icsr.pairs] == [("r1", "6 804")]


def test_higher_version_counts() -> None:
    first, second = read(report("2"), report("1"))
    assert isinstance(first, ReadReport)
    assert isinstance(second, SetAside)
    assert second.problems[0].code == "E831"


def test_nullified_report_is_listed() -> None:
    more = "<casenullification>1</casenullification><nullificationreason>x</nullificationreason>"
    first, second = read(report("1"), report("2", more))
    assert [f.problems[0].code for f in (first, second) if isinstance(f, SetAside)] == [
        "E831",
        "E832",
    ]


@pytest.mark.parametrize("date", ["20240230", "2024033", "yesterday", "99991231"])
def test_date_that_is_none_is_a_remark(date: str) -> None:
    case = the_case(report().replace("20240310", date))
    assert case.icsr is not None
    assert {(r.code, r.element) for r in case.icsr.remarks} & {("E811", "E.i.4"), ("E821", "E.i.4")}


def test_code_outside_its_list_is_a_remark() -> None:
    case = the_case(report().replace("<actiondrug>1</actiondrug>", "<actiondrug>7</actiondrug>"))
    assert case.icsr is not None
    assert ("E812", "G.k.8", "7") in [(r.code, r.element, r.found) for r in case.icsr.remarks]
    assert "d1" not in case.reactions[0].episodes[0].actions
