"""The shape of an algorithm file: questions with ordered options, then bands or a result table."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from causality.terms.tables import WhenTable


def _code(value: Any) -> Any:
    """Keep numbers as numbers: ``code: 6`` is printed as 6."""
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Code = Annotated[int | str, BeforeValidator(_code, json_schema_input_type=int | str)]
Keys = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])]


class Entry(BaseModel):
    """A part of an algorithm file: frozen, strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Label(Entry):
    """A text in both languages."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """Return the text in a language."""
        return self.es if language == "es" else self.en


class Convention(Entry):
    """A choice that publications leave open."""

    label: Label
    default: str
    choices: dict[str, Label]


class Option(Entry):
    """An answer: the first whose ``when`` matches is chosen; the last one has none."""

    code: Code
    points: int | None = None
    when: WhenTable = ()
    label: Label
    source: Keys
    note: Label | None = None
    flag: str | None = None


class Question(Entry):
    """A question of the algorithm with its options in order."""

    label: Label
    letter: str | None = None
    options: Annotated[tuple[Option, ...], Field(min_length=1)]


class Band(Entry):
    """A category for totals up to ``max``; the last band has no limit."""

    max: int | None = None
    category: str
    label: Label


class Flag(Entry):
    """A remark on a result, set when its ``when`` over questions, facts or conventions holds."""

    when: WhenTable
    label: Label
    source: Keys = ()


class Algorithm(Entry):
    """A causality algorithm."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: str
    label: Label
    sources: dict[str, str]
    range: tuple[int, int] | None = None
    conventions: dict[str, Convention] = {}
    questions: dict[str, Question]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    bands_source: Keys = ()
    flags: dict[str, Flag] = {}
