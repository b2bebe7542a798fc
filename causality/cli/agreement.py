"""``causality agreement``: compare two raters or two methods row by row."""

from collections.abc import Sequence
from typing import Literal

from causality.agreement.compare import Options, compare
from causality.agreement.sheet import STDIN, Sheet, read_sheet
from causality.cli.output import write_data
from causality.errors import InputError, Problem, UsageError
from causality.words import Words


def run(
    files: Sequence[str], options: Options, output: Literal["text", "json"], words: Words
) -> int:
    """Compare the files and print what was found; return the exit code."""
    if files.count(STDIN) > 1:
        raise UsageError([Problem(code="E717")])
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for file in files:
        try:
            sheets.append(read_sheet(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    found = compare(sheets, options)
    if output == "json":
        import json  # noqa: PLC0415 - only a program asks for it

        from causality.agreement.as_json import as_json  # noqa: PLC0415

        write_data(json.dumps(as_json(found), indent=2, ensure_ascii=False) + "\n")
        return 0
    from causality.cli.agreement_view import AgreementView  # noqa: PLC0415 - JSON does without

    view = AgreementView(words)
    view.comparison(found)
    view.flush()
    return 0
