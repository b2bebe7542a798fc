"""Who leads, in what order and for what reason, on the published cases."""

from functools import cache
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.assessment.assess import (
    CaseAssessment,
    assess_case,
    make_method,
    parse_overrides,
)
from causality.assessment.ranking_json import ranking_json
from causality.assessment.result import as_json
from causality.case.model import Case
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.knowledge.load import load_knowledge
from causality.ranking.contrast import Cell
from causality.ranking.entries import Entry
from causality.ranking.rank import Ranking
from causality.ranking.readings import READINGS
from causality.wording.pair_words import PairWords
from causality.wording.ranking_words import RankingWords
from causality.wording.sentences import Sentences
from causality.words import LANGUAGES, Words
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})


def case_named(name: str) -> Case:
    return parse_case(example_text(name), name)


@cache
def assessed(name: str) -> CaseAssessment:
    return assess_case(case_named(name), METHOD)


def ranking(name: str, reaction: str = "lcv") -> Ranking:
    return next(r for r in assessed(name).ranking if r.reaction.id == reaction)


def order(found: Ranking) -> list[tuple[int, str]]:
    return [(entry.rank, " + ".join(entry.names)) for entry in found.entries]


# The reference case


def test_lenalidomide_leads_and_the_myeloma_is_second_and_less_likely() -> None:
    assert order(ranking("lenalidomide")) == [
        (1, "lenalidomide"),
        (2, "IgA lambda multiple myeloma"),
        (3, "dexamethasone"),
    ]
    myeloma = ranking("lenalidomide").entries[1].cause
    assert myeloma is not None
    assert (myeloma.state, myeloma.explains_better) == ("possible", ())


def test_conclusion_of_the_reference_case_names_reason_and_doubt() -> None:
    found = ranking("lenalidomide").conclusion
    assert found is not None
    assert found.best is not None
    assert found.reason is not None
    assert found.doubt is not None
    assert (found.best.name, found.best.score.total) == ("lenalidomide", 7)
    assert (found.reason.code, found.reason.params["kind"]) == (
        "reason.rechallenge_despite",
        "desensitisation",
    )
    assert found.doubt.code == "doubt.active_condition"
    assert found.doubt.params["conditions"] == ("IgA lambda multiple myeloma",)
    assert found.text == ("conclusion.level", "conclusion.reason", "conclusion.doubt")


def cells(name: str) -> dict[tuple[str, str], Cell]:
    comparison = next(c for c in ranking(name).comparisons if c.drug.id == "len")
    return {(cell.drug, cell.condition): cell for cell in comparison.contrast.cells}


def test_active_disease_without_the_drug_discriminates_and_remission_on_it_does_not() -> None:
    found = cells("lenalidomide")
    alone = found["off", "active"]
    assert (alone.reading, READINGS[alone.reading]) == ("off_active_none", "drug")
    assert alone.episodes == ()
    remission = found["on", "inactive"]
    assert (remission.reading, READINGS[remission.reading]) == ("drug_treats_condition", None)
    together = found["on", "active"]
    assert (together.episodes, READINGS[together.reading]) == (("e1", "e2"), None)


def test_days_of_the_cells_add_up_to_the_days_observed() -> None:
    (comparison,) = (c.contrast for c in ranking("lenalidomide").comparisons if c.drug.id == "len")
    observed = comparison.observed
    assert observed.earliest is not None
    assert observed.latest is not None
    assert sum(cell.days.earliest or 0 for cell in comparison.cells) <= observed.latest
    assert sum(cell.days.latest or 0 for cell in comparison.cells) >= observed.earliest


def test_the_drug_was_taken_for_at_least_the_days_that_the_file_tells() -> None:
    # D0 days 1 to 4 and, of D1, days 1 to 16 until the purpura: the rest of D1 lies in open dates.
    days = cells("lenalidomide")["on", "active"].days
    assert days.earliest is not None
    assert days.earliest >= 16


# Other published cases


def test_two_drugs_with_a_positive_re_exposure_come_first_and_the_others_stay_low() -> None:
    found = ranking("antituberculosis-rechallenge")
    grades = {e.names[0]: e.drugs[0].score.category for e in found.entries if e.drugs}
    assert order(found) == [
        (1, "rifampicin"),
        (1, "pyrazinamide"),
        (3, "isoniazid"),
        (4, "ethambutol"),
    ]
    assert {grades["rifampicin"], grades["pyrazinamide"]} <= {"probable", "definite"}
    assert {grades["isoniazid"], grades["ethambutol"]} <= {"improbable", "conditional", "possible"}


def test_years_on_warfarin_do_not_stand_against_a_positive_re_exposure() -> None:
    (warfarin,) = ranking("warfarin-late").entries
    assert warfarin.drugs[0].score.category == "definite"
    assert warfarin.columns.against == ()
    found = ranking("warfarin-late").conclusion
    assert found is not None
    assert found.reason is not None
    assert found.reason.code == "reason.rechallenge"


def test_rivals_that_do_no_better_are_no_reason_why_no_drug_stands_out() -> None:
    found = ranking("lenalidomide", "itching").conclusion
    assert found is not None
    # Lenalidomide does no better than dexamethasone, and what is only not known is no reason.
    assert found.text == ("conclusion.no_drug", "conclusion.doubt")
    assert found.reason is None
    assert found.doubt is not None
    assert found.doubt.code == "doubt.not_assessed"


def test_the_vaccine_comes_before_long_standing_lenalidomide() -> None:
    found = order(ranking("mmr-on-lenalidomide"))
    assert found[0][0] == 1
    assert "vaccine" in found[0][1]
    assert min(rank for rank, name in found if name == "lenalidomide") > 1


def test_stopping_two_suspects_at_once_is_said_not_to_discriminate() -> None:
    (found,) = assess_case(case_of(STOPPED_TOGETHER), METHOD).ranking
    for entry in found.entries:
        (improved,) = (s for s in entry.columns.for_ if s.fact == "course")
        assert "dechallenge_does_not_discriminate" in dict(improved.remarks)
    assert found.conclusion is not None
    assert found.conclusion.doubt is not None
    assert found.conclusion.doubt.code in {"doubt.tied", "doubt.rival_possible"}


STOPPED_TOGETHER = """
case_id: together
drugs:
  - {id: a, name: zzz, exposures: [{start: 2018-03-01, stop: 2018-03-20}]}
  - {id: b, name: yyy, exposures: [{start: 2018-03-01, stop: 2018-03-21}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e, onset: 2018-03-18, recovered: 2018-04-01, actions: {a: withdrawn, b: withdrawn}}
"""


# Shapes of cases


INTERACTING = """
case_id: pair
drugs:
  - {id: a, name: warfarin, role: interacting, exposures: [{start: 2018-03-01}]}
  - {id: b, name: amoxicillin, role: interacting, exposures: [{start: 2018-03-05}]}
  - {id: c, name: omeprazole, role: concomitant, exposures: [{start: 2018-03-05}]}
  - {id: d, name: ibuprofen, role: concomitant, exposures: [{start: 2018-06-01}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{id: e, onset: 2018-03-18, recovered: 2018-04-01}]
"""


def test_interacting_drugs_stand_as_one_suspect_and_late_concomitants_do_not_stand() -> None:
    (found,) = assess_case(case_of(INTERACTING), METHOD).ranking
    kinds = {" + ".join(sorted(entry.names)): entry.kind for entry in found.entries}
    assert kinds["amoxicillin + warfarin"] == "interaction"
    assert kinds["omeprazole"] == "concomitant"
    assert "ibuprofen" not in kinds
    assert [drug.name for drug in found.not_exposed] == ["ibuprofen"]


def test_a_case_without_a_suspect_has_no_ranking() -> None:
    case = case_of("""
case_id: none
drugs: [{id: a, name: zzz, role: concomitant, exposures: [{start: 2018-03-01}]}]
reactions: [{id: r, term: leukocytoclastic vasculitis, episodes: [{id: e, onset: 2018-03-18}]}]
""")
    assert assess_case(case, METHOD).ranking == ()
    assert ranking_json(assess_case(case, METHOD)) == {
        "ranking": [],
        "conclusions": [],
        "contrasts": [],
    }


@pytest.mark.parametrize("name", sorted(example_names()))
@given(data=st.data())
@settings(max_examples=4, deadline=None)
def test_the_order_of_the_file_changes_no_ranking(name: str, data: st.DataObject) -> None:
    case = case_named(name)

    def mixed(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(data.draw(st.permutations(list(parts)))) if parts else parts

    shuffled = case.model_copy(
        update={
            "drugs": mixed(case.drugs),
            "reactions": mixed(case.reactions),
            "conditions": mixed(case.conditions),
            "investigations": mixed(case.investigations),
        }
    )
    assert told(assess_case(shuffled, METHOD)) == told(assessed(name))


def told(result: CaseAssessment) -> dict[str, Any]:
    """Return the ranking; the events of one sentence, and equals, in an order of their own."""
    shape = ranking_json(result)
    statements = [s for e in shape["ranking"] for c in COLUMNS for s in e[c]]
    statements += [c[part] for c in shape["conclusions"] for part in ("reason", "doubt") if c[part]]
    for statement in statements:
        statement["events"].sort()
    for entry in shape["ranking"]:
        for column in COLUMNS:
            entry[column].sort(key=str)
    shape["ranking"].sort(key=by_reaction)  # the reactions stand in the order of the file
    shape["conclusions"].sort(key=by_reaction)
    shape["contrasts"].sort(key=str)
    return shape


by_reaction = itemgetter("reaction_id")
COLUMNS = ("for", "against", "not_known")


# The shape of the JSON


@pytest.mark.parametrize("name", sorted(example_names()))
def test_json_of_the_ranking_has_the_documented_keys(name: str) -> None:
    result = as_json(assessed(name))
    reactions = [c["reaction_id"] for c in result["conclusions"]]
    assert list(dict.fromkeys(e["reaction_id"] for e in result["ranking"])) == reactions
    for entry in result["ranking"]:
        own = {"alternative", "state", "explains_better", "sources"}
        if entry["kind"] != "condition":
            own = {"algorithm", "total", "category", "insufficient", "members"}
        common = {"reaction", "reaction_id", "rank", "kind", "name", "ids"}
        assert set(entry) == common | own | {"for", "against", "not_known"}
    for reaction in reactions:
        ranks = [e["rank"] for e in result["ranking"] if e["reaction_id"] == reaction]
        assert ranks[0] == 1
        assert ranks == sorted(ranks)
    for contrast in result["contrasts"]:
        for cell in (*contrast["cells"], *contrast["stretches"]):
            assert cell["discriminates"] is (cell["towards"] is not None)
            low, high = cell["days"]
            assert high is None or low <= high


@pytest.mark.parametrize("name", sorted(example_names()))
@pytest.mark.parametrize("fact", ["alternative", "alternative_nondrug"])
def test_a_what_if_about_other_causes_can_be_told_in_words(name: str, fact: str) -> None:
    case = case_named(name)
    supposed = parse_overrides([f"{fact}=more_likely"], case)
    result = assess_case(case, METHOD, overrides=supposed)
    for language in LANGUAGES:
        say = RankingWords(Sentences(Words(language), result))
        for found in result.ranking:
            assert found.conclusion is not None
            assert say.conclusion(found.conclusion)


UNSUSPECTED = """
case_id: unsuspected
drugs:
  - {id: m, name: metamizole, role: suspect, exposures: [{start: 2024-02-05, stop: 2024-02-12}]}
  - {id: a, name: amoxicillin, role: concomitant, exposures: [
      {start: 2024-01-22, stop: 2024-01-26}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{id: e, onset: 2024-02-03, recovered: 2024-02-25, treatment: none}]
"""


def test_a_concomitant_that_leads_is_said_to_be_one_and_not_to_be_unscored() -> None:
    result = assess_case(case_of(UNSUSPECTED), METHOD)
    (found,) = result.ranking
    assert order(found)[0] == (1, "amoxicillin")
    say = Sentences(Words("en"), result)
    assert found.conclusion is not None
    assert (
        RankingWords(say)
        .conclusion(found.conclusion)
        .startswith("amoxicillin (concomitant, suspected by nobody): ")
    )
    (pair,) = result.pairs
    told = PairWords(say).remarks(pair)
    assert not [text for text in told if "not scored" in text]
    assert any(text.startswith("amoxicillin ") and "comparison only" in text for text in told)


def test_where_no_alternative_is_known_the_concomitant_left_out_is_named() -> None:
    result = assess_case(case_of(UNSUSPECTED), METHOD)
    (pair,) = result.pairs
    say = Sentences(Words("en"), result)
    (item,) = [i for i in pair.assessments[0].score.items if i.question == "alternative_causes"]
    left_out = "a concomitant known as a cause, amoxicillin"
    assert left_out in PairWords(say).because(item, pair.assessments[0], pair)
    own = {e.ids[0]: [say.statement(s) for s in e.columns.not_known] for e in of_drugs(result)}
    assert any(left_out in text for text in own["m"])
    assert not any(left_out in text for text in own["a"])


def of_drugs(result: CaseAssessment) -> list[Entry]:
    return [entry for entry in result.ranking[0].entries if entry.drugs]


@pytest.mark.parametrize(
    ("third", "against"),
    [
        ("dose: 500 mg, cover: none, recurrence: {r: no}", True),
        ("dose: 250 mg, cover: none, recurrence: {r: no}", False),
        ("dose: 500 mg, purpose: desensitisation, recurrence: {r: no}", False),
        ("dose: 500 mg, cover: none", False),
    ],
)
def test_tolerance_at_the_dose_that_reacted_stands_against_a_positive_re_exposure(
    third: str, against: bool
) -> None:
    text = f"""
case_id: tolerated
drugs:
  - id: c
    name: ciprofloxacin
    exposures:
      - {{id: c1, start: 2023-01-01, stop: 2023-01-08, dose: 500 mg}}
      - {{id: c2, start: 2023-06-01, stop: 2023-06-04, dose: 500 mg}}
      - {{id: c3, start: 2024-02-01, stop: 2024-02-14, {third}}}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - {{id: e1, onset: 2023-01-08, recovered: 2023-01-24}}
      - {{id: e2, onset: 2023-06-03, recovered: 2023-06-20}}
"""
    ranking = assess_case(case_of(text), make_method(["sefv-h"], load_knowledge(), {})).ranking[0]
    columns = ranking.entries[0].columns
    assert "rule.rechallenge.positive" in [s.code for s in columns.for_]
    told = [s.code for s in columns.against if s.code.startswith("flag.")]
    assert told == (["flag.tolerated_later_plain"] if against else [])
