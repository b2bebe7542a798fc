"""What the knowledge says about one drug and one reaction of a case."""

import pytest

from causality.assessment.moment import parse_moment
from causality.case.model import Case
from causality.evidence.derive import pair_evidence
from causality.evidence.lookups import (
    DrugLookup,
    ReactionLookup,
    not_recognised,
    unscored_culprits,
)
from causality.knowledge.load import load_knowledge
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
