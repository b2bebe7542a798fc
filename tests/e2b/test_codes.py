"""The code lists are those of ICH, written down here a second time."""

from causality.e2b.codes import code_lists
from tests.e2b.writer import CODES


def test_words_of_r3_have_the_codes_of_ich() -> None:
    found = {
        name: {word: str(code) for code, word in codes.items()}
        for name, codes in code_lists()["r3"].items()
    }
    assert found == CODES


def test_words_of_r2_have_the_codes_of_ich() -> None:
    assert code_lists()["r2"] == {
        "role": {  # B.4.k.1
            "1": "suspect",
            "2": "concomitant",
            "3": "interacting",
            "4": "not_administered",
        },
        "action": {  # B.4.k.16
            "1": "withdrawn",
            "2": "dose_reduced",
            "3": "dose_increased",
            "4": "continued",
            "5": "unknown",
            "6": "not_applicable",
        },
        "outcome": {  # B.2.i.8
            "1": "recovered",
            "2": "recovering",
            "3": "not_recovered",
            "4": "recovered_with_sequelae",
            "5": "fatal",
            "6": "unknown",
        },
        "recurrence": {"1": "yes-yes", "2": "yes-no", "3": "unknown"},  # B.4.k.17.1
        "sex": {"1": "male", "2": "female"},  # B.1.5
    }
