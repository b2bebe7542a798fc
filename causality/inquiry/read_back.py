"""Put the answers of a form into the case: what they add, and what they contradict."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from causality.case.model import Case, Episode, Exposure, Investigation, Treatment
from causality.case.positions import Position, certainly_before, resolve, resolve_anchors
from causality.case.when import When
from causality.document import Document, Path_
from causality.errors import InputError, Problem, shown
from causality.inquiry.answers import Answer, FilledForm, as_moment
from causality.inquiry.editing import Edit
from causality.inquiry.form_text import DECISIONS, is_plain_finding
from causality.knowledge.base import Knowledge
from causality.terms.codes import NO_TREATMENT, NOT_RESULTS
from causality.words import Words

_FLAVOURS = {"not_known": "ASKU", "not_asked": "NASK"}
_ALWAYS_AN_EVENT = frozenset({"start", "onset"})
"""Moments that a case has whether dated or not: to say why there is no date claims nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that an answer puts into the case, and what stood there less exactly."""

    answer: Answer
    edit: Edit
    before: str = ""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a form adds to a case; ``left_open`` are answers that say why there is none."""

    changes: tuple[Change, ...]
    left_open: tuple[Answer, ...]
    same: tuple[Answer, ...]


def read_back(
    form: FilledForm, case: Case, document: Document, knowledge: Knowledge, words: Words
) -> ReadBack:
    """Return the changes that the answers make.

    Raises
    ------
    InputError
        E642 an answer without meaning here, E644 the form of another case, E645 a contradiction,
        E647 a part that the case no longer has, E651 a date that cannot be told from a case day.
    """
    if " ".join(case.case_id.split()) != form.case_id:
        params = {"found": form.case_id, "allowed": case.case_id}
        raise InputError([Problem(code="E644", file=form.file, params=params)])
    reader = _Reader(form, case, document, knowledge, words)
    for answer in form.answers:
        try:
            reader.read(answer)
        except (KeyError, ValueError, IndexError):  # the key leads nowhere in this case
            found = " ".join(answer.key)
            reader.problems.append(answer.problem("E647", form.file, found=found))
    if reader.problems:
        raise InputError(reader.problems)
    return ReadBack(tuple(reader.changes), tuple(reader.left_open), tuple(reader.same))


@dataclass(slots=True)
class _Reader:
    form: FilledForm
    case: Case
    document: Document
    knowledge: Knowledge
    words: Words
    changes: list[Change] = field(default_factory=list)
    left_open: list[Answer] = field(default_factory=list)
    same: list[Answer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new_courses: dict[str, dict[str, Answer]] = field(default_factory=dict)

    def read(self, answer: Answer) -> None:
        kind, *names = answer.key
        if answer.non_answer and kind not in ("date", "test"):
            self.left_open.append(answer)
        elif kind in DECISIONS:
            self._decision(answer)
        else:
            _READERS[kind](self, answer, *names)

    # Where things stand

    def exposure(self, name: str) -> tuple[Path_, Exposure]:
        for n, drug in enumerate(self.case.drugs):
            for m, exposure in enumerate(drug.exposures):
                if exposure.id == name:
                    return ("drugs", n, "exposures", m), exposure
        raise KeyError(name)

    def episode(self, name: str) -> tuple[Path_, Episode]:
        for n, reaction in enumerate(self.case.reactions):
            for m, episode in enumerate(reaction.episodes):
                if episode.id == name:
                    return ("reactions", n, "episodes", m), episode
        raise KeyError(name)

    # What answers do

    def put(self, answer: Answer, path: Path_, value: Any, before: str = "") -> None:
        self.changes.append(Change(answer, Edit(path, value), before))

    def add(self, answer: Answer, path: Path_, value: Any) -> None:
        self.changes.append(Change(answer, Edit(path, value, append=True)))

    def contradiction(self, answer: Answer, path: Path_, said: str, code: str = "E645") -> None:
        line, column = self.document.place(path)
        place = f"{self.document.file}:{line}:{column}"
        self.problems.append(answer.problem(code, self.form.file, said=shown(said), other=place))

    def set_code(self, answer: Answer, path: Path_, now: str | None, value: str) -> None:
        """Set a value that is not there or unknown; the same is no change."""
        if now is None or now == "unknown":
            self.put(answer, path, value)
        elif now == value:
            self.same.append(answer)
        else:
            self.contradiction(answer, path, now)

    def date(self, answer: Answer, what: str, name: str, *more: str) -> None:
        if what == "course":
            self._new_course(answer, name, *more)
            return
        path, part = self._part(what, name, *more)
        key = more[-1]
        if answer.value == "ongoing" and isinstance(part, Exposure):
            self._ongoing(answer, path, part)
            return
        self._moment(answer, (*path, key), getattr(part, key))

    def _part(
        self, what: str, name: str, *more: str
    ) -> tuple[Path_, Exposure | Episode | Treatment]:
        if what == "exposure":
            return self.exposure(name)
        path, episode = self.episode(name)
        if what != "treatment":
            return path, episode
        number = int(more[0]) - 1
        return (*path, "treatment", number), (episode.treatment or ())[number]

    def _ongoing(self, answer: Answer, path: Path_, exposure: Exposure) -> None:
        if exposure.stop is not None:
            self.contradiction(answer, (*path, "stop"), exposure.stop.text)
        else:
            self.set_code(answer, (*path, "ongoing"), _flag(exposure.ongoing), "true")

    def _moment(self, answer: Answer, path: Path_, now: When | None) -> None:
        if answer.non_answer:
            if now is None and path[-1] in _ALWAYS_AN_EVENT:
                self.put(answer, path, {"null_flavour": _FLAVOURS[answer.non_answer]})
            self.left_open.append(answer)
            return
        new = answer.when
        assert new is not None  # noqa: S101 - a date that is answered has a moment
        if now is None or not now.dated:
            self.put(answer, path, _joined(answer.value, now))
            return
        anchors = resolve_anchors(self.case.anchors)
        old_at, new_at = resolve(now, anchors), resolve(new, anchors)
        if old_at is None or new_at is None:
            self.contradiction(answer, path, now.text)
        elif old_at.clock != new_at.clock:
            self.contradiction(answer, path, now.text, "E651")
        elif _within(old_at, new_at):
            self.same.append(answer)
        elif _within(new_at, old_at):
            self.put(answer, path, _joined(answer.value, now), now.text)
        else:
            self.contradiction(answer, path, now.text)

    def _new_course(self, answer: Answer, drug: str, key: str) -> None:
        """Begin a first course of a drug, or complete the one that another answer has begun."""
        numbers = {str(d.id): n for n, d in enumerate(self.case.drugs)}
        path: Path_ = ("drugs", numbers[drug], "exposures")
        if self.case.drugs[numbers[drug]].exposures:
            raise KeyError(drug)
        if answer.non_answer:
            self.left_open.append(answer)
            return
        entry = {"ongoing": "true"} if answer.value == "ongoing" else {key: answer.value}
        known = self.new_courses.setdefault(drug, {})
        if known:
            ((name, value),) = entry.items()
            self.put(answer, (*path, 0, name), value)
        else:
            self.add(answer, path, entry)
        known[key] = answer

    def action(self, answer: Answer, episode: str, drug: str) -> None:
        path, part = self.episode(episode)
        if drug not in {str(d.id) for d in self.case.drugs}:
            raise KeyError(drug)
        self.set_code(answer, (*path, "actions", drug), part.actions.get(drug), answer.value)

    def outcome(self, answer: Answer, episode: str) -> None:
        path, part = self.episode(episode)
        self.set_code(answer, (*path, "outcome"), part.outcome, answer.value)

    def treatment(self, answer: Answer, episode: str) -> None:
        path, part = self.episode(episode)
        where = (*path, "treatment")
        new: Any = answer.value or [
            {"drug": drug, **({"start": when.text} if when else {})} for drug, when in answer.items
        ]
        if part.treatment is None:
            self.put(answer, where, new)
        elif [t.drug for t in part.treatment] == [drug for drug, _ in answer.items]:
            self.same.append(answer)
        else:
            said = ", ".join(t.drug for t in part.treatment) or NO_TREATMENT
            self.contradiction(answer, where, said)

    def recurrence(self, answer: Answer, exposure: str, reaction: str) -> None:
        path, part = self.exposure(exposure)
        where = (*path, "recurrence")
        numbers = {str(r.id): n for n, r in enumerate(self.case.reactions)}
        general = part.recurrence.get("*")
        if general == "unknown":
            self.put(answer, where, {reaction: answer.value})
        else:
            now = part.recurrence.get(reaction, general)
            self.set_code(answer, (*where, reaction), now, answer.value)
        if answer.when is not None and answer.value == "yes":
            episode = {"onset": answer.when.text, "recurrence_on": exposure}
            self.add(answer, ("reactions", numbers[reaction], "episodes"), episode)

    def of_course(self, answer: Answer, exposure: str) -> None:
        path, part = self.exposure(exposure)
        name = answer.key[0]
        value: Any = answer.value or [drug for drug, _ in answer.items]
        if getattr(part, name) is None:
            self.put(answer, (*path, name), value)
        else:
            written = self.document.value
            for step in (*path, name):
                written = written[step]
            if str(written) == str(value):
                self.same.append(answer)
            else:
                self.contradiction(answer, (*path, name), str(written))

    def test(self, answer: Answer, test: str, *concerned: str) -> None:
        result, note = self._result(answer, test)
        if result is None:
            return
        entries = [
            (n, entry)
            for n, entry in enumerate(self.case.investigations)
            if self.knowledge.test(entry.test) == test
        ]
        for number, entry in entries:
            if self._known_test(answer, ("investigations", number), entry, result):
                return
        new: dict[str, Any] = {"test": self.knowledge.tests[test].label.text(self.words.language)}
        if answer.when is not None:
            new["date"] = answer.when.text
        new["result"] = result
        if answer.more:
            new["value"] = answer.more
        if concerned and result not in NOT_RESULTS:
            new["concerns"] = concerned[0]
        self.add(answer, ("investigations",), {**new, "note": note})

    def _result(self, answer: Answer, test: str) -> tuple[str | None, str]:
        note = self._source()
        if answer.non_answer:
            self.left_open.append(answer)
            said = self.words(f"form.non_answer.{answer.non_answer}")
            return (
                "not_done" if answer.non_answer == "not_done" else "unknown",
                f"{note} ({said})",
            )
        if answer.value not in ("yes", "no"):
            return answer.value, note
        if is_plain_finding(self.knowledge.tests[test]):
            return "positive" if answer.value == "yes" else "negative", note
        allowed = ", ".join(self.words(f"result.{r}") for r in ("positive", "negative"))
        self.problems.append(answer.problem("E642", self.form.file, allowed=allowed))
        return None, note

    def _known_test(self, answer: Answer, path: Path_, entry: Investigation, result: str) -> bool:
        """Complete a test that the case has; False when the answer is another test of its kind."""
        if entry.result == result:
            self.same.append(answer)
            return True
        if entry.result in (None, "pending", "unknown"):
            if result not in ("pending", "unknown"):
                self.put(answer, (*path, "result"), result, entry.result or "")
                if answer.when is not None and entry.date is None:
                    self.put(answer, (*path, "date"), answer.when.text)
                if answer.more and entry.value is None:
                    self.put(answer, (*path, "value"), answer.more)
            return True
        if result in NOT_RESULTS or _on_other_days(entry.date, answer.when, self.case):
            return result in NOT_RESULTS and self._said(answer, path, entry.result)
        self.contradiction(answer, (*path, "result"), entry.result)
        return True

    def _said(self, answer: Answer, path: Path_, said: str) -> bool:
        if answer.non_answer == "not_done":
            self.contradiction(answer, (*path, "result"), said)
        return True

    def _decision(self, answer: Answer) -> None:
        word, fact, *names = answer.key
        reason = self.words("form.reason" if word == "fact" else "form.reason_assessor")
        for pair in zip(names[::2], names[1::2], strict=True):
            path, now = self._decided(pair, fact)
            if path is None:
                entry = {"pair": list(pair), "fact": fact, "value": answer.value}
                entry["reason"] = f"{reason}: {answer.more}" if answer.more else reason
                if self.form.by:
                    entry["source"] = self.form.by
                if self.form.on is not None:
                    entry["date"] = self.form.on.text
                self.add(answer, ("assessor",), entry)
            else:
                self.set_code(answer, (*path, "value"), now, answer.value)

    def _decided(self, pair: tuple[str, str], fact: str) -> tuple[Path_ | None, str]:
        drugs = {str(d.id) for d in self.case.drugs}
        if pair[0] not in drugs or pair[1] not in {str(r.id) for r in self.case.reactions}:
            raise KeyError(pair)
        for number, decision in enumerate(self.case.assessor):
            if decision.pair == pair and decision.fact == fact:
                return ("assessor", number), decision.value
        return None, ""

    def _source(self) -> str:
        on = self.form.on.text if self.form.on else ""
        return ", ".join(filter(None, (self.words("form.reason"), self.form.by, on)))


_READERS: Mapping[str, Callable[..., None]] = {
    "date": _Reader.date,
    "action": _Reader.action,
    "outcome": _Reader.outcome,
    "treatment": _Reader.treatment,
    "recurrence": _Reader.recurrence,
    "dose": _Reader.of_course,
    "duration": _Reader.of_course,
    "cover": _Reader.of_course,
    "test": _Reader.test,
}


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def _joined(date: str, now: When | None) -> Any:
    """Return a date with the order that the case states for the same moment."""
    moment = as_moment(date)
    if now is None or not (now.after or now.before):
        return moment
    orders: Iterator[tuple[str, tuple[str, ...]]] = iter(
        (("after", now.after), ("before", now.before))
    )
    assumed = {"assumed": "true"} if now.assumed else {}
    day = moment if isinstance(moment, dict) else {"date": moment}
    return {**day, **{key: list(ids) for key, ids in orders if ids}, **assumed}


def _within(inner: Position, outer: Position) -> bool:
    """Tell whether no day of the first lies outside the second."""
    low, high = outer.span.earliest, outer.span.latest
    first, last = inner.span.earliest, inner.span.latest
    return (low is None or (first is not None and first >= low)) and (
        high is None or (last is not None and last <= high)
    )


def _on_other_days(first: When | None, second: When | None, case: Case) -> bool:
    anchors = resolve_anchors(case.anchors)
    one, two = resolve(first, anchors), resolve(second, anchors)
    return certainly_before(one, two) or certainly_before(two, one)
