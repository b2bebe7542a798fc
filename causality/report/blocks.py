"""What a report is made of: plain data that every format places in its own way."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another place of the report."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, a remark below it, and what it rests on."""

    text: str
    below: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``id`` is where links lead to."""

    cells: tuple[Cell, ...]
    id: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: frozenset[int] = frozenset()  # columns of numbers, set to the right
    wide: frozenset[int] = frozenset()  # columns of sentences
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``style`` says what it is."""

    text: str
    style: Literal["plain", "lead", "note"] = "plain"
    label: str = ""  # stands before it in bold
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list with lines below it."""

    text: str
    below: tuple[str, ...] = ()
    label: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of lines with what it is a list of."""

    lines: tuple[Line, ...]
    title: str = ""
    ordered: bool = False
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A mark of a drawing; ``tip`` is shown on hover."""

    kind: Literal["rect", "line", "text", "path"]
    css: str
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0
    text: str = ""
    tip: str = ""
    d: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing with its text alternative; ``details`` are the tips of its marks, lane by lane."""

    name: str
    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    css: str = "figure"
    caption: str | None = None  # None: the title is the caption
    legend: tuple[Line, ...] = ()
    details: tuple[Line, ...] = ()
    kind: Literal["figure"] = "figure"


Block = Table | Paragraph | Listing | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report under a heading."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple["Section", ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing under the heading."""
        return not self.blocks and all(part.empty for part in self.parts)


def row(*cells: str | Cell, key: str = "", strong: bool = False) -> Row:
    """Return a row of texts and cells."""
    return Row(tuple(c if isinstance(c, Cell) else Cell(c) for c in cells), key, strong)


def lines(texts: Iterable[str]) -> tuple[Line, ...]:
    """Return texts as lines of a list."""
    return tuple(Line(text) for text in texts)
