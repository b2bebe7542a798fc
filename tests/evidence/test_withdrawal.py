"""What was done with the drug and what the reaction did (DESIGN section 5, rule 2)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.assess import assess_case, make_method
from causality.evidence.fact import Fact, not_reported, settled
from causality.evidence.withdrawal import RecoveryWindow, action, course, improvement_explained_by
from causality.knowledge.load import load_knowledge
from causality.measures.values import WithdrawalMeasures
from causality.terms.dates import OPEN, Span
from causality.terms.facts import FACTS
from tests.support import case_of

SKIN = RecoveryWindow(skin_limited=28, ulcerated=84, visceral=84, source="a source")
WITHDRAWN = settled("action", "withdrawn", "t")
SINGLE = settled("action", "single_dose", "t")
CONTINUED = settled("action", "continued", "t")
UNKNOWN = not_reported("action")
OFF = [WITHDRAWN, SINGLE]


def measures(**values: Any) -> WithdrawalMeasures:
    return WithdrawalMeasures(**values)


def exactly(days: int) -> Span:
    return Span(days, days)


def flags(fact: Fact) -> list[str]:
    return [code for code, _ in fact.flags]


# Action


@pytest.mark.parametrize(
    ("found", "value"),
    [
        # Nothing is reported: a missing stop is unknown, not "continued".
        ({}, "unknown"),
        ({"stop_after_onset": OPEN}, "unknown"),
        ({"stated_action": "unknown"}, "unknown"),
        ({"stated_action": "not_applicable"}, "unknown"),
        # One administration.
        ({"single": True}, "single_dose"),
        ({"single": True, "stated_action": "withdrawn"}, "single_dose"),
        ({"single": True, "stop_after_onset": exactly(-20)}, "single_dose"),
        # What the report states.
        ({"stated_action": "withdrawn"}, "withdrawn"),
        ({"stated_action": "dose_reduced"}, "dose_reduced"),
        ({"stated_action": "dose_increased"}, "dose_increased"),
        ({"stated_action": "continued"}, "continued"),
        ({"stated_action": "continued", "stop_after_onset": exactly(300)}, "continued"),
        ({"stated_action": "unknown", "ongoing": True}, "continued"),
        # The course was completed before the onset.
        ({"stop_after_onset": exactly(-1)}, "withdrawn"),
        ({"stop_after_onset": Span(-30, -1)}, "withdrawn"),
        ({"stop_after_onset": Span(None, -1)}, "withdrawn"),
        # Stopped after the onset.
        ({"stop_after_onset": exactly(0)}, "withdrawn"),
        ({"stop_after_onset": exactly(1)}, "withdrawn"),
        ({"stop_after_onset": Span(0, None)}, "withdrawn"),
        (
            {"stop_after_onset": exactly(5), "improvement": exactly(3), "improvement_dated": True},
            "withdrawn",
        ),
        (
            {"stop_after_onset": exactly(5), "improvement": exactly(0), "improvement_dated": True},
            "withdrawn",
        ),
        # Given on until the reaction had improved: it was not withdrawn for it.
        (
            {
                "stop_after_onset": exactly(90),
                "improvement": exactly(-1),
                "improvement_dated": True,
            },
            "continued",
        ),
        # Dates that leave it open whether the improvement came before the stop.
        (
            {"stop_after_onset": exactly(9), "improvement": Span(-5, 5), "improvement_dated": True},
            "unknown",
        ),
        # Without a stop: a change of dose, else what goes on.
        ({"dose_change": "reduced", "ongoing": True}, "dose_reduced"),
        ({"dose_change": "increased", "ongoing": True}, "dose_increased"),
        ({"dose_change": "reduced"}, "dose_reduced"),
        ({"ongoing": True}, "continued"),
    ],
)
def test_action(found: dict[str, Any], value: str) -> None:
    fact = action(measures(**found))
    assert (fact.name, fact.value) == ("action", value)


@pytest.mark.parametrize(
    ("stop", "rule"),
    [
        (exactly(-1), "completed"),
        (Span(None, -1), "completed"),
        (exactly(0), "stopped_after_onset"),
        (Span(-1, 0), "ended"),
    ],
)
def test_a_course_was_completed_where_its_last_dose_came_before_the_onset(
    stop: Span, rule: str
) -> None:
    assert action(measures(stop_after_onset=stop)).rule == f"action.{rule}"


def test_an_action_that_is_not_reported_is_open_to_every_value() -> None:
    assert action(measures()).possible == FACTS["action"]


def test_a_stop_about_the_improvement_leaves_withdrawn_and_continued_open() -> None:
    found = measures(stop_after_onset=exactly(9), improvement=Span(-5, 5), improvement_dated=True)
    assert action(found).possible == ("withdrawn", "continued")


@pytest.mark.parametrize(
    ("stop", "improvement", "dated", "expected"),
    [
        (9, None, False, ("withdrawn", "action.stopped_after_onset")),
        (9, Span(0, 0), True, ("withdrawn", "action.stopped")),
        (9, Span(-1, -1), True, ("continued", "action.stopped_later")),
        (9, Span(-5, -1), True, ("continued", "action.stopped_later")),
        (9, Span(-1, 0), True, ("unknown", "action.stopped_about_improvement")),
        (9, Span(-5, 5), True, ("unknown", "action.stopped_about_improvement")),
        # an improvement without a date of its own, placed by an order or not at all
        (9, Span(None, -1), False, ("continued", "action.stopped_later")),
        (9, Span(0, None), False, ("withdrawn", "action.stopped")),
        (9, OPEN, False, ("unknown", "action.improvement_undated")),
        (9, Span(None, 0), False, ("unknown", "action.improvement_undated")),
        # dates that leave it open whether the last dose came before the onset
        (Span(-1, 9), None, False, ("withdrawn", "action.ended")),
        (Span(-1, 9), OPEN, False, ("unknown", "action.improvement_undated")),
        (Span(-1, 9), Span(0, None), False, ("withdrawn", "action.ended_before_improvement")),
        # a last dose certainly before the onset
        (-1, OPEN, False, ("withdrawn", "action.completed")),
        (Span(-1, 9), Span(0, 5), True, ("withdrawn", "action.ended_before_improvement")),
        (Span(-1, 9), Span(-5, -1), True, ("continued", "action.stopped_later")),
        (Span(0, 9), Span(0, 5), True, ("withdrawn", "action.stopped")),
        (Span(0, 9), None, False, ("withdrawn", "action.stopped_after_onset")),
    ],
)
def test_the_action_by_the_last_dose_and_the_improvement(
    stop: int | Span, improvement: Span | None, dated: bool, expected: tuple[str, str]
) -> None:
    after_onset = exactly(stop) if isinstance(stop, int) else stop
    found = measures(stop_after_onset=after_onset, improvement=improvement, improvement_dated=dated)
    assert (action(found).value, action(found).rule) == expected


@pytest.mark.parametrize(
    ("taken", "value", "flagged"),
    [
        ({}, "unknown", []),
        ({"stop_after_onset": exactly(30)}, "unknown", []),
        ({"ongoing": True}, "unknown", []),
        ({"single": True}, "unknown", []),
        ({"stated_action": "unknown"}, "unknown", []),
        ({"stated_action": "withdrawn"}, "unknown", ["withdrawn_before_begun"]),
        # what a person states else of it stays
        ({"stated_action": "continued"}, "continued", []),
    ],
)
def test_nobody_withdrew_or_continued_a_drug_begun_after_the_improvement(
    taken: dict[str, Any], value: str, flagged: list[str]
) -> None:
    found = measures(
        begun_after_improvement=True, improvement=exactly(-20), improvement_dated=True, **taken
    )
    fact = action(found)
    assert (fact.value, fact.possible, flags(fact)) == (value, (value,), flagged)


def test_a_recovery_without_a_date_leaves_open_whether_the_drug_was_still_given() -> None:
    found = measures(stop_after_onset=exactly(283), outcome="recovered", improvement=OPEN)
    fact = action(found)
    assert (fact.value, fact.possible) == ("unknown", ("withdrawn", "continued"))
    assert course(found, fact, SKIN).value == "improved"
    stated = action(found._replace(stated_action="withdrawn"))
    assert (stated.value, stated.possible) == ("withdrawn", ("withdrawn",))


def test_the_day_of_an_improvement_without_a_date_is_asked_for() -> None:
    case = case_of("""
case_id: undated
drugs: [{id: d, name: diclofenac, exposures: [{start: 2018-03-01, stop: 2018-12-20}]}]
reactions:
  - {id: r, term: purpura, episodes: [{id: e, onset: 2018-03-12, outcome: recovered}]}
""")
    (pair,) = assess_case(case, make_method(["sefv-h"], load_knowledge(), {})).pairs
    asked = {question.fact.name: question.text.fields for question in pair.questions}
    assert "improved" in asked["action"]


def test_a_stated_withdrawal_with_an_improvement_about_it_counts_and_stays_open() -> None:
    found = measures(stated_action="withdrawn", improvement=Span(-3, 3), improvement_dated=True)
    fact = action(found)
    assert (fact.value, fact.rule) == ("withdrawn", "action.stated")
    assert fact.possible == ("withdrawn", "continued")


def test_a_late_improvement_says_how_late_and_by_what_source() -> None:
    found = measures(outcome="recovered", improvement=exactly(40), improvement_dated=True)
    fact = course(found, WITHDRAWN, SKIN)
    assert fact.flags == (("late_improvement", {"days": "40", "limit": 28}),)
    assert fact.sources == ("a source",)


def test_an_action_rests_on_its_event() -> None:
    assert action(measures(stop_after_onset=exactly(1), action_event="d.1.stop")).events == (
        "d.1.stop",
    )


# Course


@pytest.mark.parametrize("taken", [*OFF, CONTINUED, UNKNOWN])
@pytest.mark.parametrize(
    ("outcome", "value"),
    [
        (None, "unknown"),
        ("unknown", "unknown"),
        ("recovered", "improved"),
        ("recovering", "improved"),
        ("fatal", "irreversible"),
        ("recovered_with_sequelae", "irreversible"),
    ],
)
def test_course_by_the_stated_outcome(taken: Fact, outcome: str | None, value: str) -> None:
    assert course(measures(outcome=outcome), taken, SKIN).value == value


def test_a_course_that_is_not_reported_is_open_to_every_value() -> None:
    assert course(measures(), WITHDRAWN, SKIN).possible == FACTS["course"]


@pytest.mark.parametrize("days", [-20, 0, 28, 29, 84, 85, 4000])
def test_a_stated_recovery_after_withdrawal_is_an_improvement_whenever_it_came(days: int) -> None:
    found = measures(outcome="recovered", improvement=exactly(days), improvement_dated=True)
    assert course(found, WITHDRAWN, SKIN).value == "improved"


@pytest.mark.parametrize("taken", OFF)
@pytest.mark.parametrize(
    ("extent", "elimination", "days", "late"),
    [
        ("skin_limited", 0, 28, False),
        ("skin_limited", 0, 29, True),
        ("ulcerated", 0, 84, False),
        ("ulcerated", 0, 85, True),
        ("visceral", 0, 84, False),
        ("visceral", 0, 85, True),
        # 5 half-lives are added.
        ("skin_limited", 10, 38, False),
        ("skin_limited", 10, 39, True),
        ("visceral", 65, 149, False),
        ("visceral", 65, 150, True),
    ],
)
def test_a_late_improvement_is_flagged_beyond_the_window_of_its_extent(
    taken: Fact, extent: str, elimination: int, days: int, late: bool
) -> None:
    limits = RecoveryWindow(
        skin_limited=28, ulcerated=84, visceral=84, elimination=elimination, source="a source"
    )
    found = measures(
        outcome="recovered", improvement=exactly(days), improvement_dated=True, extent=extent
    )
    fact = course(found, taken, limits)
    assert fact.value == "improved"
    assert flags(fact) == (["late_improvement"] if late else [])


def test_an_improvement_that_may_be_in_time_is_not_called_late() -> None:
    found = measures(outcome="recovered", improvement=Span(20, 60), improvement_dated=True)
    assert flags(course(found, WITHDRAWN, SKIN)) == []


def test_where_no_recovery_time_is_published_nothing_is_late() -> None:
    found = measures(outcome="recovered", improvement=exactly(4000), improvement_dated=True)
    assert flags(course(found, WITHDRAWN, RecoveryWindow())) == []


@pytest.mark.parametrize("taken", OFF)
def test_an_undated_improvement_after_withdrawal_is_flagged(taken: Fact) -> None:
    fact = course(measures(outcome="recovered", improvement=Span(0, None)), taken, SKIN)
    assert fact.value == "improved"
    assert flags(fact) == ["interval_to_improvement_not_reported"]


def test_an_interval_is_not_asked_for_while_the_drug_went_on() -> None:
    assert flags(course(measures(outcome="recovered"), CONTINUED, SKIN)) == []


@pytest.mark.parametrize("taken", [*OFF, CONTINUED, UNKNOWN])
@pytest.mark.parametrize("outcome", [None, "unknown", "not_recovered"])
@pytest.mark.parametrize(
    ("new_lesions", "persists"),
    [
        (None, False),
        (OPEN, False),
        (exactly(-3), False),
        (exactly(28), False),
        (Span(20, 60), False),
        (Span(None, 60), False),
        (exactly(29), True),
        (Span(29, 60), True),
        (Span(29, None), True),
    ],
)
def test_not_improved_after_withdrawal_needs_new_lesions_after_the_window(
    taken: Fact, outcome: str | None, new_lesions: Span | None, persists: bool
) -> None:
    found = measures(
        outcome=outcome, new_lesions=new_lesions, new_lesions_event="e.last_new_lesions"
    )
    fact = course(found, taken, SKIN)
    assert fact.name == "course"
    if persists:
        assert (fact.value, fact.possible) == ("not_improved", ("not_improved",))
        assert fact.events == ("e.last_new_lesions",)
        assert (fact.params, fact.sources) == ({"limit": 28}, ("a source",))
    elif taken is not CONTINUED:
        assert fact.value == "unknown"
        assert "not_improved" in fact.possible


def test_the_window_for_new_lesions_has_5_half_lives_added() -> None:
    limits = RecoveryWindow(skin_limited=28, ulcerated=84, visceral=84, elimination=10)
    for days, value in ((38, "unknown"), (39, "not_improved")):
        found = measures(outcome="not_recovered", new_lesions=exactly(days))
        assert course(found, WITHDRAWN, limits).value == value


def test_without_a_published_window_new_lesions_prove_nothing() -> None:
    found = measures(outcome="not_recovered", new_lesions=exactly(500))
    assert course(found, WITHDRAWN, RecoveryWindow()).value == "unknown"


def test_new_lesions_before_a_later_recovery_do_not_undo_it() -> None:
    found = measures(outcome="recovered", new_lesions=exactly(40))
    assert course(found, WITHDRAWN, SKIN).value == "improved"


@pytest.mark.parametrize("taken", [*OFF, UNKNOWN])
def test_not_recovered_off_the_drug_may_only_mean_that_nobody_looked_long_enough(
    taken: Fact,
) -> None:
    fact = course(measures(outcome="not_recovered", outcome_event="e.outcome"), taken, SKIN)
    assert (fact.name, fact.value) == ("course", "unknown")
    assert fact.possible == ("improved", "not_improved", "unknown")
    assert fact.events == ("e.outcome",)


@pytest.mark.parametrize(
    ("outcome", "value"),
    [(None, "improved"), ("unknown", "improved"), ("not_recovered", "not_improved")],
)
def test_a_dated_improvement_counts_unless_the_reaction_is_stated_to_go_on(
    outcome: str | None, value: str
) -> None:
    found = measures(outcome=outcome, improvement=exactly(5), improvement_dated=True)
    assert course(found, CONTINUED, SKIN).value == value


def test_not_recovered_while_the_drug_went_on_is_not_improved() -> None:
    fact = course(measures(outcome="not_recovered", outcome_event="e.outcome"), CONTINUED, SKIN)
    assert (fact.name, fact.possible) == ("course", ("not_improved",))
    assert fact.events == ("e.outcome",)


# What explains the improvement

IMPROVED = settled("course", "improved", "t")


@pytest.mark.parametrize(
    ("outcome", "value"),
    [("not_improved", "unknown"), ("irreversible", "unknown"), ("unknown", "unknown")],
)
def test_what_did_not_improve_has_nothing_to_explain(outcome: str, value: str) -> None:
    fact = improvement_explained_by(
        measures(steroid=exactly(0)), WITHDRAWN, settled("course", outcome, "t")
    )
    assert fact.value == value


@pytest.mark.parametrize("taken", OFF)
@pytest.mark.parametrize(
    ("steroid", "in_time", "value", "flagged"),
    [
        (None, False, "unknown", False),  # no corticosteroid on file is not "none was given"
        (exactly(-4), True, "unknown", False),
        (exactly(-3), True, "treatment", True),
        (exactly(0), True, "treatment", True),
        (exactly(20), True, "treatment", True),
        (exactly(20), False, "unknown", False),  # after the improvement
        (Span(-3, 10), True, "treatment", True),
        (Span(0, None), True, "treatment", True),
        (Span(-30, -4), True, "unknown", False),
        (Span(-10, 2), True, "unknown", False),  # perhaps before
        (OPEN, True, "unknown", False),
    ],
)
def test_a_corticosteroid_from_3_days_before_withdrawal_explains_the_improvement(
    taken: Fact, steroid: Span | None, in_time: bool, value: str, flagged: bool
) -> None:
    found = measures(steroid=steroid, steroid_before_improvement=in_time, steroid_event="s.start")
    fact = improvement_explained_by(found, taken, IMPROVED)
    assert fact.value == value
    assert flags(fact) == (["steroid_treated_dechallenge"] if flagged else [])


@given(st.integers(-15, 15), st.integers(0, 15))
def test_a_vague_start_of_the_corticosteroid_keeps_the_answers_of_all_its_days(
    first: int, length: int
) -> None:
    span = Span(first, first + length)
    fact = improvement_explained_by(measures(steroid=span), WITHDRAWN, IMPROVED)
    days = range(first, first + length + 1)
    assert (fact.value == "treatment") == all(day >= -3 for day in days)
    assert ("treatment" in fact.possible) or all(day < -3 for day in days)
    assert ("unknown" in fact.possible) == any(day < -3 for day in days)


def test_stated_without_treatment_nothing_else_explains_it() -> None:
    for taken in (*OFF, CONTINUED, UNKNOWN):
        found = measures(untreated=True)
        assert improvement_explained_by(found, taken, IMPROVED).value == "nothing_else"


@pytest.mark.parametrize("taken", [CONTINUED, settled("action", "dose_increased", "t")])
@pytest.mark.parametrize(
    ("found", "value", "possible"),
    [
        ({"treated": True}, "treatment", {"treatment"}),
        ({"other_treatment": True}, "unknown", {"treatment", "tolerance", "nothing_else"}),
        ({}, "unknown", set(FACTS["improvement_explained_by"])),
    ],
)
def test_what_explains_an_improvement_on_the_drug(
    taken: Fact, found: dict[str, Any], value: str, possible: set[str]
) -> None:
    fact = improvement_explained_by(measures(**found), taken, IMPROVED)
    assert (fact.value, set(fact.possible)) == (value, possible)


# From the dates of a case


def facts_of(exposure: str, episode: str, drug: str = "zzz", more: str = "") -> dict[str, Fact]:
    case = case_of(f"""
case_id: withdrawal
drugs:
  - {{id: d, name: {drug}, exposures: [{{{exposure}}}]}}
{more}
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{id: e, onset: 2018-01-11, {episode}}}]
""")
    method = make_method(["sefv-h"], load_knowledge(), {})
    return dict(assess_case(case, method).pairs[0].evidence.facts)


@pytest.mark.parametrize(
    ("exposure", "episode", "taken", "outcome"),
    [
        ("start: 2018-01-01", "outcome: unknown", "unknown", "unknown"),
        ("start: 2018-01-01, ongoing: true", "outcome: unknown", "continued", "unknown"),
        ("start: 2018-01-01, stop: 2018-01-12", "outcome: unknown", "withdrawn", "unknown"),
        ("start: 2018-01-01, stop: 2018-01-08", "outcome: unknown", "withdrawn", "unknown"),
        (
            "start: 2018-01-01, administrations: 1",
            "recovered: 2018-01-20",
            "single_dose",
            "improved",
        ),
        ("start: 2018-01-01, frequency: once", "recovered: 2018-01-20", "single_dose", "improved"),
        ("start: 2018-01-01", "recovered: 2018-01-20", "unknown", "improved"),
        (
            "start: 2018-01-01, stop: 2018-06-01",
            "recovered: 2018-01-20",
            "continued",
            "improved",
        ),
        ("start: 2018-01-01, stop: 2018-01-12", "outcome: fatal", "withdrawn", "irreversible"),
        ("start: 2018-01-01", "actions: {d: withdrawn}", "withdrawn", "unknown"),
        (
            "start: 2018-01-01",
            "outcome: recovered, actions: {d: continued}",
            "continued",
            "improved",
        ),
    ],
)
def test_action_and_course_from_a_case(
    exposure: str, episode: str, taken: str, outcome: str
) -> None:
    facts = facts_of(exposure, episode)
    assert (facts["action"].value, facts["course"].value) == (taken, outcome)


@pytest.mark.parametrize(
    ("day", "late"), [("2018-02-09", False), ("2018-02-10", True), ("2018-03-05", True)]
)
def test_days_to_recovery_count_from_the_last_dose(day: str, late: bool) -> None:
    facts = facts_of("start: 2018-01-01, stop: 2018-01-12", f"recovered: {day}")
    assert ("late_improvement" in flags(facts["course"])) is late


def test_half_life_of_the_case_file_lengthens_the_window_of_recovery() -> None:
    for day, late in (("2018-03-01", False), ("2018-03-02", True)):
        facts = facts_of(
            "start: 2018-01-01, stop: 2018-01-12", f"recovered: {day}", "zzz, half_life: 4 days"
        )
        assert ("late_improvement" in flags(facts["course"])) is late


@pytest.mark.parametrize(
    ("treatment", "value"),
    [
        ("treatment: [{drug: prednisone, start: 2018-01-09}]", "treatment"),
        ("treatment: [{drug: prednisone, start: 2018-01-19}]", "treatment"),
        ("treatment: [{drug: prednisone, start: 2018-01-20}]", "treatment"),
        ("treatment: [{drug: prednisone, start: 2018-01-21}]", "unknown"),
        ("treatment: [{drug: prednisone}]", "treatment"),
        ("treatment: [{drug: zzz cream, start: 2018-01-12}]", "unknown"),
        ("treatment: none", "nothing_else"),
        ("outcome: recovered", "unknown"),
    ],
)
def test_steroid_treated_dechallenge_from_a_case(treatment: str, value: str) -> None:
    facts = facts_of("start: 2018-01-01, stop: 2018-01-12", f"recovered: 2018-01-20, {treatment}")
    assert facts["improvement_explained_by"].value == value
    assert facts["course"].value == "improved"


@pytest.mark.parametrize(
    ("start", "value"),
    [("2018-01-12", "treatment"), ("2018-01-20", "treatment"), ("2018-01-21", "unknown")],
)
def test_a_corticosteroid_after_the_improvement_explains_none_of_it(start: str, value: str) -> None:
    episode = f"recovered: 2018-01-20, treatment: [{{drug: prednisone, start: {start}}}]"
    facts = facts_of("start: 2018-01-01, ongoing: true", episode)
    assert facts["improvement_explained_by"].value == value


def test_a_corticosteroid_long_before_the_withdrawal_is_no_treatment_of_it() -> None:
    other = "  - {id: p, name: prednisone, role: concomitant, exposures: [{start: %s}]}"
    found = [
        facts_of("start: 2018-01-01, stop: 2018-01-12", "recovered: 2018-01-20", more=other % day)[
            "improvement_explained_by"
        ].value
        for day in ("2017-06-01", "2018-01-08", "2018-01-09", "2018-01-21")
    ]
    assert found == ["unknown", "unknown", "treatment", "unknown"]


def test_a_corticosteroid_perhaps_after_the_improvement_does_not_certainly_explain_it() -> None:
    facts = facts_of(
        "start: 2018-01-01, stop: 2018-01-12",
        "recovered: 2018-01-20, treatment: [{drug: prednisone, start: 2018-01-12/2018-02-28}]",
    )
    fact = facts["improvement_explained_by"]
    assert "unknown" in fact.possible
    assert fact.value == "unknown"


@pytest.mark.parametrize(
    ("exposure", "episode", "value", "rule"),
    [
        ("start: 2018-02-02, stop: 2018-02-12", "", "unknown", "action.begun_later"),
        ("start: 2018-02-02, ongoing: true", "", "unknown", "action.begun_later"),
        ("start: 2018-02-02, administrations: 1", "", "unknown", "action.begun_later"),
        ("start: {after: [e.improved]}", "", "unknown", "action.begun_later"),
        # on the day of the improvement it may have been given before
        ("start: 2018-02-01, stop: 2018-02-12", "", "continued", "action.stopped_later"),
        ("start: 2018-02, stop: 2018-02-12", "", "continued", "action.stopped_later"),
        ("stop: 2018-02-12", "", "continued", "action.stopped_later"),
        ("start: 2018-02-02", "actions: {d: dose_reduced}", "dose_reduced", "action.stated"),
        ("start: 2018-02-02", "actions: {d: withdrawn}", "unknown", "action.begun_later"),
    ],
)
def test_a_drug_begun_after_the_improvement_was_not_still_given(
    exposure: str, episode: str, value: str, rule: str
) -> None:
    more = f", {episode}" if episode else ""
    facts = facts_of(exposure, f"improved: 2018-02-01, recovered: 2018-03-01{more}")
    assert (facts["action"].value, facts["action"].rule) == (value, rule)
    assert facts["course"].value == "improved"


def test_a_recovery_before_the_last_dose_earns_no_dechallenge() -> None:
    facts = facts_of(
        "start: 2018-01-01, stop: 2018-02-12", "recovered: 2018-01-20, actions: {d: withdrawn}"
    )
    assert facts["action"].value == "continued"
    assert [code for code, _ in facts["action"].flags] == ["improved_before_last_dose"]


@pytest.mark.parametrize(
    ("improvement", "value", "possible"),
    [
        (Span(0, 5), "withdrawn", {"withdrawn"}),
        (Span(0, 0), "withdrawn", {"withdrawn"}),
        (Span(-3, 0), "withdrawn", {"withdrawn", "continued"}),
        (Span(-1, 30), "withdrawn", {"withdrawn", "continued"}),
        (Span(-3, -1), "continued", {"continued"}),
    ],
)
def test_a_stated_withdrawal_stays_where_dates_leave_open_an_earlier_improvement(
    improvement: Span, value: str, possible: set[str]
) -> None:
    found = action(
        measures(
            stated_action="withdrawn",
            improvement=improvement,
            improvement_dated=True,
            stop_after_onset=exactly(4),
        )
    )
    assert (found.value, set(found.possible)) == (value, possible)
