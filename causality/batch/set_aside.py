"""What the reader of FAERS quarters has set aside, as rejects with their places in the quarter."""

import json
from collections.abc import Callable, Sequence

from causality.batch.work import Reject

AsReject = Callable[[int, Sequence[str]], Reject | None]


def set_aside_in(header: Sequence[str]) -> AsReject:
    """Return what makes rejects of records of a table with a header; None for any other record."""
    from causality.batch.faers import ASIDE_CELLS  # noqa: PLC0415 - quarters are rare
    from causality.faers.aside import LISTED, SetAside  # noqa: PLC0415

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
