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
