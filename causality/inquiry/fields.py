"""The fields of a form: what of a question the case does not say yet, one answer each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from causality.case.events import case_events
from causality.case.model import Case, Drug, Episode, Exposure
from causality.case.positions import certainly_before
from causality.case.when import When
from causality.evidence.pair import PairEvidence
from causality.inquiry.questions import OpenQuestion
from causality.knowledge.base import Knowledge
from causality.terms.codes import RESULTS, ActionTaken, Outcome
from causality.terms.facts import FACTS, default

Asked = tuple[PairEvidence, OpenQuestion]
FieldKind = Literal["date", "choice", "test", "treatment", "dose", "duration", "cover", "decision"]

_ACTIONS = tuple(value for value in get_args(ActionTaken) if value != "unknown")
_OUTCOMES = tuple(value for value in get_args(Outcome) if value != "unknown")
_ABOUT_THE_REACTION = frozenset(
    {"course", "alternative_nondrug", "event_confirmed"}
)  # facts on which an answer is the same for every drug
_LABELS = {
    "alternative": "form.field.other_cause",
    "alternative_nondrug": "form.field.disease",
}  # where the name alone would not say what is more likely than what


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing to fill in.

    ``key`` says what an answer fills in by the ids of the case: ``date exposure amx-1 stop``. It
    stands in the form, so that reading it back needs nothing else. ``of`` fills the label in (an
    empty one is the name itself);
    ``so_far`` is what the case says already, less exactly.
    """

    key: str
    kind: FieldKind
    label: str
    of: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    so_far: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """The pairs that one question is about: one reaction, one index episode, several drugs."""

    case: Case
    asked: Sequence[Asked]
    knowledge: Knowledge

    @property
    def pair(self) -> PairEvidence:
        return self.asked[0][0]

    @property
    def episode(self) -> Episode:
        """Return the index episode as the whole file has it."""
        wanted = self.pair.index.id
        return next(e for r in self.case.reactions for e in r.episodes if e.id == wanted)

    @property
    def drugs(self) -> list[Drug]:
        rivals = [key for _, question in self.asked for key in question.drugs]
        wanted = {*(str(pair.drug.id) for pair, _ in self.asked), *rivals}
        return [drug for drug in self.case.drugs if str(drug.id) in wanted]


def form_fields(
    case: Case, asked: Sequence[Asked], audience: str, knowledge: Knowledge
) -> Iterator[FormField]:
    """Yield what a question asks one reader to fill in; nothing when it is not for that reader.

    What only a judgement can settle goes to the assessor: the value of a fact where dates or tests
    would have to be weighed.
    """
    group = _Group(case, asked, knowledge)
    question = asked[0][1]
    facts = [name for name in question.text.fields if name != "fact"]
    rival = bool(question.drugs)
    if question.text.audience == audience == "assessor":
        yield from _decisions(group, "judgement")
        return
    if question.text.audience == "assessor":
        return
    found: list[FormField] = []
    for name in ("start", "stop") if rival else facts:
        found += _BUILDERS[name](group)
    if audience == "reporter":
        yield from found
        by_reporter = "fact" in question.text.fields and question.text.judgement is None
        if by_reporter and not found and not _open_tests(group):
            yield from _decisions(group, "fact")
    elif rival:
        yield from _decisions(group, "judgement")


def for_whom(
    case: Case, pair: PairEvidence, questions: Sequence[OpenQuestion], knowledge: Knowledge
) -> tuple[OpenQuestion, ...]:
    """Return the questions of a pair; what no report can answer is put to the assessor.

    A question about tests or dates is such a one when the case has all of them already.
    """
    return tuple(
        question
        if any(form_fields(case, [(pair, question)], question.text.audience, knowledge))
        else question._replace(text=question.text.judged())
        for question in questions
    )


def _open_tests(group: _Group) -> bool:
    return any(question.tests for _, question in group.asked)


def _date(key: str, label: str, *of: str, when: When | None = None) -> Iterator[FormField]:
    """Yield the field of a date, unless its day is known (on the calendar or as a case day)."""
    if when is None or not when.span.exact:
        yield FormField(
            key=f"date {key}",
            kind="date",
            label=label,
            of=of,
            so_far=when.text if when is not None and when.dated else "",
        )


def _exposure(group: _Group, drug: Drug, *, last: bool) -> Exposure | None:
    """Return the first or the last course of a drug that may have begun before the reaction."""
    named = {start.event for start in group.pair.onset.starts}
    events = case_events(group.case)
    onset = events[f"{group.pair.index.id}.onset"].position
    before = [
        exposure
        for exposure in drug.exposures
        if not certainly_before(onset, events[f"{exposure.id}.start"].position)
    ]
    looked_at = [e for e in before if f"{e.id}.start" in named]
    found = looked_at or before or list(drug.exposures)
    return found[-1 if last and (looked_at or before) else 0] if found else None


def _starts(group: _Group) -> Iterator[FormField]:
    for drug in group.drugs:
        exposure = _exposure(group, drug, last=False)
        if exposure is None:
            yield from _date(f"course {drug.id} start", "form.field.start", drug.name)
        else:
            yield from _date(
                f"exposure {exposure.id} start", "form.field.start", drug.name, when=exposure.start
            )


def _stops(group: _Group) -> Iterator[FormField]:
    for drug in group.drugs:
        exposure = _exposure(group, drug, last=True)
        if exposure is None:
            yield from _date(f"course {drug.id} stop", "form.field.stop", drug.name)
        elif not (exposure.ongoing or exposure.duration or exposure.administrations == 1):
            yield from _date(
                f"exposure {exposure.id} stop", "form.field.stop", drug.name, when=exposure.stop
            )


def _episode_date(name: Literal["onset", "improved", "last_new_lesions"]) -> "Builder":
    def build(group: _Group) -> Iterator[FormField]:
        when: When | None = getattr(group.episode, name)
        key = f"episode {group.episode.id} {name}"
        yield from _date(key, f"form.field.{name}", group.pair.reaction.term, when=when)

    return build


def _actions(group: _Group) -> Iterator[FormField]:
    for drug in group.drugs:
        if group.episode.actions.get(str(drug.id), "unknown") == "unknown":
            yield FormField(
                key=f"action {group.episode.id} {drug.id}",
                kind="choice",
                label="",
                of=(drug.name,),
                choices=_ACTIONS,
            )


def _outcome(group: _Group) -> Iterator[FormField]:
    if group.episode.outcome in (None, "unknown"):
        yield FormField(
            key=f"outcome {group.episode.id}",
            kind="choice",
            label="form.field.outcome",
            of=(group.pair.reaction.term,),
            choices=_OUTCOMES,
        )


def _treatment(group: _Group) -> Iterator[FormField]:
    if group.episode.treatment is None:
        yield FormField(
            key=f"treatment {group.episode.id}",
            kind="treatment",
            label="form.field.treatment",
            of=(group.pair.reaction.term,),
        )


def _treatment_starts(group: _Group) -> Iterator[FormField]:
    for number, treatment in enumerate(group.episode.treatment or (), start=1):
        key = f"treatment {group.episode.id} {number} start"
        yield from _date(key, "form.field.treatment_start", treatment.drug, when=treatment.start)
    if group.episode.treatment is None:
        yield from _treatment(group)


def _tests(group: _Group) -> Iterator[FormField]:
    names = (test for _, question in group.asked for test in question.tests)
    for test in dict.fromkeys(names):
        yield _test(group, test)


def _confirming_tests(group: _Group) -> Iterator[FormField]:
    for test in group.knowledge.tests:
        if _confirms(group, test):
            yield _test(group, test)


def _confirms(group: _Group, test: str) -> bool:
    """Tell whether a test shows the reaction itself; its result then concerns the reaction."""
    entry = group.knowledge.tests[test]
    syndromes = group.knowledge.reaction_syndromes(group.pair.reaction.term)
    return entry.role == "event" and not set(syndromes).isdisjoint(entry.confirms)


def _test(group: _Group, test: str) -> FormField:
    concerned = f" {group.pair.reaction.id}" if _confirms(group, test) else ""
    key = f"test {test}{concerned}"
    return FormField(key=key, kind="test", label="", of=(test,), choices=RESULTS)


def _courses(group: _Group) -> Iterator[tuple[Drug, Exposure]]:
    """Yield the later courses that the questions are about."""
    named = {e.rpartition(".")[0] for _, question in group.asked for e in question.fact.events}
    for drug in group.drugs:
        for exposure in drug.exposures:
            if str(exposure.id) in named:
                yield drug, exposure


def _recurrence(group: _Group) -> Iterator[FormField]:
    reaction = group.pair.reaction
    for drug, exposure in _courses(group):
        yield FormField(
            key=f"recurrence {exposure.id} {reaction.id}",
            kind="choice",
            label="form.field.recurrence",
            of=(reaction.term, drug.name),
            choices=("yes", "no"),
        )


def _of_course(name: Literal["dose", "duration", "cover"]) -> "Builder":
    def build(group: _Group) -> Iterator[FormField]:
        for drug, exposure in _courses(group):
            given = (exposure.stop or exposure.ongoing) if name == "duration" else None
            if getattr(exposure, name) is None and given is None:
                key = f"{name} {exposure.id}"
                yield FormField(key=key, kind=name, label=f"form.field.{name}", of=(drug.name,))

    return build


def _decisions(group: _Group, word: Literal["fact", "judgement"]) -> Iterator[FormField]:
    """Yield the choice of a value of the fact, for all drugs at once where it is the same."""
    fact = group.asked[0][1].fact.name
    values = {a.value: None for _, question in group.asked for a in question.answers}
    choices = tuple(v for v in FACTS[fact] if v in values and v != default(fact))
    pairs = [pair for pair, _ in group.asked]
    together = [pairs] if fact in _ABOUT_THE_REACTION else [[pair] for pair in pairs]
    for some in together:
        names = " ".join(part for pair in some for part in pair.key)
        one = some[0].drug.name if fact not in _ABOUT_THE_REACTION else some[0].reaction.term
        yield FormField(
            key=f"{word} {fact} {names}",
            kind="decision",
            label=_LABELS.get(fact, ""),
            of=(one,),
            choices=choices,
        )


Builder = Callable[[_Group], Iterator[FormField]]
_BUILDERS: Mapping[str, Builder] = {
    "start": _starts,
    "stop": _stops,
    "onset": _episode_date("onset"),
    "improved": _episode_date("improved"),
    "last_new_lesions": _episode_date("last_new_lesions"),
    "action": _actions,
    "outcome": _outcome,
    "treatment": _treatment,
    "treatment_start": _treatment_starts,
    "tests": _tests,
    "confirming_tests": _confirming_tests,
    "recurrence": _recurrence,
    "dose": _of_course("dose"),
    "duration": _of_course("duration"),
    "cover": _of_course("cover"),
}
