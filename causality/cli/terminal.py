"""The result on a terminal: a clear view of one case, a work list, and the chain of an answer."""

from collections.abc import Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from causality import __version__
from causality.assessment.assess import AssessedPair, Assessment, CaseAssessment
from causality.assessment.moment import END
from causality.assessment.trajectory import Change, by_moment
from causality.cli.page import Page, category_text, text
from causality.cli.pair_view import PairView
from causality.cli.ranking_view import RankingView
from causality.evidence.lookups import not_recognised
from causality.wording.method_names import method_name
from causality.wording.results import category, nothing_to_score, points, range_text
from causality.wording.sentences import Sentences

_LONGEST_TEXT = 2000
"""Signs of a text of the report that are shown; the report file has all of it."""


class TerminalView(Page):
    """Print results with rich; plain text when the output is not a terminal."""

    def case(self, result: CaseAssessment, file: str) -> None:
        """Print everything about one case."""
        words, say = self.words, Sentences(self.words, result)
        title = f"  {result.case.title}" if result.case.title else ""
        self.emit(text(words("view.case", case_id=result.case.case_id), style="bold") + text(title))
        moment = result.snapshot.moment
        label = moment.label
        if moment.whole:
            dated = "" if moment.label == END else f", {moment.label}"
            label = words("view.end_of_case") + dated
        self.line(words("view.as_of", moment=label))
        if not result.pairs:
            self.line(nothing_to_score(result, words))
            self._source(result)
            return
        self.emit(Text())
        self._summary(result)
        ranking_view = RankingView(self, result, say)
        for ranking in result.ranking:
            ranking_view.ranking(ranking)
        view = PairView(self, result, say)
        for pair in result.pairs:
            view.pair(pair)
        self._over_time(result, say)
        self._source(result)
        self._footer(result, file)

    def worklist(self, results: Sequence[tuple[str, CaseAssessment]], failed: int) -> None:
        """Print one line per case and pair."""
        words = self.words
        algorithms = [name for _, result in results[:1] for name in self._methods(result)]
        titles = (words("view.file"), words("view.drug"), words("view.reaction"))
        table = self.titled_table([*titles, *algorithms])
        for file, result in results:
            for pair in result.pairs:
                cells = (self._result(entry) for entry in pair.assessments)
                table.add_row(text(file), *self._names(pair), *cells)
        self.keep_words(table, 1, 2)
        self.emit(table)
        self.line(words("view.worklist", count=len(results)))
        if failed:
            self.line(words("view.problem_cases", count=failed))

    def explain(self, result: CaseAssessment, item: str) -> None:
        """Print the whole chain behind one question or fact."""
        from causality.cli.explain import chain  # noqa: PLC0415 - only when asked for

        for line in chain(result, item, self.words):
            self.line(line.text, line.indent, line.style)

    def what_if(self, changed: CaseAssessment, before: CaseAssessment) -> None:
        """Print what the what-if values change."""
        words = self.words
        changes = ", ".join(
            dict.fromkeys(
                f"{n}={v}" for values in changed.overrides.values() for n, v in values.items()
            )
        )
        self.heading(words("view.what_if", changes=changes))
        known = {(p.evidence.key, a.algorithm.id): a for p in before.pairs for a in p.assessments}
        lines = [
            words(
                "view.what_if_change",
                pair=f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}",
                algorithm=method_name(entry.algorithm.id, words),
                before=self._short(known[pair.evidence.key, entry.algorithm.id]),
                after=self._short(entry),
            )
            for pair in changed.pairs
            for entry in pair.assessments
            if (old := known.get((pair.evidence.key, entry.algorithm.id)))
            and self._short(old) != self._short(entry)
        ]
        for line in lines or [words("view.what_if_same")]:
            self.line(line)

    def _short(self, entry: Assessment) -> str:
        shown = category(entry, self.words.language)
        return shown if entry.score.total is None else f"{entry.score.total:+d} ({shown})"

    def _methods(self, result: CaseAssessment) -> list[str]:
        return [method_name(a.id, self.words) for a in result.method.algorithms]

    def _names(self, pair: AssessedPair) -> tuple[Text, Text]:
        return text(pair.evidence.drug.name), text(pair.evidence.reaction.term)

    def _result(self, entry: Assessment) -> Text:
        total = points(entry.score.total)
        return text(f"{total} " if total else "") + category_text(entry, self.words)

    def _summary(self, result: CaseAssessment) -> None:
        """Print a line per pair: what each algorithm says, and below what is still open."""
        titles = (self.words("view.drug"), self.words("view.reaction"))
        table = self.titled_table([*titles, *self._methods(result)])
        for pair in result.pairs:
            cells = []
            for entry in pair.assessments:
                left = range_text(entry, self.words.language)
                below = text(f"({left})", style="dim") if left else text("")
                cells.append(Text("\n").join([self._result(entry), below]))
            table.add_row(*self._names(pair), *cells)
        self.keep_words(table, 0, 1)
        self.emit(table)

    def _over_time(self, result: CaseAssessment, say: Sentences) -> None:
        """Print a line per moment at which a score changed; a bar for the first algorithm."""
        self.heading(self.words("view.over_time"))
        for pair in result.pairs:
            name = f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}"
            moments = tuple(by_moment(result.trajectory, pair.evidence.key))
            if len(moments) == 1:
                date, event = self._moment(moments[0][0], result, say)
                key = "view.unchanged" if moments[0][0].event else "view.only_result"
                self.line(self.words(key, pair=name, moment=date, event=event))
            else:
                self.line(name, style="italic")
                self.emit(Padding(self._staircase(moments, result, say), (0, 0, 1, 2)))

    def _staircase(
        self, moments: Sequence[Sequence[Change]], result: CaseAssessment, say: Sentences
    ) -> Table:
        first, *others = (a.id for a in result.method.algorithms)
        titles = (self.words("view.moment"), self.words("view.event"))
        lead_name, *names = self._methods(result)
        table = self.titled_table([*titles, lead_name, "", *names])
        for changes in moments:
            shown = {c.algorithm: self._changed(c, result) for c in changes}
            lead = next((c for c in changes if c.algorithm == first), None)
            table.add_row(
                *(text(cell) for cell in self._moment(changes[0], result, say)),
                text(shown.get(first, "")),
                text("█" * max(lead.total or 0, 0) if lead else ""),
                *(text(shown.get(a, "")) for a in others),
            )
        return table

    def _moment(self, change: Change, result: CaseAssessment, say: Sentences) -> tuple[str, str]:
        """Return the date of a change and the event that it came with."""
        event = result.timeline.events.get(change.event)
        if event is None:
            whole = change.as_of == END
            return self.words("event.no_date") if whole else change.as_of, self.words(
                "view.end_of_case" if whole else "view.moment_of_assessment"
            )
        return say.date(event), say.what(event)

    def _changed(self, change: Change, result: CaseAssessment) -> str:
        algorithm = next(a for a in result.method.algorithms if a.id == change.algorithm)
        label = algorithm.categories[change.category].text(self.words.language)
        return f"{points(change.total)} {label}".strip()

    def _source(self, result: CaseAssessment) -> None:
        """Print what the report that the case was read from says besides its facts."""
        if result.case.icsr is None:
            return
        from causality.wording.source_words import source_groups  # noqa: PLC0415 - only then

        for group in source_groups(result.case, self.words):
            self.heading(group.title)
            for line in group.lines:
                shown = line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]} …"
                self.line(shown if group.prose else f"- {shown}", indent=2)

    def _footer(self, result: CaseAssessment, file: str) -> None:
        words, method = self.words, result.method
        self.emit(Text())
        for algorithm in method.algorithms:
            if algorithm.note is not None:
                self.line(
                    f"{method_name(algorithm.id, words)}: {algorithm.note.text(words.language)}",
                    style="dim",
                )
        unknown = not_recognised(result.case, method.knowledge)
        if unknown:
            self.line(words("view.not_recognised", names=tuple(unknown)))
        if method.knowledge.layers:
            folders = ", ".join(name for name, _ in method.knowledge.layers)
            self.line(words("view.own_knowledge", folders=folders))
        algorithms = ", ".join(f"{a.id} {a.version}" for a in method.algorithms)
        self.line(
            words(
                "view.versions",
                algorithms=algorithms,
                knowledge=method.knowledge.version,
                tool=__version__,
            ),
            style="dim",
        )
        self.line(words("view.explain_hint", file=file), style="dim")
        self.line(words("view.safety"), style="dim")
