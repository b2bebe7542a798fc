"""What is derived from every published case, in full: a change of any part of it shows here.

The files in ``tests/expected`` record what the rules gave when they were written; that it is right
is for `test_reference_case` and the tests of each rule to show. After a change that is meant,
``python tests/test_derivations.py`` writes them again; review the difference.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from causality.assessment.assess import assess_case, make_method
from causality.assessment.result import as_json
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.knowledge.load import load_knowledge

EXPECTED = Path(__file__).parent / "expected"
KEPT = ("drug_id", "reaction_id", "index_episode", "measures", "alternatives", "workup")


def derived(name: str) -> dict[str, Any]:
    """Return what a case gives at its end and at the moments of its trajectory."""
    case = parse_case(example_text(name), name)
    method = make_method(["sefv-h"], load_knowledge(), {})
    whole = as_json(assess_case(case, method))
    moments = dict.fromkeys(change["as_of"] for change in whole["trajectory"])
    earlier = {
        moment: [facts(pair) for pair in as_json(assess_case(case, method, as_of=moment))["pairs"]]
        for moment in moments
        if moment.startswith("@")
    }
    return {
        "pairs": [
            {**{key: pair[key] for key in KEPT}, "facts": facts(pair)} for pair in whole["pairs"]
        ],
        "earlier": earlier,
    }


def facts(pair: dict[str, Any]) -> dict[str, Any]:
    """Return the facts about which anything is said."""
    told = {n: fact for n, fact in pair["facts"].items() if fact["rule"] != "not_reported"}
    silent = sorted(set(pair["facts"]) - set(told))
    return {"told": told, "silent": silent}


def written(name: str) -> str:
    return json.dumps(derived(name), indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", sorted(example_names()))
def test_a_published_case_gives_what_it_gave_before(name: str) -> None:
    expected = (EXPECTED / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(written(name)) == json.loads(expected)


if __name__ == "__main__":
    for example in sorted(example_names()):
        (EXPECTED / f"{example}.json").write_text(written(example), encoding="utf-8")
