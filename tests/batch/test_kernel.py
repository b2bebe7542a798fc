"""Rows in bulk and rows one by one: the kernel's numbers may merge only rows that are equal."""

from datetime import date, timedelta
from functools import cache
from random import Random

import pyarrow as pa
import pytest

from causality.assessment.method import Method, make_method
from causality.batch.answers import row_answers
from causality.batch.arrays import encoded
from causality.batch.cells import CellReader
from causality.batch.contract import CHOICES, DATES, KINDS
from causality.batch.kernel import Kernel
from causality.batch.outcomes import Scoring
from causality.batch.results import outcome_values
from causality.batch.row import Row, knowledge_day, seen, turned_round
from causality.errors import TermError
from causality.knowledge.load import load_knowledge
from causality.scoring.engine import score
from causality.scoring.load import default_algorithms
from causality.scoring.ranges import total_range
from causality.terms.facts import FACTS, default, open_values

DRUGS = (
    "lenalidomide",
    "Amoxicilina 500 mg",
    "prednisone",
    "propylthiouracil",
    "hydralazine",
    "nobody's drug",
    "levamisole",
    "adalimumab",
)
REACTIONS = (
    "leukocytoclastic vasculitis",
    "ANCA-associated vasculitis",
    "vasculitis",
    "IgA vasculitis",
    "serum sickness",
    "toothache",
)


@cache
def method(*algorithms: str) -> Method:
    return make_method(algorithms or default_algorithms(), load_knowledge(), {})


def dates_near(random: Random, base: date) -> str:
    spread = random.choice((3, 12, 60, 400, 2500))
    day = base + timedelta(days=random.randint(-spread, spread))
    kind = random.random()
    if kind < 0.6:
        return day.isoformat()
    if kind < 0.8:
        return f"{day:%Y-%m}"
    if kind < 0.9:
        return f"{day:%Y}"
    return f"{day.isoformat()}/{(day + timedelta(days=random.randint(0, 40))).isoformat()}"


def random_row(random: Random) -> dict[str, str | None]:
    base = date(2000, 1, 1) + timedelta(days=random.randint(0, 8000))
    row: dict[str, str | None] = {
        "case_id": "x",
        "drug": random.choice(DRUGS),
        "reaction": random.choice(REACTIONS),
    }
    for name in DATES:
        share = 0.15 if name == "as_of" else 0.65
        row[name] = dates_near(random, base) if random.random() < share else None
    row["latency_days"] = str(random.randint(-3, 60)) if random.random() < 0.3 else None
    for name, values in CHOICES.items():
        row[name] = random.choice(values) if random.random() < 0.4 else None
    for name, values in FACTS.items():
        row[name] = random.choice(values) if random.random() < 0.1 else None
    return row


def row_near_the_limits(random: Random) -> dict[str, str | None]:
    """Return a row of one pair whose days lie about the limits of the rules, few of them unlike."""
    row = dict.fromkeys(random_row(random), None)
    start = date(2020, 1, 10)

    def day(name: str, *days: int, exact: float = 0.6) -> None:
        first = start + timedelta(days=random.choice(days))
        wide = f"{first}/{first + timedelta(days=random.choice((1, 5, 12, 40, 90)))}"
        row[name] = str(first) if random.random() < exact else wide
        if random.random() < 0.15:
            row[name] = None

    row.update(case_id="x", drug="lenalidomide", reaction="leukocytoclastic vasculitis")
    day("drug_start", 0, exact=0.9)
    day("drug_stop", 0, 1, 2, 6, 20, 35, 40, exact=0.9)
    day("reaction_onset", -3, 0, 1, 4, 5, 8, 9, 14, 15, 27, 28, 41, 42, 43, 50, 60)
    day("improvement_date", 10, 20, 36, 44, 70, 100)
    day("steroid_start", -4, -3, 0, 3, 17, 36, 43)
    if random.random() < 0.3:
        row["latency_days"] = str(random.choice((-1, 0, 4, 5, 20, 42, 43, 60)))
    if random.random() < 0.2:
        row["previously_exposed"] = random.choice(("yes", "no"))
    return row


@pytest.mark.parametrize("seed", range(3))
def test_days_about_the_limits_in_bulk_and_one_by_one(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    compared([row for _ in range(6000) if fits(row := row_near_the_limits(random))], at_least=1000)


def fits(row: dict[str, str | None]) -> bool:
    """Tell whether nothing in a row certainly ends before it starts."""
    onset, better = row["reaction_onset"], row["improvement_date"]
    return not (onset and better and better[-10:] < onset[:10])


def columns_of(rows: list[dict[str, str | None]]) -> dict[str, pa.Array]:
    return {name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]}


def one_by_one(kernel: Kernel, cells: dict[str, str | None]) -> dict[str, object] | None:
    """Return the answers to one row by the rules themselves; None for a row that is rejected."""
    reader = CellReader()
    values = {name: reader(name, cells[name] or "") for name in KINDS if name in cells}
    given = {name: values[name] for name in (*DATES, "latency_days", "rechallenge_kind")}
    row = Row(
        **given,  # type: ignore[arg-type]
        previously_exposed=values["previously_exposed"] or "unknown",  # type: ignore[arg-type]
        recurred=values["recurred"] or "unknown",  # type: ignore[arg-type]
    )
    if any(turned_round(row)):
        return None
    names = kernel.names
    pair = names.pair(
        names.drug(cells["drug"] or ""),
        names.reaction(cells["reaction"] or ""),
        knowledge_day(row),
        dict(kernel.method.conventions),
    )
    stated = {name: str(values[name]) for name in FACTS if values[name] is not None}
    return dict(row_answers(seen(row), pair, stated))


@pytest.mark.parametrize("seed", range(6))
def test_rows_in_bulk_have_the_answers_of_rows_one_by_one(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    compared([random_row(random) for _ in range(2500)], at_least=400)


def compared(rows: list[dict[str, str | None]], *, at_least: int) -> None:
    """Score rows in bulk and one by one, and compare every answer."""
    kernel = Kernel(method())
    block = kernel({name: encoded(column) for name, column in columns_of(rows).items()}, len(rows))
    scored = 0
    for number, cells in enumerate(rows):
        expected = one_by_one(kernel, cells)
        assert (expected is None) == bool(block.rejected[number]), cells
        if expected is None:
            continue
        scored += 1
        found = {name: kernel.answers[name][block.column(name)[number]] for name in FACTS}
        differ = {n: (found[n], expected[n]) for n in FACTS if found[n] != expected[n]}
        assert differ == {}, cells
    assert scored > at_least


def test_chunks_do_not_change_answers() -> None:
    random = Random(7)  # noqa: S311
    rows = [random_row(random) for _ in range(600)]
    whole, parts = Kernel(method()), Kernel(method())
    at_once = whole({n: encoded(c) for n, c in columns_of(rows).items()}, len(rows))
    for start in range(0, 600, 150):
        some = rows[start : start + 150]
        block = parts({n: encoded(c) for n, c in columns_of(some).items()}, len(some))
        for name in FACTS:
            for row in range(150):
                assert (
                    parts.answers[name][block.column(name)[row]]
                    == whole.answers[name][at_once.column(name)[start + row]]
                )


@pytest.mark.parametrize("codes", [True, False])
def test_bare_facts_score_as_the_method_says(codes: bool) -> None:
    """Facts in cells and nothing else: scored and ranged as DESIGN sections 4, 6 and 7 say."""
    random = Random(11)  # noqa: S311
    rows: list[dict[str, str | None]] = []
    for number in range(3000):
        row: dict[str, str | None] = {"case_id": str(number), "drug": "d", "reaction": "r"}
        for name, values in FACTS.items():
            row[name] = random.choice((*values, None))
        rows.append(row)
    scoring = Scoring(method(), codes=codes)
    block = scoring.kernel({n: encoded(c) for n, c in columns_of(rows).items()}, len(rows))
    assert not block.rejected.any()
    for entry in scoring.algorithms:
        numbers = entry.of(block)
        for row, number in zip(rows, numbers.tolist(), strict=True):
            facts = {name: row[name] or default(name) for name in FACTS}
            if row["alternative_nondrug"] is None:
                facts["alternative_nondrug"] = facts["alternative"]
            possible = {
                name: open_values(name) if value == default(name) else (value,)
                for name, value in facts.items()
            }
            wanted = score(entry.algorithm, facts, {})
            span = total_range(entry.algorithm, possible, {})
            assert outcome_values(entry.outcomes[number]) == (
                wanted.total,
                span.total_min,
                span.total_max,
                wanted.category,
                span.category_min,
                span.category_max,
            )
            assert entry.outcomes[number].flags == wanted.flags


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("drug_start", "2020-02-30", "E202"),
        ("drug_start", "03/04/2020", "E636"),
        ("drug_start", "soon", "E609"),
        ("drug_start", "2020-05/2020-03", "E204"),
        ("drug_start", "0020-01-01", "E203"),
        ("latency_days", "1,5", "E605"),
        ("latency_days", "a week", "E605"),
        ("onset", "certain", "E602"),
        ("recurred", "maybe", "E602"),
        ("rechallenge_kind", "double", "E602"),
    ],
)
def test_cells_that_are_not_accepted(column: str, text: str, code: str) -> None:
    with pytest.raises(TermError) as error:
        CellReader()(column, text)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("drug_start", "drug_stop"),
        ("reaction_onset", "reaction_end"),
        ("reaction_onset", "improvement_date"),
        ("rechallenge_start", "rechallenge_stop"),
        ("rechallenge_start", "recurrence_date"),
    ],
)
def test_end_before_start_is_rejected_only_when_no_reading_saves_it(
    first: str, second: str
) -> None:
    pairs = [("2020-03-05", "2020-03-04"), ("2020-03-05", "2020-03"), ("2020-04", "2020-03")]
    columns = {
        "case_id": ["a", "b", "c"],
        "drug": ["x"] * 3,
        "reaction": ["y"] * 3,
        first: [pair[0] for pair in pairs],
        second: [pair[1] for pair in pairs],
    }
    block = Kernel(method())({n: encoded(pa.array(c)) for n, c in columns.items()}, 3)
    assert [(fault.row, fault.column, fault.code) for fault in block.faults] == [
        (0, second, "E604"),
        (2, second, "E604"),
    ]


def test_what_came_after_the_moment_is_not_known_yet() -> None:
    columns = {
        "case_id": ["a", "b", "c"],
        "drug": ["lenalidomide"] * 3,
        "reaction": ["leukocytoclastic vasculitis"] * 3,
        "drug_start": ["2020-01-01"] * 3,
        "drug_stop": ["2020-01-12"] * 3,
        "reaction_onset": ["2020-01-11"] * 3,
        "reaction_end": ["2020-02-20"] * 3,
        "rechallenge_start": ["2020-05-01"] * 3,
        "recurrence_date": ["2020-05-04"] * 3,
        "rechallenge_kind": ["plain"] * 3,
        "recurred": ["yes"] * 3,
        "as_of": [None, "2020-03-01", "2020-05-02"],
    }
    kernel = Kernel(method())
    block = kernel({n: encoded(pa.array(c, pa.string())) for n, c in columns.items()}, 3)
    found = [kernel.answers["rechallenge"][n] for n in block.column("rechallenge")]
    assert found[0].value == "positive"
    assert found[1].possible == open_values("rechallenge")
    assert found[2].possible == ("positive", "negative", "uninformative", "unknown")


@pytest.mark.parametrize(
    ("steroid", "value"),
    [
        ("2020-02-19", "treatment"),
        ("2020-02-20", "treatment"),
        ("2020-02-21", "unknown"),
        ("2020-02", "treatment"),
        (None, "unknown"),
    ],
)
def test_a_corticosteroid_after_the_improvement_explains_none_of_it(
    steroid: str | None, value: str
) -> None:
    columns = {
        "case_id": ["a"],
        "drug": ["x"],
        "reaction": ["y"],
        "reaction_end": ["2020-02-20"],
        "steroid_start": [steroid],
        "action": ["continued"],
    }
    kernel = Kernel(method())
    block = kernel({n: encoded(pa.array(c, pa.string())) for n, c in columns.items()}, 1)
    name = "improvement_explained_by"
    assert kernel.answers[name][int(block.column(name)[0])].value == value


@pytest.mark.parametrize(
    ("stop", "value"),
    [
        ("2020-01-01", "after_unspecified"),
        ("2020-01-11", "after_unspecified"),
        ("2020-01", "unknown"),
        ("2020-01-12", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_drug_that_had_ended_was_taken_before_whenever_it_was_begun(
    stop: str | None, value: str
) -> None:
    columns = {
        "case_id": ["a"],
        "drug": ["zopiclone"],
        "reaction": ["leukocytoclastic vasculitis"],
        "drug_start": [None],
        "drug_stop": [stop],
        "reaction_onset": ["2020-01-11"],
    }
    kernel = Kernel(method())
    block = kernel({n: encoded(pa.array(c, pa.string())) for n, c in columns.items()}, 1)
    assert kernel.answers["onset"][int(block.column("onset")[0])].value == value
