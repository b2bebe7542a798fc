"""All the facts of one pair at a moment (DESIGN sections 4 and 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.assessment.moment import parse_moment
from causality.cli.example import example_names, example_text
from causality.evidence.decisions import decided
from causality.evidence.derive import PairDeriver, pair_evidence
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.knowledge.load import load_knowledge
from causality.scoring.load import load_algorithm
from causality.scoring.ranges import RangeFinder
from causality.terms.facts import CLOSED_AT_DEFAULT, FACTS, default, open_values
from causality.timeline.snapshot import Snapshot, Timeline
from tests.support import case_of

KNOWLEDGE = load_knowledge()
SERIES = {"lcv_window": "series"}
STATED_ONLY = (
    "contributing_factor",
    "drug_test",
    "drug_level",
    "dose_response",
    "placebo",
    "characteristic",
    "follow_up",
    "suspected",
)


def pairs(text: str, as_of: str | None = None) -> list[PairEvidence | None]:
    case = case_of(text)
    timeline = Timeline.of(case)
    snapshot = timeline.at(parse_moment(as_of, timeline))
    return [
        pair_evidence(snapshot, drug, reaction, KNOWLEDGE, SERIES)
        for drug in case.drugs
        for reaction in case.reactions
    ]


def first_pair(text: str, as_of: str | None = None) -> PairEvidence:
    pair = pairs(text, as_of)[0]
    assert pair is not None
    return pair


def plain_case(
    exposures: str = "{start: 2018-01-01, stop: 2018-01-12}",
    episodes: str = "{id: e, onset: 2018-01-11, recovered: 2018-01-30}",
    *,
    term: str = "leukocytoclastic vasculitis",
    drug: str = "name: zzz",
    more: str = "",
) -> str:
    return f"""
case_id: pair
drugs:
  - {{id: d, {drug}, exposures: [{exposures}]}}
reactions:
  - {{id: r, term: {term}, episodes: [{episodes}]}}
{more}
"""


def published_pairs() -> Iterator[tuple[str, PairEvidence]]:
    for name in example_names():
        for pair in pairs(example_text(name)):
            if pair is not None:
                yield f"{name} {'/'.join(pair.key)}", pair


PUBLISHED = dict(published_pairs())


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_fact_is_there_with_a_value_of_the_vocabulary(name: str) -> None:
    facts = PUBLISHED[name].facts
    assert list(facts) == list(FACTS)
    for key, fact in facts.items():
        assert fact.name == key
        assert fact.value in FACTS[key]
        assert fact.possible == tuple(v for v in FACTS[key] if v in fact.possible)
        assert fact.possible
        assert fact.rule
        # With one value left it is that one, else the default or what rule 1 makes of an onset.
        if fact.known:
            assert fact.value == fact.possible[0]


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_can_only_be_stated_is_never_derived(name: str) -> None:
    facts = PUBLISHED[name].facts
    assert {facts[key].value for key in STATED_ONLY} <= {FACTS[key][-1] for key in STATED_ONLY}


@pytest.mark.parametrize("key", FACTS)
def test_a_case_that_says_nothing_leaves_a_fact_open_unless_it_is_closed_at_its_default(
    key: str,
) -> None:
    text = plain_case("{dose: 1 mg}", "{id: e, onset: null}")
    fact = first_pair(text).facts[key]
    if key == "rechallenge":  # no later exposure in the file
        assert fact.possible == ("not_done",)
    elif key in CLOSED_AT_DEFAULT:
        assert fact.possible == (FACTS[key][-1],)
    else:
        assert (fact.value, fact.possible) == (FACTS[key][-1], FACTS[key])


# Which pairs there are


@pytest.mark.parametrize(
    ("as_of", "there"), [("2017-12-31", False), ("2018-01-10", False), ("2018-01-11", True)]
)
def test_there_is_no_pair_before_the_drug_and_the_reaction_have_begun(
    as_of: str, there: bool
) -> None:
    assert (pairs(plain_case(), as_of)[0] is not None) is there


def test_a_reaction_without_an_episode_is_one_of_which_nothing_is_known() -> None:
    nothing, empty = first_pair(plain_case(episodes="")), first_pair(plain_case(episodes="{}"))
    assert nothing.index.id == "r.1"
    assert nothing.facts == empty.facts
    assert nothing.facts["course"].possible == open_values("course")
    assert pairs(plain_case(episodes=""), "2018-01-12") == [None]


@pytest.mark.parametrize(
    "episode",
    [
        "{id: e, onset: 2018-01-11, recovered: 2018-01-30, actions: {d: withdrawn}}",
        "{id: e, onset: 2018-01-11, outcome: recovering, actions: {d: continued}, treatment: none}",
        "{id: e, onset: 2018-01-11, outcome: fatal}",
        "{id: e, outcome: not_recovered, actions: {d: dose_reduced}}",
        "{id: e, treatment: [{drug: prednisone}], outcome: recovered}",
        "",
    ],
)
def test_a_drug_without_exposures_is_one_given_at_a_time_that_is_not_known(episode: str) -> None:
    nothing, empty = first_pair(plain_case("", episode)), first_pair(plain_case("{}", episode))
    for name, fact in nothing.facts.items():
        other = empty.facts[name]
        assert (fact.value, fact.possible, fact.rule) == (other.value, other.possible, other.rule)
    assert (nothing.withdrawal.outcome is None) is (episode == "")


@pytest.mark.parametrize(
    ("onset", "worsening", "flagged"),
    [
        ("2018-01-11", "true", True),
        ("2018-01-11", "false", False),
        ("2017-12-01", "true", True),
        ("null", "true", False),
    ],
)
def test_an_interval_to_a_worsening_is_said_to_be_one(
    onset: str, worsening: str, flagged: bool
) -> None:
    episode = f"{{id: e, onset: {onset}, worsening: {worsening}}}"
    fact = first_pair(plain_case(episodes=episode)).facts["onset"]
    assert ("dated_at_worsening" in dict(fact.flags)) is flagged


# Dates of a case: every combination of the days of partial dates


def day(number: int) -> str:
    return date.fromordinal(date(2018, 6, 1).toordinal() + number).isoformat()


def span_of(first: int, last: int) -> str:
    return day(first) if first == last else f"{day(first)}/{day(last)}"


def onset_on_exact_days(start: int, stop: int | None, onset: int) -> str:
    """Give the answer of rule 1 for a drug with a window of 5-42 days and no half-life."""
    if onset < start:
        return "before_exposure"
    if 5 <= onset - start <= 42:
        return "compatible"
    return "not_coherent" if stop is None or onset - stop <= 7 else "incompatible"


def possible_onsets(starts: range, stops: range | None, onsets: range) -> set[str]:
    return {
        onset_on_exact_days(start, stop, onset)
        for start in starts
        for stop in (stops if stops is not None else [None])
        for onset in onsets
        if stop is None or stop >= start
    }


def scored(possible: set[str]) -> str:
    """Give what the score uses of a set of answers (rule 1)."""
    order = ("compatible", "not_coherent", "after_unspecified", "incompatible", "before_exposure")
    if len(possible) > 1 and "before_exposure" in possible:
        return "unknown"
    return max(possible, key=order.index)


def onset_fact(starts: range, stops: range | None, onsets: range) -> Fact:
    stop = "ongoing: true" if stops is None else f"stop: {span_of(stops[0], stops[-1])}"
    text = plain_case(
        f"{{start: {span_of(starts[0], starts[-1])}, {stop}}}",
        f"{{id: e, onset: {span_of(onsets[0], onsets[-1])}}}",
    )
    return first_pair(text).facts["onset"]


def days(low: int, high: int, width: int) -> st.SearchStrategy[range]:
    return st.builds(
        lambda first, length: range(first, first + length + 1),
        st.integers(low, high),
        st.integers(0, width),
    )


@pytest.mark.parametrize(
    ("start", "onset", "value"),
    [
        ("2018-10-20", "2018-10", "unknown"),
        ("2018-10", "2018-10", "unknown"),
        ("2018-10", "2018-10-20", "unknown"),
        ("2018", "2018", "unknown"),
        ("2018-10-01", "2018-10", "not_coherent"),
        ("2018-09", "2018-10", "not_coherent"),
        ("2018-10-31", "2018-10", "unknown"),
        ("2018-11-01", "2018-10", "before_exposure"),
    ],
)
def test_a_month_that_spans_before_and_after_is_unknown(start: str, onset: str, value: str) -> None:
    text = plain_case(f"{{start: {start}, ongoing: true}}", f"{{id: e, onset: {onset}}}")
    assert first_pair(text).facts["onset"].value == value


@given(days(0, 50, 50), days(0, 60, 50))
def test_possible_onsets_of_a_drug_still_taken_are_those_of_every_day(
    starts: range, onsets: range
) -> None:
    fact = onset_fact(starts, None, onsets)
    expected = possible_onsets(starts, None, onsets)
    assert set(fact.possible) == expected
    assert fact.value == scored(expected)


@given(st.integers(0, 10), st.integers(0, 10), days(0, 70, 60))
def test_possible_onsets_of_a_drug_that_was_stopped_are_those_of_every_day(
    start: int, length: int, onsets: range
) -> None:
    # First sign and last dose are on the same calendar: a late sign is late for both.
    starts, stops = range(start, start + 1), range(start + length, start + length + 1)
    fact = onset_fact(starts, stops, onsets)
    expected = possible_onsets(starts, stops, onsets)
    assert set(fact.possible) == expected
    assert fact.value == scored(expected)


@given(days(0, 8, 8), days(9, 20, 8), days(0, 60, 40))
def test_possible_onsets_leave_no_answer_out(starts: range, stops: range, onsets: range) -> None:
    fact = onset_fact(starts, stops, onsets)
    assert possible_onsets(starts, stops, onsets) <= set(fact.possible)


def test_relative_days_on_a_vague_anchor_are_exact() -> None:
    text = plain_case(
        "{start: D0 day 1, stop: D0 day 4}", "{id: e, onset: D0 day 8}", more="anchors: {D0: 2018}"
    )
    fact = first_pair(text).facts["onset"]
    assert (fact.value, fact.params["days"]) == ("compatible", "7")


def test_day_3_of_a_drug_started_on_day_1_is_2_days() -> None:
    text = plain_case(
        "{start: D0 day 1, stop: D0 day 4}", "{id: e, onset: D0 day 3}", more="anchors: {D0: 2018}"
    )
    assert first_pair(text).facts["onset"].params["days"] == "2"


def test_order_alone_gives_an_onset_after_with_no_interval() -> None:
    text = plain_case("{id: x}", "{id: e, onset: {after: [x.start]}}")
    assert first_pair(text).facts["onset"].value == "after_unspecified"


# Starts that explain the onset


@pytest.mark.parametrize(
    ("second", "days_to_onset", "value"),
    [
        ("{start: 2018-04-01, dose: 20 mg, ongoing: true}", "10", "compatible"),
        ("{start: 2018-04-01, dose: 10 mg, ongoing: true}", "100", "not_coherent"),
        ("{start: 2018-04-01, dose: 5 mg, ongoing: true}", "100", "not_coherent"),
        ("{start: 2018-04-01, dose: 10 mg, product: B, ongoing: true}", "10", "compatible"),
        ("{start: 2018-04-01, dose: 10 mg, batch: 2, ongoing: true}", "10", "compatible"),
        ("{start: 2018-04-01, dose: 10 mg, product: A, ongoing: true}", "100", "not_coherent"),
        ("{start: 2018-04-05, dose: 10 mg, ongoing: true}", "6", "compatible"),  # a restart
        ("{start: 2018-04-12, dose: 20 mg, ongoing: true}", "100", "incompatible"),  # after it
    ],
)
def test_latency_counts_from_the_latest_start_that_explains_the_onset(
    second: str, days_to_onset: str, value: str
) -> None:
    first = "{start: 2018-01-01, stop: 2018-03-31, dose: 10 mg, product: A, batch: 1}"
    fact = first_pair(plain_case(f"{first}, {second}", "{id: e, onset: 2018-04-11}")).facts["onset"]
    assert (fact.value, fact.params["days"]) == (value, days_to_onset)


def test_a_drug_entered_twice_is_one_substance() -> None:
    text = """
case_id: twice
drugs:
  - {id: a, name: Revlimid, exposures: [{start: 2018-01-01, stop: 2018-01-20}]}
  - {id: b, name: lenalidomide, exposures: [{start: 2018-06-01, ongoing: true}]}
reactions:
  - id: r
    term: purpura
    episodes:
      - {id: e, onset: 2018-01-11, recovered: 2018-01-30}
      - {id: e2, onset: 2018-06-04}
"""
    for pair in pairs(text):
        assert pair is not None
        assert pair.facts["rechallenge"].value == "positive"
        assert pair.own_drugs == {"a", "b"}


# Index episode and earlier ones


def test_index_episode_is_the_first_that_may_follow_the_drug() -> None:
    episodes = (
        "{id: e0, onset: 2017-05-01}, {id: e1, onset: 2018-01-11}, {id: e2, onset: 2018-02-01}"
    )
    assert first_pair(plain_case(episodes=episodes)).index.id == "e1"


def test_a_reaction_that_was_only_there_before_the_drug_is_before_exposure() -> None:
    pair = first_pair(plain_case(episodes="{id: e0, onset: 2017-05-01}"))
    assert pair.facts["onset"].value == "before_exposure"


def test_a_worsening_is_dated_at_the_worsening_and_says_so() -> None:
    pair = first_pair(plain_case(episodes="{id: e, onset: 2018-01-11, worsening: true}"))
    assert pair.facts["onset"].value == "compatible"
    assert pair.facts["worsened_preexisting"].value == "yes"
    assert first_pair(plain_case()).facts["worsened_preexisting"].value == "unknown"


@pytest.mark.parametrize(
    ("drug", "past", "value"),
    [
        ("rifampicin", "", "unknown"),
        ("rifampicin", "{drug: rifampicin, outcome: reacted, reaction: LCV}", "same_substance"),
        ("rifampicin", "{drug: rifampin, outcome: reacted, reaction: purpura}", "same_substance"),
        ("rifampicin", "{drug: rifampicin, outcome: reacted, reaction: nausea}", "unknown"),
        ("rifampicin", "{drug: rifampicin, outcome: reacted}", "unknown"),
        ("rifampicin", "{drug: rifampicin, outcome: tolerated}", "none"),
        ("rifampicin", "{drug: rifampicin}", "unknown"),
        ("rifampicin", "{drug: rifabutin, outcome: reacted, reaction: LCV}", "cross_reactive"),
        ("rifampicin", "{drug: rifabutin, outcome: tolerated}", "unknown"),
        ("rifampicin", "{drug: ibuprofen, outcome: reacted, reaction: LCV}", "unknown"),
        ("zzz", "{drug: zzz, outcome: reacted, reaction: LCV}", "same_substance"),
        (
            "rifampicin",
            "{drug: rifampicin, outcome: reacted, reaction: LCV, date: 2018}",
            "unknown",
        ),
    ],
)
def test_previous_reaction_by_history(drug: str, past: str, value: str) -> None:
    text = plain_case(drug=f"name: {drug}", more=f"past_drugs: [{past}]")
    assert first_pair(text, "2018-03-01").facts["previous_reaction"].value == value


def test_an_earlier_episode_on_a_cross_reacting_drug_is_a_previous_reaction() -> None:
    text = """
case_id: cross
drugs:
  - {id: a, name: rifampicin, exposures: [{start: 2017-01-01, stop: 2017-01-20}]}
  - {id: b, name: rifabutin, exposures: [{start: 2018-06-01, stop: 2018-06-12}]}
reactions:
  - id: r
    term: LCV
    episodes:
      - {id: e1, onset: 2017-01-11, recovered: 2017-02-01}
      - {id: e2, onset: 2018-06-04}
"""
    rifampicin, rifabutin = pairs(text)
    assert rifampicin is not None
    assert rifabutin is not None
    assert rifabutin.facts["previous_reaction"].value == "cross_reactive"
    assert rifampicin.facts["previous_reaction"].value == "unknown"
    assert rifampicin.facts["rechallenge"].value == "not_done"


# Origin


def test_a_fact_that_rests_on_an_assumed_order_is_marked() -> None:
    tests = (
        "investigations: [{test: skin biopsy, after: [e.recovered], assumed: %s, result: positive}]"
    )
    for assumed, origin in (("true", "assumed"), ("false", "derived")):
        pair = first_pair(plain_case(more=tests % assumed))
        assert pair.facts["event_confirmed"].origin == origin


# What a person decided, on the plain function


def overridden(values: Mapping[str, str]) -> Mapping[str, Fact]:
    case = case_of(plain_case())
    timeline = Timeline.of(case)
    snapshot = timeline.at(parse_moment(None, timeline))
    pair = pair_evidence(snapshot, case.drugs[0], case.reactions[0], KNOWLEDGE, SERIES)
    assert pair is not None
    return decided(snapshot, pair, values).facts


@given(
    st.sampled_from(sorted(FACTS)).flatmap(
        lambda n: st.tuples(st.just(n), st.sampled_from(FACTS[n]))
    )
)
@settings(max_examples=60)
def test_a_what_if_value_replaces_the_fact_and_keeps_what_was_derived(
    what: tuple[str, str],
) -> None:
    name, value = what
    before, after = overridden({}), overridden({name: value})
    left = open_values(name) if value == default(name) else (value,)
    assert (after[name].value, after[name].possible, after[name].origin) == (
        value,
        left,
        "stated",
    )
    assert after[name].derived == before[name]
    untouched = set(FACTS) - {name} - ({"alternative_nondrug"} if name == "alternative" else set())
    assert {key: after[key] for key in untouched} == {key: before[key] for key in untouched}


def test_stated_alternative_is_taken_for_diseases_too_unless_that_is_stated() -> None:
    facts = overridden({"alternative": "ruled_out"})
    assert facts["alternative_nondrug"].value == "ruled_out"
    both = overridden({"alternative": "ruled_out", "alternative_nondrug": "possible"})
    assert both["alternative_nondrug"].value == "possible"
    only = overridden({"alternative_nondrug": "possible"})
    assert only["alternative"].value == "not_assessed"


OPEN_INDEX = plain_case(
    exposures="{start: 2018-01-15, stop: 2018-02-20}",
    episodes="{id: e1, onset: 2018-01, recovered: 2018-02-25}, {id: e2, onset: 2018-02-10,"
    " outcome: not_recovered, last_new_lesions: 2018-07-01}",
)
"""The first episode began before the drug or on it, so either of the two can be the index."""


def test_what_follows_from_one_index_episode_is_not_mixed_with_the_other() -> None:
    pair = first_pair(OPEN_INDEX)
    together = {
        (onset, course) for w in pair.worlds() for onset in w["onset"] for course in w["course"]
    }
    assert ("before_exposure", "improved") in together
    assert ("compatible", "not_improved") in together
    assert ("before_exposure", "not_improved") not in together
    # Each fact alone still shows all that is open.
    assert {"before_exposure", "compatible"} <= set(pair.facts["onset"].possible)
    assert set(pair.facts["course"].possible) == {"improved", "not_improved"}


def test_values_that_cannot_go_together_are_not_combined_in_a_range() -> None:
    pair = first_pair(OPEN_INDEX)
    ranges = RangeFinder(load_algorithm("sefv-h")[0], {})
    # Apart: not improved (-2) and an onset before the drug (-1), which no reading of the dates has.
    assert ranges(pair.possible()).points == (-7, 10)
    assert ranges.over(pair.worlds()).points == (-4, 10)


def test_a_decision_holds_whichever_episode_is_the_index() -> None:
    pair = first_pair(OPEN_INDEX)
    fact = replace(pair.facts["course"], value="unknown", possible=("unknown",), origin="stated")
    decided_pair = replace(pair, facts={**pair.facts, "course": fact})
    assert {world["course"] for world in decided_pair.worlds()} == {("unknown",)}


def test_with_one_index_episode_there_is_one_world() -> None:
    pair = first_pair(plain_case())
    assert pair.worlds() == (pair.possible(),)


# Over the moments of a case


def moments_of(timeline: Timeline) -> list[Snapshot]:
    labels = [f"@{event}" for event in timeline.sequence if not event.startswith("decision.")]
    return [timeline.at(parse_moment(label, timeline)) for label in (*labels, None)]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("name", example_names())
def test_what_is_derived_at_a_moment_depends_on_no_other_moment(name: str, backwards: bool) -> None:
    case = case_of(example_text(name))
    timeline = Timeline.of(case)
    moments = moments_of(timeline)
    for drug in case.drugs[:3]:
        for reaction in case.reactions[:2]:
            one = PairDeriver(timeline, drug, reaction, KNOWLEDGE, SERIES)
            for snapshot in reversed(moments) if backwards else moments:
                fresh = pair_evidence(snapshot, drug, reaction, KNOWLEDGE, SERIES)
                assert one.at(snapshot) == fresh


def agrees_with_new_ones(text: str, *moments: str) -> list[PairEvidence | None]:
    """Derive the first pair at some moments with one deriver; a new one must say the same."""
    case = case_of(text)
    timeline = Timeline.of(case)
    drug, reaction = case.drugs[0], case.reactions[0]
    one = PairDeriver(timeline, drug, reaction, KNOWLEDGE, SERIES)
    found = []
    for moment in moments:
        snapshot = timeline.at(parse_moment(moment, timeline))
        found.append(one.at(snapshot))
        assert found[-1] == pair_evidence(snapshot, drug, reaction, KNOWLEDGE, SERIES)
    return found


def prior(found: list[PairEvidence | None]) -> list[str]:
    return [pair.facts["prior_knowledge"].value for pair in found if pair]


def test_knowledge_counts_by_the_end_of_its_year_at_every_moment() -> None:
    drug, year = next(
        (drug.name_en, report.year)
        for drug in KNOWLEDGE.drugs
        for report in KNOWLEDGE.reports_on(drug, frozenset({"cutaneous_small_vessel"}))
        if report.year
    )
    days = [f"{year}-12-{day}" for day in (29, 30, 31)] + [
        f"{year + 1}-01-0{day}" for day in (1, 2)
    ]
    text = plain_case(
        "{start: 1960-01-01, ongoing: true}",
        "{id: e, onset: 1960-01-11}",
        drug=f"name: {drug}",
        more="conditions: [{term: zzz, periods: [{start: 2030-01-01}]}]",
    )
    forwards = prior(agrees_with_new_ones(text, *days))
    backwards = prior(agrees_with_new_ones(text, *reversed(days)))
    assert forwards == backwards[::-1]
    assert forwards[:2] == ["not_searched"] * 2
    assert "not_searched" not in forwards[2:]


def test_a_listing_counts_to_the_day_at_every_moment() -> None:
    text = plain_case(
        "{start: 2018-01-01, ongoing: true}",
        "{id: e, onset: 2018-01-11}",
        drug="name: zzz, product_information: [{reaction: r, since: 2018-06-15, source: SmPC}]",
        more="conditions: [{term: zzz, periods: [{start: 2030-01-01}]}]",
    )
    found = prior(agrees_with_new_ones(text, "2018-06-14", "2018-06-15", "2018-06-16"))
    assert found == ["not_searched", "well_known", "well_known"]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("indication", "key", "exposures", "certain"),
    [
        # a disease was there from the first dose of its drug, where that came before the onset
        ("multiple myeloma", "myeloma", "{id: b2, start: 2018-03}", [[], [], [False]]),
        (
            "multiple myeloma",
            "myeloma",
            "{id: b2, start: 2018-03}, {id: b1, start: 2018-02, stop: 2018-03-20}",
            [[True], [True], [True]],
        ),
        # an infection for some weeks after the last dose of its drug
        (
            "tonsillitis",
            "bacterial_infection",
            "{id: b1, start: 2017-12-01, stop: {from: 2017-12-20, to: 2018-03-20}}",
            [[], [False], [False]],
        ),
        (
            "tonsillitis",
            "bacterial_infection",
            "{id: b2, start: 2018-03}, {id: b1, start: 2017-12-01}",
            [[], [], [False]],
        ),
    ],
)
def test_what_another_drug_was_given_for_is_known_from_its_doses(
    indication: str, key: str, exposures: str, certain: list[list[bool]], backwards: bool
) -> None:
    other = (
        f"  - {{id: b, name: yyy, role: concomitant, indication: {indication},"
        f" exposures: [{exposures}]}}\nreactions:"
    )
    text = plain_case("{start: 2018-03-01, ongoing: true}", "{id: e, onset: 2018-03-11}").replace(
        "reactions:", other
    )
    days = ["2018-03-11", "2018-03-20", "2018-03-31"]
    found = agrees_with_new_ones(text, *(days[::-1] if backwards else days))
    told = [
        [each.certain for f in pair.findings if f.id == key for each in f.presences]
        for pair in found
        if pair
    ]
    assert told == (certain[::-1] if backwards else certain)


# Which doses an open order bears on


@pytest.mark.parametrize(
    ("exposures", "opened"),
    [
        # among the doses before the onset
        ("{id: a, start: 2018-01-05}, {id: b, start: 2018-01, stop: 2018-03-01}", True),
        # among the doses of a later course
        (
            "{id: a, start: 2018-01-01, stop: 2018-03-01}, {id: b, start: 2018-09-05},"
            " {id: c, start: 2018-09}",
            False,
        ),
        # the reaction came on the second of three courses
        (
            "{id: z, start: 2017-01-01, stop: 2017-02-01}, {id: a, start: 2018-01-01,"
            " stop: 2018-03-01}, {id: b, start: 2018-09-05}, {id: c, start: 2018-09}",
            False,
        ),
        (
            "{id: z, start: 2017-01-05}, {id: y, start: 2017-01, stop: 2017-02-01},"
            " {id: a, start: 2018-01-01, stop: 2018-03-01}",
            True,
        ),
        (
            "{id: z, start: 2017-01-01, stop: 2017-02-01}, {id: a, start: 2018-01-05},"
            " {id: b, start: 2018-01, stop: 2018-03-01}",
            True,
        ),
    ],
)
def test_only_an_open_order_up_to_the_index_course_bears_on_the_onset(
    exposures: str, opened: bool
) -> None:
    pair = first_pair(plain_case(exposures, "{id: e, onset: 2018-02-05, recovered: 2018-03-20}"))
    facts = pair.facts
    assert "order_of_doses_open" in [code for code, _ in facts["rechallenge"].flags]
    assert (facts["course"].possible == open_values("course")) is opened
    assert (facts["onset"].possible == open_values("onset")) is opened
    assert pair.choices == ()


def test_the_diseases_are_looked_at_around_each_episode_that_may_be_the_index() -> None:
    infection = (
        "conditions: [{term: tonsillitis, periods: [{start: 2017-12-20, stop: 2017-12-28}]}]"
    )
    pair = first_pair(OPEN_INDEX + infection)
    found = [facts["alternative_nondrug"].value for facts in pair.choices]
    assert sorted(set(found)) == ["not_assessed", "possible"]


@pytest.mark.parametrize(
    ("half_life", "again", "value"),
    [
        # an undated recovery: published ones take 28 days, and 5 half-lives more
        ("", "2018-02-09", "unknown"),
        ("", "2018-02-10", "positive"),
        ("half_life: 1 d, ", "2018-02-14", "unknown"),
        ("half_life: 1 d, ", "2018-02-15", "positive"),
        ("half_life: 40 d, ", "2018-02-15", "uninformative"),
    ],
)
def test_a_re_exposure_is_held_against_the_time_to_recover_and_the_half_life(
    half_life: str, again: str, value: str
) -> None:
    doses = "{id: a, start: 2018-01-01, stop: 2018-01-12}, {id: b, start: %s, stop: 2018-02-20}"
    episodes = "{id: e, onset: 2018-01-11, outcome: recovered}, {id: e2, onset: 2018-02-17}"
    pair = first_pair(plain_case(doses % again, episodes, drug=f"{half_life}name: zzz"))
    assert pair.facts["rechallenge"].value == value
    assert pair.withdrawal is not None
    assert (pair.withdrawal.outcome, pair.withdrawal.action_event) == ("recovered", "a.stop")


@pytest.mark.parametrize(
    ("half_life", "value"), [("", "unknown"), ("half_life: 6 d, ", "positive")]
)
def test_a_reaction_while_the_drug_is_still_there_is_a_recurrence(
    half_life: str, value: str
) -> None:
    doses = "{id: a, start: 2018-01-01, stop: 2018-01-12}, {id: b, start: 2018-04-01, stop: %s}"
    episodes = "{id: e, onset: 2018-01-11, recovered: 2018-01-30}, {id: e2, onset: 2018-04-29}"
    pair = first_pair(plain_case(doses % "2018-04-06", episodes, drug=f"{half_life}name: zzz"))
    assert pair.facts["rechallenge"].value == value


def test_only_an_answer_can_rest_on_an_assumed_order() -> None:
    found = {}
    for when in ("after: [e.recovered], assumed: true", "date: 2018-01-15"):
        tests = f"investigations: [{{test: skin biopsy, {when}, result: negative}}]"
        fact = first_pair(plain_case(more=tests)).facts["event_confirmed"]
        found[when] = (fact.value, fact.origin)
    assert list(found.values()) == [("no", "assumed"), ("no", "derived")]
