"""The dated events of a case: their ids, places, and the order that follows from what they are."""

import pytest

from causality.case.events import Event, case_events, event_name
from causality.case.positions import certainly_before, days_between, resolve_anchors
from causality.case.reader import parse_case
from causality.terms.dates import OPEN, Span, parse_date


def events_of(text: str) -> dict[str, Event]:
    return case_events(parse_case(f"case_id: T\n{text}\n", "case.yaml"))


def day(text: str) -> Span:
    return parse_date(text)


def calendar(event: Event) -> Span:
    assert event.position is not None
    return event.position.calendar


# Which events there are


def test_every_part_of_a_case_gives_its_events_in_the_order_of_the_file() -> None:
    events = events_of(
        """\
drugs:
  - {id: x, name: X, exposures: [{id: x1, start: 2020-03-01, stop: 2020-03-05}, {start: 2020-06}]}
reactions:
  - id: lcv
    term: purpura
    episodes:
      - id: e1
        onset: 2020-03-06
        improved: 2020-03-08
        recovered: 2020-03-20
        last_new_lesions: 2020-03-07
        treatment: [{drug: prednisone, start: 2020-03-07, stop: 2020-03-15}, {drug: dapsone}]
conditions:
  - {id: mm, term: myeloma, periods: [{id: p1, start: 2018, stop: 2019}]}
  - {id: hcv, term: hepatitis C}
investigations: [{id: biopsy, test: skin biopsy, date: 2020-03-09}, {test: ANCA}]
past_drugs: [{drug: Y, date: 2010}]
assessor: [{pair: [x, lcv], fact: onset, value: compatible, reason: r, date: 2020-04}]
"""
    )
    assert [(event.id, event.kind) for event in events.values()] == [
        ("x1.start", "exposure_start"),
        ("x1.stop", "exposure_stop"),
        ("x.2.start", "exposure_start"),
        ("e1.onset", "onset"),
        ("e1.improved", "improved"),
        ("e1.recovered", "recovered"),
        ("e1.last_new_lesions", "last_new_lesions"),
        ("e1.treatment.1.start", "treatment_start"),
        ("e1.treatment.1.stop", "treatment_stop"),
        ("e1.treatment.2.start", "treatment_start"),
        ("p1.start", "condition_start"),
        ("p1.stop", "condition_stop"),
        ("hcv.1.start", "condition_start"),
        ("biopsy", "test"),
        ("anca", "test"),
        ("past.1", "past_drug"),
        ("decision.1", "decision"),
    ]
    assert events["e1.onset"].path == ("reactions", 0, "episodes", 0, "onset")
    assert events["biopsy"].path == ("investigations", 0)
    assert events["x1.stop"].text == "2020-03-05"
    assert all(key == event.id for key, event in events.items())


@pytest.mark.parametrize(
    ("outcome", "event"),
    [
        ("recovered", "e1.recovered"),
        ("recovered_with_sequelae", "e1.recovered"),
        ("recovering", "e1.improved"),
        ("fatal", "e1.died"),
        ("not_recovered", "e1.outcome"),
    ],
)
def test_outcome_implies_an_event_without_a_date(outcome: str, event: str) -> None:
    events = events_of(
        f"reactions: [{{id: r, term: x, episodes: [{{id: e1, onset: 2020, outcome: {outcome}}}]}}]"
    )
    assert list(events) == ["e1.onset", event]
    assert events[event].position is None
    assert events[event].implied_after == ("e1.onset",)
    assert events[event].path[-1] == "outcome"


@pytest.mark.parametrize("outcome", ["unknown", "null"])
def test_unknown_outcome_implies_no_event(outcome: str) -> None:
    events = events_of(
        f"reactions: [{{id: r, term: x, episodes: [{{id: e1, outcome: {outcome}}}]}}]"
    )
    assert list(events) == ["e1.onset"]


def test_missing_stop_gives_no_stop_event() -> None:
    events = events_of("drugs: [{id: x, name: x, exposures: [{start: 2020-03-01}]}]")
    assert list(events) == ["x.1.start"]
    assert events["x.1.start"].implied_before == ()


# Lengths


@pytest.mark.parametrize(
    ("keys", "start", "stop"),
    [
        ("start: 2020-03-01, duration: 4 days", "2020-03-01", "2020-03-04"),
        ("start: 2020-03-01, duration: 1 day", "2020-03-01", "2020-03-01"),
        ("start: 2020-03-01, duration: 1 month", "2020-03-01", "2020-03-28/2020-03-31"),
        ("start: 2020-03, duration: 4 days", "2020-03", "2020-03-04/2020-04-03"),
        ("start: 2020-03-01, administrations: 1", "2020-03-01", "2020-03-01"),
        ("stop: 2020-03-04, duration: 4 days", "2020-03-01", "2020-03-04"),
        ("stop: 2020-03-31, duration: 1 month", "2020-03-01/2020-03-04", "2020-03-31"),
        ("start: 2020-03-01, stop: 2020-03-09, duration: 4 days", "2020-03-01", "2020-03-09"),
    ],
)
def test_length_gives_the_missing_end_of_an_exposure(keys: str, start: str, stop: str) -> None:
    events = events_of(f"drugs: [{{id: x, name: x, exposures: [{{{keys}}}]}}]")
    assert calendar(events["x.1.start"]) == day(start)
    assert calendar(events["x.1.stop"]) == day(stop)
    assert events["x.1.stop"].implied_after == ("x.1.start",)
    assert events["x.1.start"].implied_before == ("x.1.stop",)


def test_several_administrations_do_not_say_when_they_ended() -> None:
    events = events_of(
        "drugs: [{id: x, name: x, exposures: [{start: 2020-03-01, administrations: 3}]}]"
    )
    assert list(events) == ["x.1.start"]


def test_length_gives_the_recovery_of_an_episode() -> None:
    events = events_of(
        "reactions: [{term: x, episodes: "
        "[{id: e1, onset: 2020-03-01, duration: 11 days, outcome: recovered}]}]"
    )
    assert calendar(events["e1.recovered"]) == day("2020-03-12")


def test_length_without_an_outcome_says_that_the_episode_ended() -> None:
    events = events_of(
        "reactions: [{term: x, episodes: [{id: e1, onset: 2020-03-01, duration: 11 days}]}]"
    )
    assert "e1.recovered" in events


# Stated and implied order


def test_short_names_of_events_are_given_in_full() -> None:
    events = events_of(
        """\
drugs: [{id: x, name: x, exposures: [{id: x1, stop: {after: [e1]}}, {start: {after: ["@x1.stop"]}}]}]
reactions: [{id: r, term: r, episodes: [{id: e1, onset: {before: [biopsy], after: [x1]}}]}]
conditions: [{id: mm, term: myeloma}]
investigations: [{id: biopsy, test: skin biopsy, after: [mm]}]
"""  # noqa: E501
    )
    assert events["x1.stop"].after == ("e1.onset",)
    assert events["x.2.start"].after == ("x1.stop",)
    assert events["e1.onset"].before == ("biopsy",)
    assert events["e1.onset"].after == ("x1.start",)
    assert events["biopsy"].after == ("mm.1.start",)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("e1.onset", "e1.onset"),
        ("e1", "e1.onset"),
        ("x1", "x1.start"),
        ("mm", "mm.1.start"),
        ("biopsy", "biopsy"),
        ("nothing", None),
        ("", None),
    ],
)
def test_name_leads_to_the_event_that_it_means(name: str, full: str | None) -> None:
    events = events_of(
        """\
drugs: [{name: y, exposures: [{id: x1}]}]
reactions: [{term: r, episodes: [{id: e1}]}]
conditions: [{id: mm, term: myeloma}]
investigations: [{id: biopsy, test: skin biopsy}]
"""
    )
    assert event_name(name, events) == full


def test_assumed_order_is_marked() -> None:
    events = events_of(
        """\
reactions: [{term: r, episodes: [{id: e1, onset: 2020, outcome: recovered}]}]
investigations:
  - {id: a, test: a, after: [e1], assumed: true}
  - {id: b, test: b, after: [e1]}
  - {id: c, test: c, date: {after: [e1], assumed: true}}
"""
    )
    assert [events[name].assumed for name in "abc"] == [True, False, True]


def test_recovery_without_a_date_comes_after_the_withdrawal() -> None:
    events = events_of(
        """\
drugs:
  - {id: x, name: x, exposures: [{start: 2020-01-01, stop: 2020-01-05}, {start: 2020-03-01, stop: 2020-03-09}]}
  - {id: y, name: y, exposures: [{start: 2020-03-01, stop: 2020-03-09}]}
reactions:
  - term: r
    episodes: [{id: e1, onset: 2020-03-05, outcome: recovered, actions: {x: withdrawn, y: continued}}]
"""  # noqa: E501
    )
    assert events["e1.recovered"].implied_after == ("e1.onset", "x.2.stop")


def test_recovery_with_a_date_is_not_moved_by_the_withdrawal() -> None:
    events = events_of(
        """\
drugs: [{id: x, name: x, exposures: [{start: 2020-03-01, stop: 2020-03-09}]}]
reactions:
  - term: r
    episodes: [{id: e1, onset: 2020-03-05, recovered: 2020-03-07, actions: {x: withdrawn}}]
"""
    )
    assert events["e1.recovered"].implied_after == ("e1.onset",)


def test_recovery_comes_after_the_improvement() -> None:
    events = events_of(
        "reactions: [{term: r, episodes: [{id: e1, improved: 2020-03, outcome: recovered}]}]"
    )
    assert events["e1.recovered"].implied_after == ("e1.onset", "e1.improved")


def test_treatment_of_a_reaction_comes_after_its_onset() -> None:
    events = events_of(
        "reactions: [{term: r, episodes: [{id: e1, treatment: [prednisone, dapsone]}]}]"
    )
    assert events["e1.treatment.1.start"].implied_after == ("e1.onset",)
    assert events["e1.treatment.2.start"].implied_after == ("e1.onset",)


# The indication


def test_indication_precedes_every_exposure_to_the_drug() -> None:
    events = events_of(
        """\
drugs: [{id: x, name: x, indication: Multiple Myeloma, exposures: [{start: 2020}, {start: 2021}]}]
conditions: [{id: mm, term: IgA lambda multiple myeloma}, {id: hcv, term: hepatitis C}]
"""
    )
    assert events["mm.1.start"].implied_before == ("x.1.start", "x.2.start")
    assert events["hcv.1.start"].implied_before == ()


def test_indication_is_matched_by_whole_words() -> None:
    events = events_of(
        """\
drugs: [{id: x, name: x, indication: itis, exposures: [{start: 2020}]}]
conditions: [{id: c, term: pharyngitis}]
"""
    )
    assert events["c.1.start"].implied_before == ()


def test_drug_given_before_the_condition_was_given_for_something_else() -> None:
    events = events_of(
        """\
drugs: [{id: x, name: x, indication: pharyngitis, exposures: [{start: 2019-05-01}]}]
conditions: [{id: c, term: pharyngitis, periods: [{start: 2020-03-01}]}]
"""
    )
    assert events["c.1.start"].implied_before == ()


def test_only_the_first_period_of_a_condition_precedes_its_drug() -> None:
    events = events_of(
        """\
drugs: [{id: x, name: x, indication: myeloma, exposures: [{start: 2020-03}]}]
conditions: [{id: mm, term: myeloma, periods: [{start: 2018}, {start: 2021}]}]
"""
    )
    assert events["mm.1.start"].implied_before == ("x.1.start",)
    assert events["mm.2.start"].implied_before == ()


# Anchors and the clock


def test_days_of_a_vague_anchor_keep_their_exact_distance() -> None:
    events = events_of(
        """\
anchors: {D0: 2020-03}
drugs: [{id: x, name: x, exposures: [{start: D0 day 1, stop: D0 day 4}]}]
reactions: [{term: r, episodes: [{id: e1, onset: D0 day 3, recovered: 2020-03-20}]}]
"""
    )
    start, onset = events["x.1.start"], events["e1.onset"]
    assert days_between(start.position, onset.position) == Span(2, 2)
    assert calendar(start) == day("2020-03")
    assert calendar(onset) == day("2020-03-03/2020-04-02")
    assert days_between(start.position, events["e1.recovered"].position) == Span(-11, 19)


def test_day_of_an_exact_anchor_is_a_date() -> None:
    events = events_of(
        """\
anchors: {D0: 2020-03-10}
drugs: [{id: x, name: x, exposures: [{start: D0 day -1, stop: D0 day 1}]}]
investigations: [{id: a, test: a, date: 2020-03-10}]
"""
    )
    assert calendar(events["x.1.start"]) == day("2020-03-09")
    assert calendar(events["x.1.stop"]) == day("2020-03-10")
    assert days_between(events["x.1.stop"].position, events["a"].position) == Span(0, 0)


def test_anchor_on_an_anchor_shares_its_clock() -> None:
    events = events_of(
        """\
anchors: {D2: D1 day 11, D1: D0 day 5..6, D0: 2020}
investigations: [{id: a, test: a, date: D0 day 1}, {id: b, test: b, date: D2 day 1}]
"""
    )
    assert days_between(events["a"].position, events["b"].position) == Span(14, 15)
    assert calendar(events["b"]) == day("2020-01-15/2021-01-15")


def test_anchor_without_a_date_has_a_clock_and_no_calendar() -> None:
    events = events_of(
        """\
anchors: {D0: , D1: {null_flavour: ASKU}}
investigations:
  - {id: a, test: a, date: D0 day 1}
  - {id: b, test: b, date: D0 day 8}
  - {id: c, test: c, date: D1 day 1}
"""
    )
    assert days_between(events["a"].position, events["b"].position) == Span(7, 7)
    assert days_between(events["a"].position, events["c"].position) == OPEN
    assert calendar(events["a"]) == OPEN


def test_two_vague_anchors_are_compared_on_the_calendar() -> None:
    anchors = parse_case(
        "case_id: T\nanchors: {D0: 2018, D1: 2020-03, D2: 2018-06}\n", "case.yaml"
    ).anchors
    positions = resolve_anchors(anchors)
    assert certainly_before(positions["D0"], positions["D1"])
    assert not certainly_before(positions["D0"], positions["D2"])
    assert not certainly_before(positions["D1"], positions["D0"])
    assert not certainly_before(positions["D0"], positions["D0"])
    assert not certainly_before(None, positions["D0"])


def test_events_from_day_one_on_follow_what_their_anchor_comes_after() -> None:
    events = events_of(
        """\
anchors: {D1: {from: 2020-06, to: 2020-12, after: [e1.recovered]}, D2: {before: [e1]}}
reactions: [{term: r, episodes: [{id: e1, onset: 2020-03-01, outcome: recovered}]}]
investigations:
  - {id: before, test: a, date: D1 day -1}
  - {id: first, test: b, date: D1 day 1}
  - {id: later, test: c, date: D1 day 9}
  - {id: early, test: d, date: D2 day 1}
  - {id: late, test: e, date: D2 day 2}
"""
    )
    assert events["before"].implied_after == ()
    assert events["first"].implied_after == ("e1.recovered",)
    assert events["later"].implied_after == ("e1.recovered",)
    assert events["early"].implied_before == ("e1.onset",)
    assert events["late"].implied_before == ()


def test_order_of_an_anchor_reaches_the_anchors_that_stand_on_it() -> None:
    events = events_of(
        """\
anchors: {D1: {from: 2020-06, to: 2020-12, after: [e1]}, D2: D1 day 5}
reactions: [{term: r, episodes: [{id: e1, onset: 2020-03-01}]}]
investigations: [{id: a, test: a, date: D2 day 1}]
"""
    )
    assert events["a"].implied_after == ("e1.onset",)


def test_order_of_an_exactly_dated_anchor_is_kept() -> None:
    events = events_of(
        """\
anchors: {D1: {date: 2020-06-01, after: [a]}}
investigations: [{id: a, test: a}, {id: b, test: b, date: D1 day 2}]
"""
    )
    assert events["b"].implied_after == ("a",)


def test_date_and_order_are_kept_together() -> None:
    events = events_of(
        """\
reactions: [{term: r, episodes: [{id: e1, onset: 2020-03-01}]}]
investigations: [{id: a, test: a, date: {to: 2020-06, after: [e1]}, before: [b]}, {id: b, test: b}]
"""
    )
    assert events["a"].after == ("e1.onset",)
    assert events["a"].before == ("b",)
    assert calendar(events["a"]) == Span(None, day("2020-06-30").latest)
