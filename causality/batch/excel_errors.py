"""The errors of formulas in a workbook (#DIV/0!, #N/A), which calamine gives as empty cells.

They are read from the XML of the sheet. Workbooks of other formats (xls, xlsb, ods) have none.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, is_zipfile

UNREADABLE = (BadZipFile, expat.ExpatError)
_FOLDER = "xl/"
_BLOCK = 1 << 20
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*?\bt=["']e["'][^<>]*)(?<!/)>(.*?)</(?:\w+:)?c>""", re.DOTALL
)
_PLACE = re.compile(rb"""\br=["']([A-Z]+)(\d+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_END = re.compile(rb"</(?:\w+:)?sheetData>")


def errors_in(path: str, sheet: str) -> Mapping[int, Mapping[int, str]]:
    """Return the texts of the errors of a sheet by row and column, both from 0."""
    if not is_zipfile(path):
        return {}
    found: dict[int, dict[int, str]] = {}
    with ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return {}
        with archive.open(part) as file:
            for row, column, text in _errors(file):
                found.setdefault(row, {})[column] = text
    return found


def _part_of(archive: ZipFile, sheet: str) -> str | None:
    """Return the part of a workbook that is a sheet."""
    book, links = f"{_FOLDER}workbook.xml", f"{_FOLDER}_rels/workbook.xml.rels"
    parts = set(archive.namelist())
    if not {book, links} <= parts:
        return None
    targets = {e["Id"]: e["Target"] for e in _elements(archive.read(links), "Relationship")}
    for element in _elements(archive.read(book), "sheet"):
        if element.get("name") == sheet:
            key = next((value for name, value in element.items() if name.endswith(" id")), "")
            target = targets.get(key, "")
            part = normpath(target[1:] if target.startswith("/") else _FOLDER + target)
            return part if part in parts else None
    return None


def _elements(data: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes of the elements of a name."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(" ")[2] == name:
            found.append(attributes)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


def _errors(file: IO[bytes]) -> Iterator[tuple[int, int, str]]:
    """Yield row, column and text of the cells with an error, in one pass over a sheet."""
    data = b""
    while block := file.read(_BLOCK):
        data += block
        for cell in _CELL.finditer(data) if _has_errors(data) else ():
            place, value = _PLACE.search(cell[1]), _VALUE.search(cell[2])
            if place is not None and value is not None:
                yield int(place[2]) - 1, _column(place[1]), value[1].decode().strip()
        if _END.search(data):
            return
        data = data[_last_cell(data) :]


def _has_errors(data: bytes) -> bool:
    return b't="e"' in data or b"t='e'" in data


def _last_cell(data: bytes) -> int:
    """Return where the last cell begins, which may go on in the next block; else the last tag."""
    sign = max(data.rfind(b"<c "), data.rfind(b":c "))
    return max(data.rfind(b"<", 0, sign + 1 if sign >= 0 else len(data)), 0)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
