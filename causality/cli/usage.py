"""Say what is wrong with a command line in the words of the run.

Typer writes its own messages in English only. Those a person meets are recognised by their
sentence and said again; any other is shown as Typer says it.
"""

import re
import sys
from typing import Any

from typer import TyperException

from causality.cli.plain import plain
from causality.words import Words

UsageMistake = TyperException

_SENTENCES = (
    (
        "usage.no_such_command",
        re.compile(r"No such command '(?P<found>.*?)'\.?(?: Did you mean (?P<meant>.*)\?)?"),
    ),
    ("usage.no_such_option", re.compile(r"No such option: (?P<found>\S+)(?P<meant>.*)")),
    ("usage.missing_argument", re.compile(r"Missing argument '(?P<found>.*?)'\..*", re.DOTALL)),
    ("usage.missing_option", re.compile(r"Missing option '(?P<found>.*?)'\..*", re.DOTALL)),
    ("usage.missing_command", re.compile(r"Missing command\.")),
    ("usage.no_value", re.compile(r"Option '(?P<found>.*)' requires an argument\.?")),
    ("usage.too_many", re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<found>.*)\)")),
    (
        "usage.not_one_of",
        re.compile(
            r"Invalid value for (?P<option>.*?): (?:Value error, )?"
            r"'(?P<found>.*)' is not one of (?P<allowed>.*)\."
        ),
    ),
)
_HELP = "Usage: "


def print_usage_mistake(error: TyperException, words: Words) -> None:
    """Print how the command is used and what is wrong, to standard error."""
    message = error.format_message()
    if message.startswith(_HELP):  # no command at all: the help says what there is
        print(message, file=sys.stderr)
        return
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        usage = context.get_usage().removeprefix(_HELP)
        print(words("usage.usage", usage=usage), file=sys.stderr)
        print(words("usage.help", command=context.command_path), file=sys.stderr)
    print(words("usage.error", message=plain(said_again(message, words))), file=sys.stderr)


def said_again(message: str, words: Words) -> str:
    """Return a sentence of Typer in the words of the run, or as it is."""
    for key, sentence in _SENTENCES:
        found = sentence.fullmatch(message)
        if found is None:
            continue
        params = {name: (text or "").strip() for name, text in found.groupdict().items()}
        meant = re.findall(r"[\w-]*\w", params.pop("meant", "").partition(":")[2] or "")
        meant = meant or re.findall(r"'([^']+)'", found.groupdict().get("meant") or "")
        hint = f" {words('usage.meant', meant=', '.join(meant))}" if meant else ""
        return words(key, **params) + hint
    return message
