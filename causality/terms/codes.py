"""Closed code lists of the case model.

Lists: ICH E2B(R3) elements G.k.1, G.k.8, E.i.7, F.r.3.1 and the HL7 null flavours; their codes are
in ``causality/e2b/codes.yaml``.
"""

from typing import Literal, get_args

DrugRole = Literal["suspect", "concomitant", "interacting", "not_administered"]
ActionTaken = Literal[
    "withdrawn",
    "dose_reduced",
    "dose_increased",
    "continued",
    "unknown",
    "not_applicable",
]
Outcome = Literal[
    "recovered",
    "recovering",
    "not_recovered",
    "recovered_with_sequelae",
    "fatal",
    "unknown",
]
Purpose = Literal["treatment", "rechallenge", "desensitisation", "accidental"]
Extent = Literal["skin_limited", "ulcerated", "visceral"]
Activity = Literal["active", "partial_remission", "remission", "resolved", "unknown"]
TestResult = Literal[
    "positive",
    "negative",
    "raised",
    "low",
    "normal",
    "borderline",
    "inconclusive",
    "pending",
    "not_done",
    "unknown",
]
Seriousness = Literal[
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "other_medically_important",
    "not_serious",
]
Sex = Literal["male", "female", "unknown"]
NullFlavour = Literal["ASKU", "NASK", "MSK", "UNK", "NI", "NA"]
YesNo = Literal["yes", "no", "unknown"]

NOT_RESULTS = frozenset({"pending", "not_done", "unknown"})
"""Entries of an investigation that say why there is no result."""

NO_TREATMENT = "none"

RESULTS: tuple[str, ...] = get_args(TestResult)
