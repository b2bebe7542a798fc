"""How a text table is written: its encoding, its delimiter, its header, its decimal sign."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from causality.batch.cells import Decimal
from causality.batch.contract import KEYS, column_named
from causality.errors import InputError, Problem, UsageError

DELIMITERS = (",", ";", "\t", "|")
ASCII = "ascii"
"""So far: no sign beyond ASCII has been seen, so the encoding is still open."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN = (
    (b"PK\x03\x04", "xlsx/zip"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"PAR1", "Parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"(\xb5/\xfd", "zstd"),
    (b"SQLite format 3", "SQLite"),
)
_SEPARATOR = re.compile(f"sep=([{re.escape(''.join(DELIMITERS))}])", re.IGNORECASE)
_FRACTION = re.compile(r"[+-]?\d+([,.])\d+", re.ASCII)
_FITTED, _COUNTED = 50, 5000
"""Records from which the delimiter is found, and the decimal sign."""
_ABOVE, _PART = 10, 2
"""Records among which a header is looked for, and the fewest columns of a pair that it names."""
_SHARE_OF_NUL = 0.02
_STEERING = bytes({*range(32), 127} - set(b"\t\n\v\f\r\x1a"))
_FEW = 8  # signs that steer a terminal, in a cell of a table that is text
_WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
_LOOKED_AT = 4096
_MOSTLY, _HARDLY = 0.6, 0.05  # shares of zero bytes that tell UTF-16 without a mark


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What was found, or said, about how a table is written."""

    delimiter: str
    encoding: str
    header: tuple[str, ...]
    header_lines: int  # physical lines that the header takes
    header_bytes: int  # after the byte order mark
    bom: int = 0
    decimal: Decimal = "."
    likely_header: int | None = None  # a line below it that looks more like a header


def encoding_of(data: bytes | bytearray, *, whole: bool) -> str:
    """Return the encoding of some bytes: ASCII so far, UTF-8, or a Western single-byte one.

    A few rows in another encoding do not change what a table is written in.
    """
    if data.isascii():
        return ASCII
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(data, final=whole)
    except UnicodeDecodeError:
        if mostly_utf8(data):
            return "utf-8"
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "utf-8"


def mostly_utf8(data: bytes | bytearray) -> bool:
    """Tell whether of what is beyond ASCII at least as much is UTF-8 as is not."""
    text = data.decode("utf-8", errors="ignore")
    signs = len(text) - len(text.encode("ascii", errors="ignore"))
    return 0 < signs >= len(data) - len(text.encode())


def byte_order_mark(data: bytes) -> tuple[int, str | None]:
    """Return the length of a byte order mark and the encoding that it names."""
    return next(((len(mark), name) for mark, name in _BOMS if data.startswith(mark)), (0, None))


def wide_encoding(data: bytes, asked: str | None) -> tuple[int, str | None]:
    """Return the length of a byte order mark and the encoding, of a table in UTF-16 or UTF-32.

    A table without a mark is known by the zero bytes of its ASCII signs: every second one.
    """
    mark, marked = byte_order_mark(data)
    if marked in _WIDE:
        return mark, marked
    try:
        name = codecs.lookup(asked).name if asked else None
    except LookupError:
        return 0, None
    if name in _WIDE:
        return 0, name
    if asked and name not in ("utf-16", "utf-32"):
        return 0, None
    sample = data[:_LOOKED_AT]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if name != "utf-32" and odd > _MOSTLY * half and even < _HARDLY * half:
        return 0, "utf-16-le"
    if name != "utf-32" and even > _MOSTLY * half and odd < _HARDLY * half:
        return 0, "utf-16-be"
    return 0, None


def refuse_other_files(data: bytes, file: str) -> None:
    """Refuse a file that is no text table.

    Raises
    ------
    InputError
        E623 with what it seems to be.
    """
    kind = next((name for mark, name in _FOREIGN if data.startswith(mark)), None)
    if kind is None and byte_order_mark(data)[1] is None:
        begins = 0 in data[: data.find(b"\n") + 1 or len(data)]
        kind = "binary" if begins or data.count(0) > _SHARE_OF_NUL * len(data) else None
    if kind is None and _steering(data) > max(_FEW, _SHARE_OF_NUL * len(data)):
        kind = "binary"
    if kind is None and data.lstrip()[:1] == b"<":
        kind = "XML/HTML"
    if kind is not None:
        raise InputError([Problem(code="E623", file=file, params={"found": kind})])


def _steering(data: bytes) -> int:
    """Return how many signs steer a terminal and have no place in a table of text."""
    return len(data) - len(data.translate(None, _STEERING))


def split_cells(record: str, delimiter: str) -> list[str]:
    """Return the cells of one record; a quote counts only where a cell begins."""
    cells = []
    place, size = 0, len(record)
    while place <= size:
        if record[place : place + 1] == '"':
            text, place = _quoted(record, place + 1)
            end = record.find(delimiter, place)
            end = size if end < 0 else end
            cells.append(text + record[place:end])
        else:
            end = record.find(delimiter, place)
            end = size if end < 0 else end
            cells.append(record[place:end])
        place = end + 1
    return cells


def _quoted(record: str, place: int) -> tuple[str, int]:
    """Return the text up to the closing quote, and where the record goes on."""
    parts = []
    while True:
        end = record.find('"', place)
        if end < 0:
            parts.append(record[place:])
            return "".join(parts), len(record)
        parts.append(record[place:end])
        if record[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1
        parts.append('"')
        place = end + 2


def detect(
    sample: bytes,
    file: str,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    decimal: Decimal | None = None,
    whole: bool,
    by_row: bool = False,
) -> Dialect:
    """Return how a table is written, from its beginning; what is given is not guessed.

    Parameters
    ----------
    sample
        The beginning of the table (``whole``: all of it), UTF-16 and UTF-32 given as UTF-8.
    by_row
        Count rows of a sheet, not physical lines.

    Raises
    ------
    InputError
        E623 no text table, E627 nothing in it, E629 an encoding that it does not have.
    UsageError
        E637 an encoding that there is not.
    """
    refuse_other_files(sample, file)
    bom, marked = byte_order_mark(sample)
    found = encoding or (marked if marked == "utf-8" else encoding_of(sample, whole=whole))
    text = _decoded(sample[bom:], found, file)
    records = _records(text, _FITTED)
    stated = _SEPARATOR.fullmatch(records[0][1]) if records else None
    if stated:  # a line of Excel's own above the header
        delimiter, records = delimiter or stated[1], records[1:]
    if not records:
        raise InputError([Problem(code="E627", file=file)])
    (end, head), rows = records[0], [record for _, record in records]
    chosen = delimiter or max(DELIMITERS, key=lambda sign: _fitness(rows, sign))
    header = tuple(map(str.strip, split_cells(head, chosen)))
    return Dialect(
        delimiter=chosen,
        encoding=found,
        header=header,
        header_lines=text.count("\n", 0, end),
        header_bytes=len(text[:end].encode("utf-8" if found == ASCII else found)),
        bom=bom,
        decimal=decimal or _decimal(header, text, chosen),
        likely_header=_likely_header(text, records, delimiter, by_row=by_row),
    )


def _likely_header(
    text: str, records: Sequence[tuple[int, str]], delimiter: str | None, *, by_row: bool
) -> int | None:
    """Return the line of a record below the first that names more of a pair, and not a part only.

    Above the header of an exported table there may be a title.
    """
    signs = (delimiter,) if delimiter else DELIMITERS
    named = [max(_keys_in(record, sign) for sign in signs) for _, record in records[:_ABOVE]]
    best = max(named)
    if best < max(_PART, named[0] + 1):
        return None
    place = named.index(best)
    end, record = records[place]
    inside = sum(other.count("\n") for _, other in records[:place]) if by_row else 0
    return text.count("\n", 0, end - 1) - record.count("\n") - inside + 1


def _keys_in(record: str, delimiter: str) -> int:
    found = {column_named(cell.strip()) for cell in split_cells(record, delimiter)}
    return len(found.intersection(KEYS))


def _decoded(data: bytes, encoding: str, file: str) -> str:
    """Return a sample as text; only its header has to be in the encoding, rows are seen to later.

    Raises
    ------
    InputError
        E629.
    UsageError
        E637 for an encoding that there is not.
    """
    name = "utf-8" if encoding == ASCII else encoding
    problem = Problem(code="E629", file=file, params={"encoding": encoding})
    try:
        text = data.decode(name, errors="replace")
    except LookupError as error:
        params = {"encoding": encoding}
        raise UsageError([Problem(code="E637", path="--encoding", params=params)]) from error
    if "\ufffd" in text.partition("\n")[0]:
        raise InputError([problem])
    return text


def _records(text: str, most: int) -> list[tuple[int, str]]:
    """Return the first records of a text, each with where it ends; blank ones are left out."""
    found: list[tuple[int, str]] = []
    place = 0
    while place < len(text) and len(found) < most:
        end = text.find("\n", place)
        end = len(text) if end < 0 else end + 1
        while text.count('"', place, end) % 2 and end < len(text):
            further = text.find("\n", end)
            end = len(text) if further < 0 else further + 1
        record = text[place:end].rstrip("\r\n")
        if record.strip():
            found.append((end, record))
        place = end
    return found


def _fitness(records: Sequence[str], delimiter: str) -> tuple[int, int, int]:
    """Return how well a delimiter fits: known columns, rows of equal width, width."""
    header = split_cells(records[0], delimiter)
    known = sum(column_named(name.strip()) is not None for name in header)
    equal = sum(len(split_cells(record, delimiter)) == len(header) for record in records[1:20])
    return known, equal if len(header) > 1 else 0, len(header)


def _decimal(header: Sequence[str], text: str, delimiter: str) -> Decimal:
    """Return the decimal sign that most of the numbers have which the batch reads."""
    places = [n for n, name in enumerate(header) if column_named(name) == "latency_days"]
    signs: Counter[str] = Counter()
    for _, record in _records(text, _COUNTED if places else 0)[1:]:
        cells = split_cells(record, delimiter)
        found = (_FRACTION.fullmatch(cells[n].strip()) for n in places if n < len(cells))
        signs.update(match[1] for match in found if match)
    return "," if signs[","] and signs[","] >= signs["."] else "."


def columns_of(
    header: Sequence[str],
    file: str,
    named: Mapping[str, str] | None = None,
    *,
    likely_header: int | None = None,
) -> list[str | None]:
    """Return the contract column that each column of a table is, or None.

    Parameters
    ----------
    named
        Headers that a mapping file gives a meaning; an empty meaning leaves a column alone.
    likely_header
        A line below the header that looks more like one.

    Raises
    ------
    InputError
        E620 a column that names the pair is missing, E638 the header seems to be another line,
        E621 two columns mean the same.
    """
    mapped = named or {}
    found = [(mapped[name] or None) if name in mapped else column_named(name) for name in header]
    missing = [*_missing(header, found, file)]
    if missing and likely_header is not None:
        missing = [header_below(found, likely_header, file)]
    problems = [*_doubled(header, found, file), *missing]
    if problems:
        raise InputError(problems)
    return found


def header_below(found: Sequence[str | None], likely_header: int, file: str) -> Problem:
    """Return that another line than the first looks like the header."""
    columns = ", ".join(name for name in KEYS if name not in found)
    params = {"columns": columns, "likely": likely_header}
    return Problem(code="E638", file=file, line=1, params=params)


def _doubled(header: Sequence[str], found: Sequence[str | None], file: str) -> Iterator[Problem]:
    for name in dict.fromkeys(name for name in found if name):
        if found.count(name) > 1:
            headers = [h for h, column in zip(header, found, strict=True) if column == name]
            params = {"column": name, "found": ", ".join(headers)}
            yield Problem(code="E621", file=file, line=1, params=params)


def _missing(header: Sequence[str], found: Sequence[str | None], file: str) -> Iterator[Problem]:
    for name in KEYS:
        if name not in found:
            params = {"column": name, "found": ", ".join(header)[:300]}
            yield Problem(code="E620", file=file, line=1, params=params)
