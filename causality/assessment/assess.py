"""From a case to the assessments of all its pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from causality.assessment.evaluate import SCORED_ROLES, Evaluator, Overrides
from causality.assessment.method import Method, make_method
from causality.assessment.moment import parse_moment
from causality.assessment.trajectory import Change, trajectory
from causality.case.model import Case, Reaction
from causality.errors import Problem, UsageError
from causality.evidence.pair import PairEvidence
from causality.inquiry.differences import Difference, differences
from causality.inquiry.fields import for_whom
from causality.inquiry.questions import OpenQuestion, open_questions
from causality.ranking.entries import Comparison
from causality.ranking.rank import Grading, Ranking, rankings
from causality.scoring.engine import Score, Scorer, score
from causality.scoring.model import Algorithm
from causality.scoring.ranges import Range, RangeFinder
from causality.terms.facts import FACTS
from causality.timeline.snapshot import Snapshot, Timeline

__all__ = [
    "AssessedPair",
    "Assessment",
    "CaseAssessment",
    "Method",
    "Overrides",
    "assess_case",
    "make_method",
    "parse_overrides",
]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The result of one algorithm for one pair."""

    algorithm: Algorithm
    score: Score
    range: Range
    conventions: Mapping[str, str]
    otherwise: Mapping[str, Mapping[str, Score]]


@dataclass(frozen=True, kw_only=True)
class AssessedPair:
    """A pair with its facts and what every algorithm makes of them."""

    evidence: PairEvidence
    assessments: tuple[Assessment, ...]
    questions: tuple[OpenQuestion, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseAssessment:
    """All pairs of a case at a moment, and how their scores came about over time."""

    case: Case
    timeline: Timeline
    snapshot: Snapshot
    method: Method
    pairs: tuple[AssessedPair, ...]
    trajectory: tuple[Change, ...]
    overrides: Overrides = field(default_factory=dict)
    ranking: tuple[Ranking, ...] = ()

    @property
    def contrasts(self) -> tuple[tuple[Reaction, Comparison], ...]:
        """Return every suspect against every condition, with the reaction it is about."""
        return tuple((r.reaction, comparison) for r in self.ranking for comparison in r.comparisons)


def assess_case(
    case: Case,
    method: Method,
    *,
    as_of: str | None = None,
    overrides: Overrides | None = None,
) -> CaseAssessment:
    """Assess every pair of a suspect and a reaction.

    Parameters
    ----------
    as_of
        A date, a case day or ``@event``; None is the end of the case.
    overrides
        What-if values: (drug id, reaction id) to fact to value.
    """
    timeline = Timeline.of(case)
    moment = parse_moment(as_of, timeline)
    what_if = overrides or {}
    snapshot = timeline.at(moment)
    evaluate = Evaluator(timeline, method, what_if)
    changes = trajectory(timeline, moment, lambda s: _scores(evaluate(s), method))
    pairs = evaluate(snapshot)
    others = _other_conventions(snapshot, method, what_if)
    return CaseAssessment(
        case=case,
        timeline=timeline,
        snapshot=snapshot,
        method=method,
        pairs=tuple(_assessed(case, pair, method, others) for pair in pairs),
        trajectory=tuple(changes),
        overrides=what_if,
        ranking=rankings(snapshot, pairs, _grading(method)),
    )


def _grading(method: Method) -> Grading:
    """Return how the drugs are graded for the ranking: by the first algorithm of the run."""
    return Grading(
        scorer=method.scorers[0],
        weighing=method.weighing,
        knowledge=method.knowledge,
        conventions=method.conventions,
    )


def _scores(
    pairs: Sequence[PairEvidence], method: Method
) -> dict[tuple[str, str, str], tuple[int | None, str]]:
    found: dict[tuple[str, str, str], tuple[int | None, str]] = {}
    for pair in pairs:
        values = pair.values()
        for scorer in method.scorers:
            result = scorer(values)
            found[*pair.key, scorer.algorithm.id] = (result.total, result.category)
    return found


def _assessed(
    case: Case,
    pair: PairEvidence,
    method: Method,
    others: Mapping[str, Mapping[str, list[PairEvidence]]],
) -> AssessedPair:
    asked = open_questions(pair, method.finders, method.weighing, method.knowledge)
    return AssessedPair(
        evidence=pair,
        assessments=tuple(
            _assessment(pair, scorer, ranges, method, others) for scorer, ranges in method.finders
        ),
        questions=for_whom(case, pair, asked, method.knowledge),
        differences=differences(pair.values(), method.scorers),
    )


def _assessment(
    pair: PairEvidence,
    scorer: Scorer,
    ranges: RangeFinder,
    method: Method,
    others: Mapping[str, Mapping[str, list[PairEvidence]]],
) -> Assessment:
    conventions, algorithm = method.conventions, scorer.algorithm
    otherwise: dict[str, dict[str, Score]] = {}
    for name, entry in algorithm.conventions.items():
        for choice in entry.choices:
            if choice != conventions[name]:
                chosen = {**conventions, name: choice}
                otherwise.setdefault(name, {})[choice] = score(algorithm, pair.values(), chosen)
    for name, choices in others.items():
        for choice, pairs in choices.items():
            same = next((p for p in pairs if p.key == pair.key), None)
            if same is not None and _touches(name, pair, method):
                chosen = {**conventions, name: choice}
                otherwise.setdefault(name, {})[choice] = score(algorithm, same.values(), chosen)
    return Assessment(
        algorithm=algorithm,
        score=scorer(pair.values()),
        range=ranges.over(pair.worlds()),
        conventions={name: conventions[name] for name in conventions if name in otherwise},
        otherwise=otherwise,
    )


def _other_conventions(
    snapshot: Snapshot, method: Method, overrides: Overrides
) -> dict[str, dict[str, list[PairEvidence]]]:
    """Return the facts that every other choice of the knowledge's conventions would give."""
    return {
        name: {
            choice: Evaluator(
                snapshot.timeline, method, overrides, {**method.conventions, name: choice}
            )(snapshot)
            for choice in entry.choices
            if choice != method.conventions[name]
        }
        for name, entry in method.knowledge.conventions.items()
    }


def _touches(convention: str, pair: PairEvidence, method: Method) -> bool:
    """Tell whether a convention of the knowledge acts on the reaction of a pair."""
    syndromes = method.knowledge.reaction_syndromes(pair.reaction.term)
    return any(
        convention in row
        for key in syndromes
        for window in method.knowledge.syndromes[key].windows
        for row in window.when
    )


def parse_overrides(values: Sequence[str], case: Case) -> dict[tuple[str, str], dict[str, str]]:
    """Read what-if values: ``FACT=VALUE`` for every pair, or ``DRUG/REACTION:FACT=VALUE``.

    Raises
    ------
    UsageError
        E505 for another form, E506 for an unknown fact, value, drug or reaction.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    problems: list[Problem] = []
    pairs = [
        (str(d.id), str(r.id)) for d in case.drugs if d.role in SCORED_ROLES for r in case.reactions
    ]
    for text in values:
        scope, colon, rest = text.rpartition(":")
        fact, equals, value = (rest if colon else text).partition("=")
        wanted = [p for p in pairs if not colon or f"{p[0]}/{p[1]}" == scope.strip()]
        if not equals:
            problems.append(Problem(code="E505", path="--set", params={"found": text}))
        elif fact.strip() not in FACTS or value.strip() not in FACTS[fact.strip()]:
            allowed = FACTS.get(fact.strip(), tuple(FACTS))
            problems.append(
                Problem(
                    code="E506",
                    path="--set",
                    params={"found": text, "allowed": ", ".join(allowed)},
                )
            )
        elif not wanted:
            allowed_pairs = ", ".join(f"{d}/{r}" for d, r in pairs)
            params = {"found": text, "allowed": allowed_pairs}
            problems.append(Problem(code="E506", path="--set", params=params))
        for pair in wanted if not problems else ():
            found.setdefault(pair, {})[fact.strip()] = value.strip()
    if problems:
        raise UsageError(problems)
    return found
