"""``causality assess``: score the pairs of one case, or of a folder of them."""

from collections.abc import Sequence

from causality.assessment.assess import (
    CaseAssessment,
    Method,
    assess_case,
    make_method,
    parse_overrides,
)
from causality.assessment.method import parse_conventions
from causality.case.model import Case
from causality.cli.inputs import ListedError, case_files, is_folder, is_report, read_cases
from causality.cli.options import AssessOptions
from causality.cli.output import STDOUT, write_data
from causality.cli.overwriting import read_with, refuse_same_file
from causality.cli.problems import print_problems
from causality.errors import CausalityError, InputError, Kind, Problem, UsageError
from causality.knowledge.load import load_knowledge
from causality.scoring.load import default_algorithms
from causality.words import Words

SOME_REJECTED = 1


def run(paths: Sequence[str], options: AssessOptions, words: Words) -> int:
    """Assess the cases and print them; return the exit code."""
    files = case_files(paths)
    if options.write_e2b is not None:
        if options.write_e2b == STDOUT:  # the results are there already
            raise UsageError([Problem(code="E856", path="--write-e2b")])
        own = read_with(options.algorithms, options.knowledge, options.schema)
        refuse_same_file([*files, *own], options.write_e2b)
    if any(is_report(path) for path in paths):
        from causality.cli.report_file import (  # noqa: PLC0415 - rare
            algorithms_of,
            as_reported,
            knowledge_of,
        )

        held = algorithms_of(options, paths)
        options = as_reported(options, paths)
        knowledge = knowledge_of(options, paths).knowledge
    else:
        held = {}
        knowledge = load_knowledge(options.knowledge)
    method = make_method(
        options.algorithms or default_algorithms(),
        knowledge,
        parse_conventions(options.conventions),
        held,
    )
    cases = list(read_cases(files, options.schema))
    counted = [file for file, case in cases if not isinstance(case, ListedError)]
    many = len(files) > 1 or len(counted) > 1 or any(is_folder(path) for path in paths)
    results: list[tuple[str, CaseAssessment]] = []
    failed: list[CausalityError] = []
    code = 0
    for file, case in cases:
        try:
            if isinstance(case, ListedError) and counted:
                print_problems(case.problems, words)
                continue
            if isinstance(case, InputError):
                raise case
            results.append((file, _assess(case, method, options)))
            if case.icsr is not None and not results[-1][1].pairs:
                params = {"found": case.case_id}
                print_problems([Problem(code="E836", file=file, params=params)], words)
                code = SOME_REJECTED
        except CausalityError as error:
            if not many:
                raise
            print_problems([_with_file(p, file) for p in error.problems], words)
            failed.append(error)
    _print(results, options, words, many=many, failed=len(failed))
    if options.write_e2b is not None:
        code = max(code, _write_back(files, method, options, words))
    if failed and not results:
        return min(error.exit_code for error in failed)
    return SOME_REJECTED if failed else code


def _write_back(files: Sequence[str], method: Method, options: AssessOptions, words: Words) -> int:
    """Write the assessments of one message back into it; return the exit code."""
    from causality.cli.write_back import write  # noqa: PLC0415 - only when asked for

    if len(files) != 1 or options.write_e2b is None:
        params = {"found": Kind("kind_of.several_files")}
        raise UsageError([Problem(code="E838", file=", ".join(files), params=params)])
    return write(
        files[0],
        options.write_e2b,
        method,
        words,
        as_of=options.as_of,
        schema=options.schema,
    )


def _assess(case: Case, method: Method, options: AssessOptions) -> CaseAssessment:
    overrides = parse_overrides(options.what_if, case)
    if options.explain is not None:
        from causality.cli.explain import check_item  # noqa: PLC0415 - only when asked for

        check_item(method.algorithms, options.explain)
    return assess_case(case, method, as_of=options.as_of, overrides=overrides)


def _with_file(problem: Problem, file: str) -> Problem:
    if problem.file:
        return problem
    return Problem(code=problem.code, file=file, path=problem.path, params=problem.params)


def _print(
    results: Sequence[tuple[str, CaseAssessment]],
    options: AssessOptions,
    words: Words,
    *,
    many: bool,
    failed: int,
) -> None:
    if options.output == "json":
        import json  # noqa: PLC0415 - only a program asks for it

        from causality.assessment.result import as_json  # noqa: PLC0415

        shapes = [as_json(result) for _, result in results]
        write_data(json.dumps(shapes if many else shapes[0], indent=2, ensure_ascii=False) + "\n")
        return
    # The terminal view is imported late: JSON output does without rich.
    from causality.cli.terminal import TerminalView  # noqa: PLC0415

    view = TerminalView(words)
    if many:
        view.worklist(results, failed)
    for file, result in results if not many else ():
        if options.explain is not None:
            view.explain(result, options.explain)
        else:
            view.case(result, file)
            if options.what_if:
                view.what_if(result, assess_case(result.case, result.method, as_of=options.as_of))
    view.flush()
