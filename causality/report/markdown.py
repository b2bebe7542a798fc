"""A view as Markdown (tables as GitHub writes them); text of the case cannot become markup."""

import re
from collections.abc import Iterator

from causality.report.blocks import Block, Cell, Figure, Line, Listing, Paragraph, Section, Table
from causality.report.view import CaseView

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def markdown_page(view: CaseView) -> str:
    """Return the text of a view, without its drawings but with what they say."""
    return "\n".join(_page(view)).rstrip() + "\n"


def _page(view: CaseView) -> Iterator[str]:
    yield f"# {_safe(view.title)}: {_safe(view.subtitle or view.case_id)}"
    yield ""
    yield from _lines(view.head)
    if view.nothing:
        yield f"**{_safe(view.nothing)}**\n"
    for answer in view.answers:
        yield f"## {_safe(answer.question)}\n"
        yield f"**{_safe(answer.answer)}**\n"
        yield from _lines(answer.lines)
    if view.more_answers:
        yield f"{_safe(view.more_answers)}\n"
    if view.matrix:
        yield from _table(view.matrix)
    yield from _lines(view.made_with)
    for section in view.sections:
        yield from _section(section, 2)
    yield f"## {_safe(view.labels.signature)}\n"
    yield from (f"- {_safe(label)}:" for label in view.labels.signed)
    yield f"\n---\n\n{_safe(view.safety)}\n\n{_safe(view.labels.made_by)}"


def _section(section: Section, level: int) -> Iterator[str]:
    if section.empty:
        return
    yield f"{'#' * level} {_safe(section.title)}\n"
    for block in section.blocks:
        yield from _block(block)
    for part in section.parts:
        yield from _section(part, level + 1)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Listing):
        if block.title:
            yield f"**{_safe(block.title)}**\n"
        yield from _lines(block.lines, ordered=block.ordered)
    elif isinstance(block, Paragraph):
        label = f"**{_safe(block.label)}** " if block.label else ""
        yield f"{label}{_safe(block.text)}\n"
    else:
        yield from _figure(block)


def _figure(figure: Figure) -> Iterator[str]:
    yield f"**{_safe(figure.title)}.** {_safe(figure.description)}\n"
    if figure.caption:
        yield f"{_safe(figure.caption)}\n"


def _lines(lines: tuple[Line, ...], *, ordered: bool = False) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        label = f"**{_safe(line.label)}:** " if line.label else ""
        yield f"{f'{number}.' if ordered else '-'} {label}{_safe(line.text)}"
        yield from (f"    - {_safe(text)}" for text in line.below)
    if lines:
        yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"**{_safe(table.caption)}**\n"
    yield f"| {' | '.join(_safe(column) or ' ' for column in table.columns)} |"
    marks = ("---:" if n in table.numbers else "---" for n in range(len(table.columns)))
    yield f"| {' | '.join(marks)} |"
    for row in table.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row.cells)} |"
    yield ""


def _cell(cell: Cell) -> str:
    parts = (cell.text, cell.below, *(link.text for link in cell.links))
    return "<br>".join(_safe(part, "<br>") for part in parts if part)


def _safe(text: str, newline: str = " ") -> str:
    """Return text of which Markdown makes neither markup nor HTML."""
    shown = "".join(s if s.isprintable() or s == "\n" else "\ufffd" for s in text)
    return _SPECIAL.sub(r"\\\1", shown).replace("\n", newline)
