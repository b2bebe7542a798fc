"""What the views of a result draw with: lines, headings and tables, printed at once."""

import sys
from collections.abc import Iterable

from rich.box import Box
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.table import Table
from rich.text import Text

from causality.assessment.assess import Assessment
from causality.cli.plain import plain
from causality.wording.results import category
from causality.words import Words

_PIPE_WIDTH = 120
_LONGEST_WORD, _NAMES_SHARE = 24, 0.4
_COLOURS = ("dim", "yellow", "yellow", "green", "bold green")
"""By the degree that a category stands for, rising."""

_LINES = Box("    \n  │ \n ─┼ \n  │ \n ─┼ \n ─┼ \n  │ \n    \n")


class Page:
    """Collects what is to be printed; plain text when the output is not a terminal."""

    def __init__(self, words: Words, console: Console | None = None) -> None:
        self.words = words
        self.console = console or Console(
            file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH
        )
        self._parts: list[RenderableType] = []

    def emit(self, part: RenderableType) -> None:
        """Keep a part to print: printing all at once takes half the time."""
        self._parts.append(part)

    def flush(self) -> None:
        """Print what has been kept."""
        self.console.print(Group(*self._parts))
        self._parts = []

    def heading(self, line: str) -> None:
        """Add a heading with an empty line above."""
        self.emit(Text())
        self.emit(text(line, style="bold"))

    def line(self, line: str, indent: int = 0, style: str = "") -> None:
        """Add a line; what does not fit goes on below with the same indent."""
        shown = text(line, style=style)
        if indent:  # wrapped here: a Padding takes three times as long
            lines = shown.wrap(self.console, max(self.console.width - indent, 1), tab_size=8)
            shown = Text("\n", no_wrap=True).join(
                Text(" " * indent).append_text(part) for part in lines
            )
        self.emit(shown)

    def table(self, *columns: str) -> Table:
        """Return a table with columns headed by words; a bar has no heading."""
        return self.titled_table(self.words(f"view.{c}") if c else "" for c in columns)

    def keep_words(self, table: Table, *numbers: int) -> None:
        """Let columns of names break no word of usual length, where there is room for that."""
        columns = [table.columns[number] for number in numbers]
        widths = []
        for column in columns:
            words = (word for cell in column.cells for word in str(cell).split())
            widths.append(min(max(map(len, (str(column.header), *words))), _LONGEST_WORD))
        if sum(widths) <= _NAMES_SHARE * self.console.width:
            for column, width in zip(columns, widths, strict=True):
                column.width = width

    def titled_table(self, titles: Iterable[str]) -> Table:
        """Return a table with these titles."""
        table = Table(box=_LINES, show_edge=False, padding=0)  # padding would take a third longer
        for title in titles:
            table.add_column(plain(title), overflow="fold")
        return table


def text(value: str, *, style: str = "", justify: JustifyMethod | None = None) -> Text:
    """Return a text without anything that a terminal would run."""
    return Text(plain(value), style=style, justify=justify)


def category_text(entry: Assessment, words: Words) -> Text:
    """Return the category of a result in its colour, marked where it rests on too little."""
    shown = category(entry, words.language)
    if "insufficient" in entry.score.flags:
        shown = f"{shown} · {words('view.insufficient')}"
    level = entry.algorithm.level(entry.score.category)
    return text(shown, style="dim" if level is None else _COLOURS[level])
