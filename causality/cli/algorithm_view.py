"""Algorithms on a terminal: a list of them, and one with its questions, points and sources."""

from collections.abc import Iterable, Iterator, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from causality.cli.conditions import condition
from causality.cli.page import Page, text
from causality.cli.plain import plain
from causality.scoring.load import differing_parts
from causality.scoring.model import Algorithm, Option, Question
from causality.terms.tables import When
from causality.words import Words


class AlgorithmView(Page):
    """Print algorithms."""

    def list(self, found: Iterable[tuple[int, Algorithm]]) -> None:
        """Print one line per algorithm, indented below the one that it varies."""
        words = self.words
        titles = ("method.id", "method.version", "method.name", "method.kind", "method.questions")
        table = self.titled_table(words(title) for title in titles)
        for depth, algorithm in found:
            table.add_row(
                text("  " * depth + algorithm.id),
                text(algorithm.version),
                text(algorithm.label.text(words.language)),
                text(self._kind(algorithm)),
                text(str(len(algorithm.questions)), justify="right"),
            )
        self.emit(table)
        self.emit(Text())
        self.line(words("method.list_hint"), style="dim")
        self.flush()

    def _kind(self, algorithm: Algorithm) -> str:
        words = self.words
        if not algorithm.bands:
            flows = algorithm.kind == "flowchart"
            return words("method.flowchart") if flows else words("method.tables")
        if algorithm.range is None:
            return words("method.sum")
        low, high = algorithm.range
        return words("method.sum_range", low=_points(low), high=_points(high))

    def show(self, algorithm: Algorithm, parent: Algorithm | None) -> None:
        """Print everything about one algorithm; of a variant first what differs."""
        words = self.words
        self.line(algorithm.label.text(words.language), style="bold")
        count = words("method.question_count", count=len(algorithm.questions))
        self.line(f"{algorithm.id} {algorithm.version} · {self._kind(algorithm)} · {count}")
        parts = differing_parts(algorithm)
        if parts:
            self.line(words("method.same_id", id=algorithm.id, parts=parts), 2)
        if algorithm.note is not None:
            self.line(algorithm.note.text(words.language), 2)
        if parent is not None:
            self._differences(algorithm, parent)
        self._conventions(algorithm)
        self.heading(words("method.in_order"))
        for question in algorithm.questions.values():
            self._question(question, algorithm)
        self._result(algorithm)
        self._flags(algorithm)
        self._sources(algorithm)
        self.flush()

    def _differences(self, algorithm: Algorithm, parent: Algorithm) -> None:
        words = self.words
        name = parent.label.text(words.language)
        self.heading(words("method.differs", parent=parent.id, name=name))
        lines = list(differences(algorithm, parent, words)) or [(2, words("method.same"))]
        for indent, line in lines:
            self.line(line, indent)

    def _conventions(self, algorithm: Algorithm) -> None:
        words = self.words
        if not algorithm.conventions:
            return
        self.heading(words("method.conventions"))
        for name, entry in algorithm.conventions.items():
            self.line(f"{name}: {entry.label.text(words.language)}", 2)
            for choice, label in entry.choices.items():
                mark = f" ({words('method.default')})" if choice == entry.default else ""
                self.line(f"{choice}{mark}: {label.text(words.language)}", 4)

    def _question(self, question: Question, algorithm: Algorithm) -> None:
        words = self.words
        self.emit(Text())
        self.line(_title(question, words), 2, "italic")
        if question.asked:
            asked = condition(question.asked, algorithm, words, answers=True)
            self.line(words("method.asked", conditions=asked), 5, "dim")
        rows = self._rows()
        for option in question.options:
            rows.add_row(text(str(option.code)), self._option(option, algorithm))
        self.emit(Padding(rows, (0, 0, 0, 5)))

    def _rows(self) -> Table:
        """Return rows of a name and what belongs to it, which goes on below itself."""
        return Table.grid("", "", padding=(0, 2, 0, 0))

    def _option(self, option: Option, algorithm: Algorithm) -> Text:
        words = self.words
        gives = f" ({_points(option.points)})" if algorithm.bands else ""
        parts = [
            (option.label.text(words.language) + gives, "bold"),
            (f": {self._when(option.when, algorithm)}", ""),
            (f"  {_keys(option.source)}", "dim"),
        ]
        if option.note:
            note = words("method.note", text=option.note.text(words.language))
            parts.append((f"\n{note}", "dim"))
        if option.flag:
            key = f"flag.{option.flag}"
            shown = words(key) if words.has(key) else option.flag
            parts.append((f"\n{words('method.remark', text=shown)}", "dim"))
        return _joined(*parts)

    def _when(self, when: When, algorithm: Algorithm, *, answers: bool = False) -> str:
        words = self.words
        if not when:
            return words("view.always")
        shown = condition(when, algorithm, words, answers=answers)
        return words("view.when", conditions=shown)

    def _result(self, algorithm: Algorithm) -> None:
        words = self.words
        labels = {n: c.text(words.language) for n, c in algorithm.categories.items()}
        if algorithm.bands:
            self.heading(words("method.by_total"))
            for span, category in bands(algorithm, words):
                self.line(f"{span}: {labels[category]}", 2)
            self.line(_keys(algorithm.bands_source), 2, "dim")
            return
        self.heading(words("method.by_answers"))
        rows = self._rows()
        for row in algorithm.results:
            shown = self._when(row.when, algorithm, answers=True)
            parts = [(shown, ""), (f"  {_keys(row.source)}", "dim")]
            if row.note:
                note = words("method.note", text=row.note.text(words.language))
                parts.append((f"\n{note}", "dim"))
            rows.add_row(text(labels[row.category], style="bold"), _joined(*parts))
        self.emit(Padding(rows, (0, 0, 0, 2)))

    def _flags(self, algorithm: Algorithm) -> None:
        words = self.words
        if not algorithm.flags:
            return
        self.heading(words("method.flags"))
        for flag in algorithm.flags.values():
            when = self._when(flag.when, algorithm, answers=True)
            label, sources = flag.label.text(words.language).rstrip("."), _keys(flag.source)
            line = _joined((label, "bold"), (f": {when}", ""), (f"  {sources}", "dim"))
            self.emit(Padding(line, (0, 0, 0, 2)))

    def _sources(self, algorithm: Algorithm) -> None:
        self.heading(self.words("view.sources"))
        rows = self._rows()
        for key in algorithm.sources:
            rows.add_row(text(key), text(algorithm.cited(key, self.words.language)))
        self.emit(Padding(rows, (0, 0, 0, 2)))


def bands(algorithm: Algorithm, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the totals of every band in words, with its category."""
    low: int | None = None
    for band in algorithm.bands:
        if band.max is None:
            shown = words("method.all") if low is None else words("method.from", low=low)
        elif low is None:
            shown = words("method.up_to", high=band.max)
        elif low == band.max:
            shown = str(low)
        else:
            shown = words("method.between", low=low, high=band.max)
        yield shown, band.category
        low = None if band.max is None else band.max + 1


def differences(algorithm: Algorithm, parent: Algorithm, words: Words) -> Iterator[tuple[int, str]]:
    """Yield in words, with their indent, what a variant says otherwise than its parent."""

    def line(name: str, *changes: tuple[str, str]) -> tuple[int, str]:
        shown = (words("method.instead", new=new, old=old) for new, old in changes)
        return 2, f"– {name}: {'; '.join(shown)}"

    for name, question in algorithm.questions.items():
        other = parent.questions[name]
        label = _title(question, words)
        if question.label != other.label:
            yield line(name, (label, _title(other, words)))
        for option, before in zip(question.options, other.options, strict=True):
            changes = tuple(_changes(option, before, algorithm, parent, words))
            if changes:
                answer = f"{option.code} {option.label.text(words.language)}"
                yield line(f"{label}, {answer}", *changes)
            if option.note and option.note != before.note:
                yield 4, words("method.note", text=option.note.text(words.language))
    if algorithm.bands != parent.bands:
        yield line(words("view.total"), (_bands(algorithm, words), _bands(parent, words)))
    if algorithm.range != parent.range:
        yield line(words("view.range"), (_range(algorithm), _range(parent)))


def _title(question: Question, words: Words) -> str:
    label = question.label.text(words.language)
    return f"{question.letter}) {label}" if question.letter else label


def _range(algorithm: Algorithm) -> str:
    return " … ".join(map(_points, algorithm.range or ())) or "–"


def _points(value: int | None) -> str:
    """Return points with their sign, 0 without one."""
    return f"{value:+d}" if value else "0"


def _changes(
    option: Option, before: Option, algorithm: Algorithm, parent: Algorithm, words: Words
) -> Iterator[tuple[str, str]]:
    if (option.points or 0) != (before.points or 0):
        yield _points(option.points), _points(before.points)
    if option.when != before.when:
        new, old = (
            condition(when, entry, words) or words("view.always")
            for when, entry in ((option.when, algorithm), (before.when, parent))
        )
        yield new, old
    if option.label != before.label:
        yield option.label.text(words.language), before.label.text(words.language)
    if option.source != before.source:
        yield _keys(option.source), _keys(before.source)


def _joined(*parts: tuple[str, str]) -> Text:
    """Return a text of parts in styles of their own, without anything that a terminal would run."""
    lines = ("\n".join(map(plain, part.split("\n"))) for part, _ in parts)
    return Text.assemble(*zip(lines, (style for _, style in parts), strict=True))


def _keys(sources: Sequence[str]) -> str:
    return f"[{', '.join(sources)}]" if sources else ""


def _bands(algorithm: Algorithm, words: Words) -> str:
    labels = {n: c.text(words.language) for n, c in algorithm.categories.items()}
    return "; ".join(f"{span}: {labels[category]}" for span, category in bands(algorithm, words))
