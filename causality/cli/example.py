"""``causality example`` and ``causality template``: files that ship, to read and to start from."""

from collections.abc import Iterator

from causality.batch.contract import KINDS
from causality.batch.writing import csv_line
from causality.case.reader import parse_case
from causality.cli.output import write_data
from causality.errors import Problem, UsageError
from causality.resources import data_folder
from causality.words import Words

_NOT_CASES = frozenset({"template", "template-es"})


def example_names() -> list[str]:
    """Return the names of the example cases."""
    names = (entry.name for entry in data_folder("examples").iterdir())
    return sorted(
        name.removesuffix(".yaml")
        for name in names
        if name.endswith(".yaml") and name.removesuffix(".yaml") not in _NOT_CASES
    )


def example_text(name: str) -> str:
    """Return the text of an example.

    Raises
    ------
    UsageError
        E508 when there is none of this name.
    """
    known = example_names()
    if name not in known:
        params = {"found": name, "allowed": ", ".join(known)}
        raise UsageError([Problem(code="E508", params=params)])
    return (data_folder("examples") / f"{name}.yaml").read_text(encoding="utf-8")


def print_example(name: str) -> None:
    """Print an example as it is."""
    write_data(example_text(name))


def list_examples() -> None:
    """Print the names and titles of the examples."""
    titles = list(_titles())
    width = max(len(name) for name, _ in titles)
    for name, title in titles:
        write_data(f"{name:<{width}}  {title}\n")


def _titles() -> Iterator[tuple[str, str]]:
    for name in example_names():
        yield name, parse_case(example_text(name), name).title or ""


def print_template(words: Words) -> None:
    """Print the commented case file in the language of the run."""
    name = "template-es.yaml" if words.language == "es" else "template.yaml"
    write_data((data_folder("examples") / name).read_text(encoding="utf-8"))


_ROW = {
    "case_id": "MADE-UP-1",
    "drug": "amoxicillin",
    "reaction": "leukocytoclastic vasculitis",
    "drug_start": "2020-03-01",
    "drug_stop": "2020-03-09",
    "reaction_onset": "2020-03-08",
    "reaction_end": "2020-03-20",
    "previously_exposed": "no",
    "alternative": "possible",
    "event_confirmed": "yes",
}


def print_template_table() -> None:
    """Print a table with every column that a batch reads, and one made-up row."""
    names = list(KINDS)
    write_data(csv_line(names) + csv_line([_ROW.get(name, "") for name in names]))
