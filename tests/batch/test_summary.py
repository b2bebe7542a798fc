"""The aggregates of a batch report: right, the same however the table is cut, of bounded size."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causality.assessment.method import Method, make_method
from causality.batch import summary as counts_of
from causality.batch.influence import Influences, told
from causality.batch.job import Report
from causality.batch.run import Options, Run
from causality.batch.summary import DrugCounts, Summary, latency_class
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.terms.facts import FACTS, default, in_order

ALGORITHMS = tuple(default_algorithms())


@cache
def method(*algorithms: str) -> Method:
    return make_method(algorithms or ("sefv-h",), load_knowledge(), {})


def message(code: str, params: Mapping[str, object]) -> str:
    return code


def summed(folder: Path, data: str, *algorithms: str, **options: object) -> Report:
    source = folder / "in.csv"
    if not source.exists():  # an interrupted run is taken up only where the table is untouched
        source.write_text(data, encoding="utf-8")
    run = Run(str(source), method(*algorithms), Options(summary=True, **options))  # type: ignore[arg-type]
    return run(str(folder / "out.csv"), message=message)


def summary_of(report: Report) -> Summary:
    assert report.summary is not None
    return report.summary


@st.composite
def answers(draw: st.DrawFn) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = {}
    for name, values in FACTS.items():
        value = draw(st.sampled_from(values))
        others = draw(st.sets(st.sampled_from(values))) if value == default(name) else set()
        found[name] = (value, in_order(name, {value, *others}))
    if draw(st.booleans()):
        found["alternative_nondrug"] = found["alternative"]
    return found


@pytest.mark.parametrize("number", range(len(ALGORITHMS)))
@settings(max_examples=60)
@given(known=answers())
def test_what_one_answer_changes_is_what_the_engine_says(
    number: int, known: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    """The short cut by groups of questions against every answer tried one by one."""
    scorer = method(*ALGORITHMS).scorers[number]
    found = Influences(scorer)(known)
    values = {name: value for name, (value, _) in known.items()}
    now = scorer(values)
    assert (found.total, found.category) == (now.total, now.category)
    given_ = {change.fact: set(change.categories) for change in found.changes}
    for name in found.open:
        reached = {
            scorer({**values, **told(name, value, known)}).category
            for value in known[name][1]
            if value != default(name)
        } - {now.category}
        assert given_.get(name, set()) == reached
    if found.points is not None:
        bands = scorer.algorithm.bands
        totals = [now.total + sign * found.points for sign in (-1, 1) if now.total is not None]
        of = [next(b.category for b in bands if b.max is None or t <= b.max) for t in totals]
        assert any(category != now.category for category in of)
        assert found.changes


TABLE = """case_id,drug,reaction,drug_start,reaction_onset,latency_days,alternative,course,action
c1,Lenalidomida,purpura,2020-01-01,2020-01-08,,possible,,
c2,lenalidomide,purpura,2020-01-01,2020-01-15,,,improved,withdrawn
c3,LENALIDOMIDE,purpura,,,21,,,
c4,amoxicillin,purpura,2020-02,2020-02-10,,,,
c5,amoxicillin,purpura,2020-02-10,2020-02-01,,,,
c6,amoxicillin,purpura,,,,,,
c7,unheard of,purpura,2020-02-01,2020-02-03,,,,
c8,amoxicillin,purpura,2020-13-01,,,,,
c9,,purpura,,,,wrong,,
"""


def test_latencies_are_counted_by_substance(tmp_path: Path) -> None:
    drugs = summary_of(summed(tmp_path, TABLE)).drugs
    assert set(drugs) == {"lenalidomide", "amoxicillin", "unheard of"}
    first, second = drugs["lenalidomide"], drugs["amoxicillin"]
    assert (first.name, first.rows) == ("Lenalidomida", 3)
    assert first.latencies == Counter({7: 1, 14: 1, 21: 1})
    assert [first.quantile(share) for share in (0, 0.5, 1)] == [7, 14, 21]
    assert (second.rows, second.known, second.inexact, second.before) == (3, 0, 1, 1)
    assert drugs["unheard of"].latencies == Counter({2: 1})
    assert sum(first.categories.values()) == 3


def test_rejects_are_told_with_their_first_rows(tmp_path: Path) -> None:
    report = summed(tmp_path, TABLE)
    reasons = summary_of(report).reasons
    assert {code: reason.count for code, reason in reasons.items()} == dict(report.counts.codes)
    (first,) = reasons["E601"].examples
    assert (first.line, first.case_id, first.column) == (10, "c9", "drug")
    assert reasons["E602"].columns == Counter({"alternative": 1})
    assert reasons["E602"].params["found"] == "wrong"


def test_nearest_pairs_come_first(tmp_path: Path) -> None:
    found = summary_of(summed(tmp_path, TABLE)).algorithms["sefv-h"]
    assert found.near
    ranks = [near.rank for near in found.near]
    assert ranks == sorted(ranks)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["case_id"]: row for row in csv.DictReader(file)}
    for near in found.near:
        assert str(near.total) == rows[near.case_id]["sefv_h_total"]
        assert near.category == rows[near.case_id]["sefv_h_category"]
        assert near.ask
    assert found.changeable >= len(found.near)
    for facts in found.facts.values():
        assert facts.open >= facts.changes >= max(facts.up, facts.down)


def long_table(rows: int) -> str:
    lines = [TABLE.partition("\n")[0]]
    kinds = TABLE.splitlines()[1:]
    lines += [f"n{n}{kinds[n % len(kinds)]}" for n in range(rows)]
    return "\n".join(lines) + "\n"


def test_aggregates_do_not_depend_on_how_the_table_is_cut(tmp_path: Path) -> None:
    data = long_table(3000)
    whole = summary_of(summed(tmp_path, data, *ALGORITHMS))
    cut = summary_of(summed(tmp_path, data, *ALGORITHMS, chunk=1 << 13, workers=1))
    assert whole.as_json() == cut.as_json()


def test_aggregates_are_kept_in_the_record_of_progress(tmp_path: Path) -> None:
    """An interrupted run that is taken up tells the same as one that was not."""
    data = long_table(3000)
    whole = summary_of(summed(tmp_path, data, chunk=1 << 13)).as_json()
    run = Run(str(tmp_path / "in.csv"), method(), Options(summary=True, chunk=1 << 13))
    with pytest.raises(KeyboardInterrupt):
        run(str(tmp_path / "out.csv"), message=message, watch=interrupt(at=1500))
    again = summed(tmp_path, data, chunk=1 << 13, resume=True)
    assert again.taken_up > 0
    assert summary_of(again).as_json() == whole


def interrupt(at: int) -> Callable[[object, int], None]:
    def watch(counts: object, _: int) -> None:
        if getattr(counts, "rows", 0) > at:
            raise KeyboardInterrupt

    return watch


def test_a_run_without_a_report_is_not_taken_up_by_one_with_it(tmp_path: Path) -> None:
    data = long_table(3000)
    source = tmp_path / "in.csv"
    source.write_text(data, encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        Run(str(source), method(), Options(chunk=1 << 13))(
            str(tmp_path / "out.csv"), message=message, watch=interrupt(at=1500)
        )
    assert summed(tmp_path, data, chunk=1 << 13, resume=True).taken_up == 0


def test_aggregates_survive_json(tmp_path: Path) -> None:
    found = summary_of(summed(tmp_path, TABLE, *ALGORITHMS))
    assert Summary.from_json(found.as_json()) == found


def test_number_of_drugs_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causality.batch.summarise.MOST_DRUGS", 3)
    monkeypatch.setattr(counts_of, "MOST_DRUGS", 3)
    out = io.StringIO()
    csv.writer(out).writerows(
        [["case_id", "drug", "reaction"], *([n, f"drug {n % 50}", "purpura"] for n in range(500))]
    )
    drugs = summary_of(summed(tmp_path, out.getvalue(), chunk=1 << 11)).drugs
    assert len(drugs) == 4
    assert sum(counts.rows for counts in drugs.values()) == 500


@given(days=st.integers(0, 100_000))
def test_classes_of_latency_are_near_and_in_order(days: int) -> None:
    found = latency_class(days)
    assert found <= days
    assert days - found <= days / 32
    assert latency_class(found) == found
    assert days >= 64 or found == days


@given(st.lists(st.integers(0, 63), min_size=1), st.sampled_from([0.0, 0.05, 0.25, 0.5, 0.95, 1.0]))
def test_quantiles_are_those_of_the_latencies_in_order(days: list[int], share: float) -> None:
    found = DrugCounts("x", latencies=Counter(days)).quantile(share)
    assert found == pytest.approx(np.quantile(days, share))


def test_the_median_of_two_is_their_mean() -> None:
    assert DrugCounts("x", latencies=Counter([10, 20])).quantile(0.5) == 15


def test_quantile_of_nothing_is_nothing() -> None:
    assert DrugCounts("x").quantile(0.5) is None
