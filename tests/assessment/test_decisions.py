"""What a person decides wins over what is derived, from its date on (DESIGN sections 3 and 5)."""

from collections.abc import Sequence
from typing import Any

import pytest

from causality.assessment.assess import (
    CaseAssessment,
    assess_case,
    make_method,
    parse_overrides,
)
from causality.assessment.result import as_json
from causality.errors import UsageError
from causality.evidence.fact import Fact
from causality.knowledge.load import load_knowledge
from causality.terms.facts import FACTS, default, open_values
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})
DECISION = "{pair: [d, r], fact: %s, value: %s, reason: a reason%s}"


def text(decisions: Sequence[str] = (), more: str = "") -> str:
    lines = "\n".join(f"  - {line}" for line in decisions)
    return f"""
case_id: decisions
drugs:
  - {{id: d, name: zzz, exposures: [{{start: 2018-01-01, stop: 2018-01-12}}]}}
  - {{id: o, name: yyy, exposures: [{{start: 2018-01-01, stop: 2018-03-01}}]}}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: 2018-01-11, recovered: 2018-01-30}}]
  - {{id: q, term: itching, episodes: [{{id: i, onset: 2018-01-11}}]}}
{more}
assessor:
{lines or "  []"}
"""


def assessed(
    *decisions: str, as_of: str | None = None, what_if: Sequence[str] = (), more: str = ""
) -> CaseAssessment:
    case = case_of(text(decisions, more))
    return assess_case(case, METHOD, as_of=as_of, overrides=parse_overrides(what_if, case))


def facts(result: CaseAssessment, drug: str = "d", reaction: str = "r") -> dict[str, Fact]:
    pairs = {pair.evidence.key: pair.evidence for pair in result.pairs}
    return dict(pairs[drug, reaction].facts)


def total(result: CaseAssessment, drug: str = "d", reaction: str = "r") -> int:
    pairs = {pair.evidence.key: pair for pair in result.pairs}
    return pairs[drug, reaction].assessments[0].score.points


def flags(fact: Fact) -> list[str]:
    return [code for code, _ in fact.flags]


UNTOUCHED = facts(assessed())


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in FACTS.items() for value in values]
)
def test_a_decision_wins_over_what_is_derived_and_keeps_it(name: str, value: str) -> None:
    fact = facts(assessed(DECISION % (name, f'"{value}"', "")))[name]
    left = open_values(name) if value == default(name) else (value,)
    assert (fact.value, fact.possible, fact.origin) == (value, left, "stated")
    assert fact.derived is not None
    derived = UNTOUCHED["alternative_nondrug" if name == "alternative" else name]
    assert (fact.derived.value, fact.derived.rule) == (derived.value, derived.rule)


def test_a_decision_moves_the_total() -> None:
    # The other suspect weighs one point less while it lies at most 2 points behind.
    assert total(assessed()) == 2 + 2 - 1
    assert total(assessed(DECISION % ("prior_knowledge", "occasional", ""))) == 2 + 1 + 2
    assert total(assessed(DECISION % ("rechallenge", "negative", ""))) == 2 + 2 - 1 - 1


def test_a_decision_carries_its_reason_author_and_source() -> None:
    more = ", by: Dr A, source: Author 2017, date: 2018-02-01"
    fact = facts(assessed(DECISION % ("prior_knowledge", "occasional", more)))["prior_knowledge"]
    assert fact.rule == "stated.by_person"
    assert fact.params == {"reason": "a reason", "by": "Dr A", "date": "2018-02-01"}
    assert fact.sources == ("Author 2017",)


def test_a_decision_is_printed_with_what_the_machine_says() -> None:
    shown: dict[str, Any] = as_json(assessed(DECISION % ("course", "not_improved", "")))
    pair = next(p for p in shown["pairs"] if (p["drug_id"], p["reaction_id"]) == ("d", "r"))
    fact = pair["facts"]["course"]
    assert (fact["value"], fact["origin"]) == ("not_improved", "stated")
    assert (fact["derived"]["value"], fact["derived"]["origin"]) == ("improved", "derived")
    assert "decision_contradicted" in pair["assessments"][0]["flags"]


def test_a_decision_holds_for_its_pair_only() -> None:
    result = assessed(DECISION % ("contributing_factor", "yes", ""))
    assert facts(result)["contributing_factor"].value == "yes"
    assert facts(result, "o")["contributing_factor"].value == "unknown"
    assert facts(result, "d", "q")["contributing_factor"].value == "unknown"


def test_the_last_of_several_decisions_about_a_fact_holds() -> None:
    first = DECISION % ("contributing_factor", "yes", ", date: 2018-02-01")
    second = DECISION % ("contributing_factor", "no", ", date: 2018-03-01")
    assert facts(assessed(first, second))["contributing_factor"].value == "no"
    assert facts(assessed(first, second, as_of="2018-02-15"))["contributing_factor"].value == "yes"


def test_a_later_decision_holds_wherever_it_stands_in_the_file() -> None:
    first = DECISION % ("contributing_factor", "yes", ", date: 2018-02-01")
    second = DECISION % ("contributing_factor", "no", ", date: 2018-03-01")
    assert facts(assessed(second, first))["contributing_factor"].value == "no"


# From its date on


@pytest.mark.parametrize(
    ("date", "as_of", "counts"),
    [
        ("2018-02-01", "2018-01-31", False),
        ("2018-02-01", "2018-02-01", True),
        ("2018-02-01", None, True),
        ("2018-02", "2018-02-27", False),
        ("2018-02", "2018-02-28", True),
        ("D0 day 20", "2018-01-19", False),
        ("D0 day 20", "2018-01-20", True),
    ],
)
def test_a_decision_counts_from_its_date_on(date: str, as_of: str | None, counts: bool) -> None:
    decision = DECISION % ("contributing_factor", "yes", f", date: {date}")
    result = assessed(decision, as_of=as_of, more="anchors: {D0: 2018-01-01}")
    assert facts(result)["contributing_factor"].value == ("yes" if counts else "unknown")


@pytest.mark.parametrize("as_of", ["2018-01-11", "2018-02-01", None])
def test_a_decision_without_a_date_always_counts(as_of: str | None) -> None:
    result = assessed(DECISION % ("contributing_factor", "yes", ""), as_of=as_of)
    assert facts(result)["contributing_factor"].value == "yes"


def test_a_decision_is_a_step_of_the_trajectory() -> None:
    decision = DECISION % ("prior_knowledge", "well_known", ", date: 2018-02-01")
    steps = [
        (c.event, c.total)
        for c in assessed(decision).trajectory
        if (c.drug, c.reaction) == ("d", "r")
    ]
    assert steps[-1] == ("decision.1", 6)
    assert steps[-2][1] == 3


# Against the timeline


@pytest.mark.parametrize(
    ("name", "value", "flagged"),
    [
        ("course", "not_improved", True),
        ("course", "improved", False),
        ("onset", "incompatible", True),
        ("onset", "compatible", False),
        ("rechallenge", "positive", True),
        # Where the timeline says nothing there is nothing to contradict.
        ("contributing_factor", "yes", False),
        ("prior_knowledge", "occasional", False),
        ("event_confirmed", "no", False),
    ],
)
def test_a_decision_that_the_timeline_contradicts_is_flagged(
    name: str, value: str, flagged: bool
) -> None:
    fact = facts(assessed(DECISION % (name, value, "")))[name]
    assert fact.value == value
    assert ("decision_contradicted" in flags(fact)) is flagged


def test_the_flag_says_both_values() -> None:
    fact = facts(assessed(DECISION % ("course", "not_improved", "")))["course"]
    assert dict(fact.flags)["decision_contradicted"] == {
        "derived": "improved",
        "stated": "not_improved",
    }


def test_a_decision_is_flagged_once_what_happened_later_contradicts_it() -> None:
    decision = DECISION % ("event_confirmed", "no", ", date: 2018-02-01")
    biopsy = "investigations: [{test: skin biopsy, date: 2018-03-01, result: positive}]"
    before = facts(assessed(decision, as_of="2018-02-15", more=biopsy))["event_confirmed"]
    after = facts(assessed(decision, more=biopsy))["event_confirmed"]
    assert (before.value, flags(before)) == ("no", [])
    assert (after.value, flags(after)) == ("no", ["decision_contradicted"])


# What if


def test_a_what_if_value_holds_for_every_pair() -> None:
    result = assessed(what_if=["contributing_factor=yes"])
    for pair in result.pairs:
        fact = pair.evidence.facts["contributing_factor"]
        assert (fact.value, fact.origin, fact.rule) == ("yes", "stated", "stated.what_if")


def test_a_what_if_value_can_be_for_one_pair() -> None:
    result = assessed(what_if=["d/r:contributing_factor=yes"])
    assert facts(result)["contributing_factor"].value == "yes"
    assert facts(result, "o")["contributing_factor"].value == "unknown"
    assert facts(result, "d", "q")["contributing_factor"].value == "unknown"


def test_a_what_if_value_overrides_a_decision_and_keeps_what_was_derived() -> None:
    decision = DECISION % ("course", "not_improved", "")
    fact = facts(assessed(decision, what_if=["course=irreversible"]))["course"]
    assert fact.value == "irreversible"
    assert fact.derived is not None
    assert fact.derived.value == "improved"


def test_a_what_if_value_is_not_flagged_as_contradicted() -> None:
    assert flags(facts(assessed(what_if=["course=not_improved"]))["course"]) == []


def test_the_default_of_a_fact_can_be_stated_and_stops_derivation() -> None:
    fact = facts(assessed(what_if=["onset=unknown"]))["onset"]
    assert (fact.value, fact.origin) == ("unknown", "stated")


def test_what_is_stated_to_be_unknown_stays_open_as_in_a_table() -> None:
    found = facts(assessed(what_if=["onset=unknown", "drug_test=not_done", "rechallenge=not_done"]))
    assert found["onset"].possible == FACTS["onset"]
    assert found["drug_test"].possible == ("not_done",)
    assert found["rechallenge"].possible == ("not_done",)


def test_a_later_what_if_of_the_same_fact_wins() -> None:
    result = assessed(what_if=["contributing_factor=yes", "contributing_factor=no"])
    assert facts(result)["contributing_factor"].value == "no"


def test_a_what_if_value_narrows_the_range() -> None:
    low, high = assessed().pairs[0].assessments[0].range.points
    after = assessed(what_if=["prior_knowledge=occasional"]).pairs[0].assessments[0].range
    assert after.points == (low + 2, high - 1)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["onset"], ["E505"]),
        (["onset:compatible"], ["E505"]),
        (["onsett=compatible"], ["E506"]),
        (["onset=compatibel"], ["E506"]),
        (["x/r:onset=compatible"], ["E506"]),
        (["d/x:onset=compatible"], ["E506"]),
        (["onset=", "course", "action=withdrawn"], ["E506", "E505"]),
    ],
)
def test_a_what_if_that_makes_no_sense_is_refused(values: list[str], codes: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse_overrides(values, case_of(text()))
    assert [problem.code for problem in caught.value.problems] == codes


def test_spaces_in_a_what_if_do_not_matter() -> None:
    found = parse_overrides(["d/r: onset = compatible"], case_of(text()))
    assert found == {("d", "r"): {"onset": "compatible"}}


# Alternatives


@pytest.mark.parametrize("value", FACTS["alternative"])
def test_decided_alternatives_hold_for_diseases_too(value: str) -> None:
    found = facts(assessed(DECISION % ("alternative", value, "")))
    assert found["alternative"].value == value
    assert found["alternative_nondrug"].value == value
    assert found["alternative_nondrug"].origin == "stated"


def test_decided_diseases_say_nothing_about_other_suspects() -> None:
    found = facts(assessed(DECISION % ("alternative_nondrug", "ruled_out", "")))
    assert found["alternative_nondrug"].value == "ruled_out"
    assert found["alternative"].value == "possible"  # the other suspect
    assert found["alternative"].origin == "derived"


def test_each_of_the_two_can_be_decided() -> None:
    found = facts(
        assessed(
            DECISION % ("alternative", "possible", ""),
            DECISION % ("alternative_nondrug", "ruled_out", ""),
        )
    )
    assert (found["alternative"].value, found["alternative_nondrug"].value) == (
        "possible",
        "ruled_out",
    )


def test_other_suspects_do_not_count_against_decided_alternatives() -> None:
    rival = DECISION.replace("d, r", "o, r")
    strong = [
        rival % ("rechallenge", "positive", ""),
        rival % ("prior_knowledge", "well_known", ""),
    ]
    assert facts(assessed(*strong))["alternative"].value == "more_likely"
    decided = DECISION % ("alternative", "ruled_out", "")
    assert facts(assessed(*strong, decided))["alternative"].value == "ruled_out"


def test_a_decision_about_a_rival_weighs_against_the_others() -> None:
    weak = DECISION.replace("d, r", "o, r") % ("onset", "incompatible", "")
    assert facts(assessed(weak))["alternative"].value == default("alternative")
