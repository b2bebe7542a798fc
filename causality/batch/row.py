"""One row of a batch: its dates and answers, and the measures of its pair.

A row is a small case: one exposure, one episode, at most one re-exposure and one corticosteroid.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from causality.batch.contract import DATES, NOT_BEFORE
from causality.measures.values import (
    OnsetMeasures,
    RechallengeMeasures,
    ReExposure,
    Start,
    WithdrawalMeasures,
    YesNoUnknown,
)
from causality.terms.dates import OPEN, Span

SEEN_WITH = {
    "drug_start": ("drug_stop",),
    "reaction_onset": ("improvement_date", "reaction_end"),
    "rechallenge_start": ("rechallenge_stop", "recurrence_date"),
}
"""A date that is certainly past once any of some others is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row says about when; None is "not reported"."""

    drug_start: Span | None = None
    drug_stop: Span | None = None
    reaction_onset: Span | None = None
    reaction_end: Span | None = None
    improvement_date: Span | None = None
    steroid_start: Span | None = None
    rechallenge_start: Span | None = None
    rechallenge_stop: Span | None = None
    recurrence_date: Span | None = None
    as_of: Span | None = None
    latency_days: Span | None = None
    previously_exposed: YesNoUnknown = "unknown"
    rechallenge_kind: str | None = None
    recurred: YesNoUnknown = "unknown"
    later_onset: Span | None = None  # the onset that is given, where it is not certainly past

    def date(self, name: str) -> Span | None:
        """Return a date by the name of its column."""
        found: Span | None = getattr(self, name)
        return found

    def days(self, first: str, second: str) -> Span:
        """Return the days from one date to another, none of them negative where that cannot be."""
        start, end = self.date(first), self.date(second)
        if start is None or end is None:
            return OPEN
        days = end.minus(start)
        return days.at_least(0) if (first, second) in NOT_BEFORE else days


def seen(row: Row) -> Row:
    """Return the row without what is not certainly past at its moment, and what rests on it."""
    if row.as_of is None or row.as_of.latest is None:
        return row
    moment = row.as_of.latest
    past = {
        name
        for name in DATES
        if (day := row.date(name)) is not None and day.latest is not None and day.latest <= moment
    }
    past |= {name for name, others in SEEN_WITH.items() if past.intersection(others)}
    kept: dict[str, Any] = {name: row.date(name) if name in past else None for name in DATES}
    later = {name for name in DATES if row.date(name) is not None} - past
    if "reaction_onset" in later:
        kept["latency_days"] = None
        kept["later_onset"] = row.reaction_onset
    if "rechallenge_start" in later:
        kept["rechallenge_kind"] = None
    if later.intersection(("rechallenge_start", "recurrence_date")):
        kept["recurred"] = "unknown"
    return replace(row, **kept)


def knowledge_day(row: Row) -> int | None:
    """Return the last day whose publications count: the moment, else the last date of the row."""
    if row.as_of is not None:
        return row.as_of.latest
    days = [day.latest for name in DATES if (day := row.date(name)) and day.latest is not None]
    return max(days, default=None)


def turned_round(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the pairs of columns of which the second is certainly before the first."""
    for first, second in NOT_BEFORE:
        start, end = row.date(first), row.date(second)
        if start is None or end is None or start.earliest is None or end.latest is None:
            continue
        if end.latest < start.earliest:
            yield first, second


def latency(row: Row) -> Span:
    """Return the days from the start of the drug to the first sign: by dates, else as stated."""
    by_dates = row.days("drug_start", "reaction_onset")
    return row.latency_days or OPEN if by_dates == OPEN else by_dates


def taken_before(row: Row) -> bool:
    """Tell whether the drug was certainly taken by the first sign, whenever it was begun."""
    earliest = row.days("drug_stop", "reaction_onset").earliest
    return row.drug_start is None and earliest is not None and earliest >= 0


def latency_contradicted(row: Row) -> bool:
    """Tell whether the stated latency is none that the dates allow."""
    days, stated = row.days("drug_start", "reaction_onset"), row.latency_days
    if stated is None or stated.earliest is None or stated.latest is None:
        return False
    below = days.earliest is not None and stated.latest < days.earliest
    return below or (days.latest is not None and stated.earliest > days.latest)


def onset_measures(row: Row) -> OnsetMeasures:
    """Return the days from the start, and from the last dose, to the first sign."""
    since: Span | None = OPEN
    if row.drug_stop is not None:
        since = row.days("drug_stop", "reaction_onset")
        if since.latest is not None and since.latest <= 0:
            since = None
    days = latency(row)
    start = Start(
        kind="first",
        latency=Span(0, None) if days == OPEN and taken_before(row) else days,
        again=row.previously_exposed == "yes",
        to_last_dose=None if row.drug_stop is None else row.days("drug_start", "drug_stop"),
    )
    return OnsetMeasures(
        starts=(start,), since_last_dose=since, previously_exposed=row.previously_exposed
    )


def improvement_column(row: Row) -> str | None:
    """Return the column that says when the reaction first improved."""
    return next((n for n in ("improvement_date", "reaction_end") if row.date(n) is not None), None)


def withdrawal_measures(row: Row) -> WithdrawalMeasures:
    """Return when the drug was stopped and when the reaction improved or ended."""
    better = improvement_column(row)
    improvement = None if better is None else row.days("drug_stop", better)
    steroid, in_time = _steroid(row, better)
    return WithdrawalMeasures(
        begun_after_improvement=_begun_after(row, better),
        stop_after_onset=None if row.drug_stop is None else row.days("reaction_onset", "drug_stop"),
        outcome=_outcome(row),
        improvement=improvement,
        improvement_dated=improvement is not None and improvement.bounded,
        treated=_treated(row, better),
        steroid=steroid,
        steroid_before_improvement=in_time,
    )


def _begun_after(row: Row, better: str | None) -> bool:
    """Tell whether the first dose certainly came after the improvement."""
    latest = None if better is None else row.days("drug_start", better).latest
    return latest is not None and latest < 0


def _outcome(row: Row) -> str | None:
    if row.reaction_end is not None:
        return "recovered"
    return "recovering" if row.improvement_date is not None else None


def _treated(row: Row, better: str | None) -> bool:
    """Tell whether a corticosteroid was given, unless it certainly came after the improvement."""
    if row.steroid_start is None or better is None:
        return row.steroid_start is not None
    latest = row.days("steroid_start", better).latest
    return latest is None or latest >= 0


def _steroid(row: Row, better: str | None) -> tuple[Span | None, bool]:
    """Return the start of the corticosteroid in days from the last dose, and whether in time."""
    if row.steroid_start is None:
        return None, False
    days = row.days("drug_stop", "steroid_start")
    if days.earliest is None:  # not before the reaction it treats
        days = Span(row.days("drug_stop", "reaction_onset").earliest, days.latest)
    to_improvement = OPEN if better is None else row.days("steroid_start", better)
    if to_improvement.latest is not None and to_improvement.latest < 0:
        return None, False
    perhaps_later = to_improvement.earliest is not None and to_improvement.earliest < 0
    return days, not perhaps_later


def rechallenge_measures(row: Row) -> RechallengeMeasures:
    """Return the re-exposure that a row reports; silence cannot say that there was none."""
    reported = (
        row.rechallenge_start,
        row.rechallenge_stop,
        row.recurrence_date,
        row.rechallenge_kind,
    )
    if all(part is None for part in reported) and row.recurred == "unknown":
        return RechallengeMeasures(reported=False, original_latency=latency(row))
    kind = row.rechallenge_kind
    again = ReExposure(
        recurred=_recurred(row),
        resolved_before=_resolved(row),
        gap=row.days("drug_stop", "rechallenge_start"),
        dose_ratio={"plain": 1.0, "reduced_dose": 0.5}.get(kind or ""),
        duration=_observed(row),
        covered={"plain": "no", "covered": "yes"}.get(kind or "", "unknown"),  # type: ignore[arg-type]
        desensitisation=kind == "desensitisation",
        accidental=kind == "accidental",
    )
    return RechallengeMeasures(re_exposures=(again,), original_latency=latency(row))


def recurrence_contradicted(row: Row) -> bool:
    """Tell whether a row dates a recurrence that it says did not come."""
    return row.recurred == "no" and row.recurrence_date is not None


def recurrence_without_re_exposure(row: Row) -> bool:
    """Tell whether a row says that the reaction came back, and nothing of a re-exposure."""
    told = (row.rechallenge_start, row.rechallenge_stop, row.recurrence_date, row.rechallenge_kind)
    return row.recurred == "yes" and all(part is None for part in told)


def _recurred(row: Row) -> YesNoUnknown:
    if recurrence_contradicted(row):
        return "unknown"
    return row.recurred if row.recurrence_date is None else "yes"


def _resolved(row: Row) -> YesNoUnknown:
    """Tell whether the reaction had ended before the re-exposure."""
    days = row.days("reaction_end", "rechallenge_start")
    if days.earliest is not None and days.earliest >= 0:
        return "yes"
    return "no" if days.latest is not None and days.latest < 0 else "unknown"


def _observed(row: Row) -> Span:
    """Return the days observed on the drug: to the recurrence, the last dose or the latest date."""
    if row.recurrence_date is not None:
        return row.days("rechallenge_start", "recurrence_date")
    if row.rechallenge_stop is not None:
        return row.days("rechallenge_start", "rechallenge_stop")
    known = (row.days("rechallenge_start", name).earliest for name in DATES if name != "as_of")
    return Span(max((day for day in known if day is not None), default=0), None)
