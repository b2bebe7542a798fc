"""How a run assesses: its algorithms, its knowledge and its conventions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from causality.coupling import Weighing
from causality.errors import Problem, UsageError
from causality.knowledge.base import Knowledge
from causality.knowledge.model import Convention as KnowledgeConvention
from causality.scoring.engine import Scorer
from causality.scoring.load import held_algorithm, load_algorithm
from causality.scoring.model import Algorithm
from causality.scoring.model import Convention as AlgorithmConvention
from causality.scoring.ranges import RangeFinder


@dataclass(frozen=True, kw_only=True)
class Method:
    """The algorithms, the knowledge and the conventions of a run."""

    algorithms: tuple[Algorithm, ...]
    hashes: Mapping[str, str]
    knowledge: Knowledge
    conventions: Mapping[str, str]

    @cached_property
    def scorers(self) -> tuple[Scorer, ...]:
        """Return a scorer per algorithm, under the conventions of the run."""
        return tuple(Scorer(algorithm, self.conventions) for algorithm in self.algorithms)

    @cached_property
    def finders(self) -> tuple[tuple[Scorer, RangeFinder], ...]:
        """Return the scorer and the finder of ranges of every algorithm."""
        return tuple(
            (scorer, RangeFinder(scorer.algorithm, self.conventions)) for scorer in self.scorers
        )

    @cached_property
    def weighing(self) -> Weighing:
        """Return how suspects are weighed against each other."""
        rule = self.knowledge.coupling
        algorithm, _ = load_algorithm(rule.algorithm)
        return Weighing(
            rule,
            Scorer(algorithm, self.conventions, without=rule.without),
            RangeFinder(algorithm, self.conventions, without=rule.without),
        )


def parse_conventions(texts: Sequence[str]) -> dict[str, str]:
    """Read ``NAME=VALUE`` choices; wrong ones are found when the method is made."""
    found: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition("=")
        found[name.strip()] = value.strip()
    return found


def make_method(
    algorithms: Sequence[str],
    knowledge: Knowledge,
    conventions: Mapping[str, str],
    held: Mapping[str, str] | None = None,
) -> Method:
    """Return the method of a run.

    Parameters
    ----------
    algorithms
        Ids of this installation, paths of files, or names of files that are held.
    held
        The text of files of algorithms, by the name that stands in ``algorithms``.

    Raises
    ------
    UsageError
        E501 for an unknown algorithm; E502 for a convention or a choice that none of them has.
    """
    by_id: dict[str, tuple[Algorithm, str]] = {}
    texts = held or {}
    for name in algorithms:
        algorithm, digest = (
            held_algorithm(name, texts[name]) if name in texts else load_algorithm(name)
        )
        if by_id.setdefault(algorithm.id, (algorithm, digest))[1] != digest:
            raise UsageError([Problem(code="E510", file=name, params={"found": algorithm.id})])
    loaded = list(by_id.values())
    load_algorithm(knowledge.coupling.algorithm)
    known = {name: (entry.default, tuple(entry.choices)) for name, entry in _all(loaded, knowledge)}
    problems = [
        Problem(
            code="E502",
            path="--convention",
            params={
                "found": f"{name}={value}" if value else name,
                "allowed": "; ".join(f"{n}={'|'.join(c)}" for n, (_, c) in known.items()),
            },
        )
        for name, value in conventions.items()
        if name not in known or value not in known[name][1]
    ]
    if problems:
        raise UsageError(problems)
    return Method(
        algorithms=tuple(algorithm for algorithm, _ in loaded),
        hashes={algorithm.id: digest for algorithm, digest in loaded},
        knowledge=knowledge,
        conventions={**{name: default for name, (default, _) in known.items()}, **conventions},
    )


def _all(
    loaded: Sequence[tuple[Algorithm, str]], knowledge: Knowledge
) -> Iterator[tuple[str, KnowledgeConvention | AlgorithmConvention]]:
    yield from knowledge.conventions.items()
    for algorithm, _ in loaded:
        yield from algorithm.conventions.items()
