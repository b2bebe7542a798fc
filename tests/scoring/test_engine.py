"""The engine: the first option whose `when` holds, points added, category by band."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.scoring import engine
from causality.scoring.engine import Scorer, answer, band, reads, score
from causality.scoring.load import load_algorithm, parse_algorithm
from causality.scoring.model import Algorithm
from causality.terms.facts import FACTS, default

TEXT = """
id: small
version: "1"
label: {en: small, es: pequeño}
sources: {s: a source}
conventions:
  strictness:
    label: {en: x, es: x}
    default: lenient
    choices: {lenient: {en: x, es: x}, strict: {en: x, es: x}}
questions:
  stopped:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 2, when: [{action: [withdrawn, single_dose], course: improved}],
         label: {en: x, es: x}, source: s}
      - {code: 2, points: 1, when: [{action: withdrawn}, {drug_level: toxic}],
         label: {en: x, es: x}, source: s, flag: stopped_only}
      - {code: 3, points: -1, when: [{course: not_improved, strictness: strict}],
         label: {en: x, es: x}, source: s}
      - {code: 0, label: {en: x, es: x}, source: s}
  rechallenge:
    label: {en: x, es: x}
    options:
      - {code: yes, points: 3, when: [{rechallenge: positive}], label: {en: x, es: x}, source: s}
      - {code: no, points: 0, label: {en: x, es: x}, source: s}
  sure:
    label: {en: x, es: x}
    options:
      - {code: 1, points: 4, when: [{stopped: "1", rechallenge: positive}],
         label: {en: x, es: x}, source: s}
      - {code: 0, points: 0, label: {en: x, es: x}, source: s}
categories: {low: {en: x, es: x}, middle: {en: x, es: x}, high: {en: x, es: x}}
bands:
  - {max: -1, category: low}
  - {max: 2, category: middle}
  - {category: high}
flags:
  back: {when: [{rechallenge: "yes"}], label: {en: x, es: x}}
  not_stopped: {when: [{stopped: "0", event_confirmed: "yes"}], label: {en: x, es: x}}
"""
SMALL: Algorithm = parse_algorithm(TEXT, "small.yaml", prove=False)
DEFAULTS = {name: default(name) for name in FACTS}


def facts(**values: str) -> Mapping[str, str]:
    return {**DEFAULTS, **values}


@pytest.mark.parametrize(
    ("values", "conventions", "code", "points"),
    [
        ({"action": "withdrawn", "course": "improved"}, {}, 1, 2),
        ({"action": "single_dose", "course": "improved"}, {}, 1, 2),
        # The first that holds, although the second holds too.
        ({"action": "withdrawn", "course": "improved", "drug_level": "toxic"}, {}, 1, 2),
        ({"action": "withdrawn"}, {}, 2, 1),
        ({"action": "single_dose"}, {}, 0, 0),
        ({"drug_level": "toxic", "course": "not_improved"}, {"strictness": "strict"}, 2, 1),
        ({"course": "not_improved"}, {"strictness": "strict"}, 3, -1),
        ({"course": "not_improved"}, {"strictness": "lenient"}, 0, 0),
        ({"course": "not_improved"}, {}, 0, 0),
        ({}, {}, 0, 0),
    ],
)
def test_the_first_option_that_holds_is_the_answer(
    values: dict[str, str], conventions: dict[str, str], code: int, points: int
) -> None:
    item = score(SMALL, facts(**values), conventions).item("stopped")
    assert (item.code, item.points) == (code, points)


@pytest.mark.parametrize(
    ("values", "used"),
    [
        ({"action": "withdrawn", "course": "improved"}, ("action", "course")),
        ({"action": "withdrawn"}, ("action",)),
        ({"drug_level": "toxic"}, ("drug_level",)),
        # No option held: all that was read decided, but for conventions.
        ({}, ("action", "course", "drug_level")),
    ],
)
def test_an_item_names_the_facts_that_decided_it(
    values: dict[str, str], used: tuple[str, ...]
) -> None:
    assert score(SMALL, facts(**values), {}).item("stopped").facts == used


def test_a_convention_is_not_named_among_the_facts_that_decided() -> None:
    result = score(SMALL, facts(course="not_improved"), {"strictness": "strict"})
    assert result.item("stopped").facts == ("course",)


def test_a_later_question_reads_the_answer_of_an_earlier_one() -> None:
    known = {"action": "withdrawn", "course": "improved", "rechallenge": "positive"}
    assert score(SMALL, facts(**known), {}).item("sure").points == 4
    assert score(SMALL, facts(**{**known, "course": "unknown"}), {}).item("sure").points == 0


def test_a_question_with_the_name_of_a_fact_does_not_replace_the_fact() -> None:
    result = score(SMALL, facts(rechallenge="positive", action="withdrawn", course="improved"), {})
    assert result.item("rechallenge").code == "yes"
    assert result.item("sure").facts == ("action", "course", "rechallenge")
    assert result.total == 2 + 3 + 4


def test_flags_come_from_options_then_from_answers_and_facts() -> None:
    stopped = score(SMALL, facts(action="withdrawn", rechallenge="positive"), {})
    assert stopped.flags == ("stopped_only", "back")
    assert score(SMALL, facts(event_confirmed="yes"), {}).flags == ("not_stopped",)
    assert score(SMALL, facts(), {}).flags == ()


def test_an_option_without_points_gives_none() -> None:
    assert score(SMALL, facts(), {}).item("stopped").points == 0


@pytest.mark.parametrize(
    ("total", "category"),
    [(-99, "low"), (-1, "low"), (0, "middle"), (2, "middle"), (3, "high"), (99, "high")],
)
def test_a_band_reaches_up_to_its_limit(total: int, category: str) -> None:
    assert band(SMALL, total).category == category


@pytest.mark.parametrize(
    ("without", "total"), [(None, 9), ("stopped", 7), ("rechallenge", 6), ("sure", 5)]
)
def test_points_of_a_question_can_be_left_out_of_the_total(without: str | None, total: int) -> None:
    known = facts(rechallenge="positive", action="withdrawn", course="improved")
    result = score(SMALL, known, {}, without=without)
    assert result.total == total
    assert result.category == band(SMALL, total).category
    assert len(result.items) == 3


def test_what_a_question_reads_is_in_the_order_of_its_options() -> None:
    assert reads(SMALL, "stopped") == ("action", "course", "drug_level", "strictness")
    assert reads(SMALL, "sure") == ("stopped", "rechallenge")


def test_the_answer_carries_its_option() -> None:
    item, option = answer(SMALL, "stopped", facts(action="withdrawn"))
    assert (item.option, option.flag) == (1, "stopped_only")


random_facts = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in FACTS.items()}
)


@given(random_facts, st.sampled_from(["broad", "narrow"]))
def test_a_scorer_gives_what_scoring_gives_also_the_second_time(
    known: dict[str, str], explorations: str
) -> None:
    algorithm = load_algorithm("sefv-h")[0]
    conventions = {"explorations": explorations}
    scorer = Scorer(algorithm, conventions, without="alternative_causes")
    wanted = score(algorithm, known, conventions, without="alternative_causes")
    assert scorer(known) == wanted
    assert scorer(dict(reversed(known.items()))) == wanted


def test_a_scorer_scores_equal_facts_once_and_others_anew() -> None:
    scorer = Scorer(SMALL, {})
    first = scorer(facts(action="withdrawn"))
    assert scorer(facts(action="withdrawn")) is first
    assert scorer(facts(action="continued")).total != first.total


def test_a_scorer_asks_again_only_what_reads_something_new(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(algorithm: Algorithm, name: str, values: Mapping[str, str]) -> object:
        asked.append(name)
        return answer(algorithm, name, values)

    monkeypatch.setattr(engine, "answer", counted)
    scorer = Scorer(SMALL, {})
    scorer(facts(action="withdrawn"))
    assert asked == ["stopped", "rechallenge", "sure"]
    scorer(facts(action="withdrawn", event_confirmed="yes"))  # read by a flag alone
    assert asked == ["stopped", "rechallenge", "sure"]
    scorer(facts(action="withdrawn", rechallenge="positive"))
    assert asked == ["stopped", "rechallenge", "sure", "rechallenge", "sure"]


def test_a_scorer_keeps_so_many_sets_of_facts_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_REMEMBERED", 2)
    scorer = Scorer(SMALL, {})
    held = [scorer(facts(action=value)) for value in ("withdrawn", "continued")]
    assert [scorer(facts(action=value)) for value in ("withdrawn", "continued")] == held
    assert scorer(facts(action="continued")) is held[1]
    assert scorer(facts(action="single_dose")) is scorer(facts(action="single_dose"))
    again = scorer(facts(action="withdrawn"))  # forgotten, and the same as before
    assert again == held[0]
    assert again is not held[0]


@given(random_facts)
def test_a_total_is_the_sum_of_its_items(known: dict[str, str]) -> None:
    result = score(load_algorithm("sefv-h")[0], known, {})
    assert result.total == sum(item.points or 0 for item in result.items)
