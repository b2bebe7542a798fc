"""How a table is written, found from the table itself: its encoding, its header."""

from pathlib import Path

from tests.batch.test_run import ROW, score, table, written

GOOD = "púrpura leucocitoclástica"


def test_a_row_in_another_encoding_does_not_change_that_of_the_table(tmp_path: Path) -> None:
    data = table(*[GOOD] * 50).encode() + ROW.format(n="X", note=GOOD).encode("cp1252")
    report, scored, rejects = score(written(tmp_path, data))
    assert report.manifest["input"]["encoding"] == "utf-8"
    assert {row[6] for row in scored[1:]} == {GOOD}
    assert [(row[0], row[4]) for row in rejects[1:]] == [("52", "E607")]


def test_a_first_row_in_another_encoding_does_not_change_those_behind(tmp_path: Path) -> None:
    rows = [ROW.format(n=n, note=GOOD).encode() for n in range(200)]
    head, first, *rest = table("ó").encode("cp1252").splitlines(keepends=True)
    plain = [ROW.format(n=n, note="x" * 1000).encode() for n in range(1100)]  # beyond the sample
    data = b"".join([head, first, *rest, *plain, *rows])
    report, scored, _ = score(written(tmp_path, data), chunk=1 << 16)
    assert report.counts.rejected == 0
    assert [row[6] for row in scored[1:2]] == ["ó"]
    assert {row[6] for row in scored[-200:]} == {GOOD}


def test_a_western_table_stays_one_where_a_cell_was_encoded_twice(tmp_path: Path) -> None:
    data = table(GOOD, GOOD, "pÃºrpura").encode("cp1252")
    report, scored, _ = score(written(tmp_path, data))
    assert report.manifest["input"]["encoding"] == "cp1252"
    assert [row[6] for row in scored[1:]] == [GOOD, GOOD, "pÃºrpura"]
