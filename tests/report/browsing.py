"""What the tests of pages in a browser share."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PHONE, LAPTOP = 390, 1280
SMALLEST = 320  # CSS pixels: WCAG 1.4.10, reflow
A4 = 695  # CSS pixels between the margins of the print style sheet: 184 mm
SLOW = 120_000  # ms: a busy machine is no fault of the page
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Shown:
    """A page that is open in the browser, and what it asked for and said meanwhile."""

    def __init__(self, browser: Browser, file: Path, width: int, *, script: bool = True) -> None:
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        self.page.set_default_timeout(SLOW)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(file.as_uri())


def violations(page: Page, *, paper: bool = False) -> list[tuple[str, list[object]]]:
    """Return the rules that a page breaks, with the elements; on paper nobody aims at a link."""
    rules = {"target-size": {"enabled": False}} if paper else {}
    options = {"runOnly": RULES, "resultTypes": ["violations"], "rules": rules}
    found = Axe().run(page, options=options)
    return [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in found.response["violations"]
    ]


def smallest_letters(page: Page) -> float:
    """Return the size in points of the smallest letters of the drawings of a page."""
    points: list[float] = page.evaluate(
        """[...document.querySelectorAll('svg text')].map(text => {
            const drawing = text.ownerSVGElement;
            const scale = drawing.getScreenCTM().a;
            return parseFloat(getComputedStyle(text).fontSize) * scale * 72 / 96;
        })"""
    )
    assert points
    return min(points)
