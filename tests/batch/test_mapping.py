"""Mapping files: proposed, checked by a person, and taken."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from causality.assessment.method import make_method
from causality.batch.cells import CellReader, DateOrder
from causality.batch.contract import allowed_values
from causality.batch.distinct import distinct_texts
from causality.batch.mapping import propose, read_mapping, usual_words
from causality.batch.run import Options, Run
from causality.batch.source import open_source
from causality.errors import DefinitionError, InputError, TermError
from causality.knowledge.load import load_knowledge
from causality.terms.dates import parse_date
from causality.terms.text import fold
from causality.words import Words

HEADER = ["Registro", "Medicamento", "Reacción", "Inicio medicamento", "Inicio reacción", "Acción"]
ROWS = [
    ["1", "amoxicilina", "púrpura", "03/04/2020", "15/04/2020", "Retirado"],
    ["2", "lenalidomida", "púrpura", "2020", "4/2020", "no consta"],
    ["3", "lenalidomida", "púrpura", "05/04/2020", "", "RETIRADO"],
    ["4", "lenalidomida", "púrpura", "05/04/2020", "", "rara"],
]


def texts_of(rows: Sequence[Sequence[str]]) -> dict[int, list[str]]:
    columns = zip(*rows, strict=True)
    return {n: [t for t in dict.fromkeys(column) if t] for n, column in enumerate(columns)}


def test_a_proposal_leaves_to_the_person_what_is_not_clear() -> None:
    text = propose(HEADER, texts_of(ROWS), Words("en"))
    lines = [line.strip() for line in text.splitlines()]
    assert '"Registro":' in lines
    assert '"Medicamento": drug' in lines
    assert '"Retirado": withdrawn' in lines
    assert '"no consta": ""' in lines
    assert any(line.startswith('"rara":  # choose one of: withdrawn') for line in lines)
    assert "reaction_onset: day-first" in lines
    assert "drug_start:  # day-first or month-first? (03/04/2020)" in lines
    assert "# still missing: case_id" in lines


@pytest.mark.parametrize(
    ("word", "value"),
    [("Retirada", "withdrawn"), ("suspendido", "withdrawn"), ("mantenida", "continued")],
)
def test_usual_words_of_tables_are_proposed(word: str, value: str) -> None:
    text = propose(["case_id", "drug", "reaction", "action"], {3: [word]}, Words("es"))
    assert f'    "{word}": {value}\n' in text


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("Mejoría", "improved"),
        ("No mejoría", "not_improved"),
        ("Recuperado", "improved"),
        ("En recuperación", "improved"),
        ("Mortal", "irreversible"),
        ("Se mantiene", ""),  # the reaction goes on, or its treatment?
        ("Recuperado con secuelas", ""),
    ],
)
def test_usual_words_of_the_course_are_proposed_where_they_are_clear(word: str, value: str) -> None:
    text = propose(["case_id", "drug", "reaction", "course"], {3: [word]}, Words("es"))
    (line,) = (line for line in text.splitlines() if f'"{word}"' in line)
    assert line.partition("#")[0].strip() == f'"{word}": {value}'.strip()


def test_usual_words_mean_values_of_their_columns_and_only_one() -> None:
    for column, values in usual_words().items():
        assert set(values) <= set(allowed_values(column))
        found = [fold(word) for words in values.values() for word in words]
        assert len(found) == len(set(found))


def test_words_beyond_those_shown_are_counted() -> None:
    words = [f"word {n}" for n in range(47)]
    text = propose(["case_id", "drug", "reaction", "course"], {3: words}, Words("en"))
    assert "# and 7 more words" in text


def test_columns_that_could_be_the_same_are_not_chosen_between() -> None:
    text = propose(["case_id", "drug", "drug name", "reaction"], {}, Words("en"))
    assert '"drug":  # several columns could be drug: choose one' in text
    assert '"drug name":  # several columns could be drug: choose one' in text


def test_a_proposal_for_a_table_of_the_contract_has_nothing_to_ask() -> None:
    text = propose(["case_id", "drug", "reaction", "note"], {}, Words("en"))
    assert text.count("#") == 1


def test_a_checked_mapping_is_taken(tmp_path: Path) -> None:
    text = propose(HEADER, texts_of(ROWS), Words("es"))
    text = text.replace('"Registro":', '"Registro": case_id').replace("elija", "x")
    text = "\n".join(
        "  drug_start: day-first" if line.startswith("  drug_start:") else line
        for line in text.splitlines()
    )
    text = text.replace('"rara":', '"rara": unknown')
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    with (tmp_path / "in.csv").open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *ROWS])
    mapping = read_mapping(tmp_path / "map.yaml")
    options = Options(
        headers=mapping.headers, words=mapping.words, orders=mapping.dates, trace=True
    )
    method = make_method(["sefv-h"], load_knowledge(), {})
    run = Run(str(tmp_path / "in.csv"), method, options)
    report = run(str(tmp_path / "out.csv"), message=lambda code, _: code)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        scored = list(csv.DictReader(file))
    assert [row["fact_action"] for row in scored] == [
        "withdrawn",
        "unknown",
        "withdrawn",
        "unknown",
    ]
    assert scored[0]["fact_onset"] == "compatible"
    assert scored[0]["Inicio medicamento"] == "03/04/2020"
    assert report.counts.rejected == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("columns: {a: nonsense}", "E506"),
        ("values: {drug: {a: b}}", "E506"),
        ("values: {onset: {a: nonsense}}", "E506"),
        ("values: {course: {mejor: }}", "E102"),
        ("dates: {drug: day-first}", "E506"),
        ("dates: {drug_start: sometimes}", "E102"),
        ("dates: {drug_start: }", "E102"),
        ("colums: {}", "E100"),
        ("columns: [", "E006"),
    ],
)
def test_faults_of_a_mapping_file_are_named(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=code):
        read_mapping(tmp_path / "map.yaml")


def test_without_a_mapping_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("Registro,Medicamento,Reacción\n1,2,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="E620"):
        Run(str(tmp_path / "in.csv"), make_method(["sefv-h"], load_knowledge(), {}), Options())


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/02/2023", "E202"),
        ("01/02/1066", "E203"),
        ("1/2/2023 or so", "E611"),
        ("9-1-20", "E611"),
    ],
)
def test_date_of_another_order_is_named_as_it_is_written(cell: str, code: str) -> None:
    reader = CellReader(orders={"drug_start": "day-first"})
    with pytest.raises(TermError) as caught:
        reader("drug_start", cell)
    assert (caught.value.code, caught.value.params["found"]) == (code, cell)


def test_words_and_dates_of_the_last_rows_are_proposed_too(tmp_path: Path) -> None:
    rows = [f"{n};x;y;Mejora;01/02/2020\n" for n in range(30_000)]
    path = tmp_path / "in.csv"
    head = "case_id;drug;reaction;course;drug_start\n"
    path.write_text(head + "".join(rows) + "n;x;y;rara;20/02/2020\n", encoding="utf-8")
    source = open_source(str(path))
    text = propose(source.dialect.header, distinct_texts(source), Words("en"))
    assert '    "rara":  # choose one of' in text
    assert "drug_start: day-first\n" in text


@pytest.mark.parametrize("order", ["iso", "day-first", "month-first"])
@pytest.mark.parametrize(
    "cell",
    ["2020/02/01", "2020.2.1", "20200201", "2020-02-01 10:30", "2020/2/1 0:00", "2020-02-01T10:30"],
)
def test_a_date_that_begins_with_the_year_is_read_whatever_is_declared(
    order: DateOrder, cell: str
) -> None:
    reader = CellReader(orders={"drug_start": order})
    assert reader("drug_start", cell) == parse_date("2020-02-01")


@pytest.mark.parametrize("time", [" 0:00", " 00:00:00", " 10:30", "  9:05 a. m.", " 11:59:59 PM"])
def test_a_time_of_day_behind_a_date_does_not_matter(time: str) -> None:
    reader = CellReader(orders={"drug_start": "day-first"})
    assert reader("drug_start", "1/2/2020" + time) == parse_date("2020-02-01")
    with pytest.raises(TermError) as caught:
        CellReader()("drug_start", "1/2/2020" + time)
    assert (caught.value.code, caught.value.params["found"]) == ("E636", "1/2/2020" + time)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("01022020", "E609"),
        ("20201301", "E202"),
        ("2020/02.01", "E636"),
        ("2020/02/01 later", "E609"),
        ("2020/02/01 25:61", "E609"),
        ("43831", "E609"),
    ],
)
def test_what_is_no_date_with_the_year_first_is_refused(cell: str, code: str) -> None:
    with pytest.raises(TermError) as caught:
        CellReader()("drug_start", cell)
    assert (caught.value.code, caught.value.params["found"]) == (code, cell)


def test_a_month_of_a_year_and_an_interval_of_years_are_told_apart() -> None:
    assert CellReader()("drug_start", "2018/9") == parse_date("2018-09")
    assert CellReader()("drug_start", "2018/2019") == parse_date("2018/2019")


def test_the_order_of_dates_with_a_time_is_proposed() -> None:
    header = ["case_id", "drug", "reaction", "drug_start"]
    text = propose(header, {3: ["1/2/2020 0:00", "13/2/2020 10:30"]}, Words("en"))
    assert "  drug_start: day-first\n" in text
