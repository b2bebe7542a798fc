"""Loading knowledge: a user's folder, tables in CSV, and every fault with its place."""

import hashlib
from pathlib import Path

import pytest

from causality.document import Document
from causality.errors import DefinitionError, InputError, Problem
from causality.knowledge import load
from causality.knowledge.base import Knowledge
from causality.knowledge.load import held_knowledge, load_knowledge, own_files


def faults(folder: Path) -> list[Problem]:
    with pytest.raises(DefinitionError) as raised:
        load_knowledge(folder)
    return list(raised.value.problems)


def packaged_header(name: str) -> list[str]:
    folder = Path(__file__).resolve().parents[2] / "causality" / "knowledge"
    return (folder / name).read_text(encoding="utf-8").splitlines()[0].split(",")


ZZZOL = {"name_en": "zzzol", "name_es": "zzzol", "atc": "A01AA01"}


def drugs(tmp_path: Path, *rows: dict[str, str], text: str | None = None) -> Path:
    columns = packaged_header("drugs.csv")
    lines = [",".join(columns), *(",".join(row.get(c, "") for c in columns) for row in rows)]
    file = tmp_path / "drugs.csv"
    file.write_text(text if text is not None else "\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def known(folder: Path, name: str) -> Knowledge:
    knowledge = load_knowledge(folder)
    assert knowledge.drug(name) is not None
    return knowledge


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert faults(missing) == [Problem(code="E401", file=str(missing))]


def test_a_folder_without_any_table_says_which_names_count(tmp_path: Path) -> None:
    allowed = (
        "sources.yaml, syndromes.yaml, tests.yaml, alternatives.yaml, workup.yaml, "
        "cross_reactivity.yaml, classes.yaml, questions.yaml, coupling.yaml, drugs.csv, reports.csv"
    )
    assert faults(tmp_path) == [
        Problem(code="E402", file=str(tmp_path), params={"allowed": allowed})
    ]


def test_cells_are_stripped_split_and_read_as_yes_or_no(tmp_path: Path) -> None:
    row = {
        **ZZZOL,
        "name_en": " zzzol ",
        "synonyms": " zzz one | |zzz two ",
        "half_life_confirmed": "No",
    }
    entry = known(drugs(tmp_path, row), "zzzol").drug("zzzol")
    assert entry is not None
    assert (entry.name_en, entry.synonyms) == ("zzzol", ("zzz one", "zzz two"))
    assert entry.half_life_confirmed is False


@pytest.mark.parametrize(
    ("cell", "value"), [("yes", True), ("YES", True), ("no", False), ("", False)]
)
def test_a_flag_is_yes_no_or_nothing(tmp_path: Path, cell: str, value: bool) -> None:
    folder = drugs(tmp_path, {**ZZZOL, "half_life_confirmed": cell})
    entry = known(folder, "zzzol").drug("zzzol")
    assert entry is not None
    assert entry.half_life_confirmed is value


def test_every_cell_that_is_not_accepted_is_named_with_its_line(tmp_path: Path) -> None:
    first = {**ZZZOL, "half_life_confirmed": "perhaps"}
    file = str(tmp_path / "drugs.csv")
    found = faults(drugs(tmp_path, first, {**ZZZOL, "name_en": ""}))
    allowed = {"found": "perhaps", "allowed": "yes, no"}
    assert found == [
        Problem(code="E102", file=file, line=2, path="half_life_confirmed", params=allowed),
        Problem(code="E103", file=file, line=3, path="name_en", params={"key": "name_en"}),
    ]


def test_more_cells_than_columns_are_a_fault_of_their_line(tmp_path: Path) -> None:
    columns = packaged_header("drugs.csv")
    text = (
        ",".join(columns)
        + "\n"
        + ",".join(["zzzol", "zzzol", "A01AA01", *[""] * (len(columns) - 2)])
        + "\n"
    )
    (problem,) = faults(drugs(tmp_path, text=text))
    assert (problem.code, problem.file) == ("E403", str(tmp_path / "drugs.csv"))
    assert (problem.line, problem.path) == (2, "?")
    assert problem.params == {
        "found": "more cells than columns",
        "reason": "Extra inputs are not permitted",
    }


def test_a_table_that_ends_inside_quotes_is_a_fault_with_its_line(tmp_path: Path) -> None:
    columns = packaged_header("drugs.csv")
    text = ",".join(columns) + '\nzzzol,zzzol,A01AA01\n"zzz\n'
    (problem,) = faults(drugs(tmp_path, text=text))
    assert (problem.code, problem.file) == ("E406", str(tmp_path / "drugs.csv"))
    assert problem.params == {"reason": "unexpected end of data"}
    assert problem.line == 3


def test_faults_of_all_files_come_at_once_each_with_its_file(tmp_path: Path) -> None:
    drugs(tmp_path, {**ZZZOL, "name_en": ""})
    (tmp_path / "sources.yaml").write_text("sources: [", encoding="utf-8")
    (tmp_path / "tests.yaml").write_bytes(b"tests: \xe1\n")
    found = faults(tmp_path)
    assert {(p.code, p.file) for p in found} == {
        ("E006", str(tmp_path / "sources.yaml")),
        ("E005", str(tmp_path / "tests.yaml")),
        ("E103", str(tmp_path / "drugs.csv")),
    }


def test_a_line_inside_quotes_stays_one_cell(tmp_path: Path) -> None:
    columns = packaged_header("drugs.csv")
    cells = ["zzzol", "zzzol", "A01AA01", *[""] * (len(columns) - 3)]
    cells[columns.index("synonyms")] = '"zzz\r\none"'
    text = ",".join(columns) + "\n" + ",".join(cells) + "\n"
    (tmp_path / "drugs.csv").write_bytes(text.encode())
    entry = known(tmp_path, "zzzol").drug("zzzol")
    assert entry is not None
    assert entry.synonyms == ("zzz\r\none",)


def test_the_users_compiled_file_is_not_trusted(tmp_path: Path) -> None:
    drugs(tmp_path, {**ZZZOL})
    (tmp_path / "compiled.json").write_text("not json", encoding="utf-8")
    known(tmp_path, "zzzol")


def test_the_files_of_a_layer_are_hashed(tmp_path: Path) -> None:
    folder = drugs(tmp_path, {**ZZZOL})
    expected = hashlib.sha256((folder / "drugs.csv").read_bytes()).hexdigest()
    (layer,) = load_knowledge(folder).layers
    assert layer == (str(folder), {"drugs.csv": expected})


@pytest.mark.parametrize(
    ("term", "known_as"),
    [
        ("purpura", "cutaneous_small_vessel"),
        ("palpable purpura, no fever", "cutaneous_small_vessel"),
        ("thrombocytopenic purpura and leukocytoclastic vasculitis", "cutaneous_small_vessel"),
        ("thrombocytopenic purpura", None),
        ("púrpura senil", None),
        ("headache, no purpura", None),
        ("not vasculitis", None),
        ("dolor sin púrpura", None),
    ],
)
def test_a_name_that_denies_the_reaction_or_is_a_mimic_leads_to_none(
    term: str, known_as: str | None
) -> None:
    assert load_knowledge().reaction_key(term) == known_as


def test_files_held_as_text_are_the_folder_they_came_from(tmp_path: Path) -> None:
    folder = drugs(tmp_path, {**ZZZOL, "synonyms": "zañol"})
    (tmp_path / "sources.yaml").write_text(
        'version: "1"\nsources: {own-1: {text: a source, seen: true}}\n', encoding="utf-8"
    )
    (tmp_path / "notes.txt").write_text("not knowledge", encoding="utf-8")
    held = own_files(folder)
    assert list(held) == ["sources.yaml", "drugs.csv"]
    assert held["drugs.csv"].encode() == (folder / "drugs.csv").read_bytes()
    there, kept = load_knowledge(folder), held_knowledge(str(folder), held)
    assert kept == there
    assert kept.drug("zañol") == there.drug("zañol") is not None
    assert kept.layers == there.layers
    assert kept.citation("own-1") == "a source"


def test_files_held_as_text_are_judged_as_those_of_a_folder(tmp_path: Path) -> None:
    held = {"drugs.csv": ",".join(packaged_header("drugs.csv")) + "\n,zzzol,A01AA01\n"}
    (tmp_path / "drugs.csv").write_text(held["drugs.csv"], encoding="utf-8")
    with pytest.raises(DefinitionError) as raised:
        held_knowledge(str(tmp_path), held)
    assert list(raised.value.problems) == faults(tmp_path)
    with pytest.raises(DefinitionError) as raised:
        held_knowledge("somewhere", {})
    assert [(p.code, p.file) for p in raised.value.problems] == [("E402", "somewhere")]


def test_a_table_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "drugs.csv").write_bytes(b"name_en\n\xe1\n")
    (problem,) = faults(tmp_path)
    assert (problem.code, problem.file) == ("E005", str(tmp_path / "drugs.csv"))
    with pytest.raises(InputError) as raised:
        own_files(tmp_path)
    assert list(raised.value.problems) == [problem]


def test_a_file_that_cannot_even_be_looked_at_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    drugs(tmp_path, ZZZOL)
    monkeypatch.setattr(Path, "is_file", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    problems = faults(tmp_path)
    assert str(tmp_path / "drugs.csv") in {problem.file for problem in problems}
    with pytest.raises(InputError) as raised:
        own_files(tmp_path)
    assert {problem.code for problem in raised.value.problems} == {"E002"}


def test_lines_may_end_in_any_way(tmp_path: Path) -> None:
    drugs(tmp_path, ZZZOL, {**ZZZOL, "name_en": "yyyol"})
    file = tmp_path / "drugs.csv"
    text = file.read_bytes()
    for end in (b"\r", b"\r\n", b"\n"):
        file.write_bytes(text.replace(b"\n", end))
        assert [known(tmp_path, name) is not None for name in ("zzzol", "yyyol")] == [True, True]


def test_the_packaged_tables_load_in_their_compiled_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_text: str, name: str) -> Document:
        pytest.fail(f"{name} is read as YAML: run make compile")

    monkeypatch.setattr(load, "parse", refuse)
    load._packaged.cache_clear()
    try:
        assert load_knowledge().syndromes
    finally:
        load._packaged.cache_clear()
