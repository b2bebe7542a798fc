"""Marks of the figure stand on a day that is known, for what was really done with the drug."""

import pytest

from causality.report.blocks import Figure, Paragraph
from causality.report.view import CaseView
from causality.words import LANGUAGES, Language, Words
from tests.report.test_report import texts, view_of

REACTION = """
reactions:
  - id: r
    term: leukocytoclastic vasculitis
    episodes: [{id: e1, onset: ONSET, recovered: RECOVERED, outcome: recovered, treatment: none}]
"""


def case(exposures: str, onset: str = "2024-02-20", recovered: str = "2024-03-05") -> str:
    reaction = REACTION.replace("ONSET", onset).replace("RECOVERED", recovered)
    return (
        "case_id: marks\n"
        f"drugs: [{{id: d, name: warfarin, role: suspect, exposures: [{exposures}]}}]" + reaction
    )


DOSES = case(
    "{start: 2015, stop: 2024-02-10, dose: 3 mg, frequency: daily},"
    "{start: 2024-02-11, stop: 2024-02-25, dose: 6 mg, frequency: daily},"
    "{start: 2024-02-26, ongoing: true, dose: 3 mg, frequency: daily}"
)


def figures(view: CaseView) -> list[Figure]:
    (timeline,) = [s for s in view.sections if s.id == "timeline"]
    return [block for block in timeline.blocks if isinstance(block, Figure)]


def drawn(view: CaseView) -> set[str]:
    return {s.text for figure in figures(view) for s in figure.shapes if s.text}


def beside(view: CaseView) -> list[str]:
    (timeline,) = [s for s in view.sections if s.id == "timeline"]
    return [block.text for block in timeline.blocks if isinstance(block, Paragraph)]


def marks(view: CaseView) -> set[str]:
    return {text for text in drawn(view) if text.endswith((" e1", " r"))}


def test_a_reduction_of_the_dose_has_a_mark_and_a_word_of_its_own() -> None:
    view = view_of(DOSES)
    assert marks(view) == {"DR+ e1"}
    (legend,) = [line.text for f in figures(view) for line in f.legend if "DR" in line.text]
    assert "DR: by a reduction of the dose" in legend


@pytest.mark.parametrize(
    ("language", "steps", "arrow", "interval"),
    [
        (
            "en",
            "(2015: 3 mg daily; 11 February 2024: 6 mg daily; 26 February 2024: 3 mg daily)",
            "warfarin → e1: 9 days after the increase of the dose",
            "First sign 9 days after the increase of the dose",
        ),
        (
            "es",
            "(2015: 3 mg daily; 11 de febrero de 2024: 6 mg daily;"
            " 26 de febrero de 2024: 3 mg daily)",
            "warfarin → e1: 9 días después del aumento de la dosis",
            "Primer signo 9 días después del aumento de la dosis",
        ),
    ],
)
def test_an_increase_of_the_dose_is_no_start(
    language: Language, steps: str, arrow: str, interval: str
) -> None:
    view = view_of(DOSES, language)
    told = texts(view)
    assert any(steps in text for text in told)
    assert arrow in drawn(view)
    assert any(interval in text for text in told)
    words = Words(language)
    first = [text for text in told if words("event.exposure_start", what="warfarin") in text]
    assert first
    assert not [text for text in first if "6 mg" in text]


@pytest.mark.parametrize(
    "exposure",
    [
        "{start: 2024-02-10, stop: 2024-02-10, administrations: 1}",
        "{start: 2024-02-01, stop: 2024-02-15}",  # it had ended before the reaction began
    ],
)
def test_nothing_was_withdrawn_where_the_drug_had_gone_before_the_reaction(exposure: str) -> None:
    view = view_of(case(exposure))
    assert not marks(view)
    assert not beside(view)
    stopped = view_of(case("{start: 2024-02-10, stop: 2024-02-22}"))
    assert marks(stopped) == {"D+ e1"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_of_which_only_the_year_is_known_has_no_day_in_the_figure(
    language: Language,
) -> None:
    view = view_of(case("{start: 2018, stop: 2018}", "2018", "2019-02"), language)
    assert not marks(view)
    assert beside(view) == ["warfarin: D+ e1."]


def test_a_re_exposure_far_from_every_onset_stands_on_the_whole_course() -> None:
    view = view_of(
        case(
            "{start: 2022-01-01, stop: 2022-01-12, dose: 5 mg},"
            "{start: 2023-08-01, stop: 2023-08-20, dose: 5 mg, cover: none, recurrence: {r: no}}",
            "2022-01-11",
            "2022-01-25",
        )
    )
    assert len(figures(view)) > 1
    assert marks(view) == {"D+ e1", "R− r"}
    assert not beside(view)
    whole, *closer = figures(view)
    assert "R− r" in {shape.text for shape in whole.shapes}
    assert "D+ e1" not in {shape.text for shape in whole.shapes}
    assert any("D+ e1" in {shape.text for shape in figure.shapes} for figure in closer)
