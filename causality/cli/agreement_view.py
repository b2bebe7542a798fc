"""The agreement of two raters on a terminal."""

from collections.abc import Mapping, Sequence

from rich.padding import Padding

from causality.agreement.compare import Comparison
from causality.agreement.items import ItemCount
from causality.agreement.match import Key, shown_key
from causality.agreement.scale import level_map
from causality.agreement.statistics import FEW, Statistic
from causality.cli.page import Page, text
from causality.scoring.model import LEVELS

_LISTED = 10
_NONE = "–"


class AgreementView(Page):
    """Prints a comparison: what was compared, the table, the measures, what goes with them."""

    def comparison(self, found: Comparison) -> None:
        """Print everything."""
        words = self.words
        self.emit(text(words("view.agreement"), style="bold"))
        for letter, rater in zip("AB", found.raters, strict=True):
            method = f"{rater.algorithm.id} {rater.algorithm.version}" if rater.algorithm else _NONE
            self.line(
                words(
                    "view.agreement_rater",
                    letter=letter,
                    file=rater.sheet.file,
                    column=rater.column,
                    algorithm=method,
                    count=len(rater.sheet.records),
                ),
                indent=2,
            )
        self._rows(found)
        self._scale(found)
        if found.rated:
            self._table(found)
        self._measures(found.statistics)
        self._items(found.items)
        if found.raters[0].sheet is found.raters[1].sheet or _methods(found):
            self._values(found)
        self._disagreements(found)
        self.emit(text(""))
        self.line(words("view.agreement_published"), style="dim")

    def _rows(self, found: Comparison) -> None:
        words, matched = self.words, len(found.match.pairs)
        for letter, rater in zip("AB", found.raters, strict=True):
            meant = rater.sheet.meant
            read = tuple(f"{meant[key]} = {key}" for key in found.keys if key in meant)
            if read:
                self.line(words("view.agreement_key_columns", letter=letter, columns=read))
        if found.raters[0].sheet is not found.raters[1].sheet:
            self.line(words("view.agreement_matched", count=matched, keys=found.keys))
            for letter, keys in zip(
                "AB", (found.match.only_first, found.match.only_second), strict=True
            ):
                self._only(letter, keys)
        for letter, left in zip("AB", found.left_out, strict=True):
            if left.missing:
                self.line(words("view.agreement_missing", letter=letter, count=left.missing))
            for key, counted in (
                ("view.agreement_unknown", left.unknown),
                ("view.agreement_no_level", left.ungraded),
            ):
                if counted:
                    number = sum(counted.values())
                    self.line(words(key, letter=letter, count=number, values=_counted(counted)))
        self.line(words("view.agreement_compared", count=len(found.rated)))

    def _only(self, letter: str, keys: Sequence[tuple[Key, int]]) -> None:
        if not keys:
            return
        self.line(self.words("view.agreement_only", letter=letter, count=len(keys)))
        for key, line in keys[:_LISTED]:
            shown = self.words("view.agreement_line", line=line, key=shown_key(key))
            self.line(shown, indent=4)
        self._more(len(keys))

    def _more(self, number: int) -> None:
        if number > _LISTED:
            self.line(self.words("view.agreement_more", count=number - _LISTED), indent=4)

    def _scale(self, found: Comparison) -> None:
        words, scale = self.words, found.scale
        self.emit(text(""))
        if scale.order == "none":
            for group in scale.same:
                shown = tuple(f"'{word}'" for word in group)
                self.line(words("view.agreement_same", values=shown))
            self.line(words("view.agreement_unordered"))
            if scale.several_methods:
                self.line(words("view.agreement_several_methods"))
            return
        if scale.order == "given":
            self.line(words("view.agreement_given"))
            return
        algorithm = next(r.algorithm for r in found.raters if r.algorithm)
        if scale.order == "algorithm":
            self.line(words("view.agreement_order", algorithm=algorithm.id))
            if scale.ungraded:
                named = tuple(self._label(found, c) for c in sorted(scale.ungraded))
                self.line(words("view.agreement_ungraded", values=named))
            return
        self.line(words("view.agreement_levels"))
        for letter, rater in zip("AB", found.raters, strict=True):
            if rater.algorithm is None:
                continue
            pairs = tuple(
                f"{rater.algorithm.categories[name].text(words.language)} → "
                + (words(f"level.{level}") if level else _NONE)
                for name, level in level_map(rater.algorithm).items()
            )
            self.line(
                words("view.agreement_mapping", letter=letter, id=rater.algorithm.id, pairs=pairs),
                indent=2,
            )

    def _label(self, found: Comparison, category: str) -> str:
        """Return a category as a person reads it."""
        if found.scale.order == "levels" and category in LEVELS:
            return self.words(f"level.{category}")
        if found.scale.order == "algorithm":
            algorithm = next(r.algorithm for r in found.raters if r.algorithm)
            return algorithm.categories[category].text(self.words.language)
        return category

    def _table(self, found: Comparison) -> None:
        self.heading(self.words("view.agreement_table"))
        labels = [self._label(found, category) for category in found.scale.categories]
        table = self.titled_table(["A \\ B", *labels, self.words("view.agreement_sum")])
        for column in table.columns[1:]:
            column.justify = "right"
        for i, (label, row) in enumerate(zip(labels, found.table, strict=True)):
            cells = (
                text(str(count) if count else "·", style="bold" if i == j else "")
                for j, count in enumerate(row)
            )
            table.add_row(text(label), *cells, text(str(sum(row)), style="dim"))
        sums = [sum(column) for column in zip(*found.table, strict=True)]
        cells = (text(str(number), style="dim") for number in (*sums, sum(sums)))
        table.add_row(text(self.words("view.agreement_sum"), style="dim"), *cells)
        self.emit(Padding(table, (0, 0, 0, 2)))

    def _measures(self, statistics: Sequence[Statistic]) -> None:
        words = self.words
        self.heading(words("view.agreement_measures"))
        table = self.titled_table(
            [
                words("view.agreement_measure"),
                words("view.agreement_value"),
                words("view.agreement_interval"),
                words("view.agreement_rows"),
                words("view.agreement_how"),
            ]
        )
        for entry in statistics:
            interval = _NONE
            if entry.low is not None and entry.high is not None:
                interval = self._number(entry.low) + " … " + self._number(entry.high)
            value = words("view.agreement_undefined")
            if entry.value is not None:
                value = self._number(entry.value)
            how = [words(f"interval.{entry.method}")] if entry.method else []
            how += [words(f"undefined.{entry.reason}")] if entry.reason else []
            table.add_row(
                text(words(f"measure.{entry.name}_{entry.weights}")),
                text(value, style="bold" if entry.value is not None else "yellow"),
                text(interval),
                text(str(entry.n)),
                text("; ".join(how), style="dim"),
            )
        self.emit(Padding(table, (0, 0, 0, 2)))
        rows = [entry.n for entry in statistics if entry.method == "large_sample"]
        if rows and min(rows) < FEW:
            self.line(words("view.agreement_few", few=FEW), indent=2)

    def _number(self, value: float) -> str:
        """Return a measure with two decimals and the sign that the language puts before them."""
        shown = f"{round(value, 2) + 0.0:.2f}"
        return shown.replace(".", ",") if self.words.language == "es" else shown

    def _share(self, part: int, whole: int) -> str:
        return f"{part}/{whole} ({part / whole:.0%})".replace("%", " %") if whole else _NONE

    def _items(self, items: Sequence[ItemCount]) -> None:
        shown = [item for item in items if item.agreeing_differ or item.disagreeing_differ]
        if not shown:
            return
        words = self.words
        self.heading(words("view.agreement_items"))
        table = self.titled_table(
            [
                words("view.agreement_item"),
                words("view.agreement_disagreeing_differ"),
                words("view.agreement_agreeing_differ"),
            ]
        )
        for item in shown:
            table.add_row(
                text(item.name),
                text(self._share(item.disagreeing_differ, item.disagreeing)),
                text(self._share(item.agreeing_differ, item.agreeing)),
            )
        self.emit(Padding(table, (0, 0, 0, 2)))

    def _values(self, found: Comparison) -> None:
        """Print the answers and facts with more disagreement than there is over all."""
        shown = [entry for entry in found.values if entry.excess(found.share_disagreeing) > 0]
        if not shown:
            return
        words = self.words
        share = self._share(len(found.disagreements), len(found.rated))
        self.heading(words("view.agreement_values", share=share))
        table = self.titled_table(
            [
                words("view.agreement_item"),
                words("view.agreement_value"),
                words("view.agreement_disagreeing"),
            ]
        )
        for entry in shown[:_LISTED]:
            share = self._share(entry.disagreeing, entry.rows)
            table.add_row(text(entry.name), text(entry.value), text(share))
        self.emit(Padding(table, (0, 0, 0, 2)))
        self._more(len(shown))

    def _disagreements(self, found: Comparison) -> None:
        rows = found.disagreements
        if not rows:
            return
        self.heading(self.words("view.agreement_disagreements"))
        for row in rows[:_LISTED]:
            first, second = (self._label(found, category) for category in row.categories)
            lines = "/".join(str(r.line) for r in dict.fromkeys(row.pair.records))
            shown = self.words("view.agreement_line", line=lines, key=shown_key(row.pair.key))
            differing = f" ({', '.join(row.differing)})" if row.differing else ""
            self.line(f"{shown}: {first} | {second}{differing}", indent=2)
        self._more(len(rows))


def _methods(found: Comparison) -> bool:
    """Tell whether two methods are compared, and not two raters with one method."""
    first, second = (rater.algorithm for rater in found.raters)
    return first is not None and second is not None and first.id != second.id


def _counted(values: Mapping[str, int]) -> tuple[str, ...]:
    shown = tuple(f"'{name}' {count}" for name, count in list(values.items())[:_LISTED])
    return (*shown, "…") if len(values) > _LISTED else shown
