"""The whole chain behind one answer: option, facts, rules, events and sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from causality.assessment.assess import AssessedPair, Assessment, CaseAssessment
from causality.cli.conditions import condition
from causality.errors import Problem, UsageError
from causality.evidence.fact import Fact
from causality.scoring.model import Algorithm, Option, OwnId
from causality.terms.facts import FACTS
from causality.wording.sentences import Sentences
from causality.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an explanation."""

    text: str
    indent: int = 0
    style: str = ""


def chain(result: CaseAssessment, item: str, words: Words) -> Iterator[Line]:
    """Yield the chain behind a question (by id or letter) or a fact, for every pair.

    Raises
    ------
    UsageError
        E507 when no algorithm in use has such a question and there is no such fact.
    """
    wanted, questions = check_item(result.method.algorithms, item)
    say = Sentences(words, result)
    for pair in result.pairs:
        yield Line(f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}", 0, "bold")
        for entry in pair.assessments:
            for name in entry.algorithm.questions:
                if (entry.algorithm.id, name) in questions:
                    yield from _question(entry, name, pair, say)
        if not questions:
            yield from _fact(pair.evidence.facts[wanted], say, 2)
        yield Line("")


def check_item(algorithms: Sequence[Algorithm], item: str) -> tuple[str, set[tuple[str, str]]]:
    """Return the name asked for and the questions it means, by algorithm.

    Raises
    ------
    UsageError
        E507 when no algorithm in use has such a question and there is no such fact.
    """
    wanted = item.strip().rstrip(")")
    questions = {
        (a.id, name)
        for a in algorithms
        for name, question in a.questions.items()
        if wanted in (name, question.letter)
    }
    if not questions and wanted not in FACTS:
        known = [n for a in algorithms for n in a.questions] + list(FACTS)
        params = {"found": item, "allowed": ", ".join(dict.fromkeys(known))}
        raise UsageError([Problem(code="E507", params=params)])
    return wanted, questions


def _question(entry: Assessment, name: str, pair: AssessedPair, say: Sentences) -> Iterator[Line]:
    words, algorithm = say.words, entry.algorithm
    question = algorithm.questions[name]
    letter = f"{question.letter}) " if question.letter else ""
    label = question.label.text(words.language)
    own = f" ({words('report.own_file')})" if isinstance(algorithm.id, OwnId) else ""
    yield Line(f"{algorithm.id} {algorithm.version}{own} · {letter}{label}", 2, "italic")
    item = next((item for item in entry.score.items if item.question == name), None)
    if item is None:
        yield Line(words("view.not_asked"), 4)
        return
    option = question.options[item.option]
    answer = option.label.text(words.language)
    gives = "" if item.points is None else f": {item.points:+d}"
    yield Line(f"{item.code} {answer}{gives}", 4, "bold")
    if option.note:
        yield Line(option.note.text(words.language), 6)
    for key in option.source:
        cited = algorithm.cited(key, words.language)
        yield Line(f"{words('view.source_of_points')}: {cited}", 6, "dim")
    for fact_name in item.facts:
        if fact_name in pair.evidence.facts:
            yield from _fact(pair.evidence.facts[fact_name], say, 4)
    yield Line(words("view.other_options"), 4, "italic")
    for number, other in enumerate(question.options):
        if number != item.option:
            yield Line(_option(other, algorithm, words), 6, "dim")


def _option(option: Option, algorithm: Algorithm, words: Words) -> str:
    gives = f" ({option.points or 0:+d})" if algorithm.bands else ""
    label = f"{option.code} {option.label.text(words.language)}{gives}"
    if not option.when:
        return f"{label}: {words('view.always')}"
    conditions = condition(option.when, algorithm, words)
    return f"{label}: {words('view.when', conditions=conditions)}"


def _fact(fact: Fact, say: Sentences, indent: int) -> Iterator[Line]:
    words = say.words
    value = words.value(fact.name, fact.value)
    yield Line(f"{words('view.fact')}: {words(f'fact.{fact.name}')} = {value}", indent)
    possible = say.possible(fact)
    if possible:
        yield Line(possible, indent + 2)
    yield Line(f"{words('view.rule')}: {say.rule(fact)} ({fact.rule})", indent + 2)
    yield Line(f"{words('view.origin')}: {say.origin(fact)}", indent + 2)
    for event in fact.events:
        path = ".".join(str(step) for step in say.result.timeline.events[event].path)
        where = words("view.in_file", path=path)
        yield Line(f"{words('view.rests_on')}: {say.event(event)}, {where}", indent + 2)
    for source in fact.sources:
        yield Line(f"{words('view.sources')}: {say.source(source)}", indent + 2, "dim")
    for remark in say.flags(fact):
        yield Line(f"– {remark}", indent + 2)
    if fact.derived is not None:
        machine = words.value(fact.name, fact.derived.value)
        rule = say.rule(fact.derived)
        yield Line(words("view.machine_said", value=machine, rule=rule), indent + 2)
