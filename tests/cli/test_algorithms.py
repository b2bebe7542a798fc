"""``causality algorithms`` and ``--algorithm FILE``: what a person and a program are shown."""

import csv
import json
import os
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from causality.cli.example import example_text
from causality.cli.schema import schema_of
from causality.resources import data_folder
from causality.scoring.load import algorithm_ids, load_algorithm
from causality.words import LANGUAGES
from tests.cli.running import DONE, UNREADABLE, USAGE, Cli, assert_refused, command, written
from tests.cli.test_commands import faults

OWN = """\
id: own
version: "7"
label: {en: Our own form, es: Nuestro formulario}
sources: {manual: "Our manual, page 3"}
range: [-1, 2]
conventions:
  strict:
    label: {en: Strict reading, es: Lectura estricta}
    default: "off"
    choices: {"off": {en: lenient, es: laxa}, "on": {en: strict, es: estricta}}
questions:
  again:
    label: {en: "Did it recur?", es: "¿Reapareció?"}
    letter: A
    options:
      - code: 1
        points: 2
        when: [{rechallenge: positive}, {placebo: not_recurred, strict: "off"}]
        label: {en: It did, es: Sí reapareció}
        source: manual
        note: {en: Whatever the dose., es: Con cualquier dosis.}
        flag: look_twice
      - {code: 2, points: -1, when: [{rechallenge: negative}], label: {en: It did not, es: No}, source: manual}
      - {code: 3, label: {en: Not known, es: Se desconoce}, source: manual}
categories: {low: {en: Low, es: Bajo}, high: {en: High, es: Alto}}
bands: [{max: 0, category: low}, {category: high}]
flags:
  silent: {when: [{again: "3"}], label: {en: Nothing was told., es: No se dijo nada.}, source: manual}
"""  # noqa: E501

VARIANT = """\
id: own-variant
version: "1"
parent: sefv-h
label: {en: Our variant, es: Nuestra variante}
sources: {memo: "Our memo"}
range: [-8, 11]
questions:
  rechallenge_effect:
    options: [{code: 1, points: 2, source: memo, note: {en: As told., es: Como se dijo.}}]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return written(tmp_path / "own.yaml", OWN)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return written(tmp_path / "lenalidomide.yaml", example_text("lenalidomide"))


def joined(text: str) -> str:
    """Return printed text as one line, for what the width of a terminal has broken."""
    return " ".join(text.split())


# list


def test_list_shows_every_algorithm_and_variants_below_their_parent(cli: Cli) -> None:
    run = cli("algorithms", "list")
    assert run.code == DONE
    found = re.findall(r"^( *)([a-z0-9-]+)[ │]+2026\.1", run.out, re.MULTILINE)
    assert [name for _, name in found] == list(algorithm_ids())
    assert {name for indent, name in found if indent} == {"sefv-h-2023", "sefv-h-pa"}
    assert "sum of points, -8 to +12" in run.out
    assert "flowchart" in run.out


def test_list_speaks_both_languages(cli: Cli) -> None:
    run = cli("algorithms", "list", "--lang", "es")
    assert "suma de puntos, de -4 a +13" in run.out
    assert "diagrama de flujo" in run.out
    assert "Escala de Naranjo" in run.out


def test_list_for_a_program_is_stable(cli: Cli) -> None:
    run = cli("algorithms", "list", "--format", "json")
    assert run == cli("algorithms", "list", "-f", "json", "--lang", "es")
    found = {entry["id"]: entry for entry in run.json}
    assert list(found) == list(algorithm_ids())
    assert found["sefv-h-pa"] == {
        "id": "sefv-h-pa",
        "version": "2026.1",
        "name": {
            "en": "SEFV-H, Panamanian form (withdrawal reaction −2)",
            "es": "SEFV-H, forma panameña (reacción por retirada −2)",
        },
        "kind": "sum",
        "range": [-9, 12],
        "parent": "sefv-h",
        "questions": 7,
        "categories": ["improbable", "conditional", "possible", "probable", "definite"],
        "conventions": {
            "explorations": {"default": "broad", "choices": ["broad", "narrow"]},
            "treated_dechallenge": {"default": "credited", "choices": ["credited", "discounted"]},
        },
    }
    kinds = {name: entry["kind"] for name, entry in found.items()}
    assert kinds["liverpool"] == "flowchart"
    assert {kinds[name] for name in ("who-umc", "french-1985", "french-2011")} == {"tables"}
    assert found["who-umc"]["range"] is None


# show


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", algorithm_ids())
def test_show_tells_everything_that_the_file_says(cli: Cli, name: str, language: str) -> None:
    run = cli("algorithms", "show", name, "--lang", language)
    assert run.code == DONE
    assert run.err == ""
    shown, algorithm = joined(run.out), load_algorithm(name)[0]
    texts = [algorithm.label, *algorithm.categories.values()]
    for entry in algorithm.conventions.values():
        texts += [entry.label, *entry.choices.values()]
    for question in algorithm.questions.values():
        assert f"{question.letter}) {question.label.text(language)}" in shown
        for option in question.options:
            gives = ""
            if algorithm.bands:
                gives = f" ({option.points:+d})" if option.points else " (0)"
            assert f"{option.code} {option.label.text(language)}{gives}: " in shown
            assert f"[{', '.join(option.source)}]" in shown
            texts += [option.note] if option.note else []
    texts += [row.note for row in algorithm.results if row.note]
    for label in texts:
        assert joined(label.text(language)) in shown
    for flag in algorithm.flags.values():
        assert joined(flag.label.text(language)).rstrip(".") in shown
    for key, source in algorithm.sources.items():
        assert f"{key} {joined(source.text(language))}" in shown
    assert "{" not in run.out


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "own 7 · sum of points, -1 to +2 · 1 question",
                "strict: Strict reading",
                "off (default): lenient on: strict",
                "A) Did it recur?",
                "1 It did (+2): when re-exposure = positive or"
                " (placebo = did not recur; Strict reading = lenient) [manual]"
                " Note: Whatever the dose. Remark on the result: look_twice",
                "2 It did not (-1): when re-exposure = negative [manual]",
                "3 Not known (0): in every other case [manual]",
                "0 or less: Low 1 or more: High",
                "Nothing was told: when question A = 3 Not known [manual]",
                "manual Our manual, page 3",
            ],
        ),
        (
            "es",
            [
                "own 7 · suma de puntos, de -1 a +2 · 1 pregunta",
                "off (por defecto): laxa on: estricta",
                "1 Sí reapareció (+2): cuando reexposición = positiva o bien"
                " (placebo = no recurrió; Lectura estricta = laxa) [manual]"
                " Nota: Con cualquier dosis. Observación en el resultado: look_twice",
                "0 o menos: Bajo 1 o más: Alto",
                "No se dijo nada: cuando pregunta A = 3 Se desconoce [manual]",
            ],
        ),
    ],
)
def test_show_puts_an_own_file_in_words(
    cli: Cli, own: Path, language: str, lines: Sequence[str]
) -> None:
    run = cli("algorithms", "show", own, "--lang", language)
    assert run.code == DONE
    for line in lines:
        assert line in joined(run.out)


def test_a_sum_that_names_no_range_is_shown_without_one(cli: Cli, tmp_path: Path) -> None:
    text = OWN.replace("range: [-1, 2]\n", "")
    run = cli("algorithms", "show", written(tmp_path / "own.yaml", text))
    assert "own 7 · sum of points · 1 question\n" in run.out


def test_show_tells_when_a_question_of_a_flowchart_is_asked(cli: Cli) -> None:
    shown = joined(cli("algorithms", "show", "liverpool").out)
    assert "asked only when question 4 = Yes / Unassessable or question 5 = Yes" in shown
    assert "Definite when question 8 = Yes or question 9 = Yes [gallagher-2011]" in shown


def test_show_names_a_question_of_a_table_by_its_label(cli: Cli) -> None:
    shown = joined(cli("algorithms", "show", "french-2011").out)
    assert "when Delay of onset = Incompatible or (Delay of onset = Compatible;" in shown
    assert "I0 when Chronological score = C0 Excludes or Semiological score = S0" in shown


def test_a_code_of_several_options_goes_by_the_plain_one(cli: Cli) -> None:
    shown = joined(cli("algorithms", "show", "sefv-h").out)
    assert "Effect of withdrawal = 5 No information; Effect of re-exposure = 3" in shown


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("sefv-h-pa", ["5 Reaction caused by withdrawal of the drug: -2 (instead of +2);"]),
        ("sefv-h-2023", ["Positive: the reaction recurs: +2 (instead of +3);", "maximum of 2"]),
        (
            "sefv-h-pa",
            ["[panama] (instead of [form-remembered])", "-9 … +12 (instead of -8 … +12)"],
        ),
    ],
)
def test_show_of_a_variant_begins_with_what_differs(
    cli: Cli, name: str, lines: Sequence[str]
) -> None:
    shown = joined(cli("algorithms", "show", name).out)
    differs = shown.partition("What differs")[2].partition("Conventions:")[0]
    for line in lines:
        assert line in differs
    assert differs.count("instead of") == 3
    assert "What differs" not in cli("algorithms", "show", "sefv-h").out


def test_show_tells_every_kind_of_difference(cli: Cli, tmp_path: Path) -> None:
    text = VARIANT.replace(
        "  rechallenge_effect:\n",
        "  contributing_factors:\n"
        "    label: {en: Factors, es: Factores}\n"
        "    options:\n"
        "      - {code: 1, when: [{contributing_factor: unknown}], label: {en: Aye, es: Ya}}\n"
        "  rechallenge_effect:\n",
    )
    text += "bands: [{max: 0, category: improbable}, {max: 1, category: conditional},\n"
    text += "  {max: 5, category: possible}, {max: 7, category: probable}, {category: definite}]\n"
    run = cli("algorithms", "show", written(tmp_path / "v.yaml", text))
    assert run.code == DONE
    differs = joined(run.out).partition("What differs")[2].partition("Conventions:")[0]
    for line in (
        "contributing_factors: f) Factors (instead of f) Contributing factors)",
        "f) Factors, 1 Aye: contributing factor = unknown (instead of contributing factor = yes);"
        " Aye (instead of Yes)",
        "d) Effect of re-exposure, 1 Positive: the reaction recurs: +2 (instead of +3);"
        " [memo] (instead of [panama])",
        "Note: As told.",
        "Total: 0 or less: Unlikely; 1: Conditional; 2 to 5: Possible;",
        "Range: -8 … +11 (instead of -8 … +12)",
    ):
        assert line in differs


def test_show_of_a_variant_that_changes_nothing_says_so(cli: Cli, tmp_path: Path) -> None:
    text = 'id: same\nversion: "1"\nparent: sefv-h\nlabel: {en: Same, es: Igual}\n'
    run = cli("algorithms", "show", written(tmp_path / "v.yaml", text))
    assert "What differs nothing" in joined(run.out)


# check


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("sefv-h", ["346", "0", "33 of 33", "-8 to +12", "5 of 5"]),
        ("naranjo", ["62", "0", "30 of 30", "-4 to +13", "4 of 4"]),
        ("who-umc", ["47", "0", "19 of 19", "86", "6 of 6"]),
        ("liverpool", ["86", "0", "23 of 23", "77", "5 of 5"]),
        ("french-1985", ["169", "0", "27 of 27", "10", "5 of 5"]),
    ],
)
def test_check_of_a_sound_file_says_what_was_proved(
    cli: Cli, name: str, figures: Sequence[str]
) -> None:
    run = cli("algorithms", "check", name)
    assert run.code == DONE
    assert run.err == ""
    assert f"{name}.yaml: no faults found ({name} 2026.1)." in run.out
    places = [run.out.index(f": {figure}") for figure in figures]
    assert places == sorted(places)


def test_check_without_a_name_takes_all_that_are_installed(cli: Cli) -> None:
    run = cli("algorithms", "check", "--lang", "es")
    assert run.code == DONE
    assert run.out.count("sin fallos") == len(algorithm_ids()) == 8
    assert run.out.count("sin respuesta: 0;") == 8


def test_check_takes_a_file_and_standard_input(cli: Cli, own: Path) -> None:
    run = cli("algorithms", "check", own)
    assert run.code == DONE
    assert f"{own}: no faults found (own 7)." in run.out
    assert "question by question: 30; with no answer: 0; answers reached: 3 of 3." in run.out
    assert "Totals that can be reached: -1 to +2; bands reached: 2 of 2." in run.out
    assert cli("algorithms", "check", "-", stdin=OWN.encode()).out == run.out.replace(
        str(own), "stdin"
    )


FAULTS = [
    ("rechallenge: negative}", "rechallenge: positive}", "E519", "again", "      - {code: 2"),
    ("{code: 3,", "{code: 3, when: [{placebo: recurred}],", "E511", "again", "      - {code: 3"),
    ("[{max: 0, category: low}", "[{max: 0, category: low}, {max: 0, category: low}", "E517",
     "0, then 0", "{max: 0, category: low}, {category"),
    ("{rechallenge: negative}", "{recalenge: negative}", "E513", "'recalenge'", "negative}"),
    ("{rechallenge: negative}", "{rechallenge: bad}", "E514", "'bad'", "bad}"),
    ("en: Low, es: Bajo", "en: Low", "E103", "'es'", "{en: Low}"),
    ("source: manual}\ncat", "source: book}\ncat", "E515", "'book'", "book}"),
    ("range: [-1, 2]", "range: [-1, 3]", "E520", "-1…2", "[-1, 3]"),
    ("max: 0, category: low}", "max: -2, category: low}", "E519", "low", "{max: -2"),
    ("parent", "parent", "E100", "'letter'", "leter: A"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "word", "place"), FAULTS)
@pytest.mark.parametrize("name", ["check", "show", "vectors", "assess"])
def test_a_wrong_file_is_refused_with_line_and_column(
    cli: Cli, tmp_path: Path, reference: Path, old: str, new: str, code: str, word: str,
    place: str, name: str,
) -> None:  # fmt: skip
    text = OWN.replace("letter: A", "leter: A") if code == "E100" else OWN.replace(old, new)
    assert text != OWN
    path = written(tmp_path / "wrong.yaml", text)
    arguments: list[str | Path] = ["algorithms", name, path]
    if name == "assess":
        arguments = ["assess", reference, "--algorithm", path]
    before = text[: text.rindex(place)].rpartition("\n")
    skipped = len(place) - len(place.lstrip(" -"))
    line, column = before[0].count("\n") + 2, len(before[2]) + skipped + 1
    run = cli(*arguments)
    assert_refused(run, UNREADABLE, code, word)
    assert f"{path}:{line}:{column}: " in run.err


def test_check_reports_every_fault_and_every_file(cli: Cli, tmp_path: Path, own: Path) -> None:
    text = OWN.replace("rechallenge: negative", "rechallenge: never").replace(
        "{en: Low, es: Bajo}", "{en: Low, es: Bajo}, middle: {en: M, es: M}"
    )
    wrong = written(tmp_path / "wrong.yaml", text)
    run = cli("algorithms", "check", wrong, own, tmp_path / "no.yaml")
    assert run.code == UNREADABLE
    assert [line.split(": ")[0].removeprefix(str(wrong)) for line in run.err.splitlines()] == [
        ":23:52",
        ":25:40",
        str(tmp_path / "no.yaml"),
    ]
    assert run.out.startswith(f"{own}: no faults found")


def test_a_band_that_no_total_falls_in_is_found_inside_the_range_too(
    cli: Cli, tmp_path: Path
) -> None:
    # totals are -1, 0 and 2: the band of 1 alone is never reached
    bands = "bands: [{max: 0, category: low}, {max: 1, category: middle}, {category: high}]"
    text = OWN.replace("high: {en", "middle: {en: M, es: M}, high: {en")
    text = text.replace("bands: [{max: 0, category: low}, {category: high}]", bands)
    run = cli("algorithms", "check", written(tmp_path / "wrong.yaml", text))
    assert_refused(run, UNREADABLE, "E519", "'bands'", "middle")


# vectors


@pytest.mark.parametrize("name", algorithm_ids())
def test_vectors_go_to_standard_output_or_a_file(cli: Cli, tmp_path: Path, name: str) -> None:
    run = cli("algorithms", "vectors", name)
    assert run.code == DONE
    assert run.json["algorithm"]["sha256"] == load_algorithm(name)[1]
    assert set(run.json) >= {"questions", "result", "ways", "pairs"}
    for file in ("v.json", "v.csv"):
        written_run = cli("algorithms", "vectors", name, "-o", tmp_path / file)
        assert (written_run.code, written_run.out) == (DONE, "")
        assert written_run.err == f"{tmp_path / file}: conformance vectors written.\n"
    assert (tmp_path / "v.json").read_bytes() == run.out.encode()
    table = (tmp_path / "v.csv").read_bytes()
    assert cli("algorithms", "vectors", name, "--format", "csv").out.encode() == table
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v.csv", "v.json"]
    rows = list(csv.DictReader(table.decode().splitlines()))
    assert {row["part"] for row in rows} == {"about", "question", "result", "way", "pair"}


def test_the_format_asked_for_wins_over_the_name_of_the_file(cli: Cli, tmp_path: Path) -> None:
    cli("algorithms", "vectors", "naranjo", "-o", tmp_path / "v.csv", "-f", "json")
    assert json.loads((tmp_path / "v.csv").read_bytes())["algorithm"]["id"] == "naranjo"


def test_vectors_of_an_own_file_and_of_standard_input_are_alike(cli: Cli, own: Path) -> None:
    run = cli("algorithms", "vectors", own)
    assert run.json["algorithm"]["id"] == "own"
    assert [row[0] for row in run.json["result"]["rows"]] == [-1, 0, 2]
    assert cli("algorithms", "vectors", "-", stdin=OWN.encode()) == run


def test_vectors_replace_a_file_whole_and_keep_the_usual_permissions(
    cli: Cli, tmp_path: Path
) -> None:
    path = written(tmp_path / "v.json", "old")
    cli("algorithms", "vectors", "naranjo", "-o", path)
    assert json.loads(path.read_text("utf-8"))["algorithm"]["id"] == "naranjo"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(
        written(tmp_path / "other", "").stat().st_mode
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_vectors_can_go_to_a_device(cli: Cli) -> None:
    assert cli("algorithms", "vectors", "naranjo", "-o", os.devnull).code == DONE
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_place_that_cannot_be_written_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "v.json"
    assert_refused(cli("algorithms", "vectors", "naranjo", "-o", path), UNREADABLE, "E013")
    assert_refused(cli("algorithms", "vectors", "naranjo", "-o", tmp_path), UNREADABLE, "E013")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", ["json", "csv"])
def test_vectors_are_the_same_bytes_in_every_process(output: str) -> None:
    arguments = ("algorithms", "vectors", "who-umc", "--format", output)
    runs = [command(*arguments, environment={"PYTHONHASHSEED": seed}) for seed in ("1", "2")]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].returncode == DONE
    assert runs[0].stdout.count(b"\n") > 100


# Usage


@pytest.mark.parametrize("name", ["", "list", "show", "check", "vectors"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_complete_in_both_languages(cli: Cli, name: str, language: str) -> None:
    run = cli("algorithms", *([name] if name else []), "--lang", language, "--help")
    assert run.code == DONE
    assert "help." not in run.out
    assert ("lgoritmos" in run.out or "fichero" in run.out) is (language == "es")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["show"],
        ["vectors"],
        ["show", "nonsense"],
        ["vectors", "nonsense"],
        ["check", "nonsense"],
        ["check", "../sefv-h"],
        ["list", "--format", "pdf"],
        ["vectors", "naranjo", "--format", "pdf"],
    ],
)
def test_wrong_arguments_are_a_usage_error(cli: Cli, arguments: Sequence[str]) -> None:
    assert_refused(cli("algorithms", *arguments), USAGE)


def test_an_unknown_id_lists_the_known_ones(cli: Cli) -> None:
    run = cli("algorithms", "show", "nonsense")
    assert_refused(run, USAGE, "E501", "'nonsense'", "sefv-h-pa", "liverpool")


@pytest.mark.parametrize("name", ["show", "check", "vectors"])
def test_a_missing_or_unreadable_file_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    assert_refused(cli("algorithms", name, tmp_path / "no.yaml"), UNREADABLE, "E001")
    broken = written(tmp_path / "broken.yaml", "id: [\n")
    assert_refused(cli("algorithms", name, broken), UNREADABLE, "E006", f"{broken}:2:1")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert_refused(cli("algorithms", name, binary), UNREADABLE, "E005")


def test_signs_that_steer_a_terminal_do_not_reach_it(cli: Cli, tmp_path: Path) -> None:
    text = OWN.replace("Our own form", '"Our \\u001b[31m form"').replace(
        "Whatever the dose.", '"a\\u202eb\\nc"'
    )
    run = cli("algorithms", "show", written(tmp_path / "own.yaml", text))
    assert run.code == DONE
    assert "\x1b" not in run.out
    assert "\u202e" not in run.out


# An own algorithm in use


def test_own_algorithm_scores_a_case(cli: Cli, own: Path, reference: Path) -> None:
    run = cli("assess", reference, "--algorithm", own, "--algorithm", "sefv-h", "-f", "json")
    assert run.code == DONE
    entry, sefv_h = run.json["pairs"][0]["assessments"]
    assert (entry["version"], entry["total"], entry["category"]) == ("7", 2, "high")
    assert [(i["question"], i["code"], i["points"]) for i in entry["items"]] == [("again", 1, 2)]
    assert (entry["algorithm"], sefv_h["algorithm"], sefv_h["total"]) == ("own", "sefv-h", 7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_algorithm_is_told_to_a_person(
    cli: Cli, own: Path, reference: Path, language: str
) -> None:
    run = cli("assess", reference, "--algorithm", own, "--lang", language)
    assert run.code == DONE
    assert ("High" if language == "en" else "Alto") in run.out
    explained = cli("assess", reference, "-a", own, "--explain", "A", "--lang", language)
    assert explained.code == DONE
    assert "Our manual, page 3" in explained.out


def test_own_convention_is_used(cli: Cli, own: Path, reference: Path) -> None:
    arguments = ["assess", reference, "-a", own, "-f", "json", "--set", "rechallenge=not_done"]
    arguments += ["--set", "placebo=not_recurred"]
    totals = [
        cli(*arguments, *more).json["pairs"][0]["assessments"][0]["total"]
        for more in ([], ["--convention", "strict=on"])
    ]
    assert totals == [2, 0]


def test_own_variant_scores_by_its_points(cli: Cli, tmp_path: Path, reference: Path) -> None:
    variant = written(tmp_path / "variant.yaml", VARIANT)
    run = cli("assess", reference, "--algorithm", variant, "-f", "json")
    assert run.json["pairs"][0]["assessments"][0]["total"] == 6
    wrong = written(tmp_path / "wrong.yaml", VARIANT.replace("code: 1", "code: 9"))
    run = cli("assess", reference, "--algorithm", wrong)
    assert_refused(run, UNREADABLE, f"{wrong}:9:22", "E525", "'9'")


# The schema


@pytest.mark.parametrize("text", [OWN, VARIANT])
def test_own_files_fit_the_schema(text: str) -> None:
    assert faults(Draft202012Validator(schema_of("algorithm")), text) == []


@pytest.mark.parametrize(
    "text",
    [
        OWN.replace("letter: A", "leter: A"),
        OWN.replace("en: Low, es: Bajo", "en: Low"),
        OWN.replace('version: "7"\n', ""),
        OWN.replace("id: own", "id: Own Form"),
        VARIANT.replace("points: 2", "pionts: 2"),
        VARIANT + "results: []\n",
        VARIANT.replace("parent: sefv-h\n", ""),
    ],
)
def test_what_is_refused_does_not_fit_the_schema(cli: Cli, tmp_path: Path, text: str) -> None:
    assert faults(Draft202012Validator(schema_of("algorithm")), text)
    path = written(tmp_path / "file.yaml", text)
    assert cli("algorithms", "check", path).code == UNREADABLE


# a file with the id of a packaged algorithm


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    packaged = data_folder("algorithms").joinpath("naranjo.yaml").read_text(encoding="utf-8")
    changed = packaged.replace('{code: "yes", points: 1,', '{code: "yes", points: 3,', 1)
    assert changed != packaged
    return written(tmp_path / "naranjo.yaml", changed.replace("[-4, 13]", "[-4, 15]"))


def test_a_file_that_differs_from_the_packaged_one_of_its_id_is_remarked_on(
    cli: Cli, edited: Path, own: Path, tmp_path: Path
) -> None:
    run = cli("algorithms", "check", str(edited))
    assert run.code == DONE
    assert "'naranjo' is the id of a packaged algorithm" in run.out
    assert "otherwise in: range, q1." in run.out
    assert "otherwise in: range, q1." in joined(cli("algorithms", "show", str(edited)).out)
    packaged = data_folder("algorithms").joinpath("naranjo.yaml").read_text(encoding="utf-8")
    copy = written(tmp_path / "copy.yaml", f"# a copy\n{packaged}")
    for name in (str(own), str(copy), "naranjo"):
        assert "packaged" not in cli("algorithms", "check", name).out


def test_every_result_of_an_own_file_is_marked(cli: Cli, edited: Path, reference: Path) -> None:
    out = cli("assess", str(reference), "-a", str(edited), "--explain", "q1").out
    assert len(re.findall("Naranjo", out)) > 3
    assert re.sub(r"Naranjo \(your own file\)|Naranjo CA, Busto", "", out).count("Naranjo") == 0
    assert "naranjo 2026.1 (your own file) · 1)" in out
    plain = cli("assess", str(reference), "-a", "naranjo").out
    assert "Naranjo" in plain
    assert "your own file" not in plain
