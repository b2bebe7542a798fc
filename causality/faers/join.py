"""The tables of some reports put together: one row per suspect drug and reaction."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from causality.faers.aside import SetAside
from causality.faers.codes import code_lists
from causality.faers.dates import Day, parse_date
from causality.faers.joined import SUSPECT, Joined, Matched, Part
from causality.faers.reports import Reports
from causality.faers.rows import Read
from causality.faers.suspects import Suspects
from causality.faers.texts import Texts
from causality.faers.treatment import Therapy, Treatment, treatment

if TYPE_CHECKING:
    from causality.faers.arrow import Bools, Ints

_SLICE = 25_000
_REMEMBERED = 20_000
_NOTHING = Treatment()


Indications = Callable[["Joined"], Mapping[tuple[int, str], str]]
"""Gives what indications say of the alternatives of a report and a reaction, where they do."""


class Joiner:
    """Joins part after part; what it found before, it remembers."""

    def __init__(
        self,
        reports: Reports,
        files: Sequence[Read],
        notes: Counter[str],
        indications: Indications,
    ) -> None:
        self.files = files
        self.reports = reports
        self.notes = notes
        self.indications = indications
        self._treatments: dict[tuple[object, ...], Treatment] = {}

    def __call__(
        self, first: int, demo: Any, parts: Mapping[str, Part]
    ) -> Iterator["Any | SetAside"]:
        """Yield the rows of some reports as Arrow tables of text, and what gives none.

        Parameters
        ----------
        first
            The place of the first of the reports in DEMO.
        demo
            Their rows in DEMO.
        """
        import numpy as np

        onset = demo_days(demo, self.notes)
        drug = self._drugs(parts["DRUG"])
        joined = Joined(
            reports=self.reports,
            first=first,
            demo=demo,
            drug=drug,
            reaction=self._reactions(parts["REAC"]),
            therapy=parts["THER"],
            indication=parts["INDI"],
            outcome=parts["OUTC"],
            source=parts["RPSR"],
            onset=onset,
            therapies=Matched.of(drug, parts["THER"], ("start_dt", "end_dt", "dur", "dur_cod")),
            said=Matched.of(drug, parts["INDI"], ("indi_pt",)),
        )
        suspect = _suspects(drug, self.notes)
        named = drug.texts("name").filled()
        yield from self._unnamed(joined, suspect & ~named)
        rows = np.flatnonzero(suspect & named)
        size = demo.num_rows
        suspects = np.bincount(drug.report[rows], minlength=size)
        reactions = np.bincount(joined.reaction.report, minlength=size)
        yield from self._without_pairs(first, suspects, reactions)
        yield from self._pairs(joined, rows, reactions)

    # What gives no row.

    def _unnamed(self, joined: Joined, drugs: "Bools") -> Iterator[SetAside]:
        """Yield drugs and reactions without a name; the reactions are left out."""
        import numpy as np

        for row in np.flatnonzero(drugs).tolist():
            yield self._row_aside(joined.drug, row, joined.first, "E853", "drugname")
        named = joined.reaction.texts("pt").filled()
        for row in np.flatnonzero(~named).tolist():
            yield self._row_aside(joined.reaction, row, joined.first, "E854", "pt")
        joined.reaction = joined.reaction.taken(np.flatnonzero(named))

    def _row_aside(self, part: Part, row: int, first: int, code: str, column: str) -> SetAside:
        place = first + int(part.report[row])
        values = part.table.slice(row, 1).to_pylist()[0]
        return SetAside(
            code=code,
            file=self.files[values["file"]].file.name,
            line=values["line"],
            case_id=str(self.reports.case[place]),
            report=self.reports.name(place),
            column=column,
            params={"found": self.reports.name(place)},
        )

    def _without_pairs(self, first: int, suspects: "Ints", reactions: "Ints") -> Iterator[SetAside]:
        import numpy as np

        kept = self.reports.status[first : first + len(suspects)] == 0
        self.notes["with_pairs"] += int((kept & (suspects > 0) & (reactions > 0)).sum())
        unsuspected = np.flatnonzero(kept & (suspects == 0))
        unreacted = np.flatnonzero(kept & (suspects > 0) & (reactions == 0))
        self.notes["without_suspect"] += len(unsuspected)
        self.notes["without_reaction"] += len(unreacted)
        for place in unsuspected.tolist():
            yield self.reports.set_aside(first + place, "E850", "role_cod")
        for place in unreacted.tolist():
            yield self.reports.set_aside(first + place, "E851", "pt")

    def _drugs(self, part: Part) -> Part:
        """Return the drugs, each once, with the name of the substance or else the one reported."""
        import numpy as np

        seq = part.texts("seq")
        keys = part.report.astype(np.int64) * len(seq.values) + seq.codes
        part = part.taken(self._unlike(part, keys, _DRUG_TEXTS))
        unspecified = code_lists()["no_substance"]
        given, reported = part.texts("prod_ai"), part.texts("drugname")
        substance = given.mapped(lambda text: "" if text.casefold() in unspecified else text)
        name = substance.where(substance.filled(), reported)
        return Part(part.table.append_column("name", name.text()), part.report)

    def _reactions(self, part: Part) -> Part:
        """Return the reactions, each once; a repeated one that recurred did so."""
        import numpy as np

        pt = part.texts("pt").mapped(str.casefold)
        numbers: dict[str, int] = {}
        distinct = np.asarray([numbers.setdefault(v, len(numbers)) for v in pt.values], np.int64)
        keys = part.report.astype(np.int64) * max(len(numbers), 1) + distinct[pt.codes]
        recurred = part.texts("drug_rec_act").filled()
        order = np.lexsort((np.arange(len(keys)), ~recurred, keys))
        _, first = np.unique(keys[order], return_index=True)
        kept = np.sort(order[first])
        empty = ~part.texts("pt").filled()
        kept = np.union1d(kept, np.flatnonzero(empty))
        self.notes["repeated_rows"] += len(keys) - len(kept)
        return part.taken(kept)

    def _unlike(self, part: Part, keys: "Ints", names: tuple[str, ...]) -> "Ints":
        """Return the rows that are not like an earlier one with the same key."""
        import numpy as np

        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        doubtful = np.flatnonzero(counts[inverse] > 1)
        if not len(doubtful):
            return np.arange(len(keys))
        some = part.taken(doubtful)
        columns = [some.texts(name).listed() for name in names]
        seen: set[tuple[object, ...]] = set()
        dropped = []
        for row, key in enumerate(zip(keys[doubtful].tolist(), *columns, strict=True)):
            if key in seen:
                dropped.append(row)
            seen.add(key)
        self.notes["repeated_rows"] += len(dropped)
        return np.delete(np.arange(len(keys)), doubtful[dropped])

    # Pairs.

    def _pairs(self, joined: Joined, rows: "Ints", reactions: "Ints") -> Iterator[Any]:
        """Yield the rows of the pairs, some at a time."""
        import numpy as np

        suspects = Suspects.of(joined, rows, self.treatment)
        effects = self.indications(joined)
        counts = reactions[suspects.report]
        begins = np.cumsum(counts) - counts
        first_reaction = np.cumsum(reactions) - reactions
        total = int(counts.sum())
        for start in range(0, total, _SLICE):
            number = np.arange(start, min(start + _SLICE, total))
            drug = np.searchsorted(begins, number, side="right") - 1
            reaction = first_reaction[suspects.report[drug]] + number - begins[drug]
            yield suspects.table(drug, reaction, effects)
        self.notes["pairs"] += total

    def treatment(self, rows: Sequence[Therapy], onset: Day | None) -> Treatment:
        """Return the dates of a drug."""
        if not rows:
            return _NOTHING
        key = (onset if len(rows) > 1 else None, *rows)
        found = self._treatments.get(key)
        if found is None:
            found = treatment(rows, onset)
            if len(self._treatments) >= _REMEMBERED:
                self._treatments.clear()
            self._treatments[key] = found
        return found


_DRUG_TEXTS = (
    "role_cod",
    "drugname",
    "prod_ai",
    "route",
    "dose_vbm",
    "dechal",
    "rechal",
)


def demo_days(demo: Any, notes: Counter[str]) -> list[Day | None]:
    """Return the day of the event of each report."""
    event = Texts.of(demo, "event_dt")
    days = event.each(parse_date)
    notes["event_date_unreadable"] += sum(
        1 for code in event.codes.tolist() if days[code] is None and event.values[code]
    )
    return [days[code] for code in event.codes.tolist()]


def _suspects(drug: Part, notes: Counter[str]) -> "Bools":
    import numpy as np

    roles: Mapping[str, str] = code_lists()["roles"]
    role = drug.texts("role_cod")
    found = [roles.get(text.upper()) for text in role.values]
    unknown = np.asarray([name is None for name in found], dtype=bool)[role.codes]
    notes["role_unreadable"] += int(unknown.sum())
    suspect: Bools = np.asarray([name in SUSPECT for name in found], dtype=bool)[role.codes]
    return suspect
