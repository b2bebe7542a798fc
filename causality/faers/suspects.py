"""The rows of suspect drugs, each with every reaction of its report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causality.faers.challenge import SIGN, Challenge, challenge
from causality.faers.codes import code_lists
from causality.faers.dates import Day
from causality.faers.joined import Joined
from causality.faers.pool import Pool, with_lines
from causality.faers.texts import Texts, grouped
from causality.faers.treatment import Therapy, Treatment

if TYPE_CHECKING:
    from causality.faers.arrow import Bools, Ints

_POOLED = ("role_cod", "drugname", "route", "dose_vbm", "dechal", "rechal")
FindTreatment = Callable[[Sequence[Therapy], Day | None], Treatment]
COLUMNS = (
    "case_id",
    "drug",
    "reaction",
    "drug_start",
    "drug_stop",
    "reaction_onset",
    "rechallenge_start",
    "rechallenge_stop",
    "action",
    "course",
    "rechallenge",
    "recurred",
    "alternative",
    "report",
    "source",
    "role_cod",
    "drugname",
    "route",
    "dose_vbm",
    "dechal",
    "rechal",
    "drug_rec_act",
    "indication",
    "outc_cod",
    "rpsr_cod",
    "age",
    "sex",
    "faers_remarks",
)
"""The columns of the rows: those of a batch, then what a person wants to see beside them."""


@dataclass(slots=True)
class Suspects:
    """What the rows of each suspect drug have in common."""

    joined: Joined
    report: "Ints"
    columns: dict[str, Texts]
    remarks: Texts
    again: "Bools"  # given again after the reaction by the dates
    pt: Texts
    recurred: Texts
    several: "Bools"  # reports with more than one reaction
    named: "Bools"  # reports in which any reaction is said to have recurred

    @classmethod
    def of(cls, joined: Joined, rows: "Ints", find: FindTreatment) -> "Suspects":
        """Return the suspects that stand in some rows of DRUG."""
        import numpy as np

        pool = Pool.of(joined.drug, rows)
        drug = joined.drug.taken(pool.rows)
        given = [
            find(joined.given(pool.entries(n)), onset)
            for n, onset in enumerate(joined.onset[report] for report in drug.report.tolist())
        ]
        size, reaction = joined.demo.num_rows, joined.reaction
        recurred = reaction.texts("drug_rec_act")
        reactions = np.bincount(reaction.report, minlength=size)
        named = np.bincount(reaction.report[recurred.filled()], minlength=size) > 0
        return cls(
            joined=joined,
            report=drug.report,
            columns=_columns(joined, pool, given),
            remarks=Texts.made(_remarks(joined, pool, given)),
            again=np.asarray([bool(t.again_start) for t in given], dtype=bool),
            pt=reaction.texts("pt"),
            recurred=recurred,
            several=reactions > 1,
            named=named,
        )

    def table(self, drug: "Ints", reaction: "Ints", effects: Mapping[tuple[int, str], str]) -> Any:
        """Return the rows of some pairs.

        Parameters
        ----------
        drug, reaction
            The rows of the suspects, and of the reactions.
        """
        import pyarrow as pa

        found = {name: texts.take(drug) for name, texts in self.columns.items()}
        found["reaction"] = self.pt.take(reaction)
        found["drug_rec_act"] = self.recurred.take(reaction)
        answers, codes = self._challenges(drug, reaction)
        for name in ("action", "course", "rechallenge", "recurred"):
            found[name] = Texts(codes, [getattr(answer, name) for answer in answers])
        found["alternative"] = self._alternatives(drug, found["reaction"], effects)
        found["faers_remarks"] = self._remarks(drug, answers, codes, found["alternative"])
        found["source"] = with_lines(found["source"], "REAC", self.joined.reaction, reaction)
        return pa.table([found[name].arrow() for name in COLUMNS], names=list(COLUMNS))

    def _challenges(self, drug: "Ints", reaction: "Ints") -> "tuple[list[Challenge], Ints]":
        """Return the distinct answers, and which of them each pair has."""
        import numpy as np

        dechal, rechal = self.columns["dechal"], self.columns["rechal"]
        report = self.report[drug]
        flags = (
            self.several[report],
            self.named[report],
            self.recurred.filled()[reaction],
            self.again[drug],
        )
        packed = dechal.codes[drug].astype(np.int64) * len(rechal.values) + rechal.codes[drug]
        for flag in flags:
            packed = packed * 2 + flag
        _, first, codes = np.unique(packed, return_index=True, return_inverse=True)
        answers = []
        for row in first.tolist():
            several, named, here, again = (bool(flag[row]) for flag in flags)
            answers.append(
                challenge(
                    dechal.at(int(drug[row])),
                    rechal.at(int(drug[row])),
                    alone=not several,
                    recurrence_named=named,
                    recurred_here=here,
                    given_again=again,
                )
            )
        return answers, codes

    def _alternatives(
        self, drug: "Ints", reaction: Texts, effects: Mapping[tuple[int, str], str]
    ) -> Texts:
        if not effects:
            return Texts.same("", len(drug))
        pairs = zip(self.report[drug].tolist(), reaction.listed(), strict=True)
        return Texts.made(effects.get(pair, "") for pair in pairs)

    def _remarks(
        self, drug: "Ints", answers: "list[Challenge]", codes: "Ints", alternative: Texts
    ) -> Texts:
        """Return the remarks on some pairs, with a sign between them."""
        import numpy as np

        own = self.remarks.take(drug)
        said = alternative.filled()
        packed = (own.codes.astype(np.int64) * len(answers) + codes) * 2 + said
        _, first, numbers = np.unique(packed, return_index=True, return_inverse=True)
        texts = []
        for row in first.tolist():
            remarks = [own.at(row), *answers[codes[row]].remarks]
            remarks += ["alternative_from_indication"] if said[row] else []
            texts.append(SIGN.join(filter(None, remarks)))
        return Texts(numbers, texts)


def _columns(joined: Joined, pool: Pool, given: list[Treatment]) -> dict[str, Texts]:
    """Return the columns that all rows of a suspect have in common."""
    drug = joined.drug.taken(pool.rows)
    columns = {
        "drug": drug.texts("name"),
        "drug_start": Texts.made(t.start for t in given),
        "drug_stop": Texts.made(t.stop for t in given),
        "rechallenge_start": Texts.made(t.again_start for t in given),
        "rechallenge_stop": Texts.made(t.again_stop for t in given),
        "indication": Texts.made(
            SIGN.join(joined.indications(pool.entries(n))) for n in range(len(pool.rows))
        ),
        **{name: pool.column(joined.drug, name) for name in _POOLED},
        **{name: texts.take(drug.report) for name, texts in _of_reports(joined).items()},
    }
    columns["source"] = pool.lines(joined.drug, columns.pop("demo_place"))
    return columns


def _remarks(joined: Joined, pool: Pool, given: list[Treatment]) -> Iterator[str]:
    """Yield the remarks on each suspect, with a sign between them."""
    event = Texts.of(joined.demo, "event_dt").listed()
    reports = joined.drug.report[pool.rows].tolist()
    for number, (found, report) in enumerate(zip(given, reports, strict=True)):
        remarks = [*found.remarks]
        if event[report] and joined.onset[report] is None:
            remarks.append("event_date_unreadable")
        if number in pool.more:
            remarks.append("listed_several_times")
        yield SIGN.join(remarks)


def _of_reports(joined: Joined) -> dict[str, Texts]:
    """Return the columns that all rows of a report have in common."""
    reports, first = joined.reports, joined.first
    size = joined.demo.num_rows
    places = range(first, first + size)
    units: Mapping[str, str] = code_lists()["age_units"]
    ages, codes = (Texts.of(joined.demo, name).listed() for name in ("age", "age_cod"))
    return {
        "case_id": Texts.made(str(reports.case[place]) for place in places),
        "report": Texts.made(reports.name(place) for place in places),
        "demo_place": Texts.made(
            f"{reports.files[reports.file[place]].quarter_name} DEMO:{reports.line[place]}"
            for place in places
        ),
        "reaction_onset": Texts.made("" if day is None else day.text for day in joined.onset),
        "outc_cod": grouped(joined.outcome.report, joined.outcome.texts("outc_cod"), size, SIGN),
        "rpsr_cod": grouped(joined.source.report, joined.source.texts("rpsr_cod"), size, SIGN),
        "age": Texts.made(
            f"{age} {units.get(unit.upper(), unit)}".strip()
            for age, unit in zip(ages, codes, strict=True)
        ),
        "sex": Texts.of(joined.demo, "sex"),
    }
