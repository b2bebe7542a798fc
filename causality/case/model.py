"""The case as reported: drugs, reactions, conditions, investigations and what a person decided.

``None`` is "not reported": neither "no" nor zero. Element names in comments are ICH E2B(R3).
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from causality.case.part import Id, Part, Text
from causality.case.reported import SourceReport
from causality.case.when import When, WhenField, event_ids
from causality.errors import TermError, shown
from causality.terms.codes import (
    NO_TREATMENT,
    ActionTaken,
    Activity,
    DrugRole,
    Extent,
    NullFlavour,
    Outcome,
    Purpose,
    Seriousness,
    Sex,
    TestResult,
    YesNo,
)
from causality.terms.quantities import Dose, parse_dose, parse_duration

_OLDEST = 130  # years
_LONG_NUMBER = 10
_SYNONYMS = {"dose_not_changed": "continued", "recovered_resolved": "recovered"}


def _as_list(value: object) -> object:
    return value if value is None or isinstance(value, list | tuple) else [value]


def _word(value: object) -> object:
    """Accept the usual spellings of a code: ``Not recovered`` is ``not_recovered``."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower().replace("-", "_").replace(" ", "_")
    return _SYNONYMS.get(word, word)


def _yes_no(value: object) -> object:
    """Accept true and false for yes and no."""
    word = _word("true" if value is True else "false" if value is False else value)
    return {"true": "yes", "false": "no"}.get(str(word), word)


def _words(value: object) -> object:
    return [_word(item) for item in value] if isinstance(value, list) else _word(value)


def _dose(value: object) -> Dose:
    if isinstance(value, Dose):
        return value
    if not isinstance(value, str):
        code = "E211"
        raise TermError(code, found=shown(value))
    return parse_dose(value)


def _duration(value: object) -> tuple[float, float]:
    if not isinstance(value, str):
        code = "E212"
        raise TermError(code, found=shown(value))
    return parse_duration(value)


def _age(value: object) -> tuple[float, float]:
    """Return the youngest and oldest age in years; a bare number is in years."""
    text = str(value).strip()
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < _LONG_NUMBER:
        shortest = longest = float(text)
    else:
        days = parse_duration(text)
        shortest, longest = days[0] / 366, days[1] / 365
    if longest > _OLDEST:
        code = "E213"
        raise TermError(code, found=text[:60], limit=_OLDEST)
    return shortest, longest


def _treatment(value: object) -> object:
    """``treatment: none`` is a treatment that was not given, not one that is not reported."""
    if _word(value) == NO_TREATMENT:
        return []
    return [{"drug": item} if isinstance(item, str) else item for item in _listed(value)]


def _cover(value: object) -> object:
    """``cover: none`` is a re-exposure without cover, not one whose cover is not reported."""
    return [] if _word(value) == NO_TREATMENT else _as_list(value)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


_QUANTITY = {"type": "string", "examples": ["25 mg", "2.5 mg", "1 tablet"]}
_LENGTH = {"type": "string", "examples": ["4 days", "2 weeks", "3 months"]}
YesNoField = Annotated[YesNo, BeforeValidator(_yes_no, json_schema_input_type=YesNo | bool)]
DoseField = Annotated[Dose, PlainValidator(_dose), WithJsonSchema(_QUANTITY)]
DurationField = Annotated[tuple[float, float], PlainValidator(_duration), WithJsonSchema(_LENGTH)]
AgeField = Annotated[
    tuple[float, float],
    PlainValidator(_age),
    WithJsonSchema({"type": ["string", "number"], "examples": [82, "6 months"]}),
]
EventIds = Annotated[
    tuple[str, ...],
    BeforeValidator(event_ids, json_schema_input_type=str | list[str]),
]
Names = Annotated[
    tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])
]


class Citation(Part):
    """A publication that describes this very case; it is never the case's own prior knowledge."""

    citation: Text | None = None
    doi: Text | None = None
    note: Text | None = None


class Patient(Part):
    """The patient (section D)."""

    age: AgeField | None = None  # D.2.2
    sex: Annotated[Sex, BeforeValidator(_word)] | None = None  # D.5
    sex_null_flavour: NullFlavour | None = None
    weight_kg: float | None = Field(default=None, gt=0, lt=1000)  # D.3
    pregnant: YesNoField | None = None
    note: Text | None = None


class Exposure(Part):
    """One course of a drug at one dose (G.k.4.r)."""

    id: Id | None = None
    start: WhenField | None = None  # G.k.4.r.4
    stop: WhenField | None = None  # G.k.4.r.5, last administration
    ongoing: bool | None = None
    duration: DurationField | None = None  # G.k.4.r.6
    dose: DoseField | None = None  # G.k.4.r.1
    frequency: Text | None = None
    administrations: int | None = Field(default=None, ge=1)
    route: Text | None = None  # G.k.4.r.10
    product: Text | None = None
    batch: Text | None = None  # G.k.4.r.7
    dose_number: int | None = Field(default=None, ge=1)  # of a vaccine
    purpose: Annotated[Purpose, BeforeValidator(_word)] | None = None
    cover: (
        Annotated[tuple[str, ...], BeforeValidator(_cover, json_schema_input_type=str | list[str])]
        | None
    ) = None
    recurrence: Annotated[
        dict[str, YesNoField],
        BeforeValidator(
            lambda v: {"*": v} if isinstance(v, str | bool) else v,
            json_schema_input_type=YesNo | bool | dict[str, YesNo | bool],
        ),
    ] = Field(default_factory=dict)  # G.k.9.i.4, per reaction
    note: Text | None = None


class Listing(Part):
    """A reaction listed in the product information since a date."""

    reaction: Text
    since: WhenField | None = None
    source: Text


class Drug(Part):
    """A drug of the case (section G.k)."""

    id: Id | None = None
    name: Text  # G.k.2.2, as reported
    substance: Text | None = None  # G.k.2.3
    atc: Annotated[str, Field(pattern=r"^[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?$")] | None = None
    role: Annotated[DrugRole, BeforeValidator(_word)] = "suspect"  # G.k.1
    indication: Text | None = None  # G.k.7
    previously_exposed: YesNoField | None = None
    half_life: DurationField | None = None
    half_life_source: Text | None = None
    product_information: tuple[Listing, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    e2b_id: Text | None = None
    note: Text | None = None


class Treatment(Part):
    """A treatment given for a reaction episode."""

    drug: Text
    route: Text | None = None
    dose: DoseField | None = None
    start: WhenField | None = None
    stop: WhenField | None = None
    note: Text | None = None


class Episode(Part):
    """One time that a reaction was there (E.i)."""

    id: Id | None = None
    onset: WhenField | None = None  # E.i.4, first sign
    improved: WhenField | None = None
    recovered: WhenField | None = None  # E.i.5
    died: WhenField | None = None
    duration: DurationField | None = None  # E.i.6
    outcome: Annotated[Outcome, BeforeValidator(_word)] | None = None  # E.i.7
    last_new_lesions: WhenField | None = None
    worsening: bool | None = None
    extent: Annotated[Extent, BeforeValidator(_word)] | None = None
    phenotype: Text | None = None
    recurrence_on: Text | None = None  # id of the exposure on which the reaction came back
    site: Text | None = None
    actions: dict[str, Annotated[ActionTaken, BeforeValidator(_word)]] = Field(
        default_factory=dict
    )  # G.k.8
    treatment: (
        Annotated[
            tuple[Treatment, ...],
            BeforeValidator(
                _treatment, json_schema_input_type=str | Treatment | list[str | Treatment]
            ),
        ]
        | None
    ) = None
    note: Text | None = None


class Reaction(Part):
    """A suspected reaction with its episodes; another phenotype is another reaction."""

    id: Id | None = None
    term: Text  # E.i.1, E.i.2
    seriousness: (
        Annotated[
            tuple[Seriousness, ...],
            BeforeValidator(
                lambda v: _as_list(_words(v)),
                json_schema_input_type=Seriousness | list[Seriousness],
            ),
        ]
        | None
    ) = None
    episodes: tuple[Episode, ...] = ()
    e2b_id: Text | None = None
    note: Text | None = None


class Period(Part):
    """A time in which a condition was present, with its activity."""

    id: Id | None = None
    start: WhenField | None = None  # D.7.1.r.2
    stop: WhenField | None = None
    ongoing: bool | None = None  # D.7.1.r.3
    activity: Annotated[Activity, BeforeValidator(_word)] | None = None
    note: Text | None = None


class Condition(Part):
    """An underlying or intercurrent condition (D.7.1.r)."""

    id: Id | None = None
    term: Text
    present: YesNoField = "yes"
    periods: tuple[Period, ...] = ()
    note: Text | None = None


class Investigation(Part):
    """A test or a clinical finding (F.r)."""

    id: Id | None = None
    test: Text  # F.r.2
    date: WhenField | None = None  # F.r.1
    after: EventIds = ()
    before: EventIds = ()
    assumed: bool = False
    result: Annotated[TestResult, BeforeValidator(_word)] | None = None  # F.r.3.1
    value: Text | None = None  # F.r.3.2 to F.r.3.4
    concerns: Names = ()  # reactions whose occurrence the test shows
    note: Text | None = None

    @property
    def moment(self) -> When | None:
        """Return the date and the stated order as one moment."""
        if not (self.after or self.before):
            return self.date
        date = self.date or When("")
        return When(
            date.text,
            date.anchor,
            date.span,
            date.after + self.after,
            date.before + self.before,
            self.assumed or date.assumed,
            date.null_flavour,
        )


class PastDrug(Part):
    """An earlier exposure to this or another drug, before the case (D.8.r)."""

    drug: Text
    outcome: Annotated[Literal["reacted", "tolerated", "unknown"], BeforeValidator(_word)] = (
        "unknown"
    )
    reaction: Text | None = None
    date: WhenField | None = None
    note: Text | None = None


class Decision(Part):
    """What a person decided about one fact of one pair; it wins over what is derived."""

    pair: tuple[Text, Text]
    fact: Text
    value: Text
    reason: Text
    source: Text | None = None
    date: WhenField | None = None
    by: Text | None = None


class Case(Part):
    """An individual case safety report as a dated timeline."""

    case_id: Text
    title: Text | None = None
    published_as: tuple[Citation, ...] = ()
    patient: Patient = Patient()
    anchors: dict[Id, WhenField | None] = Field(default_factory=dict)
    drugs: tuple[Drug, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    conditions: tuple[Condition, ...] = ()
    investigations: tuple[Investigation, ...] = ()
    past_drugs: tuple[PastDrug, ...] = ()
    assessor: tuple[Decision, ...] = ()
    icsr: SourceReport | None = None
    note: Text | None = None
