"""Questions asked only after some answers, and tables of results instead of bands."""

import pytest

from causality.scoring.engine import Score, band_number, facts_behind, result_number, score
from causality.scoring.load import parse_algorithm
from causality.scoring.model import Band
from causality.scoring.proof import options_reached, result_table
from causality.scoring.ranges import RangeFinder, total_range
from causality.terms.facts import FACTS, default

X = "label: {en: x, es: x}, source: s"
FLOW = parse_algorithm(
    """
id: flow
version: "1"
label: {en: flow, es: flujo}
sources: {s: a source}
conventions:
  kind:
    label: {en: x, es: x}
    default: plain
    choices: {plain: {en: x, es: x}, short: {en: x, es: x}}
questions:
  after:
    label: {en: x, es: x}
    options:
      - {code: "no", when: [{onset: [before_exposure, incompatible]}], ...}
      - {code: "yes", ...}
  better:
    label: {en: x, es: x}
    asked: [{after: "yes"}]
    options:
      - {code: "yes", when: [{course: improved, action: withdrawn}], ..., flag: got_better}
      - {code: "no", ...}
  strong:
    label: {en: x, es: x}
    options:
      - {code: "yes", when: [{drug_test: positive}, {after: "yes", drug_level: toxic}], ...}
      - {code: "no", ...}
  again:
    label: {en: x, es: x}
    asked: [{better: "yes", kind: plain}, {strong: "yes"}]
    options:
      - {code: "yes", when: [{rechallenge: positive}], ...}
      - {code: "no", ...}
categories:
  low: {en: x, es: x}
  middle: {en: x, es: x}
  high: {en: x, es: x}
results:
  - {category: low, when: [{after: "no"}], source: s, note: {en: x, es: x}}
  - {category: high, when: [{again: "yes"}, {better: "yes", kind: short}]}
  - {category: middle, when: [{better: "yes"}]}
  - {category: low}
flags:
  not_asked: {when: [{again: ["no", "yes"], after: "yes"}], label: {en: x, es: x}}
""".replace("...", X),
    "flow.yaml",
)
DEFAULTS = {name: default(name) for name in FACTS}


def scored(**facts: str) -> Score:
    return score(FLOW, {**DEFAULTS, **facts}, {})


BETTER = {"onset": "compatible", "action": "withdrawn", "course": "improved"}


@pytest.mark.parametrize(
    ("facts", "conventions", "asked", "category"),
    [
        ({"onset": "before_exposure"}, {}, "after strong", "low"),
        ({"onset": "before_exposure", "drug_test": "positive"}, {}, "after strong again", "low"),
        ({}, {}, "after better strong", "low"),
        (BETTER, {}, "after better strong again", "middle"),
        (BETTER, {"kind": "short"}, "after better strong", "high"),
        ({**BETTER, "rechallenge": "positive"}, {}, "after better strong again", "high"),
        ({"rechallenge": "positive"}, {}, "after better strong", "low"),
        ({"drug_level": "toxic"}, {}, "after better strong again", "low"),
    ],
)
def test_a_question_is_asked_only_where_its_condition_on_answers_holds(
    facts: dict[str, str], conventions: dict[str, str], asked: str, category: str
) -> None:
    result = score(FLOW, {**DEFAULTS, **facts}, conventions)
    assert [item.question for item in result.items] == asked.split()
    assert result.category == category


def test_the_first_row_that_holds_gives_the_category() -> None:
    assert scored(onset="incompatible").row == 0
    assert scored(**BETTER, rechallenge="positive").row == 1
    assert scored(**BETTER).row == 2
    assert scored().row == 3


def test_a_table_of_results_adds_no_points() -> None:
    result = scored(**BETTER)
    assert result.total is None
    assert [item.points for item in result.items] == [None] * 4
    with pytest.raises(TypeError):
        _ = result.points


def test_a_question_not_asked_sets_no_flag_and_fulfils_no_condition() -> None:
    assert scored(course="improved", action="withdrawn", onset="incompatible").flags == ()
    assert scored(**BETTER).flags == ("got_better", "not_asked")
    with pytest.raises(StopIteration):
        scored().item("again")


def test_an_answer_built_on_an_earlier_one_names_the_facts_behind_both() -> None:
    assert scored(drug_level="toxic").item("strong").facts == ("onset", "drug_level")
    assert scored(drug_test="positive").item("strong").facts == ("drug_test",)
    assert facts_behind(FLOW, "strong") == ("drug_test", "onset", "drug_level")
    assert facts_behind(FLOW, "again") == ("rechallenge",)


def test_a_table_of_results_reads_answers_and_conventions() -> None:
    assert result_number(FLOW, {"after": "yes", "better": "yes", "kind": "short"}) == 1
    assert result_number(FLOW, {}) == 3


def test_the_range_of_a_table_of_results_is_one_of_categories() -> None:
    possible = {name: (value,) for name, value in {**DEFAULTS, **BETTER}.items()}
    found = total_range(FLOW, {**possible, "rechallenge": FACTS["rechallenge"]}, {})
    assert (found.category_min, found.category_max) == ("middle", "high")
    assert (found.total_min, found.total_max) == (None, None)
    with pytest.raises(TypeError):
        _ = found.points


def test_every_way_through_the_table_is_found_once_with_what_it_looked_at() -> None:
    ways = [(dict(answers), row) for answers, row in result_table(FLOW)]
    assert len({(*sorted(answers.items()), row) for answers, row in ways}) == len(ways)
    assert ({"after": "no"}, 0) in [
        ({name: a[name] for name in ("after",)}, row) for a, row in ways if row == 0
    ]
    for answers, row in ways:
        chosen = [result_number(FLOW, {**answers, "kind": kind}) for kind in ("plain", "short")]
        assert row in chosen
    assert {row for _, row in ways} == {0, 1, 2, 3}


def test_what_was_found_of_a_range_is_found_again() -> None:
    finder = RangeFinder(FLOW, {"kind": "short"})
    first = finder(FACTS)
    assert finder(FACTS) == first == total_range(FLOW, FACTS, {"kind": "short"})
    assert finder.result_rows(FACTS) == (0, 1, 3)
    closed = {name: (value,) for name, value in {**DEFAULTS, **BETTER}.items()}
    narrow = finder(closed)
    assert (narrow.category_min, narrow.category_max) == ("high", "high")
    # Other values of a fact that only a question not looked at reads.
    assert finder({**closed, "rechallenge": FACTS["rechallenge"]}) == narrow


def test_the_range_over_several_readings_holds_each() -> None:
    finder = RangeFinder(FLOW, {})
    closed = {name: (value,) for name, value in DEFAULTS.items()}
    better = {name: (value,) for name, value in {**DEFAULTS, **BETTER}.items()}
    found = finder.over([closed, better])
    assert (found.category_min, found.category_max) == ("low", "middle")
    assert found.total_min is found.total_max is None


def test_an_algorithm_that_was_not_checked_stops_where_it_has_no_answer() -> None:
    last = FLOW.results[-1].model_copy(update={"when": ({"after": frozenset({"no"})},)})
    with pytest.raises(AssertionError):
        result_number(FLOW.model_copy(update={"results": (last,)}), {"after": "yes"})
    option = FLOW.questions["after"].options[0]
    question = FLOW.questions["after"].model_copy(update={"options": (option,)})
    open_ = FLOW.model_copy(update={"questions": {"after": question}})
    with pytest.raises(AssertionError):
        score(open_, DEFAULTS, {})
    limited = FLOW.model_copy(update={"bands": (Band(max=0, category="low"),)})
    with pytest.raises(AssertionError):
        band_number(limited, 1)


def test_no_way_through_a_sum() -> None:
    sum_ = FLOW.model_copy(update={"results": (), "bands": ()})
    assert list(result_table(sum_)) == []


def test_an_option_that_its_own_condition_to_be_asked_excludes_is_not_reached() -> None:
    text = """
id: flow
version: "1"
label: {en: x, es: x}
sources: {s: a source}
questions:
  after:
    label: {en: x, es: x}
    options:
      - {code: "no", when: [{onset: before_exposure}], ...}
      - {code: "yes", ...}
  when:
    label: {en: x, es: x}
    asked: [{after: "yes"}]
    options:
      - {code: before, when: [{onset: before_exposure}], ...}
      - {code: soon, when: [{onset: suggestive}], ...}
      - {code: later, ...}
  both:
    label: {en: x, es: x}
    options:
      - {code: "yes", when: [{after: "no", onset: suggestive}], ...}
      - {code: "no", ...}
categories: {low: {en: x, es: x}, high: {en: x, es: x}}
results:
  - {category: high, when: [{when: [before, soon]}, {both: "yes"}]}
  - {category: low}
""".replace("...", X)
    algorithm = parse_algorithm(text, "flow.yaml", prove=False)
    assert options_reached(algorithm, "after") == {0, 1}
    assert options_reached(algorithm, "when") == {1, 2}
    assert options_reached(algorithm, "both") == {1}
