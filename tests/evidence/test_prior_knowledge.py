"""What was published about the pair by the moment of the assessment (DESIGN section 5, rule 5)."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.assessment.assess import assess_case, make_method
from causality.evidence.fact import Fact
from causality.evidence.prior_knowledge import (
    PublishedKnowledge,
    is_own,
    plain_doi,
    prior_knowledge,
    usable_reports,
)
from causality.knowledge.base import Knowledge
from causality.knowledge.load import load_knowledge
from causality.knowledge.model import DrugRecord, ReportRecord
from causality.terms.facts import FACTS
from tests.support import case_of

Level = Literal["well_known", "occasional", "none_found", "contradicted"]
LEVELS: tuple[Level, ...] = ("well_known", "occasional", "none_found", "contradicted")


def report(
    level: Level = "occasional",
    year: int | None = 2010,
    *,
    citation: str = "Author 2010 Journal 1:1",
    doi: str = "",
    confirmed: bool = True,
) -> ReportRecord:
    return ReportRecord(
        drug="testomycin",
        syndromes=("cutaneous_small_vessel",),
        level=level,
        citation=citation,
        year=year,
        doi=doi,
        confirmed=confirmed,
    )


def known(
    *reports: ReportRecord,
    as_of: date | None = None,
    listed_source: str = "",
    treats_source: str = "",
) -> PublishedKnowledge:
    return PublishedKnowledge(
        reports=reports,
        as_of=as_of.toordinal() if as_of else None,
        listed_source=listed_source,
        treats_source=treats_source,
    )


def flags(fact: Fact) -> list[str]:
    return [code for code, _ in fact.flags]


# Decision table


@pytest.mark.parametrize("listed", ["", "product information 4.8"])
@pytest.mark.parametrize("level", [None, *LEVELS])
@pytest.mark.parametrize("treats", ["", "a treatment of vasculitis"])
def test_listing_then_reports_then_treatment_then_not_searched(
    listed: str, level: Level | None, treats: str
) -> None:
    found = known(*([report(level)] if level else []), listed_source=listed, treats_source=treats)
    fact = prior_knowledge(found)
    if listed:
        expected = "well_known"
    elif level:
        expected = level
    elif treats:
        expected = "contradicted"
    else:
        expected = "not_searched"
    assert fact.value == expected
    if expected == "not_searched":
        assert fact.possible == FACTS["prior_knowledge"]
    else:
        assert fact.possible == (expected,)


def test_a_drug_that_treats_the_reaction_is_contradicted_unless_reports_exist() -> None:
    assert prior_knowledge(known(treats_source="x")).value == "contradicted"
    assert prior_knowledge(known(report(), treats_source="x")).value == "occasional"


def test_the_answer_names_what_it_is_taken_from() -> None:
    listed = prior_knowledge(known(report(), listed_source="product information 4.8"))
    assert (listed.rule, listed.params) == (
        "knowledge.listed",
        {"source": "product information 4.8"},
    )
    treats = prior_knowledge(known(treats_source="a book"))
    assert (treats.rule, treats.params) == ("knowledge.treats", {"source": "a book"})
    reported = prior_knowledge(known(report(), report("contradicted")))
    assert (reported.rule, reported.params) == ("knowledge.occasional", {"count": 2})


@pytest.mark.parametrize("levels", [LEVELS, LEVELS[1:], LEVELS[2:]])
def test_the_strongest_report_counts_in_any_order(levels: tuple[Level, ...]) -> None:
    for order in permutations(levels):
        fact = prior_knowledge(known(*(report(level) for level in order)))
        assert fact.value == levels[0]


# As of a date


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        (None, "occasional"),
        (date(2009, 12, 31), "not_searched"),
        (date(2010, 6, 30), "not_searched"),  # perhaps out, perhaps not
        (date(2010, 12, 30), "not_searched"),
        (date(2010, 12, 31), "occasional"),
        (date(2020, 1, 1), "occasional"),
    ],
)
def test_a_publication_counts_once_its_year_is_over(as_of: date | None, value: str) -> None:
    assert prior_knowledge(known(report(year=2010), as_of=as_of)).value == value


def test_a_publication_without_a_year_always_counts() -> None:
    fact = prior_knowledge(known(report(year=None), as_of=date(1900, 1, 1)))
    assert fact.value == "occasional"


def test_what_was_published_later_is_flagged_with_the_first_year() -> None:
    found = known(report(year=2015), report(year=2012), as_of=date(2011, 1, 1))
    fact = prior_knowledge(found)
    assert fact.flags == (("published_later", {"year": 2012}),)


def test_a_later_publication_does_not_strengthen_an_earlier_one() -> None:
    found = known(report("occasional", 2005), report("well_known", 2015), as_of=date(2010, 1, 1))
    assert prior_knowledge(found).value == "occasional"


@given(
    st.lists(st.tuples(st.sampled_from(LEVELS), st.none() | st.integers(1990, 2020)), max_size=5),
    st.integers(1990, 2022),
    st.integers(0, 5),
)
def test_knowledge_only_grows_with_time(
    found: list[tuple[Level, int | None]], year: int, more: int
) -> None:
    reports = [report(level, out) for level, out in found]
    early, _, _ = usable_reports(known(*reports, as_of=date(year, 7, 1)))
    late, _, _ = usable_reports(known(*reports, as_of=date(year + more, 7, 1)))
    assert [r for r in late if r in early] == early
    assert all(r.year is None or r.year < year for r in early)


# The case itself

OWN = report(citation="Own 2010", doi="10.1000/Own")


@pytest.mark.parametrize(
    ("own", "left_out"),
    [
        (frozenset(), False),
        (frozenset({"10.1000/own"}), True),
        (frozenset({"Own 2010"}), True),
        (frozenset({"10.1000/other", "Other 2010"}), False),
    ],
)
def test_own_publication_is_left_out(own: frozenset[str], left_out: bool) -> None:
    fact = prior_knowledge(known(OWN)._replace(own=own))
    assert fact.value == ("not_searched" if left_out else "occasional")
    remark = ("own_publication_left_out", {"count": 1})
    assert fact.flags == ((remark,) if left_out else ())


def test_every_publication_of_the_case_itself_is_counted() -> None:
    own = frozenset({"Own 2010", "Own 2012"})
    found = known(OWN, report(citation="Own 2012"), report(citation="Own 2012", doi="10.1000/2"))
    fact = prior_knowledge(found._replace(own=own))
    assert fact.flags == (("own_publication_left_out", {"count": 3}),)


def test_other_publications_count_beside_the_own_one() -> None:
    fact = prior_knowledge(known(OWN, report())._replace(own=frozenset({"Own 2010"})))
    assert fact.value == "occasional"
    assert fact.params["count"] == 1
    assert fact.flags == (("own_publication_left_out", {"count": 1}),)


def test_an_own_publication_leaves_a_treatment_contradicted() -> None:
    found = known(OWN, treats_source="x")._replace(own=frozenset({"Own 2010"}))
    assert prior_knowledge(found).value == "contradicted"


def test_a_report_without_a_doi_is_not_own_by_an_empty_one() -> None:
    assert not is_own(report(doi=""), frozenset({""}))


@pytest.mark.parametrize(
    "text",
    ["10.1000/x", "doi:10.1000/X", "https://doi.org/10.1000/X", " 10.1000/x ", "DOI:10.1000/x"],
)
def test_a_doi_is_compared_without_the_address_in_front(text: str) -> None:
    assert plain_doi(text) == "10.1000/x"


# Sources


@pytest.mark.parametrize(
    ("confirmed", "flagged"),
    [((True,), False), ((False,), True), ((False, False), True), ((True, False), False)],
)
def test_an_answer_that_rests_on_unconfirmed_sources_only_is_flagged(
    confirmed: tuple[bool, ...], flagged: bool
) -> None:
    fact = prior_knowledge(known(*(report(confirmed=c) for c in confirmed)))
    assert ("rests_on_unconfirmed_source" in flags(fact)) is flagged
    assert sum(s.endswith(" (unconfirmed)") for s in fact.sources) == confirmed.count(False)
    assert sum("(" in source for source in fact.sources) == confirmed.count(False)


def test_a_report_of_a_users_own_file_names_the_file() -> None:
    own = report().model_copy(update={"file": "ours/reports.csv"})
    fact = prior_knowledge(known(own, report()))
    citation = "Author 2010 Journal 1:1"
    assert fact.sources == (f"{citation} [ours/reports.csv]", citation)


def test_an_unconfirmed_report_of_a_weaker_level_does_not_matter() -> None:
    found = known(report("well_known"), report("occasional", confirmed=False))
    fact = prior_knowledge(found)
    assert flags(fact) == []
    assert fact.sources == ("Author 2010 Journal 1:1",)


# From a case


def knowledge_with(*reports: ReportRecord) -> Knowledge:
    base = load_knowledge()
    drug = DrugRecord(name_en="testomycin", name_es="testomicina", atc="Z99", synonyms=())
    return replace(base, drugs=(*base.drugs, drug), reports=(*base.reports, *reports), _memory={})


def fact_of(
    *reports: ReportRecord,
    drug: str = "name: testomycin",
    as_of: str | None = None,
    case_keys: str = "",
    term: str = "leukocytoclastic vasculitis",
) -> Fact:
    case = case_of(f"""
case_id: knowledge
{case_keys}
drugs:
  - {{id: d, {drug}, exposures: [{{start: 2018-01-01, stop: 2018-01-12}}]}}
reactions:
  - {{id: r, term: {term}, episodes: [{{id: e, onset: 2018-01-11, recovered: 2018-01-30}}]}}
""")
    method = make_method(["sefv-h"], knowledge_with(*reports), {})
    return assess_case(case, method, as_of=as_of).pairs[0].evidence.facts["prior_knowledge"]


def test_a_drug_that_the_knowledge_does_not_hold_is_not_searched() -> None:
    assert fact_of(drug="name: zzz").value == "not_searched"


def test_a_pair_that_the_knowledge_does_not_hold_is_not_searched() -> None:
    assert fact_of().value == "not_searched"
    assert fact_of(report(), term="large-vessel vasculitis").value == "not_searched"


def test_reports_published_during_the_case_do_not_count_before_their_year_is_over() -> None:
    assert fact_of(report(year=2017)).value == "occasional"
    assert fact_of(report(year=2018)).value == "not_searched"
    assert fact_of(report(year=2017), as_of="2018-01-11").value == "occasional"


def test_own_publication_of_a_case_is_left_out() -> None:
    own = "published_as: [{doi: 'https://doi.org/10.1000/OWN'}]"
    fact = fact_of(report(doi="10.1000/own"), case_keys=own)
    assert (fact.value, flags(fact)) == ("not_searched", ["own_publication_left_out"])


def test_a_corticosteroid_is_contradicted_for_vasculitis_and_nothing_else() -> None:
    assert fact_of(drug="name: prednisone").value == "contradicted"
    assert fact_of(drug="name: prednisone", term="itching").value == "not_searched"


LISTED = "name: testomycin, product_information: [{reaction: %s, since: %s, source: SmPC 4.8}]"


@pytest.mark.parametrize(
    ("reaction", "since", "value"),
    [
        ("r", "2010-05-01", "well_known"),
        ("r", "2018-01-30", "well_known"),  # the last date of the case
        ("r", "2018-01-31", "not_searched"),
        ("r", "2018", "not_searched"),  # perhaps later
        ("r", "2017", "well_known"),
        ("r", "null", "well_known"),
        ("vasculitis leucocitoclástica", "2010", "well_known"),  # another name of it
        ("itching", "2010", "not_searched"),
    ],
)
def test_a_listing_counts_from_its_date(reaction: str, since: str, value: str) -> None:
    assert fact_of(drug=LISTED % (reaction, since)).value == value


def test_a_listing_counts_only_at_moments_after_it() -> None:
    drug = LISTED % ("r", "2018-01-20")
    found = [fact_of(drug=drug, as_of=moment).value for moment in ("2018-01-19", "2018-01-20")]
    assert found == ["not_searched", "well_known"]


def test_a_listing_dated_by_a_case_day_counts_from_that_day() -> None:
    drug, anchors = LISTED % ("r", "D0 day 300"), "anchors: {D0: 2018-01-01}"
    assert fact_of(drug=drug, case_keys=anchors).value == "not_searched"
    drug = LISTED % ("r", "D0 day 12")
    assert fact_of(drug=drug, case_keys=anchors).value == "well_known"


def test_a_listing_of_a_reaction_outside_the_knowledge_is_found_by_its_name() -> None:
    assert fact_of(drug=LISTED % ("Itching", "2010"), term="itching").value == "well_known"
    assert fact_of(drug=LISTED % ("hair loss", "2010"), term="itching").value == "not_searched"
