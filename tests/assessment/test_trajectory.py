"""The score over time names the event that changed it."""

from causality.assessment.assess import assess_case, make_method
from causality.knowledge.load import load_knowledge
from tests.support import case_of

CASE = """
case_id: T
drugs: [{id: amx, name: amoxicillin, exposures: [{id: a1, start: 2022-04-01, stop: 2022-04-12}]}]
reactions:
  - {id: p, term: leukocytoclastic vasculitis, episodes: [{id: e1, onset: 2022-04-10}]}
investigations:
  - {id: a, test: ANCA, date: 2022-04-14, result: negative}
  - {id: z, test: skin biopsy, date: 2022-04-14, result: positive, concerns: p}
"""


def test_of_the_tests_of_a_day_the_one_that_shows_the_reaction_is_named() -> None:
    result = assess_case(case_of(CASE), make_method(["sefv-h"], load_knowledge(), {}))
    assert [c.event for c in result.trajectory if c.date == "2022-04-14"] == ["z"]
