"""What a report of a safety database says besides its facts, kept to be shown.

Of this a rule reads only whether the sender says that a drug was not given again. Element names in
comments are ICH E2B(R3).
"""

from typing import Annotated, Literal

from pydantic import Field

from causality.case.part import Part, Text

LongText = Annotated[str, Field(min_length=1, max_length=200_000)]  # H.1 alone may have 100,000

Recurrence = Literal["yes-yes", "yes-no", "yes-unknown", "not-done", "unknown"]
"""Whether the drug was given again, and whether the reaction came back."""


class ReportedAssessment(Part):
    """How somebody has assessed a pair already (G.k.9.i.2.r)."""

    drug: Text
    reaction: Text
    source: Text | None = None
    method: Text | None = None
    result: Text | None = None


class ReportedPair(Part):
    """What is reported of a drug and a reaction together (G.k.9.i), as it stands."""

    drug: Text
    reaction: Text
    since_first_dose: Text | None = None  # G.k.9.i.3.1
    since_last_dose: Text | None = None  # G.k.9.i.3.2
    recurrence: Recurrence | None = None  # G.k.9.i.4


class SourceRemark(Part):
    """Something of the report that was not used, or not as it stands, and why."""

    code: Annotated[str, Field(pattern=r"^E8\d\d$")]
    element: Text
    found: LongText | None = None
    against: LongText | None = None
    line: int | None = Field(default=None, ge=1)


class SourceReport(Part):
    """The report that a case was read from."""

    form: Literal["E2B(R3)", "E2B(R2)"]
    worldwide_id: Text | None = None  # C.1.8.1
    version: Text | None = None
    received: Text | None = None  # C.1.4
    latest: Text | None = None  # C.1.5
    status: Literal["nullification", "amendment"] | None = None  # C.1.11.1
    reason: Text | None = None  # C.1.11.2
    narrative: LongText | None = None  # H.1
    reporter_comment: LongText | None = None  # H.2
    sender_comment: LongText | None = None  # H.4
    history: LongText | None = None  # D.7.2
    pairs: tuple[ReportedPair, ...] = ()
    assessments: tuple[ReportedAssessment, ...] = ()
    remarks: tuple[SourceRemark, ...] = ()
    not_read: tuple[Text, ...] = ()
