"""Scoring a DataFrame from Python."""

import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pytest

import causality
from causality.errors import InputError, UsageError

REPORTS = pd.DataFrame(
    {
        "case_id": ["a", "b", "c", "d"],
        "drug": ["lenalidomide", "x", "amoxicillin", None],
        "reaction": ["leukocytoclastic vasculitis", "purpura", "purpura", "z"],
        "drug_start": [pd.Timestamp("2020-01-01"), pd.NaT, pd.Timestamp("2020-01-10"), pd.NaT],
        "reaction_onset": ["2020-01-11", "2020", "2020-01-05", None],
        "latency_days": [None, 7.0, 8.0, None],
        "weight": [70.5, 80.0, None, 60.0],
        "alternative": ["possible", "ruled_out", "who knows", None],
    },
    index=[10, 20, 30, 40],
)


def test_a_frame_comes_back_with_results_and_rejects() -> None:
    result = causality.score_table(REPORTS, algorithms=["sefv-h", "who-umc"])
    assert list(result.scored.index) == [10, 20]
    pd.testing.assert_frame_equal(result.scored[REPORTS.columns], REPORTS.loc[[10, 20]])
    assert result.scored["sefv_h_total"].tolist() == [2, 3]
    assert result.scored["sefv_h_category"].tolist() == ["conditional", "conditional"]
    assert result.scored["who_umc_category"].tolist() == ["possible", "possible"]
    assert result.rejects[["line", "case_id", "column", "value", "code"]].to_numpy().tolist() == [
        [3, "c", "alternative", "who knows", "E602"],
        [4, "d", "drug", "", "E601"],
    ]
    assert result.rejects["row.weight"].isna().tolist() == [True, False]


def test_numbers_are_whole_and_may_be_missing() -> None:
    scored = causality.score_table(REPORTS, algorithms=["sefv-h", "who-umc"]).scored
    assert scored["sefv_h_total"].dtype == pd.Int32Dtype()
    assert scored["who_umc_total"].dtype == pd.Int32Dtype()
    assert scored["who_umc_total"].isna().all()
    assert scored["insufficient"].dtype == bool


def test_the_frame_given_is_not_changed() -> None:
    before = REPORTS.copy(deep=True)
    causality.score_table(REPORTS, trace=True)
    pd.testing.assert_frame_equal(REPORTS, before)


def test_an_arrow_table_gives_the_same() -> None:
    table = pa.Table.from_pandas(REPORTS, preserve_index=False)
    by_table, by_frame = causality.score_table(table), causality.score_table(REPORTS)
    column = "sefv_h_total"
    assert by_table.scored[column].tolist() == by_frame.scored[column].tolist()
    assert len(by_table.rejects) == len(by_frame.rejects)


def test_a_trace_has_codes_and_facts() -> None:
    scored = causality.score_table(REPORTS, trace=True).scored
    assert scored["sefv_h_temporal_sequence"].tolist() == ["1", "1"]
    assert scored["fact_onset"].tolist() == ["compatible", "compatible"]


def test_an_empty_frame_is_a_valid_batch() -> None:
    result = causality.score_table(REPORTS.iloc[:0])
    assert len(result.scored) == len(result.rejects) == 0
    assert "sefv_h_total" in result.scored
    assert "row.drug" in result.rejects


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(InputError, match="E620"):
        causality.score_table(REPORTS.drop(columns="drug"))
    with pytest.raises(InputError, match="E622"):
        causality.score_table(REPORTS.assign(sefv_h_total=1))
    with pytest.raises(UsageError, match="E501"):
        causality.score_table(REPORTS, algorithms=["nonsense"])


def test_importing_the_package_loads_no_table_library() -> None:
    code = "import causality, sys; print({'pandas', 'pyarrow', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
    with pytest.raises(AttributeError):
        causality.nonsense  # noqa: B018
