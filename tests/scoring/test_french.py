"""The French method of 1985 and of 2011, cell by cell, written out here by hand."""

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from causality.scoring.engine import facts_behind, score
from causality.scoring.load import load_algorithm
from causality.terms.facts import FACTS, default

FRENCH = {year: load_algorithm(f"french-{year}")[0] for year in (1985, 2011)}
YEARS = tuple(FRENCH)
DEFAULTS = {name: default(name) for name in FACTS}
Table = dict[str, dict[str, str]]


def grid(heads: str, *lines: str) -> Table:
    """Read a table: its heads, then a line per row that begins with its name."""
    cells = [line.split() for line in lines]
    return {name: dict(zip(heads.split(), row, strict=True)) for name, *row in cells}


# The oracle: reference/algorithms.md section 5, as its tables stand

DELAY_AND_R = "sug:R+ sug:R0 sug:R- com:R+ com:R0 com:R- inc:R+ inc:R0 inc:R-"
CHRONOLOGY = {
    1985: grid(
        DELAY_AND_R,
        "suggestive      C3 C3 C1  C3 C2 C1  C0 C0 C0",
        "inconclusive    C3 C2 C1  C3 C1 C1  C0 C0 C0",
        "non_suggestive  C1 C1 C1  C1 C1 C1  C0 C0 C0",
    ),
    2011: grid(
        DELAY_AND_R,
        "suggestive      C3 C3 C1  C3 C2 C1  C0 C0 C0",
        "inconclusive    C3 C2 C1  C3 C1 C1  C0 C0 C0",
        "non_suggestive  C1 C1 C1  C1 C1 C0  C0 C0 C0",
    ),
}
SEMIOLOGY = {
    1985: grid(
        "evocative:L+ evocative:L0 evocative:L- other:L+ other:L0 other:L-",
        "absent          S3 S3 S1  S3 S2 S1",
        "possible        S3 S2 S1  S3 S1 S1",
    ),
    2011: grid(
        "both:L+ both:L0 both:L- one:L+ one:L0 one:L- neither:L+ neither:L0 neither:L-",
        "absent          S3 S3 S2  S3 S3 S1  S3 S2 S1",
        "not_sought      S3 S3 S1  S3 S2 S1  S3 S1 S1",
        "present         S2 S2 S1  S2 S1 S1  S1 S1 S0",
    ),
}
INTRINSIC = {
    # C2S3, C3S1, C3S2 and C3S3 by DESIGN section 6: the page seen was cut off before them.
    1985: grid(
        "S1 S2 S3",
        "C0  I0 I0 I0",
        "C1  I1 I1 I2",
        "C2  I1 I2 I3",
        "C3  I3 I3 I4",
    ),
    2011: grid(
        "S0 S1 S2 S3",
        "C0  I0 I0 I0 I0",
        "C1  I0 I1 I2 I4",
        "C2  I0 I2 I3 I5",
        "C3  I0 I4 I5 I6",
    ),
}
BIBLIOGRAPHY = {
    1985: {"well_known": "B3", "occasional": "B1-B2", "none_found": "B0"},
    2011: {"well_known": "B3", "occasional": "B2", "none_found": "B1"},
}


def delay(f: Mapping[str, str]) -> str:
    if f["onset"] in ("incompatible", "before_exposure"):
        return "incompatible"
    return "suggestive" if f["onset"] == "suggestive" else "compatible"


def evolution(f: Mapping[str, str], year: int) -> str:
    off = f["action"] in ("withdrawn", "single_dose")
    on = f["action"] in ("continued", "dose_increased")
    alone = f["course"] == "improved" and f["improvement_explained_by"] == "nothing_else"
    if off and alone:
        return "suggestive"
    stays = off if year == 1985 else f["action"] == "withdrawn"
    if (stays and f["course"] == "not_improved") or (on and alone):
        return "non_suggestive"
    return "inconclusive"


def re_exposure(f: Mapping[str, str]) -> str:
    return {"positive": "R+", "negative": "R-"}.get(f["rechallenge"], "R0")


def other_explanation(f: Mapping[str, str], year: int) -> str:
    if f["alternative_nondrug"] == "ruled_out":
        return "absent"
    if year == 1985:
        return "possible"
    return "not_sought" if f["alternative_nondrug"] == "not_assessed" else "present"


def semiology(f: Mapping[str, str], year: int) -> str:
    count = (f["characteristic"] == "yes") + (f["contributing_factor"] == "yes")
    if year == 1985:
        return "evocative" if count else "other"
    return ("neither", "one", "both")[count]


def specific_test(f: Mapping[str, str]) -> str:
    return {"positive": "L+", "negative": "L-"}.get(f["drug_test"], "L0")


def informativeness(f: Mapping[str, str]) -> str:
    known = (f["onset"] not in ("unknown", "after_unspecified")) + (f["action"] != "unknown")
    return f"NI{known}"


def codes(f: Mapping[str, str], year: int) -> dict[str, str]:
    time, course, again = delay(f), evolution(f, year), re_exposure(f)
    other, signs, test = other_explanation(f, year), semiology(f, year), specific_test(f)
    found = {
        "delay": time,
        "evolution": course,
        "re_exposure": again,
        "chronology": CHRONOLOGY[year][course][f"{time[:3]}:{again}"],
        "other_explanation": other,
        "semiology": signs,
        "specific_test": test,
        "semiological_score": SEMIOLOGY[year][other][f"{signs}:{test}"],
        "bibliography": BIBLIOGRAPHY[year].get(f["prior_knowledge"], "none"),
    }
    return found if year == 1985 else {**found, "informativeness": informativeness(f)}


def expected(year: int, facts: Mapping[str, str]) -> dict[str, Any]:
    found = codes(facts, year)
    category = INTRINSIC[year][found["chronology"]][found["semiological_score"]]
    return {"codes": found, "total": None, "category": category}


def scored(year: int, facts: Mapping[str, str]) -> dict[str, Any]:
    result = score(FRENCH[year], facts, {})
    return {
        "codes": {item.question: item.code for item in result.items},
        "total": result.total,
        "category": result.category,
    }


CHRONOLOGICAL = ("onset", "action", "course", "improvement_explained_by", "rechallenge")
SEMIOLOGICAL = ("alternative_nondrug", "characteristic", "contributing_factor", "drug_test")


# The engine against the oracle


@pytest.mark.parametrize("year", YEARS)
def test_it_reads_the_facts_of_the_tables_and_no_others(year: int) -> None:
    algorithm = FRENCH[year]
    found = {name for q in algorithm.questions for name in facts_behind(algorithm, q)}
    assert found == {*CHRONOLOGICAL, *SEMIOLOGICAL, "prior_knowledge"}
    assert algorithm.conventions == {}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("names", "count"), [(CHRONOLOGICAL, 3840), (SEMIOLOGICAL, 108), (("prior_knowledge",), 5)]
)
def test_every_combination_of_the_facts_behind_a_score(
    year: int, names: tuple[str, ...], count: int
) -> None:
    rows = list(product(*(FACTS[name] for name in names)))
    assert len(rows) == count
    for values in rows:
        facts = {**DEFAULTS, **dict(zip(names, values, strict=True))}
        assert scored(year, facts) == expected(year, facts), values


ONSETS = {"sug": "suggestive", "com": "compatible", "inc": "incompatible"}
COURSES = {
    "suggestive": ("withdrawn", "improved", "nothing_else"),
    "inconclusive": ("unknown", "unknown", "unknown"),
    "non_suggestive": ("withdrawn", "not_improved", "unknown"),
}
AGAIN = {"R+": "positive", "R0": "not_done", "R-": "negative"}
OTHERS = {
    1985: {"absent": "ruled_out", "possible": "more_likely"},
    2011: {"absent": "ruled_out", "not_sought": "not_assessed", "present": "possible"},
}
SIGNS = {
    "both": ("yes", "yes"),
    "evocative": ("no", "yes"),
    "one": ("yes", "no"),
    "neither": ("no", "no"),
    "other": ("unknown", "no"),
}
TESTS = {"L+": "positive", "L0": "not_done", "L-": "negative"}


def cells(year: int) -> dict[tuple[str, str], dict[str, str]]:
    """Return facts for each cell of C with each cell of S, by the scores that they give."""
    found = {}
    for course, row in CHRONOLOGY[year].items():
        for head, c in row.items():
            action, effect, why = COURSES[course]
            time, again = head.split(":")
            first = {"onset": ONSETS[time], "action": action, "course": effect}
            first |= {"improvement_explained_by": why, "rechallenge": AGAIN[again]}
            for other, line in SEMIOLOGY[year].items():
                for title, s in line.items():
                    signs, test = title.split(":")
                    second = dict(
                        zip(("characteristic", "contributing_factor"), SIGNS[signs], strict=True)
                    )
                    second |= {"alternative_nondrug": OTHERS[year][other]}
                    second |= {"drug_test": TESTS[test]}
                    found[f"{course} {head} {c}", f"{other} {title} {s}"] = {**first, **second}
    return found


@pytest.mark.parametrize(("year", "count"), [(1985, 27 * 12), (2011, 27 * 27)])
def test_every_cell_of_c_with_every_cell_of_s_gives_the_cell_of_i(year: int, count: int) -> None:
    found = cells(year)
    assert len(found) == count
    for (c, s), facts in found.items():
        result = score(FRENCH[year], {**DEFAULTS, **facts}, {})
        scores = result.item("chronology").code, result.item("semiological_score").code
        assert scores == (c.split()[-1], s.split()[-1]), (c, s)
        assert result.category == INTRINSIC[year][c.split()[-1]][s.split()[-1]], (c, s)


@pytest.mark.parametrize("year", YEARS)
def test_20000_random_rows_score_as_the_tables(year: int) -> None:
    choose = random.Random(year)  # noqa: S311 - the same rows at every run
    for _ in range(20_000):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        assert scored(year, facts) == expected(year, facts), facts


@pytest.mark.parametrize("year", YEARS)
def test_the_bibliographic_score_never_moves_the_category(year: int) -> None:
    choose = random.Random(1978)  # noqa: S311 - the same rows at every run
    for _ in range(200):
        facts = {name: choose.choice(values) for name, values in FACTS.items()}
        categories = {
            score(FRENCH[year], {**facts, "prior_knowledge": value}, {}).category
            for value in FACTS["prior_knowledge"]
        }
        assert len(categories) == 1
