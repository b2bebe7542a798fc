"""The patient-days of the reference case, counted by hand from the dates of its file."""

from datetime import date
from functools import cache

import pytest

from causality.assessment.assess import assess_case, make_method
from causality.assessment.ranking_json import ranking_json
from causality.case.reader import parse_case
from causality.cli.example import example_text
from causality.knowledge.load import load_knowledge
from causality.ranking.contrast import Contrast
from causality.ranking.entries import Comparison
from causality.ranking.readings import READINGS
from causality.terms.dates import Span
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})


@cache
def of_lenalidomide() -> Comparison:
    case = parse_case(example_text("lenalidomide"), "lenalidomide")
    ranking = next(r for r in assess_case(case, METHOD).ranking if r.reaction.id == "lcv")
    return next(c for c in ranking.comparisons if c.drug.id == "len")


def days(first: date, last: date) -> int:
    """Return the days from one date up to, and not on, another."""
    return (last - first).days


def test_observed_time_runs_from_the_gammopathy_to_the_last_date_of_the_file() -> None:
    observed = of_lenalidomide().contrast.observed
    # Earliest end: the first protocol stops on 2023-02-01 and the second begins a day later or
    # more; its day 25 is then 2023-02-26.
    assert observed.earliest == days(date(2017, 1, 31), date(2023, 2, 27))
    assert observed.latest == days(date(2017, 1, 1), date(2024, 2, 24))


OFF_BEFORE = Span(
    days(date(2017, 1, 31), date(2018, 10, 1)), days(date(2017, 1, 1), date(2018, 10, 31))
)
OFF_RELAPSE_1 = Span(
    days(date(2021, 4, 30), date(2022, 10, 1)), days(date(2021, 4, 1), date(2022, 10, 31))
)


def test_active_disease_without_lenalidomide_is_counted_and_named_as_it_was() -> None:
    telling = [s for s in of_lenalidomide().contrast.stretches if s.reading == "off_active_none"]
    assert [(s.active, s.days) for s in telling] == [
        (("monoclonal gammopathy of uncertain significance, IgA lambda",), OFF_BEFORE),
        (("IgA lambda multiple myeloma",), OFF_RELAPSE_1),
        # From the second relapse (2022-10) to the first protocol (by 2023-01-04): perhaps none.
        (("IgA lambda multiple myeloma",), Span(0, days(date(2022, 10, 1), date(2023, 1, 4)))),
    ]
    assert [s.suppressing for s in telling] == [(), ("dexamethasone",), ("dexamethasone",)]


def test_cells_of_the_reference_case() -> None:
    cells = {(c.drug, c.condition): c.days for c in of_lenalidomide().contrast.cells}
    on = cells["on", "active"]
    # The second relapse is over after the first dose of 10 mg (day 39): 38 days at least. The
    # four days of the first course lie in the myeloma too, but for the month of its diagnosis.
    assert on.earliest == 38
    # 4 days, the longest first protocol, and the 25 days of the second.
    assert on.latest == 4 + days(date(2022, 10, 1), date(2023, 3, 1)) + 25
    off = cells["off", "active"]
    assert OFF_BEFORE.earliest is not None
    assert OFF_RELAPSE_1.earliest is not None
    assert off.earliest == OFF_BEFORE.earliest + OFF_RELAPSE_1.earliest == 1127
    # The remission, less 39 days (to day 42 from the first dose) after a first course that ended
    # on its last possible day, 2019-11-30.
    assert cells["off", "inactive"].earliest == days(date(2020, 1, 9), date(2021, 4, 1))


EXACT = """
case_id: exact
drugs:
  - id: d
    name: zzz
    exposures: [{start: 2018-03-01, stop: 2018-03-10}, {start: 2018-09-01, stop: 2018-09-30}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{id: e, onset: 2018-03-08, recovered: 2018-03-20}]
conditions:
  - id: c
    term: multiple myeloma
    periods:
      - {start: 2018-01-01, stop: 2018-08-31, activity: active}
      - {start: 2018-09-01, stop: 2018-12-31, activity: remission}
"""


def exact() -> Contrast:
    (ranking,) = assess_case(case_of(EXACT), METHOD).ranking
    (comparison,) = ranking.comparisons
    return comparison.contrast


def test_with_exact_dates_every_cell_is_exact_and_they_add_up() -> None:
    found = {(c.drug, c.condition): (c.days, c.episodes, c.reading) for c in exact().cells}
    total = days(date(2018, 1, 1), date(2019, 1, 1))
    assert exact().observed == Span(total, total)
    assert sum(span.earliest or 0 for span, _, _ in found.values()) == total
    assert found["on", "active"] == (Span(10, 10), ("e",), "on_active_episode")
    # Window of the reaction: 42 days from the first dose, so until 2018-04-12.
    off = days(date(2018, 1, 1), date(2018, 3, 1)) + days(date(2018, 4, 13), date(2018, 9, 1))
    assert found["off", "active"] == (Span(off, off), (), "off_active_none")
    assert found["unknown", "active"][0] == Span(33, 33)
    assert found["on", "inactive"] == (Span(30, 30), (), "on_inactive_none")


@pytest.mark.parametrize(
    ("change", "reading"),
    [
        (("name: zzz", "name: zzz\n    indication: multiple myeloma"), "drug_treats_condition"),
        (
            ("stop: 2018-09-30}", "stop: 2018-09-30, purpose: desensitisation}"),
            "under_protocol",
        ),
        (("stop: 2018-09-30}", "stop: 2018-09-05}"), "shorter_than_latency"),
    ],
)
def test_time_on_the_drug_in_remission_tells_nothing_where_it_could_not(
    change: tuple[str, str], reading: str
) -> None:
    (ranking,) = assess_case(case_of(EXACT.replace(*change)), METHOD).ranking
    (comparison,) = ranking.comparisons
    cell = next(c for c in comparison.contrast.cells if (c.drug, c.condition) == ("on", "inactive"))
    assert cell.reading == reading


@pytest.mark.parametrize(
    ("stop", "cells"),
    [
        ("2018-03-06", [("on", "unknown")]),
        ("2018-02-08", [("on", "unknown")]),
        ("2018-02-07", []),  # 29 days before the onset: no cause of it any more
    ],
)
def test_an_acute_infection_may_act_for_28_days_after_its_end(
    stop: str, cells: list[tuple[str, str]]
) -> None:
    start = "term: tonsillitis\n    periods: [{start: 2018-02-01, stop: " + stop + "}]\n"
    text = EXACT[: EXACT.index("term: multiple myeloma")] + start
    (ranking,) = assess_case(case_of(text), METHOD).ranking
    found = [c for comparison in ranking.comparisons for c in comparison.contrast.cells]
    assert [(c.drug, c.condition) for c in found if "e" in c.episodes] == cells


def test_the_days_of_an_infection_before_the_drug_do_not_speak_for_the_drug() -> None:
    start = "term: tonsillitis\n    periods: [{start: 2018-02-10, stop: 2018-03-09}]\n"
    text = EXACT[: EXACT.index("term: multiple myeloma")] + start
    (ranking,) = assess_case(case_of(text), METHOD).ranking
    (comparison,) = ranking.comparisons
    (alone,) = [c for c in comparison.contrast.cells if (c.drug, c.condition) == ("off", "active")]
    assert alone.days == Span(19, 19)  # longer than the 7 days that the reaction took
    assert (alone.reading, READINGS[alone.reading]) == ("acute_cause", None)
    (cause,) = [entry for entry in ranking.entries if entry.cause]
    assert not [s for s in cause.columns.against if s.code.startswith("reading.")]


def test_stretches_in_the_json_name_the_conditions_that_were_active() -> None:
    case = parse_case(example_text("lenalidomide"), "lenalidomide")
    contrasts = ranking_json(assess_case(case, METHOD))["contrasts"]
    (found,) = (c for c in contrasts if c["drug_id"] == "len")
    assert found["stretches"][0]["active"] == [
        "monoclonal gammopathy of uncertain significance, IgA lambda"
    ]
    assert found["observed"]["days"] == [2218, 2610]
