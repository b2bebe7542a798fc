"""Reading YAML and JSON: plain text values with their places, and every unsafe input refused."""

import json
import os
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from causality.document import MAX_BYTES, MAX_DEPTH, Document, decode, parse, read, read_bytes
from causality.errors import InputError, Problem

PRINTABLE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))
TEXT = st.text(PRINTABLE, max_size=12)
PLAIN = st.recursive(
    st.none() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        parse(text, "case.yaml")
    return raised.value.problems


def problem_of(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


def decoding_problem(data: bytes) -> Problem:
    with pytest.raises(InputError) as raised:
        decode(data, "case.yaml")
    (problem,) = raised.value.problems
    return problem


def reading_problem(path: Path) -> Problem:
    with pytest.raises(InputError) as raised:
        read(path)
    (problem,) = raised.value.problems
    assert problem.file == str(path)
    return problem


def at(problem: Problem) -> tuple[str, int | None, int | None]:
    return problem.code, problem.line, problem.column


# Values and places

YAML = """\
# a comment
case_id: A-1
patient: {age: 82, sex: female}
drugs:
  - name: lenalidomide
    exposures:
      - start: D0 day 1
        dose: "25 mg"
  - {name: dexamethasone}
note: |
  two
  lines
"""

JSON = """\
{
  "case_id": "A-1",
  "patient": {"age": 82, "sex": "female"},
  "drugs": [
    {"name": "lenalidomide", "exposures": [{"start": "D0 day 1", "dose": "25 mg"}]},
    {"name": "dexamethasone"}
  ],
  "note": "two\\nlines\\n"
}
"""

VALUE = {
    "case_id": "A-1",
    "patient": {"age": "82", "sex": "female"},
    "drugs": [
        {"name": "lenalidomide", "exposures": [{"start": "D0 day 1", "dose": "25 mg"}]},
        {"name": "dexamethasone"},
    ],
    "note": "two\nlines\n",
}


def test_yaml_and_json_give_the_same_value() -> None:
    assert parse(YAML, "a.yaml").value == VALUE
    assert parse(JSON, "a.json").value == VALUE


def test_yaml_places_are_lines_and_columns_from_one() -> None:
    document = parse(YAML, "a.yaml")
    assert document.places["case_id",] == (2, 10)
    assert document.keys["case_id",] == (2, 1)
    assert document.places["patient",] == (3, 10)
    assert document.places["patient", "age"] == (3, 16)
    assert document.keys["patient", "sex"] == (3, 20)
    assert document.places["drugs",] == (5, 3)
    assert document.places["drugs", 0] == (5, 5)
    assert document.places["drugs", 0, "exposures", 0, "start"] == (7, 16)
    assert document.keys["drugs", 0, "exposures", 0, "dose"] == (8, 9)
    assert document.places["drugs", 1, "name"] == (9, 12)
    assert document.places["note",] == (10, 7)


def test_json_places_are_lines_and_columns_from_one() -> None:
    document = parse(JSON, "a.json")
    assert document.places[()] == (1, 1)
    assert document.keys["case_id",] == (2, 3)
    assert document.places["case_id",] == (2, 14)
    assert document.places["drugs", 0, "exposures", 0, "dose"] == (5, 74)
    assert document.keys["drugs", 1, "name"] == (6, 6)


def test_columns_count_characters_and_not_bytes() -> None:
    document = parse("{ñandú: 1, é: [á, 2]}", "a.yaml")
    assert document.keys["é",] == (1, 12)
    assert document.places["é", 1] == (1, 19)


def test_place_of_a_path_that_is_not_there_is_that_of_its_parent() -> None:
    document = parse(YAML, "a.yaml")
    assert document.place(("drugs", 1, "role")) == (9, 5)
    assert document.place(("nowhere", 3, "x")) == (2, 1)


def test_problem_names_file_place_path_and_parameters() -> None:
    problem = parse(YAML, "a.yaml").problem("E102", ("drugs", 1, "name"), found="x")
    assert problem.place == "a.yaml:9:12"
    assert problem.path == "drugs.1.name"
    assert problem.params == {"found": "x"}


def test_contradiction_names_both_places() -> None:
    document = parse(YAML, "a.yaml")
    problem = document.contradiction("E311", ("drugs", 1, "name"), ("case_id",), event="x")
    assert (problem.line, problem.column) == (9, 12)
    assert (problem.other_line, problem.other_column) == (2, 10)
    assert problem.params == {"event": "x", "other": "2:10"}


@pytest.mark.parametrize(
    "word",
    [
        "NO", "no", "yes", "on", "Off", "true", "False", "y", "n",
        "1:30", "12:30:45", "0x1F", "0o17", "017", "1_000", "1e3", ".5", "-.inf", ".nan",
        "2018-10-05", "2018-10-05 12:00:00", "25", "-1", "+1", "1.50", "=", "<<",
    ],
)  # fmt: skip
def test_scalar_stays_the_text_it_is(word: str) -> None:
    assert parse(f"a: {word}", "a.yaml").value == {"a": word}
    assert parse(f"- {word}", "a.yaml").value == [word]


@pytest.mark.parametrize("word", ["null", "Null", "NULL", "~", ""])
def test_null_is_not_reported(word: str) -> None:
    assert parse(f"a: {word}\nb: 1", "a.yaml").value == {"a": None, "b": "1"}


@pytest.mark.parametrize("word", ["'null'", '"null"', "'~'", "''", '""'])
def test_quoted_null_is_text(word: str) -> None:
    assert parse(f"a: {word}", "a.yaml").value == {"a": word[1:-1]}


def test_json_numbers_and_booleans_are_the_text_that_stands_there() -> None:
    text = '{"a": 1.50, "b": true, "c": null, "d": -2, "e": 1e5}'
    assert parse(text, "a.json").value == {
        "a": "1.50",
        "b": "true",
        "c": None,
        "d": "-2",
        "e": "1e5",
    }


def test_keys_stay_text_as_well() -> None:
    assert parse("{no: 1, 1: 2, null: 3, 2018-10: 4}", "a.yaml").value == {
        "no": "1",
        "1": "2",
        "null": "3",
        "2018-10": "4",
    }


def test_tags_run_nothing() -> None:
    assert parse("a: !!python/object/apply:os.system ['true']", "a.yaml").value == {"a": ["true"]}
    assert parse("a: !!int no", "a.yaml").value == {"a": "no"}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\uD83D\\uDE00 and \\ud83c\\udf0d"', "😀 and 🌍"),
        ('"\\u00f1and\\u00fa"', "ñandú"),
        ('"a\\/b\\"c\\\\d"', 'a/b"c\\d'),
        ('"\\t\\n\\r\\b\\f"', "\t\n\r\b\f"),
        ('"\\\\ud83d\\\\ude00"', "\\ud83d\\ude00"),
    ],
)
def test_json_escapes_are_read_as_json_reads_them(written: str, read_as: str) -> None:
    assert json.loads(written) == read_as
    assert parse(f'{{"a": {written}}}', "a.json").value == {"a": read_as}
    for text in (written, f"\n  [{written}]", f' {{"a": {written}}}'):
        assert parse(text, "a.json").value == json.loads(text)


@pytest.mark.parametrize("escape", ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83d x \\ude00"])
def test_half_of_a_surrogate_pair_is_refused(escape: str) -> None:
    assert problem_of(f'{{"a": "{escape}"}}').code == "E006"


def test_half_of_a_character_is_no_text() -> None:
    problem = problem_of("a: \ud83d")
    assert (problem.code, problem.file) == ("E005", "case.yaml")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("!!str null", "null"),
        ("!!str ~", "~"),
        ("!!null anything", None),
        ("!!null ''", None),
        ("!other null", "null"),
    ],
)
def test_a_tag_says_whether_a_word_is_null(written: str, read_as: str | None) -> None:
    assert parse(f"a: {written}\n", "a.yaml").value == {"a": read_as}


def test_single_quoted_backslashes_are_left_alone() -> None:
    text = "\\ud83d\\ude00"
    assert parse(f"a: '{text}'", "a.yaml").value == {"a": text}
    assert parse(f"a: {text}", "a.yaml").value == {"a": text}


def as_text(value: Any) -> Any:
    """Return what JSON stands for when scalars stay text."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    return value


@given(PLAIN.filter(lambda value: value is not None), st.booleans(), st.sampled_from((None, 2)))
def test_any_json_is_read_as_json_reads_it(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert parse(text, "a.json").value == as_text(value)


# Faults


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [1, 2\nb: 3\n", 2, 2),
        ("a: 1\n b: 2\n", 2, 3),
        ('a: "never closed\n', 2, 1),
        ("a: {b: 1\n", 2, 1),
        ("a:\n\t- 1\n", 2, 1),
        ("a: b: c\n", 1, 5),
        ("@a: 1\n", 1, 1),
        ("%bad\n---\na: 1\n", 1, None),
    ],
)
def test_broken_yaml_is_refused_at_its_place(text: str, line: int, column: int | None) -> None:
    problem = problem_of(text)
    assert problem.code == "E006"
    assert problem.line == line
    assert column is None or problem.column == column
    assert problem.params["reason"]


def test_every_doubled_key_is_reported_with_both_places() -> None:
    first, second = problems_of("a: 1\nb: {c: 1, d: 2, c: 3}\na: 2\n")
    assert (first.code, first.line, first.column) == ("E010", 2, 17)
    assert (first.params["key"], first.params["other"]) == ("c", "2:5")
    assert (second.code, second.line, second.column) == ("E010", 3, 1)
    assert (second.params["key"], second.params["other"]) == ("a", "1:1")


def test_doubled_key_is_found_in_json_too() -> None:
    assert at(problem_of('{"a": 1,\n "a": 2}')) == ("E010", 2, 2)


def test_same_key_in_two_places_is_not_doubled() -> None:
    text = "a: {x: 1}\nb: {x: 1}\nc: [{x: 1}, {x: 2}]\n"
    assert parse(text, "a.yaml").value["c"] == [{"x": "1"}, {"x": "2"}]


def test_alias_is_refused_at_its_place() -> None:
    problem = problem_of("a: &x 1\nb: *x\n")
    assert at(problem) == ("E008", 2, 4)
    assert problem.params == {"found": "x"}


def test_alias_bomb_is_refused_at_once() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    started = time.process_time()
    assert at(problem_of("a0: &a0 [lol]\n" + "\n".join(levels))) == ("E008", 2, 10)
    assert time.process_time() - started < 1


def test_merge_key_pulls_nothing_in() -> None:
    assert problem_of("a: &x {b: 1}\nc: {<<: *x}\n").code == "E008"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "".join("  " * n + "a:\n" for n in range(400)),
    ],
    ids=["brackets", "braces", "dashes", "json", "closed brackets", "indented"],
)
def test_deep_nesting_is_refused_and_not_a_crash(text: str) -> None:
    problem = problem_of(text)
    assert problem.code == "E009"
    assert problem.params["limit"] == MAX_DEPTH
    assert problem.line is not None


def test_nesting_up_to_the_limit_is_read() -> None:
    value = parse("[" * MAX_DEPTH + "]" * MAX_DEPTH, "a.yaml").value
    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []
    assert at(problem_of("[" * (MAX_DEPTH + 1))) == ("E009", 1, MAX_DEPTH + 1)


def test_key_that_is_no_word_is_refused() -> None:
    assert at(problem_of("? [a, b]\n: 1\n")) == ("E011", 1, 3)
    assert at(problem_of("? {a: b}\n: 1\n")) == ("E011", 1, 3)


def test_second_document_is_refused_at_its_place() -> None:
    assert at(problem_of("a: 1\n---\nb: 2\n")) == ("E012", 2, 1)
    assert parse("---\na: 1\n...\n", "a.yaml").value == {"a": "1"}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null", "~\n", "  "])
def test_file_that_says_nothing_is_empty(text: str) -> None:
    assert problem_of(text).code == "E007"


@pytest.mark.parametrize("text", ["a: \x01", "a: '\x07'", "\x00", "a: \x7f\x1b[0m", "a: \ufffe"])
def test_control_characters_are_not_text(text: str) -> None:
    assert problem_of(text).code in {"E004", "E006"}


def parsed(text: str) -> Document | tuple[Problem, ...]:
    try:
        return parse(text, "any.yaml")
    except InputError as error:
        return error.problems


@given(st.text(max_size=60))
@example("\ufeffa: 1")
@example("a: \ud800")
@example("\\ud83d\\ude00")
@example("%YAML 9.9\n---\na: 1")
@example("%TAG ! tag:x,2000:\n--- !a b")
@example("!<")
@example("&")
@example("*")
@example("a: |9\n b")
@example("? ")
@example("- - -\n- ? a")
def test_any_text_is_a_document_or_an_input_error(text: str) -> None:
    result = parsed(text)
    if isinstance(result, Document):
        assert result.value is not None
    else:
        assert result
        assert all(problem.file == "any.yaml" for problem in result)


@given(st.text(alphabet="ab:-[]{},&*!|>?#%@'\"\\ \n\t~0", max_size=60))
def test_any_text_of_yaml_signs_is_a_document_or_an_input_error(text: str) -> None:
    result = parsed(text)
    if isinstance(result, Document):
        assert_every_value_has_a_place(result)


def assert_every_value_has_a_place(document: Document) -> None:
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), document.value)]
    while waiting:
        path, value = waiting.pop()
        assert document.places[path] >= (1, 1)
        if isinstance(value, dict):
            for key, item in value.items():
                assert document.keys[*path, key] >= (1, 1)
                waiting.append(((*path, key), item))
        elif isinstance(value, list):
            waiting += [((*path, index), item) for index, item in enumerate(value)]
        else:
            assert value is None or type(value) is str


# Bytes


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_an_input_error(data: bytes) -> None:
    try:
        text: str | None = decode(data, "any.yaml")
    except InputError as error:
        text, codes = None, [problem.code for problem in error.problems]
    if text is None:
        assert codes in (["E004"], ["E005"])
    else:
        assert text.encode() == data.removeprefix(b"\xef\xbb\xbf")


def test_byte_order_mark_is_accepted() -> None:
    text = decode("\ufeffcase_id: ñ".encode(), "a.yaml")
    document = parse(text, "a.yaml")
    assert document.value == {"case_id": "ñ"}
    assert document.keys["case_id",] == (1, 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_unicode_encoding_is_refused(encoding: str) -> None:
    problem = decoding_problem("case_id: Muñoz\n".encode(encoding))
    assert problem.code in {"E004", "E005"}


def test_utf_16_with_its_mark_is_told_apart_from_a_binary_file() -> None:
    assert at(decoding_problem("case_id: 1\n".encode("utf-16"))) == ("E005", 1, 1)


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        ("case_id: 1\ntitle: vasculitis leucocitoclástica\n".encode("latin-1"), 2, 30),
        (b"\xe1", 1, 1),
        (b"a: 1\n\xe1", 2, 1),
        (b"a: 1\r\nbc: \xff", 2, 5),
    ],
)
def test_latin_1_is_refused_at_its_first_wrong_byte(data: bytes, line: int, column: int) -> None:
    assert at(decoding_problem(data)) == ("E005", line, column)


def test_column_of_a_wrong_byte_counts_characters_before_it() -> None:
    assert at(decoding_problem("título: ".encode() + b"\xe1\n")) == ("E005", 1, 9)


def test_binary_file_is_refused() -> None:
    assert at(decoding_problem(b"PK\x03\x04\x00\x00\x08")) == ("E004", None, None)


# Files


def test_file_is_read_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    document = read(path)
    assert document.value == {"a": "1"}
    assert document.file == str(path)


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"a: 1\r\nb: |\r\n  x\r\n  y\r\n")
    document = read(path)
    assert document.value == {"a": "1", "b": "x\ny\n"}
    assert document.keys["b",] == (2, 1)


def test_missing_file_is_named(tmp_path: Path) -> None:
    assert reading_problem(tmp_path / "nowhere.yaml").code == "E001"


def test_directory_is_not_readable(tmp_path: Path) -> None:
    problem = reading_problem(tmp_path)
    assert problem.code == "E002"
    assert problem.params["reason"]


def test_file_below_a_file_is_not_readable(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("a: 1\n", encoding="utf-8")
    assert reading_problem(tmp_path / "case.yaml" / "inner.yaml").code in {"E001", "E002"}


def test_name_too_long_for_a_file_is_not_readable(tmp_path: Path) -> None:
    assert reading_problem(tmp_path / ("x" * 5_000)).code == "E002"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_forbidden_file_is_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    path.chmod(0)
    assert reading_problem(path).code == "E002"


def test_file_that_the_system_refuses_is_not_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "case.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    problem = reading_problem(path)
    assert (problem.code, problem.params["reason"]) == ("E002", "Permission denied")


def test_a_refusal_without_words_is_told_by_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(Path, "open", refuse)
    problem = reading_problem(tmp_path / "case.yaml")
    assert (problem.code, problem.params["reason"]) == ("E002", "BlockingIOError")


def test_oversized_file_is_refused_by_its_size_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(2**30)  # sparse: takes no room on the disk
    tracemalloc.start()
    started = time.process_time()
    try:
        problem = reading_problem(path)
        took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (problem.code, problem.params["limit_mb"]) == ("E003", 4)
    assert took < 1
    assert peak < 2**20


def test_size_limit_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"#" * 100)
    assert len(read_bytes(path, max_bytes=100)) == 100
    with pytest.raises(InputError) as raised:
        read_bytes(path, max_bytes=99)
    assert raised.value.problems[0].code == "E003"
    assert MAX_BYTES == 4 * 2**20


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_endless_input_is_refused_after_the_limit() -> None:
    with pytest.raises(InputError) as raised:
        read_bytes(Path("/dev/zero"), max_bytes=1000)
    assert raised.value.problems[0].code == "E003"


@pytest.mark.parametrize(
    "text",
    [
        "[" + "1, " * 300_000 + "1]",
        "- a\n" * 300_000,
        "".join(f"k{n}: {n}\n" for n in range(100_000)),
        'a: "' + "x" * 2_000_000 + '"',
    ],
    ids=["flow list", "block list", "keys", "long text"],
)
def test_large_file_is_read_in_seconds(text: str) -> None:
    started = time.process_time()
    assert parse(text, "a.yaml").value
    assert time.process_time() - started < 30


# Every part of what a message says


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff\xfec\x00", Problem(code="E005", file="n", line=1, column=1)),
        (b"\xfe\xff\x00c", Problem(code="E005", file="n", line=1, column=1)),
        (b"a\x00", Problem(code="E004", file="n")),
        (b"a\nb\nc\xe1", Problem(code="E005", file="n", line=3, column=2)),
    ],
)
def test_what_cannot_be_decoded_is_told_with_file_and_place(data: bytes, problem: Problem) -> None:
    with pytest.raises(InputError) as raised:
        decode(data, "n")
    assert raised.value.problems == (problem,) or list(raised.value.problems) == [problem]


def test_a_file_one_byte_too_large_is_refused_and_one_that_fits_is_read(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    limit = 3 * 2**20 + 5
    path.write_bytes(b"x" * limit)
    assert read_bytes(path, max_bytes=limit) == b"x" * limit
    path.write_bytes(b"x" * (limit + 1))
    with pytest.raises(InputError) as raised:
        read_bytes(path, max_bytes=limit)
    (problem,) = raised.value.problems
    assert problem == Problem(code="E003", file=str(path), params={"limit_mb": 3})
    assert isinstance(problem.params["limit_mb"], int)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file here")
def test_a_file_without_an_end_is_refused_in_the_same_words() -> None:
    with pytest.raises(InputError) as raised:
        read_bytes(Path("/dev/zero"), max_bytes=2 * 2**20)
    (problem,) = raised.value.problems
    assert problem == Problem(code="E003", file="/dev/zero", params={"limit_mb": 2})
    assert isinstance(problem.params["limit_mb"], int)


def test_a_file_read_from_disk_is_named_in_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"a: \xe1")
    with pytest.raises(InputError) as raised:
        read(path)
    assert list(raised.value.problems) == [Problem(code="E005", file=str(path), line=1, column=4)]
    path.write_bytes(b"a: 1\na: 2")
    with pytest.raises(InputError) as raised:
        read(path)
    (problem,) = raised.value.problems
    assert (problem.file, problem.line, problem.column) == (str(path), 2, 1)


def test_a_contradiction_names_both_places_or_says_that_one_has_none() -> None:
    document = parse("a: 1\nb: 2\n", "n")
    problem = document.contradiction("E311", ("a",), ("b",), found="x")
    assert (problem.code, problem.line, problem.column) == ("E311", 1, 4)
    assert (problem.other_line, problem.other_column) == (2, 4)
    assert problem.params == {"found": "x", "other": "2:4"}
    unknown = Document("n", {}, {}, {}).contradiction("E311", ("a",), ("b",))
    assert unknown.params == {"other": "-"}
    assert Document("n", {}, {}, {}).place(("a",)) == (None, None)


def test_a_fault_at_a_key_stands_at_the_key_or_else_at_its_value() -> None:
    document = parse("a:\n  b: 1\n", "n")
    at_key = document.problem_at_key("E525", ("a", "b"))
    assert (at_key.line, at_key.column) == (2, 3)
    without_keys = Document("n", document.value, document.places, {})
    at_value = without_keys.problem_at_key("E525", ("a", "b"))
    assert (at_value.line, at_value.column) == (2, 6)
