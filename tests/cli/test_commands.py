"""The command line: what goes to standard output, what to standard error, and the exit codes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from causality.cli.example import example_names, example_text
from causality.cli.schema import schema_of
from causality.resources import data_folder
from causality.scoring.load import default_algorithms, load_algorithm
from causality.terms.facts import FACTS
from causality.words import Words
from tests.cli.running import (
    DONE,
    OUR_BUG,
    SOME_REJECTED,
    UNREADABLE,
    USAGE,
    Cli,
    assert_refused,
    command,
    written,
)

QUESTIONS = {
    "a": "temporal_sequence",
    "b": "prior_knowledge",
    "c": "withdrawal_effect",
    "d": "rechallenge_effect",
    "e": "alternative_causes",
    "f": "contributing_factors",
    "g": "complementary_tests",
}

CASE = """\
case_id: TEST-1
patient: {age: 64, sex: female}
drugs:
  - id: amx
    name: amoxicillin
    exposures: [{start: 2020-03-01, stop: 2020-03-09, dose: 500 mg}]
  - id: met
    name: metformin
    role: concomitant
    exposures: [{start: 2019, ongoing: true}]
reactions:
  - id: lcv
    term: leukocytoclastic vasculitis
    episodes:
      - {id: e1, onset: 2020-03-08, recovered: 2020-03-20, outcome: recovered, actions: {amx: withdrawn}}
"""  # noqa: E501

BAD = """\
case_id: TEST-2
drugs:
  - {id: x, name: X, exposures: [{start: 2020-03-05, stop: 2020-03-01}]}
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return written(tmp_path / "case.yaml", CASE)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return written(tmp_path / "lenalidomide.yaml", example_text("lenalidomide"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two good cases, a bad one and what is no case."""
    path = tmp_path / "cases"
    path.mkdir()
    written(path / "b-good.yaml", CASE)
    written(path / "a-good.yml", CASE.replace("TEST-1", "TEST-0"))
    written(path / "c-bad.yaml", BAD)
    written(path / "notes.txt", "not a case")
    (path / "d-folder.yaml").mkdir()
    return path


# A good case


def test_assess_prints_the_case_and_leaves_with_0(cli: Cli, case: Path) -> None:
    run = cli("assess", case)
    assert (run.code, run.err) == (DONE, "")
    for text in ("TEST-1", "amoxicillin", "leukocytoclastic vasculitis", "sefv-h"):
        assert text in run.out
    assert "\x1b" not in run.out


def test_only_suspects_are_scored(cli: Cli, case: Path) -> None:
    pairs = cli("assess", case, "--format", "json").json["pairs"]
    assert [(pair["drug_id"], pair["reaction_id"]) for pair in pairs] == [("amx", "lcv")]


def test_validate_says_what_it_found(cli: Cli, case: Path) -> None:
    run = cli("validate", case)
    assert (run.code, run.err) == (DONE, "")
    assert str(case) in run.out
    assert "drugs: 2, reactions: 1" in run.out


def test_minus_is_standard_input(cli: Cli, case: Path) -> None:
    from_file = cli("assess", case, "--format", "json")
    from_stdin = cli("assess", "-", "--format", "json", stdin=CASE.encode())
    assert from_stdin == from_file
    assert cli("validate", "-", stdin=CASE.encode()).code == DONE


def test_faults_of_standard_input_have_a_place(cli: Cli) -> None:
    run = cli("validate", "-", stdin=BAD.encode())
    assert_refused(run, UNREADABLE, "stdin:3:60: ", "E311")


def test_oversized_standard_input_is_refused(cli: Cli) -> None:
    assert_refused(cli("validate", "-", stdin=b"#" * (4 * 2**20 + 1)), UNREADABLE, "E003")


def test_json_case_is_accepted(cli: Cli, tmp_path: Path) -> None:
    path = written(tmp_path / "case.json", json.dumps({"case_id": "T", "patient": {"age": 82}}))
    assert cli("validate", path).code == DONE
    assert cli("assess", path, "--format", "json").json["pairs"] == []


def test_case_with_nothing_to_score_says_so(cli: Cli, tmp_path: Path) -> None:
    path = written(tmp_path / "case.yaml", "case_id: TEST-3\n")
    run = cli("assess", path)
    assert (run.code, run.err) == (DONE, "")
    assert "nothing to score" in run.out


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("D0 day -30", "the suspect drug and the reaction come after this moment"),
        ("D0 day 4", "the reaction comes after this moment"),
    ],
)
def test_pair_that_has_not_begun_is_said_to_come_later(
    cli: Cli, tmp_path: Path, moment: str, words: str
) -> None:
    path = written(tmp_path / "case.yaml", cli("template", "case", "--lang", "en").out)
    run = cli("assess", path, "--as-of", moment, "--lang", "en")
    assert (run.code, run.err) == (DONE, "")
    assert words in run.out


def test_drug_after_the_reaction_is_said_to_come_later(cli: Cli, tmp_path: Path) -> None:
    text = (
        "case_id: T\n"
        "drugs: [{id: a, name: amoxicillin, role: suspect, exposures: [{start: 2024-03-20}]}]\n"
        "reactions: [{id: r, term: vasculitis, episodes: [{id: e1, onset: 2024-03-01}]}]\n"
    )
    run = cli("assess", written(tmp_path / "case.yaml", text), "--as-of", "2024-03-10")
    assert "the suspect drug comes after this moment" in run.out


def test_version_is_printed(cli: Cli) -> None:
    run = cli("--version")
    assert run.code == DONE
    assert re.fullmatch(r"causality \d+\.\d+\.\d+\S*\n", run.out)


@pytest.mark.parametrize(
    "command_name", ["", "assess", "validate", "schema", "template", "example"]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_help_is_complete_in_both_languages(cli: Cli, command_name: str, language: str) -> None:
    arguments = [command_name] if command_name else []
    run = cli(*arguments, "--lang", language, "--help")
    assert run.code == DONE
    assert "help." not in run.out
    assert ("Mostrar" in run.out or "fármaco" in run.out or "Idioma" in run.out) is (
        language == "es"
    )


# Mistakes of the user: never a traceback


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E007"),
        (b"case_id: [\n", "E006"),
        (b"PK\x03\x04\x00", "E004"),
        ("case_id: ñ".encode("latin-1"), "E005"),
        ("case_id: 1".encode("utf-16"), "E005"),
        (b"a: &x 1\nb: *x\n", "E008"),
        (b"[" * 100_000, "E009"),
        (b"case_id: 1\ncase_id: 2\n", "E010"),
        (b"? [a]\n: b\n", "E011"),
        (b"case_id: 1\n---\ncase_id: 2\n", "E012"),
        (b"case_id: T\ndrgus: []\n", "E100"),
        (b"case_id: T\nzzz: 1\n", "E101"),
        (b"title: T\n", "E103"),
        (BAD.encode(), "E311"),
    ],
)
@pytest.mark.parametrize("name", ["assess", "validate"])
def test_unreadable_case_is_refused_with_its_code(
    cli: Cli, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    assert_refused(cli(name, path), UNREADABLE, f"{path}", f"{code} ")


@pytest.mark.parametrize("name", ["assess", "validate"])
def test_missing_file_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    assert_refused(cli(name, tmp_path / "nowhere.yaml"), UNREADABLE, "E001")


@pytest.mark.parametrize("name", ["assess", "validate"])
def test_text_of_a_case_in_place_of_its_file_is_refused(cli: Cli, name: str) -> None:
    assert_refused(cli(name, "case_id: T, " + "note: x, " * 600), UNREADABLE)


@pytest.mark.parametrize("name", ["assess", "validate"])
def test_empty_argument_is_not_the_folder_one_is_in(
    cli: Cli, case: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(case.parent)
    assert_refused(cli(name, ""), UNREADABLE, "E001")


@pytest.mark.parametrize("name", ["assess", "validate"])
def test_folder_that_the_system_refuses_is_unreadable(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    allowed = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path == folder:
            raise PermissionError(13, "Permission denied")
        return allowed(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert_refused(cli(name, folder), UNREADABLE, str(folder), "E002")


def test_folder_without_cases_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert_refused(cli("assess", tmp_path), UNREADABLE, str(tmp_path), "E509")
    assert_refused(cli("validate", tmp_path), UNREADABLE, str(tmp_path), "E509")


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess"],
        ["validate"],
        ["nonsense"],
        ["assess", "case.yaml", "--nonsense"],
        ["assess", "case.yaml", "--format", "pdf"],
        ["assess", "case.yaml", "--lang", "fr"],
        ["schema"],
        ["schema", "nonsense"],
        ["template", "nonsense"],
        ["example", "nonsense"],
    ],
)
def test_wrong_arguments_are_a_usage_error(cli: Cli, arguments: Sequence[str]) -> None:
    assert_refused(cli(*arguments), USAGE)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--algorithm", "nonsense"], ["E501", "'nonsense'", "sefv-h"]),
        (["--convention", "nonsense=1"], ["E502", "'nonsense=1'", "lcv_window="]),
        (["--convention", "lcv_window=nonsense"], ["E502", "series|textbook|wide"]),
        (
            ["--convention", "lcv_window"],
            ["--convention: E502 'lcv_window'", "series|text"],
        ),
        (["--as-of", "@nonsense"], ["as-of", "E503", "'nonsense'", "e1.onset"]),
        (["--as-of", "@"], ["E503"]),
        (["--as-of", "D0 day 3"], ["as-of", "E504", "'D0 day 3'"]),
        (["--as-of", "nonsense"], ["as-of", "E201", "'nonsense'"]),
        (["--as-of", ""], ["E201"]),
        (["--as-of", "2020-02-30"], ["E202"]),
        (["--as-of", "1066"], ["E203"]),
        (["--as-of", "05/10/2018"], ["--as-of: E205", "year first"]),
        (["--as-of", "D0 day 0"], ["E206"]),
        (["--as-of", "D0 day " + "9" * 5_000], ["E203"]),
        (["--set", "nonsense"], ["--set: E505", "'nonsense'", "FACT=VALUE"]),
        (["--set", "nonsense=1"], ["--set: E506", "'nonsense=1'", "onset"]),
        (["--set", "onset=nonsense"], ["E506", "'onset=nonsense'", "compatible"]),
        (
            ["--set", "amx/zzz:onset=compatible"],
            ["--set: E506 'amx/zzz:onset=compatible'", "amx/lcv"],
        ),
        (["--set", "met/lcv:onset=compatible"], ["E506", "amx/lcv"]),
        (["--set", "a=1", "--set", "b=2"], ["'a=1'", "'b=2'"]),
        (["--explain", "nonsense"], ["E507", "'nonsense'", "temporal_sequence", "onset"]),
        (["--explain", "z"], ["E507"]),
        (["--explain", ""], ["E507"]),
        (["--explain", "nonsense", "--format", "json"], ["E507"]),
    ],
)
def test_wrong_name_in_an_option_is_a_usage_error_that_lists_the_right_ones(
    cli: Cli, case: Path, arguments: Sequence[str], words: Sequence[str]
) -> None:
    assert_refused(cli("assess", case, *arguments), USAGE, *words)


def test_algorithm_named_twice_is_used_once(cli: Cli, case: Path) -> None:
    once = cli("assess", case, "--format", "json", "-a", "sefv-h")
    assert cli("assess", case, "--format", "json", "-a", "sefv-h", "-a", "sefv-h") == once


def test_coupling_by_an_algorithm_that_is_not_there_is_refused(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    text = (data_folder("knowledge") / "coupling.yaml").read_text(encoding="utf-8")
    written(tmp_path / "own" / "coupling.yaml", text.replace("sefv-h", "nonsense"))
    run = cli("assess", case, "--knowledge", tmp_path / "own")
    assert run.code in {USAGE, UNREADABLE}
    assert_refused(run, run.code, "nonsense")


def test_algorithm_file_that_is_missing_or_broken_is_refused(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    missing = cli("assess", case, "--algorithm", tmp_path / "no.yaml")
    assert missing.code in {USAGE, UNREADABLE}
    assert "Traceback" not in missing.err
    broken = written(tmp_path / "own.yaml", "id: own\n")
    assert_refused(cli("assess", case, "--algorithm", broken), UNREADABLE, f"{broken}:1:1", "E103")


@pytest.mark.parametrize(
    ("name", "code"),
    [("nowhere", "E401"), ("case.yaml", "E401"), ("empty", "E402")],
)
def test_wrong_knowledge_folder_is_refused(
    cli: Cli, case: Path, tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert_refused(cli("assess", case, "--knowledge", tmp_path / name), UNREADABLE, code)


def test_every_fault_is_on_a_line_of_its_own_in_the_order_of_the_file(
    cli: Cli, tmp_path: Path
) -> None:
    path = written(
        tmp_path / "case.yaml",
        """\
case_id: T
patient: {sex: none, age: old}
drugs:
  - {id: x, name: X, exposures: [{start: 2020-03-05, stop: 2020-03-01}]}
  - {id: y}
zzz: 1
reactions:
  - {term: R, episodes: [{onset: 05/10/2018}]}
  - {term: Q, episodes: [{onset: 2018, «: 1}]}
""",
    )
    lines = cli("validate", path).err.splitlines()
    found = [re.match(rf"{re.escape(str(path))}:(\d+):(\d+): (\S+: )?(E\d+) ", x) for x in lines]
    assert all(found)
    places = [(int(match[1]), int(match[2])) for match in found if match]
    assert places == sorted(places)
    assert [match[4] for match in found if match] == [
        "E102", "E212", "E103", "E101", "E205", "E101",
    ]  # fmt: skip


def test_messages_show_nothing_but_the_wrong_value(cli: Cli, tmp_path: Path) -> None:
    path = written(
        tmp_path / "case.yaml",
        """\
case_id: SECRET-1
title: SECRET-2
patient: {age: 64, sex: wrong1, note: SECRET-3}
drugs:
  - {id: x, name: SECRET-4, indication: SECRET-5, role: wrong2}
  - {id: y, note: SECRET-6}
reactions:
  - {term: SECRET-7, episodes: [{onset: wrong3, note: SECRET-8}]}
unknown-key: SECRET-9
note: SECRET-0
""",
    )
    run = cli("validate", path)
    assert_refused(run, UNREADABLE, "wrong1", "wrong2", "wrong3", "unknown-key")
    assert "SECRET" not in run.err


def test_signs_that_steer_a_terminal_do_not_reach_it(cli: Cli, tmp_path: Path) -> None:
    text = CASE.replace("name: amoxicillin", r'name: "amo\e[2J\x9b31mxi\u202Ecillin\nE000"')
    steering = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    path = written(tmp_path / "case.yaml", text)
    for arguments in ([], ["--explain", "a"], ["--set", "onset=unknown"]):
        run = cli("assess", path, *arguments)
        assert run.code == DONE
        assert not steering.search(run.out)
    written(path, 'case_id: T\npatient: {sex: "a\\e[31mb\\nc"}\n"k\\e[2J": 1\n')
    run = cli("validate", path)
    assert_refused(run, UNREADABLE, "E102", "E101")
    assert not steering.search(run.err)
    assert len(run.err.splitlines()) == 2, "one line per problem"


def test_our_own_fault_says_so_without_data(
    cli: Cli, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "SECRET"
        raise RuntimeError(message)

    monkeypatch.setattr("causality.cli.assess.read_cases", fail)
    run = cli("assess", case)
    assert run.code == OUR_BUG
    assert "E901" in run.err
    assert "RuntimeError" in run.err
    assert "SECRET" not in run.err
    assert "Traceback" not in run.err


# Folders and several files


def test_folder_is_a_work_list_and_a_bad_file_does_not_stop_the_others(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    run = cli("assess", ".")
    assert run.code == SOME_REJECTED
    rows = [line.replace("│", " ") for line in run.out.splitlines() if ".y" in line]
    assert [row.split()[0] for row in rows] == ["a-good.yml", "b-good.yaml"]
    assert "2 cases" in run.out
    assert "1 file could not be read" in run.out
    assert run.err.startswith("c-bad.yaml:3:60: ")
    assert "E311" in run.err


def test_json_of_a_folder_is_a_list_in_order_of_name(cli: Cli, folder: Path) -> None:
    run = cli("assess", folder, "--format", "json")
    assert run.code == SOME_REJECTED
    assert [entry["case_id"] for entry in run.json] == ["TEST-0", "TEST-1"]
    assert "E311" in run.err


def test_json_of_a_folder_with_one_case_is_a_list_too(cli: Cli, case: Path) -> None:
    run = cli("assess", case.parent, "--format", "json")
    assert run.code == DONE
    assert [entry["case_id"] for entry in run.json] == ["TEST-1"]
    assert isinstance(cli("assess", case, "--format", "json").json, dict)


def test_several_files_are_a_work_list(cli: Cli, case: Path, reference: Path) -> None:
    run = cli("assess", case, reference, "--format", "json")
    assert run.code == DONE
    assert [entry["case_id"] for entry in run.json] == ["TEST-1", "jiaci-2024-lenalidomide"]
    one_missing = cli("assess", case, case.parent / "nowhere.yaml", "--format", "json")
    assert one_missing.code == SOME_REJECTED
    assert [entry["case_id"] for entry in one_missing.json] == ["TEST-1"]
    assert "nowhere.yaml: E001" in one_missing.err


def test_folder_of_bad_files_only_is_unreadable(cli: Cli, folder: Path) -> None:
    (folder / "a-good.yml").unlink()
    (folder / "b-good.yaml").unlink()
    assert cli("assess", folder).code == UNREADABLE
    run = cli("assess", folder, "--format", "json")
    assert (run.code, run.json) == (UNREADABLE, [])


def test_wrong_option_is_a_usage_error_for_a_folder_too(cli: Cli, folder: Path) -> None:
    assert cli("assess", folder, "--set", "nonsense=1").code == USAGE
    assert cli("assess", folder, "--as-of", "nonsense").code == USAGE


def test_file_endings_may_be_in_capitals(cli: Cli, case: Path) -> None:
    case.rename(case.with_name("CASE.YAML"))
    run = cli("assess", case.parent, "--format", "json")
    assert (run.code, len(run.json)) == (DONE, 1)


def test_validate_reports_every_file_of_a_folder(cli: Cli, folder: Path) -> None:
    run = cli("validate", folder)
    assert run.code in {SOME_REJECTED, UNREADABLE}
    assert len(run.out.splitlines()) == 2
    assert len(run.err.splitlines()) == 1


# JSON: a stable shape

PAIR_KEYS = {"drug", "drug_id", "reaction", "reaction_id", "facts", "assessments"}
FACT_KEYS = {"value", "possible", "rule", "origin", "events"}
ASSESSMENT_KEYS = {
    "algorithm", "version", "total", "total_min", "total_max",
    "category", "category_min", "category_max", "items", "conventions", "flags",
}  # fmt: skip
ITEM_KEYS = {"question", "code", "points", "facts"}
CHANGE_KEYS = {"as_of", "event", "drug", "reaction", "algorithm", "total", "category"}


def test_json_has_the_documented_shape(cli: Cli, reference: Path) -> None:
    run = cli("assess", reference, "--format", "json")
    assert (run.code, run.err) == (DONE, "")
    result = run.json
    assert result["case_id"] == "jiaci-2024-lenalidomide"
    assert isinstance(result["as_of"], str)
    assert result["as_of"]
    assert [(pair["drug"], pair["reaction_id"]) for pair in result["pairs"]] == [
        ("lenalidomide", "lcv"),
        ("lenalidomide", "itching"),
        ("dexamethasone", "lcv"),
        ("dexamethasone", "itching"),
    ]
    events = set(result["events"])
    for pair in result["pairs"]:
        assert set(pair) >= PAIR_KEYS
        check_facts(pair["facts"], events)
        assert [a["algorithm"] for a in pair["assessments"]] == list(default_algorithms())
        check_sum(pair["assessments"][0])
        for assessment in pair["assessments"]:
            check_assessment(assessment, pair["facts"])
    check_trajectory(result)


def check_facts(facts: Mapping[str, Any], events: set[str]) -> None:
    assert list(facts) == list(FACTS)
    for name, fact in facts.items():
        assert set(fact) >= FACT_KEYS
        assert fact["value"] in FACTS[name]
        assert set(fact["possible"]) <= set(FACTS[name])
        assert fact["possible"]
        assert fact["origin"] in {"derived", "stated", "assumed"}
        assert set(fact["events"]) <= events
        assert isinstance(fact["rule"], str)


def check_sum(assessment: Mapping[str, Any]) -> None:
    assert assessment["algorithm"] == "sefv-h"
    assert [item["question"] for item in assessment["items"]] == list(QUESTIONS.values())
    for item in assessment["items"]:
        assert isinstance(item["points"], int)


def check_assessment(assessment: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    assert set(assessment) >= ASSESSMENT_KEYS
    algorithm = load_algorithm(assessment["algorithm"])[0]
    if algorithm.bands:
        assert assessment["total_min"] <= assessment["total"] <= assessment["total_max"]
        assert assessment["total"] == sum(item["points"] for item in assessment["items"])
    else:
        assert [assessment[f"total{end}"] for end in ("", "_min", "_max")] == [None] * 3
    ranks = [algorithm.rank(assessment[f"category{end}"]) for end in ("_min", "", "_max")]
    assert ranks == sorted(ranks)
    for item in assessment["items"]:
        assert set(item) >= ITEM_KEYS
        assert item["question"] in algorithm.questions
        assert set(item["facts"]) <= set(facts)
    assert isinstance(assessment["conventions"], dict)
    assert isinstance(assessment["flags"], list)
    for key in ("category", "category_min", "category_max"):
        assert assessment[key] in algorithm.categories


def check_trajectory(result: Mapping[str, Any]) -> None:
    assert result["trajectory"]
    last: dict[tuple[str, str, str], tuple[int | None, str]] = {}
    for change in result["trajectory"]:
        assert set(change) >= CHANGE_KEYS
        key = change["drug_id"], change["reaction_id"], change["algorithm"]
        now = change["total"], change["category"]
        assert last.get(key) != now, "one entry per change"
        last[key] = now
    for pair in result["pairs"]:
        for entry in pair["assessments"]:
            final = last[pair["drug_id"], pair["reaction_id"], entry["algorithm"]]
            assert final == (entry["total"], entry["category"])


def test_trajectory_names_drugs_and_reactions_as_the_pairs_do(cli: Cli, reference: Path) -> None:
    result = cli("assess", reference, "--format", "json").json
    named = {(pair["drug"], pair["reaction"]) for pair in result["pairs"]}
    assert {(change["drug"], change["reaction"]) for change in result["trajectory"]} == named


def test_printed_moment_gives_the_printed_score_again(cli: Cli, reference: Path) -> None:
    changes = cli("assess", reference, "--format", "json").json["trajectory"]
    changes = [change for change in changes if change["drug"] in {"len", "lenalidomide"}]
    moments = list(dict.fromkeys(change["as_of"] for change in changes))[:4]
    assert len(moments) == 4
    for moment in moments:
        result = cli("assess", reference, "--format", "json", "--as-of", moment).json
        found = {
            (pair["drug_id"], pair["reaction_id"], a["algorithm"]): (a["total"], a["category"])
            for pair in result["pairs"]
            for a in pair["assessments"]
        }
        for change in changes:
            if change["as_of"] == moment:
                key = (change["drug_id"], change["reaction_id"], change["algorithm"])
                assert found[key] == (change["total"], change["category"])


def test_json_is_the_same_in_both_languages(cli: Cli, reference: Path) -> None:
    english = cli("assess", reference, "--format", "json", "--lang", "en")
    spanish = cli("assess", reference, "--format", "json", "--lang", "es")
    assert english == spanish


def test_text_is_in_the_language_asked_for(cli: Cli, reference: Path) -> None:
    english = cli("assess", reference, "--lang", "en").out
    spanish = cli("assess", reference, "--lang", "es").out
    assert "Effect of withdrawal" in english
    assert "Effect of withdrawal" not in spanish
    assert "retirada" in spanish.lower()


def test_language_follows_the_locale(cli: Cli, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spanish = cli("validate", case, "--lang", "es").out
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    assert cli("validate", case).out == spanish
    assert cli("validate", case, "--lang=en").out != spanish


def test_names_are_shown_as_reported(cli: Cli, tmp_path: Path) -> None:
    path = written(
        tmp_path / "case.yaml", CASE.replace("name: amoxicillin", "name: Clamoxyl®[b] 😀")
    )
    result = cli("assess", path, "--format", "json").json
    assert result["pairs"][0]["drug"] == "Clamoxyl®[b] 😀"
    assert "Clamoxyl®[b] 😀" in cli("assess", path).out


def test_as_of_leaves_out_what_came_later(cli: Cli, case: Path) -> None:
    early = cli("assess", case, "--format", "json", "--as-of", "2020-03-08").json
    (pair,) = early["pairs"]
    assert pair["facts"]["course"]["value"] == "unknown"
    assert "e1.recovered" not in early["events"]
    assert cli("assess", case, "--format", "json", "--as-of", "2019-12-31").json["pairs"] == []
    by_event = cli("assess", case, "--format", "json", "--as-of", "@e1.recovered").json
    assert by_event["pairs"][0]["facts"]["course"]["value"] == "improved"


# What if, explain, conventions


def test_what_if_shows_what_it_changes(cli: Cli, case: Path) -> None:
    run = cli("assess", case, "--set", "contributing_factor=yes")
    assert run.code == DONE
    assert "contributing_factor=yes" in run.out
    before = cli("assess", case, "--format", "json").json
    after = cli("assess", case, "--format", "json", "--set", "contributing_factor=yes").json
    totals = [result["pairs"][0]["assessments"][0]["total"] for result in (before, after)]
    assert totals[1] == totals[0] + 1
    assert f"{totals[0]:+d}" in run.out.split("contributing_factor=yes")[-1]
    fact = after["pairs"][0]["facts"]["contributing_factor"]
    assert (fact["value"], fact["origin"]) == ("yes", "stated")


def test_what_if_for_one_pair_leaves_the_others(cli: Cli, reference: Path) -> None:
    arguments = ("assess", reference, "--format", "json", "--set")
    result = cli(*arguments, "len/lcv:contributing_factor=yes").json
    values = [pair["facts"]["contributing_factor"]["value"] for pair in result["pairs"]]
    assert values == ["yes", "unknown", "unknown", "unknown"]


def test_what_if_that_changes_nothing_says_so(cli: Cli, case: Path) -> None:
    run = cli("assess", case, "--set", "dose_response=no")
    assert run.code == DONE
    assert "No total changes." in run.out


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ("onset=on_withdrawal", "disputed_points"),
        ("action=dose_reduced", "dose_reduced_has_no_option"),
    ],
)
def test_remark_on_an_answer_is_shown(cli: Cli, case: Path, change: str, flag: str) -> None:
    result = cli("assess", case, "--format", "json", "--set", change).json
    assert flag in result["pairs"][0]["assessments"][0]["flags"]
    shown = " ".join(cli("assess", case, "--set", change).out.split())
    assert Words("en")(f"flag.{flag}") in shown


@pytest.mark.parametrize("letter", QUESTIONS)
def test_explain_takes_the_letter_or_the_name_of_a_question(
    cli: Cli, case: Path, letter: str
) -> None:
    by_name = cli("assess", case, "--explain", QUESTIONS[letter])
    assert (by_name.code, by_name.err) == (DONE, "")
    assert "amoxicillin" in by_name.out
    assert "sefv-h" in by_name.out
    assert cli("assess", case, "--explain", letter) == by_name
    assert cli("assess", case, "--explain", f"{letter})") == by_name


def test_explain_leads_from_the_points_to_events_and_source(cli: Cli, case: Path) -> None:
    out = cli("assess", case, "--explain", "c").out
    for text in ("+2", "e1.recovered", "reactions.0.episodes.0.recovered", "course.improved"):
        assert text in out


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_explain_takes_every_fact(cli: Cli, case: Path, fact: str, language: str) -> None:
    run = cli("assess", case, "--explain", fact, "--lang", language)
    assert (run.code, run.err) == (DONE, "")
    assert "amoxicillin" in run.out


def test_a_publication_that_nobody_has_seen_is_marked_in_the_language_of_the_reader(
    cli: Cli, case: Path, tmp_path: Path
) -> None:
    rows = (
        "drug,syndromes,level,citation,year,confirmed",
        "amoxicillin,cutaneous_small_vessel,well_known,Author 2001,2001,no",
    )
    (tmp_path / "reports.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    arguments = ("--knowledge", tmp_path, "--explain", "prior_knowledge", "--lang")
    for language in ("en", "es"):
        out = " ".join(cli("assess", case, *arguments, language).out.split())
        seen = Words(language)("report.not_seen")
        assert f"Author 2001 [{tmp_path / 'reports.csv'}] [{seen}]" in out
        assert "unconfirmed" not in out


def test_convention_is_used_and_printed(cli: Cli, reference: Path) -> None:
    arguments = ("assess", reference, "--format", "json", "--convention")
    result = cli(*arguments, "explorations=narrow").json
    (pair, *_) = result["pairs"]
    assessment = pair["assessments"][0]
    assert assessment["conventions"]["explorations"] == "narrow"
    assert assessment["total"] == 6
    assert result["method"]["conventions"]["explorations"] == "narrow"


@pytest.mark.parametrize("name", example_names())
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_example_is_told_in_both_languages(cli: Cli, name: str, language: str) -> None:
    run = cli("assess", "-", "--lang", language, stdin=example_text(name).encode())
    assert (run.code, run.err) == (DONE, "")
    assert "{" not in run.out


# Schema, template, examples


class Core(yaml.SafeLoader):
    """YAML 1.2 with the scalars of its core schema, as an editor with a JSON Schema reads it."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _add(tag: str, pattern: str, first: str) -> None:
    regex = re.compile(pattern)
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", regex, [*first, ""][: len(first) or 1])


_add("null", r"^(?:~|null|Null|NULL)$", "~nN")
_add("null", r"^$", "")
_add("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_add("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789")
_add("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789")


def core(text: str) -> Any:
    return yaml.load(text, Core)  # noqa: S506 - a subclass of the safe loader


def test_core_loader_reads_yaml_as_version_1_2_does() -> None:
    assert core("{a: no, b: 2018-10-05, c: 1:30, d: true, e: 82, f: 1.5, g: , h: ~}") == {
        "a": "no", "b": "2018-10-05", "c": "1:30", "d": True,
        "e": 82, "f": 1.5, "g": None, "h": None,
    }  # fmt: skip


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(schema_of("case"))


def test_schema_of_a_case_is_valid_json_schema_2020_12(cli: Cli) -> None:
    run = cli("schema", "case")
    assert (run.code, run.err) == (DONE, "")
    assert run.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert run.json == schema_of("case")
    Draft202012Validator.check_schema(run.json)


def faults(schema: Draft202012Validator, text: str) -> list[str]:
    return [f"{list(e.path)}: {e.message[:100]}" for e in schema.iter_errors(core(text))]


SHIPPED = sorted(
    entry.name for entry in data_folder("examples").iterdir() if entry.name.endswith(".yaml")
)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_case_fits_the_schema(schema: Draft202012Validator, name: str) -> None:
    text = (data_folder("examples") / name).read_text(encoding="utf-8")
    assert faults(schema, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "drugs: [{name: x, exposures: [{cover: none}]}]",
        "drugs: [{name: x, exposures: [{cover: prednisone}]}]",
        "drugs: [{name: x, exposures: [{start: 2018, administrations: 1, recurrence: no}]}]",
        "drugs: [{id: x, name: x, exposures: [{recurrence: {r: no}}]}]\nreactions: [{term: r}]",
        "reactions: [{term: r, seriousness: death}]",
        "reactions: [{term: r, episodes: [{treatment: none}]}]",
        "reactions: [{term: r, episodes: [{treatment: prednisone}]}]",
        "reactions: [{term: r, episodes: [{treatment: [prednisone]}]}]",
        "reactions: [{term: r, episodes: [{treatment: [{drug: prednisone, dose: 5 mg}]}]}]",
        "reactions: [{term: r, episodes: [{outcome: }]}]",
        "reactions: [{id: r, term: r, episodes: [{id: e1}]}]\n"
        "investigations: [{test: ANCA, concerns: r, after: e1}]",
        "anchors: {D0: , D1: 2018, D2: {date: 2018-10, assumed: true}}",
        "patient: {age: 82, weight_kg: 61.5}",
        "patient: {age: 6 months}",
    ],
)
def test_what_the_tool_reads_fits_the_schema(
    schema: Draft202012Validator, cli: Cli, text: str
) -> None:
    case = f"case_id: T\n{text}\n"
    assert cli("validate", "-", stdin=case.encode()).code == DONE
    assert faults(schema, case) == []


@pytest.mark.parametrize(
    "text",
    [
        "title: no id",
        "case_id: T\nzzz: 1",
        "case_id: T\npatient: {age: 3, shoe: 44}",
        "case_id: T\ndrugs: [{id: x}]",
        "case_id: T\ndrugs: [{name: x, role: culprit}]",
        "case_id: T\ndrugs: [{name: x, exposures: [{start: {form: 2018}}]}]",
        "case_id: T\ndrugs: [{name: x, exposures: [{administrations: 0}]}]",
        "case_id: T\nreactions: [{term: r, episodes: [{outcome: better}]}]",
        "case_id: T\nassessor: [{pair: [x], fact: onset, value: unknown, reason: r}]",
    ],
)
def test_what_the_tool_refuses_does_not_fit_the_schema(
    schema: Draft202012Validator, cli: Cli, tmp_path: Path, text: str
) -> None:
    assert faults(schema, text)
    assert cli("validate", written(tmp_path / "case.yaml", text)).code == UNREADABLE


def test_schema_of_an_algorithm_fits_the_packaged_ones(cli: Cli) -> None:
    document = cli("schema", "algorithm").json
    Draft202012Validator.check_schema(document)
    files = [f for f in data_folder("algorithms").iterdir() if f.name.endswith(".yaml")]
    texts = [f.read_text("utf-8") for f in files if not f.name.endswith(".examples.yaml")]
    assert len(texts) == 8
    assert [faults(Draft202012Validator(document), text) for text in texts] == [[]] * 8


@pytest.mark.parametrize("language", ["en", "es"])
def test_template_is_a_valid_case_as_it_stands(cli: Cli, tmp_path: Path, language: str) -> None:
    template = cli("template", "case", "--lang", language)
    assert (template.code, template.err) == (DONE, "")
    path = written(tmp_path / "case.yaml", template.out)
    assert cli("validate", path).code == DONE
    assert cli("assess", path).code == DONE


def test_templates_describe_the_same_case_in_two_languages(cli: Cli) -> None:
    english, spanish = (
        cli("template", "case", "--lang", language).out for language in ("en", "es")
    )
    assert english != spanish
    assert keys_in(core(english)) == keys_in(core(spanish))


def keys_in(value: Any) -> Any:
    """Return the keys of a value without the words in it; ids and anchors may be translated."""
    if isinstance(value, dict):
        return sorted(map(str, value)), [keys_in(item) for item in value.values()]
    return [keys_in(item) for item in value] if isinstance(value, list) else None


def test_options_of_the_template_are_ready_for_use(cli: Cli) -> None:
    """Take away each "# " before an option, one at a time: the case stays valid."""
    text = cli("template", "case").out
    lines = text.splitlines()
    options = [
        number
        for number, line in enumerate(lines)
        if re.match(r" *# [a-z_0-9]+: \S|  *# - \{", line) and number > lines.index("drugs:")
    ]
    assert len(options) > 30
    refused = []
    for number in options:
        changed = [*lines]
        together = [n for n in options if "amx-2" in lines[n]] if "amx-2" in lines[number] else []
        for option in {number, *together}:
            changed[option] = changed[option].replace("# ", "", 1)
        run = cli("validate", "-", stdin="\n".join(changed).encode())
        if run.code != DONE and not {"E010", "E314", "E316"} & set(re.findall(r"E\d{3}", run.err)):
            refused.append((lines[number].strip(), run.err))
    assert refused == []


def test_examples_are_listed_with_their_titles(cli: Cli) -> None:
    run = cli("example", "--list")
    assert (run.code, run.err) == (DONE, "")
    listed = dict(line.split(maxsplit=1) for line in run.out.splitlines())
    assert list(listed) == example_names()
    assert all(listed.values())
    assert not {"template", "template-es"} & set(listed)
    assert cli("example").out == run.out


@pytest.mark.parametrize("name", example_names())
def test_example_is_printed_as_it_is_and_valid(cli: Cli, name: str) -> None:
    run = cli("example", name)
    file = data_folder("examples") / f"{name}.yaml"
    assert (run.code, run.out) == (DONE, file.read_text(encoding="utf-8"))
    assert cli("validate", "-", stdin=run.out.encode()).code == DONE


def test_unknown_example_lists_the_known_ones(cli: Cli) -> None:
    assert_refused(cli("example", "nonsense"), USAGE, "E508", "lenalidomide")
    assert_refused(cli("example", "template"), USAGE, "E508")
    assert_refused(cli("example", "../knowledge/tests"), USAGE, "E508")


# Processes of their own: bytes, pipes and encodings


@pytest.mark.parametrize("output", ["text", "json"])
def test_two_runs_give_the_same_bytes(reference: Path, output: str) -> None:
    first, second = (
        command("assess", reference, "-f", output, environment={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    )
    assert first.returncode == DONE
    assert first.stdout == second.stdout
    assert first.stderr == second.stderr == b""


def test_exit_codes_of_a_process() -> None:
    assert command("example", "lenalidomide").returncode == DONE
    assert command("example", "nonsense").returncode == USAGE
    assert command("validate", "nowhere.yaml").returncode == UNREADABLE


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise on Windows")
@pytest.mark.parametrize(
    "arguments",
    [
        ["assess", "CASE"],
        ["assess", "CASE", "--format", "json"],
        ["validate", "CASE"],
        ["example", "lenalidomide"],
        ["schema", "case"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_reader_that_goes_away_gives_no_traceback(case: Path, arguments: Sequence[str]) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from causality.cli import main; main()",
            *(str(case) if argument == "CASE" else argument for argument in arguments),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()  # as `head` does, once it has what it wants
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == DONE
    assert errors == b""


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_terminal_that_lacks_a_sign_is_no_bug(reference: Path, encoding: str) -> None:
    run = command(
        "assess", reference, environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    )
    assert (run.returncode, run.stderr) == (DONE, b"")
    assert b"lenalidomide" in run.stdout


def test_json_and_examples_are_utf_8_whatever_the_terminal(case: Path) -> None:
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    printed = command("example", "lenalidomide", environment=environment)
    file = data_folder("examples") / "lenalidomide.yaml"
    assert printed.stdout.replace(b"\r\n", b"\n") == file.read_bytes()
    run = command("assess", case, "--format", "json", environment=environment)
    assert json.loads(run.stdout.decode("utf-8"))["case_id"] == "TEST-1"


def test_standard_input_is_read_as_utf_8_whatever_the_terminal() -> None:
    text = CASE.replace("amoxicillin", "amoxicilina según prescripción")
    run = command(
        "assess",
        "-",
        "--format",
        "json",
        environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        stdin=text.encode(),
    )
    assert run.returncode == DONE
    assert json.loads(run.stdout.decode())["pairs"][0]["drug"] == "amoxicilina según prescripción"


def test_no_arguments_at_all_show_the_help() -> None:
    run = command()
    assert run.returncode == USAGE
    assert b"assess" in run.stdout + run.stderr
    assert b"Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["assess"], "Falta el argumento 'CASE'."),
        (["asses", "x"], "No existe la orden 'asses'. ¿Quiso decir assess?"),
        (["assess", "x", "--frmat", "json"], "No existe la opción --frmat. ¿Quiso decir --format?"),
        (["schema", "nonsense"], "'nonsense' no es ninguno de"),
        (["assess", "x", "--as-of"], "La opción '--as-of' necesita un valor."),
        (["example", "one", "two"], "Argumento inesperado: two."),
        ([], "Falta la orden."),
    ],
)
def test_mistakes_on_the_command_line_are_told_in_the_language_of_the_run(
    arguments: Sequence[str], sentence: str
) -> None:
    run = command("--lang", "es", *arguments)
    errors = run.stderr.decode()
    assert run.returncode == USAGE
    assert errors.startswith(("Uso: ", "Error: "))
    assert sentence in errors
    assert "Try " not in errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("arguments", [["template", "case"], ["example", "--list"], ["assess"]])
def test_standard_output_that_takes_no_more_is_no_bug(arguments: list[str], tmp_path: Path) -> None:
    case = written(tmp_path / "case.yaml", example_text("lenalidomide"))
    files = [str(case)] if arguments == ["assess"] else []
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-c", "from causality.cli import main; main()", *arguments, *files],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert run.returncode == UNREADABLE
    assert run.stderr.startswith(b"-: E624 ")
    assert run.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("[]", "en", "needed, but a list was found."),
        ("[]", "es", "pero se encontró una lista."),
        ("case_id: {a: b}", "en", "but a group of 'key: value' lines was found."),
        ("case_id: x\ntitle: [a]", "en", "but a list was found."),
    ],
)
def test_what_stands_in_the_place_of_another_shape_is_named(
    cli: Cli, tmp_path: Path, text: str, lang: str, found: str
) -> None:
    run = cli("validate", written(tmp_path / "case.yaml", text), "--lang", lang)
    assert run.code == UNREADABLE
    assert found in run.err
    assert "…" not in run.err
