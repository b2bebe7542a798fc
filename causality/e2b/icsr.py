"""An individual case safety report as its message states it, the same for E2B(R3) and E2B(R2).

Element numbers in comments are those of ICH E2B(R3). Codes are words of the case file already;
dates are ISO 8601 of any precision. Nothing is derived here, and nothing that causality needs is
thrown away.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Form = Literal["E2B(R3)", "E2B(R2)"]
Status = Literal["nullification", "amendment"]


class Value(NamedTuple):
    """A value as reported, or why there is none; ``line`` is where in the file it stands."""

    text: str | None = None
    null: str | None = None
    line: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is a value."""
        return self.text is not None


NOTHING = Value()


class Amount(NamedTuple):
    """A number with its unit, as reported."""

    number: str
    unit: str
    line: int = 0


class Remark(NamedTuple):
    """Something about the message that a reader has to know.

    Parameters
    ----------
    element
        The E2B(R3) number of the element.
    found
        The value that was not used, or not used as it stands.
    against
        What it contradicts or was replaced by.
    """

    code: str
    element: str
    found: str = ""
    against: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrPatient:
    """The patient (D), without name, initials, numbers and day of birth."""

    age: Amount | None = None  # D.2.2
    age_group: Value = NOTHING  # D.2.3
    born: Value = NOTHING  # D.2.1, to compute an age that is not given; it goes no further
    sex: Value = NOTHING  # D.5
    weight_kg: Value = NOTHING  # D.3
    died: Value = NOTHING  # D.9.1
    causes_of_death: tuple[Value, ...] = ()  # D.9.2, D.9.4


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrCondition:
    """An entry of the medical history (D.7.1.r)."""

    term: Value
    start: Value = NOTHING
    stop: Value = NOTHING
    continuing: Value = NOTHING  # yes, no
    comment: Value = NOTHING
    family: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrPastDrug:
    """An entry of the past drug history (D.8.r)."""

    name: Value
    start: Value = NOTHING
    stop: Value = NOTHING
    indication: Value = NOTHING
    reaction: Value = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrReaction:
    """A reaction (E.i)."""

    key: str
    term: Value
    native: Value = NOTHING  # E.i.1.1a where it is not the term
    coded: Value = NOTHING  # E.i.2.1: the MedDRA code or its name
    start: Value = NOTHING
    stop: Value = NOTHING
    duration: Amount | None = None
    outcome: Value = NOTHING
    seriousness: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrTest:
    """A test or procedure (F.r)."""

    name: Value
    date: Value = NOTHING
    result: Value = NOTHING  # F.r.3.1
    value: Value = NOTHING  # F.r.3.2 and F.r.3.3, or F.r.3.4
    number: float | None = None  # F.r.3.2 where it is one exact number
    low: float | None = None  # F.r.4, in the unit of the number
    high: float | None = None  # F.r.5
    comment: Value = NOTHING
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrDose:
    """A dosage block (G.k.4.r)."""

    start: Value = NOTHING
    stop: Value = NOTHING
    duration: Amount | None = None
    dose: Amount | None = None
    every: Amount | None = None  # G.k.4.r.2 and .3
    administrations: Value = NOTHING
    text: Value = NOTHING
    route: Value = NOTHING
    batch: Value = NOTHING
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrPair:
    """What a drug's entry says about one reaction (G.k.9.i)."""

    reaction: str  # the key of the reaction
    since_first: Amount | None = None  # G.k.9.i.3.1
    since_last: Amount | None = None  # G.k.9.i.3.2
    recurrence: Value = NOTHING  # G.k.9.i.4


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrDrug:
    """A drug (G.k)."""

    key: str
    name: Value
    substances: tuple[Value, ...] = ()
    role: Value = NOTHING
    indications: tuple[Value, ...] = ()
    doses: tuple[IcsrDose, ...] = ()
    action: Value = NOTHING
    pairs: tuple[IcsrPair, ...] = ()
    additional: tuple[Value, ...] = ()  # G.k.10.r and G.k.11
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsrAssessment:
    """A relatedness of a pair as somebody has assessed it (G.k.9.i.2.r)."""

    drug: str
    reaction: str
    source: Value = NOTHING
    method: Value = NOTHING
    result: Value = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Icsr:
    """One report of a message."""

    form: Form
    line: int
    case_id: Value  # C.1.1
    worldwide_id: Value = NOTHING  # C.1.8.1
    version: Value = NOTHING  # E2B(R2) only
    created: Value = NOTHING  # C.1.2
    received: Value = NOTHING  # C.1.4
    latest: Value = NOTHING  # C.1.5
    report_type: Value = NOTHING  # C.1.3
    status: Status | None = None  # C.1.11.1
    reason: Value = NOTHING  # C.1.11.2
    narrative: Value = NOTHING  # H.1
    reporter_comment: Value = NOTHING  # H.2
    sender_comment: Value = NOTHING  # H.4
    patient: IcsrPatient = IcsrPatient()
    history_text: Value = NOTHING  # D.7.2
    conditions: tuple[IcsrCondition, ...] = ()
    past_drugs: tuple[IcsrPastDrug, ...] = ()
    reactions: tuple[IcsrReaction, ...] = ()
    tests: tuple[IcsrTest, ...] = ()
    drugs: tuple[IcsrDrug, ...] = ()
    assessments: tuple[IcsrAssessment, ...] = ()
    unused: tuple[str, ...] = ()  # element numbers that the message holds and nobody reads
    remarks: tuple[Remark, ...] = ()
