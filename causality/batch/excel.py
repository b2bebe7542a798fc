"""Excel workbooks, in and out (the extra ``excel``: python-calamine, XlsxWriter)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from causality.batch.contract import column_named
from causality.errors import InputError, Problem, UsageError

EXCEL = ".xlsx"
MOST_ROWS = 1_048_576
"""Rows of a sheet, the header too."""
LONGEST_CELL = 32_767
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # fixed, so that the same table gives the same bytes
_EXTRA = {"extra": "excel"}


def excel_rows(path: str, name: str, sheet: str | None) -> Iterator[list[str]]:
    """Yield the rows of a sheet as texts, from the first row of the sheet on.

    A sheet is read as a whole; it cannot hold more than a million rows. A formula without a result
    gives the text of its error; in the column of the case_id, which may hold any text, nothing.

    Raises
    ------
    UsageError
        E661 without the extra, E665 a sheet that is not there, or several and none named.
    InputError
        E628 no workbook.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise UsageError([Problem(code="E661", file=name, params=_EXTRA)]) from error
    from causality.batch.excel_errors import UNREADABLE, errors_in  # noqa: PLC0415 - only here

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        chosen = _sheet(book, name, sheet)
        rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
        errors = errors_in(path, chosen)
    except (calamine.CalamineError, OSError, *UNREADABLE) as error:
        problem = Problem(code="E628", file=name, params={"format": "Excel"})
        raise InputError([problem]) from error
    header: list[str] = []
    for number, row in enumerate(rows):
        cells = [cell_text(value) for value in row]
        for column, text in errors.get(number, {}).items():
            if column >= len(cells):  # behind all that is filled
                continue
            if not header or column_named(header[column].strip()) != "case_id":
                cells[column] = text
        header = header or (cells if any(cells) else [])
        yield cells


def _sheet(book: Any, name: str, sheet: str | None) -> str:
    """Return the sheet that is asked for, or the only one with anything in it."""
    names: list[str] = book.sheet_names
    if sheet is None:
        filled = [n for n in names if book.get_sheet_by_name(n).total_height] or names[:1]
        if len(filled) == 1:
            return filled[0]
    if sheet in names:
        return str(sheet)
    params = {"found": sheet or "–", "allowed": names}
    raise UsageError([Problem(code="E665", file=name, params=params)])


def cell_text(value: object) -> str:
    """Return what a cell holds as a table of text writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        whole = value.time() == time.min
        return value.date().isoformat() if whole else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 86_400:.6f}".rstrip("0").rstrip(".")
    return str(value)


class ExcelFile:
    """A workbook of one sheet that takes tables as an open file takes bytes.

    Cells are written as text, so that no spreadsheet runs one or changes it; numbers of the
    results are numbers.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Begin a workbook.

        Raises
        ------
        UsageError
            E661 without the extra.
        """
        try:
            import xlsxwriter
        except ImportError as error:
            raise UsageError([Problem(code="E661", file=str(path), params=_EXTRA)]) from error
        self._name = str(path).removesuffix(".partial")
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._book.set_properties({"created": _MADE.replace(tzinfo=None)})
        self._sheet = self._book.add_worksheet("scored")
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
        self._sheet.freeze_panes(1, 0)
        self._rows = 0
        bold = self._book.add_format({"bold": True})
        for n, text in enumerate(columns):
            self._text(n, text, bold)
        self._rows = 1

    def write(self, table: Any) -> None:
        """Write some rows.

        Raises
        ------
        InputError
            E663 more rows than a sheet holds, E664 a cell longer than one can be.
        """
        if self._rows + table.num_rows > MOST_ROWS:
            params = {"most": MOST_ROWS - 1}
            raise InputError([Problem(code="E663", file=self._name, params=params)])
        columns = [column.to_pylist() for column in table.columns]
        for cells in zip(*columns, strict=True):
            for n, value in enumerate(cells):
                if isinstance(value, bool):
                    self._sheet.write_boolean(self._rows, n, value)
                elif isinstance(value, int):
                    self._sheet.write_number(self._rows, n, value)
                elif value:
                    self._text(n, value)
            self._rows += 1

    def _text(self, column: int, text: str, style: Any = None) -> None:
        if len(text) > LONGEST_CELL:
            params = {"row": self._rows + 1, "most": LONGEST_CELL}
            raise InputError([Problem(code="E664", file=self._name, params=params)])
        self._sheet.write_string(self._rows, column, text, style)

    def flush(self) -> None:
        """Leave it to the writer."""

    def close(self) -> None:
        """Finish the file."""
        if not self._book.fileclosed:
            self._book.close()
