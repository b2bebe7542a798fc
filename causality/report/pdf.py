"""A view as a PDF: tagged, for the archive, and the same bytes for the same view."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from causality.document import decode, read_bytes
from causality.errors import Problem, UsageError
from causality.report.blocks import Cell, Figure, Row, Table
from causality.report.history import shortened
from causality.report.html import figure_drawer
from causality.report.signs import printable, replaced
from causality.report.view import CaseView
from causality.resources import data_folder

Draw = Callable[[Figure], str]

_TEMPLATES = ("blocks", "report")  # .typ
_MADE = 946684800  # 2000-01-01: PDF/A asks for a date, and the same view gives the same bytes
_FONT = """
svg text { font-family: 'Libertinus Serif', 'DejaVu Sans Mono'; }
svg .title, svg .strong { font-weight: 700; }
"""
_NO_SIGN = re.compile(r'the text `"(.+?)"` could not be displayed')
_IDS = frozenset({"id", "target", "kind", "style", "language"})
_NO_MEANING = frozenset({"Co", "Cn"})  # for private use, or not assigned
_PACKAGE = re.compile(r"@[\w-]+/[\w-]+:[\d.]+")
_RUNNING = 70
_TALL = 2500  # signs: a row so long may break, lest it not fit on a page
_FEW = 8  # rows: a table so short stays on one page
_ACROSS = 182.0  # mm: the width of the text
_SIGN, _GUTTER = 1.45, 2.2  # mm: a sign of a table on the safe side, the space between columns
_BOLD = 1.12  # times: how much wider the bold letters of a heading are
_MOST_IN_A_WORD = 40
_LONG_WORD = re.compile(rf"\S{{{_MOST_IN_A_WORD},}}")
_BREAK = "\u200b"


def check_installed() -> None:
    """Raise where the library that sets a PDF is not installed.

    Raises
    ------
    UsageError
        E551.
    """
    if find_spec("typst") is None:
        raise UsageError([Problem(code="E551")])


def pdf_document(view: CaseView, templates: Path | None = None) -> bytes:
    """Return the PDF of a view: PDF/A-2a and PDF/UA-1.

    Parameters
    ----------
    templates
        A folder whose templates take the place of those of the package.

    Raises
    ------
    UsageError
        E551 when the library is not installed, E552 when a user's template is wrong, E554 when
        it wants a package from the network.
    """
    check_installed()
    from typst import TypstError

    data = json.dumps(_data(view, templates), ensure_ascii=False)
    try:
        return _compiled(data, templates)
    except TypstError as error:
        if templates is None:
            raise
        params = {"reason": error.message}
        raise UsageError([Problem(code="E552", file=str(templates), params=params)]) from error


def _compiled(data: str, templates: Path | None) -> bytes:
    """Return a PDF in the fonts of the library; in those of the system for other signs.

    A sign that neither has is shown as one that cannot be: PDF/A allows no empty box.
    """
    from typst import TypstError

    for system in (False, True):
        try:
            return _compile(data, templates, system=system)
        except TypstError as error:
            missing = set("".join(_NO_SIGN.findall(error.diagnostic)))
            if not missing:
                raise
    return _compile(replaced(data, missing), templates, system=True)


def _compile(data: str, templates: Path | None, *, system: bool) -> bytes:
    from typst import Compiler, Fonts

    compiler = Compiler(
        _source(templates),
        root=templates,
        font_paths=Fonts(include_system_fonts=system),
        sys_inputs={"report": data},
    )
    # For the archive with the structure of the text, and for screen readers.
    made = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=_MADE)
    return made if isinstance(made, bytes) else b"".join(made or ())


def _source(templates: Path | None) -> bytes:
    """Return the templates as one text, each of the user's in the place of the package's."""
    folder = data_folder("reports")
    parts = []
    for name in (f"{stem}.typ" for stem in _TEMPLATES):
        own = templates / name if templates else None
        if own and own.is_file():
            parts.append(_own_template(own))
        else:
            parts.append((folder / name).read_bytes())
    return b"\n".join(parts)


def _own_template(path: Path) -> bytes:
    """Return a user's template; one that would have a package fetched is refused."""
    data = read_bytes(path)
    for number, line in enumerate(decode(data, str(path)).splitlines(), 1):
        found = _PACKAGE.search(line)
        if found:
            params = {"found": found[0]}
            raise UsageError([Problem(code="E554", file=str(path), line=number, params=params)])
    return data


def _data(view: CaseView, templates: Path | None) -> dict[str, Any]:
    found = _plain(view, figure_drawer(_FONT, templates))
    return {**found, "running": shortened(_settable(view.case_id), _RUNNING)}


def _plain(value: object, draw: Draw) -> Any:
    """Return a value of the view as JSON has it, every text printable."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_breakable, _settable(value))
    if isinstance(value, tuple | frozenset):
        return [_plain(item, draw) for item in value]
    if not is_dataclass(value):
        return value
    hidden = {"shapes"} if isinstance(value, Figure) else set()
    found = {
        field.name: (
            getattr(value, field.name)
            if field.name in _IDS
            else _plain(getattr(value, field.name), draw)
        )
        for field in fields(value)
        if field.name not in hidden
    }
    return found | _added(value, draw)


def _settable(text: str) -> str:
    """Return text with a mark also for signs without a meaning, which PDF/A-2a refuses."""
    shown = printable(text)
    return replaced(shown, {s for s in set(shown) if unicodedata.category(s) in _NO_MEANING})


def _added(value: object, draw: Draw) -> dict[str, Any]:
    if isinstance(value, Figure):
        caption = value.title if value.caption is None else value.caption
        return {"svg": _settable(draw(value)), "caption": _settable(caption)}
    if isinstance(value, Table):
        return {"widths": _widths(value), "short": len(value.rows) <= _FEW and not _tall(value)}
    if isinstance(value, Row):
        return {"tall": _signs(value) > _TALL}
    return {}


def _signs(row: Row) -> int:
    return sum(len(text) for cell in row.cells for text in _texts(cell))


def _tall(table: Table) -> bool:
    return sum(map(_signs, table.rows)) > _TALL


def _texts(cell: Cell) -> Iterator[str]:
    yield cell.text
    yield cell.below
    yield from (link.text for link in cell.links)


def _widths(table: Table) -> list[float]:
    """Return the widths of the columns in millimetres, as many as the text is wide.

    As a browser does: each column has room for its longest word, and what is left is shared by
    how much more each needs.
    """
    found = [
        _column(name, [row.cells[number] for row in table.rows])
        for number, name in enumerate(table.columns)
    ]
    least = [low for low, _, _ in found]
    if sum(least) > _ACROSS:
        return [round(low * _ACROSS / sum(least), 1) for low in least]
    wanted = [max(high - low, 0.0) for low, high, _ in found]
    rest = _ACROSS - sum(least)
    if sum(wanted) <= rest:
        wide = {n for n in table.wide if n < len(found)} or set(range(len(found)))
        spare = (rest - sum(wanted)) / len(wide)
        more = [want + (spare if n in wide else 0) for n, want in enumerate(wanted)]
    else:
        weights = [min(want, use) for want, (_, _, use) in zip(wanted, found, strict=True)]
        more = [rest * weight / sum(weights) for weight in weights]
    return [round(low + plus, 1) for low, plus in zip(least, more, strict=True)]


def _column(heading: str, cells: Sequence[Cell]) -> tuple[float, float, float]:
    """Return the width of the longest word, of the longest line, and one by what is usual."""
    lines = [line for cell in cells for text in _texts(cell) for line in text.split("\n")]
    words = [word for line in lines for word in _LONG_WORD.sub(_breakable, line).split()]
    words = [part for word in words for part in word.split(_BREAK)]
    longest = max(
        [len(word) for word in words] + [len(w) * _BOLD for w in heading.split()], default=1
    )
    line = max([len(line) for line in lines] + [len(heading) * _BOLD], default=1)
    sizes = sorted(sum(len(text) for text in _texts(cell)) for cell in cells) or [0]
    usual = max(sizes[len(sizes) * 3 // 4], sizes[-1] // 4)
    low, high = (max(count, 3) * _SIGN + _GUTTER for count in (longest, line))
    return low, high, (usual**0.9) * _SIGN


def _breakable(found: re.Match[str]) -> str:
    """Return a long word with places where it may break."""
    parts = re.findall(rf"[^._/;:=,-]{{1,{_MOST_IN_A_WORD}}}[._/;:=,-]*|[._/;:=,-]+", found[0])
    return _BREAK.join(parts)
