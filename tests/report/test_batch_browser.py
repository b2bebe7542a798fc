"""The page of a batch in a real browser: no network, accessible, readable on any width."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from causality.scoring.load import default_algorithms
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
from tests.report.test_batch_report import BAD, HEAD, HOSTILE, ROWS, page

MANY = "".join(
    f"n{n},drug number {n % 23},purpura,2020-01-{n % 28 + 1:02},2020-0{n % 8 + 2}-{n % 17 + 1:02},"
    f"{('possible', '', 'ruled_out')[n % 3]},{('improved', '')[n % 2]},withdrawn\n"
    for n in range(400)
)
TABLES = {
    "whole": HEAD + ROWS + MANY + BAD * 3 + HOSTILE,
    "few": HEAD + ROWS,
    "rejects": HEAD + BAD,
    "empty": HEAD,
}


def show(
    browser: Browser, folder: Path, name: str, language: Language, *, width: int = LAPTOP
) -> Shown:
    page(folder, TABLES[name], language=language, algorithms=tuple(default_algorithms()))
    return Shown(browser, folder / "report.html", width)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_page_meets_wcag_on_every_width(
    browser: Browser, tmp_path: Path, name: str, language: Language
) -> None:
    shown = show(browser, tmp_path, name, language)
    for width in (LAPTOP, PHONE, SMALLEST):
        shown.page.set_viewport_size({"width": width, "height": 900})
        assert violations(shown.page) == []
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_meets_wcag_in_print(browser: Browser, tmp_path: Path, language: Language) -> None:
    opened = show(browser, tmp_path, "whole", language, width=A4).page
    opened.emulate_media(media="print")
    assert violations(opened, paper=True) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= A4
    assert smallest_letters(opened) >= 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_asks_for_nothing_and_runs_nothing(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    shown = show(browser, tmp_path, "whole", language)
    shown.page.keyboard.press("End")
    shown.page.wait_for_load_state("networkidle")
    assert shown.asked == [(tmp_path / "report.html").as_uri()]
    assert shown.said == []
    assert shown.page.locator("script").count() == 0
