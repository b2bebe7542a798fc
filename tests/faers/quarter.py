"""Made-up quarters, written in the present layout and in that of AERS."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Layout = Literal["current", "legacy"]

COLUMNS: Mapping[Layout, Mapping[str, str]] = {
    "current": {
        "DEMO": "primaryid$caseid$caseversion$i_f_code$event_dt$fda_dt$age$age_cod$sex",
        "DRUG": "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$route$dose_vbm$dechal$rechal",
        "REAC": "primaryid$caseid$pt$drug_rec_act",
        "OUTC": "primaryid$caseid$outc_cod",
        "RPSR": "primaryid$caseid$rpsr_cod",
        "THER": "primaryid$caseid$dsg_drug_seq$start_dt$end_dt$dur$dur_cod",
        "INDI": "primaryid$caseid$indi_drug_seq$indi_pt",
    },
    "legacy": {
        "DEMO": "ISR$CASE$I_F_COD$FOLL_SEQ$IMAGE$EVENT_DT$FDA_DT$AGE$AGE_COD$GNDR_COD",
        "DRUG": "ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$VAL_VBM$ROUTE$DOSE_VBM$DECHAL$RECHAL",
        "REAC": "ISR$PT",
        "OUTC": "ISR$OUTC_COD",
        "RPSR": "ISR$RPSR_COD",
        "THER": "ISR$DRUG_SEQ$START_DT$END_DT$DUR$DUR_COD",
        "INDI": "ISR$DRUG_SEQ$INDI_PT",
    },
}
_SAME_AS = {
    "isr": "primaryid",
    "case": "caseid",
    "foll_seq": "caseversion",
    "gndr_cod": "sex",
    "outc_code": "outc_cod",
    "dsg_drug_seq": "drug_seq",
    "indi_drug_seq": "drug_seq",
}


@dataclass(frozen=True)
class MadeDrug:
    """A drug: what stands in DRUG, and its rows in THER and INDI."""

    name: str = "AMOXICILLIN"
    role: str = "PS"
    dechal: str = ""
    rechal: str = ""
    prod_ai: str = ""
    therapies: tuple[tuple[str, ...], ...] = ()
    indications: tuple[str, ...] = ()

    def cells(self) -> dict[str, str]:
        return {
            "role_cod": self.role,
            "drugname": self.name,
            "prod_ai": self.prod_ai,
            "dechal": self.dechal,
            "rechal": self.rechal,
        }


@dataclass(frozen=True)
class MadeReport:
    """A report of one version of a case."""

    case: int = 7000001
    version: int = 1
    event: str = ""
    received: str = "20240101"
    drugs: tuple[MadeDrug, ...] = (MadeDrug(),)
    reactions: tuple[str, ...] = ("Cutaneous vasculitis",)
    recurred: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    def number(self, layout: Layout) -> int:
        """Return its number: of the case and version, or one that grows with the version."""
        if layout == "current":
            return self.case * 10 + self.version
        return (self.case - 7_000_000) * 10 + self.version + 4_000_000


Rows = list[dict[str, str]]


@dataclass
class Quarter:
    """The tables of a quarter, to be changed before they are written."""

    layout: Layout = "current"
    name: str = "24Q1"
    tables: dict[str, Rows] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)  # more lines, as they stand

    @classmethod
    def of(
        cls, reports: Sequence[MadeReport], layout: Layout = "current", name: str = "24Q1"
    ) -> "Quarter":
        """Return the tables of some reports."""
        tables: dict[str, Rows] = {kind: [] for kind in COLUMNS[layout]}
        for report in reports:
            ids = {"primaryid": str(report.number(layout)), "caseid": str(report.case)}
            for kind, cells in _rows(report):
                tables[kind].append({**ids, **cells})
        return cls(layout, name, tables)

    def write(
        self,
        folder: Path,
        *,
        trailing: bool | None = None,
        newline: str = "\n",
        encoding: str = "latin-1",
    ) -> Path:
        """Write the files; ``trailing`` ends every row with a sign, as AERS does."""
        folder.mkdir(parents=True, exist_ok=True)
        end = "$" if (self.layout == "legacy" if trailing is None else trailing) else ""
        for kind, header in COLUMNS[self.layout].items():
            if kind not in self.tables:
                continue
            names = header.lower().split("$")
            lines = [
                "$".join(row.get(_SAME_AS.get(name, name), "") for name in names) + end
                for row in self.tables[kind]
            ]
            text = newline.join([header, *lines, *self.lines.get(kind, ()), ""])
            suffix = "TXT" if self.layout == "legacy" else "txt"
            path = folder / f"{kind}{self.name}.{suffix}"
            path.write_text(text, encoding, newline="")
        return folder


def _rows(report: MadeReport) -> Iterator[tuple[str, dict[str, str]]]:
    yield (
        "DEMO",
        {
            "caseversion": str(report.version),
            "event_dt": report.event,
            "fda_dt": report.received,
            "age": "44",
            "age_cod": "YR",
            "sex": "F",
        },
    )
    for number, drug in enumerate(report.drugs, 1):
        seq = {"drug_seq": str(number)}
        yield "DRUG", {**seq, **drug.cells()}
        for therapy in drug.therapies:
            names = ("start_dt", "end_dt", "dur", "dur_cod")
            yield "THER", {**seq, **dict(zip(names, therapy, strict=False))}
        for indication in drug.indications:
            yield "INDI", {**seq, "indi_pt": indication}
    for pt in report.reactions:
        yield "REAC", {"pt": pt, "drug_rec_act": pt if pt in report.recurred else ""}
    for outcome in report.outcomes:
        yield "OUTC", {"outc_cod": outcome}
