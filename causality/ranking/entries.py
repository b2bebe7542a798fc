"""What stands in a ranking: drugs, concomitants, interactions and conditions, in one shape."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from causality.case.model import Drug
from causality.evidence.alternatives import Finding, State
from causality.evidence.pair import PairEvidence
from causality.ranking.contrast import Contrast
from causality.scoring.engine import Score
from causality.scoring.model import Algorithm

Kind = Literal["drug", "concomitant", "interaction", "condition"]
Params = Mapping[str, object]
NO_PARAMS: Params = MappingProxyType({})


class Statement(NamedTuple):
    """A sentence for, against or not known: its code with parameters, events and sources.

    ``remarks`` qualify it: a dechallenge under corticosteroid, one that does not discriminate.
    ``drug`` is the id of the drug it is about.
    """

    code: str
    params: Params = NO_PARAMS
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    remarks: tuple[tuple[str, Params], ...] = ()
    fact: str | None = None
    drug: str | None = None


class Statements(NamedTuple):
    """The three columns of an entry."""

    for_: tuple[Statement, ...] = ()
    against: tuple[Statement, ...] = ()
    not_known: tuple[Statement, ...] = ()

    def plus(self, other: "Statements") -> "Statements":
        """Return these columns with those of another below."""
        return Statements(
            for_=self.for_ + other.for_,
            against=self.against + other.against,
            not_known=self.not_known + other.not_known,
        )


class GradedDrug(NamedTuple):
    """A drug with its facts and what the grading algorithm makes of them.

    ``without`` are the other episodes of the reaction that certainly began without the drug,
    ``not_counted`` the concomitants known as causes that nobody suspects.
    """

    pair: PairEvidence
    score: Score
    ids: tuple[str, ...]  # drug entries of the same substance
    without: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name as reported."""
        return self.pair.drug.name

    def strength(self, algorithm: Algorithm) -> tuple[int, int]:
        """Return how strongly the drug is suspected, to compare."""
        return algorithm.rank(self.score.category), self.score.total or 0


class Cause(NamedTuple):
    """A condition that can cause the reaction: its state for each drug, and what names it."""

    finding: Finding  # of the drug next to which it is most likely
    state: State
    explains_better: tuple[str, ...]  # ids of the drugs next to which it is the more likely
    names: tuple[str, ...]  # as reported, the latest last; none when only tests brought it in
    condition_ids: tuple[str, ...]

    @property
    def id(self) -> str:
        """Return the id of the alternative in the knowledge."""
        return self.finding.id


class Comparison(NamedTuple):
    """A drug and a condition against each other over time."""

    drug: Drug
    cause: Cause
    contrast: Contrast

    @property
    def condition(self) -> str:
        """Return the name of the condition as reported."""
        return self.cause.names[-1]


class Entry(NamedTuple):
    """One place in the ranking of a reaction.

    A drug is graded by the algorithm, a condition by its state; the two are never added up.
    ``drugs`` holds the drug, or all of an interaction, the strongest first.
    """

    kind: Kind
    rank: int = 0
    drugs: tuple[GradedDrug, ...] = ()
    cause: Cause | None = None
    columns: Statements = Statements()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names as reported; none for a condition that only tests brought in."""
        if self.cause is not None:
            return self.cause.names[-1:]
        return tuple(drug.name for drug in self.drugs)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the drugs or conditions of the case."""
        if self.cause is not None:
            return self.cause.condition_ids
        return tuple(name for drug in self.drugs for name in drug.ids)

    @property
    def key(self) -> str:
        """Return what tells the entry from others, whatever the order of the file."""
        return self.cause.id if self.cause is not None else ",".join(sorted(self.ids))
