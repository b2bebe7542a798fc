"""Open questions about a pair, in order of how far their answers could move the category."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from causality.case.model import Case
from causality.coupling import Weighing
from causality.evidence.fact import Fact
from causality.evidence.pair import PairEvidence
from causality.knowledge.base import Knowledge
from causality.knowledge.model import QuestionText
from causality.scoring.engine import Scorer
from causality.scoring.ranges import Range, RangeFinder
from causality.terms.facts import default, in_order

Finders = Sequence[tuple[Scorer, RangeFinder]]
Values = tuple[str, ...]

SAME_ANSWER = {"alternative": "alternative_nondrug"}
"""Facts that one answer settles: a disease excluded is excluded for both."""


class Effect(NamedTuple):
    """What an answer makes of one algorithm: as scored then, and what would still be open."""

    algorithm: str
    total: int | None
    category: str
    range: Range
    steps: int  # categories up (or down, negative) from the category as it is


class Answer(NamedTuple):
    """One answer to a question and what it would give, first algorithm first."""

    value: str
    effects: tuple[Effect, ...]


class OpenQuestion(NamedTuple):
    """A question about a pair whose answer could change a result."""

    id: str
    text: QuestionText
    fact: Fact
    answers: tuple[Answer, ...]
    tests: tuple[str, ...]
    alternatives: tuple[str, ...]
    drugs: tuple[str, ...]

    @property
    def steps(self) -> int:
        """Return by how many categories an answer could move the first algorithm."""
        return max((abs(answer.effects[0].steps) for answer in self.answers), default=0)


def open_questions(
    pair: PairEvidence, finders: Finders, weighing: Weighing, knowledge: Knowledge
) -> tuple[OpenQuestion, ...]:
    """Return the questions whose answers could change a result, the most telling first.

    First come those that move the category of the first algorithm furthest by themselves, then
    those that move the others, then those that narrow what is left open. A question about
    re-exposure asks what has happened; none proposes it.

    Parameters
    ----------
    pair
        With the other suspects counted in.
    finders
        The scorer and the range finder of every algorithm, the one that leads first.
    weighing
        How suspects are weighed: an answer about one changes what the others are next to it.
    """
    asking = _Asking(pair, finders, weighing)
    found: list[tuple[Weight, OpenQuestion]] = []
    for name, fact in pair.facts.items():
        entry = knowledge.question(name, fact.rule)
        if entry is None or not asking.is_open(name):
            continue
        answers = tuple(asking.answer(name, v) for v in asking.could_be(name) if v != default(name))
        weight = asking.weight(answers)
        if any(weight):
            found.append((weight, _question(pair, fact, entry, answers)))
    found.sort(key=lambda item: item[0], reverse=True)
    return tuple(question for _, question in found)


Weight = tuple[int, int, int]


class _Asking:
    """What the answers to questions about one pair would give."""

    def __init__(self, pair: PairEvidence, finders: Finders, weighing: Weighing) -> None:
        self.pair = pair
        self.finders = finders
        self.weighing = weighing
        self.worlds = pair.worlds()
        self.values = pair.values()
        self.now = [f.algorithm.rank(scorer(self.values).category) for scorer, f in finders]
        self.open_now = [finder.over(self.worlds) for _, finder in finders]

    def could_be(self, name: str) -> tuple[str, ...]:
        """Return the values that a fact can still have."""
        return in_order(name, {value for world in self.worlds for value in world[name]})

    def is_open(self, name: str) -> bool:
        """Tell whether a fact is to be asked about: it is open, and no other question covers it."""
        fact = self.pair.facts[name]
        if fact.origin == "stated" or len(self.could_be(name)) == 1:
            return False
        first = next((first for first, twin in SAME_ANSWER.items() if twin == name), None)
        return first is None or not self.is_open(first) or _about_rivals(self.pair.facts[first])

    def answer(self, name: str, value: str) -> Answer:
        """Return what an answer would give, algorithm by algorithm."""
        values, worlds = self._answered(name, value)
        effects = []
        for number, (scorer, finder) in enumerate(self.finders):
            result = scorer(values)
            steps = finder.algorithm.rank(result.category) - self.now[number]
            left = finder.over(worlds)
            effects.append(Effect(finder.algorithm.id, result.total, result.category, left, steps))
        return Answer(value, tuple(effects))

    def _answered(self, name: str, value: str) -> tuple[dict[str, str], list[dict[str, Values]]]:
        """Return the facts as scored and as still possible with an answer filled in."""
        told = {name: value}
        twin = SAME_ANSWER.get(name)
        about_rivals = _about_rivals(self.pair.facts[name])
        if twin is not None and self.pair.facts[twin].origin != "stated" and not about_rivals:
            told[twin] = value
        values = {**self.values, **told}
        left = [world for world in self.worlds if value in world[name]] or list(self.worlds)
        worlds = [{**world, **{fact: (v,) for fact, v in told.items()}} for world in left]
        alone = self.pair.alone
        if alone is None or (name in SAME_ANSWER and about_rivals):
            return values, worlds
        if name in SAME_ANSWER:
            alone = replace(alone, value=value, possible=(value,))
        fact = self.weighing.alternative(self.pair, values, worlds, alone)
        values[fact.name] = fact.value
        possible = in_order(fact.name, {*fact.possible, fact.value})
        return values, [{**world, fact.name: possible} for world in worlds]

    def weight(self, answers: Sequence[Answer]) -> Weight:
        """Return how much a question can change: the first algorithm, all of them, what is open."""
        furthest = [
            max(abs(answer.effects[n].steps) for answer in answers)
            for n in range(len(self.finders))
        ]
        narrowing = sum(
            _narrowing(answer.effects[n].range, self.open_now[n], finder)
            for answer in answers
            for n, (_, finder) in enumerate(self.finders)
        )
        return furthest[0], sum(furthest), max(narrowing, 0)


def _about_rivals(fact: Fact) -> bool:
    """Tell whether other suspects decided the fact, so that the question is about them."""
    return bool(fact.params.get("drugs"))


def _narrowing(after: Range, before: Range, finder: RangeFinder) -> int:
    """Return how much less is open: points of a sum, categories of a table."""
    if finder.algorithm.bands:
        return before.points[1] - before.points[0] - (after.points[1] - after.points[0])
    rank = finder.algorithm.rank
    width = rank(before.category_max) - rank(before.category_min)
    return width - (rank(after.category_max) - rank(after.category_min))


def _question(
    pair: PairEvidence, fact: Fact, entry: tuple[str, QuestionText], answers: tuple[Answer, ...]
) -> OpenQuestion:
    key, text = entry
    alternatives, drugs = fact.params.get("alternatives", ()), fact.params.get("drugs", ())
    assert isinstance(alternatives, tuple)  # noqa: S101 - as `alternative` and `coupled` set them
    assert isinstance(drugs, tuple)  # noqa: S101
    return OpenQuestion(
        id=key,
        text=text,
        fact=fact,
        answers=answers,
        tests=_tests(pair, text, alternatives),
        alternatives=alternatives,
        drugs=drugs,
    )


def _tests(
    pair: PairEvidence, text: QuestionText, alternatives: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the tests whose results would answer: of what stays possible, else of the work-up."""
    if "tests" not in text.fields:
        return ()
    if alternatives:
        wanted = [t for f in pair.findings if f.id in alternatives for t in f.not_known]
    else:
        missing = [
            line
            for line in pair.workup
            if line.state not in ("done", "abnormal", "not_needed") and not line.item.wanted
        ]
        wanted = [line.item.tests[0] for line in missing]
    return tuple(dict.fromkeys(wanted))


def wording(
    question: OpenQuestion, pair: PairEvidence, case: Case, knowledge: Knowledge, language: str
) -> str:
    """Return the question in a language, with the names of its drug, reaction and causes."""
    drugs = {str(drug.id): drug.name for drug in case.drugs}
    causes = [knowledge.alternatives[key].label.text(language) for key in question.alternatives]
    return question.text.text.text(language).format(
        drug=pair.drug.name,
        reaction=pair.reaction.term,
        alternatives=", ".join(causes),
        drugs=", ".join(drugs.get(key, key) for key in question.drugs),
    )
