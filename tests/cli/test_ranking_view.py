"""The ranking on a terminal: the conclusion first, at any width, in both languages."""

import io

import pytest
from rich.console import Console

from causality.assessment.assess import CaseAssessment, assess_case, make_method
from causality.case.reader import parse_case
from causality.cli.example import example_names, example_text
from causality.cli.terminal import TerminalView
from causality.knowledge.load import load_knowledge
from causality.words import LANGUAGES, Language, Words
from tests.support import case_of

METHOD = make_method(["sefv-h"], load_knowledge(), {})


def shown(result: CaseAssessment, language: Language = "en", width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    view = TerminalView(Words(language), console)
    view.case(result, "case.yaml")
    view.flush()
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def example(name: str) -> CaseAssessment:
    return assess_case(parse_case(example_text(name), name), METHOD)


def after(text: str, title: str) -> list[str]:
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(title))
    return [line.strip() for line in lines[start + 1 :]]


def test_conclusion_stands_under_the_title_and_before_the_ranking() -> None:
    lines = after(shown(example("lenalidomide")), "Ranking of causes: leukocytoclastic")
    assert lines[0].startswith("lenalidomide: SEFV-H +7 Probable. Main reason:")
    assert "1. lenalidomide: SEFV-H +7 Probable" in lines[1:3]


def test_culprits_that_lead_together_are_concluded_with_a_grade_each() -> None:
    lines = after(shown(example("antituberculosis-rechallenge")), "Ranking of causes")
    assert lines[0].startswith("rifampicin: SEFV-H +9 Definite. pyrazinamide: SEFV-H +7 Probable.")


def test_all_that_tie_are_named_where_no_drug_is_above_the_lowest_category() -> None:
    lines = after(shown(example("lenalidomide")), "Ranking of causes: itching")
    assert "the highest: dexamethasone, lenalidomide (SEFV-H -1 Unlikely)" in lines[0]


def test_no_drug_is_named_that_nobody_suspects_where_none_is_above_the_lowest_category() -> None:
    """Bortezomib, a concomitant, has the same -1; in the table it stays."""
    lines = after(shown(example("lenalidomide")), "Ranking of causes: itching")
    assert "bortezomib" not in lines[0]
    assert any("bortezomib" in line for line in lines[1:])


def test_table_says_which_time_discriminates() -> None:
    lines = after(shown(example("lenalidomide"), "es"), "lenalidomide frente a")
    off = next(line for line in lines if line.startswith("sin el fármaco, enfermedad en"))
    assert "habla a favor del fármaco" in off
    remission = next(line for line in lines if line.startswith("con el fármaco, enfermedad sin"))
    assert "no discrimina" in remission


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(example_names()))
def test_every_line_fits_the_width(name: str, language: Language, width: int) -> None:
    text = shown(example(name), language, width)
    assert max(len(line) for line in text.splitlines()) <= width


EMPTY = """
case_id: empty
drugs: [{id: d, name: zzz}]
reactions: [{id: r, term: leukocytoclastic vasculitis, episodes: [{id: e}]}]
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_about_which_nothing_is_told_concludes_nothing(language: Language) -> None:
    result = assess_case(case_of(EMPTY), METHOD)
    (ranking,) = result.ranking
    assert ranking.comparisons == ()
    assert ranking.conclusion is not None
    assert ranking.conclusion.text[0] in ("conclusion.no_drug", "conclusion.insufficient")
    assert "zzz" in shown(result, language)


UNDATED = """
case_id: undated
drugs: [{id: x, name: zzz, role: suspect}]
reactions: [{id: p, term: leukocytoclastic vasculitis, episodes: [{id: e1}]}]
"""


def test_a_result_without_any_event_is_not_said_to_begin_at_an_internal_moment() -> None:
    lines = shown(assess_case(case_of(UNDATED), METHOD), "es").splitlines()
    assert "zzz – leukocytoclastic vasculitis: un solo resultado, fin del caso (sin fecha)" in lines


def test_the_name_of_a_drug_is_not_broken_within_a_word() -> None:
    methods = ["sefv-h", "naranjo", "who-umc", "liverpool", "french-1985", "french-2011"]
    case = case_of("""
case_id: long
drugs: [{id: h, name: hydrochlorothiazide, role: suspect, exposures: [{start: 2024-01-01}]}]
reactions: [{id: r, term: leukocytoclastic vasculitis, episodes: [{id: e, onset: 2024-01-20}]}]
""")
    result = assess_case(case, make_method(methods, load_knowledge(), {}))
    table = shown(result, width=120).split("Ranking")[0]
    for word in ("hydrochlorothiazide", "leukocytoclastic", "French 2011"):
        assert word in table
