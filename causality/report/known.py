"""What a case tells by the moment of a report: what was done or became known later is not told."""

from collections.abc import Iterator

from causality.case.model import Condition, Drug, Episode, Treatment
from causality.report.sentences import ReportSentences


def has_begun(say: ReportSentences, part: Drug | Condition) -> bool:
    """Tell whether a drug or a condition was there by then, or is told of without any date."""
    parts = part.exposures if isinstance(part, Drug) else part.periods
    return not parts or any(say.result.snapshot.sees(f"{p.id}.start") for p in parts)


def actions_by_then(say: ReportSentences, episode: Episode) -> Iterator[tuple[str, str]]:
    """Yield the name of each drug with what was done with it in an episode.

    As in the measures, a withdrawal is known from the last dose on, any other action once the
    reaction is better, or at the end of the case.
    """
    snapshot = say.result.snapshot
    drugs = {str(drug.id): drug for drug in say.result.case.drugs}
    better = any(snapshot.sees(f"{episode.id}.{name}") for name in ("improved", "recovered"))
    for key, action in episode.actions.items():
        drug = drugs.get(key)
        stopped = action == "withdrawn" and drug is not None and _stopped(say, drug, episode)
        if snapshot.moment.whole or better or stopped:
            yield drug.name if drug else key, action


def _stopped(say: ReportSentences, drug: Drug, episode: Episode) -> bool:
    snapshot, onset = say.result.snapshot, f"{episode.id}.onset"
    stops = (f"{exposure.id}.stop" for exposure in drug.exposures)
    return any(snapshot.sees(stop) and not snapshot.precedes(stop, onset) for stop in stops)


def treatments_by_then(say: ReportSentences, episode: Episode) -> Iterator[tuple[str, Treatment]]:
    """Yield the treatments of an episode that had begun, each with the name of its events."""
    for number, treatment in enumerate(episode.treatment or (), 1):
        name = f"{episode.id}.treatment.{number}"
        if say.result.snapshot.sees(f"{name}.start"):
            yield name, treatment
