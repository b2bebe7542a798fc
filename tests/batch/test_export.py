"""A case file and the rows made of it score the same."""

from functools import cache

import pyarrow as pa
import pytest

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.assessment.method import Method
from causality.batch.arrays import Encoded, encoded
from causality.batch.export import COLUMNS, ExportedRow, case_rows
from causality.batch.outcomes import Scoring
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.terms.facts import FACTS


@cache
def method() -> Method:
    return make_method(default_algorithms(), load_knowledge(), {})


@cache
def assessed(name: str, as_of: str | None = None) -> CaseAssessment:
    return assess_case(parse_case(example_text(name), name), method(), as_of=as_of)


@pytest.mark.parametrize("name", example_names())
def test_a_case_scores_the_same_as_its_rows(name: str) -> None:
    result = assessed(name)
    check(result)


def test_also_at_an_earlier_moment() -> None:
    for change in assessed("lenalidomide").trajectory[:6]:
        check(assessed("lenalidomide", f"@{change.event}"))


def check(result: CaseAssessment) -> None:
    rows = list(case_rows(result))
    assert len(rows) == len(result.pairs)
    columns = {
        column: encoded(pa.array([row.cells.get(column) for row in rows], pa.string()))
        for column in COLUMNS
    }
    for codes in (True, False):
        compare(Scoring(method(), codes=codes), columns, rows, result)


def compare(
    scoring: Scoring, columns: dict[str, Encoded], rows: list[ExportedRow], result: CaseAssessment
) -> None:
    block = scoring.kernel(columns, len(rows))
    assert not block.rejected.any(), block.faults
    for number, (row, pair) in enumerate(zip(rows, result.pairs, strict=True)):
        for fact in FACTS:
            answer = scoring.kernel.answers[fact][block.column(fact)[number]]
            assert answer.value == pair.evidence.facts[fact].value, fact
        for entry, assessment in zip(scoring.algorithms, pair.assessments, strict=True):
            outcome = entry.outcomes[entry.of(block)[number]]
            assert outcome.total == assessment.score.total
            assert outcome.category == assessment.score.category
            assert outcome.flags == assessment.score.flags
            if scoring.codes:
                codes = {item.question: str(item.code) for item in assessment.score.items}
                assert outcome.codes == tuple(map(codes.get, entry.algorithm.questions))
            if not row.narrowed and not pair.evidence.choices:
                assert outcome.range == assessment.range


@pytest.mark.parametrize(
    ("start", "more", "action"),
    [
        ("2023-12-10", "stop: 2023-12-17", "unknown"),
        ("2023-11-28", "stop: 2023-12-17", "unknown"),
        ("2023-11-27", "stop: 2023-12-17", "continued"),
        ("2023-12-10", "administrations: 1", "unknown"),
        ("2023-12-10", "ongoing: true", "unknown"),
    ],
)
def test_a_drug_begun_after_the_improvement_is_the_same_in_a_row(
    start: str, more: str, action: str
) -> None:
    text = f"""
case_id: T1
drugs: [{{id: a, name: amoxicillin, exposures: [{{start: {start}, {more}}}]}}]
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{{onset: 2023-11-18, recovered: 2023-11-27, outcome: recovered, treatment: none}}]
"""
    result = assess_case(parse_case(text, "case.yaml"), method())
    assert result.pairs[0].evidence.facts["action"].value == action
    (row,) = case_rows(result)
    assert row.cells["drug_start"] == start
    if more.startswith("stop"):
        assert "action" not in row.cells
    check(result)


def test_a_withdrawal_of_a_drug_begun_after_the_improvement_is_a_warning_of_its_row() -> None:
    cells = {
        "case_id": "1",
        "drug": "amoxicillin",
        "reaction": "leukocytoclastic vasculitis",
        "drug_start": "2023-12-10",
        "reaction_onset": "2023-11-18",
        "reaction_end": "2023-11-27",
    }
    found = []
    for stated in (None, "unknown", "withdrawn"):
        columns = {n: encoded(pa.array([c], pa.string())) for n, c in cells.items()}
        columns["action"] = encoded(pa.array([stated], pa.string()))
        kernel = Scoring(method(), codes=True).kernel
        answer = kernel.answers["action"][int(kernel(columns, 1).column("action")[0])]
        found.append((answer.value, answer.warnings))
    assert found == [
        ("unknown", ()),
        ("unknown", ()),
        ("withdrawn", ("action_contradicted:unknown",)),
    ]
