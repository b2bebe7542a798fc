"""The facts of one row: derived from its dates and the knowledge, or stated in its cells.

The rules are those of a single case; this module only says what a row gives to each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from causality.batch.names import Pair
from causality.batch.row import (
    Row,
    latency_contradicted,
    onset_measures,
    rechallenge_measures,
    recurrence_contradicted,
    recurrence_without_re_exposure,
    withdrawal_measures,
)
from causality.evidence.fact import Fact, not_reported
from causality.evidence.onset import noting_first_exposure, onset
from causality.evidence.prior_knowledge import prior_knowledge
from causality.evidence.rechallenge import rechallenge
from causality.evidence.withdrawal import action, course, improvement_explained_by
from causality.terms.facts import FACTS, default, open_values


@dataclass(frozen=True, slots=True)
class Answer:
    """A fact as scoring needs it: the value, what is still possible, and remarks as codes."""

    value: str
    possible: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def onset_of(row: Row, pair: Pair) -> tuple[Fact]:
    """Return when the reaction began, counted from the drug."""
    measures = onset_measures(row)
    fact = noting_first_exposure(onset(measures, pair.windows), measures)
    if latency_contradicted(row):
        fact = fact.flagged("latency_contradicted")
    if row.later_onset is not None:
        fact = fact.flagged("onset_after_as_of")
    if pair.reaction.key is None and fact.value == "after_unspecified":
        fact = fact.flagged("reaction_not_recognised")
    return (fact,)


def withdrawal_of(row: Row, pair: Pair) -> tuple[Fact, Fact, Fact]:
    """Return the action, the course and what explains an improvement."""
    measures = withdrawal_measures(row)
    taken = action(measures)
    outcome = course(measures, taken, pair.recovery)
    return taken, outcome, improvement_explained_by(measures, taken, outcome)


def rechallenge_of(row: Row, pair: Pair) -> tuple[Fact]:
    """Return whether the reaction came back on re-exposure."""
    fact = rechallenge(rechallenge_measures(row), pair.washout)
    if recurrence_contradicted(row):
        fact = fact.flagged("recurrence_contradicted")
    if recurrence_without_re_exposure(row):
        fact = fact.flagged("recurrence_without_re_exposure")
    return (fact,)


Rule = Callable[[Row, Pair], Sequence[Fact]]
GIVES: Mapping[Rule, Sequence[str]] = {
    onset_of: ("onset",),
    withdrawal_of: ("action", "course", "improvement_explained_by"),
    rechallenge_of: ("rechallenge",),
}
"""The facts that each rule gives."""


def prior_knowledge_of(pair: Pair) -> Fact:
    """Return what was published about the pair."""
    return prior_knowledge(pair.published)


def answer_of(fact: Fact) -> Answer:
    """Return a fact as scoring needs it."""
    return Answer(fact.value, fact.with_scored, tuple(code for code, _ in fact.flags))


def stated_answer(name: str, value: str, derived: Answer | None = None) -> Answer:
    """Return what a cell states; what the dates say otherwise is a remark.

    The name of the default stops derivation and leaves open what the default does: a table that
    says "unknown" does not say "none of the others" (DESIGN section 7).
    """
    possible = open_values(name) if value == default(name) else (value,)
    against = derived is not None and derived.value != value and _says_something(name, derived)
    remarks = (f"{name}_contradicted:{derived.value}",) if derived and against else ()
    if not remarks and derived and name == "rechallenge" and _denies(value, derived):
        remarks = ("rechallenge_contradicted:recurred",)
    return Answer(value, possible, remarks)


def _denies(value: str, derived: Answer) -> bool:
    """Tell whether a stated re-exposure had no recurrence, and the row reports one."""
    recurred = "positive" in derived.possible and "negative" not in derived.possible
    return recurred and value in ("negative", "not_done")


def _says_something(name: str, derived: Answer) -> bool:
    """Tell whether an answer is more than "not reported": another value, or certainly no other."""
    return derived.value != default(name) or derived.possible == (default(name),)


def row_answers(row: Row, pair: Pair, cells: Mapping[str, str]) -> dict[str, Answer]:
    """Return the answer to every fact of one row, without any short cut.

    Parameters
    ----------
    row
        The row as it is seen at its moment.
    cells
        Facts that the row states.
    """
    facts = [
        *onset_of(row, pair),
        *withdrawal_of(row, pair),
        *rechallenge_of(row, pair),
        prior_knowledge_of(pair),
    ]
    derived = {fact.name: answer_of(fact) for fact in facts}
    found = {
        name: stated_answer(name, cells[name], derived.get(name))
        if name in cells
        else derived.get(name) or answer_of(not_reported(name))
        for name in FACTS
    }
    if "alternative_nondrug" not in cells:
        found["alternative_nondrug"] = found["alternative"]
    return found
