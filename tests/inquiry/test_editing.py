"""Values put into the text of a case file, and everything else left as it was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.cli.example import example_names, example_text
from causality.document import parse
from causality.inquiry.editing import Edit, applied, edited, flow

BLOCK = """\
# head
drugs:
  - id: amx   # first
    name: amoxicillin
    exposures:
      - {start: 2024-03-04, dose: 500 mg}   # course
    # after the course
    note: |
      two
      lines
  - {id: met, name: metformin}

patient: {}
note:
# tail
"""


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (Edit(("drugs", 0, "exposures", 0, "stop"), "2024-03"), "      - {start: 2024-03-04, dose: 500 mg, stop: 2024-03}   # course"),  # noqa: E501
        (Edit(("drugs", 0, "exposures", 0, "start"), "2024"), "      - {start: 2024, dose: 500 mg}   # course"),  # noqa: E501
        (Edit(("drugs", 0, "exposures"), {"start": "2024-05"}, append=True), "      - {start: 2024-05}"),  # noqa: E501
        (Edit(("drugs", 0, "role"), "suspect"), "    role: suspect"),
        (Edit(("drugs", 1, "exposures"), {"start": "2023"}, append=True), "  - {id: met, name: metformin, exposures: [{start: 2023}]}"),  # noqa: E501
        (Edit(("patient", "sex"), "female"), "patient: {sex: female}"),
        (Edit(("note",), "a: b"), 'note: "a: b"'),
        (Edit(("assessor",), {"reason": "x, y"}, append=True), '  - {reason: "x, y"}'),
    ],
)  # fmt: skip
def test_one_line_changes(edit: Edit, line: str) -> None:
    new = edited(BLOCK, [edit])
    assert parse(new, "x").value == applied(parse(BLOCK, "x").value, [edit])
    assert line in new.splitlines()
    kept = [text for text in BLOCK.splitlines() if text not in new.splitlines()]
    assert len(kept) <= 1
    assert [c for c in BLOCK.splitlines() if "#" in c and c in new.splitlines()]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_are_those_of_the_file(newline: str) -> None:
    text = BLOCK.replace("\n", newline)
    new = edited(text, [Edit(("case_id",), "x"), Edit(("tests",), "y", append=True)])
    assert new.count("\n") == new.count(newline)
    assert new.count(newline) == text.count(newline) + 3


def test_json_stays_json() -> None:
    text = json.dumps({"drugs": [{"id": "a", "exposures": []}], "note": None, "n": 3}, indent=2)
    edits = [
        Edit(("drugs", 0, "exposures"), {"start": "2024"}, append=True),
        Edit(("drugs", 0, "exposures", 0, "stop"), "2025"),
        Edit(("note",), 'say "x": y'),
        Edit(("assessor",), {"pair": ["a", "b"]}, append=True),
    ]
    assert json.loads(edited(text, edits)) == applied(json.loads(text), edits)


def test_mapping_of_several_lines_is_replaced_whole() -> None:
    text = "a:\n  after:\n    - x\n  to: 2024\nb: 1\n"
    new = edited(text, [Edit(("a",), {"date": "2024", "after": ["x"]})])
    assert parse(new, "x").value == {"a": {"date": "2024", "after": ["x"]}, "b": "1"}


def test_file_without_a_last_line_end() -> None:
    assert edited("a: 1", [Edit(("b",), "2")]) == "a: 1\nb: 2"


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [p for k, v in value.items() for p in places(v, (*path, k))]
    if isinstance(value, list):
        found += [p for n, v in enumerate(value) for p in places(v, (*path, n))]
    return found


@pytest.mark.parametrize("name", [*example_names()])
def test_every_place_of_every_example_can_be_edited(name: str) -> None:
    text = example_text(name)
    value = parse(text, name).value
    for path in places(value):
        at: Any = value
        for step in path:
            at = at[step]
        edits = [Edit(path, "new")]
        if isinstance(at, dict):
            edits.append(Edit((*path, "new_key"), {"k": ["v"]}))
            edits = edits[1:]
        elif isinstance(at, list):
            edits = [Edit(path, {"k": "v"}, append=True)]
        assert parse(edited(text, edits), name).value == applied(value, edits), path


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=12)


@given(st.recursive(TEXT, lambda inner: st.lists(inner, max_size=3)))
def test_any_text_survives_one_line_of_yaml(value: Any) -> None:
    assert parse(f"a: {flow(value)}", "x").value == {"a": value}


def test_json_that_writes_a_sign_as_two_escapes_is_edited() -> None:
    text = json.dumps({"a": "\U0001f600", "b": 1})
    assert "\\ud83d" in text
    changed = edited(text, [Edit(("b",), 2)])
    assert json.loads(changed) == {"a": "\U0001f600", "b": 2}
