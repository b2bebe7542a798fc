"""How far the algorithms agree on enumerated cases, without raters: the tables of the docs page.

Writes the tables into ``docs/agreement-of-algorithms.md`` between their marks and leaves the prose
alone. The design is that of Péré et al. 1986 (Clin Pharmacol Ther, doi 10.1038/clpt.1986.206).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from pathlib import Path

from causality.agreement.statistics import Counts, cohen_kappa, observed_agreement
from causality.scoring.engine import facts_behind, score
from causality.scoring.load import default_algorithms, load_algorithm
from causality.scoring.model import LEVELS, Algorithm
from causality.terms.facts import FACTS, default

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agreement-of-algorithms.md"

Values = Mapping[str, str]
"""Facts with the value that one entry of a dimension gives them."""
Levels = tuple[int | None, ...]
"""The degree that each algorithm gives, None where it judges nothing."""


def _withdrawal(action: str, course: str, explained: str = "unknown") -> Values:
    return {"action": action, "course": course, "improvement_explained_by": explained}


def _each(fact: str, *values: str) -> dict[str, Values]:
    return {value: {fact: value} for value in values}


DIMENSIONS: dict[str, dict[str, Values]] = {
    "onset": _each(
        "onset",
        "suggestive",
        "compatible",
        "not_coherent",
        "incompatible",
        "before_exposure",
        "unknown",
    ),
    "withdrawal": {
        "withdrawn, improved": _withdrawal("withdrawn", "improved", "nothing_else"),
        "withdrawn, improved under treatment": _withdrawal("withdrawn", "improved", "treatment"),
        "withdrawn, not improved": _withdrawal("withdrawn", "not_improved"),
        "continued, improved": _withdrawal("continued", "improved", "nothing_else"),
        "continued, not improved": _withdrawal("continued", "not_improved"),
        "withdrawn, irreversible": _withdrawal("withdrawn", "irreversible"),
        "unknown": _withdrawal("unknown", "unknown"),
    },
    "rechallenge": _each("rechallenge", "positive", "negative", "not_done"),
    "previous_reaction": _each("previous_reaction", "same_substance", "none"),
    "prior_knowledge": _each("prior_knowledge", "well_known", "occasional", "none_found"),
    "alternative": {
        value: {"alternative": value, "alternative_nondrug": value}
        for value in FACTS["alternative"]
    },
    "contributing_factor": _each("contributing_factor", "yes", "no"),
    "event_confirmed": _each("event_confirmed", "yes", "no"),
    "drug_test": _each("drug_test", "positive", "not_done"),
    "dose_response": _each("dose_response", "yes", "no"),
    "characteristic": _each("characteristic", "yes", "no"),
}
"""What the cases vary: facts that at least two algorithms read, in clinically distinct values."""

DEFAULTS = ("drug_level", "placebo", "worsened_preexisting", "follow_up")
CONSTANT: Values = {"suspected": "yes", **{fact: default(fact) for fact in DEFAULTS}}
CONDITIONAL, POSSIBLE = LEVELS.index("conditional"), LEVELS.index("possible")


@cache
def algorithms() -> tuple[Algorithm, ...]:
    """Return the algorithms compared."""
    return tuple(load_algorithm(name)[0] for name in default_algorithms())


def facts_read(algorithm: Algorithm) -> frozenset[str]:
    """Return the facts that an algorithm reads."""
    return frozenset(f for name in algorithm.questions for f in facts_behind(algorithm, name))


def varied_facts(dimension: str) -> frozenset[str]:
    """Return the facts that a dimension sets."""
    return frozenset(fact for values in DIMENSIONS[dimension].values() for fact in values)


@dataclass(frozen=True)
class Experiment:
    """How many cases got each combination of degrees: over all, and per value of a dimension."""

    over_all: Counter[Levels]
    by_value: Mapping[tuple[str, str], Counter[Levels]]


def run() -> Experiment:
    """Score every case with every algorithm."""
    over_all: Counter[Levels] = Counter()
    by_value: dict[tuple[str, str], Counter[Levels]] = {
        (name, value): Counter() for name, values in DIMENSIONS.items() for value in values
    }
    columns = [_levels(algorithm) for algorithm in algorithms()]
    names = tuple(DIMENSIONS)
    for values, *levels in zip(product(*DIMENSIONS.values()), *columns, strict=True):
        found = tuple(levels)
        over_all[found] += 1
        for name, value in zip(names, values, strict=True):
            by_value[name, value][found] += 1
    return Experiment(over_all, by_value)


def _levels(algorithm: Algorithm) -> Iterator[int | None]:
    """Yield the degree of every case; cases that differ in nothing it reads are scored once."""
    read = facts_read(algorithm)
    used = [bool(varied_facts(name) & read) for name in DIMENSIONS]
    known: dict[tuple[str, ...], int | None] = {}
    for values in product(*DIMENSIONS.values()):
        key = tuple(value for value, counts in zip(values, used, strict=True) if counts)
        if key not in known:
            facts = dict(CONSTANT)
            for name, value in zip(DIMENSIONS, values, strict=True):
                facts |= DIMENSIONS[name][value]
            known[key] = algorithm.level(score(algorithm, facts, {}).category)
        yield known[key]


def table(cases: Counter[Levels], first: int, second: int, *, merged: bool = False) -> Counts:
    """Return the cases on which two algorithms give a degree, over the degrees that either has."""
    scale = [level for level in range(len(LEVELS)) if level in _scale(first) | _scale(second)]
    if merged:
        scale = [level for level in scale if level != CONDITIONAL]
    counted: Counter[tuple[int, int]] = Counter()
    for levels, count in cases.items():
        one, other = levels[first], levels[second]
        if one is not None and other is not None:
            counted[_merged(one, merged=merged), _merged(other, merged=merged)] += count
    return [[counted[a, b] for b in scale] for a in scale]


def _scale(place: int) -> set[int | None]:
    algorithm = algorithms()[place]
    return {algorithm.level(category) for category in algorithm.categories}


def _merged(level: int, *, merged: bool) -> int:
    return POSSIBLE if merged and level == CONDITIONAL else level


# The tables


def tables(found: Experiment) -> dict[str, str]:
    """Return every generated part of the page by its name."""
    return {
        "cases": _cases(),
        "degrees": _degrees(found),
        "pairs": _pairs(found),
        "range": _range(found),
        "facts": _facts(found),
        "worst": _worst(found),
    }


def pairs() -> list[tuple[int, int]]:
    """Return all pairs of algorithms by their places."""
    return list(combinations(range(len(algorithms())), 2))


def _cases() -> str:
    rows = [
        (
            name
            if name in FACTS
            else "withdrawal (`action`, `course`, `improvement_explained_by`)",
            "; ".join(values),
            ", ".join(a.id for a in algorithms() if facts_read(a) & varied_facts(name)),
        )
        for name, values in DIMENSIONS.items()
    ]
    return _markdown(("fact", "values", "read by"), rows)


def _degrees(found: Experiment) -> str:
    total = found.over_all.total()
    rows: list[tuple[str, ...]] = []
    for place, algorithm in enumerate(algorithms()):
        counted: Counter[int | None] = Counter()
        for levels, count in found.over_all.items():
            counted[levels[place]] += count
        possible = _scale(place)
        shares = [f"{counted[n] / total:.1%}" if n in possible else "–" for n in range(len(LEVELS))]
        rows.append((algorithm.id, *shares, f"{counted[None] / total:.1%}"))
    return _markdown(("algorithm", *LEVELS, "no degree"), rows)


def _pairs(found: Experiment) -> str:
    rows: list[tuple[str, ...]] = []
    for first, second in pairs():
        counts = table(found.over_all, first, second)
        merged = table(found.over_all, first, second, merged=True)
        weighted = [_shown(cohen_kappa(counts, w).value) for w in ("linear", "quadratic")]
        rows.append(
            (
                f"{algorithms()[first].id} – {algorithms()[second].id}",
                f"{sum(map(sum, counts)):,}",
                _shown(observed_agreement(counts).value),
                _shown(observed_agreement(merged).value),
                _shown(cohen_kappa(counts).value),
                *weighted,
            )
        )
    titles = ("pair", "cases", "Po", "Po, conditional as possible", "kappa")
    return _markdown((*titles, "linear", "quadratic"), rows)


def _range(found: Experiment) -> str:
    counts = [table(found.over_all, *pair) for pair in pairs()]
    total = found.over_all.total()
    same = sum(
        n for levels, n in found.over_all.items() if len({*levels}) == 1 and None not in levels
    )
    rows = [
        ("Po", _span(observed_agreement(c).value for c in counts), "0.26 … 0.59"),
        ("kappa, linear weights", _span(cohen_kappa(c, "linear").value for c in counts), ""),
        ("kappa, quadratic weights", _span(cohen_kappa(c, "quadratic").value for c in counts), ""),
        ("weighted kappa (weights not known to us)", "", "0.14 … 0.51"),
        ("cases", f"{total:,}", "1,134"),
        ("pairs of algorithms", str(len(counts)), "15 (six algorithms)"),
        ("all give the same degree", f"{same / total:.1%}", ""),
    ]
    return _markdown(("measure", "here", "Péré 1986"), rows)


def _facts(found: Experiment) -> str:
    """Return for every fact the values at which the pairs agree least and most, worst first."""
    rows: list[tuple[float, tuple[str, ...]]] = []
    for name, values in DIMENSIONS.items():
        means = sorted((_mean(found.by_value[name, value]), value) for value in values)
        (low, worst), (high, best) = means[0], means[-1]
        shown = (name, f"{worst} ({low:.2f})", f"{best} ({high:.2f})", f"{high - low:.2f}")
        rows.append((low, shown))
    rows.sort(key=lambda row: row[0])
    last = ("all cases", *[f"{_mean(found.over_all):.2f}"] * 2, "")
    titles = ("fact", "least (mean Po of the pairs)", "most", "difference")
    return _markdown(titles, [*(row for _, row in rows), last])


def _worst(found: Experiment) -> str:
    """Return for every pair the values of facts at which it agrees least."""
    rows: list[tuple[str, ...]] = []
    for first, second in pairs():
        shares: list[tuple[float, str]] = []
        for (name, value), cases in found.by_value.items():
            share = observed_agreement(table(cases, first, second)).value
            if share is not None:
                shares.append((share, f"{name}: {value}"))
        shares.sort()
        shown = "; ".join(f"{label} ({share:.2f})" for share, label in shares[:3])
        rows.append((f"{algorithms()[first].id} – {algorithms()[second].id}", shown))
    return _markdown(("pair", "agrees least (Po) in cases with"), rows)


def _mean(cases: Counter[Levels]) -> float:
    """Return the mean raw agreement of the pairs that can be compared."""
    found = [observed_agreement(table(cases, *pair)).value for pair in pairs()]
    shares = [share for share in found if share is not None]
    return sum(shares) / len(shares)


def _span(values: Iterator[float | None]) -> str:
    known = sorted(value for value in values if value is not None)
    return f"{known[0]:.2f} … {known[-1]:.2f}"


def _shown(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def _markdown(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def filled(page: str, parts: Mapping[str, str]) -> str:
    """Return the page with its generated parts written anew."""
    for name, text in parts.items():
        mark = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->", re.DOTALL)
        places = mark.findall(page)
        if len(places) != 1:
            message = f"the page needs one place for the table {name!r}"
            raise ValueError(message)
        page = page.replace(places[0], f"<!-- {name} -->\n\n{text}\n\n<!-- end -->")
    return page


def main() -> None:
    """Write the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(filled(page, tables(run())), encoding="utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
