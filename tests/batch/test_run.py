"""Tables as they come: every row is scored or rejected, none is lost, every end is a clear one."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from causality.assessment.method import Method, make_method
from causality.batch.contract import column_named
from causality.batch.dialect import split_cells
from causality.batch.job import Report
from causality.batch.records import find_records
from causality.batch.run import Options, Run
from causality.batch.selection import Selection
from causality.batch.source import Reading
from causality.errors import InputError
from causality.knowledge.load import load_knowledge

csv.field_size_limit(1 << 30)
HEADER = ["case_id", "drug", "reaction", "onset", "action", "course", "note"]


@cache
def method() -> Method:
    return make_method(["sefv-h"], load_knowledge(), {})


def message(code: str, params: Mapping[str, object]) -> str:
    return f"{code} {dict(params)}"


def score(path: Path, **options: object) -> tuple[Report, list[list[str]], list[list[str]]]:
    """Return the report, the scored rows and the rejects, each with its header."""
    out = path.parent / "scored.csv"
    report = Run(str(path), method(), Options(**options))(str(out), message=message)  # type: ignore[arg-type]
    tables = []
    for name in (out, path.parent / "scored.rejects.csv"):
        with name.open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.reader(file)))
    counts = report.counts
    assert counts.rows == counts.scored + counts.rejected
    assert counts.scored == len(tables[0]) - 1
    assert counts.errors == len(tables[1]) - 1
    manifest = json.loads((path.parent / "scored.manifest.json").read_bytes())
    assert manifest["counts"]["rows"] == counts.rows
    assert [p.name for p in path.parent.glob("*.partial")] == []
    assert [p.name for p in path.parent.glob("*.progress")] == []
    return report, tables[0], tables[1]


def written(folder: Path, data: bytes | str, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


ROW = "{n},amoxicillin,purpura,compatible,withdrawn,improved,{note}\n"
HEAD = ",".join(HEADER) + "\n"


def table(*notes: str) -> str:
    return HEAD + "".join(ROW.format(n=n, note=note) for n, note in enumerate(notes, 1))


def test_a_plain_table_keeps_its_bytes(tmp_path: Path) -> None:
    data = table(" 007", "1.50", '"a, b"', "x")
    report, scored, rejects = score(written(tmp_path, data))
    assert report.counts.scored == 4
    lines = (tmp_path / "scored.csv").read_text(encoding="utf-8").splitlines()
    for before, after in zip(data.splitlines(), lines, strict=True):
        assert after.startswith(before + ",")
    assert scored[0][len(HEADER) :] == [
        "sefv_h_total",
        "sefv_h_total_min",
        "sefv_h_total_max",
        "sefv_h_category",
        "sefv_h_category_min",
        "sefv_h_category_max",
        "insufficient",
        "warnings",
    ]
    assert scored[1][len(HEADER) :] == [
        "6",
        "2",
        "12",
        "probable",
        "conditional",
        "definite",
        "false",
        "",
    ]
    assert len(rejects) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_newlines_and_byte_order_marks(tmp_path: Path, newline: str, bom: bytes) -> None:
    data = table("a", '"two\nlines"', "ñ").replace("\n", newline)
    _, scored, _ = score(written(tmp_path, bom + data.encode()))
    assert scored[0][0] == "case_id"
    assert [row[6] for row in scored[1:]] == ["a", f"two{newline}lines", "ñ"]
    assert b"\r" not in (tmp_path / "scored.csv").read_bytes().replace(b"two\r\nlines", b"")


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("cp1252", "cp1252"), ("utf-16", "utf-16-le"), ("utf-8", "utf-8"), ("latin-1", "latin-1")],
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    note = "cañón \x81" if encoding == "latin-1" else "cañón €" if encoding != "utf-8" else "ñ"
    report, scored, _ = score(written(tmp_path, table("x", note).encode(encoding)))
    assert scored[2][6] == note
    assert report.manifest["input"]["encoding"] == found


def test_an_accent_far_down_decides_the_encoding(tmp_path: Path) -> None:
    data = table(*["x" * 50] * 60, "cañón")
    _, scored, _ = score(written(tmp_path, data.encode("cp1252")), chunk=500)
    assert scored[-1][6] == "cañón"


def test_a_byte_that_is_not_utf_8_rejects_its_row_only(tmp_path: Path) -> None:
    data = table("ñ", "BAD", "x").encode().replace(b"BAD", b"\xff")
    path = written(tmp_path, data)
    _, scored, rejects = score(path, reading=Reading(encoding="utf-8"))
    assert [row[0] for row in scored[1:]] == ["1", "3"]
    assert [(row[0], row[1], row[4]) for row in rejects[1:]] == [("3", "2", "E607")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_become_commas(tmp_path: Path, delimiter: str) -> None:
    rows = [HEADER, ["1", "amoxicillin", "purpura", "compatible", "", "", 'a,b "c"'], ["2"] * 7]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    report, scored, rejects = score(written(tmp_path, text.getvalue()))
    assert scored[1][:7] == rows[1]
    assert [(row[0], row[4]) for row in rejects[1:]] == [("3", "E602")] * 3
    assert report.manifest["input"]["delimiter"] == delimiter


def test_decimal_commas_are_found_out(tmp_path: Path) -> None:
    text = "case_id;drug;reaction;latency_days\n1;x;purpura;7,5\n2;x;purpura;4\n3;x;purpura;1.5\n"
    report, scored, rejects = score(written(tmp_path, text))
    assert report.manifest["input"]["decimal"] == ","
    assert [row[3] for row in scored[1:]] == ["7,5", "4"]
    assert [row[4] for row in rejects[1:]] == ["E605"]


@pytest.mark.parametrize(
    ("first", "sign", "rejected"),
    [
        ([""] * 400, ",", []),
        (["14"] * 400, ",", []),
        (["7.5", "3.5"], ".", ["E605"]),
        (["7,5", "3.5"], ",", ["E605"]),
    ],
)
def test_the_decimal_sign_is_that_of_most_numbers(
    tmp_path: Path, first: list[str], sign: str, rejected: list[str]
) -> None:
    cells = [*first, "2,5"]
    rows = [f'{n},zzz,purpura,"{cell}"' for n, cell in enumerate(cells)]
    text = "\n".join(["case_id,drug,reaction,latency_days", *rows]) + "\n"
    report, _, rejects = score(written(tmp_path, text))
    assert report.manifest["input"]["decimal"] == sign
    assert [row[4] for row in rejects[1:]] == rejected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lines_that_end_with_a_carriage_return_alone(tmp_path: Path, encoding: str) -> None:
    text = 'case_id,drug,reaction,note\ra,zzz,purpura,"x, y"\r,zzz,purpura,\rb,zzz,purpura,\r'
    _, scored, rejects = score(written(tmp_path, text.encode(encoding)))
    assert [row[0] for row in scored[1:]] == ["a", "b"]
    assert scored[1][3] == "x, y"
    assert [row[0] for row in rejects[1:]] == ["3"]
    path = written(tmp_path, text.replace("\r", "\n").encode(encoding), "other.csv")
    assert score(path)[1:] == (scored, rejects)


def test_headers_in_spanish(tmp_path: Path) -> None:
    text = (
        "Caso;Fármaco;Reacción;Inicio fármaco;Inicio reacción\n1;x;púrpura;2020-01-01;2020-01-11\n"
    )
    report, scored, _ = score(written(tmp_path, text))
    assert set(report.manifest["input"]["columns"].values()) == {
        "case_id",
        "drug",
        "reaction",
        "drug_start",
        "reaction_onset",
    }
    assert scored[0][:2] == ["Caso", "Fármaco"]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Nº notificación", "case_id"),
        ("Fecha inicio tratamiento", "drug_start"),
        ("FECHA FIN DEL TRATAMIENTO", None),
        ("Fecha de fin del tratamiento", "drug_stop"),
        ("Fecha inicio RAM", "reaction_onset"),
        ("fecha_fin_ram", "reaction_end"),
        ("RAM", "reaction"),
        ("Fecha de inicio", None),  # of the drug, or of the reaction
    ],
)
def test_usual_headers_of_spanish_tables(header: str, column: str | None) -> None:
    assert column_named(header) == column


@pytest.mark.parametrize("name", ["in.csv.gz", "in.csv.zst"])
def test_packed_tables(tmp_path: Path, name: str) -> None:
    data = table("a", "b").encode()
    packed = gzip.compress(data) if name.endswith("gz") else pa.compress(data, "zstd", asbytes=True)
    _, scored, _ = score(written(tmp_path, packed, name))
    assert [row[6] for row in scored[1:]] == ["a", "b"]


def test_a_packed_table_that_is_cut_off(tmp_path: Path) -> None:
    packed = gzip.compress(table(*map(str, range(5000))).encode())
    path = written(tmp_path, packed[: len(packed) // 2], "in.csv.gz")
    with pytest.raises(InputError, match="E002"):
        score(path)
    assert not (tmp_path / "scored.csv").exists()


def test_header_only_is_a_valid_empty_batch(tmp_path: Path) -> None:
    for data in (HEAD, HEAD.rstrip("\n"), HEAD + "\n\n"):
        report, scored, rejects = score(written(tmp_path, data))
        assert report.counts.rows == 0
        assert len(scored) == len(rejects) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E627"),
        (b"\n\n", "E627"),
        (b"PK\x03\x04rest of a workbook", "E623"),
        (b"%PDF-1.7", "E623"),
        (b"<html><body>", "E623"),
        (bytes(range(256)) * 20, "E623"),
        (b"\x00" * 5000, "E623"),
        (bytes(range(1, 256)) * 20, "E623"),
        (b"a,b,c\n1,2,3\n", "E620"),
        (b"case_id,drug,drug name,reaction\n1,2,3,4\n", "E621"),
        (b"case_id,drug,reaction,sefv_h_total\n1,2,3,4\n", "E622"),
    ],
)
def test_files_that_are_no_such_table(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(InputError, match=code):
        score(written(tmp_path, data))
    assert not (tmp_path / "scored.csv").exists()


def test_missing_and_unreadable_inputs(tmp_path: Path) -> None:
    for name in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(InputError, match=r"E001|E630"):
            score(name / "in.csv" if name == tmp_path else name)
    with pytest.raises(InputError, match="E630"):
        Run(str(tmp_path), method(), Options())


def test_ragged_blank_and_nul_rows(tmp_path: Path) -> None:
    lines = [
        HEAD,
        "1,amoxicillin,purpura,compatible,,,ok\n",
        "\n",
        "2,amoxicillin,purpura\n",
        "3,amoxicillin,purpura,compatible,,,a,b,c\n",
        "4,amoxicillin,purpura,compatible,,,nul\0\n",
        "5,amoxicillin,purpura,compatible,,,ok\n",
        "   \n",
        ",amoxicillin,purpura,compatible,,,ok\n",
        "6,,  ,compatible,,,ok\n",
        "7,amoxicillin,purpura,compatible,,,last",
    ]
    for data in ("".join(lines), "".join(lines).replace("nul\0", "no nul")):
        report, scored, rejects = score(written(tmp_path, data))
        nul = "\0" in data
        assert [row[0] for row in scored[1:]] == ["1", *([] if nul else ["4"]), "5", "7"]
        assert [(row[0], row[1], row[4]) for row in rejects[1:]] == [
            ("4", "2", "E603"),
            ("5", "3", "E603"),
            *([("6", "4", "E606")] if nul else []),
            ("8", "   ", "E603"),
            ("9", "", "E601"),
            ("10", "6", "E601"),
            ("10", "6", "E601"),
        ]
        assert report.counts.rows == 9
        assert rejects[2][6:] == ["3", "amoxicillin", "purpura", "compatible", "", "", "a,b,c"]


def test_line_numbers_are_physical_lines(tmp_path: Path) -> None:
    rows = (
        '1,x,y,compatible,,,"a\nb\n\nc"\n2,x,y,bad,,,\n\n3,x,y,compatible,,,"d\ne"\n4,x,y,bad,,,\n'
    )
    for chunk in (40, 1 << 20):
        _, _, rejects = score(written(tmp_path, HEAD + rows), chunk=chunk)
        assert [row[0] for row in rejects[1:]] == ["6", "10"]


def test_quotes_that_do_not_keep_the_rule(tmp_path: Path) -> None:
    lines = [
        HEAD,
        '1,x,5" tube,compatible,,,ok\n',
        '2,x,y,compatible,,,"closed" and on\n',
        '3,x,y,compatible,,,"say ""no"""\n',
        '4,x,y,compatible,,,"never closed\n',
        "5,x,y,compatible,,,ok\n",
    ]
    _, scored, rejects = score(written(tmp_path, "".join(lines)))
    assert [row[6] for row in scored[1:]] == ["ok", "closed and on", 'say "no"', "ok"]
    assert scored[1][2] == '5" tube'
    assert [(row[0], row[4]) for row in rejects[1:]] == [("5", "E610")]


def test_an_enormous_cell(tmp_path: Path) -> None:
    huge = "x" * 3_000_000
    _, scored, _ = score(
        written(tmp_path, table("a", huge, f'"{huge}\n{huge}"', "b")), chunk=1 << 16
    )
    assert [len(row[6]) for row in scored[1:]] == [1, 3_000_000, 6_000_001, 1]


def test_a_record_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("records", "source"):
        monkeypatch.setattr(f"causality.batch.{module}.LONGEST", 100_000)
    with pytest.raises(InputError, match="E608"):
        score(written(tmp_path, HEAD + "x" * 3_000_000), chunk=1 << 14)
    lines = [ROW.format(n=n, note="x" * 90) for n in range(3000)]
    lines[10] = '10,x,y,compatible,,,"never closed\n'
    _, scored, rejects = score(written(tmp_path, HEAD + "".join(lines)), chunk=1 << 14)
    assert [(row[0], row[4]) for row in rejects[1:]] == [("12", "E610")]
    assert len(scored) == 3000


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("-5", "-5"),
        ("+5.25", "+5.25"),
        ("-1e5", "-1e5"),
        ("-0,5", "-0,5"),
        ("a=b", "a=b"),
        ("2020-01-01", "2020-01-01"),
        ("", ""),
        ("-", "'-"),
        ("\tx", "'\tx"),
    ],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_no_cell_runs_as_a_formula(tmp_path: Path, cell: str, safe: str, quoted: bool) -> None:
    raw = f'"{cell}"' if quoted or "," in cell else cell
    text = table("x", raw, "y") + f"{raw},x,y,bad,,,{raw}\n"
    _, scored, rejects = score(written(tmp_path, text))
    assert [row[6] for row in scored[1:]] == ["x", safe, "y"]
    assert {row[-1] for row in rejects[1:]} == {safe}


def test_duplicate_ids_are_no_error_and_the_order_is_kept(tmp_path: Path) -> None:
    rows = [f"{n % 3},x,purpura,compatible,,,{n}\n" for n in range(500)]
    _, scored, _ = score(written(tmp_path, HEAD + "".join(rows)), chunk=700)
    assert [row[6] for row in scored[1:]] == [str(n) for n in range(500)]


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    random = Random(5)  # noqa: S311
    path = written(tmp_path, HEAD + dirty_rows(random, 400))
    names = ("scored.csv", "scored.rejects.csv", "scored.manifest.json")
    seen = set()
    for _ in range(2):
        score(path, chunk=900)
        seen.add(tuple((tmp_path / name).read_bytes() for name in names))
    assert len(seen) == 1


def test_strict_stops_at_the_first_rejected_row(tmp_path: Path) -> None:
    text = table("a", "b") + "3,x,y,bad,,,\n4,,y,,,,\n" + ROW.format(n=5, note="c") * 200
    out = tmp_path / "scored.csv"
    run = Run(str(written(tmp_path, text)), method(), Options(strict=True, chunk=100))
    report = run(str(out), message=message)
    assert report.stopped is not None
    assert report.stopped[1] == 4
    assert not out.exists()
    assert len((tmp_path / "scored.rejects.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_every_fault_of_a_row_is_named(tmp_path: Path) -> None:
    text = "case_id,drug,reaction,drug_start,drug_stop,onset\n1,,y,2020-13-01,yesterday,late\n"
    _, _, rejects = score(written(tmp_path, text))
    assert [(row[2], row[4]) for row in rejects[1:]] == [
        ("drug", "E601"),
        ("drug_start", "E202"),
        ("drug_stop", "E609"),
        ("onset", "E602"),
    ]


# Random tables against Python's own reader


def dirty_rows(random: Random, rows: int) -> str:
    notes = ['"a,b"', '"x\ny"', '"q""q"', "plain", "", "ñandú", "=1", "-3", '5" tube', "é" * 20]
    lines = []
    for number in range(rows):
        cells = [
            str(number) if random.random() < 0.95 else "",
            random.choice(("x", "amoxicillin", '"drug, salt"', "")),
            random.choice(("y", "purpura")),
            random.choice(("compatible", "", "bad", "unknown")),
            random.choice(("withdrawn", "")),
            random.choice(("improved", "", " Improved ")),
            random.choice(notes),
        ]
        if random.random() < 0.05:
            cells = cells[: random.randint(1, 6)]
        if random.random() < 0.03:
            cells.append("more")
        lines.append(",".join(cells) + ("\r\n" if random.random() < 0.02 else "\n"))
        if random.random() < 0.03:
            lines.append("\n")
    return "".join(lines)


@pytest.mark.parametrize("seed", range(12))
def test_no_row_is_lost_whatever_the_size_of_chunks(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    text = HEAD + dirty_rows(random, 300)
    path = written(tmp_path, text)
    expected_scored, expected_rejects = [], []
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for number, row in enumerate(reader):
        first, line = line, reader.line_num + 1
        if number == 0 or not row:
            continue
        good = len(row) == 7 and row[0].strip() and row[1].strip() and row[3] != "bad"
        if good:
            expected_scored.append([f"'{c}" if c == "=1" else c for c in row])
        else:
            expected_rejects.append(str(first))
    for chunk in (50, 333, 5000, 1 << 20):
        _, scored, rejects = score(path, chunk=chunk)
        assert [row[:7] for row in scored[1:]] == expected_scored
        assert list(dict.fromkeys(row[0] for row in rejects[1:])) == expected_rejects


@pytest.mark.parametrize("seed", range(200))
def test_records_and_cells_are_those_of_pythons_reader(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    text = "".join(random.choice('ab,"\n\n,') for _ in range(random.randint(1, 60))) + "\n"
    records = find_records(text.encode(), ",", final=True)
    if records.unclosed:
        return
    starts = [0, *records.ends.tolist()[:-1]]
    found = [
        split_cells(text[start : end - 1], ",")
        for start, end in zip(starts, records.ends.tolist(), strict=True)
        if end - start > 1
    ]
    assert found == [row for row in csv.reader(io.StringIO(text, newline="")) if row]


# Other kinds of tables


def test_parquet_in_and_out(tmp_path: Path) -> None:
    source = pa.table(
        {
            "case_id": pa.array([1, 2, 3]),
            "drug": ["amoxicillin", "a, \n b", None],
            "reaction": ["purpura"] * 3,
            "drug_start": pa.array([18262, 18262, None], pa.date32()),
            "reaction_onset": pa.array([18272 * 86400000, None, None], pa.timestamp("ms")),
            "latency_days": [None, 7.0, 2.5],
        }
    )
    pq.write_table(source, tmp_path / "in.parquet")
    report, scored, rejects = score(tmp_path / "in.parquet")
    assert [row[:6] for row in scored[1:]] == [
        ["1", "amoxicillin", "purpura", "2020-01-01", "2020-01-11", ""],
        ["2", "a, \n b", "purpura", "2020-01-01", "", "7"],
    ]
    assert [(row[1], row[4]) for row in rejects[1:]] == [("3", "E601")]
    digest = hashlib.sha256((tmp_path / "in.parquet").read_bytes()).hexdigest()
    assert report.manifest["input"]["sha256"] == digest
    out = tmp_path / "scored.parquet"
    Run(str(tmp_path / "in.parquet"), method(), Options())(str(out), message=message)
    table = pq.read_table(out)
    assert table.column_names == scored[0]
    assert table["sefv_h_total"].to_pylist() == [int(row[6]) for row in scored[1:]]
    assert table.schema.field("sefv_h_total").type == pa.int32()
    assert table["insufficient"].to_pylist() == [False, False]


def test_an_empty_batch_as_parquet(tmp_path: Path) -> None:
    out = tmp_path / "scored.parquet"
    Run(str(written(tmp_path, HEAD)), method(), Options())(str(out), message=message)
    assert pq.read_table(out).num_rows == 0


def test_lines_of_ndjson_are_those_of_the_file(tmp_path: Path) -> None:
    good = {"case_id": "a", "drug": "amoxicillin", "reaction": "purpura", "note": "two\nlines"}
    bad = {**good, "onset": "soon"}
    lines = [json.dumps(good), "", json.dumps(bad), "  ", "no json", json.dumps(bad)]
    text = "\n".join(lines) + "\n"
    _, scored, rejects = score(written(tmp_path, text, "in.ndjson"))
    assert len(scored) == 2
    assert [row[0] for row in rejects[1:]] == ["3", "5", "6"]
    _, _, again = score(written(tmp_path, text, "in.ndjson"), chunk=64)
    assert again == rejects


def test_ndjson(tmp_path: Path) -> None:
    lines = [
        {"case_id": "1", "drug": "amoxicillin", "reaction": "purpura", "onset": "compatible"},
        {"case_id": 2, "drug": "x", "reaction": "y", "previously_exposed": True, "extra": [1]},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines) + 'no json "\n\n[1]\n'
    _, scored, rejects = score(written(tmp_path, text, "in.ndjson"))
    assert [row[:6] for row in scored] == [
        ["case_id", "drug", "reaction", "onset", "previously_exposed", "extra"],
        ["1", "amoxicillin", "purpura", "compatible", "", ""],
        ["2", "x", "y", "", "yes", "[1]"],
    ]
    assert [(row[0], row[4]) for row in rejects[1:]] == [("3", "E613"), ("5", "E613")]


def test_a_line_of_ndjson_that_is_no_row_says_why(tmp_path: Path) -> None:
    lines = [
        '{"case_id": "1", "drug": "amoxicillin", "reaction": "purpura", "note": [1]}',
        '{"case_id": "2", "drug": "amoxicillin", "reaction": "purpura"',
        '{"case_id": "3", "drug": "x", "reaction": "purpura", "drug": "y"}',
        '{"case_id": "4", "drug": ["x", "y"], "reaction": "purpura"}',
        '{"case_id": "5", "drug": "\\ud800", "reaction": "purpura"}',
        '{"case_id": "6", "drug": "x", "reaction": "purpura", "onset": ["soon"]}',
    ]
    data = written(tmp_path, "\n".join(lines) + "\n", "in.ndjson")
    _, scored, rejects = score(data)
    assert [row[0] for row in scored[1:]] == ["1"]
    assert [row[:5] for row in rejects[1:]] == [
        ["2", "", "", f"{lines[1][:59]}…", "E613"],
        ["3", "3", "drug", "", "E614"],
        ["4", "4", "drug", '["x", "y"]', "E615"],
        ["5", "5", "", "", "E607"],
        ["6", "6", "onset", '["soon"]', "E602"],
    ]
    assert [row[6] for row in rejects[1:]] == [lines[1], lines[2], "4", "5", "6"]


def test_a_table_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="E628"):
        score(written(tmp_path, HEAD, "in.parquet"))


def test_a_recurrence_that_the_stated_rechallenge_denies_is_a_warning(tmp_path: Path) -> None:
    head = "case_id,drug,reaction,recurred,rechallenge\n"
    said = ("yes,negative", "yes,not_done", "yes,positive", "no,not_done", ",not_done", "yes,")
    data = head + "".join(f"{n},x,purpura,{cells}\n" for n, cells in enumerate(said))
    _, scored, _ = score(written(tmp_path, data))
    warned = ["rechallenge_contradicted:recurred" in row[-1] for row in scored[1:]]
    assert warned == [True, True, False, False, False, False]


def test_a_recurrence_without_a_re_exposure_is_a_warning(tmp_path: Path) -> None:
    head = "case_id,drug,reaction,recurred,rechallenge_start,recurrence_date,rechallenge_kind\n"
    said = ("yes,,,", "yes,2020,,", "yes,,2020,", "yes,,,plain", "no,,,", ",,,")
    data = head + "".join(f"{n},amoxicillin,purpura,{cells}\n" for n, cells in enumerate(said))
    _, scored, _ = score(written(tmp_path, data))
    warned = ["recurrence_without_re_exposure" in row[-1] for row in scored[1:]]
    assert warned == [True, False, False, False, False, False]


def test_a_moment_before_the_onset_is_a_warning(tmp_path: Path) -> None:
    head = "case_id,drug,reaction,drug_start,reaction_onset,reaction_end,as_of\n"
    said = (
        "2020-01-01,2020-01-10,2020-01-20,2019-12-31",
        "2020-01-01,2020-01-10,2020-01-20,2020-01-09",
        "2020-01-01,2020-01,,2020-01-10",
        "2020-01-01,2020-01-10,2020-01-20,2020-01-10",
        "2020-01-01,2020-01,2020-01-20,2020-01-20",
        "2020-01-01,2020-01-10,2020-01-20,",
        "2020-01-01,,,2019-12-31",
    )
    data = head + "".join(f"{n},amoxicillin,purpura,{cells}\n" for n, cells in enumerate(said))
    _, scored, _ = score(written(tmp_path, data))
    warned = ["onset_after_as_of" in row[-1] for row in scored[1:]]
    assert warned == [True, True, True, False, False, False, False]


def test_a_re_exposure_before_the_first_dose_is_rejected(tmp_path: Path) -> None:
    head = "case_id,drug,reaction,drug_start,rechallenge_start\n"
    data = head + "1,x,purpura,2020-01-01,2019-01-01\n2,x,purpura,2020-01,2020-01-01\n"
    _, scored, rejects = score(written(tmp_path, data))
    assert [row[0] for row in scored[1:]] == ["2"]
    assert [row[1:5] for row in rejects[1:]] == [["1", "rechallenge_start", "2019-01-01", "E604"]]


@pytest.mark.parametrize("own", [True, False])
def test_rows_not_asked_for_of_an_earlier_run_do_not_stay(tmp_path: Path, own: bool) -> None:
    path = written(tmp_path, table("x"))
    others = tmp_path / "scored.not-selected.csv"
    if own:
        score_selected(path)
        assert others.exists()
    else:
        others.write_text("of somebody else", encoding="utf-8")
    score(path)
    assert others.exists() is not own


def score_selected(path: Path) -> None:
    asked = Options(selection=Selection(("headache",), method().knowledge))
    Run(str(path), method(), asked)(str(path.parent / "scored.csv"), message=message)
