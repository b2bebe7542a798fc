"""The closed vocabulary of DESIGN section 4, name by name."""

import pytest

from causality.terms.facts import (
    CLOSED_AT_DEFAULT,
    CLOSED_VALUES,
    FACTS,
    default,
    in_order,
    open_values,
)

# Copied from the contract, not from the code: names, values, the default last.
CONTRACT = {
    "onset": "suggestive compatible not_coherent after_unspecified incompatible before_exposure "
    "on_withdrawal unknown",
    "action": "withdrawn single_dose dose_reduced dose_increased continued unknown",
    "course": "improved not_improved irreversible unknown",
    "improvement_explained_by": "treatment tolerance nothing_else unknown",
    "rechallenge": "positive negative uninformative not_done unknown",
    "previous_reaction": "same_substance cross_reactive none unknown",
    "prior_knowledge": "well_known occasional none_found contradicted not_searched",
    "alternative": "more_likely possible ruled_out not_assessed",
    "alternative_nondrug": "more_likely possible ruled_out not_assessed",
    "contributing_factor": "yes no unknown",
    "event_confirmed": "yes no unknown",
    "drug_test": "positive negative not_done",
    "drug_level": "toxic not_toxic not_measured",
    "dose_response": "yes no unknown",
    "placebo": "recurred not_recurred not_given",
    "characteristic": "yes no unknown",
    "worsened_preexisting": "yes no unknown",
    "follow_up": "expected not_possible unknown",
    "suspected": "no yes",
}


def test_vocabulary_is_the_contract_in_its_order() -> None:
    assert {name: " ".join(values) for name, values in FACTS.items()} == CONTRACT
    assert list(FACTS) == list(CONTRACT)


@pytest.mark.parametrize("fact", CONTRACT)
def test_default_is_the_last_value_of_the_contract(fact: str) -> None:
    assert default(fact) == CONTRACT[fact].split()[-1]


def test_vocabulary_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        FACTS["onset"] = ("never",)  # type: ignore[index]


def test_values_come_in_the_order_of_the_vocabulary() -> None:
    assert in_order("course", {"unknown", "improved"}) == ("improved", "unknown")
    assert in_order("course", frozenset()) == ()
    assert in_order("course", {"improved", "no such value"}) == ("improved",)


def test_facts_closed_at_their_default_are_those_of_the_contract() -> None:
    closed = {"drug_test", "drug_level", "placebo", "worsened_preexisting", "follow_up"}
    assert closed | {"suspected"} == CLOSED_AT_DEFAULT
    assert {("rechallenge", "not_done")} == CLOSED_VALUES


@pytest.mark.parametrize("fact", CONTRACT)
def test_unknown_fact_is_open_to_all_values_unless_it_is_closed(fact: str) -> None:
    expected = (default(fact),) if fact in CLOSED_AT_DEFAULT else tuple(CONTRACT[fact].split())
    assert open_values(fact) == expected
