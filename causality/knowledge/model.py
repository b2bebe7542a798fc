"""The shape of the knowledge files; every entry names its source."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from causality.terms.tables import WhenTable

Level = Literal["well_known", "occasional", "none_found", "contradicted"]
Days = Annotated[tuple[int, int], Field()]


class Entry(BaseModel):
    """A part of a knowledge file: frozen, strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Label(Entry):
    """A text in both languages."""

    en: str
    es: str

    def text(self, language: str) -> str:
        """Return the text in a language."""
        return self.es if language == "es" else self.en


class Source(Entry):
    """A publication, or a proposal of this project that says on what it rests."""

    text: str
    text_es: str | None = None  # of a proposal; publications are cited as they are
    doi: str | None = None
    year: int | None = None
    seen: bool
    note: str | None = None

    def cited(self, language: str) -> str:
        """Return how the source is cited in a language."""
        return self.text_es or self.text if language == "es" else self.text


class Convention(Entry):
    """A choice that publications leave open."""

    label: Label
    default: str
    choices: dict[str, Label]


class Window(Entry):
    """A published interval, in days from the start, within which an onset is compatible."""

    exposure: Literal["first", "again"]
    when: WhenTable = ()
    days: Days
    source: str


class Recovery(Entry):
    """Days after the last dose within which a recovery is expected."""

    skin_limited: int
    ulcerated: int
    visceral: int
    source: str


class Syndrome(Entry):
    """A kind of reaction with its names and windows."""

    label: Label
    terms: tuple[str, ...]
    may_be: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    impossible_below: int | None = None
    recovery: Recovery | None = None
    workup: str | None = None
    note: Label | None = None


class Syndromes(Entry):
    """syndromes.yaml."""

    version: str
    conventions: dict[str, Convention] = {}
    syndromes: dict[str, Syndrome]


class Test(Entry):
    """An investigation or a clinical finding, matched by name."""

    label: Label
    terms: tuple[str, ...]
    role: Literal["event", "alternative", "mechanism", "level", "finding"]
    confirms: tuple[str, ...] = ()
    settles: dict[str, tuple[str, ...]] = {}  # by a result: the tests nobody needs to ask for then
    note: Label | None = None


class Tests(Entry):
    """tests.yaml."""

    version: str
    tests: dict[str, Test]


class AlternativeState(Entry):
    """What a pattern of test results makes of an alternative."""

    state: Literal["more_likely", "possible", "ruled_out"]
    when: WhenTable
    source: str


class Alternative(Entry):
    """Something else that could have caused the reaction."""

    label: Label
    kind: Literal["disease", "infection", "exposure", "mimic"]
    terms: tuple[str, ...] = ()
    syndromes: tuple[str, ...]
    same_phenotype: bool = False
    onset_before_days: Days | None = None
    mention_with: tuple[str, ...] = ()  # alternatives: where one is present, this is mentioned
    states: tuple[AlternativeState, ...] = ()
    for_and_against_note: Label | None = None
    sources: Annotated[
        tuple[str, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)
    ] = ()


class Alternatives(Entry):
    """alternatives.yaml."""

    version: str
    prevention_terms: tuple[str, ...] = ()
    alternatives: dict[str, Alternative]


class WorkupItem(Entry):
    """One member of a minimum work-up."""

    id: str
    label: Label
    tests: tuple[str, ...]
    need: Literal["any", "all"] = "any"
    age_from: int | None = None
    if_finding: str | None = None
    wanted: bool = False
    closes: tuple[str, ...] = ()
    note: Label | None = None


class Workup(Entry):
    """The minimum set of tests before alternatives count as ruled out."""

    label: Label
    source: str
    items: tuple[WorkupItem, ...]


class Workups(Entry):
    """workup.yaml."""

    version: str
    workups: dict[str, Workup]


class CrossReactivity(Entry):
    """A group of substances that are known to cross-react."""

    label: Label
    basis: Label
    source: str
    note: Label | str | None = None


class CrossReactivities(Entry):
    """cross_reactivity.yaml."""

    version: str
    groups: dict[str, CrossReactivity]


class ClassWindow(Window):
    """A window published for a class of drugs and some reactions."""

    syndromes: tuple[str, ...]


class DrugClass(Entry):
    """A class of drugs by ATC code or name, with what the class does to the evidence."""

    label: Label
    atc: tuple[str, ...] = ()
    except_atc: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    masks: bool = False
    treats: tuple[str, ...] = ()
    windows: tuple[ClassWindow, ...] = ()
    source: str | None = None
    note: Label | str | None = None


class DrugClasses(Entry):
    """classes.yaml."""

    version: str
    classes: dict[str, DrugClass]


class Sources(Entry):
    """sources.yaml."""

    version: str
    sources: dict[str, Source]


QuestionField = Literal[
    "onset",
    "start",
    "stop",
    "action",
    "outcome",
    "improved",
    "last_new_lesions",
    "treatment_start",
    "tests",
    "confirming_tests",
    "treatment",
    "recurrence",
    "dose",
    "duration",
    "cover",
    "fact",
]
"""What an answer of the reporter fills in."""


class QuestionText(Entry):
    """What to ask when a fact is not known, and what the answer fills in.

    ``judgement`` is asked instead, of the assessor, when nothing is left that could be reported.
    """

    fact: str
    rules: frozenset[str] = frozenset()
    audience: Literal["reporter", "assessor"]
    text: Label
    why: Label | None = None
    judgement: Label | None = None
    fields: Annotated[tuple[QuestionField, ...], Field(min_length=1)]

    def judged(self) -> "QuestionText":
        """Return the question as the assessor is asked it."""
        if self.judgement is None:
            return self
        changes = {"text": self.judgement, "why": None, "audience": "assessor", "fields": ("fact",)}
        return self.model_copy(update=changes)


class QuestionTexts(Entry):
    """questions.yaml."""

    version: str
    questions: dict[str, QuestionText]


class Coupling(Entry):
    """How the suspects of one case count as alternatives to each other.

    A suspect is out with one of the values of ``not_a_rival``, and while all of its values are
    among those of ``nothing_known``: nothing then speaks for it either.
    """

    version: str
    label: Label
    algorithm: str
    without: str
    more_likely_from: int
    possible_from: int
    not_a_rival: dict[str, frozenset[str]] = {}
    nothing_known: dict[str, frozenset[str]] = {}
    source: str
    note: Label | None = None


class DrugRecord(Entry):
    """A substance: drugs.csv."""

    name_en: str
    name_es: str
    atc: str
    synonyms: tuple[str, ...]
    half_life_days: Annotated[float, Field(gt=0, lt=1000, allow_inf_nan=False)] | None = None
    half_life_source: str = ""
    half_life_confirmed: bool = False
    cross_reactivity: tuple[str, ...] = ()
    note: str = ""
    file: str = ""


class ReportRecord(Entry):
    """One publication about a drug and some reactions: reports.csv."""

    drug: str
    syndromes: tuple[str, ...]
    level: Level
    latency_min_days: Annotated[int, Field(ge=0)] | None = None
    latency_max_days: Annotated[int, Field(ge=0)] | None = None
    citation: str
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    doi: str = ""
    confirmed: bool
    as_published: str = ""
    file: str = ""
