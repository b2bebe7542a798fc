"""What was done with the drug, what the reaction did, and what else explains it (rule 2)."""

from dataclasses import replace
from typing import NamedTuple

from causality.evidence.fact import Fact, among, not_reported, settled
from causality.measures.values import WithdrawalMeasures
from causality.terms.dates import OPEN, Span, span_text
from causality.terms.facts import open_values

STEROID_LEAD_DAYS = 3
"""A corticosteroid started up to so many days before the withdrawal treats the dechallenge."""
_OFF = frozenset({"withdrawn", "single_dose"})
_SAYS_NOTHING = (None, "unknown", "not_applicable")
_GIVEN_ON = settled("action", "continued", "action.stopped_later")


class RecoveryWindow(NamedTuple):
    """Days after the last dose within which a recovery is expected; None: nothing published."""

    skin_limited: int | None = None
    ulcerated: int | None = None
    visceral: int | None = None
    elimination: int = 0  # 5 half-lives
    source: str = ""

    def days(self, extent: str) -> int | None:
        """Return the limit for an extent, with the elimination of the drug added."""
        limit: int | None = getattr(self, extent)
        return None if limit is None else limit + self.elimination


def action(m: WithdrawalMeasures) -> Fact:
    """Return the fact ``action``: what was done with the drug in the index episode."""
    stated = None if m.stated_action in _SAYS_NOTHING else m.stated_action
    if m.begun_after_improvement and (m.single or stated in (None, "withdrawn")):
        return _begun_later(stated).resting_on([m.outcome_event])
    return _action(m, stated).resting_on([m.action_event])


def _begun_later(stated: str | None) -> Fact:
    """Return the action on a drug first given after the reaction had improved: there was none."""
    fact = settled("action", "unknown", "action.begun_later")
    return fact.flagged("withdrawn_before_begun") if stated == "withdrawn" else fact


def _action(m: WithdrawalMeasures, stated: str | None) -> Fact:
    if m.single:
        return settled("action", "single_dose", "action.single_dose")
    if stated == "withdrawn" and m.improvement_dated:
        return _stated_withdrawal(m)
    if stated is not None:
        return settled("action", stated, "action.stated")
    stop = m.stop_after_onset
    if stop is not None and stop.latest is not None and stop.latest < 0:
        return settled("action", "withdrawn", "action.completed")
    if stop is not None and stop != OPEN:
        return _by_stop(m, stop)
    if m.dose_change is not None and not stop:
        return settled("action", f"dose_{m.dose_change}", "action.dose_change")
    return settled("action", "continued", "action.ongoing") if m.ongoing else not_reported("action")


def _stated_withdrawal(m: WithdrawalMeasures) -> Fact:
    """Return the action of a stated withdrawal by when the reaction improved.

    Before the last dose the drug was still given; where the dates leave that open, the withdrawal
    counts and the other answer stays possible.
    """
    improvement = m.improvement or OPEN
    if improvement.latest is not None and improvement.latest < 0:
        return _GIVEN_ON.flagged("improved_before_last_dose")
    if improvement.earliest is not None and improvement.earliest < 0:
        fact = among("action", {"withdrawn", "continued"}, "action.stated")
        return replace(fact, value="withdrawn")
    return settled("action", "withdrawn", "action.stated")


def _by_stop(m: WithdrawalMeasures, stop: Span) -> Fact:
    """Return the action from the date of the last dose: stopped, or given on until it improved."""
    improvement = m.improvement
    if improvement is None:
        return _stopped(stop)
    if improvement.latest is not None and improvement.latest < 0:
        return _GIVEN_ON
    if improvement.earliest is None or improvement.earliest < 0:
        both = ("withdrawn", "continued")
        if not m.improvement_dated:
            return among("action", both, "action.improvement_undated")
        return among("action", both, "action.stopped_about_improvement")
    if _perhaps_before_onset(stop):
        return settled("action", "withdrawn", "action.ended_before_improvement")
    return settled("action", "withdrawn", "action.stopped")


def _stopped(stop: Span) -> Fact:
    """Return the action from a last dose where no improvement is stated."""
    if _perhaps_before_onset(stop):
        return settled("action", "withdrawn", "action.ended")
    return settled("action", "withdrawn", "action.stopped_after_onset")


def _perhaps_before_onset(stop: Span) -> bool:
    return stop.earliest is None or stop.earliest < 0


def course(m: WithdrawalMeasures, taken: Fact, window: RecoveryWindow) -> Fact:
    """Return the fact ``course``: what the reaction did after the action taken.

    Parameters
    ----------
    taken
        The fact ``action``.
    window
        Of the reaction.
    """
    limit = window.days(m.extent)
    if m.outcome in ("fatal", "recovered_with_sequelae"):
        fact = settled("course", "irreversible", f"course.{m.outcome}")
        return fact.resting_on([m.outcome_event])
    if m.outcome in ("recovered", "recovering") or (
        m.improvement is not None and m.outcome != "not_recovered"
    ):
        return _improved(m, taken, limit, window.source)
    persisting = _persisting(m, limit)
    if persisting is True:
        fact = settled("course", "not_improved", "course.new_lesions_late", limit=limit)
        return replace(fact, sources=(window.source,)).resting_on([m.new_lesions_event])
    if m.outcome != "not_recovered":
        return not_reported("course")
    if taken.value in _OFF or not taken.known:
        fact = among("course", {"improved", "not_improved", "unknown"}, "course.observed_too_short")
        return fact.resting_on([m.outcome_event])
    fact = settled("course", "not_improved", "course.not_recovered")
    return fact.resting_on([m.outcome_event])


def _persisting(m: WithdrawalMeasures, limit: int | None) -> bool | None:
    """Tell whether new lesions came after the window; None when the dates do not say."""
    if m.new_lesions is None or limit is None:
        return None
    if m.new_lesions.earliest is not None and m.new_lesions.earliest > limit:
        return True
    return None


def _improved(m: WithdrawalMeasures, taken: Fact, limit: int | None, source: str) -> Fact:
    fact = settled("course", "improved", "course.improved").resting_on([m.outcome_event])
    if taken.value not in _OFF:
        return fact
    if not m.improvement_dated or m.improvement is None:
        return fact.flagged("interval_to_improvement_not_reported")
    fact = replace(fact, rule="course.improved_after", params={"days": span_text(m.improvement)})
    earliest = m.improvement.earliest
    if limit is not None and earliest is not None and earliest > limit:
        fact = fact.flagged("late_improvement", days=span_text(m.improvement), limit=limit)
        return replace(fact, sources=(source,))
    return fact


def improvement_explained_by(m: WithdrawalMeasures, taken: Fact, outcome: Fact) -> Fact:
    """Return the fact ``improvement_explained_by``."""
    name = "improvement_explained_by"
    if outcome.value != "improved":
        return not_reported(name)
    if m.untreated:
        return settled(name, "nothing_else", "improvement.untreated").resting_on([m.outcome_event])
    if taken.value in _OFF:
        return _after_withdrawal(m)
    if m.treated:
        return settled(name, "treatment", "improvement.treated").resting_on([m.steroid_event])
    if m.other_treatment:
        values = {"treatment", "tolerance", "nothing_else"}
        return among(name, values, "improvement.other_treatment")
    return not_reported(name)


def _after_withdrawal(m: WithdrawalMeasures) -> Fact:
    """Return whether a corticosteroid treated the dechallenge (from 3 days before it on)."""
    name = "improvement_explained_by"
    if m.steroid is None:
        return not_reported(name)
    early, late = m.steroid.earliest, m.steroid.latest
    if late is not None and late < -STEROID_LEAD_DAYS:
        return not_reported(name)
    certain = m.steroid_before_improvement and early is not None and early >= -STEROID_LEAD_DAYS
    params = {"days": span_text(m.steroid), "lead": STEROID_LEAD_DAYS}
    if not certain:
        fact = among(name, open_values(name), "improvement.steroid_perhaps", **params)
        return fact.resting_on([m.steroid_event])
    fact = settled(name, "treatment", "improvement.steroid", **params)
    return fact.flagged("steroid_treated_dechallenge").resting_on([m.steroid_event])
