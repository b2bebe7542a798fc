"""The result on a terminal: a clear view of one case, a work list, and the chain of an answer."""

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from causality import __version__
from causality.assessment.assess import AssessedPair, Assessment, CaseAssessment
from causality.assessment.moment import END
from causality.cli.plain import plain
from causality.cli.sentences import Sentences
from causality.evidence.alternatives import Finding
from causality.evidence.fact import Fact
from causality.evidence.lookups import ReactionLookup, not_recognised, unscored_culprits
from causality.scoring.engine import Item, Score
from causality.scoring.model import Algorithm
from causality.words import Words

_PIPE_WIDTH = 120
_SHOWN_TESTS = 6
_COLOURS = {
    "improbable": "dim",
    "conditional": "yellow",
    "possible": "yellow",
    "probable": "green",
    "definite": "bold green",
}


class TerminalView:
    """Print results with rich; plain text when the output is not a terminal."""

    def __init__(self, words: Words, console: Console | None = None) -> None:
        self.words = words
        self.console = console or Console(
            file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH
        )
        self._parts: list[RenderableType] = []

    def _emit(self, part: RenderableType) -> None:
        """Keep a part to print: printing all at once takes half the time."""
        self._parts.append(part)

    def flush(self) -> None:
        """Print what has been kept."""
        self.console.print(Group(*self._parts))
        self._parts = []

    def case(self, result: CaseAssessment, file: str) -> None:
        """Print everything about one case."""
        words, say = self.words, Sentences(self.words, result)
        self._title(words("view.case", case_id=result.case.case_id), result.case.title)
        moment = result.snapshot.moment
        label = moment.label
        if moment.whole:
            dated = "" if moment.label == END else f", {moment.label}"
            label = words("view.end_of_case") + dated
        self._line(words("view.as_of", moment=label))
        if not result.pairs:
            self._line(words("view.no_pairs"))
            return
        self._emit(Text())
        self._summary(result)
        for pair in result.pairs:
            self._pair(pair, result, say)
        self._over_time(result, say)
        self._footer(result, file)

    def worklist(self, results: Sequence[tuple[str, CaseAssessment]], failed: int) -> None:
        """Print one line per case and pair."""
        words = self.words
        table = self._table("file", "drug", "reaction", "algorithm", "total", "range", "category")
        for file, result in results:
            for pair in result.pairs:
                for entry in pair.assessments:
                    table.add_row(_text(file), *self._names(pair), *self._result(entry))
        self._emit(table)
        self._line(words("view.worklist", count=len(results)))
        if failed:
            self._line(words("view.problem_cases", count=failed))

    def explain(self, result: CaseAssessment, item: str) -> None:
        """Print the whole chain behind one question or fact."""
        from causality.cli.explain import chain  # noqa: PLC0415 - only when asked for

        for line in chain(result, item, self.words):
            self._emit(Padding(_text(line.text, style=line.style), (0, 0, 0, line.indent)))

    def what_if(self, changed: CaseAssessment, before: CaseAssessment) -> None:
        """Print what the what-if values change."""
        words = self.words
        changes = ", ".join(
            dict.fromkeys(
                f"{n}={v}" for values in changed.overrides.values() for n, v in values.items()
            )
        )
        self._heading(words("view.what_if", changes=changes))
        known = {(p.evidence.key, a.algorithm.id): a for p in before.pairs for a in p.assessments}
        lines = [
            words(
                "view.what_if_change",
                pair=f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}",
                algorithm=entry.algorithm.id,
                before=self._short(known[pair.evidence.key, entry.algorithm.id]),
                after=self._short(entry),
            )
            for pair in changed.pairs
            for entry in pair.assessments
            if (old := known.get((pair.evidence.key, entry.algorithm.id)))
            and self._short(old) != self._short(entry)
        ]
        for line in lines or [words("view.what_if_same")]:
            self._line(line)

    def _short(self, entry: Assessment) -> str:
        if entry.score.total is None:
            return self._category(entry)
        return f"{entry.score.total:+d} ({self._category(entry)})"

    def _title(self, text: str, detail: str | None) -> None:
        self._emit(_text(text, style="bold") + _text(f"  {detail}" if detail else ""))

    def _heading(self, text: str) -> None:
        self._emit(Text())
        self._emit(_text(text, style="bold"))

    def _line(self, text: str, indent: int = 0, style: str = "") -> None:
        line = _text(text, style=style)
        self._emit(Padding(line, (0, 0, 0, indent), expand=False) if indent else line)

    def _table(self, *columns: str) -> Table:
        """Return a table with columns headed by words; a bar has no heading."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            table.add_column(self.words(f"view.{column}") if column else "", overflow="fold")
        return table

    def _names(self, pair: AssessedPair) -> tuple[Text, Text]:
        return _text(pair.evidence.drug.name), _text(pair.evidence.reaction.term)

    def _result(self, entry: Assessment) -> tuple[Text, Text, Text, Text]:
        category = self._category(entry)
        if "insufficient" in entry.score.flags:
            category = f"{category} · {self.words('view.insufficient')}"
        return (
            _text(entry.algorithm.id),
            _text(_points(entry.score.total), justify="right"),
            _text(self._range(entry)),
            _text(category, style=_COLOURS.get(entry.score.category, "")),
        )

    def _range(self, entry: Assessment) -> str:
        """Return what the unknown facts leave open: totals, or categories where there are none."""
        found = entry.range
        if found.total_min != found.total_max:
            return f"{_points(found.total_min)} … {_points(found.total_max)}"
        if entry.score.total is not None or found.category_min == found.category_max:
            return ""
        labels = (entry.algorithm.categories[c] for c in (found.category_min, found.category_max))
        return " … ".join(label.text(self.words.language) for label in labels)

    def _category(self, entry: Assessment) -> str:
        return entry.algorithm.categories[entry.score.category].text(self.words.language)

    def _summary(self, result: CaseAssessment) -> None:
        table = self._table("drug", "reaction", "algorithm", "total", "range", "category")
        for pair in result.pairs:
            for entry in pair.assessments:
                table.add_row(*self._names(pair), *self._result(entry))
        self._emit(table)

    def _pair(self, pair: AssessedPair, result: CaseAssessment, say: Sentences) -> None:
        evidence = pair.evidence
        self._heading(f"{evidence.drug.name} – {evidence.reaction.term}")
        for entry in pair.assessments:
            self._items(entry, pair, say)
            self._conventions(entry, result)
        self._remarks(pair, result, say)
        self._alternatives(pair, say)

    def _items(self, entry: Assessment, pair: AssessedPair, say: Sentences) -> None:
        words = self.words
        table = self._table("question", "answer", "points", "because")
        for item in entry.score.items:
            question = entry.algorithm.questions[item.question]
            letter = f"{question.letter}) " if question.letter else ""
            table.add_row(
                _text(letter + question.label.text(words.language)),
                _text(f"{item.code} {question.options[item.option].label.text(words.language)}"),
                _text(_points(item.points), justify="right"),
                _text(self._because(item, entry, pair, say)),
            )
        self._emit(table)

    def _because(self, item: Item, entry: Assessment, pair: AssessedPair, say: Sentences) -> str:
        facts = [pair.evidence.facts[name] for name in item.facts if name in pair.evidence.facts]
        told = [f for f in facts if f.rule != "not_reported" and _matters(f, item, entry)]
        parts = [say.rule(fact) for fact in told]
        silent = [self.words(f"fact.{f.name}") for f in facts if f.rule == "not_reported"]
        if silent:
            parts.append(self.words("view.not_reported", facts=tuple(silent)))
        parts += [text for fact in told if (text := say.possible(fact))]
        events = list(dict.fromkeys(e for fact in told for e in fact.events))
        if events:
            parts.append(f"[{', '.join(events)}]")
        return " ".join(dict.fromkeys(parts))

    def _conventions(self, entry: Assessment, result: CaseAssessment) -> None:
        for name, choices in entry.otherwise.items():
            own = entry.algorithm.conventions.get(name)
            convention = own or result.method.knowledge.conventions[name]
            others = "; ".join(
                f"{convention.choices[choice].text(self.words.language)}: "
                + _outcome(entry.algorithm, score, self.words.language)
                for choice, score in choices.items()
            )
            self._line(
                self.words(
                    "view.convention_line",
                    label=convention.label.text(self.words.language),
                    choice=convention.choices[entry.conventions[name]].text(self.words.language),
                    others=others,
                ),
                style="dim",
            )

    def _remarks(self, pair: AssessedPair, result: CaseAssessment, say: Sentences) -> None:
        words, evidence = self.words, pair.evidence
        read = {n for entry in pair.assessments for n in _facts_read(entry)}
        remarks = [
            self.words(f"flag.{flag}")
            for entry in pair.assessments
            for flag in entry.score.flags
            if self.words.has(f"flag.{flag}")
        ]
        remarks += [t for n, fact in evidence.facts.items() if n in read for t in say.flags(fact)]
        for name, fact in evidence.facts.items():
            if fact.derived is not None:
                value, derived = (
                    words.value(name, fact.value),
                    words.value(name, fact.derived.value),
                )
                label = words(f"fact.{name}")
                who = "view.supposed" if fact.rule == "stated.what_if" else "view.person"
                remarks.append(f"{label}: {words(who, value=value, derived=derived)}")
        knowledge = result.method.knowledge
        about = ReactionLookup(result.case, evidence.reaction, knowledge)
        onset = f"{evidence.index.id}.onset"
        remarks += [
            words("view.unscored_culprit", drug=drug.name)
            for drug in unscored_culprits(result.snapshot, about, onset)
        ]
        if knowledge.reaction_key(evidence.reaction.term) is None:
            remarks.append(words("view.unknown_reaction", reaction=evidence.reaction.term))
        if knowledge.drug(evidence.drug.substance, evidence.drug.name) is None:
            remarks.append(words("view.unknown_drug", drug=evidence.drug.name))
        if remarks:
            self._line(words("view.remarks"), style="italic")
            for remark in dict.fromkeys(remarks):
                self._line(f"– {remark}", 2)

    def _alternatives(self, pair: AssessedPair, say: Sentences) -> None:
        words = self.words
        told = [
            f
            for f in pair.evidence.findings
            if f.presences or f.state in ("more_likely", "possible")
        ]
        if told:
            self._line(words("view.alternatives"), style="italic")
        for finding in told:
            self._finding(finding, say)
        required = [line for line in pair.evidence.workup if not line.item.wanted]
        missing = [
            line.item.label.text(words.language)
            for line in required
            if line.state not in ("done", "abnormal", "not_needed")
        ]
        if missing:
            self._line(
                words(
                    "view.workup",
                    done=len(required) - len(missing),
                    all=len(required),
                    missing=", ".join(missing),
                )
            )
        elif required:
            self._line(words("view.workup_complete"))

    def _finding(self, finding: Finding, say: Sentences) -> None:
        words = self.words
        mimic = finding.entry.kind == "mimic" and finding.state != "ruled_out"
        state = words("state.mimic" if mimic else f"state.{finding.state}")
        self._line(f"– {say.alternative(finding.id)}: {state}", 2)
        for key, grounds in (("for", finding.grounds_for), ("against", finding.grounds_against)):
            for ground in grounds:
                self._line(f"{words(f'view.{key}')}: {say.ground(ground)}", 6)
        if finding.not_known:
            names = [say.test(key) for key in finding.not_known]
            more = len(names) - _SHOWN_TESTS
            text = ", ".join(names[:_SHOWN_TESTS])
            if more > 0:
                text += f" {words('view.and_more', count=more)}"
            self._line(f"{words('view.not_known')}: {text}", 6)

    def _over_time(self, result: CaseAssessment, say: Sentences) -> None:
        words = self.words
        self._heading(words("view.over_time"))
        labels = {a.id: a.categories for a in result.method.algorithms}
        for pair in result.pairs:
            table = self._table("moment", "event", "algorithm", "total", "", "category")
            for change in result.trajectory:
                if (change.drug, change.reaction) != pair.evidence.key:
                    continue
                event = result.timeline.events.get(change.event)
                table.add_row(
                    _text(say.date(event) if event else change.as_of),
                    _text(say.what(event) if event else words("view.end_of_case")),
                    _text(change.algorithm),
                    _text(_points(change.total), justify="right"),
                    _text("█" * max(change.total or 0, 0)),
                    _text(labels[change.algorithm][change.category].text(words.language)),
                )
            self._line(f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}", style="italic")
            self._emit(Padding(table, (0, 0, 1, 2)))

    def _footer(self, result: CaseAssessment, file: str) -> None:
        words, method = self.words, result.method
        self._emit(Text())
        unknown = not_recognised(result.case, method.knowledge)
        if unknown:
            self._line(words("view.not_recognised", names=tuple(unknown)))
        if method.knowledge.layers:
            folders = ", ".join(name for name, _ in method.knowledge.layers)
            self._line(words("view.own_knowledge", folders=folders))
        algorithms = ", ".join(f"{a.id} {a.version}" for a in method.algorithms)
        self._line(
            words(
                "view.versions",
                algorithms=algorithms,
                knowledge=method.knowledge.version,
                tool=__version__,
            ),
            style="dim",
        )
        self._line(words("view.explain_hint", file=file), style="dim")
        self._line(words("view.safety"), style="dim")


def _text(value: str, *, style: str = "", justify: JustifyMethod | None = None) -> Text:
    return Text(plain(value), style=style, justify=justify)


def _points(total: int | None) -> str:
    return "" if total is None else f"{total:+d}"


def _outcome(algorithm: Algorithm, score: Score, language: str) -> str:
    """Return a total, or a category where no points are added."""
    if score.total is not None:
        return _points(score.total)
    return algorithm.categories[score.category].text(language)


def _matters(fact: Fact, item: Item, entry: Assessment) -> bool:
    """Tell whether a fact says something about an answer: read first, or named with its value."""
    options = entry.algorithm.questions[item.question].options
    named = any(fact.value in row.get(fact.name, ()) for o in options for row in o.when)
    return named or item.facts[0] == fact.name


def _facts_read(entry: Assessment) -> Iterable[str]:
    for question in entry.algorithm.questions.values():
        for option in question.options:
            for row in option.when:
                yield from row
