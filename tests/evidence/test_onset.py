"""When the reaction began, counted from the drug (DESIGN section 5, rule 1)."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.assess import assess_case, make_method
from causality.evidence.fact import Fact
from causality.evidence.onset import onset
from causality.evidence.windows import SyndromeWindow, Windows, persistence, washout, widened
from causality.knowledge.base import Knowledge
from causality.knowledge.load import load_knowledge
from causality.knowledge.model import DrugRecord, ReportRecord
from causality.measures.values import OnsetMeasures, Start, StartKind
from causality.terms.dates import OPEN, Span, span_text
from causality.terms.facts import FACTS
from tests.support import case_of

ON_THE_DRUG = None
NOT_REPORTED = OPEN
LCV = SyndromeWindow("cutaneous_small_vessel", (5, 42), (0, 21))
ANCA = SyndromeWindow("anca_associated", (30, 1826), None)
UNKNOWN_REACTION = Windows()
AFTER = ("compatible", "not_coherent", "after_unspecified", "incompatible")
# From the most to the least favourable of the answers after the drug.
FAVOUR = ("suggestive", "compatible", "not_coherent", "after_unspecified", "incompatible")


def windows(*syndromes: SyndromeWindow, persistence: int = 7) -> Windows:
    return Windows(syndromes=syndromes or (LCV,), persistence=persistence)


def begun(
    latency: Span | int,
    since_last_dose: Span | int | None = ON_THE_DRUG,
    *,
    again: bool = False,
    kind: StartKind = "first",
) -> OnsetMeasures:
    """One start of the drug, so many days before the first sign."""
    days = Span(latency, latency) if isinstance(latency, int) else latency
    gone = (
        Span(since_last_dose, since_last_dose)
        if isinstance(since_last_dose, int)
        else since_last_dose
    )
    start = Start(kind=kind, latency=days, again=again, event="d.1.start")
    return OnsetMeasures(starts=(start,), since_last_dose=gone, onset_event="e.onset")


# Exact days


@pytest.mark.parametrize(
    ("latency", "since_last_dose", "value"),
    [
        (-1, ON_THE_DRUG, "before_exposure"),
        (-400, ON_THE_DRUG, "before_exposure"),
        (0, ON_THE_DRUG, "not_coherent"),
        (2, ON_THE_DRUG, "not_coherent"),
        (4, ON_THE_DRUG, "not_coherent"),
        (5, ON_THE_DRUG, "compatible"),
        (42, ON_THE_DRUG, "compatible"),
        (43, ON_THE_DRUG, "not_coherent"),
        (4000, ON_THE_DRUG, "not_coherent"),
        # A day inside the window is compatible, whatever came after the last dose.
        (5, 5, "compatible"),
        (42, 40, "compatible"),
        # Outside it the drug must have been there: within 7 days of the last dose.
        (4, 1, "not_coherent"),
        (60, 0, "not_coherent"),
        (60, 7, "not_coherent"),
        (60, 8, "incompatible"),
        (4000, 300, "incompatible"),
    ],
)
def test_first_exposure_with_the_window_of_the_series(
    latency: int, since_last_dose: int | None, value: str
) -> None:
    fact = onset(begun(latency, since_last_dose), windows())
    assert (fact.value, fact.possible) == (value, (value,))


@pytest.mark.parametrize(
    ("latency", "value"),
    [(-1, "before_exposure"), (0, "compatible"), (21, "compatible"), (22, "not_coherent")],
)
def test_anyone_exposed_before_has_0_to_21_days(latency: int, value: str) -> None:
    assert onset(begun(latency, again=True), windows()).value == value


def test_a_syndrome_without_a_window_for_re_exposure_keeps_its_first_one() -> None:
    assert onset(begun(10, again=True), windows(ANCA)).value == "not_coherent"
    assert onset(begun(30, again=True), windows(ANCA)).value == "compatible"


@pytest.mark.parametrize(
    ("since_last_dose", "days", "value"),
    [
        (8, 7, "incompatible"),
        (8, 8, "not_coherent"),
        (100, 99, "incompatible"),
        (15, 15, "not_coherent"),
    ],
)
def test_longer_of_7_days_and_5_half_lives_is_how_long_the_drug_counts_as_there(
    since_last_dose: int, days: int, value: str
) -> None:
    assert onset(begun(200, since_last_dose), windows(persistence=days)).value == value


@pytest.mark.parametrize(
    ("half_life", "days"),
    [(None, 7), (0.17, 7), (1.4, 7), (1.41, 8), (1.5, 8), (2.0, 10), (13.0, 65)],
)
def test_persistence_is_7_days_or_5_half_lives(half_life: float | None, days: int) -> None:
    assert persistence(half_life) == days


@given(st.floats(min_value=0.01, max_value=400))
def test_persistence_and_washout_are_whole_days_that_cover_5_half_lives(half_life: float) -> None:
    assert washout(half_life) == math.ceil(5 * half_life)
    assert persistence(half_life) == max(7, math.ceil(5 * half_life))


def test_without_a_half_life_no_interval_makes_a_new_start_too_early() -> None:
    assert washout(None) == 0


@pytest.mark.parametrize(
    ("latency", "value"),
    [
        (-1, "before_exposure"),
        (0, "incompatible"),
        (1, "incompatible"),
        (2, "not_coherent"),
        (4, "not_coherent"),
        (5, "compatible"),
    ],
)
def test_onset_below_what_is_possible_is_incompatible_even_on_the_drug(
    latency: int, value: str
) -> None:
    strict = LCV._replace(impossible_below=2)
    assert onset(begun(latency), windows(strict)).value == value


# Nothing to go by


def test_no_start_is_unknown_and_open() -> None:
    fact = onset(OnsetMeasures(starts=(), onset_event="e.onset"), windows())
    assert (fact.value, fact.possible) == ("unknown", FACTS["onset"])


def test_no_date_and_no_order_is_unknown_and_open() -> None:
    fact = onset(begun(OPEN, NOT_REPORTED), windows())
    assert (fact.value, fact.possible) == ("unknown", FACTS["onset"])


def test_order_alone_is_after_with_the_interval_unknown() -> None:
    fact = onset(begun(Span(0, None), ON_THE_DRUG), windows())
    assert fact.value == "after_unspecified"
    assert fact.possible == ("compatible", "not_coherent", "after_unspecified")


def test_order_alone_before_the_drug_is_before_exposure() -> None:
    fact = onset(begun(Span(None, -1)), windows())
    assert (fact.value, fact.possible) == ("before_exposure", ("before_exposure",))


@pytest.mark.parametrize("nothing", [UNKNOWN_REACTION, windows(SyndromeWindow("x", None, None))])
@pytest.mark.parametrize(
    ("latency", "value", "possible"),
    [
        (Span(3, 3), "after_unspecified", AFTER),
        (Span(0, 900), "after_unspecified", AFTER),
        (Span(0, None), "after_unspecified", AFTER),
        (Span(-3, -2), "before_exposure", ("before_exposure",)),
        (Span(-3, 2), "unknown", (*AFTER, "before_exposure")),
        (Span(None, 2), "unknown", (*AFTER, "before_exposure")),
        (OPEN, "unknown", FACTS["onset"]),
    ],
)
def test_an_unknown_reaction_has_no_window(
    nothing: Windows, latency: Span, value: str, possible: tuple[str, ...]
) -> None:
    fact = onset(begun(latency), nothing)
    assert (fact.value, fact.possible) == (value, possible)


def test_an_unknown_reaction_says_that_no_interval_is_published() -> None:
    assert onset(begun(3), UNKNOWN_REACTION).rule == "onset.no_window"


# Partial dates


@pytest.mark.parametrize(
    ("latency", "since_last_dose", "value", "possible"),
    [
        # Before and after: unknown.
        (Span(-1, 3), ON_THE_DRUG, "unknown", {"not_coherent", "before_exposure"}),
        (Span(-30, 30), ON_THE_DRUG, "unknown", {"compatible", "not_coherent", "before_exposure"}),
        (Span(None, 10), ON_THE_DRUG, "unknown", {"compatible", "not_coherent", "before_exposure"}),
        # All after: the least favourable.
        (Span(0, 30), ON_THE_DRUG, "not_coherent", {"compatible", "not_coherent"}),
        (Span(5, 43), ON_THE_DRUG, "not_coherent", {"compatible", "not_coherent"}),
        (Span(5, 42), ON_THE_DRUG, "compatible", {"compatible"}),
        (Span(43, 90), Span(1, 30), "incompatible", {"not_coherent", "incompatible"}),
        (Span(30, 90), Span(20, 30), "incompatible", {"compatible", "incompatible"}),
        # All before.
        (Span(-30, -1), ON_THE_DRUG, "before_exposure", {"before_exposure"}),
    ],
)
def test_partial_dates_give_the_set_of_their_answers(
    latency: Span, since_last_dose: Span | None, value: str, possible: set[str]
) -> None:
    fact = onset(begun(latency, since_last_dose), windows())
    assert (fact.value, set(fact.possible)) == (value, possible)


def test_a_reaction_that_may_be_two_syndromes_has_the_answers_of_both() -> None:
    fact = onset(begun(10), windows(LCV, ANCA))
    assert (fact.value, set(fact.possible)) == ("not_coherent", {"compatible", "not_coherent"})


def test_a_syndrome_without_a_window_leaves_every_answer_after_the_drug_open() -> None:
    fact = onset(begun(10), windows(LCV, SyndromeWindow("x", None, None)))
    assert set(fact.possible) == set(AFTER)


def test_an_unreported_end_is_flagged_where_it_decides() -> None:
    fact = onset(begun(60, NOT_REPORTED), windows())
    assert set(fact.possible) == {"not_coherent", "incompatible"}
    assert [code for code, _ in fact.flags] == ["end_of_exposure_not_reported"]
    assert onset(begun(10, NOT_REPORTED), windows()).flags == ()


# What is told of it


@pytest.mark.parametrize("latency", [Span(-3, -3), Span(-5, -2)])
def test_an_onset_before_the_drug_tells_the_days(latency: Span) -> None:
    fact = onset(begun(latency), windows())
    assert (fact.rule, fact.params) == ("onset.before", {"days": span_text(latency)})
    assert fact.events == ("d.1.start", "e.onset")


@pytest.mark.parametrize(
    ("latency", "again", "syndromes", "window"),
    [
        (10, False, (LCV,), "5–42"),
        (10, True, (LCV,), "0–21"),
        (40, False, (LCV, ANCA), "5–42, 30–1826"),
        (40, False, (LCV, LCV), "5–42"),
        (10, False, (LCV, SyndromeWindow("x", None, None)), "5–42"),
        (10, True, (SyndromeWindow("x", None, (0, 3)), LCV), "0–3, 0–21"),
    ],
)
def test_the_windows_it_was_held_against_are_told(
    latency: int, again: bool, syndromes: tuple[SyndromeWindow, ...], window: str
) -> None:
    assert onset(begun(latency, again=again), windows(*syndromes)).params["window"] == window


@pytest.mark.parametrize(
    ("latency", "since_last_dose", "value", "with_last_dose"),
    [
        (10, 2, "compatible", False),
        (60, 2, "not_coherent", True),
        (60, 20, "incompatible", True),
    ],
)
def test_the_last_dose_is_named_where_it_bears_on_the_answer(
    latency: int, since_last_dose: int, value: str, with_last_dose: bool
) -> None:
    measures = begun(latency, since_last_dose)._replace(last_dose_event="d.1.stop")
    fact = onset(measures, windows())
    assert fact.value == value
    assert ("d.1.stop" in fact.events) is with_last_dose


def spans(low: int, high: int) -> st.SearchStrategy[Span]:
    days = st.integers(low, high)
    return st.tuples(days, days).map(lambda pair: Span(min(pair), max(pair)))


def interval(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    days = st.integers(low, high)
    return st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))


def answer_on_a_day(
    day: int, since: int | None, window: SyndromeWindow, lasts: int, *, again: bool
) -> str:
    """Give the answer for exact days, straight from the words of the rule."""
    days = window.again if again and window.again else window.first
    assert days is not None
    if day < 0:
        return "before_exposure"
    if window.impossible_below is not None and day < window.impossible_below:
        return "incompatible"
    if days[0] <= day <= days[1]:
        return "compatible"
    there = since is None or since <= lasts
    return "not_coherent" if there else "incompatible"


@given(
    latency=spans(-12, 60),
    since=st.none() | spans(-3, 40),
    lasts=st.integers(7, 20),
    first=interval(0, 50),
    again=st.none() | interval(0, 30),
    impossible=st.none() | st.integers(0, 6),
    exposed_before=st.booleans(),
)
def test_possible_answers_are_those_of_every_day_of_the_interval(
    latency: Span,
    since: Span | None,
    lasts: int,
    first: tuple[int, int],
    again: tuple[int, int] | None,
    impossible: int | None,
    exposed_before: bool,
) -> None:
    window = SyndromeWindow("x", first, again, impossible)
    fact = onset(begun(latency, since, again=exposed_before), windows(window, persistence=lasts))
    assert latency.earliest is not None
    assert latency.latest is not None
    ends = [None] if since is None else [*range(since.earliest or 0, (since.latest or 0) + 1)]
    expected = {
        answer_on_a_day(day, end, window, lasts, again=exposed_before)
        for day in range(latency.earliest, latency.latest + 1)
        for end in ends
    }
    assert set(fact.possible) == expected
    if len(expected) == 1:
        assert fact.value in expected
    elif "before_exposure" in expected:
        assert fact.value == "unknown"
    else:
        assert fact.value == max(expected, key=FAVOUR.index)


# Several starts


def started(*starts: tuple[StartKind, Span | int, bool]) -> OnsetMeasures:
    return OnsetMeasures(
        starts=tuple(
            Start(
                kind=kind,
                latency=Span(days, days) if isinstance(days, int) else days,
                again=again,
                event=f"d.{number}.start",
            )
            for number, (kind, days, again) in enumerate(starts, start=1)
        ),
        since_last_dose=None,
        onset_event="e.onset",
    )


@pytest.mark.parametrize("kind", ["dose_increase", "product_change"])
def test_a_change_of_dose_or_product_explains_an_onset_that_the_first_dose_does_not(
    kind: StartKind,
) -> None:
    fact = onset(started(("first", 300, False), (kind, 10, False)), windows())
    assert fact.value == "compatible"
    assert "d.2.start" in fact.events
    assert fact.params["start"] == kind


def test_a_change_that_explains_nothing_takes_nothing_from_the_first_dose() -> None:
    fact = onset(started(("first", 10, False), ("dose_increase", 2, False)), windows())
    assert fact.value == "compatible"
    assert "d.1.start" in fact.events


def test_of_two_starts_that_explain_the_onset_the_later_counts() -> None:
    fact = onset(started(("first", 30, False), ("dose_increase", 8, False)), windows())
    assert fact.params["days"] == "8"


@pytest.mark.parametrize(
    ("later", "chosen"),
    [
        (Span(0, 0), "d.2.start"),  # on the very day of the onset
        (Span(0, 9), "d.2.start"),
        (Span(-1, 9), "d.1.start"),  # perhaps after it
        (Span(None, 9), "d.1.start"),
    ],
)
def test_a_later_start_is_named_only_where_it_was_before_the_onset(
    later: Span, chosen: str
) -> None:
    strict = SyndromeWindow("x", (0, 42), None)
    fact = onset(started(("first", 60, False), ("restart", later, False)), windows(strict))
    assert fact.events == (chosen, "e.onset")


def test_a_restart_has_the_window_of_those_exposed_before() -> None:
    fact = onset(started(("first", 300, False), ("restart", 1, True)), windows())
    assert fact.value == "compatible"


def test_a_start_after_the_onset_explains_nothing() -> None:
    fact = onset(started(("first", 300, False), ("restart", -5, True)), windows())
    assert fact.value == "not_coherent"


def test_a_dated_restart_explains_the_onset_when_the_first_dose_has_no_date() -> None:
    fact = onset(started(("first", Span(0, None), False), ("restart", 10, True)), windows())
    assert (fact.value, fact.possible) == ("compatible", ("compatible",))


def test_a_restart_perhaps_before_the_onset_leaves_its_answer_possible() -> None:
    fact = onset(started(("first", 300, False), ("restart", Span(-2, 10), True)), windows())
    assert {"compatible", "not_coherent"} <= set(fact.possible)
    assert fact.value == "not_coherent"


# Windows from the knowledge


def test_a_window_is_widened_on_the_sides_that_are_published() -> None:
    assert widened((5, 42), 2, 14) == (2, 42)
    assert widened((5, 42), 10, 3650) == (5, 3650)
    assert widened((5, 42), None, 60) == (5, 60)
    assert widened(None, 2, 14) == (2, 14)
    assert widened(None, None, 14) is None


REPORT = ReportRecord(
    drug="testomycin",
    syndromes=("cutaneous_small_vessel",),
    level="occasional",
    latency_min_days=2,
    latency_max_days=3,
    citation="Author 2010 Journal 1:1",
    year=2010,
    doi="10.1000/test",
    confirmed=True,
)


def knowledge_with(*reports: ReportRecord) -> Knowledge:
    base = load_knowledge()
    drug = DrugRecord(name_en="testomycin", name_es="testomicina", atc="Z99", synonyms=())
    return replace(base, drugs=(*base.drugs, drug), reports=(*base.reports, *reports), _memory={})


def onset_after(
    days: int,
    *,
    knowledge: Knowledge | None = None,
    conventions: Mapping[str, str] | None = None,
    drug: str = "testomycin",
    case_keys: str = "",
    drug_keys: str = "",
    term: str = "leukocytoclastic vasculitis",
) -> Fact:
    first = date(2018, 1, 1)
    sign = date.fromordinal(first.toordinal() + days)
    case = case_of(f"""
case_id: onset
{case_keys}
drugs:
  - id: d
    name: {drug}
    {drug_keys}
    exposures: [{{start: {first}, ongoing: true}}]
reactions:
  - {{id: r, term: {term}, episodes: [{{id: e, onset: {sign}}}]}}
""")
    known = knowledge or load_knowledge()
    method = make_method(["sefv-h"], known, conventions or {})
    return assess_case(case, method).pairs[0].evidence.facts["onset"]


@pytest.mark.parametrize(
    ("convention", "first", "last"),
    [(None, 5, 42), ("series", 5, 42), ("textbook", 7, 21), ("wide", 3, 28)],
)
def test_window_of_cutaneous_vasculitis_by_convention(
    convention: str | None, first: int, last: int
) -> None:
    chosen = {} if convention is None else {"lcv_window": convention}
    found = {
        days: onset_after(days, conventions=chosen).value
        for days in (first - 1, first, last, last + 1)
    }
    assert found == {
        first - 1: "not_coherent",
        first: "compatible",
        last: "compatible",
        last + 1: "not_coherent",
    }


@pytest.mark.parametrize("convention", ["series", "textbook", "wide"])
@pytest.mark.parametrize(
    "exposed",
    [
        ("drug", "previously_exposed: yes"),
        ("case", "past_drugs: [{drug: testomycin}]"),
        ("case", "past_drugs: [{drug: Testomycin, outcome: tolerated}]"),
    ],
)
def test_re_exposed_patients_have_0_to_21_days_in_every_convention(
    convention: str, exposed: tuple[str, str]
) -> None:
    where, text = exposed
    keys = {f"{where}_keys": text}
    for days, value in ((0, "compatible"), (21, "compatible"), (22, "not_coherent")):
        fact = onset_after(days, conventions={"lcv_window": convention}, **keys)  # type: ignore[arg-type]
        assert fact.value == value, days


def test_anca_vasculitis_has_30_days_to_5_years() -> None:
    found = [
        onset_after(days, term="ANCA-associated vasculitis").value for days in (29, 30, 1826, 1827)
    ]
    assert found == ["not_coherent", "compatible", "compatible", "not_coherent"]


def test_published_latencies_of_the_drug_widen_its_window() -> None:
    known = knowledge_with(REPORT)
    found = [onset_after(days, knowledge=known).value for days in (1, 2, 4, 42, 43)]
    assert found == ["not_coherent", "compatible", "compatible", "compatible", "not_coherent"]


def test_published_latencies_of_another_drug_widen_nothing() -> None:
    assert onset_after(2, knowledge=knowledge_with(REPORT), drug="zzz").value == "not_coherent"


def test_published_latencies_of_another_syndrome_widen_nothing() -> None:
    other = REPORT.model_copy(update={"syndromes": ("iga_vasculitis",)})
    assert onset_after(2, knowledge=knowledge_with(other)).value == "not_coherent"


@pytest.mark.parametrize(
    "published_as",
    [
        "published_as: [{doi: 10.1000/test}]",
        "published_as: [{doi: 'https://doi.org/10.1000/TEST'}]",
        "published_as: [{citation: 'Author 2010 Journal 1:1'}]",
    ],
)
def test_the_case_under_assessment_never_widens_its_own_window(published_as: str) -> None:
    fact = onset_after(2, knowledge=knowledge_with(REPORT), case_keys=published_as)
    assert fact.value == "not_coherent"


def test_latencies_published_after_the_case_do_not_widen_its_window() -> None:
    later = REPORT.model_copy(update={"year": 2019})
    assert onset_after(2, knowledge=knowledge_with(later)).value == "not_coherent"


def test_a_first_exposure_that_is_assumed_is_flagged_where_it_decides() -> None:
    def flags(fact: Fact) -> list[str]:
        return [code for code, _ in fact.flags]

    assert flags(onset_after(2)) == ["first_exposure_assumed"]
    assert flags(onset_after(10)) == []
    assert flags(onset_after(2, drug_keys="previously_exposed: no")) == []


# Every day of small intervals, one by one

SMALL = [
    SyndromeWindow("x", (3, 6), None),
    SyndromeWindow("x", (3, 6), None, impossible_below=2),
    SyndromeWindow("x", (0, 4), None),
    SyndromeWindow("x", (6, 7), None),
]
INTERVALS = [Span(low, high) for low in range(-3, 10) for high in range(low, 10)]
AT_THE_END: list[Span | None] = [None, Span(0, 1), Span(2, 2), Span(3, 3), Span(2, 3), Span(4, 6)]


def days_in(span: Span) -> range:
    assert span.earliest is not None
    assert span.latest is not None
    return range(span.earliest, span.latest + 1)


def small_answer(day: int, window: SyndromeWindow, *, gone: bool) -> str:
    assert window.first is not None
    if day < 0:
        return "before_exposure"
    if window.impossible_below is not None and day < window.impossible_below:
        return "incompatible"
    if window.first[0] <= day <= window.first[1]:
        return "compatible"
    return "incompatible" if gone else "not_coherent"


@pytest.mark.parametrize("window", SMALL)
def test_answers_of_an_interval_are_those_of_its_days(window: SyndromeWindow) -> None:
    for span in INTERVALS:
        for end in AT_THE_END:
            gone = {False} if end is None else {day > 2 for day in days_in(end)}
            wanted = {small_answer(day, window, gone=off) for day in days_in(span) for off in gone}
            found = onset(begun(span, end), windows(window, persistence=2))
            assert set(found.possible) == wanted, (span, end)


@pytest.mark.parametrize("window", SMALL)
@pytest.mark.parametrize("length", [0, 1, 2, 5])
def test_one_interval_gives_the_start_and_the_last_dose(
    window: SyndromeWindow, length: int
) -> None:
    for span in INTERVALS:
        start = Start("first", span, event="d.1.start", to_last_dose=Span(length, length))
        found = onset(
            OnsetMeasures(starts=(start,), since_last_dose=span.shift(-length)),
            windows(window, persistence=2),
        )
        wanted = {small_answer(day, window, gone=day - length > 2) for day in days_in(span)}
        assert set(found.possible) == wanted, span


@pytest.mark.parametrize("window", SMALL)
def test_of_several_starts_the_best_before_the_onset_counts_on_each_day(
    window: SyndromeWindow,
) -> None:
    for first in (Span(9, 9), Span(7, 9), Span(5, 9)):
        for second in INTERVALS:
            found = onset(
                started(("first", first, False), ("restart", second, False)), windows(window)
            )
            wanted = set()
            for one in days_in(first):
                for other in days_in(second):
                    answers = [small_answer(one, window, gone=False)]
                    answers += [small_answer(other, window, gone=False)] if other >= 0 else []
                    wanted.add(min(answers, key=FACTS["onset"].index))
            assert set(found.possible) == wanted, (first, second)


def test_a_start_that_is_listed_after_one_after_the_onset_still_counts() -> None:
    found = onset(
        started(("first", 90, False), ("restart", -3, True), ("restart", 10, True)), windows()
    )
    assert found.value == "compatible"


def test_without_a_window_an_interval_on_both_sides_of_the_drug_says_so() -> None:
    found = onset(begun(Span(-3, 5)), UNKNOWN_REACTION)
    assert (found.rule, found.params) == ("onset.spans", {"days": "-3 … 5"})
    assert set(found.possible) == {*AFTER, "before_exposure"}
