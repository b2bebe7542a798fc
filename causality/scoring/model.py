"""The shape of an algorithm file: questions with ordered options, then bands or a result table."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

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
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class OwnId(str):
    """The id of an algorithm from a user's own file: another may bear it, with other points."""

    __slots__ = ()


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


def _in_both(value: Any) -> Any:
    """Cite a publication alike in both languages."""
    return {"en": value, "es": value} if isinstance(value, str) else value


Cited = Annotated[Label, BeforeValidator(_in_both, json_schema_input_type=str | Label)]
"""A source: a publication as it is cited, or words of this project in both languages."""

Level = Literal["unlikely", "conditional", "possible", "probable", "definite"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Degrees of causality in which categories of different methods are compared, rising."""


class Category(Label):
    """A category with the degree it stands for; one that bears its name needs none.

    ``level: null`` says that a category judges nothing although it bears the name of a degree.
    """

    level: Level | None = None


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
    """A question of the algorithm with its options in order.

    ``asked`` is a `when` over earlier questions: one that does not hold leaves the question out,
    as on a flowchart.
    """

    label: Label
    letter: str | None = None
    asked: WhenTable = ()
    options: Annotated[tuple[Option, ...], Field(min_length=1)]

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Return every name that the options read, in order."""
        return tuple(dict.fromkeys(n for o in self.options for row in o.when for n in row))


class Band(Entry):
    """A category for totals up to ``max``; the last band has no limit."""

    max: int | None = None
    category: str


class Result(Entry):
    """A category for the answers whose ``when`` matches; the last row of a table has none."""

    category: str
    when: WhenTable = ()
    source: Keys = ()
    note: Label | None = None


class Flag(Entry):
    """A remark on a result, set when its ``when`` over questions, facts or conventions holds."""

    when: WhenTable
    label: Label
    source: Keys = ()


class Algorithm(Entry):
    """A causality algorithm: a sum of points cut into bands, or a table of results."""

    id: Id
    version: str
    parent: Id | None = None
    order: int = 100
    label: Label
    sources: dict[str, Cited]
    range: tuple[int, int] | None = None
    note: Label | None = None  # what a reader of any result should know of the method
    conventions: dict[str, Convention] = {}
    questions: Annotated[dict[str, Question], Field(min_length=1)]
    categories: Annotated[dict[str, Category], Field(min_length=1)]
    """From the least to the most likely."""
    bands: tuple[Band, ...] = ()
    bands_source: Keys = ()
    results: tuple[Result, ...] = ()
    flags: dict[str, Flag] = {}

    @property
    def kind(self) -> Literal["sum", "flowchart", "tables"]:
        """Return whether points are added, questions lead to one another, or tables are read."""
        if self.bands:
            return "sum"
        asked = any(question.asked for question in self.questions.values())
        return "flowchart" if asked else "tables"

    def cited(self, key: str, language: str) -> str:
        """Return how a source is cited in a language; a key that is not known is its own text."""
        entry = self.sources.get(key)
        return entry.text(language) if entry else key

    def rank(self, category: str) -> int:
        """Return the place of a category, 0 for the least likely."""
        return tuple(self.categories).index(category)

    def level(self, category: str) -> int | None:
        """Return the degree that a category stands for; None for one that judges nothing."""
        entry = self.categories[category]
        level = entry.level if "level" in entry.model_fields_set else category
        return LEVELS.index(level) if level in LEVELS else None


def column_prefix(algorithm: str) -> str:
    """Return how the columns of an algorithm begin in a table: ``who-umc`` gives ``who_umc_``."""
    return algorithm.replace("-", "_") + "_"


class OptionChange(Entry):
    """What a variant says otherwise of one option of its parent, named by its code."""

    code: Code
    points: int | None = None
    when: WhenTable | None = None
    label: Label | None = None
    source: Keys | None = None
    note: Label | None = None
    flag: str | None = None


class QuestionChange(Entry):
    """What a variant says otherwise of one question of its parent."""

    label: Label | None = None
    options: tuple[OptionChange, ...] = ()


class Variant(Entry):
    """A national or local form of a published algorithm: its parent and what differs."""

    id: Id
    version: str
    parent: Id
    order: int = 100
    label: Label
    sources: dict[str, Cited] = {}
    range: tuple[int, int] | None = None
    note: Label | None = None
    questions: dict[str, QuestionChange] = {}
    bands: tuple[Band, ...] = ()
    bands_source: Keys = ()

    def applied(self, parent: Algorithm) -> Algorithm:
        """Return the parent with what differs; every question and code must be known to it."""
        questions = {
            name: _changed(question, self.questions.get(name))
            for name, question in parent.questions.items()
        }
        return parent.model_copy(
            update={
                **_set(self, ("id", "version", "parent", "order", "label", "range", "note")),
                "sources": {**parent.sources, **self.sources},
                "questions": questions,
                "bands": self.bands or parent.bands,
                "bands_source": self.bands_source or parent.bands_source,
            }
        )


def _changed(question: Question, change: QuestionChange | None) -> Question:
    if change is None:
        return question
    by_code = {entry.code: entry for entry in change.options}
    options = tuple(
        option.model_copy(
            update=_set(by_code[option.code], ("points", "when", "label", "source", "note", "flag"))
        )
        if option.code in by_code
        else option
        for option in question.options
    )
    return question.model_copy(update={**_set(change, ("label",)), "options": options})


def _set(entry: Entry, names: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the values of an entry that its file gives."""
    return {name: getattr(entry, name) for name in names if name in entry.model_fields_set}
