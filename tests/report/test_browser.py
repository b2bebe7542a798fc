"""The page in a real browser: no network, accessible, whole without script, text shown as text."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from causality.words import LANGUAGES, Language
from tests.report.browsing import (
    A4,
    LAPTOP,
    PHONE,
    SMALLEST,
    Shown,
    smallest_letters,
    violations,
)
from tests.report.test_report import CASES, HOSTILE, large, page_of

ALL = {**CASES, "hostile": HOSTILE}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def show(
    browser: Browser,
    file: Path,
    name: str,
    language: Language = "en",
    *,
    width: int = LAPTOP,
    script: bool = True,
) -> Shown:
    text = large() if name == "large" else ALL[name]
    file.write_text(page_of(text, language), "utf-8")
    return Shown(browser, file, width, script=script)


@pytest.mark.parametrize("name", ["reference", "hostile"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_asks_for_nothing_and_runs_nothing(
    browser: Browser, written: Path, name: str, language: Language
) -> None:
    shown = show(browser, written, name, language)
    shown.page.keyboard.press("End")
    shown.page.wait_for_load_state("networkidle")
    assert shown.asked == [written.as_uri()]
    assert shown.said == []


@pytest.mark.parametrize(
    ("name", "language", "width"),
    [
        ("reference", "es", LAPTOP),
        ("reference", "en", PHONE),
        ("empty", "es", PHONE),
        ("year", "en", LAPTOP),
        ("hostile", "es", LAPTOP),
    ],
)
def test_page_meets_wcag(
    browser: Browser, written: Path, name: str, language: Language, width: int
) -> None:
    assert violations(show(browser, written, name, language, width=width).page) == []


@pytest.mark.parametrize("name", [*ALL, "large"])
def test_page_is_as_wide_as_its_window(browser: Browser, written: Path, name: str) -> None:
    page = show(browser, written, name, "es").page
    for width in (SMALLEST, PHONE, LAPTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_whole_without_script(browser: Browser, written: Path, language: Language) -> None:
    with_script = show(browser, written, "reference", language).page.inner_text("body")
    without = show(browser, written, "reference", language, script=False).page.inner_text("body")
    assert len(with_script) > 20_000
    assert without == with_script


def test_text_of_a_case_is_shown_as_text(browser: Browser, written: Path) -> None:
    shown = show(browser, written, "hostile")
    text = shown.page.inner_text("body")
    for part in (
        "<script>alert(1)</script>{{ 7*7 }}",
        "=cmd|' /C calc'!A0 {% raw %}",
        "</title>{% for %}lcv `x` | *y* <a href='javascript:z()'>",
        "الدواء",
    ):
        assert part in text
    assert shown.page.title() == "Causality assessment report: <script>alert(1)</script>{{ 7*7 }}"
    assert shown.page.locator("script").count() == 1
    assert shown.page.locator("a:not([href^='#']), img, iframe, form, object").count() == 0


@pytest.mark.parametrize("name", ["reference", "year", "large"])
def test_figures_can_be_read_in_print(browser: Browser, written: Path, name: str) -> None:
    """No letter of a drawing is smaller than 7 points across an A4 page."""
    page = show(browser, written, name, "es", width=A4).page
    page.emulate_media(media="print")
    assert smallest_letters(page) >= 7


def test_keyboard_reaches_the_answer_first(browser: Browser, written: Path) -> None:
    page = show(browser, written, "reference").page
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("href") == "#answer"
    box = focused.bounding_box()
    assert box is not None
    assert box["x"] >= 0


SEEN = "[...document.querySelectorAll('.told')].filter(e => e.offsetHeight > 0).map(e => e.id)"
AT = "document.activeElement.id"


@pytest.mark.parametrize("script", [True, False])
def test_details_of_a_lane_appear_at_the_keyboard(
    browser: Browser, written: Path, *, script: bool
) -> None:
    """One stop for the lanes of a drawing; the arrow keys go from lane to lane."""
    page = show(browser, written, "reference", script=script).page
    keyboard = page.keyboard
    assert page.evaluate(SEEN) == []
    page.locator("figure.timeline .scroll").nth(1).focus()
    keyboard.press("Tab")
    assert page.evaluate(AT) == "timeline-1-lane-1"
    assert page.evaluate(SEEN) == ["timeline-1-lane-1-told"]
    told = page.locator("#timeline-1-lane-1-told")
    assert "lenalidomide · 25 mg daily · D0 day 1 – D0 day 4" in told.inner_text()
    assert "D+ e1: Dechallenge" in told.inner_text()
    keyboard.press("ArrowDown")
    assert page.evaluate(AT) == "timeline-1-lane-2"
    assert page.evaluate(SEEN) == ["timeline-1-lane-2-told"]
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "scroll"
    keyboard.press("Shift+Tab")
    assert page.evaluate(AT) == "timeline-1-lane-2"


def test_details_of_a_lane_appear_at_a_touch(browser: Browser, written: Path) -> None:
    page = show(browser, written, "reference", "es", width=PHONE).page
    page.locator("label[for=timeline-2-lane-1]").click()
    assert page.evaluate(SEEN) == ["timeline-2-lane-1-told"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert violations(page) == []


def test_choice_of_a_lane_is_not_printed(browser: Browser, written: Path) -> None:
    page = show(browser, written, "reference", width=A4).page
    page.locator("label[for=timeline-lane-1]").click()
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.lanes').offsetHeight") == 0


def test_answers_can_be_read_on_a_phone_without_moving_sideways(
    browser: Browser, written: Path
) -> None:
    """The table of the answers becomes a list of rows; every cell says what it is."""
    page = show(browser, written, "reference", "es", width=360).page
    table = page.locator("#pair-1 table").first
    box = table.bounding_box()
    assert box is not None
    assert box["width"] <= 360
    cut = page.evaluate(
        "[...document.querySelectorAll('.stack')].filter(t => t.scrollWidth > t.parentElement"
        ".clientWidth).map(t => t.caption.innerText)"
    )
    assert cut == []
    label = (
        "getComputedStyle(document.querySelector('#pair-1 td:nth-child(4)'), '::before').content"
    )
    assert "Motivo" in page.evaluate(label)
    assert violations(page) == []
