"""The measures of a pair as small immutable values; a batch builds the same from its columns."""

from typing import Literal, NamedTuple

from causality.terms.dates import OPEN, Span

StartKind = Literal["first", "restart", "dose_increase", "product_change"]
YesNoUnknown = Literal["yes", "no", "unknown"]


class Start(NamedTuple):
    """A start that could explain an onset: days from it to the first sign."""

    kind: StartKind
    latency: Span
    again: bool = False
    event: str | None = None
    to_last_dose: Span | None = None  # days from this start to the last dose before the onset


class OnsetMeasures(NamedTuple):
    """When the reaction began, counted from the drug.

    ``starts`` begins with the first dose; ``since_last_dose`` is None while the drug was still
    being taken, open where the end of the exposure is not reported.
    """

    starts: tuple[Start, ...]
    since_last_dose: Span | None = OPEN
    onset_event: str | None = None
    last_dose_event: str | None = None
    previously_exposed: YesNoUnknown = "unknown"


class WithdrawalMeasures(NamedTuple):
    """What was done with the drug in the index episode and what the reaction did.

    Days count from the last dose; ``improvement`` is the first stated improvement or recovery.
    """

    stated_action: str | None = None
    single: bool = False
    ongoing: bool = False
    begun_after_improvement: bool = False  # certainly: the first dose of the course
    stop_after_onset: Span | None = None  # last dose minus onset; None: not reported
    dose_change: Literal["reduced", "increased"] | None = None
    outcome: str | None = None
    improvement: Span | None = None  # improvement minus last dose; None: no improvement stated
    improvement_dated: bool = False
    new_lesions: Span | None = None  # last new lesions minus last dose
    untreated: bool = False  # stated that no treatment was given
    treated: bool = False  # a treatment that works on this reaction
    other_treatment: bool = False  # a treatment not known to work on it
    steroid: Span | None = None  # corticosteroid start minus last dose; None: none
    steroid_before_improvement: bool = True
    extent: str = "skin_limited"
    action_event: str | None = None
    outcome_event: str | None = None
    steroid_event: str | None = None
    new_lesions_event: str | None = None


class ReExposure(NamedTuple):
    """One re-exposure to the same substance after the index episode."""

    recurred: YesNoUnknown
    resolved_before: YesNoUnknown
    gap: Span = OPEN  # days without the drug
    dose_ratio: float | None = None  # to the dose that reacted
    duration: Span = OPEN  # days observed on the drug
    covered: YesNoUnknown = "unknown"
    desensitisation: bool = False
    accidental: bool = False
    event: str | None = None
    recurrence_event: str | None = None

    @property
    def kind(self) -> str:
        """Return the kind of the re-exposure (DESIGN section 8, ``rechallenge_kind``)."""
        if self.desensitisation:
            return "desensitisation"
        if self.accidental:
            return "accidental"
        if self.covered == "yes":
            return "covered"
        if self.dose_ratio is not None and self.dose_ratio < 1:
            return "reduced_dose"
        return "plain"


class RechallengeMeasures(NamedTuple):
    """All re-exposures of a pair, and what they are compared with."""

    re_exposures: tuple[ReExposure, ...] = ()
    reported: bool = True  # False: a source that cannot say whether there was one
    original_latency: Span = OPEN
