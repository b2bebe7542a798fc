"""Episodes of the reaction that came without the drug."""

import pytest

from causality.assessment.assess import assess_case, make_method
from causality.knowledge.load import load_knowledge
from causality.ranking.rank import Ranking
from causality.wording.sentences import Sentences
from causality.words import Words
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})
ALONE = """
case_id: alone
drugs:
  - {id: a, name: amoxicillin, role: suspect, exposures: [{id: a1, start: 2023-02-01, stop: STOP}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e1, onset: 2023-02-08, recovered: 2023-02-25, treatment: none}
      - {id: e2, onset: ONSET, outcome: recovered}
      - {id: e3, onset: 2024-03-10, outcome: recovered}
"""


def ranked(text: str) -> Ranking:
    return assess_case(case_of(text), METHOD).ranking[0]


def without(found: Ranking, drug: str) -> tuple[object, ...]:
    (entry,) = [e for e in found.entries if drug in e.ids]
    return tuple(
        onset
        for s in entry.columns.against
        if s.code == "ranking.without"
        for onset in s.params["onsets"]  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize(
    ("onset", "stop", "expected"),
    [
        ("2023-09-10", "2023-02-08", ("e2.onset", "e3.onset")),
        ("2022-09-10", "2023-02-08", ("e2.onset", "e3.onset")),  # before it was ever taken
        ("2023-02-14", "2023-02-08", ("e3.onset",)),  # while it still counts as present
        ("2023", "2023-02-08", ("e3.onset",)),  # the dates leave it open
        ("2023-09-10", "2024-04-01", ()),  # on the drug
    ],
)
def test_only_what_certainly_began_without_the_drug_stands_against_it(
    onset: str, stop: str, expected: tuple[str, ...]
) -> None:
    text = ALONE.replace("ONSET", onset).replace("STOP", stop)
    assert without(ranked(text), "a") == expected


def test_it_is_the_main_doubt_and_names_the_episodes_with_their_days() -> None:
    result = assess_case(
        case_of(ALONE.replace("ONSET", "2023-09-10").replace("STOP", "2023-02-08")), METHOD
    )
    found = result.ranking[0].conclusion
    assert found is not None
    assert found.doubt is not None
    told = {lang: Sentences(Words(lang), result).statement(found.doubt) for lang in ("en", "es")}
    assert told == {
        "en": "it also began 2 times without the drug: e2 (2023-09-10), e3 (2024-03-10)",
        "es": "también apareció 2 veces sin el fármaco: e2 (2023-09-10), e3 (2024-03-10)",
    }


BOTH = """
case_id: both
drugs:
  - {id: a, name: zzz, role: suspect, exposures: [
      {start: 2022-01-01, stop: 2022-01-12}, {id: a2, start: 2022-08-01, stop: 2022-08-10}]}
  - {id: b, name: yyy, role: suspect, exposures: [
      {start: 2022-01-01, stop: 2022-01-12}, {id: b2, start: 2023-02-01, stop: 2023-02-10}]}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e1, onset: 2022-01-11, recovered: 2022-01-25, treatment: none}
      - {id: e2, onset: 2022-08-08, recovered: 2022-08-25, treatment: none, recurrence_on: a2}
      - {id: e3, onset: 2023-02-08, recovered: 2023-02-25, treatment: none, recurrence_on: b2}
"""


def test_that_it_came_on_each_of_two_drugs_is_no_doubt_about_one_of_them() -> None:
    found = ranked(BOTH)
    assert (without(found, "a"), without(found, "b")) == (("e3.onset",), ("e2.onset",))
    assert found.conclusion is not None
    assert found.conclusion.doubt is not None
    assert found.conclusion.doubt.code != "doubt.without"
    alone = "      - {id: e0, onset: 2020-11-03, recovered: 2020-12-01}\n"
    spontaneous = ranked(BOTH + alone)
    assert spontaneous.conclusion is not None
    assert spontaneous.conclusion.doubt is not None
    assert spontaneous.conclusion.doubt.params["onsets"] == ("e0.onset",)


def test_of_many_episodes_without_the_drug_the_first_are_named() -> None:
    many = "".join(f"      - {{id: f{n}, onset: 20{10 + n}-01-01}}\n" for n in range(9))
    text = ALONE.replace("ONSET", "2023-09-10").replace("STOP", "2023-02-08") + many
    result = assess_case(case_of(text), METHOD)
    (statement,) = [
        s
        for entry in result.ranking[0].entries
        for s in entry.columns.against
        if s.code == "ranking.without"
    ]
    told = Sentences(Words("en"), result).statement(statement)
    assert told.startswith("The reaction also began 11 times without the drug: f0 (2010-01-01), ")
    assert told.endswith("f3 (2013-01-01), and 7 more")
