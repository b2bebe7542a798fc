"""Faults of branching algorithms and tables of results: each with its code and its place."""

import pytest

from causality.errors import DefinitionError, Problem
from causality.scoring.load import parse_algorithm

VALID = """\
id: flow
version: "1"
label: {en: flow, es: flujo}
sources: {s: a source}
conventions:
  kind:
    label: {en: x, es: x}
    default: plain
    choices: {plain: {en: x, es: x}, other: {en: x, es: x}}
questions:
  after:
    label: {en: x, es: x}
    options:
      - {code: "no", when: [{onset: before_exposure}], label: {en: x, es: x}, source: s}
      - {code: "yes", label: {en: x, es: x}, source: s}
  better:
    label: {en: x, es: x}
    asked: [{after: "yes", kind: plain}]
    options:
      - {code: "yes", when: [{course: improved}], label: {en: x, es: x}, source: s}
      - {code: "no", label: {en: x, es: x}, source: s}
  again:
    label: {en: x, es: x}
    options:
      - {code: "yes", when: [{rechallenge: positive, after: "yes"}], label: {en: x, es: x},
         source: s}
      - {code: "no", label: {en: x, es: x}, source: s}
categories: {low: {en: x, es: x}, high: {en: x, es: x}}
results:
  - {category: low, when: [{after: "no"}], source: s}
  - {category: high, when: [{better: "yes", kind: plain}, {again: "yes"}]}
  - {category: low}
flags:
  bare: {when: [{better: "no", onset: unknown}], label: {en: x, es: x}}
"""


def faults(text: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as caught:
        parse_algorithm(text, "flow.yaml")
    return list(caught.value.problems)


def place_of(text: str, token: str) -> tuple[int, int]:
    assert text.count(token) == 1, token
    before = text[: text.index(token)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def changed(old: str, new: str) -> str:
    assert VALID.count(old) == 1, old
    return VALID.replace(old, new)


BANDS = "bands: [{max: 0, category: low}, {category: high}]\n"
RESULTS = VALID[VALID.index("results:") : VALID.index("flags:")]


def test_a_sound_file_has_no_fault() -> None:
    assert parse_algorithm(VALID, "flow.yaml").results[1].category == "high"


@pytest.mark.parametrize(
    ("text", "code", "token", "found"),
    [
        pytest.param(
            changed("  - {category: low}\n", '  - {category: low, when: [{again: "no"}]}\n'),
            "E511", '{category: low, when: [{again: "no"', "results", id="last row with a when",
        ),
        pytest.param(
            changed("[{better: \"yes", "[]}\n  - {category: high, when: [{better: \"yes"),
            "E512", "{category: high, when: []", "results", id="row without a when, not last",
        ),
        pytest.param(
            changed("after: \"yes\", kind: plain}]\n", "aftr: \"yes\"}]\n"),
            "E513", '"yes"}]\n    opt', "aftr", id="asked after a question that is not there",
        ),
        pytest.param(
            changed("asked: [{after", "asked: [{again"),
            "E513", '"yes", kind: plain}]\n    opt', "again", id="asked after a later question",
        ),
        pytest.param(
            changed("kind: plain}, {again", "kin: plain}, {again"),
            "E513", "plain}, {again", "kin", id="convention of a result",
        ),
        pytest.param(
            changed('asked: [{after: "yes", kind: plain', 'asked: [{after: "yes", kind: plane'),
            "E514", "plane", "plane", id="choice in asked",
        ),
        pytest.param(
            changed('[{after: "no"}], source', '[{after: maybe}], source'),
            "E514", "maybe", "maybe", id="answer in a result",
        ),
        pytest.param(
            changed('[{after: "no"}], source: s', '[{after: "no"}], source: t'),
            "E515", "t}\n  - {category: high", "t", id="source of a result",
        ),
        pytest.param(
            changed('  - {category: high, when', '  - {category: low, when: [{after: "no"}]}\n'
                    '  - {category: high, when'),
            "E519", '{category: low, when: [{after: "no"}]}', None, id="row never reached",
        ),
        pytest.param(
            changed(
                '{course: improved}], label: {en: x, es: x}, source: s}',
                '{course: improved}], label: {en: x, es: x}, source: s}\n'
                "      - {code: never, when: [{course: improved}], label: {en: x, es: x},"
                " source: s}",
            ),
            "E519", "{code: never", None, id="option never reached",
        ),
        pytest.param(
            changed('rechallenge: positive, after: "yes"',
                    'onset: before_exposure, after: "yes"').replace(', {again: "yes"}', ""),
            "E519", '{code: "yes", when: [{onset: before_exposure', None,
            id="option never reached because of an earlier answer",
        ),
        pytest.param(
            changed("flags:", BANDS + "flags:"), "E521", "[{max: 0, cat", None, id="both endings"
        ),
        pytest.param(
            changed("  - {category: low}\n", "  - {category: lowest}\n"),
            "E522", "lowest", "lowest", id="category of a result",
        ),
        pytest.param(
            VALID.replace(RESULTS, BANDS.replace("max: 0, category: low", "max: 0, category: l")
                          .replace("[{max", "[{max: -1, category: low}, {max")),
            "E522", "l}, {cat", "l", id="category of a band",
        ),
        pytest.param(
            changed('[{after: "no"}], source', '[{after: "no", onset: unknown}], source'),
            "E523", "unknown}], source", "onset", id="fact in a result",
        ),
        pytest.param(
            changed('asked: [{after: "yes", kind: plain', "asked: [{course: improved"),
            "E523", "improved}]\n    options", "course", id="fact in asked",
        ),
        pytest.param(
            changed('positive, after: "yes"', 'positive, better: "yes"'),
            "E524", '"yes"}], label: {en: x, es: x},\n', "better", id="reads what may not be asked",
        ),
        pytest.param(
            changed("high: {en: x", "middle: {en: y, es: y}, high: {en: x"),
            "E526", "middle", "middle", id="category that nothing gives",
        ),
        pytest.param(
            changed('code: "no", when', 'code: "no", points: 7, when'),
            "E528", "7", None, id="points",
        ),
        pytest.param(
            changed("conventions:", "range: [0, 1]\nconventions:"),
            "E528", "[0, 1]", None, id="range of totals",
        ),
        pytest.param(
            VALID.replace("  kind:", "  course:").replace("kind: plain", "course: plain"),
            "E530", "course:\n", "course", id="convention named as a fact",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_reported_with_its_code_and_place(
    text: str, code: str, token: str, found: str | None
) -> None:
    problems = [problem for problem in faults(text) if problem.code == code]
    assert len(problems) == 1, faults(text)
    (problem,) = problems
    line, column = place_of(text, token)
    assert problem.file == "flow.yaml"
    assert (problem.line, problem.column) == (line, column)
    assert found is None or found in (problem.params.get("found"), problem.params.get("question"))


SUM = VALID.replace(RESULTS, BANDS).replace('code: "yes", when', 'code: "yes", points: 1, when')


@pytest.mark.parametrize(
    ("text", "code", "token"),
    [
        (VALID.replace(RESULTS, ""), "E521", "id: flow"),
        (SUM.replace("category: low}, {category: high", "category: high}, {category: low"),
         "E529", "[{max: 0, category: high"),
        (SUM.replace("[{max: 0,", "[{max: -1, category: low}, {max: 0,"), "E519", "{max: -1"),
        (SUM.replace("{category: high}]", "{max: 2, category: high}, {category: high}]"),
         "E519", "{category: high}]"),
    ],
    ids=["neither ending", "bands turned", "band below all totals", "band above all totals"],
)  # fmt: skip
def test_faults_of_the_ending_are_found(text: str, code: str, token: str) -> None:
    (problem,) = (problem for problem in faults(text) if problem.code == code)
    assert (problem.line, problem.column) == place_of(text, token)


def test_a_sum_that_branches_is_sound() -> None:
    assert parse_algorithm(SUM, "flow.yaml").bands


def test_a_fact_that_is_no_fact_is_told_from_one_that_may_not_be_read() -> None:
    (problem,) = faults(changed('[{after: "no"}], source', "[{placebo: recurred}], source"))
    assert (problem.code, problem.params["allowed"]) == ("E523", "kind, after, better, again")
    codes = [p.code for p in faults(changed('[{after: "no"}], source', "[{x: y}], source"))]
    assert codes == ["E513"]


def test_a_flag_reads_the_answer_where_a_fact_has_the_same_name() -> None:
    text = VALID.replace("better", "course").replace("{course: improved}", "{action: withdrawn}")
    assert parse_algorithm(text, "flow.yaml").flags["bare"].when[0]["course"] == {"no"}
    (problem,) = faults(text.replace('[{course: "no", onset', "[{course: improved, onset"))
    assert (problem.code, problem.params["allowed"]) == ("E514", "yes, no")


def test_all_faults_come_at_once_in_the_places_of_each() -> None:
    text = (
        changed('[{after: "no"}], source: s', "[{placebo: recurred}], source: t")
        .replace("  - {category: low}\n", '  - {category: lowest, when: [{again: "no"}]}\n')
        .replace('positive, after: "yes"', 'positive, better: "yes"')
        .replace('code: "no", when', 'code: "no", points: 1, when')
        .replace("high: {en", "middle: {en: x, es: x}, high: {en")
        .replace("kind: plain}]\n", "kind: plane}]\n")
        .replace("  kind:\n", "  onset:\n")
    )
    found = faults(text)
    assert sorted({problem.code for problem in found}) == [
        "E511", "E513", "E515", "E522", "E523", "E524", "E526", "E528", "E530",
    ]  # fmt: skip
    assert all(problem.line and problem.column for problem in found)


def test_levels_compare_categories_of_different_methods() -> None:
    text = VALID.replace("low: {en: x, es: x}", "low: {en: x, es: x, level: unlikely}")
    algorithm = parse_algorithm(text.replace("high", "probable"), "flow.yaml")
    assert (algorithm.level("low"), algorithm.level("probable")) == (0, 3)
    assert parse_algorithm(VALID, "flow.yaml").level("high") is None


def test_rank_is_the_place_among_the_categories() -> None:
    algorithm = parse_algorithm(VALID, "flow.yaml")
    assert [algorithm.rank(name) for name in ("low", "high")] == [0, 1]
