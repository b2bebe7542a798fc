"""The traps of the files, one by one, in both layouts."""

from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.errors import InputError
from causality.words import Words
from tests.faers import oracle
from tests.faers.quarter import Layout, MadeDrug, MadeReport, Quarter
from tests.faers.reading import Found, read

BOTH: list[Layout] = ["current", "legacy"]


def pairs(found: Found) -> list[tuple[str, str]]:
    return [(row["drug"], row["reaction"]) for row in found.rows]


@pytest.mark.parametrize("layout", BOTH)
def test_report_gives_a_row_for_each_suspect_and_reaction(layout: Layout, tmp_path: Path) -> None:
    report = MadeReport(
        event="20240110",
        drugs=(
            MadeDrug(
                "A", "PS", "Y", "N", therapies=(("20240101", "20240112"),), indications=("Pain",)
            ),
            MadeDrug("B", "C", "Y", "Y"),
            MadeDrug("D", "SS", "D", "D"),
            MadeDrug("E", "I"),
            MadeDrug("F", "DN"),
        ),
        reactions=("Rash", "Fever"),
        outcomes=("HO", "OT"),
    )
    found = read(Quarter.of([report], layout).write(tmp_path))
    assert sorted(pairs(found)) == sorted((d, r) for d in "ADE" for r in ("Rash", "Fever"))
    row = next(row for row in found.rows if row["drug"] == "A" and row["reaction"] == "Rash")
    assert row["case_id"] == "7000001"
    assert row["report"] == str(report.number(layout))
    assert row["source"] == "24Q1 DEMO:2 DRUG:2 REAC:2"
    assert (row["drug_start"], row["drug_stop"]) == ("2024-01-01", "2024-01-12")
    assert (row["reaction_onset"], row["action"], row["course"]) == (
        "2024-01-10",
        "withdrawn",
        "improved",
    )
    assert (row["rechallenge"], row["recurred"]) == ("", "no")
    assert (row["indication"], row["outc_cod"], row["age"], row["sex"]) == (
        "Pain",
        "HO;OT",
        "44 years",
        "F",
    )
    assert not found.aside


@pytest.mark.parametrize("layout", BOTH)
@pytest.mark.parametrize("trailing", [True, False])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_ends_of_lines_do_not_matter(
    layout: Layout, trailing: bool, newline: str, tmp_path: Path
) -> None:
    quarter = Quarter.of([MadeReport(), MadeReport(case=7000002)], layout)
    found = read(quarter.write(tmp_path, trailing=trailing, newline=newline))
    assert pairs(found) == [("AMOXICILLIN", "Cutaneous vasculitis")] * 2
    assert [row["source"][-19:] for row in found.rows] == [
        " DEMO:2 DRUG:2 REAC:2"[-19:],
        " DEMO:3 DRUG:3 REAC:3"[-19:],
    ]


def test_file_that_ends_without_a_newline_is_read_whole(tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport(reactions=("Rash", "Fever"))]).write(tmp_path)
    path = folder / "REAC24Q1.txt"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert len(read(folder).rows) == 2


@pytest.mark.parametrize(
    ("written", "encoding"),
    [("Sjögren’s syndrome", "cp1252"), ("Sjögren's", "latin-1"), ("Sjögren’s", "utf-8")],
)
def test_encoding_is_found_line_by_line(written: str, encoding: str, tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport(reactions=("Rash",))]).write(tmp_path)
    number = MadeReport().number("current")
    with (folder / "REAC24Q1.txt").open("ab") as file:
        file.write(f"{number}$7000001${written}$\n".encode(encoding))
        file.write(f"{number}$7000001$Naïve pain$\n".encode("latin-1"))
    assert {r for _, r in pairs(read(folder))} == {"Rash", written, "Naïve pain"}


def test_quotes_are_signs_like_any_other(tmp_path: Path) -> None:
    report = MadeReport(
        drugs=(MadeDrug('"BEST" DRUG'), MadeDrug('5" TUBE', "SS"), MadeDrug('"', "SS")),
        reactions=('"Rash', "Fever"),
    )
    found = read(Quarter.of([report]).write(tmp_path))
    assert {drug for drug, _ in pairs(found)} == {'"BEST" DRUG', '5" TUBE', '"'}
    assert {reaction for _, reaction in pairs(found)} == {'"Rash', "Fever"}


def test_signs_that_are_none_become_blanks(tmp_path: Path) -> None:
    report = MadeReport(drugs=(MadeDrug("A\tB\x00C\rD"),))
    assert read(Quarter.of([report]).write(tmp_path)).rows[0]["drug"] == "A B C D"


def test_blank_lines_count_as_lines(tmp_path: Path) -> None:
    quarter = Quarter.of([MadeReport()])
    quarter.lines["DEMO"] = ["", "70000021$7000002$1$I$$20240101$$$F", "wrong"]
    quarter.lines["DRUG"] = ["70000021$7000002$1$PS$B$$$$$"]
    quarter.lines["REAC"] = ["70000021$7000002$Rash$"]
    found = read(quarter.write(tmp_path))
    assert found.rows[1]["source"].startswith("24Q1 DEMO:4 ")
    assert found.places == [("E845", "DEMO24Q1.txt", 5)]


@pytest.mark.parametrize("layout", BOTH)
@pytest.mark.parametrize("kind", ["DEMO", "DRUG", "REAC", "THER", "INDI", "OUTC", "RPSR"])
def test_ragged_lines_are_set_aside_with_their_place(
    layout: Layout, kind: str, tmp_path: Path
) -> None:
    quarter = Quarter.of([MadeReport()], layout)
    quarter.lines[kind] = ["1", "$" * 40, "3"]
    found = read(quarter.write(tmp_path))
    line = len(quarter.tables[kind]) + 2
    name = f"{kind}24Q1.{'TXT' if layout == 'legacy' else 'txt'}"
    assert found.places == [("E845", name, line + n) for n in range(3)]
    assert found.aside[0].params["found"] == 1
    assert len(found.rows) == 1


def test_row_without_a_number_is_set_aside(tmp_path: Path) -> None:
    quarter = Quarter.of([MadeReport()])
    quarter.lines["REAC"] = ["$7000001$Rash$", "12x$7000001$Rash$", "9" * 30 + "$7000001$Rash$"]
    quarter.lines["DEMO"] = ["99$$1$I$$20240101$$$F"]
    found = read(quarter.write(tmp_path))
    assert sorted(found.places) == [
        ("E846", "DEMO24Q1.txt", 3),
        *(("E846", "REAC24Q1.txt", line) for line in (3, 4, 5)),
    ]
    assert {entry.column for entry in found.aside} == {"primaryid", "caseid"}


@pytest.mark.parametrize("layout", BOTH)
def test_latest_version_counts(layout: Layout, tmp_path: Path) -> None:
    reports = [
        MadeReport(version=2, received="20240301", reactions=("Fever",)),
        MadeReport(version=1, received="20240101"),
    ]
    found = read(Quarter.of(reports, layout).write(tmp_path))
    assert [reaction for _, reaction in pairs(found)] == ["Fever"]
    (older,) = found.aside
    assert (older.code, older.line, older.case_id) == ("E848", 3, "7000001")
    assert older.column == ("caseversion" if layout == "current" else "foll_seq")
    assert older.params["other"] == str(reports[0].number(layout))
    assert found.about["reports"]["older_version"] == 1


def test_latest_version_counts_across_quarters_and_layouts(tmp_path: Path) -> None:
    old = MadeReport(version=1, received="20110101", reactions=("First",))
    new = MadeReport(version=2, received="20150101", reactions=("Second",))
    again = MadeReport(version=3, received="20160101", reactions=("Third",))
    Quarter.of([old], "legacy", "11Q1").write(tmp_path)
    Quarter.of([new], "current", "15Q1").write(tmp_path)
    Quarter.of([again], "current", "16Q2").write(tmp_path)
    found = read(tmp_path)
    assert [reaction for _, reaction in pairs(found)] == ["Third"]
    assert found.codes == {"E848": 2}
    assert found.about["quarters"] == ["11Q1", "15Q1", "16Q2"]


def test_number_that_two_quarters_share_is_joined_within_each(tmp_path: Path) -> None:
    """An old number can be that of a later report: the rows of one are not those of the other."""
    old = MadeReport(case=7000001, reactions=("Old",))
    number = old.number("legacy")
    Quarter.of([old], "legacy", "10Q1").write(tmp_path)
    quarter = Quarter.of([], "current", "20Q1")
    quarter.lines = {
        "DEMO": [f"{number}$555$1$I$$20200101$$$F"],
        "DRUG": [f"{number}$555$1$PS$NEW$$$$$"],
        "REAC": [f"{number}$555$New$"],
    }
    quarter.write(tmp_path)
    assert sorted(pairs(read(tmp_path))) == [("AMOXICILLIN", "Old"), ("NEW", "New")]


def test_repeated_number_counts_once(tmp_path: Path) -> None:
    found = read(Quarter.of([MadeReport(), MadeReport()]).write(tmp_path))
    assert len(found.rows) == 1
    assert found.places == [("E849", "DEMO24Q1.txt", 3)]
    assert found.about["rows"]["repeated"] == 2


@pytest.mark.parametrize(
    "name",
    [
        "Deleted/DELETE24Q1.txt",
        "deleted/ADR24Q1DeletedCases.txt",
        "DELETED/24Q1DeletedCases.TXT",
        "deleted/AllDeletedCases.txt",
    ],
)
def test_deleted_cases_are_set_aside(name: str, tmp_path: Path) -> None:
    Quarter.of([MadeReport(), MadeReport(case=7000002)]).write(tmp_path / "ASCII")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("CASEID\r\n7000001$\r\n 999 \r\n")
    found = read(tmp_path)
    assert [row["case_id"] for row in found.rows] == ["7000002"]
    assert [(entry.code, entry.case_id) for entry in found.aside] == [("E847", "7000001")]


def test_list_of_deleted_cases_reaches_back_and_not_ahead(tmp_path: Path) -> None:
    Quarter.of([MadeReport(case=7000001)], name="23Q1").write(tmp_path)
    Quarter.of([MadeReport(case=7000002)], name="24Q2").write(tmp_path)
    (tmp_path / "DELETE24Q1.txt").write_text("7000001\n7000002\n")
    found = read(tmp_path)
    assert [row["case_id"] for row in found.rows] == ["7000002"]


@pytest.mark.parametrize("layout", BOTH)
def test_reports_without_a_pair_say_why(layout: Layout, tmp_path: Path) -> None:
    reports = [
        MadeReport(case=7000001, drugs=(MadeDrug(role="C"),)),
        MadeReport(case=7000002, drugs=()),
        MadeReport(case=7000003, reactions=()),
        MadeReport(case=7000004),
    ]
    found = read(Quarter.of(reports, layout).write(tmp_path))
    assert [(entry.code, entry.case_id, entry.line) for entry in found.aside] == [
        ("E850", "7000001", 2),
        ("E850", "7000002", 3),
        ("E851", "7000003", 4),
    ]
    assert [row["case_id"] for row in found.rows] == ["7000004"]


def test_drugs_and_reactions_without_a_name_are_set_aside(tmp_path: Path) -> None:
    report = MadeReport(drugs=(MadeDrug(), MadeDrug(" ", "SS")), reactions=("Rash", " ", "Fever"))
    found = read(Quarter.of([report]).write(tmp_path))
    assert len(found.rows) == 2
    assert found.places == [("E853", "DRUG24Q1.txt", 3), ("E854", "REAC24Q1.txt", 3)]


def test_rows_of_reports_that_demo_does_not_have_are_listed_once(tmp_path: Path) -> None:
    quarter = Quarter.of([MadeReport()])
    quarter.lines["DRUG"] = ["123$12$1$PS$X$$$$$", "123$12$2$SS$Y$$$$$"]
    quarter.lines["OUTC"] = ["123$12$DE", "77$7$HO"]
    found = read(quarter.write(tmp_path))
    assert [(e.code, e.report, e.file, e.line, e.params["rows"]) for e in found.aside] == [
        ("E852", "77", "OUTC24Q1.txt", 3, "OUTC 1"),
        ("E852", "123", "DRUG24Q1.txt", 3, "DRUG 2, OUTC 1"),
    ]


def test_repeated_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    report = MadeReport(reactions=("Rash", "RASH ", "Fever"), recurred=("RASH ",))
    quarter = Quarter.of([report])
    quarter.tables["DRUG"] *= 2
    found = read(quarter.write(tmp_path))
    assert len(found.rows) == 2
    assert found.about["rows"]["repeated"] == 2
    assert [row["drug_rec_act"] for row in found.rows if row["drug_rec_act"]] == ["RASH"]


def test_drug_listed_several_times_is_one_drug(tmp_path: Path) -> None:
    report = MadeReport(
        event="20240201",
        drugs=(
            MadeDrug("LIPITOR", "SS", "U", prod_ai="ATORVASTATIN CALCIUM",
                     therapies=(("20240101", "20240110"),), indications=("Pain",)),
            MadeDrug("atorvastatin calcium.", "PS", "Y", therapies=(("20240111", "20240120"),)),
            MadeDrug("ATORVASTATIN", "SS"),
        ),
    )  # fmt: skip
    found = read(Quarter.of([report]).write(tmp_path))
    first, second = found.rows
    assert second["drug"] == "ATORVASTATIN"
    assert (first["role_cod"], first["dechal"], first["course"]) == ("PS", "Y", "improved")
    assert (first["drug_start"], first["drug_stop"]) == ("2024-01-01/2024-01-11", "2024-01-20")
    assert first["drugname"] == "LIPITOR;atorvastatin calcium."
    assert first["source"] == "24Q1 DEMO:2 DRUG:2+3 REAC:2"
    assert first["faers_remarks"] == "several_starts;listed_several_times"


def test_substance_that_names_none_leaves_the_name_as_reported(tmp_path: Path) -> None:
    report = MadeReport(drugs=(MadeDrug("COUGH SYRUP", prod_ai="Unspecified Ingredient"),))
    assert read(Quarter.of([report]).write(tmp_path)).rows[0]["drug"] == "COUGH SYRUP"


def test_outcomes_under_either_name(tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport(outcomes=("DE",))]).write(tmp_path)
    path = folder / "OUTC24Q1.txt"
    path.write_text(path.read_text().replace("outc_cod", "outc_code"))
    assert read(folder).rows[0]["outc_cod"] == "DE"


def test_order_and_number_of_columns_do_not_matter(tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport(event="202401")]).write(tmp_path)
    path = folder / "DEMO24Q1.txt"
    lines = [line.split("$") for line in path.read_text().splitlines()]
    text = "\n".join("$".join(["new", *reversed(line)]) for line in lines)
    path.write_text(text.upper() + "\n")
    assert read(folder).rows[0]["reaction_onset"] == "2024-01"


def test_unreadable_dates_are_unknown_and_remarked(tmp_path: Path) -> None:
    report = MadeReport(event="20241399", drugs=(MadeDrug(therapies=(("20240231", "20240301"),)),))
    found = read(Quarter.of([report]).write(tmp_path))
    (row,) = found.rows
    assert (row["reaction_onset"], row["drug_start"], row["drug_stop"]) == ("", "", "2024-03-01")
    assert row["faers_remarks"] == "therapy_date_unreadable;event_date_unreadable"
    assert found.about["rows"]["with_unreadable_event_date"] == 1


@pytest.mark.parametrize("missing", ["THER", "INDI", "OUTC", "RPSR"])
def test_tables_that_only_add_to_a_report_may_be_missing(missing: str, tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport()]).write(tmp_path)
    (folder / f"{missing}24Q1.txt").unlink()
    found = read(folder)
    assert len(found.rows) == 1
    assert found.about["missing_tables"] == [f"{missing}24Q1"]


@pytest.mark.parametrize("missing", ["DEMO", "DRUG", "REAC"])
def test_tables_that_every_report_needs_may_not(missing: str, tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport()]).write(tmp_path)
    (folder / f"{missing}24Q1.txt").unlink()
    with pytest.raises(InputError) as error:
        read(folder)
    (problem,) = error.value.problems
    assert (problem.code, problem.params["found"]) == ("E842", f"{missing}24Q1")


def test_table_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport()]).write(tmp_path)
    (folder / "REAC24Q1.txt").write_text("primaryid$caseid$term\n")
    with pytest.raises(InputError) as error:
        read(folder)
    (problem,) = error.value.problems
    assert (problem.code, problem.place, problem.params["key"]) == ("E843", "REAC24Q1.txt:1", "pt")


def test_empty_table_has_nothing(tmp_path: Path) -> None:
    folder = Quarter.of([MadeReport()]).write(tmp_path)
    (folder / "THER24Q1.txt").write_text("")
    with pytest.raises(InputError) as error:
        read(folder)
    (problem,) = error.value.problems
    assert problem.code == "E843"
    assert "; it has nothing." in Words("en")("E843", **problem.params)


def test_archives_as_they_are_downloaded(tmp_path: Path) -> None:
    plain = Quarter.of([MadeReport(case=c) for c in (7000001, 7000002)]).write(tmp_path / "plain")
    with ZipFile(tmp_path / "faers_ascii_2024q1.zip", "w") as archive:
        for path in plain.iterdir():
            archive.write(path, f"ASCII/{path.name}")
        archive.writestr("Deleted/DELETE24Q1.txt", "7000002\n")
        archive.writestr("FAQs.pdf", "%PDF")
        archive.writestr("__MACOSX/ASCII/DEMO24Q1.txt", "junk")
    packed = read(tmp_path / "faers_ascii_2024q1.zip")
    assert [row["case_id"] for row in packed.rows] == ["7000001"]
    assert packed.places == [("E847", "faers_ascii_2024q1.zip/ASCII/DEMO24Q1.txt", 3)]


def test_table_that_is_no_archive_is_said_to_hold_no_quarter(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(b"case_id,drug,reaction\n")
    with pytest.raises(InputError) as error:
        read(tmp_path / "rows.csv")
    assert error.value.problems[0].code == "E841"


def test_damaged_archive_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "q.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError) as error:
        read(tmp_path / "q.zip")
    assert error.value.problems[0].code == "E002"


def test_temporary_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Quarter.of([MadeReport()]).write(tmp_path / "in")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    read(folder)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_empty_tables_are_a_valid_empty_quarter(tmp_path: Path) -> None:
    found = read(Quarter.of([]).write(tmp_path))
    assert (found.rows, found.aside) == ([], [])
    assert found.about["reports"]["read"] == 0


# Indications


def test_indication_that_is_an_alternative_cause_counts(tmp_path: Path) -> None:
    """The rule of a case: an indication that is itself an alternative keeps it possible."""
    report = MadeReport(
        event="20240110",
        drugs=(
            MadeDrug("LENALIDOMIDE", therapies=(("20240101", ""),),
                     indications=("Plasma cell myeloma",)),
            MadeDrug("IBUPROFEN", "SS", indications=("Pain",)),
        ),
        reactions=("Cutaneous vasculitis", "Headache"),
    )  # fmt: skip
    found = read(Quarter.of([report]).write(tmp_path))
    values = {(r["drug"], r["reaction"]): r["alternative"] for r in found.rows}
    assert values["LENALIDOMIDE", "Cutaneous vasculitis"] == "possible"
    assert values["IBUPROFEN", "Cutaneous vasculitis"] == "possible"
    assert values["LENALIDOMIDE", "Headache"] == ""
    row = next(row for row in found.rows if row["alternative"])
    assert "alternative_from_indication" in row["faers_remarks"]


def test_indication_that_came_later_is_no_alternative(tmp_path: Path) -> None:
    report = MadeReport(
        event="20240110",
        drugs=(
            MadeDrug("IBUPROFEN", therapies=(("20240101", ""),)),
            MadeDrug("LENALIDOMIDE", "C", therapies=(("20240301", ""),),
                     indications=("Plasma cell myeloma",)),
        ),
    )  # fmt: skip
    assert read(Quarter.of([report]).write(tmp_path)).rows[0]["alternative"] == ""


def test_prevention_is_no_disease(tmp_path: Path) -> None:
    drug = MadeDrug(indications=("Hepatitis C prophylaxis", "Product used for unknown indication"))
    found = read(Quarter.of([MadeReport(drugs=(drug,))]).write(tmp_path))
    assert found.rows[0]["alternative"] == ""


# Little quarters at random, against the oracle

CELL = st.sampled_from(["A", "B", "a.", "AMOXICILLIN", 'é"x', " "])
DAY = st.sampled_from(["", "2023", "202401", "20240105", "20240201", "20240301", "20249999"])
LETTER = st.sampled_from(["Y", "N", "U", "D", ""])
DRUGS = st.builds(
    MadeDrug,
    name=CELL,
    role=st.sampled_from(["PS", "SS", "C", "I", "X"]),
    dechal=LETTER,
    rechal=LETTER,
    therapies=st.lists(st.tuples(DAY, DAY), max_size=2).map(tuple),
    indications=st.lists(st.sampled_from(["Pain", "Lupus"]), max_size=2).map(tuple),
)
REPORTS = st.builds(
    MadeReport,
    case=st.integers(7_000_001, 7_000_004),
    version=st.integers(1, 4),
    event=DAY,
    drugs=st.lists(DRUGS, max_size=3).map(tuple),
    reactions=st.lists(st.sampled_from(["Rash", "rash", "Fever", " "]), max_size=3).map(tuple),
)
SAME = ("case_id", "drug", "reaction", "drug_start", "drug_stop", "reaction_onset",
        "rechallenge_start", "rechallenge_stop", "action", "course", "rechallenge", "recurred",
        "alternative", "role_cod", "dechal", "rechal", "indication", "faers_remarks")  # fmt: skip


@settings(max_examples=60)
@given(st.lists(REPORTS, max_size=8), st.sets(st.integers(7_000_001, 7_000_004), max_size=1))
def test_random_quarters_in_both_layouts_are_as_the_oracle_says(
    reports: list[MadeReport], deleted: set[int]
) -> None:
    rows: dict[Layout, Found] = {}
    for layout in BOTH:
        with TemporaryDirectory() as name:
            folder = Quarter.of(reports, layout).write(Path(name))
            (folder / "DELETE24Q1.txt").write_text("\n".join(map(str, deleted)))
            found = rows[layout] = read(folder)
            expected = oracle.pairs(folder, frozenset(map(str, deleted)))
        ours = [(r["case_id"], r["report"], r["drug"], r["reaction"]) for r in found.rows]
        theirs = expected[["caseid", "primaryid", "drug", "pt"]]
        stripped = [(c, p, d, pt.strip()) for c, p, d, pt in theirs.itertuples(index=False)]
        assert sorted(ours) == sorted(stripped)
        counts = found.about["reports"]
        assert counts["read"] == len(reports)
        assert (
            counts["read"]
            == counts["with_pairs"]
            + found.codes["E847"]
            + found.codes["E848"]
            + found.codes["E849"]
            + found.codes["E850"]
            + found.codes["E851"]
        )
    one, other = ([[row[name] for name in SAME] for row in rows[x].rows] for x in BOTH)
    assert one == other
