"""Read a report back: the case inside the page, and what was asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from causality.cli.inputs import is_report, read_text
from causality.cli.options import AssessOptions, ReportOptions
from causality.errors import InputError, Problem
from causality.knowledge.base import Knowledge
from causality.knowledge.load import held_knowledge, load_knowledge, own_files
from causality.report.embedded import HeldKnowledge, files_from_json, parse_report
from causality.scoring.load import algorithm_ids, own_algorithms

Options = TypeVar("Options", AssessOptions, ReportOptions)


@dataclass(frozen=True, slots=True)
class OwnKnowledge:
    """The knowledge of a run, and the part of it that is the user's own."""

    knowledge: Knowledge
    own: HeldKnowledge | None


def as_reported(options: Options, files: Sequence[str]) -> Options:
    """Return the options of a run, those that were not given taken from the one report it reads."""
    if len(files) != 1 or not is_report(files[0]):
        return options
    asked = parse_report(read_text(files[0]), files[0]).options
    return replace(
        options,
        algorithms=options.algorithms or _texts(asked.get("algorithms")),
        as_of=options.as_of or next(iter(_texts([asked.get("as_of")])), None),
        what_if=options.what_if or _texts(asked.get("set")),
        conventions=options.conventions or _texts(asked.get("conventions")),
    )


def algorithms_of(options: AssessOptions | ReportOptions, files: Sequence[str]) -> dict[str, str]:
    """Return the text of the user's own algorithms of a run, by the name that was given.

    They are those of the run, before the options of a report are taken; where it names none, the
    files that the one report holds. Nothing else that a report names is read from the disk.

    Raises
    ------
    InputError
        E557 when the files in the report are not the ones that it was made with, E558 when it
        names an algorithm that it does not hold.
    """
    if options.algorithms or len(files) != 1 or not is_report(files[0]):
        return own_algorithms(options.algorithms)
    asked = parse_report(read_text(files[0]), files[0]).options
    known, named = algorithm_ids(), _texts(asked.get("algorithms"))
    try:
        found = files_from_json(asked.get("algorithm_files", {}))
        # One under the name of one of ours would take its place unseen.
        wrong = set(found).difference(named) | set(found).intersection(known)
        if wrong:
            raise ValueError(min(wrong))
    except ValueError as error:
        params = {"name": str(error)}
        raise InputError([Problem(code="E557", file=files[0], params=params)]) from error
    lacking = [name for name in named if name not in found and name not in known]
    if lacking:
        params = {"name": lacking[0], "allowed": ", ".join(known)}
        raise InputError([Problem(code="E558", file=files[0], params=params)])
    return found


def knowledge_of(options: AssessOptions | ReportOptions, files: Sequence[str]) -> OwnKnowledge:
    """Return the knowledge of a run: with a user's folder, or with the files that a report holds.

    Raises
    ------
    InputError
        E553 when the files in the report are not the ones that it was made with.
    DefinitionError
        With every fault of the files.
    """
    if options.knowledge is not None:
        found = load_knowledge(options.knowledge)
        return OwnKnowledge(
            found, HeldKnowledge(str(options.knowledge), own_files(options.knowledge))
        )
    report = next((f for f in files if is_report(f)), None) if len(files) == 1 else None
    held = parse_report(read_text(report), report).options.get("knowledge") if report else None
    if held is None:
        return OwnKnowledge(load_knowledge(), None)
    try:
        own = HeldKnowledge.from_json(held)
    except ValueError as error:
        params = {"name": str(error)}
        raise InputError([Problem(code="E553", file=report or "", params=params)]) from error
    return OwnKnowledge(held_knowledge(own.folder, own.files), own)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
