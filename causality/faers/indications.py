"""What the indications of a report say of the alternative causes of its reactions.

By the rules of a case: a report whose reaction and any of whose indications the knowledge knows is
made a small case, and the fact about diseases is taken from it. Few reports are of that kind.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from causality.case.identity import with_ids
from causality.case.model import Case
from causality.errors import InputError
from causality.evidence.derive import PairDeriver
from causality.faers.codes import code_lists
from causality.faers.dates import parse_date
from causality.faers.joined import SUSPECT, Joined
from causality.faers.treatment import Therapy
from causality.knowledge.base import Knowledge
from causality.terms.facts import default
from causality.timeline.order import Moment
from causality.timeline.snapshot import Timeline

FACT = "alternative_nondrug"


class IndicationEffects:
    """Finds the effects of the indications of reports."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.conventions = {n: c.default for n, c in knowledge.conventions.items()}

    def __call__(self, joined: Joined) -> Mapping[tuple[int, str], str]:
        """Return the state of the alternatives by report and reaction, where one is brought up."""
        import numpy as np

        pt = joined.reaction.texts("pt")
        named = self.knowledge.indications_named
        said = joined.indication.texts("indi_pt")
        telling = np.asarray(said.each(lambda text: bool(named(text))), dtype=bool)
        known = np.asarray(pt.each(lambda t: bool(self.knowledge.reaction_syndromes(t))), bool)
        if not (telling.any() and known.any()):
            return {}
        reports = np.intersect1d(
            joined.reaction.report[known[pt.codes]], joined.indication.report[telling[said.codes]]
        )
        found: dict[tuple[int, str], str] = {}
        for report in reports.tolist():
            rows = np.flatnonzero((joined.reaction.report == report) & known[pt.codes])
            terms = list(dict.fromkeys(pt.take(rows).listed()))
            found.update({(report, t): v for t, v in self._effects(joined, report, terms)})
        return found

    def _effects(self, joined: Joined, report: int, terms: list[str]) -> Iterator[tuple[str, str]]:
        try:
            case = with_ids(Case.model_validate(_case(joined, report, terms)))
            timeline = Timeline.of(case)
        except (InputError, ValidationError):
            return  # a report that is no case: its own remarks say what is wrong with its dates
        snapshot = timeline.at(Moment(label="", whole=True))
        for drug in [d for d in case.drugs if d.role in SUSPECT][:1]:
            for reaction in case.reactions:
                pair = PairDeriver(timeline, drug, reaction, self.knowledge, self.conventions)
                evidence = pair.at(snapshot)
                if evidence is not None and evidence.facts[FACT].value != default(FACT):
                    yield reaction.term, evidence.facts[FACT].value


def _case(joined: Joined, report: int, terms: list[str]) -> dict[str, Any]:
    import numpy as np

    roles = code_lists()["roles"]
    rows = np.flatnonzero(joined.drug.report == report)
    drug = joined.drug.taken(rows)
    names, codes = drug.texts("name").listed(), drug.texts("role_cod").listed()
    onset = joined.onset[report]
    return {
        "case_id": str(report),
        "drugs": [
            {
                "name": name,
                "role": roles.get(code.upper(), "concomitant"),
                "indication": indication or None,
                "exposures": [_exposure(t) for t in joined.given([row]) or [Therapy()]],
            }
            for row, name, code in zip(rows.tolist(), names, codes, strict=True)
            for indication in joined.indications([row]) or [""]
            if name
        ],
        "reactions": [
            {"term": term, "episodes": [{"onset": None if onset is None else onset.text}]}
            for term in terms
        ],
    }


def _exposure(row: Therapy) -> dict[str, str]:
    found = {"start": parse_date(row.start), "stop": parse_date(row.end)}
    start, stop = found.values()
    if start is not None and stop is not None and stop.high < start.low:
        found.pop("stop")
    return {key: day.text for key, day in found.items() if day is not None}
