"""The commands and their options; what a command does is in a module of its own.

Help texts are keys of the word catalogues until `translated` puts in the words of the run.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from causality import __version__
from causality.cli.language import peeked_language
from causality.words import Language, Words

app = typer.Typer(
    name="causality",
    help="help.app",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)

algorithms = typer.Typer(help="help.algorithms", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(algorithms, name="algorithms")

Lang = Annotated[Language | None, typer.Option("--lang", help="help.lang")]
Cases = Annotated[list[str], typer.Argument(metavar="CASE", help="help.paths")]
Knowledge = Annotated[
    Path | None, typer.Option("--knowledge", metavar="DIR", help="help.knowledge")
]
Algorithms = Annotated[
    list[str] | None, typer.Option("--algorithm", "-a", metavar="ID", help="help.algorithm")
]
Conventions = Annotated[
    list[str] | None,
    typer.Option("--convention", metavar="NAME=VALUE", help="help.convention"),
]
Output = Annotated[Literal["text", "json"], typer.Option("--format", "-f", help="help.format")]
SchemaDir = Annotated[Path | None, typer.Option("--schema", metavar="DIR", help="help.schema_dir")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="MOMENT", help="help.as_of")]
WhatIf = Annotated[list[str] | None, typer.Option("--set", metavar="FACT=VALUE", help="help.set")]
TableFormat = Annotated[
    Literal["csv", "tsv", "ndjson", "parquet", "excel"] | None,
    typer.Option("--format", "-f", help="help.table_format"),
]
BatchFormat = Annotated[
    Literal["csv", "tsv", "ndjson", "parquet", "excel", "faers"] | None,
    typer.Option("--format", "-f", help="help.batch_format"),
]
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="help.sheet")]
Explain = Annotated[str | None, typer.Option("--explain", metavar="ITEM", help="help.explain")]


def run_words() -> Words:
    """Return the words of the run."""
    return Words(peeked_language(sys.argv[1:]))


def translated(words: Words) -> Any:
    """Return the command line with its help in the words of the run."""
    command: Any = typer.main.get_command(app)
    groups = [entry for entry in command.commands.values() if hasattr(entry, "commands")]
    inner = [entry for group in groups for entry in group.commands.values()]
    for entry in (command, *command.commands.values(), *inner):
        entry.help = words(entry.help) if words.has(entry.help or "") else entry.help
        for parameter in entry.params:
            help_text = getattr(parameter, "help", None)
            if help_text and words.has(help_text):
                parameter.help = words(help_text)
    return command


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"causality {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="help.version")
    ] = False,
    lang: Lang = None,
) -> None:
    """Take the options that stand before a command."""
    del version, lang


@app.command(help="help.assess")
def assess(
    cases: Cases,
    *,
    algorithm: Algorithms = None,
    as_of: AsOf = None,
    what_if: WhatIf = None,
    explain: Explain = None,
    output: Output = "text",
    write_e2b: Annotated[
        str | None, typer.Option("--write-e2b", metavar="FILE", help="help.write_message")
    ] = None,
    convention: Conventions = None,
    knowledge: Knowledge = None,
    schema_dir: SchemaDir = None,
    lang: Lang = None,
) -> None:
    """Score every pair of a case."""
    del lang
    from causality.cli.assess import run
    from causality.cli.options import AssessOptions

    options = AssessOptions(
        algorithms=tuple(algorithm or ()),
        as_of=as_of,
        what_if=tuple(what_if or ()),
        explain=explain,
        output=output,
        conventions=tuple(convention or ()),
        knowledge=knowledge,
        schema=schema_dir,
        write_e2b=write_e2b,
    )
    raise typer.Exit(run(cases, options, run_words()))


@app.command(help="help.batch")
def batch(
    tables: Annotated[list[str], typer.Argument(metavar="IN", help="help.tables")],
    *,
    out: Annotated[str, typer.Option("-o", "--out", metavar="OUT", help="help.out")],
    algorithm: Annotated[
        list[str] | None,
        typer.Option("--algorithm", "-a", metavar="ID", help="help.batch_algorithm"),
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="help.trace")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="help.strict")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="help.resume")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help.dry_run")] = False,
    report: Annotated[
        str | None, typer.Option("--report", metavar="FILE", help="help.batch_report")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="help.map_file")
    ] = None,
    reaction: Annotated[
        list[str] | None, typer.Option("--reaction", metavar="TERM", help="help.reaction")
    ] = None,
    engine: Annotated[
        Literal["threads", "processes", "dask"], typer.Option("--engine", help="help.engine")
    ] = "threads",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="help.scheduler")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="help.workers")
    ] = None,
    shard: Annotated[str | None, typer.Option("--shard", metavar="I/N", help="help.shard")] = None,
    table_format: BatchFormat = None,
    sheet: Sheet = None,
    delimiter: Annotated[str | None, typer.Option("--delimiter", help="help.delimiter")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="help.encoding")] = None,
    decimal: Annotated[
        Literal[".", ","] | None, typer.Option("--decimal", help="help.decimal")
    ] = None,
    schema_dir: SchemaDir = None,
    convention: Conventions = None,
    knowledge: Knowledge = None,
    lang: Lang = None,
) -> None:
    """Score the rows of tables."""
    del lang
    from causality.cli.batch import run
    from causality.cli.options import BatchOptions

    options = BatchOptions(
        out=out,
        algorithms=tuple(algorithm or ()),
        trace=trace,
        strict=strict,
        resume=resume,
        dry_run=dry_run,
        report=report,
        mapping=mapping,
        reactions=tuple(reaction or ()),
        engine=engine,
        scheduler=scheduler,
        workers=workers,
        shard=shard,
        table_format=table_format,
        sheet=sheet,
        delimiter=delimiter,
        encoding=encoding,
        decimal=decimal,
        conventions=tuple(convention or ()),
        knowledge=knowledge,
        schema=schema_dir,
    )
    raise typer.Exit(run(tables, options, run_words()))


@app.command(help="help.merge")
def merge(
    outputs: Annotated[list[str], typer.Argument(metavar="OUT", help="help.merge_out")],
    *,
    report: Annotated[
        str | None, typer.Option("--report", metavar="FILE", help="help.batch_report")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="help.keep")] = False,
    lang: Lang = None,
) -> None:
    """Put the parts of shards together."""
    del lang
    from causality.cli.parts import merge_parts

    raise typer.Exit(merge_parts(outputs, run_words(), report=report, keep=keep))


@app.command(help="help.agreement")
def agreement(
    first: Annotated[str, typer.Argument(metavar="A.csv", help="help.agreement_first")],
    second: Annotated[
        str | None, typer.Argument(metavar="B.csv", help="help.agreement_second")
    ] = None,
    *,
    key: Annotated[
        list[str] | None, typer.Option("--key", "-k", metavar="COLUMN", help="help.agreement_key")
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", "-c", metavar="COLUMN", help="help.agreement_category"),
    ] = None,
    algorithm: Annotated[
        list[str] | None,
        typer.Option("--algorithm", "-a", metavar="ID", help="help.agreement_algorithm"),
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="COLUMN", help="help.agreement_item")
    ] = None,
    order: Annotated[
        str | None, typer.Option("--order", metavar="A,B,…", help="help.agreement_order")
    ] = None,
    by_level: Annotated[bool, typer.Option("--by-level", help="help.agreement_by_level")] = False,
    output: Output = "text",
    lang: Lang = None,
) -> None:
    """Compare two raters or methods."""
    del lang
    from causality.agreement.compare import Options
    from causality.cli.agreement import run

    options = Options(
        keys=tuple(key or ()),
        columns=tuple(category or ()),
        algorithms=tuple(algorithm or ()),
        items=tuple(item or ()),
        order=() if order is None else tuple(order.split(",")),
        by_level=by_level,
    )
    files = [first] if second is None else [first, second]
    raise typer.Exit(run(files, options, output, run_words()))


@app.command("map", help="help.map")
def map_(
    table: Annotated[str, typer.Argument(metavar="CSV", help="help.tables")],
    *,
    table_format: TableFormat = None,
    sheet: Sheet = None,
    delimiter: Annotated[str | None, typer.Option("--delimiter", help="help.delimiter")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="help.encoding")] = None,
    lang: Lang = None,
) -> None:
    """Propose a mapping file."""
    del lang
    from causality.batch.source import Reading
    from causality.cli.batch import delimiter_of
    from causality.cli.map import run

    reading = Reading(
        format=table_format,
        sheet=sheet,
        delimiter=delimiter_of(delimiter),
        encoding=encoding,
    )
    run(table, reading, run_words())


@app.command(help="help.convert")
def convert(
    cases: Cases,
    *,
    to: Annotated[Literal["rows", "case", "e2b"], typer.Option("--to", help="help.convert_to")],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="help.convert_out")
    ] = "-",
    algorithm: Algorithms = None,
    as_of: AsOf = None,
    convention: Conventions = None,
    knowledge: Knowledge = None,
    schema_dir: SchemaDir = None,
    lang: Lang = None,
) -> None:
    """Turn cases and reports into rows of a batch, into case files or into messages."""
    del lang
    from causality.cli.convert import ConvertOptions, run

    options = ConvertOptions(
        to=to,
        out=output,
        algorithms=tuple(algorithm or ()),
        as_of=as_of,
        conventions=tuple(convention or ()),
        knowledge=knowledge,
        schema=schema_dir,
    )
    raise typer.Exit(run(cases, options, run_words()))


@app.command(help="help.questions")
def questions(
    case: Annotated[str, typer.Argument(metavar="CASE", help="help.paths_one")],
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="help.questions_output")
    ] = "-",
    answers: Annotated[
        str | None, typer.Option("--answers", metavar="FORM", help="help.answers")
    ] = None,
    audience: Annotated[
        Literal["reporter", "assessor", "all"], typer.Option("--for", help="help.audience")
    ] = "reporter",
    pair: Annotated[
        list[str] | None, typer.Option("--pair", metavar="DRUG/REACTION", help="help.pair")
    ] = None,
    algorithm: Algorithms = None,
    as_of: AsOf = None,
    convention: Conventions = None,
    knowledge: Knowledge = None,
    lang: Lang = None,
) -> None:
    """Write the form for the reporter, or read its answers back."""
    del lang
    from causality.cli.questions import QuestionOptions, run

    options = QuestionOptions(
        output=output,
        answers=answers,
        audience=audience,
        algorithms=tuple(algorithm or ()),
        as_of=as_of,
        pairs=tuple(pair or ()),
        conventions=tuple(convention or ()),
        knowledge=knowledge,
    )
    raise typer.Exit(run(case, options, run_words()))


@app.command(help="help.report")
def report(
    case: Annotated[str, typer.Argument(metavar="CASE", help="help.paths_one")],
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="help.report_output")
    ],
    algorithm: Algorithms = None,
    as_of: AsOf = None,
    what_if: WhatIf = None,
    convention: Conventions = None,
    knowledge: Knowledge = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="DIR", help="help.report_template")
    ] = None,
    lang: Lang = None,
) -> None:
    """Write the report of a case."""
    del lang
    from causality.cli.options import ReportOptions
    from causality.cli.report import run

    options = ReportOptions(
        algorithms=tuple(algorithm or ()),
        as_of=as_of,
        what_if=tuple(what_if or ()),
        conventions=tuple(convention or ()),
        knowledge=knowledge,
        templates=template,
    )
    run(case, output, options, run_words())


@app.command(help="help.validate")
def validate(cases: Cases, schema_dir: SchemaDir = None, lang: Lang = None) -> None:
    """Check case files."""
    del lang
    from causality.cli.validate import run

    raise typer.Exit(run(cases, run_words(), schema_dir))


@app.command(help="help.schema")
def schema(
    what: Annotated[Literal["case", "algorithm", "batch"], typer.Argument(help="help.schema_what")],
    lang: Lang = None,
) -> None:
    """Print a JSON Schema."""
    del lang
    from causality.cli.schema import run

    run(what)


@app.command(help="help.template")
def template(
    what: Annotated[Literal["case", "csv"], typer.Argument(help="help.what")], lang: Lang = None
) -> None:
    """Print a file to start from."""
    del lang
    from causality.cli.example import print_template, print_template_table

    if what == "csv":
        print_template_table()
    else:
        print_template(run_words())


@app.command(help="help.example")
def example(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="help.example_name")] = None,
    *,
    names: Annotated[bool, typer.Option("--list", help="help.example_list")] = False,
    lang: Lang = None,
) -> None:
    """Print or list the examples."""
    del lang
    from causality.cli.example import list_examples, print_example

    if names or name is None:
        list_examples()
    else:
        print_example(name)


AlgorithmName = Annotated[
    str, typer.Argument(metavar="ID|FILE", help="help.algorithm_name", show_default=False)
]


@algorithms.callback()
def algorithms_root(*, lang: Lang = None) -> None:
    """Take the options that stand before what to do with the algorithms."""
    del lang


@algorithms.command("list", help="help.algorithms_list")
def algorithms_list(output: Output = "text", lang: Lang = None) -> None:
    """List the algorithms."""
    del lang
    from causality.cli.algorithms import list_algorithms

    list_algorithms(output, run_words())


@algorithms.command("show", help="help.algorithms_show")
def algorithms_show(name: AlgorithmName, lang: Lang = None) -> None:
    """Show one algorithm."""
    del lang
    from causality.cli.algorithms import show

    show(name, run_words())


@algorithms.command("check", help="help.algorithms_check")
def algorithms_check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID|FILE]...", help="help.algorithm_names")
    ] = None,
    lang: Lang = None,
) -> None:
    """Check algorithm files."""
    del lang
    from causality.cli.algorithms import check

    raise typer.Exit(check(names or (), run_words()))


@algorithms.command("vectors", help="help.algorithms_vectors")
def algorithms_vectors(
    name: AlgorithmName,
    *,
    file: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="help.output")] = "-",
    output: Annotated[
        Literal["json", "csv"] | None, typer.Option("--format", "-f", help="help.vectors_format")
    ] = None,
    lang: Lang = None,
) -> None:
    """Print the conformance vectors of an algorithm."""
    del lang
    from causality.cli.algorithms import vectors

    vectors(name, file, output, run_words())
