"""The product's words in Spanish and English, from gettext catalogues keyed by stable ids."""

import gettext
import os
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

from causality.errors import Kind
from causality.resources import data_folder

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "en"
_PLURAL = "{}.plural"


def locale_language(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language of the user's locale, or English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return "es" if value.lower().startswith("es") else DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


class Words:
    """The sentences of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._catalogue = _catalogue(language)

    def __call__(self, key: str, /, **params: object) -> str:
        """Return the sentence with a key, its ``{names}`` filled in.

        A parameter ``count``, or a number of ``days`` as text, chooses the grammatical number where
        the catalogue has both.

        Raises
        ------
        KeyError
            When the catalogue has no such sentence (a test finds every key that the code uses).
        """
        count = params.get("count", params.get("days"))
        number = count if isinstance(count, int) else 1 if count in {None, "1"} else 2
        text = self._catalogue.ngettext(key, _PLURAL.format(key), number)
        if text in {key, _PLURAL.format(key)}:
            text = self._catalogue.gettext(key)
        if text == key:
            raise KeyError(key)
        kinds = [name for name, value in params.items() if isinstance(value, Kind)]
        for name in kinds:
            text = text.replace(f"'{{{name}}}'", f"{{{name}}}")
        said = text.format(**{name: self._shown(value) for name, value in params.items()})
        return said[:1].upper() + said[1:] if kinds else said

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds a sentence."""
        return self._catalogue.gettext(key) != key or self._catalogue.ngettext(key, "", 1) != key

    def value(self, fact: str, value: str) -> str:
        """Return the word for a value of a fact."""
        return self(f"value.{fact}.{value}")

    def _shown(self, value: object) -> object:
        if isinstance(value, Kind):
            return self(str(value))
        if isinstance(value, tuple | list | frozenset):
            return ", ".join(str(item) for item in value)
        return value


@cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    file = data_folder("reports") / "locale" / language / "LC_MESSAGES" / "causality.mo"
    with file.open("rb") as stream:
        return gettext.GNUTranslations(stream)
