"""The language of a run, known before the command line is read so that its help speaks it."""

from collections.abc import Sequence

from causality.words import LANGUAGES, Language, locale_language


def peeked_language(arguments: Sequence[str]) -> Language:
    """Return the language that ``--lang`` asks for, else the one of the locale."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        name, _, value = argument.partition("=")
        wanted = value or following
        if name == "--lang" and wanted in LANGUAGES:
            return wanted
    return locale_language()
