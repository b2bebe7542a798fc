"""A view as a PDF: tagged, for the archive, and the same bytes for the same view."""

import json
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from causality.document import decode, read_bytes
from causality.errors import Problem, UsageError
from causality.report.blocks import Figure, Row, Table
from causality.report.history import shortened
from causality.report.html import figure_drawer
from causality.report.paper import breakable, short, tall, widths
from causality.report.pictures import FONT
from causality.report.signs import replaced, settable
from causality.report.view import CaseView
from causality.resources import data_folder

Draw = Callable[[Figure], str]

_TEMPLATES = ("blocks", "report")  # .typ
_MADE = 946684800  # 2000-01-01: PDF/A asks for a date, and the same view gives the same bytes
_NO_SIGN = re.compile(r'the text `"(.+?)"` could not be displayed')
_IDS = frozenset({"id", "target", "kind", "style", "language"})
_PACKAGE = re.compile(r"@[\w-]+/[\w-]+:[\d.]+")
_RUNNING = 70


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
    found = _plain(view, figure_drawer(FONT, templates))
    return {**found, "running": shortened(settable(view.case_id), _RUNNING)}


def _plain(value: object, draw: Draw) -> Any:
    """Return a value of the view as JSON has it, every text printable."""
    if isinstance(value, str):
        return breakable(settable(value))
    if isinstance(value, tuple | frozenset):
        return [_plain(item, draw) for item in value]
    if not is_dataclass(value):
        return value
    hidden = {"shapes", "details"} if isinstance(value, Figure) else set()
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


def _added(value: object, draw: Draw) -> dict[str, Any]:
    if isinstance(value, Figure):
        caption = value.title if value.caption is None else value.caption
        return {"svg": settable(draw(value)), "caption": settable(caption)}
    if isinstance(value, Table):
        return {"widths": widths(value), "short": short(value)}
    if isinstance(value, Row):
        return {"tall": tall(value)}
    return {}
