"""What the knowledge says about one drug and one reaction of a case."""

from dataclasses import replace

import pytest

from causality.assessment.moment import parse_moment
from causality.case.model import Case
from causality.evidence.derive import pair_evidence
from causality.evidence.fact import Fact
from causality.evidence.lookups import (
    DrugLookup,
    ReactionLookup,
    not_recognised,
    unscored_culprits,
)
from causality.evidence.prior_knowledge import PublishedKnowledge
from causality.evidence.windows import SyndromeWindow
from causality.evidence.withdrawal import RecoveryWindow
from causality.knowledge.load import load_knowledge
from causality.knowledge.model import ReportRecord
from causality.timeline.snapshot import Snapshot, Timeline
from tests.support import case_of

KNOWLEDGE = load_knowledge()


def latest(case: Case) -> Snapshot:
    timeline = Timeline.of(case)
    return timeline.at(parse_moment(None, timeline))


def case_with(drugs: str, *, more: str = "", term: str = "leukocytoclastic vasculitis") -> Case:
    return case_of(f"""
case_id: T
drugs:
{drugs}
reactions:
  - {{id: r, term: {term}, episodes: [{{id: e1, onset: 2018-06-20}}]}}
{more}
""")


def lookup(case: Case, number: int = 0) -> DrugLookup:
    return DrugLookup(case, case.drugs[number], KNOWLEDGE)


def culprits(drugs: str, term: str = "leukocytoclastic vasculitis") -> list[str]:
    case = case_with(drugs, term=term)
    about = ReactionLookup(case, case.reactions[0], KNOWLEDGE)
    snapshot = latest(case)
    return [str(drug.id) for drug in unscored_culprits(snapshot, about, "e1.onset")]


def concomitant(name: str, start: str, identity: str = "c", role: str = "concomitant") -> str:
    return f"  - {{id: {identity}, name: {name}, role: {role}, exposures: [{{start: {start}}}]}}\n"


@pytest.mark.parametrize(
    ("drug", "expected"),
    [
        (concomitant("allopurinol", "2018-06-01"), ["c"]),
        (concomitant("alopurinol", "2018-06-01"), ["c"]),
        (concomitant("allopurinol", "2018-06-20"), ["c"]),
        (concomitant("allopurinol", "2018-06"), ["c"]),
        # begun after the onset; suspected, so scored; no cause that is known; no drug that is known
        (concomitant("allopurinol", "2018-06-21"), []),
        (concomitant("allopurinol", "2018-06-01", role="suspect"), []),
        (concomitant("ondansetron", "2018-06-01"), []),
        (concomitant("zzz", "2018-06-01"), []),
        ("  - {id: c, name: allopurinol, role: concomitant}\n", []),
    ],
)
def test_concomitants_that_are_known_causes_are_named(drug: str, expected: list[str]) -> None:
    assert culprits(drug) == expected


def test_every_known_cause_is_named_whatever_stands_before_it() -> None:
    drugs = (
        concomitant("lenalidomide", "2018-06-01", "s", role="suspect")
        + concomitant("zzz", "2018-06-01", "z")
        + concomitant("ondansetron", "2018-06-01", "o")
        + concomitant("allopurinol", "2018-06-01", "a")
        + concomitant("propylthiouracil", "2018-01-01", "p")
        + "  - {id: i, name: Zyloric, role: concomitant, exposures: [{start: 2019-01-01},"
        " {start: 2017-01-01, stop: 2017-03-01}]}\n"
    )
    assert culprits(drugs) == ["a", "i"]
    assert culprits(drugs, "ANCA-associated vasculitis") == ["a", "p", "i"]


def test_a_drug_is_looked_up_by_its_substance_before_its_name() -> None:
    case = case_with(
        "  - {id: a, name: allopurinol, substance: rifampicin}\n"
        "  - {id: b, name: Somebrand, substance: rifampicin}\n"
        "  - {id: c, name: rifampicin}\n"
        "  - {id: d, name: Somebrand}\n"
    )
    found = [lookup(case, number).record for number in range(4)]
    assert found == [KNOWLEDGE.drug("rifampicin")] * 3 + [None]
    assert ids(lookup(case).own) == ["a", "b", "c"]
    assert ids(lookup(case, 3).own) == ["d"]  # one record known and the other not


def test_one_stated_substance_is_the_same_whatever_is_known_of_the_names() -> None:
    case = case_with(
        "  - {id: a, name: allopurinol, substance: zzz}\n"
        "  - {id: b, name: Somebrand, substance: ZZZ}\n"
        "  - {id: c, name: Somebrand, substance: yyy}\n"
    )
    assert [ids(lookup(case, number).own) for number in range(3)] == [["a", "b"], ["a", "b"], ["c"]]


def test_a_brand_with_its_substance_is_found_by_the_substance() -> None:
    drug = (
        "  - {id: c, name: Somebrand, substance: allopurinol, role: concomitant,"
        " exposures: [{start: 2018-06-01}]}\n"
    )
    assert culprits(drug) == ["c"]


def test_terms_that_the_knowledge_does_not_know_are_listed_once() -> None:
    case = case_with(
        "  - {id: a, name: a, indication: multiple myeloma}\n"
        "  - {id: b, name: b, indication: strange sickness}\n"
        "  - {id: c, name: c}\n",
        more="conditions: [{term: strange sickness}, {term: hepatitis C}, {term: odd sickness}]\n"
        "investigations: [{id: i, test: skin biopsy}, {id: j, test: aura photograph}]\n",
    )
    assert not_recognised(case, KNOWLEDGE) == [
        "strange sickness",
        "odd sickness",
        "aura photograph",
    ]


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("prednisone", {"corticosteroid", "masks", "treats"}),
        ("prednisona", {"corticosteroid", "masks", "treats"}),
        ("oral steroids", {"corticosteroid", "masks", "treats"}),
        ("cetirizine", {"antihistamine", "masks"}),
        ("zzz", set()),
    ],
)
def test_a_drug_s_name_tells_its_classes_and_what_they_do(name: str, tags: set[str]) -> None:
    case = case_with("  - {id: d, name: zzz}\n")
    found = lookup(case).tags(name)
    assert {tag for tag in found if tag in {"masks", "treats", *tags}} == tags
    assert found <= {*tags, *KNOWLEDGE.classes}


DRUGS = """\
  - {id: a, name: rifampicin, exposures: [{start: 2018-06-01}]}
  - {id: b, name: Rifaldin, exposures: [{start: 2018-06-01}]}
  - {id: c, name: rifabutin, exposures: [{start: 2018-06-01}]}
  - {id: d, name: prednisone, exposures: [{start: 2018-06-01}]}
  - {id: e, name: cetirizine, exposures: [{start: 2018-06-01}]}
  - {id: f, name: ibuprofen, exposures: [{start: 2018-06-01}]}
  - {id: g, name: rifampin, role: not_administered}
  - {id: h, name: zzz, exposures: [{start: 2018-06-01}]}
  - {id: i, name: other, substance: ZZZ, exposures: [{start: 2018-06-01}]}
  - {id: k, name: unheard, exposures: [{start: 2018-06-01}]}
"""


def ids(drugs: object) -> list[str]:
    assert isinstance(drugs, tuple)
    return [drug.id for drug in drugs]


def test_the_other_drugs_of_a_case_are_sorted_by_what_they_are_to_this_one() -> None:
    case = case_with(DRUGS)
    rifampicin = lookup(case)
    assert ids(rifampicin.own) == ["a", "b"]
    assert ids(rifampicin.others) == ["c", "d", "e", "f", "g", "h", "i", "k"]
    assert ids(rifampicin.steroids) == ["d"]
    assert ids(rifampicin.masking) == ["d", "e"]
    assert ids(rifampicin.cross_reacting) == ["c"]
    assert [d.id for d in case.drugs if rifampicin.matters(d)] == ["a", "b", "c", "d", "e"]


def test_drugs_that_the_knowledge_lacks_are_the_same_by_their_substance_or_name() -> None:
    case = case_with(DRUGS)
    unknown = lookup(case, 7)
    assert ids(unknown.own) == ["h", "i"]
    assert ids(unknown.cross_reacting) == []
    assert ids(lookup(case, 8).own) == ["h", "i"]
    assert ids(lookup(case, 9).own) == ["k"]


def test_a_drug_that_was_not_given_stays_itself() -> None:
    assert ids(lookup(case_with(DRUGS), 6).own) == ["a", "b", "g"]


@pytest.mark.parametrize(
    ("drug", "days"),
    [
        ("name: rifabutin", 1.9),
        ("name: rifabutin, half_life: 3 d", 3.0),
        ("name: rifabutin, half_life: 1 month", 31.0),
        ("name: zzz", None),
        ("name: allopurinol", None),
    ],
)
def test_half_life_of_the_case_before_that_of_the_knowledge(drug: str, days: float | None) -> None:
    assert lookup(case_with(f"  - {{id: d, {drug}}}\n")).half_life_days == days


@pytest.mark.parametrize(
    ("drug", "name", "own"),
    [
        ("name: rifampicin", "Rifaldin", True),
        ("name: rifampicin", "rifampicin 300 mg", True),
        ("name: rifampicin", "rifabutin", False),
        ("name: rifampicin", "zzz", False),
        ("name: zzz", "ZZZ 20 mg", True),
        ("name: brand, substance: zzz", "zzz", True),
        ("name: brand, substance: zzz", "brand", False),
        ("name: zzz", "yyy", False),
    ],
)
def test_a_name_means_this_substance(drug: str, name: str, own: bool) -> None:
    assert lookup(case_with(f"  - {{id: d, {drug}}}\n")).is_own_name(name) is own


@pytest.mark.parametrize(
    ("drug", "past", "expected"),
    [
        ("name: rifampicin", "{drug: Rifaldin}", "yes"),
        ("name: rifampicin", "{drug: rifampicin, date: 2010}", "yes"),
        ("name: rifampicin, previously_exposed: no", "{drug: rifampicin}", "yes"),
        ("name: rifampicin", "{drug: rifabutin}", "unknown"),
        ("name: rifampicin, previously_exposed: no", "{drug: rifabutin}", "no"),
        ("name: rifampicin, previously_exposed: yes", "{drug: rifabutin}", "yes"),
    ],
)
def test_exposed_before_by_history_or_as_stated(drug: str, past: str, expected: str) -> None:
    case = case_with(f"  - {{id: d, {drug}}}\n", more=f"past_drugs: [{past}]")
    assert lookup(case).previously_exposed(latest(case)) == expected


def test_what_is_not_past_at_the_moment_was_no_earlier_exposure() -> None:
    case = case_with("  - {id: d, name: zzz}\n", more="past_drugs: [{drug: zzz, date: 2015}]")
    timeline = Timeline.of(case)
    for moment, expected in (("2014-12-31", "unknown"), ("2016-01-01", "yes")):
        snapshot = timeline.at(parse_moment(moment, timeline))
        assert lookup(case).previously_exposed(snapshot) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [("leukocytoclastic vasculitis", (28, 84, 84)), ("vasculitis", (28, 84, 84))],
)
def test_recovery_limits_of_the_reaction(term: str, expected: tuple[int, int, int]) -> None:
    case = case_with("  - {id: d, name: zzz}\n", term=term)
    window = ReactionLookup(case, case.reactions[0], KNOWLEDGE).recovery(5)
    assert (window.skin_limited, window.ulcerated, window.visceral) == expected
    assert window.elimination == 5
    assert window.source


def test_a_reaction_that_the_knowledge_lacks_stands_alone() -> None:
    case = case_of("""
case_id: T
drugs: [{id: d, name: zzz}]
reactions:
  - {id: a, term: glowing hair, episodes: [{onset: 2018-06-20}]}
  - {id: b, term: glowing hair, episodes: [{onset: 2018-07-20}]}
  - {id: c, term: purpura, episodes: [{onset: 2018-07-20}]}
  - {id: d2, term: leukocytoclastic vasculitis, episodes: [{onset: 2018-07-20}]}
""")
    about = [ReactionLookup(case, reaction, KNOWLEDGE) for reaction in case.reactions]
    assert [lookup.same_ids for lookup in about] == [["a"], ["b"], ["c", "d2"], ["c", "d2"]]
    assert about[0].relevant == frozenset()
    assert about[0].syndromes == {}
    assert about[0].workup_items() == ()
    assert about[0].window_of_later_exposures() == 0
    assert about[2].workup_items()
    assert about[2].window_of_later_exposures() > 0


@pytest.mark.parametrize("key", sorted(KNOWLEDGE.classes))
def test_the_name_of_a_class_tells_all_that_the_class_does(key: str) -> None:
    entry = KNOWLEDGE.classes[key]
    does = {key} | ({"masks"} if entry.masks else set()) | ({"treats"} if entry.treats else set())
    for term in entry.terms:
        found = lookup(case_with("  - {id: d, name: zzz}\n")).tags(term)
        assert does <= found
        others = [KNOWLEDGE.classes[other] for other in found if other in KNOWLEDGE.classes]
        assert ("masks" in found) is any(other.masks for other in others)
        assert ("treats" in found) is any(other.treats for other in others)


@pytest.mark.parametrize(
    ("start", "value"),
    [
        ("2017-01-10", "cross_reactive"),
        ("2017-01-11", "cross_reactive"),  # on the day of the earlier episode
        ("2017-01-12", "unknown"),
        ("2017", "unknown"),
    ],
)
def test_a_cross_reacting_drug_was_taken_before_the_earlier_episode(start: str, value: str) -> None:
    case = case_of(f"""
case_id: T
drugs:
  - {{id: b, name: rifabutin, exposures: [{{start: 2018-06-01, stop: 2018-06-12}}]}}
  - {{id: z, name: rifampicin}}
  - {{id: a, name: rifampicin, exposures: [{{start: 2019-01-01}}, {{start: {start}}}]}}
reactions:
  - id: r
    term: LCV
    episodes:
      - {{id: e1, onset: 2017-01-11, recovered: 2017-02-01}}
      - {{id: e2, onset: 2018-06-04}}
""")
    snapshot = latest(case)
    pair = pair_evidence(snapshot, case.drugs[0], case.reactions[0], KNOWLEDGE, {})
    assert pair is not None
    assert pair.facts["previous_reaction"].value == value


# Windows of onset

TERMS = {
    "anca_associated": "ANCA vasculitis",
    "cutaneous_small_vessel": "leukocytoclastic vasculitis",
    "egpa": "EGPA",
    "iga_vasculitis": "IgA vasculitis",
}
SERIES = {"lcv_window": "series"}
BY_CLASS = [
    (key, syndrome, window.days, window.source)
    for key, entry in sorted(KNOWLEDGE.classes.items())
    for window in entry.windows
    for syndrome in window.syndromes
    if syndrome in TERMS
]


def windows_of(drug: str, term: str, *reports: ReportRecord) -> dict[str, SyndromeWindow]:
    case = case_with(f"  - {{id: d, {drug}}}\n", term=term)
    about = ReactionLookup(case, case.reactions[0], KNOWLEDGE)
    found = lookup(case).windows(about, PublishedKnowledge(reports=reports), SERIES)
    return {window.syndrome: window for window in found.syndromes}


@pytest.mark.parametrize(("key", "syndrome", "days", "source"), BY_CLASS)
def test_a_class_known_by_its_code_alone_widens_the_first_window(
    key: str, syndrome: str, days: tuple[int, int], source: str
) -> None:
    (code, *_) = KNOWLEDGE.classes[key].atc
    plain = windows_of("name: zzz", TERMS[syndrome])[syndrome]
    found = windows_of(f"name: zzz, atc: {code}", TERMS[syndrome])[syndrome]
    first = plain.first or days
    assert found.first == (min(first[0], days[0]), max(first[1], days[1]))
    assert found.again == plain.again
    wanted = dict.fromkeys((*plain.sources, KNOWLEDGE.citation(source)))
    assert found.sources == tuple(wanted)


def test_a_class_widens_only_the_first_window_of_the_syndromes_that_it_names() -> None:
    key, syndrome = next(row[:2] for row in BY_CLASS if row[1] == "iga_vasculitis")
    entry = KNOWLEDGE.classes[key]
    window = next(w for w in entry.windows if syndrome in w.syndromes)
    (code, *_) = entry.atc
    plain = windows_of("name: zzz", "LCV")
    other = window.model_copy(update={"syndromes": ("egpa",)})
    later = window.model_copy(
        update={"exposure": "again", "syndromes": tuple(plain), "days": (0, 9)}
    )
    changed = entry.model_copy(update={"windows": (other, later)})
    knowledge = replace(KNOWLEDGE, classes={**KNOWLEDGE.classes, key: changed}, _memory={})
    case = case_with(f"  - {{id: d, name: zzz, atc: {code}}}\n")
    about = ReactionLookup(case, case.reactions[0], knowledge)
    found = DrugLookup(case, case.drugs[0], knowledge).windows(about, PublishedKnowledge(), SERIES)
    assert {w.syndrome: w.first for w in found.syndromes} == {
        name: w.first for name, w in plain.items()
    }


def test_a_window_has_the_sources_of_its_rows_once_each() -> None:
    found = windows_of("name: zzz", "leukocytoclastic vasculitis")["cutaneous_small_vessel"]
    assert (found.first, found.again, found.impossible_below) == ((5, 42), (0, 21), None)
    rows = KNOWLEDGE.syndromes["cutaneous_small_vessel"].windows
    used = [rows[0], *(row for row in rows if row.exposure == "again")]
    assert found.sources == tuple(dict.fromkeys(KNOWLEDGE.citation(r.source) for r in used))


def test_published_latencies_widen_the_window_of_their_own_reaction() -> None:
    def report(syndrome: str, low: int | None, high: int | None) -> ReportRecord:
        return ReportRecord(
            drug="zzz",
            syndromes=(syndrome,),
            level="occasional",
            latency_min_days=low,
            latency_max_days=high,
            citation=f"Author {syndrome} {low} {high}",
            confirmed=True,
        )

    cutaneous, iga = "cutaneous_small_vessel", "iga_vasculitis"
    reports = (report(cutaneous, 1, 90), report(cutaneous, 0, None), report(iga, 0, 400))
    found = windows_of("name: zzz", "leukocytoclastic vasculitis", *reports)[cutaneous]
    assert found.first == (1, 90)
    assert found.sources[-1] == reports[0].citation
    assert not {reports[1].citation, reports[2].citation}.intersection(found.sources)


def test_days_below_which_an_onset_is_impossible_are_those_of_the_syndrome() -> None:
    key = "cutaneous_small_vessel"
    entry = KNOWLEDGE.syndromes[key].model_copy(update={"impossible_below": 2})
    knowledge = replace(KNOWLEDGE, syndromes={**KNOWLEDGE.syndromes, key: entry})
    case = case_with("  - {id: d, name: zzz}\n")
    about = ReactionLookup(case, case.reactions[0], knowledge)
    found = DrugLookup(case, case.drugs[0], knowledge).windows(about, PublishedKnowledge(), SERIES)
    assert {w.syndrome: w.impossible_below for w in found.syndromes}[key] == 2


@pytest.mark.parametrize("order", [("e0", "e1", "e2", "e3"), ("e3", "e2", "e1", "e0")])
def test_an_earlier_episode_counts_where_a_cross_reacting_drug_was_there_for_it(
    order: tuple[str, ...],
) -> None:
    episodes = {
        "e0": "{id: e0, onset: 2015-01-11, recovered: 2015-02-01}",
        "e1": "{id: e1, onset: 2016-07-11, recovered: 2016-08-01}",
        "e2": "{id: e2, onset: 2017-01-11, recovered: 2017-02-01}",
        "e3": "{id: e3, onset: 2018-06-04}",
    }
    case = case_of(f"""
case_id: T
drugs:
  - {{id: b, name: rifabutin, exposures: [{{start: 2016-06-01}}, {{start: 2018-06-01}}]}}
  - {{id: a, name: rifampicin, exposures: [{{start: 2017-01-01}}]}}
reactions:
  - {{id: r, term: LCV, episodes: [{", ".join(episodes[name] for name in order)}]}}
""")
    snapshot = latest(case)
    found = []
    for drug in case.drugs:
        pair = pair_evidence(snapshot, drug, case.reactions[0], KNOWLEDGE, {})
        assert pair is not None
        fact = pair.facts["previous_reaction"]
        found.append((fact.value, fact.events, fact.params))
    # That of rifabutin is e1, before which it was not taken; that of rifampicin is e2.
    assert found == [
        ("unknown", (), {}),
        ("cross_reactive", ("e1.onset",), {"drug": "rifabutin"}),
    ]


# Earlier reactions, publications, treatment, work-up


def previous(past: str, *, term: str = "LCV") -> Fact:
    drug = "  - {id: d, name: rifampicin, exposures: [{start: 2018-06-01}]}\n"
    case = case_with(drug, more=f"past_drugs: [{past}]", term=term)
    pair = pair_evidence(latest(case), case.drugs[0], case.reactions[0], KNOWLEDGE, {})
    assert pair is not None
    return pair.facts["previous_reaction"]


@pytest.mark.parametrize(
    ("past", "named"),
    [
        ("{drug: zzz, outcome: reacted, reaction: LCV}", ("zzz",)),
        ("{drug: zzz, outcome: reacted, reaction: itching}", ()),
        ("{drug: zzz, outcome: reacted}", ()),
        ("{drug: zzz, outcome: tolerated, reaction: LCV}", ()),
    ],
)
def test_an_earlier_reaction_to_a_drug_not_known_to_be_related_is_named(
    past: str, named: tuple[str, ...]
) -> None:
    fact = previous(past)
    assert fact.value == "unknown"
    assert [params["drugs"] for code, params in fact.flags] == ([named] if named else [])


@pytest.mark.parametrize(
    ("past", "value", "rule", "params"),
    [
        ("{drug: Rifaldin, outcome: reacted, reaction: purpura}", "same_substance", "history", {}),
        (
            "{drug: rifabutin, outcome: reacted, reaction: leukocytoclastic vasculitis}",
            "cross_reactive",
            "history_cross",
            {"drug": "rifabutin"},
        ),
        ("{drug: rifampicin, outcome: tolerated}", "none", "tolerated", {}),
        ("{drug: rifampicin, outcome: reacted, reaction: nausea}", "unknown", "", {}),
        ("{drug: zzz, outcome: reacted, reaction: purpura}", "unknown", "", {}),
        ("{drug: rifabutin, outcome: tolerated}", "unknown", "", {}),
        ("{drug: rifampicin, outcome: reacted}", "unknown", "", {}),
    ],
)
def test_an_earlier_reaction_of_the_history(
    past: str, value: str, rule: str, params: dict[str, str]
) -> None:
    fact = previous(past)
    assert (fact.value, fact.params) == (value, params)
    assert fact.rule == (f"previous.{rule}" if rule else "not_reported")
    assert fact.events == (("past.1",) if rule else ())


@pytest.mark.parametrize(
    "before",
    [
        "{drug: zzz, outcome: reacted, reaction: nausea}",
        "{drug: Rifaldin, outcome: reacted, reaction: nausea}",
        "{drug: zzz, outcome: reacted, reaction: purpura}",
        "{drug: zzz, outcome: tolerated}",
    ],
)
def test_every_earlier_drug_is_looked_at(before: str) -> None:
    fact = previous(f"{before}, {{drug: Rifaldin, outcome: reacted, reaction: purpura}}")
    assert (fact.value, fact.events) == ("same_substance", ("past.2",))


@pytest.mark.parametrize(
    ("reaction", "value"), [("Glowing  hair", "same_substance"), ("glowing nails", "unknown")]
)
def test_an_earlier_reaction_that_the_knowledge_lacks_is_the_same_by_its_words(
    reaction: str, value: str
) -> None:
    past = f"{{drug: rifampicin, outcome: reacted, reaction: {reaction}}}"
    assert previous(past, term="glowing hair").value == value


@pytest.mark.parametrize(
    ("published_as", "own"),
    [
        ("{doi: 10.1000/X}", {"10.1000/x"}),
        ("{citation: Author 2001}", {"Author 2001"}),
        ("{doi: 'https://doi.org/10.1000/X', citation: Author 2001}", {"10.1000/x", "Author 2001"}),
        ("{note: a poster}", set()),
    ],
)
def test_publications_of_the_case_itself_are_known_by_what_they_have(
    published_as: str, own: set[str]
) -> None:
    case = case_with("  - {id: d, name: rifampicin}\n", more=f"published_as: [{published_as}]")
    about = ReactionLookup(case, case.reactions[0], KNOWLEDGE)
    assert lookup(case).published(about, None).own == own


@pytest.mark.parametrize("drug", ["name: prednisone", "name: zzz, atc: H02AB07"])
def test_a_drug_that_treats_the_reaction_is_known_by_its_name_or_its_code(drug: str) -> None:
    case = case_with(f"  - {{id: d, {drug}}}\n")
    about = ReactionLookup(case, case.reactions[0], KNOWLEDGE)
    assert lookup(case).published(about, None).treats_source
    plain = case_with("  - {id: d, name: zzz}\n")
    assert not lookup(plain).published(about, None).treats_source


def test_a_reaction_that_the_knowledge_lacks_recovers_within_no_days_known() -> None:
    case = case_with("  - {id: d, name: zzz}\n", term="glowing hair")
    window = ReactionLookup(case, case.reactions[0], KNOWLEDGE).recovery(5)
    assert window == RecoveryWindow(elimination=5)


def test_a_reaction_that_may_be_several_has_the_work_up_of_the_first_that_has_one() -> None:
    case = case_with("  - {id: d, name: zzz}\n", term="vasculitis")
    (name,) = KNOWLEDGE.workups
    keys = list(ReactionLookup(case, case.reactions[0], KNOWLEDGE).syndromes)
    assert len(keys) > 2

    def items_with(*names: str | None) -> int:
        changed = {
            key: KNOWLEDGE.syndromes[key].model_copy(update={"workup": workup})
            for key, workup in zip(keys, (*names, *[None] * len(keys)), strict=False)
        }
        other = KNOWLEDGE.workups[name].model_copy(update={"items": ()})
        knowledge = replace(
            KNOWLEDGE,
            workups={name: KNOWLEDGE.workups[name], "other": other},
            syndromes={**KNOWLEDGE.syndromes, **changed},
            _memory={},
        )
        return len(ReactionLookup(case, case.reactions[0], knowledge).workup_items())

    whole = len(KNOWLEDGE.workups[name].items)
    assert items_with(name, "other") == whole > 0
    assert items_with("other", name) == 0
    assert items_with(None, name, "other") == whole
    assert items_with() == 0


def test_the_work_up_is_that_of_the_reaction_itself_first() -> None:
    case = case_with("  - {id: d, name: zzz}\n")
    about = ReactionLookup(case, case.reactions[0], KNOWLEDGE)
    (name,) = KNOWLEDGE.workups
    other = KNOWLEDGE.workups[name].model_copy(update={"items": ()})
    entry = KNOWLEDGE.syndromes[str(about.key)].model_copy(update={"workup": "other"})
    knowledge = replace(
        KNOWLEDGE,
        workups={**KNOWLEDGE.workups, "other": other},
        syndromes={**KNOWLEDGE.syndromes, str(about.key): entry},
    )
    assert about.workup_items() == KNOWLEDGE.workups[name].items
    assert ReactionLookup(case, case.reactions[0], knowledge).workup_items() == ()


@pytest.mark.parametrize(
    ("first_onset", "earlier"),
    [
        ("2018-01-11", "e0.onset"),
        ("2017", "e1.onset"),  # before the drug
        ("2018", "e1.onset"),  # perhaps after the other one
        ("2018-09-01", "e1.onset"),
    ],
)
def test_an_earlier_episode_of_another_reaction_of_the_kind_counts_on_the_same_drug(
    first_onset: str, earlier: str
) -> None:
    case = case_of(f"""
case_id: T
drugs:
  - {{id: d, name: zzz, exposures: [{{start: 2018-01-01}}, {{start: 2018-06-01}}]}}
reactions:
  - id: a
    term: LCV
    episodes: [{{id: e0, onset: {first_onset}}}, {{id: e1, onset: 2018-02-01}}]
  - {{id: b, term: purpura, episodes: [{{id: e2, onset: 2018-06-10}}]}}
""")
    pair = pair_evidence(latest(case), case.drugs[0], case.reactions[1], KNOWLEDGE, {})
    assert pair is not None
    fact = pair.facts["previous_reaction"]
    assert (fact.value, fact.rule) == ("same_substance", "previous.episode")
    assert fact.events == (earlier,)
