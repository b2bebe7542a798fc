"""The report of a batch: what it says, in both languages, whatever the table holds."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from causality.agreement.compare import Options as AgreementOptions
from causality.agreement.compare import compare
from causality.agreement.counted import level_agreement
from causality.agreement.sheet import read_sheet
from causality.assessment.method import make_method
from causality.batch.run import Options, Run
from causality.batch.summary import joint_counts
from causality.cli.batch_report import write_report
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.wording.locale import count_text, share_text
from causality.words import LANGUAGES, Language, Words

HEAD = "case_id,drug,reaction,drug_start,reaction_onset,alternative,course,action\n"
ROWS = """c1,lenalidomide,purpura,2020-01-01,2020-01-08,possible,,
c2,amoxicillin,purpura,2020-01-01,2020-01-15,,improved,withdrawn
c3,amoxicillin,rash,2020-02,2020-02-10,ruled_out,,
c4,hydralazine,vasculitis,2020-02-10,2021-02-01,,not_improved,continued
"""
BAD = "c5,,purpura,2020-13-01,,,,\nc6,amoxicillin,,,,nonsense,,\n"
HOSTILE = (
    '"<script>alert(1)</script>","{{ 7*7 }}","=cmd|\'/c calc\'!A0 \u202eback",2020-01-01,'
    "2020-01-08,,,\n"
    '"<img src=x onerror=alert(1)>",,"</td></table><h1>",,,"<b>no</b>",,\n'
)


def page(
    folder: Path, data: str, *, language: Language = "en", algorithms: tuple[str, ...] = ("sefv-h",)
) -> str:
    (folder / "in.csv").write_text(data, encoding="utf-8")
    method = make_method(algorithms, load_knowledge(), {})
    words = Words(language)

    def message(code: str, params: Mapping[str, object]) -> str:
        return words(code, **params)

    run = Run(str(folder / "in.csv"), method, Options(summary=True, language=language))
    report = run(str(folder / "out.csv"), message=message)
    write_report(str(folder / "report.html"), [report], method, words)
    return (folder / "report.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Collects the tags, the ids, the links within the page and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.said = ""
        self.feed(text)
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in {"meta"}:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"style"}:
            self.said += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("data", [HEAD, HEAD + BAD, HEAD + ROWS, HEAD + ROWS + BAD + HOSTILE])
def test_page_is_whole_in_both_languages(tmp_path: Path, language: Language, data: str) -> None:
    read = Reader(page(tmp_path, data, language=language, algorithms=tuple(default_algorithms())))
    assert len(read.ids) == len(set(read.ids))
    assert {link.lstrip("#") for link in read.links} <= set(read.ids)
    assert all(link.startswith("#") for link in read.links)
    assert not read.tags & {"script", "img", "iframe", "link", "b"}
    assert not {name for name in read.attributes if name.startswith("on")}
    assert not re.search(r"\{\{|Undefined", read.said.replace("{{ 7*7 }}", ""))


def test_hostile_cells_are_shown_as_text(tmp_path: Path) -> None:
    text = page(tmp_path, HEAD + HOSTILE)
    read = Reader(text)
    assert "<script>alert(1)</script>" in read.said
    assert "{{ 7*7 }}" in read.said
    assert "\u202e" not in text
    assert "49" not in read.said.split("SHA-256")[0]


def test_same_table_same_bytes(tmp_path: Path) -> None:
    first = page(tmp_path, HEAD + ROWS + BAD)
    assert page(tmp_path, HEAD + ROWS + BAD) == first


def test_empty_table_says_so(tmp_path: Path) -> None:
    said = Reader(page(tmp_path, HEAD)).said
    assert "there was nothing to score" in said
    assert "Latency by drug" not in said


def test_table_of_rejects_tells_the_reasons(tmp_path: Path) -> None:
    said = Reader(page(tmp_path, HEAD + BAD)).said
    assert "2 rows: 0 scored, 2 rejected" in said
    assert "No row was scored" in said
    assert "line 2, case c5" in said
    assert "'nonsense' is not a value of this column" in said


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["6 rows: 4 scored, 2 rejected", "Pairs nearest to another category"]),
        ("es", ["Filas: 6 (puntuadas: 4; rechazadas: 2)", "Pares más cercanos a otra categoría"]),
    ],
)
def test_main_findings_are_told(tmp_path: Path, language: Language, sentences: list[str]) -> None:
    said = Reader(page(tmp_path, HEAD + ROWS + BAD, language=language)).said
    assert all(sentence in said for sentence in sentences)


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 999, "999"),
        ("en", 1234567, "1,234,567"),
        ("es", 9999, "9999"),
        ("es", 1234567, "1\u202f234\u202f567"),
    ],
)
def test_numbers_as_the_language_writes_them(language: Language, count: int, text: str) -> None:
    assert count_text(count, Words(language)) == text


@pytest.mark.parametrize(
    ("language", "part", "whole", "text"),
    [
        ("en", 1, 8, "12.5%"),
        ("es", 1, 8, "12,5\u00a0%"),
        ("en", 0, 0, "–"),
        ("es", 3, 3, "100,0\u00a0%"),
    ],
)
def test_shares_as_the_language_writes_them(
    language: Language, part: int, whole: int, text: str
) -> None:
    assert share_text(part, whole, Words(language)) == text


def test_page_stays_light(tmp_path: Path) -> None:
    rows = "".join(
        f"n{n},drug {n % 3000},purpura,2020-01-{n % 28 + 1:02},2020-03-{n % 17 + 1:02},,,\n"
        for n in range(20_000)
    )
    text = page(tmp_path, HEAD + rows + BAD * 500, algorithms=tuple(default_algorithms()))
    assert len(text.encode()) < 300_000


def test_agreement_is_that_of_the_command(tmp_path: Path) -> None:
    """The counts kept while streaming against `causality agreement` on the file written."""
    (tmp_path / "in.csv").write_text(HEAD + ROWS * 20, encoding="utf-8")
    method = make_method(["sefv-h", "naranjo"], load_knowledge(), {})
    report = Run(str(tmp_path / "in.csv"), method, Options(summary=True))(
        str(tmp_path / "out.csv"), message=lambda code, _: code
    )
    assert report.summary is not None
    first, second = method.algorithms
    counts = joint_counts(report.summary, first.id, second.id)
    counted = level_agreement(first, second, counts)
    rows = compare([read_sheet(str(tmp_path / "out.csv"))], AgreementOptions(by_level=True))
    assert counted.levels == rows.scale.categories
    assert counted.table == rows.table
    assert counted.statistics == rows.statistics


def test_agreement_of_few_rows_comes_with_a_warning_and_names_no_file_of_ours(
    tmp_path: Path,
) -> None:
    methods = ("sefv-h", "naranjo")
    few = page(tmp_path, HEAD + ROWS, algorithms=methods)
    assert "Large-sample intervals over fewer than 30 rows" in few
    assert "docs/" not in few
    many = page(tmp_path, HEAD + ROWS * 20, algorithms=methods)
    assert "Large-sample intervals" not in many
