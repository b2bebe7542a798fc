"""Closed code lists of the case model, with their ICH E2B(R3) codes.

Lists and codes: ICH E2B(R3) elements G.k.1, G.k.8, E.i.7, F.r.3.1 and the HL7 null flavours.
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

E2B_CODES = {
    "role": {"1": "suspect", "2": "concomitant", "3": "interacting", "4": "not_administered"},
    "action": {
        "1": "withdrawn",
        "2": "dose_reduced",
        "3": "dose_increased",
        "4": "continued",
        "0": "unknown",
        "9": "not_applicable",
    },
    "outcome": {
        "1": "recovered",
        "2": "recovering",
        "3": "not_recovered",
        "4": "recovered_with_sequelae",
        "5": "fatal",
        "0": "unknown",
    },
}

NOT_RESULTS = frozenset({"pending", "not_done", "unknown"})
"""Entries of an investigation that say why there is no result."""

NO_TREATMENT = "none"

RESULTS: tuple[str, ...] = get_args(TestResult)
