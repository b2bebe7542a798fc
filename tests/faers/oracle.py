"""The join of quarters done once more, slowly and in another way: with plain pandas.

Only the rules that turn letters and therapy rows into cells are those of the product; they have
tests of their own.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from causality.faers.challenge import one_letter
from causality.faers.dates import parse_date
from causality.faers.treatment import Therapy, treatment

NAMES = {
    "isr": "primaryid",
    "case": "caseid",
    "foll_seq": "caseversion",
    "dsg_drug_seq": "drug_seq",
    "indi_drug_seq": "drug_seq",
    "outc_code": "outc_cod",
    "gndr_cod": "sex",
}
WANTED = ("prod_ai", "drug_rec_act", "caseversion")


def table(folder: Path, kind: str) -> pd.DataFrame:
    """Return one table of a folder with one quarter, all cells as text."""
    frames = []
    for path in sorted(folder.glob(f"{kind}*.[tT][xX][tT]")):
        with path.open(encoding="latin-1", newline="") as file:
            width = len(file.readline().rstrip("\r\n").split("$"))
        frame = pd.read_csv(
            path,
            sep="$",
            header=0,
            dtype=str,
            quoting=csv.QUOTE_NONE,
            encoding="latin-1",
            keep_default_na=False,
            index_col=False,
            usecols=range(width),
        )
        frame.columns = [NAMES.get(name.lower(), name.lower()) for name in frame.columns]
        frames.append(frame)
    found = pd.concat(frames, ignore_index=True).fillna("")
    for name in WANTED:
        if name not in found.columns:
            found[name] = ""
    return found


def counted_reports(folder: Path, deleted: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Return the rows of DEMO that count: first of a number, not deleted, latest of a case."""
    demo = table(folder, "DEMO").drop_duplicates("primaryid")
    demo = demo[~demo["caseid"].isin(deleted)]
    keys = pd.DataFrame(
        {
            "version": pd.to_numeric(demo["caseversion"], errors="coerce").fillna(0),
            "received": pd.to_numeric(demo["fda_dt"], errors="coerce").fillna(-1),
            "number": pd.to_numeric(demo["primaryid"]),
        }
    )
    order = keys.sort_values(["version", "received", "number"]).index
    return demo.loc[order].drop_duplicates("caseid", keep="last").sort_index()


def pairs(folder: Path, deleted: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Return case, report, drug and reaction of every row."""
    demo = counted_reports(folder, deleted)
    drug, reac = table(folder, "DRUG"), table(folder, "REAC")
    drug = drug[drug["role_cod"].isin(["PS", "SS", "I"])].copy()
    drug["drug"] = drug["prod_ai"].where(drug["prod_ai"] != "", drug["drugname"]).str.strip()
    drug["same"] = drug["drug"].str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    drug = drug[drug["drug"] != ""].drop_duplicates(["primaryid", "same"])
    reac = reac[reac["pt"].str.strip() != ""].copy()
    reac["term"] = reac["pt"].str.strip().str.casefold()
    reac = reac.drop_duplicates(["primaryid", "term"])
    joined = demo[["primaryid", "caseid"]].merge(
        drug[["primaryid", "drug", "same"]], on="primaryid"
    )
    return joined.merge(reac[["primaryid", "pt"]], on="primaryid")


def cells_of(folder: Path, report: str, same: str) -> Mapping[str, Any]:
    """Return the dates and letters of one drug of one report."""
    drug, ther, demo = (table(folder, kind) for kind in ("DRUG", "THER", "DEMO"))
    own = drug[(drug["primaryid"] == report) & drug["role_cod"].isin(["PS", "SS", "I"])]
    name = own["prod_ai"].where(own["prod_ai"] != "", own["drugname"])
    folded = name.str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    own = own[folded == same]
    given = ther[(ther["primaryid"] == report) & ther["drug_seq"].isin(own["drug_seq"])]
    event = demo.loc[demo["primaryid"] == report, "event_dt"].iloc[0]
    rows = [
        Therapy(*cells)
        for cells in given[["start_dt", "end_dt", "dur", "dur_cod"]].itertuples(index=False)
    ]
    onset = parse_date(event)
    return {
        "treatment": treatment(rows, onset),
        "onset": "" if onset is None else onset.text,
        "dechal": one_letter(own["dechal"]),
        "rechal": one_letter(own["rechal"]),
    }
