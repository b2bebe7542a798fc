"""Comparing files: rows matched by key, categories read, nothing left out in silence."""

from pathlib import Path
from typing import Any

import pytest

from causality.agreement.as_json import as_json
from causality.agreement.compare import Comparison, Options, compare
from causality.agreement.sheet import MOST_PROBLEMS, read_sheet
from causality.errors import CausalityError, Problem

HEADER = "case_id,drug,reaction,sefv_h_category"
ONE = f"""\
{HEADER},sefv_h_alternative_causes,fact_onset
1,amx,lcv,probable,4,compatible
2,amx,lcv,possible,2,compatible
3,amx,lcv,possible,2,unknown
4,amx,lcv,conditional,3,unknown
5,amx,lcv,,3,unknown
6,amx,lcv,perhaps,3,unknown
7,amx,lcv,definite,4,compatible
"""
TWO = f"""\
{HEADER},sefv_h_alternative_causes,fact_onset
8,amx,lcv,definite,4,compatible
4,amx,lcv,conditional,3,compatible
3,amx,lcv,conditional,1,unknown
2,amx,lcv,possible,2,compatible
1,amx,lcv,possible,2,compatible
6,amx,lcv,possible,2,compatible
5,amx,lcv,possible,2,compatible
"""


class Folder:
    """Compares texts as files of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def compare(self, *texts: str | bytes, **options: Any) -> Comparison:
        sheets = []
        for name, text in zip("ab", texts, strict=False):
            file = self.path / f"{name}.csv"
            file.write_bytes(text.encode() if isinstance(text, str) else text)
            sheets.append(read_sheet(str(file)))
        return compare(sheets, Options(**options))

    def problems(self, *texts: str | bytes, **options: Any) -> tuple[Problem, ...]:
        with pytest.raises(CausalityError) as caught:
            self.compare(*texts, **options)
        return caught.value.problems

    def codes(self, *texts: str | bytes, **options: Any) -> list[tuple[str, int | None]]:
        return [(p.code, p.line) for p in self.problems(*texts, **options)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def column(name: str, *values: str) -> str:
    """Return a file with one column of categories."""
    rows = (f"{number},d,r,{value}" for number, value in enumerate(values))
    return "\n".join([f"case_id,drug,reaction,{name}", *rows]) + "\n"


def test_every_row_is_compared_or_counted(folder: Folder) -> None:
    found = folder.compare(ONE, TWO)
    assert len(found.match.pairs) == 6
    assert found.match.only_first == ((("7", "amx", "lcv"), 8),)
    assert found.match.only_second == ((("8", "amx", "lcv"), 2),)
    assert found.left_out[0].missing == 1
    assert found.left_out[0].unknown == {"perhaps": 1}
    assert (found.left_out[1].missing, found.left_out[1].unknown) == (0, {})
    assert [row.pair.key[0] for row in found.rated] == ["1", "2", "3", "4"]


def test_table_has_the_first_rater_in_rows_and_the_order_of_the_algorithm(folder: Folder) -> None:
    found = folder.compare(ONE, TWO)
    assert found.scale.categories == (
        "improbable",
        "conditional",
        "possible",
        "probable",
        "definite",
    )
    assert found.scale.order == "algorithm"
    assert found.table == (
        (0, 0, 0, 0, 0),
        (0, 1, 0, 0, 0),
        (0, 1, 1, 0, 0),
        (0, 0, 1, 0, 0),
        (0, 0, 0, 0, 0),
    )


def test_items_that_go_with_the_disagreement_come_first(folder: Folder) -> None:
    first, second = folder.compare(ONE, TWO).items
    assert first.name == "sefv_h_alternative_causes"
    assert (first.disagreeing, first.disagreeing_differ) == (2, 2)
    assert (first.agreeing, first.agreeing_differ) == (2, 0)
    assert second.name == "fact_onset"
    assert (second.agreeing, second.agreeing_differ) == (2, 1)
    rows = folder.compare(ONE, TWO).disagreements
    assert [row.differing for row in rows] == [("sefv_h_alternative_causes",)] * 2
    assert [[record.line for record in row.pair.records] for row in rows] == [[2, 6], [4, 4]]


def test_empty_item_is_not_a_different_one(folder: Folder) -> None:
    found = folder.compare(ONE, TWO.replace("possible,2,compatible", "possible,,compatible"))
    item = next(i for i in found.items if i.name == "sefv_h_alternative_causes")
    assert (item.disagreeing, item.disagreeing_differ) == (1, 1)
    assert (item.agreeing, item.agreeing_differ) == (1, 0)


def test_named_items_are_the_only_ones(folder: Folder) -> None:
    found = folder.compare(ONE, TWO, items=("fact_onset",))
    assert [item.name for item in found.items] == ["fact_onset"]
    assert folder.codes(ONE, TWO, items=("weather",)) == [("E701", 1)]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separator_mark_and_line_ends_are_found(
    folder: Folder, sign: str, mark: bytes, end: str
) -> None:
    text = TWO.replace(",", sign).replace("\n", end)
    assert folder.compare(ONE, mark + text.encode()).table == folder.compare(ONE, TWO).table


def test_blank_lines_and_quoted_line_ends_keep_the_line_numbers(folder: Folder) -> None:
    text = '\n\ncase_id,drug,reaction,sefv_h_category\n\n"1\nx",d,r,possible\n2,d,r,probable\n'
    found = folder.compare(text, text)
    assert [pair.records[0].line for pair in found.match.pairs] == [5, 7]


def test_words_of_a_person_are_read_as_the_categories(folder: Folder) -> None:
    machine = column("sefv_h_category", "conditional", "definite", "improbable", "probable")
    person = column("experta", " Condicional ", "DEFINIDA", "unlikely", "Probable")
    found = folder.compare(machine, person, columns=("sefv_h_category", "experta"))
    assert found.statistics[0].value == 1
    assert found.scale.order == "algorithm"
    assert len(found.rated) == 4


def test_unordered_categories_have_no_weighted_measures(folder: Folder) -> None:
    text = column("opinion", "b", "a", "c"), column("opinion", "b", "b", "c")
    found = folder.compare(*text, columns=("opinion",))
    assert (found.scale.order, found.scale.categories) == ("none", ("a", "b", "c"))
    assert [(s.name, s.weights) for s in found.statistics] == [
        ("observed", "none"),
        ("kappa", "none"),
        ("gwet", "none"),
    ]
    ordered = folder.compare(*text, columns=("opinion",), order=("c", "a", "b"))
    assert ordered.scale.categories == ("c", "a", "b")
    assert len(ordered.statistics) == 7


def test_category_out_of_the_given_order_is_counted(folder: Folder) -> None:
    texts = column("opinion", "b", "a", "c"), column("opinion", "b", "b", "c")
    found = folder.compare(*texts, columns=("opinion",), order=("a", "b"))
    assert found.left_out[0].unknown == found.left_out[1].unknown == {"c": 1}
    assert len(found.rated) == 2


def test_algorithm_says_the_order_of_any_column(folder: Folder) -> None:
    texts = column("opinion", "possible", "certain"), column("opinion", "certain", "possible")
    found = folder.compare(*texts, columns=("opinion",), algorithms=("who-umc",))
    assert found.scale.categories[-1] == "certain"


def test_category_that_judges_nothing_counts_in_the_plain_measures_only(folder: Folder) -> None:
    one = column("who_umc_category", "unassessable", "possible", "probable", "certain")
    two = column("who_umc_category", "unassessable", "conditional", "probable", "certain")
    found = folder.compare(one, two)
    assert found.scale.ungraded == {"unassessable", "conditional"}
    assert [(s.weights, s.n) for s in found.statistics] == [
        *[("none", 4)] * 3,
        *[("linear", 2)] * 2,
        *[("quadratic", 2)] * 2,
    ]


def test_methods_are_compared_by_degree_when_asked(folder: Folder) -> None:
    one = column("sefv_h_category", "improbable", "conditional", "definite", "possible")
    two = column("who_umc_category", "unlikely", "possible", "certain", "conditional")
    assert folder.codes(one, two) == [("E709", 1)]
    found = folder.compare(one, two, by_level=True)
    assert found.scale.categories[0] == "unlikely"
    assert [row.categories for row in found.rated] == [
        ("unlikely", "unlikely"),
        ("conditional", "possible"),
        ("definite", "definite"),
    ]
    assert found.left_out[1].ungraded == {"conditional": 1}
    assert found.left_out[1].unknown == {}
    levels = as_json(found)["levels"]
    assert levels[0]["improbable"] == "unlikely"
    assert levels[1]["certain"] == "definite"
    assert levels[1]["conditional"] is None


def test_two_columns_of_one_file_are_compared_without_a_key(folder: Folder) -> None:
    text = (
        "sefv_h_category,who_umc_category,fact_onset\n"
        "possible,possible,compatible\nprobable,possible,unknown\nprobable,possible,unknown\n"
    )
    found = folder.compare(text, by_level=True)
    assert (found.keys, len(found.rated)) == ((), 3)
    assert [(v.value, v.rows, v.disagreeing) for v in found.values] == [
        ("unknown", 2, 2),
        ("compatible", 1, 0),
    ]


@pytest.mark.parametrize(
    ("one", "two", "options", "codes"),
    [
        (ONE + ONE.splitlines()[1], TWO, {}, [("E705", 9)]),
        (ONE.replace("3,amx", "3,"), TWO, {}, [("E706", 4)]),
        (ONE, TWO, {"keys": ("case",)}, [("E701", 1), ("E701", 1)]),
        (ONE, TWO, {"keys": ("drug", "drug")}, [("E711", None)]),
        (ONE, TWO, {"columns": ("a", "b", "c")}, [("E711", None)]),
        (ONE, TWO, {"columns": ("verdict",)}, [("E701", 1)]),
        (ONE, TWO, {"order": ("a", "A")}, [("E712", None)]),
        (ONE, TWO, {"order": ("a", "")}, [("E712", None)]),
        (ONE, TWO, {"order": ("a", "b"), "by_level": True}, [("E714", None)]),
        (ONE, TWO, {"algorithms": ("nonsense",)}, [("E501", None)]),
        (ONE, TWO, {"columns": ("drug",), "by_level": True}, [("E710", 1), ("E710", 1)]),
        (ONE, TWO.replace("sefv_h_category", "verdict"), {}, [("E708", 1), ("E708", 1)]),
        (ONE, TWO.replace(",amx,", ",other,"), {}, [("E707", None)]),
        (ONE, TWO.replace("drug", "case_id"), {}, [("E704", 1)]),
        (ONE, TWO + "9,amx\n", {}, [("E703", 9)]),
        (ONE, TWO + '9,"amx\n', {}, [("E702", 9)]),
        (ONE, "", {}, [("E715", None)]),
        (ONE, "\n\n", {}, [("E715", None)]),
        (ONE, TWO.encode("utf-16"), {}, [("E005", None)]),
        (ONE, TWO.replace("lcv", "púrpura").encode("latin-1"), {}, [("E005", None)]),
    ],
)
def test_fault_is_named_with_its_line(
    folder: Folder, one: str, two: str, options: dict[str, Any], codes: list[tuple[str, int]]
) -> None:
    assert folder.codes(one, two, **options) == codes


def test_all_lines_of_a_doubled_key_are_named(folder: Folder) -> None:
    again = ONE.splitlines()[1]
    (problem,) = folder.problems(f"{ONE}{again}\n{again}\n", TWO)
    assert problem.params["lines"] == ("2", "9", "10")
    assert problem.params["found"] == "1 / amx / lcv"


def test_many_faults_of_a_kind_are_counted(folder: Folder) -> None:
    values = ["possible"] * (MOST_PROBLEMS + 5)
    text = column("sefv_h_category", *values)
    problems = folder.problems(text + text.partition("\n")[2], text)
    assert [p.code for p in problems] == ["E705"] * MOST_PROBLEMS + ["E713"]
    assert problems[-1].params == {"count": 5}


def test_one_file_needs_two_columns(folder: Folder) -> None:
    assert folder.codes(ONE) == [("E667", 1)]
    assert folder.codes(ONE, columns=("sefv_h_category",)) == [("E716", None)]


def test_file_without_rows_has_no_measure_but_a_reason(folder: Folder) -> None:
    found = folder.compare(HEADER + "\n", TWO)
    assert found.statistics[0].reason == "no_rows"
    assert [s["value"] for s in as_json(found)["statistics"]] == [None] * 7


def test_changing_places_turns_the_table_and_keeps_the_measures(folder: Folder) -> None:
    there, back = folder.compare(ONE, TWO), folder.compare(TWO, ONE)
    assert [list(row) for row in zip(*there.table, strict=True)] == list(map(list, back.table))
    assert as_json(there)["statistics"] == as_json(back)["statistics"]


def test_words_of_one_packaged_method_are_one_category_in_both_languages(folder: Folder) -> None:
    ours = column("category", "definite", "conditional", "improbable", "possible", "perhaps")
    theirs = column("category", "Definida", "Condicional", "unlikely", "probable", "Perhaps")
    found = folder.compare(ours, theirs)
    assert found.scale.same == (
        ("definite", "Definida"),
        ("conditional", "Condicional"),
        ("improbable", "unlikely"),
    )
    assert [row.agrees for row in found.rated] == [True, True, True, False, False]
    assert not found.scale.several_methods
    assert as_json(found)["same_words"][0] == ["definite", "Definida"]


def test_words_that_methods_mean_differently_are_left_and_said_to_be_so(folder: Folder) -> None:
    ours = column("category", "certain", "Condicional", "Posible", "unclassifiable")
    theirs = column("category", "definite", "conditional", "possible", "dudosa")
    found = folder.compare(ours, theirs)
    assert found.scale.same == (("Posible", "possible"),)  # conditional judges nothing in WHO-UMC
    assert [row.agrees for row in found.rated] == [False, False, True, False]
    assert found.scale.several_methods


def test_words_of_no_method_are_read_as_they_stand(folder: Folder) -> None:
    found = folder.compare(column("category", "a", "B"), column("category", "A", "B"))
    assert (found.scale.same, found.scale.several_methods) == ((), False)
    assert [row.agrees for row in found.rated] == [False, True]


def test_spanish_headers_are_the_default_key(folder: Folder) -> None:
    theirs = TWO.replace("case_id,drug,reaction", "Caso,fármaco,reacción", 1)
    found = folder.compare(ONE, theirs)
    assert len(found.rated) == len(folder.compare(ONE, TWO).rated)
    assert as_json(found)["raters"][1]["key_columns"] == ["Caso", "fármaco", "reacción"]
    assert as_json(found)["raters"][0]["key_columns"] == ["case_id", "drug", "reaction"]
    doubled = theirs.replace("reacción,", "reacción,medicamento,", 1).replace(",lcv,", ",lcv,x,")
    (problem,) = folder.problems(ONE, doubled)
    assert problem.params["found"] == "drug"
    assert "Caso" in str(problem.params["allowed"])  # as the file has it


def test_a_named_key_is_looked_for_as_it_is_named(folder: Folder) -> None:
    theirs = TWO.replace("case_id", "caso", 1)
    assert folder.codes(ONE, theirs, keys=("case_id",)) == [("E701", 1)]
