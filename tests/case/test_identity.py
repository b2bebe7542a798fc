"""Ids for the parts that a file leaves without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.case.model import Case
from causality.case.reader import parse_case

NAMES = st.sampled_from(("amoxicillin", "Amoxicillin", "ANCA", "lcv", "x", "?", "ácido"))


def case_of(text: str) -> Case:
    return parse_case(f"case_id: T\n{text}\n", "case.yaml")


def test_parts_are_called_by_the_words_of_their_name() -> None:
    case = case_of(
        """\
drugs: [{name: "Ácido acetilsalicílico, 100 mg"}]
reactions: [{term: Leukocytoclastic vasculitis}]
conditions: [{term: "IgA-λ myeloma"}]
investigations: [{test: ANCA (MPO and PR3)}]
"""
    )
    assert case.drugs[0].id == "acido-acetilsalicilico-100-mg"
    assert case.reactions[0].id == "leukocytoclastic-vasculitis"
    assert case.conditions[0].id == "iga-myeloma"
    assert case.investigations[0].id == "anca-mpo-and-pr3"


def test_parts_of_parts_are_numbered_in_the_order_of_the_file() -> None:
    case = case_of(
        """\
drugs: [{id: len, name: lenalidomide, exposures: [{start: 2020}, {id: second}, {start: 2019}]}]
reactions: [{term: purpura, episodes: [{}, {}]}]
conditions: [{term: myeloma, periods: [{}, {id: relapse}]}]
"""
    )
    assert [e.id for e in case.drugs[0].exposures] == ["len.1", "second", "len.3"]
    assert [e.id for e in case.reactions[0].episodes] == ["purpura.1", "purpura.2"]
    assert [p.id for p in case.conditions[0].periods] == ["myeloma.1", "relapse"]


def test_a_reaction_always_has_an_episode() -> None:
    case = case_of("reactions: [{term: purpura}, {term: itching, episodes: [{id: e}]}]")
    assert [[e.id for e in r.episodes] for r in case.reactions] == [["purpura.1"], ["e"]]


def test_given_ids_stay() -> None:
    case = case_of("drugs: [{id: A1, name: x}, {name: y}]\ninvestigations: [{id: T, test: ANCA}]")
    assert [drug.id for drug in case.drugs] == ["A1", "y"]
    assert case.investigations[0].id == "T"


def test_equal_names_get_ids_that_differ() -> None:
    case = case_of(
        """\
drugs: [{name: Amoxicillin}, {name: amoxicillin}, {name: AMOXICILLIN}]
investigations: [{test: ANCA, result: negative}, {test: anca, result: positive}]
"""
    )
    assert [d.id for d in case.drugs] == ["amoxicillin", "amoxicillin-2", "amoxicillin-3"]
    assert [t.id for t in case.investigations] == ["anca", "anca-2"]


def test_default_id_makes_way_for_a_given_one() -> None:
    case = case_of("drugs: [{name: amoxicillin}, {id: amoxicillin, name: clavulanate}]")
    assert [drug.id for drug in case.drugs] == ["amoxicillin-2", "amoxicillin"]


def test_name_without_letters_still_gets_an_id() -> None:
    case = case_of("drugs: [{name: '???'}, {name: '!!!'}]")
    assert [drug.id for drug in case.drugs] == ["x", "x-2"]


@pytest.mark.parametrize(
    "text",
    [
        "drugs: [{name: vancomycin}]\ninvestigations: [{test: vancomycin, value: 20 mg/l}]",
        "reactions: [{term: vasculitis}]\nconditions: [{term: vasculitis}]",
        "drugs: [{name: glucose}]\nconditions: [{term: glucose}]",
        "drugs: [{id: lcv, name: x}]\nreactions: [{term: LCV}]",
    ],
)
def test_default_ids_of_different_parts_do_not_collide(text: str) -> None:
    case = case_of(text)
    ids = [drug.id for drug in case.drugs] + [reaction.id for reaction in case.reactions]
    ids += [condition.id for condition in case.conditions]
    ids += [test.id for test in case.investigations]
    assert len(set(ids)) == len(ids)


def test_default_id_of_a_test_does_not_hide_an_event() -> None:
    """A drug called "past" numbers its exposures like the list of past drugs numbers its own."""
    case = case_of(
        "drugs: [{name: past, exposures: [{start: 2020}]}]\npast_drugs: [{drug: y, date: 2010}]"
    )
    assert case.drugs[0].exposures[0].id is not None


@given(st.lists(NAMES, max_size=5))
def test_every_drug_gets_an_id_of_its_own(names: list[str]) -> None:
    drugs = ", ".join(f'{{name: "{name}"}}' for name in names)
    case = case_of(f"drugs: [{drugs}]")
    ids = [drug.id for drug in case.drugs]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert [drug.name for drug in case.drugs] == names
