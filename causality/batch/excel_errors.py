"""The errors of formulas in a workbook (#DIV/0!, #N/A), which calamine gives as empty cells.

They are read from the XML of the sheet, be it of Excel or of LibreOffice (ods). The binary formats
(xls, xlsb) have none.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, is_zipfile

UNREADABLE = (BadZipFile, expat.ExpatError)
_FOLDER = "xl/"
_CONTENT = "content.xml"
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
        for row, column, text in _of_archive(archive, sheet):
            found.setdefault(row, {})[column] = text
    return found


def _of_archive(archive: ZipFile, sheet: str) -> Iterator[tuple[int, int, str]]:
    """Yield row, column and text of the cells with an error."""
    part = _part_of(archive, sheet)
    if part is not None:
        with archive.open(part) as file:
            yield from _errors(file)
    elif _CONTENT in archive.namelist():
        with archive.open(_CONTENT) as file:
            if not _mentions(file, b'value-type="error"'):
                return
        with archive.open(_CONTENT) as file:
            yield from _OpenDocument(sheet).errors(file)


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


def _mentions(file: IO[bytes], text: bytes) -> bool:
    data = b""
    while block := file.read(_BLOCK):
        data = data[-len(text) :] + block
        if text in data:
            return True
    return False


class _OpenDocument:
    """Reads the errors of a sheet of LibreOffice: cells count by their order and repetitions."""

    _TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
    _KIND = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
    _CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._inside = self._error = self._note = False
        self._row = self._column = 0
        self._repeated = self._width = 1
        self._text: list[str] = []
        self._found: list[tuple[int, int, str]] = []

    def errors(self, file: IO[bytes]) -> list[tuple[int, int, str]]:
        """Return row, column and text of the cells with an error."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(file)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{self._TABLE}table":
            self._inside = attributes.get(f"{self._TABLE}name") == self._sheet
        elif name == f"{self._TABLE}table-row":
            self._column = 0
            self._repeated = int(attributes.get(f"{self._TABLE}number-rows-repeated", 1))
        elif name in self._CELLS:
            self._width = int(attributes.get(f"{self._TABLE}number-columns-repeated", 1))
            self._error = self._inside and attributes.get(self._KIND) == "error"
            self._text.clear()
        elif name.endswith(" annotation"):
            self._note = True

    def _characters(self, text: str) -> None:
        if self._error and not self._note:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if not self._inside:
            return
        if name == f"{self._TABLE}table":
            self._inside = False
        elif name == f"{self._TABLE}table-row":
            self._row += self._repeated
        elif name in self._CELLS:
            text = "".join(self._text).strip() if self._error else ""
            for place in range(self._repeated * self._width if text else 0):
                row, column = divmod(place, self._width)
                self._found.append((self._row + row, self._column + column, text))
            self._column += self._width
            self._error = False
        elif name.endswith(" annotation"):
            self._note = False
