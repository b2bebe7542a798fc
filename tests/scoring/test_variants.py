"""A variant: its parent plus what differs, with faults found in its own file."""

from pathlib import Path

import pytest

from causality.document import parse
from causality.errors import DefinitionError, Problem
from causality.scoring.engine import score
from causality.scoring.load import (
    algorithm_ids,
    default_algorithms,
    load_algorithm,
    parse_algorithm,
)
from causality.scoring.mend import validated_apart_from_texts
from causality.scoring.model import Algorithm, Variant
from causality.scoring.variant import check_variant
from causality.terms.facts import FACTS, default

PARENT = load_algorithm("sefv-h")[0]
DEFAULTS = {name: default(name) for name in FACTS}
VARIANT = """\
id: sefv-h-local
parent: sefv-h
version: "7"
label: {en: Local form, es: Formulario local}
range: [-8, 11]
sources: {local: the local form}
questions:
  temporal_sequence:
    options:
      - {code: 5, points: -2, source: local, note: {en: n, es: n}}
  rechallenge_effect:
    label: {en: Again, es: Otra vez}
    options:
      - {code: 1, points: 2, when: [{rechallenge: [positive, uninformative]}],
         label: {en: Yes, es: Sí}, source: [local, panama], flag: counted_otherwise}
      - {code: 2, points: 0}
"""


def variant(text: str = VARIANT) -> Algorithm:
    return parse_algorithm(text, "local.yaml")


def faults(text: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as caught:
        variant(text)
    return list(caught.value.problems)


def changed(old: str, new: str) -> str:
    assert VARIANT.count(old) == 1, old
    return VARIANT.replace(old, new)


def place_of(text: str, token: str) -> tuple[int, int]:
    assert text.count(token) == 1, token
    before = text[: text.index(token)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


# What it makes of its parent


def test_a_variant_has_its_own_name_version_and_range_and_knows_its_parent() -> None:
    made = variant()
    assert (made.id, made.version, made.parent) == ("sefv-h-local", "7", "sefv-h")
    assert (made.label.text("es"), made.label.text("en")) == ("Formulario local", "Local form")
    assert made.range == (-8, 11)


def test_a_variant_changes_only_what_it_names() -> None:
    made = variant()
    assert list(made.questions) == list(PARENT.questions)
    assert [q for q in made.questions if made.questions[q] != PARENT.questions[q]] == [
        "temporal_sequence",
        "rechallenge_effect",
    ]
    for field in ("conventions", "categories", "bands", "bands_source", "flags", "order"):
        assert getattr(made, field) == getattr(PARENT, field)


def test_a_changed_option_keeps_what_the_variant_does_not_say() -> None:
    old, new = (a.questions["temporal_sequence"].options[1] for a in (PARENT, variant()))
    assert (new.points, new.source) == (-2, ("local",))
    assert new.note is not None
    assert (new.code, new.when, new.label, new.flag) == (old.code, old.when, old.label, old.flag)


def test_every_part_of_an_option_and_the_label_of_a_question_can_be_changed() -> None:
    question = variant().questions["rechallenge_effect"]
    first, second = question.options[:2]
    assert question.label.en == "Again"
    assert first.when == ({"rechallenge": frozenset({"positive", "uninformative"})},)
    assert (first.label.es, first.flag) == ("Sí", "counted_otherwise")
    assert first.source == ("local", "panama")
    assert (second.points, second.when) == (
        0,
        PARENT.questions["rechallenge_effect"].options[1].when,
    )


def test_sources_are_those_of_the_parent_and_its_own() -> None:
    made = variant(changed("the local form}", "the local form, panama: the local edition}"))
    assert list(made.sources) == [*PARENT.sources, "local"]
    assert made.cited("panama", "es") == "the local edition"
    assert made.sources["essalud"] == PARENT.sources["essalud"]


def test_bands_of_a_variant_replace_those_of_its_parent() -> None:
    made = variant(
        VARIANT
        + "order: 9\nbands_source: local\nbands:\n"
        + "  - {max: -1, category: improbable}\n  - {max: 3, category: conditional}\n"
        + "  - {max: 5, category: possible}\n  - {max: 7, category: probable}\n"
        + "  - {category: definite}\n"
    )
    assert [band.max for band in made.bands] == [-1, 3, 5, 7, None]
    assert (made.bands_source, made.order) == (("local",), 9)
    assert score(made, DEFAULTS, {}).category == "conditional"


def test_a_variant_scores_by_its_own_points() -> None:
    facts = {**DEFAULTS, "onset": "on_withdrawal", "rechallenge": "uninformative"}
    assert score(PARENT, facts, {}).total == 2
    assert score(variant(), facts, {}).total == -2 + 2
    assert "counted_otherwise" in score(variant(), facts, {}).flags


def test_a_variant_that_changes_nothing_scores_as_its_parent() -> None:
    bare = variant('id: same\nparent: sefv-h\nversion: "1"\nlabel: {en: x, es: x}\n')
    assert bare.questions == PARENT.questions
    assert (bare.range, bare.bands) == (PARENT.range, PARENT.bands)


def test_a_null_takes_a_part_of_an_option_away() -> None:
    option = variant(changed("code: 5, points: -2", "code: 5, flag: , points: -2"))
    assert option.questions["temporal_sequence"].options[1].flag is None


def test_a_variant_of_a_packaged_variant_builds_on_both() -> None:
    packaged = [name for name in algorithm_ids() if load_algorithm(name)[0].parent]
    for name in packaged:
        parent = load_algorithm(name)[0]
        made = variant(f'id: deeper\nparent: {name}\nversion: "1"\nlabel: {{en: x, es: x}}\n')
        assert (made.parent, made.questions) == (name, parent.questions)
        assert made.sources == parent.sources


def test_variants_are_listed_after_their_parent_and_run_only_when_named() -> None:
    ids = algorithm_ids()
    for name in ids:
        parent = load_algorithm(name)[0].parent
        assert (name in default_algorithms()) is (parent is None)
        assert parent is None or ids.index(parent) < ids.index(name)


def test_an_own_variant_is_loaded_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "local.yaml"
    path.write_text(VARIANT, encoding="utf-8")
    assert load_algorithm(str(path))[0] == variant()


# Faults


@pytest.mark.parametrize(
    ("text", "code", "token", "params"),
    [
        pytest.param(
            changed("  rechallenge_effect:", "  rechallenge:"), "E525", "rechallenge:\n",
            {"found": "rechallenge", "parent": "sefv-h", "allowed": ", ".join(PARENT.questions)},
            id="unknown question",
        ),
        pytest.param(
            changed("{code: 2, points: 0}", "{code: 9, points: 0}"), "E525", "9, points: 0",
            {"found": 9, "parent": "sefv-h", "allowed": "1, 2, 5, 6, 4, 3"},
            id="unknown code",
        ),
        pytest.param(
            VARIANT + "  withdrawal_effect: {options: [{code: 5, note: {en: n, es: n}}]}\n",
            "E527", "5, note: {en: n, es: n}}]", {"found": 5, "parent": "sefv-h"},
            id="code of several options",
        ),
        pytest.param(
            changed("{code: 2, points: 0}", "{code: 1, note: {en: n, es: n}}"),
            "E531", "1, note", {"found": 1}, id="code changed twice",
        ),
        pytest.param(
            changed("id: sefv-h-local", "id: sefv-h"), "E532", "sefv-h\nparent",
            {"found": "sefv-h"}, id="id of the parent",
        ),
        pytest.param(
            changed("parent: sefv-h\n", "parent: karch\n"), "E533", "karch",
            {"found": "karch", "allowed": ", ".join(algorithm_ids())}, id="unknown parent",
        ),
        pytest.param(
            changed("source: [local, panama]", "source: [local, lima]"), "E515", "[local, lima]",
            {"found": "lima"}, id="source",
        ),
        pytest.param(
            changed("uninformative]}]", "not_sure]}]"), "E514", "[positive, not_sure]",
            {"found": "not_sure", "name": "rechallenge"}, id="value",
        ),
        pytest.param(changed("[-8, 11]", "[-8, 12]"), "E520", "[-8, 12]",
            {"found": "-8…12", "attainable": "-8…11"}, id="range"),
        pytest.param(
            changed("code: 2, points: 0}", "code: 2, points: 0, when: [{rechallenge: positive}]}"),
            "E519", "{code: 2, points: 0, when", {"question": "rechallenge_effect", "option": 2},
            id="option never reached",
        ),
        pytest.param(
            changed("{code: 2, points: 0}", "{code: 2, when: []}"), "E512", "{code: 2, when: []",
            {"question": "rechallenge_effect"}, id="option without a when, not last",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_reported_in_the_file_of_the_variant(
    text: str, code: str, token: str, params: dict[str, object]
) -> None:
    (problem,) = faults(text)
    assert problem.code == code
    assert problem.file == "local.yaml"
    assert (problem.line, problem.column) == place_of(text, token)
    assert params.items() <= dict(problem.params).items()


def test_an_option_that_a_change_before_it_hides_is_reported_at_its_question() -> None:
    text = changed("[positive, uninformative]", "[positive, negative]").replace(
        "      - {code: 2, points: 0}\n", ""
    )
    found = faults(text.replace("range: [-8, 11]\n", ""))
    assert [problem.code for problem in found] == ["E519", "E520"]
    assert found[0].path == "questions.rechallenge_effect.options"
    assert found[0].line == place_of(text, "- {code: 1")[0] - 1


def test_a_range_left_as_the_parent_has_it_is_checked_too() -> None:
    (problem,) = faults(VARIANT.replace("range: [-8, 11]\n", ""))
    assert (problem.code, problem.line, problem.column) == ("E520", 1, 1)


def test_what_a_variant_cannot_change_is_an_unknown_key() -> None:
    found = faults(VARIANT + "categories: {}\nflags: {}\n")
    assert {(problem.code, problem.path) for problem in found} == {
        ("E101", "categories"),
        ("E101", "flags"),
    }


def test_all_faults_come_at_once() -> None:
    text = (
        changed("{code: 2, points: 0}", "{code: 9, points: 0}")
        .replace("[local, panama]", "[lima]")
        .replace("id: sefv-h-local", "id: sefv-h")
        .replace("uninformative]}]", "not_sure]}]")
    )
    text += "  unheard_of: {}\n"
    assert sorted(problem.code for problem in faults(text)) == [
        "E514", "E515", "E525", "E525", "E532",
    ]  # fmt: skip


def test_every_fault_of_a_variant_is_told() -> None:
    unknown = changed("  rechallenge_effect:", "  again:")
    text = unknown.replace("  temporal_sequence:", "  sequence:")
    found = [problem.params["found"] for problem in faults(text) if problem.code == "E525"]
    assert found == ["sequence", "again"]


def test_a_code_of_two_options_cannot_be_changed() -> None:
    text = VARIANT + "  withdrawal_effect: {options: [{code: 5, note: {en: n, es: n}}]}\n"
    document = parse(text, "local.yaml")
    effect = PARENT.questions["withdrawal_effect"]
    several = [option for option in effect.options if option.code == 5]
    two = effect.model_copy(update={"options": tuple(several[:2])})
    questions = {**PARENT.questions, "withdrawal_effect": two}
    parent = PARENT.model_copy(update={"questions": questions})
    made, _ = validated_apart_from_texts(Variant, document)
    assert [p.code for p in check_variant(made, parent, document)] == ["E527"]
