"""The closed facts about a drug-reaction pair with their values; the last one is the default.

The names and values are a contract: algorithm files, batch columns and tests use them so.
"""

from types import MappingProxyType

ONSET_ORDER = (
    "suggestive",
    "compatible",
    "not_coherent",
    "after_unspecified",
    "incompatible",
    "before_exposure",
    "on_withdrawal",
    "unknown",
)

FACTS = MappingProxyType(
    {
        "onset": ONSET_ORDER,
        "action": (
            "withdrawn",
            "single_dose",
            "dose_reduced",
            "dose_increased",
            "continued",
            "unknown",
        ),
        "course": ("improved", "not_improved", "irreversible", "unknown"),
        "improvement_explained_by": ("treatment", "tolerance", "nothing_else", "unknown"),
        "rechallenge": ("positive", "negative", "uninformative", "not_done", "unknown"),
        "previous_reaction": ("same_substance", "cross_reactive", "none", "unknown"),
        "prior_knowledge": (
            "well_known",
            "occasional",
            "none_found",
            "contradicted",
            "not_searched",
        ),
        "alternative": ("more_likely", "possible", "ruled_out", "not_assessed"),
        "alternative_nondrug": ("more_likely", "possible", "ruled_out", "not_assessed"),
        "contributing_factor": ("yes", "no", "unknown"),
        "event_confirmed": ("yes", "no", "unknown"),
        "drug_test": ("positive", "negative", "not_done"),
        "drug_level": ("toxic", "not_toxic", "not_measured"),
        "dose_response": ("yes", "no", "unknown"),
        "placebo": ("recurred", "not_recurred", "not_given"),
        "characteristic": ("yes", "no", "unknown"),
        "worsened_preexisting": ("yes", "no", "unknown"),
        "follow_up": ("expected", "not_possible", "unknown"),
        "suspected": ("no", "yes"),
    }
)

CLOSED_AT_DEFAULT = frozenset(
    {"drug_test", "drug_level", "placebo", "worsened_preexisting", "follow_up", "suspected"}
)
"""Facts whose default is not open to the other values in a range (DESIGN section 7)."""

CLOSED_VALUES = frozenset({("rechallenge", "not_done")})
"""Single values that close a fact although another value is its default."""

NEVER_PROPOSED = frozenset({("rechallenge", "positive")})
"""Values that no explanation names as what would raise a result: giving a drug again is a clinical
decision with risk (DESIGN section 7)."""


def default(fact: str) -> str:
    """Return the value of a fact about which nothing is stated and nothing can be derived."""
    return FACTS[fact][-1]


def in_order(fact: str, values: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Return values of a fact in the order of the vocabulary."""
    return tuple(value for value in FACTS[fact] if value in values)


def open_values(fact: str) -> tuple[str, ...]:
    """Return the values still possible for a fact that is at its default."""
    if fact in CLOSED_AT_DEFAULT:
        return (default(fact),)
    return FACTS[fact]
