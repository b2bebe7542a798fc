"""Random cases of all that a file can hold: undated, vague, from an anchor, given once, deadly.

Of what is drawn, only what the reader takes is kept: no case of these tests is a contradiction.
"""

import json
from datetime import date
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from causality.case.model import Case
from causality.case.reader import parse_case
from causality.errors import InputError

DAY_ZERO = date(2018, 3, 1).toordinal()
ANCHORS: list[dict[str, Any]] = [
    {"D0": "2018-03-01"},
    {"D0": "2018-03"},
    {"D0": {"from": "2018-02-20", "to": "2018-03-20"}},
    {"D0": None},
]
TESTS = ["skin biopsy", "ANCA", "cryoglobulins", "hepatitis C serology", "blood culture"]
RESULTS = ["positive", "negative", "pending", "normal"]
FACTS_DECIDED = [
    ("contributing_factor", "yes"),
    ("prior_knowledge", "occasional"),
    ("alternative", "ruled_out"),
    ("onset", "compatible"),
]


def iso(day: int) -> str:
    return date.fromordinal(DAY_ZERO + day).isoformat()


class _Drawer:
    """Draws one case; ``events`` are those that later parts may say they come after."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.events: list[str] = []
        self.ongoing: set[str] = set()

    def one_of(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def case_day(self, day: int) -> str:
        return f"D0 day {day + 1 if day >= 0 else day}"

    def moment(self, low: int, high: int) -> Any:
        """Return a moment in one of the ways to write it; None is not reported."""
        day = self.draw(st.integers(low, high))
        way = self.one_of("day", "day", "day", "range", "month", "case", "case", "after", "none")
        last = day + self.one_of(1, 4, 25)
        return {
            "day": iso(day),
            "range": f"{iso(day)}/{iso(last)}",
            "month": iso(day)[:7],
            "case": self.case_day(day),
            "after": self.after() or iso(day),
            "none": None,
        }[way]

    def after(self) -> dict[str, Any] | None:
        if not self.events:
            return None
        found: dict[str, Any] = {"after": [self.one_of(*self.events)]}
        if self.one_of(True, False):
            found["assumed"] = True
        return found

    def exposure(self, name: str, day: int) -> tuple[dict[str, Any], int]:
        """Return an exposure and the day after which the next one may start."""
        length = self.draw(st.integers(0, 30))
        found: dict[str, Any] = {"id": name, "start": self.moment(day, day + 2)}
        end = self.one_of("exact", "exact", "any", "open", "ongoing", "once", "case", "duration")
        if end == "exact":
            found["start"], found["stop"] = iso(day), iso(day + length)
        elif end == "case":
            found["start"] = self.case_day(day)
            found["stop"] = self.case_day(day + length)
        elif end == "any":
            found["stop"] = self.moment(day + length + 2, day + length + 5)
        elif end == "ongoing":
            found["ongoing"] = True
        elif end == "once":
            found["administrations"] = 1
        elif end == "duration":
            found["duration"] = self.one_of("1 day", "10 days", "2 weeks")
        options: tuple[tuple[str, list[Any]], ...] = (
            ("dose", [None, "5 mg", "10 mg", "20 mg", "1 tablet"]),
            ("cover", [None, None, "none", ["ebastine"], ["prednisone 5 mg"]]),
            ("purpose", [None, None, "desensitisation", "rechallenge"]),
            ("recurrence", [None, {"r": "no"}, {"*": "no"}, {"r": "yes"}]),
        )
        for key, values in options:
            value = self.one_of(*values)
            if value is not None:
                found[key] = value
        self.events.append(f"{name}.start")
        return found, day + length + self.one_of(1, 2, 3, 10, 60)

    def drug(self, name: str) -> dict[str, Any]:
        day = self.draw(st.integers(0, 40))
        exposures = []
        for number in range(self.one_of(1, 1, 2, 3)):
            exposure, day = self.exposure(f"{name}{number}", day)
            exposures.append(exposure)
            if exposure.get("ongoing"):
                self.ongoing.add(name)
                break
        shown = self.one_of(f"unheard-of {name}", f"unheard-of {name}", "unheard-of same")
        found: dict[str, Any] = {"id": name, "name": shown, "exposures": exposures}
        options: tuple[tuple[str, list[Any]], ...] = (
            ("role", ["suspect", "suspect", "suspect", "interacting", "concomitant"]),
            ("half_life", [None, None, "2 days"]),
            ("previously_exposed", [None, None, "yes", "no"]),
            ("indication", [None, None, "multiple myeloma", "tonsillitis"]),
        )
        for key, values in options:
            value = self.one_of(*values)
            if value is not None:
                found[key] = value
        return found

    def episode(self, name: str, low: int, drug_ids: str) -> dict[str, Any]:
        first = self.draw(st.integers(low, low + 40))
        found: dict[str, Any] = {"id": name, "onset": self.moment(first, first)}
        self.events.append(f"{name}.onset")
        ends = self.one_of("none", "improved", "recovered", "both", "died", "duration")
        if ends in ("improved", "both"):
            found["improved"] = self.moment(first + 3, first + 20)
        if ends in ("recovered", "both"):
            found["recovered"] = self.moment(first + 25, first + 70)
        if ends == "died":
            found["died"] = self.moment(first + 25, first + 70)
        if ends == "duration":
            found["duration"] = self.one_of("3 days", "2 weeks")
        outcome = {
            "none": self.one_of(None, "recovered", "recovering", "not_recovered", "fatal"),
            "improved": self.one_of(None, "recovering", "recovered"),
            "recovered": self.one_of(None, "recovered", "recovered_with_sequelae"),
            "both": "recovered",
            "died": "fatal",
            "duration": None,
        }[ends]
        if outcome:
            found["outcome"] = outcome
        if outcome in ("recovered", "recovered_with_sequelae") or found.get("recovered"):
            self.events.append(f"{name}.recovered")
        if self.one_of(True, False, False):
            found["last_new_lesions"] = self.moment(first, first + 40)
        if self.one_of(True, False, False):
            found["worsening"] = True
        words = ["withdrawn", "withdrawn", "continued", "dose_reduced", "unknown"]
        chosen = self.draw(st.lists(st.sampled_from(drug_ids), unique=True, max_size=3))
        found["actions"] = {
            drug: "continued" if drug in self.ongoing else self.one_of(*words) for drug in chosen
        }
        treatment = self.one_of(None, None, "none", "prednisone", "emollient")
        if treatment == "none":
            found["treatment"] = "none"
        elif treatment:
            given = {"drug": treatment, "start": self.moment(first, first + 20)}
            found["treatment"] = [given]
        return found

    def conditions(self) -> list[dict[str, Any]]:
        terms = self.draw(
            st.lists(
                st.sampled_from(["multiple myeloma", "tonsillitis", "hepatitis C", "unheard-of"]),
                max_size=2,
                unique=True,
            )
        )
        found = []
        for number, term in enumerate(terms):
            periods: list[dict[str, Any]] = []
            for turn in range(self.one_of(0, 1, 2)):
                day = -60 + 100 * turn
                period = {"id": f"p{number}{turn}", "start": self.moment(day, day + 60)}
                if self.one_of(True, False):
                    period["stop"] = self.moment(day + 62, day + 90)
                activity = self.one_of(None, "active", "remission")
                periods.append(period | ({"activity": activity} if activity else {}))
            found.append({"id": f"k{number}", "term": term, "periods": periods})
        return found

    def tests(self) -> list[dict[str, Any]]:
        found = []
        for number in range(self.one_of(0, 0, 1, 2, 3)):
            test = {
                "id": f"t{number}",
                "test": self.one_of(*TESTS),
                "result": self.one_of(*RESULTS),
                "date": self.moment(0, 150),
            }
            if self.one_of(True, False, False):
                test["concerns"] = ["r"]
            found.append(test)
        return found

    def decisions(self) -> list[dict[str, Any]]:
        if self.one_of(True, True, False):
            return []
        fact, value = self.one_of(*FACTS_DECIDED)
        when = iso(self.draw(st.integers(20, 120)))
        return [{"pair": ["a", "r"], "fact": fact, "value": value, "reason": "x", "date": when}]

    def case(self) -> dict[str, Any]:
        ids = self.one_of("a", "ab", "ab", "abc")
        drugs = [self.drug(name) for name in ids]
        lcv = [self.episode("e1", 0, ids)]
        if self.one_of(True, False):
            lcv.append(self.episode("e2", 90, ids))
        if self.one_of(True, False, False):
            lcv.append(self.episode("e3", 170, ids))
        reactions = [{"id": "r", "term": "leukocytoclastic vasculitis", "episodes": lcv}]
        if self.one_of(True, False):
            term = self.one_of("itching", "ANCA-associated vasculitis", "purpura")
            second = [self.episode("i1", 0, ids)]
            reactions.append({"id": "q", "term": term, "episodes": second})
        return {
            "case_id": "random",
            "anchors": self.one_of(*ANCHORS),
            "drugs": drugs,
            "reactions": reactions,
            "conditions": self.conditions(),
            "investigations": self.tests(),
            "assessor": self.decisions(),
        }


@st.composite
def wide_cases(draw: st.DrawFn) -> Case:
    """Draw a case that the reader accepts."""
    tree = _Drawer(draw).case()
    try:
        return parse_case(json.dumps(tree), "random.json")
    except InputError:
        reject()
