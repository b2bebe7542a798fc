"""What the reader of a table has set aside, as rejects with their places."""

import json
from collections.abc import Callable, Sequence

from causality.batch.ndjson import ASIDE_CELLS
from causality.batch.tables import Format
from causality.batch.work import Reject

AsReject = Callable[[int, Sequence[str]], Reject | None]


def set_aside_in(table: Format | None, header: Sequence[str]) -> AsReject | None:
    """Return what makes rejects of records of a kind of table; None where it sets nothing aside.

    For any other record it gives None.
    """
    if table == "faers":
        return _of_quarters(header)
    return _of_ndjson if table == "ndjson" else None


def _of_ndjson(record: int, cells: Sequence[str]) -> Reject | None:
    return Reject(record, **json.loads(cells[1])) if len(cells) == ASIDE_CELLS else None


def _of_quarters(header: Sequence[str]) -> AsReject:
    from causality.faers.aside import LISTED, SetAside  # noqa: PLC0415 - quarters are rare

    places = {name: header.index(name) for name in ("case_id", "report", "source")}

    def reject(record: int, cells: Sequence[str]) -> Reject | None:
        if len(cells) != ASIDE_CELLS:
            return None
        found = SetAside(**json.loads(cells[1]))
        row = [""] * len(header)
        row[places["case_id"]] = found.case_id
        row[places["report"]] = found.report
        row[places["source"]] = f"{found.file}:{found.line}"
        return Reject(
            record,
            found.case_id,
            found.column,
            found.value,
            found.code,
            {"file": found.file, "line": found.line, **found.params},
            row,
            at=found.line,
            listed=found.code in LISTED,
        )

    return reject
