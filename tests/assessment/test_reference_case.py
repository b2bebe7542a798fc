"""The reference case: lenalidomide, dexamethasone and IgA lambda myeloma (DESIGN section 5)."""

from functools import cache
from typing import Any

import pytest

from causality.assessment.assess import (
    AssessedPair,
    CaseAssessment,
    assess_case,
    make_method,
    parse_overrides,
)
from causality.assessment.result import as_json
from causality.case.model import Case
from causality.case.reader import parse_case
from causality.cli.example import example_text
from causality.knowledge.load import load_knowledge

LEN_LCV, LEN_ITCHING = ("len", "lcv"), ("len", "itching")
DEX_LCV, DEX_ITCHING = ("dex", "lcv"), ("dex", "itching")


@cache
def reference_case() -> Case:
    return parse_case(example_text("lenalidomide"), "lenalidomide")


@cache
def assessed(
    as_of: str | None = None, what_if: tuple[str, ...] = (), **conventions: str
) -> CaseAssessment:
    case = reference_case()
    method = make_method(["sefv-h"], load_knowledge(), conventions)
    return assess_case(case, method, as_of=as_of, overrides=parse_overrides(what_if, case))


def pair(result: CaseAssessment, key: tuple[str, str] = LEN_LCV) -> AssessedPair:
    return next(p for p in result.pairs if p.evidence.key == key)


def total(result: CaseAssessment, key: tuple[str, str] = LEN_LCV) -> int:
    return pair(result, key).assessments[0].score.points


def facts(result: CaseAssessment, key: tuple[str, str] = LEN_LCV) -> dict[str, str]:
    return {name: fact.value for name, fact in pair(result, key).evidence.facts.items()}


def changes(key: tuple[str, str]) -> list[tuple[str, int | None, str]]:
    return [
        (c.event, c.total, c.category) for c in assessed().trajectory if (c.drug, c.reaction) == key
    ]


# Totals over time


def test_trajectory_of_lenalidomide_and_the_purpura() -> None:
    assert changes(LEN_LCV) == [
        ("e1.onset", 1, "conditional"),
        ("e1.recovered", 3, "conditional"),
        ("biopsy", 4, "possible"),
        ("e2.onset", 7, "probable"),
    ]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("D0 day 4", 1),  # the day of the stop
        ("@len.1.stop", 1),
        ("@e1.recovered", 3),
        ("@biopsy", 4),
        ("2022-09-30", 4),
        ("D1 day 9", 4),
        ("D1 day 10", 7),  # the purpura of the first desensitisation
        ("D1 day 55", 7),
        ("D2 day 1", 7),  # the second desensitisation changes nothing
        ("D2 day 25", 7),
        ("2024-02-23", 7),
        ("end", 7),
        (None, 7),
    ],
)
def test_total_at_a_stated_moment(as_of: str | None, expected: int) -> None:
    assert total(assessed(as_of)) == expected


def test_before_the_reaction_there_is_nothing_to_assess() -> None:
    assert LEN_LCV not in {p.evidence.key for p in assessed("D0 day 2").pairs}


@pytest.mark.parametrize("number", range(9))
def test_a_printed_moment_gives_its_total_again(number: int) -> None:
    trajectory = assessed().trajectory
    assert len(trajectory) == 9
    change = trajectory[number]
    again = assessed(change.as_of)
    score = pair(again, (change.drug, change.reaction)).assessments[0].score
    assert (score.total, score.category) == (change.total, change.category)


def test_items_at_first_presentation_are_the_reconstruction_of_the_published_total() -> None:
    score = pair(assessed("@e1.recovered")).assessments[0].score
    assert [item.points for item in score.items] == [1, 1, 2, 0, -1, 0, 0]
    assert (score.total, score.category) == (3, "conditional")


def test_items_at_the_end() -> None:
    score = pair(assessed()).assessments[0].score
    assert [item.points for item in score.items] == [1, 1, 2, 3, -1, 0, 1]


def test_the_second_desensitisation_changes_no_value() -> None:
    before, after = assessed("D1 day 55"), assessed()
    assert facts(before) == facts(after)
    first, last = pair(before).assessments[0], pair(after).assessments[0]
    assert first.range == last.range
    flags = [code for code, _ in pair(after).evidence.facts["rechallenge"].flags]
    assert "tolerated_later" in flags
    assert "recurred_despite_desensitisation" in flags


def test_index_answers_stay_as_they_were_before_the_rechallenge() -> None:
    before, after = facts(assessed("@biopsy")), facts(assessed())
    for name in ("onset", "action", "course", "improvement_explained_by"):
        assert before[name] == after[name]


# Range and conventions


def test_range_at_the_end() -> None:
    found = pair(assessed()).assessments[0].range
    assert (found.total_min, found.total_max) == (5, 10)
    assert (found.category_min, found.category_max) == ("possible", "definite")


@pytest.mark.parametrize(
    ("conventions", "expected"),
    [
        ({}, 7),
        ({"explorations": "broad"}, 7),
        ({"explorations": "narrow"}, 6),
        ({"treated_dechallenge": "discounted"}, 5),
        ({"lcv_window": "textbook"}, 7),
        ({"lcv_window": "wide"}, 7),
        ({"explorations": "narrow", "treated_dechallenge": "discounted"}, 4),
    ],
)
def test_totals_under_other_conventions(conventions: dict[str, str], expected: int) -> None:
    assert total(assessed(**conventions)) == expected


def test_totals_of_the_other_choices_are_those_they_would_give() -> None:
    otherwise = pair(assessed()).assessments[0].otherwise
    shown = {
        (name, choice): score.total
        for name, choices in otherwise.items()
        for choice, score in choices.items()
    }
    assert shown == {
        ("explorations", "narrow"): 6,
        ("treated_dechallenge", "discounted"): 5,
        ("lcv_window", "textbook"): 7,
        ("lcv_window", "wide"): 7,
    }
    for (name, choice), expected in shown.items():
        assert total(assessed(**{name: choice})) == expected


@pytest.mark.parametrize(
    ("what_if", "expected"),
    [
        ("alternative=ruled_out", 9),
        ("alternative=more_likely", 5),
        ("alternative=not_assessed", 8),
        ("onset=compatible", 8),
        ("prior_knowledge=well_known", 8),
        ("contributing_factor=yes", 8),
        ("event_confirmed=no", 6),
        ("rechallenge=negative", 3),
        ("len/lcv:alternative=ruled_out", 9),
        ("dex/lcv:alternative=ruled_out", 7),
    ],
)
def test_what_if(what_if: str, expected: int) -> None:
    assert total(assessed(None, (what_if,))) == expected


def test_myeloma_excluded_makes_it_definite() -> None:
    score = pair(assessed(None, ("alternative=ruled_out",))).assessments[0].score
    assert (score.total, score.category) == (9, "definite")


# What the answers rest on


def test_flags_say_what_limits_the_evidence() -> None:
    found = pair(assessed()).evidence.facts
    flags = {name: [code for code, _ in fact.flags] for name, fact in found.items()}
    assert flags["onset"] == ["first_exposure_assumed"]
    assert flags["course"] == ["interval_to_improvement_not_reported"]
    assert flags["improvement_explained_by"] == ["steroid_treated_dechallenge"]
    assert flags["prior_knowledge"] == ["own_publication_left_out", "rests_on_unconfirmed_source"]


def test_the_biopsy_stands_by_assumption_and_is_marked() -> None:
    found = pair(assessed()).evidence.facts["event_confirmed"]
    assert (found.value, found.origin, found.events) == ("yes", "assumed", ("biopsy",))


@pytest.mark.parametrize(
    ("fact", "events"),
    [
        ("onset", ("len.1.start", "e1.onset", "len.1.stop")),
        ("action", ("len.1.stop",)),
        ("course", ("e1.recovered",)),
        ("rechallenge", ("len.2.start", "e2.onset")),
    ],
)
def test_facts_rest_on_their_events(fact: str, events: tuple[str, ...]) -> None:
    assert pair(assessed()).evidence.facts[fact].events == events


def test_knowledge_is_as_of_the_moment_and_without_the_case_itself() -> None:
    sources = pair(assessed()).evidence.facts["prior_knowledge"].sources
    assert sources
    assert not any("jiaci" in source for source in sources)


def test_myeloma_is_an_alternative_with_reasons_on_both_sides() -> None:
    shown: dict[str, Any] = as_json(assessed())
    found = next(p for p in shown["pairs"] if (p["drug_id"], p["reaction_id"]) == LEN_LCV)
    myeloma = next(a for a in found["alternatives"] if a["alternative"] == "myeloma")
    assert myeloma["state"] == "possible"
    assert len(myeloma["for"]) >= 1
    assert len(myeloma["against"]) >= 1
    assert "electrophoresis" in myeloma["not_known"]


def test_myeloma_stays_possible_at_every_moment() -> None:
    for moment in ("@e1.onset", "@e1.recovered", "@biopsy", "@e2.onset", "end"):
        found = pair(assessed(moment)).evidence.facts["alternative_nondrug"]
        assert found.value == "possible"
        assert facts(assessed(moment))["alternative"] == "possible"
        assert found.possible == ("more_likely", "possible", "ruled_out")


# The itching, and dexamethasone


def test_itching_is_a_reaction_of_its_own() -> None:
    itching = pair(assessed(), LEN_ITCHING)
    assert itching.evidence.index.id == "itch"
    assert pair(assessed()).evidence.index.id == "e1"
    assert facts(assessed(), LEN_ITCHING)["action"] == "dose_reduced"
    assert facts(assessed(), LEN_ITCHING)["rechallenge"] != "positive"


def test_itching_is_no_re_exposure_of_the_purpura() -> None:
    assert total(assessed("@itch.onset")) == 4
    assert facts(assessed("@itch.onset"))["rechallenge"] == "unknown"


@pytest.mark.parametrize("key", [DEX_LCV, DEX_ITCHING])
def test_dexamethasone_is_improbable_throughout(key: tuple[str, str]) -> None:
    found = changes(key)
    assert found
    assert all((points or 0) <= 0 and category == "improbable" for _, points, category in found)
    assert total(assessed(), key) <= 0


def test_dexamethasone_treats_the_reaction_and_has_a_likelier_rival() -> None:
    found = facts(assessed(), DEX_LCV)
    assert found["prior_knowledge"] == "contradicted"
    assert found["alternative"] == "more_likely"
    assert found["alternative_nondrug"] == "possible"


@pytest.mark.parametrize("as_of", ["@e1.onset", "@e1.recovered", "@biopsy", "@e2.onset", "end"])
def test_lenalidomide_ranks_above_dexamethasone_at_every_moment(as_of: str) -> None:
    result = assessed(as_of)
    assert total(result) > total(result, DEX_LCV)


def test_totals_as_printed_in_json() -> None:
    shown = as_json(assessed())
    assert shown["case_id"] == "jiaci-2024-lenalidomide"
    found = {(p["drug_id"], p["reaction_id"]): p["assessments"][0]["total"] for p in shown["pairs"]}
    assert found[LEN_LCV] == 7
    assert set(found) == {LEN_LCV, LEN_ITCHING, DEX_LCV, DEX_ITCHING}
    totals = [
        c["total"] for c in shown["trajectory"] if (c["drug_id"], c["reaction_id"]) == LEN_LCV
    ]
    assert totals == [1, 3, 4, 7]
