"""Real quarters, joined as an independent script joins them."""

from pathlib import Path

import pandas as pd
import pytest

from causality.errors import InputError
from tests.faers import oracle
from tests.faers.reading import SAMPLES, read

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples here")
FOLDERS = [
    "aers_ascii_2004q1_sample",
    "faers_ascii_2017q2_sample",
    "faers_ascii_2022q4_mini",
    "ubesp_2020q3_excerpt",
]


@pytest.mark.parametrize("name", FOLDERS)
def test_pairs_are_those_of_an_independent_script(name: str) -> None:
    expected = oracle.pairs(SAMPLES / name)
    found = pd.DataFrame(read(SAMPLES / name).rows)
    ours = sorted(
        zip(found["case_id"], found["report"], found["drug"], found["reaction"], strict=True)
    )
    theirs = expected[["caseid", "primaryid", "drug", "pt"]]
    assert ours == sorted(theirs.itertuples(index=False, name=None))


@pytest.mark.parametrize("name", FOLDERS)
def test_every_report_has_rows_or_a_reason(name: str) -> None:
    found = read(SAMPLES / name)
    with_rows = {row["report"] for row in found.rows}
    tables = (oracle.table(SAMPLES / name, kind) for kind in ("DEMO", "DRUG", "REAC", "OUTC"))
    numbers = set().union(*(table["primaryid"] for table in tables))
    assert numbers <= with_rows | {entry.report for entry in found.aside}
    counts = found.about["reports"]
    reasons = ("deleted", "older_version", "repeated_number", "without_suspect", "without_reaction")
    assert counts["read"] == counts["with_pairs"] + sum(counts[reason] for reason in reasons)
    assert counts["with_pairs"] == len(with_rows)


@pytest.mark.parametrize("name", FOLDERS)
def test_dates_and_letters_are_those_of_the_drug(name: str) -> None:
    folder = SAMPLES / name
    same = oracle.pairs(folder).set_index(["primaryid", "drug"])["same"]
    same = same[~same.index.duplicated()]
    seen = set()
    for row in read(folder).rows:
        key = row["report"], row["drug"]
        if key in seen:
            continue
        seen.add(key)
        cells = oracle.cells_of(folder, row["report"], same[key])
        given = cells["treatment"]
        dates = row["drug_start"], row["drug_stop"], row["rechallenge_start"]
        assert dates == (given.start, given.stop, given.again_start)
        assert (row["reaction_onset"], row["dechal"], row["rechal"]) == (
            cells["onset"],
            cells["dechal"],
            cells["rechal"],
        )
    assert seen


def test_counts_of_the_samples_are_those_of_their_description() -> None:
    """The letters and dates that the folder's own list counts, before any row is left out."""
    for name, dechal, starts in (
        ("aers_ascii_2004q1_sample", {"D": 33, "Y": 11, "N": 4, "U": 1}, 69),
        ("faers_ascii_2017q2_sample", {"U": 55, "Y": 20, "D": 16, "N": 5}, 54),
    ):
        drug, ther = (oracle.table(SAMPLES / name, kind) for kind in ("DRUG", "THER"))
        counts = drug["dechal"].value_counts().to_dict()
        counts.pop("", None)
        assert counts == dechal
        assert (ther["start_dt"] != "").sum() == starts


@pytest.mark.parametrize("name", FOLDERS)
def test_a_slice_of_memory_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small blocks, parts and slices give the same rows as large ones."""
    whole = read(SAMPLES / name)
    monkeypatch.setattr("causality.faers.spool.REPORTS", 3)
    monkeypatch.setattr("causality.faers.join._SLICE", 7)
    monkeypatch.setattr("causality.faers.lines.BLOCK", 997)
    monkeypatch.setattr("causality.faers.lines.blocks.__kwdefaults__", {"size": 997})
    cut = read(SAMPLES / name)
    assert cut.rows == whole.rows
    assert sorted(cut.places) == sorted(whole.places)
    assert cut.about["reports"] == whole.about["reports"]


def test_cleaned_copy_of_faers_is_refused_with_what_is_needed() -> None:
    with pytest.raises(InputError) as error:
        read(SAMPLES / "diana_faers_sample")
    assert [problem.code for problem in error.value.problems] == ["E841"]


def test_cleaned_copy_written_as_a_quarter_gives_its_letters(tmp_path: Path) -> None:
    """500 real reports with many letters and dates, written in the present layout."""
    source = SAMPLES / "diana_faers_sample"
    read_csv = {
        p.stem: pd.read_csv(p, dtype=str, keep_default_na=False) for p in source.glob("*.csv")
    }
    demo = read_csv["Demo"].merge(read_csv["Demo_Supp"], on="primaryid")
    drug = read_csv["Drug_Name"].merge(read_csv["Drug_Supp"], on=["primaryid", "drug_seq"])
    roles = read_csv["Drug"].drop_duplicates(["primaryid", "drug_seq"])
    drug = drug.merge(roles[["primaryid", "drug_seq", "role_cod"]], on=["primaryid", "drug_seq"])
    tables = {
        "DEMO": demo[["primaryid", "caseid", "caseversion", "event_dt", "fda_dt", "sex"]],
        "DRUG": drug[["primaryid", "drug_seq", "role_cod", "drugname", "dechal", "rechal"]],
        "REAC": read_csv["Reac"],
        "THER": read_csv["Ther"][["primaryid", "drug_seq", "start_dt", "end_dt"]],
        "INDI": read_csv["Indi"],
    }
    for kind, table in tables.items():
        named = table.rename(columns={"drug_seq": "dsg_drug_seq"} if kind == "THER" else {})
        text = "\n".join(["$".join(named.columns), *("$".join(r) for r in named.to_numpy())])
        (tmp_path / f"{kind}24Q1.txt").write_text(text, "latin-1")
    found = read(tmp_path)
    expected = oracle.pairs(tmp_path)
    assert len(found.rows) == len(expected) > 1000
    assert {row["report"] for row in found.rows} == set(expected["primaryid"])
    improved = [row for row in found.rows if row["course"] == "improved"]
    assert improved
    assert all(row["dechal"] == "Y" and row["action"] == "withdrawn" for row in improved)
    assert len(improved) == sum(row["dechal"] == "Y" for row in found.rows)
