"""The sections of a batch report."""

from collections import Counter
from collections.abc import Iterator

from causality.agreement.counted import LevelAgreement, level_agreement
from causality.agreement.statistics import FEW, Statistic
from causality.batch.summary import (
    MOST_DRUGS,
    OTHER_DRUGS,
    AlgorithmSummary,
    DrugCounts,
    Near,
    Reason,
    joint_counts,
    pairs_of,
)
from causality.report.batch.data import Say
from causality.report.batch.figures import category_figure, latency_figure
from causality.report.blocks import Block, Cell, Link, Paragraph, Row, Section, Table, row
from causality.report.header import version_blocks
from causality.scoring.model import Algorithm
from causality.wording.locale import number, signed
from causality.wording.method_names import method_name

_SHOWN_DRUGS = 15
_SHOWN_FACTS = 12
_NAMED = 3
"""Pairs that are named beside a fact."""


def categories_section(say: Say) -> Section:
    """Return how many pairs fell into each category, algorithm by algorithm."""
    words, counts = say.words, say.data.counts
    figure = category_figure(say)
    blocks: list[Block] = [figure] if figure else [Paragraph(words("batch.nothing_scored"))]
    if counts.scored:
        blocks += [_categories(say, algorithm) for algorithm in say.data.method.algorithms]
    if counts.insufficient:
        told = words("batch.insufficient", rows=say.count(counts.insufficient))
        blocks.append(Paragraph(told, style="note"))
    return Section(id="categories", title=words("batch.categories"), blocks=tuple(blocks))


def _categories(say: Say, algorithm: Algorithm) -> Table:
    words, scored = say.words, say.data.counts.scored
    found = say.data.counts.categories.get(algorithm.id, Counter())
    return Table(
        caption=f"{method_name(algorithm.id, words)}: {algorithm.label.text(words.language)}",
        columns=(words("batch.category"), words("batch.pairs"), words("batch.share")),
        rows=tuple(
            row(
                say.category(algorithm, name),
                say.count(found.get(name, 0)),
                say.share(found.get(name, 0), scored),
            )
            for name in reversed(algorithm.categories)
        ),
        numbers=frozenset({1, 2}),
    )


def agreement_section(say: Say) -> Section:
    """Return how far every two algorithms agree, by the degrees that their categories stand for."""
    words, algorithms = say.words, {a.id: a for a in say.data.method.algorithms}
    blocks: list[Block] = []
    if say.data.counts.scored and len(algorithms) > 1:
        found = {
            pair: level_agreement(
                algorithms[pair[0]], algorithms[pair[1]], joint_counts(say.data.summary, *pair)
            )
            for pair in pairs_of(list(algorithms))
        }
        blocks = [
            Paragraph(words("batch.agreement_told"), style="note"),
            *_warning(say, found),
            _measures(say, found),
            *(_crossed(say, pair, entry) for pair, entry in found.items() if _leads(say, pair)),
        ]
    return Section(id="agreement", title=words("batch.agreement"), blocks=tuple(blocks))


def _warning(say: Say, found: dict[tuple[str, str], LevelAgreement]) -> list[Block]:
    """Return a warning where so few rows were compared that the intervals mislead."""
    compared = [entry.n for found_ in found.values() if (entry := found_.statistic("observed"))]
    if not compared or min(compared) >= FEW:
        return []
    return [Paragraph(say.words("view.agreement_few", few=FEW), style="note")]


def _leads(say: Say, pair: tuple[str, str]) -> bool:
    return pair[0] == say.data.method.algorithms[0].id


def _measures(say: Say, found: dict[tuple[str, str], LevelAgreement]) -> Table:
    words = say.words
    rows = []
    for (one, other), entry in found.items():
        observed = entry.statistic("observed")
        rows.append(
            row(
                f"{method_name(one, words)} – {method_name(other, words)}",
                say.count(observed.n if observed else 0),
                _value(say, observed),
                _value(say, entry.statistic("kappa")),
                _value(say, entry.statistic("kappa", "linear")),
                _value(say, entry.statistic("gwet")),
                say.count(entry.left_out),
            )
        )
    columns = ("algorithms", "compared", "observed", "kappa", "weighted_kappa", "ac1", "left_out")
    return Table(
        caption=words("batch.agreement_table"),
        columns=tuple(words(f"batch.{name}") for name in columns),
        rows=tuple(rows),
        numbers=frozenset(range(1, len(columns))),
    )


def _value(say: Say, found: Statistic | None) -> Cell:
    if found is None or found.value is None:
        return Cell("–")
    shown = number(f"{round(found.value, 2) + 0.0:.2f}", say.words).replace("-", "−")
    if found.low is None or found.high is None:
        return Cell(shown)
    ends = (
        number(f"{round(v, 2) + 0.0:.2f}", say.words).replace("-", "−")
        for v in (found.low, found.high)
    )
    return Cell(shown, below=" … ".join(ends))


def _crossed(say: Say, pair: tuple[str, str], entry: LevelAgreement) -> Table:
    words = say.words
    first, second = (method_name(name, words) for name in pair)
    labels = [words(f"level.{level}") for level in entry.levels]
    return Table(
        caption=words("batch.crossed", first=first, second=second),
        columns=(f"{first} \\ {second}", *labels),
        rows=tuple(
            row(label, *(say.count(n) if n else "·" for n in line))
            for label, line in zip(labels, entry.table, strict=True)
        ),
        numbers=frozenset(range(1, len(labels) + 1)),
    )


def latency_section(say: Say) -> Section:
    """Return how many days after the start of each drug its reactions began."""
    words, drugs = say.words, say.data.summary.drugs
    order = sorted(
        (key for key in drugs if key != OTHER_DRUGS), key=lambda key: (-drugs[key].rows, key)
    )
    named = [(say.drug(key, drugs[key].name), drugs[key]) for key in order[:_SHOWN_DRUGS]]
    rest = DrugCounts("")
    for key in (*order[_SHOWN_DRUGS:], *([OTHER_DRUGS] if OTHER_DRUGS in drugs else [])):
        rest.add(drugs[key])
    if not named:
        return Section(id="latency", title=words("batch.latency"))
    figure = latency_figure(say, named)
    blocks: list[Block] = [figure] if figure else []
    if rest.rows:
        named.append((words("batch.other_drugs"), rest))
    blocks.append(_latencies(say, named))
    if OTHER_DRUGS in drugs:
        most = say.count(MOST_DRUGS)
        blocks.append(Paragraph(words("batch.most_drugs", most=most), style="note"))
    return Section(id="latency", title=words("batch.latency"), blocks=tuple(blocks))


def _latencies(say: Say, drugs: list[tuple[str, DrugCounts]]) -> Table:
    columns = ("drug", "pairs", "median", "quartiles", "exact", "inexact", "before", "no_latency")
    return Table(
        caption=say.words("batch.latency_table"),
        columns=tuple(say.words(f"batch.{name}") for name in columns),
        rows=tuple(
            row(
                name,
                say.count(counts.rows),
                _day(say, counts, 0.5),
                f"{_day(say, counts, 0.25)}–{_day(say, counts, 0.75)}" if counts.known else "–",
                say.count(counts.known),
                say.count(counts.inexact),
                say.count(counts.before),
                say.count(counts.rows - counts.known - counts.inexact - counts.before),
            )
            for name, counts in drugs
        ),
        numbers=frozenset(range(1, len(columns))),
    )


def _day(say: Say, counts: DrugCounts, share: float) -> str:
    day = counts.quantile(share)
    return "–" if day is None else say.days(day)


def facts_section(say: Say) -> Section:
    """Return the facts most often open, and what asking for them could change."""
    words = say.words
    blocks: list[Block] = []
    if say.data.counts.scored:
        blocks.append(Paragraph(words("batch.facts_told"), style="note"))
        blocks += [
            _facts(say, algorithm, say.data.summary.algorithms[algorithm.id])
            for algorithm in say.data.method.algorithms
            if algorithm.id in say.data.summary.algorithms
        ]
    return Section(id="facts", title=words("batch.facts"), blocks=tuple(blocks))


def _facts(say: Say, algorithm: Algorithm, found: AlgorithmSummary) -> Table:
    words, scored = say.words, say.data.counts.scored
    order = sorted(
        found.facts, key=lambda name: (-found.facts[name].changes, -found.facts[name].open, name)
    )
    rows = []
    for name in order[:_SHOWN_FACTS]:
        facts = found.facts[name]
        named = [near for near in found.near if any(fact == name for fact, _ in near.ask)]
        links = tuple(Link(near_id(algorithm, near), near.case_id) for near in named[:_NAMED])
        rows.append(
            row(
                say.fact(name),
                Cell(say.count(facts.open), below=say.share(facts.open, scored)),
                Cell(say.count(facts.changes), below=say.share(facts.changes, scored)),
                say.count(facts.up),
                say.count(facts.down),
                Cell("" if links else "–", links=links),
            )
        )
    columns = ("fact", "open", "could_change_category", "could_raise", "could_lower", "for_example")
    return Table(
        caption=words(
            "batch.facts_table",
            algorithm=algorithm.id,
            changeable=say.count(found.changeable),
            scored=say.count(scored),
        ),
        columns=tuple(words(f"batch.{name}") for name in columns),
        rows=tuple(rows),
        numbers=frozenset({1, 2, 3, 4}),
    )


def near_id(algorithm: Algorithm, near: Near) -> str:
    """Return where the line of a pair near a border is found."""
    file = "".join(f"{ord(s):x}" for s in near.file)
    place = f"-{near.place}" if near.place else ""
    return f"near-{algorithm.id}-{file}{'-' if file else ''}{near.line}{place}"


def near_section(say: Say) -> Section:
    """Return the pairs that one answer could move into another category, the nearest first."""
    words = say.words
    blocks: list[Block] = []
    for algorithm in say.data.method.algorithms:
        found = say.data.summary.algorithms.get(algorithm.id)
        if found is not None and found.near:
            blocks.append(_nearest(say, algorithm, found))
    if blocks:
        blocks.insert(0, Paragraph(words("batch.near_told"), style="note"))
    elif say.data.counts.scored:
        blocks.append(Paragraph(words("batch.none_near")))
    return Section(id="near", title=words("batch.near"), blocks=tuple(blocks))


def _nearest(say: Say, algorithm: Algorithm, found: AlgorithmSummary) -> Table:
    words = say.words
    columns = ("case", "drug_and_reaction", "result", "points_away", "ask_for", "line")
    return Table(
        caption=words("batch.near_table", algorithm=method_name(algorithm.id, words)),
        columns=tuple(words(f"batch.{name}") for name in columns),
        rows=tuple(_near_row(say, algorithm, near) for near in found.near),
        numbers=frozenset({3, 5}),
        wide=frozenset({4}),
    )


def _near_row(say: Say, algorithm: Algorithm, near: Near) -> Row:
    category = say.category(algorithm, near.category)
    result = f"{signed(near.total)} {category}" if near.total is not None else category
    ask = "\n".join(
        f"{say.fact(fact)} → {', '.join(say.category(algorithm, c) for c in categories)}"
        for fact, categories in near.ask
    )
    return row(
        near.case_id,
        Cell(near.drug, below=near.reaction),
        result,
        "–" if near.points is None else str(near.points),
        ask,
        Cell(str(near.line), below=near.file),
        key=near_id(algorithm, near),
    )


def rejects_section(say: Say) -> Section:
    """Return why rows were rejected, with the first of each reason."""
    words, reasons = say.words, say.data.summary.reasons
    blocks: list[Block] = []
    if reasons:
        order = sorted(reasons, key=lambda code: (-reasons[code].count, code))
        columns = ("reason", "errors", "columns", "first_rows")
        blocks.append(
            Table(
                caption=words("batch.rejects_table"),
                columns=tuple(words(f"batch.{name}") for name in columns),
                rows=tuple(_reason(say, code, reasons[code]) for code in order),
                numbers=frozenset({1}),
                wide=frozenset({0, 3}),
            )
        )
    elif say.data.counts.rows:
        blocks.append(Paragraph(words("batch.none_rejected")))
    return Section(id="rejects", title=words("batch.rejects"), blocks=tuple(blocks))


def _reason(say: Say, code: str, reason: Reason) -> Row:
    words = say.words
    columns = ", ".join(
        f"{name} ({say.count(count)})" for name, count in reason.columns.most_common(_NAMED)
    )
    told = "\n".join(
        words(
            "batch.reject_line",
            line=f"{e.file}:{e.line}" if e.file else e.line,
            case=e.case_id or "–",
            value=e.value or "–",
        )
        for e in reason.examples
    )
    message = words(code, **reason.params)
    return row(Cell(code, below=message), say.count(reason.count), columns or "–", told)


def files_section(say: Say) -> Section:
    """Return what was read, with the numbers of its rows, and the method in full."""
    return Section(id="method", title=say.words("report.method"), blocks=tuple(_method(say)))


def _method(say: Say) -> Iterator[Block]:
    words = say.words
    columns = ("file", "rows", "scored", "rejected", "encoding", "hash_of_file")
    yield Table(
        caption=words("batch.files"),
        columns=tuple(words(f"batch.{name}") for name in columns),
        rows=tuple(
            row(
                manifest["input"]["name"],
                *(say.count(manifest["counts"][n]) for n in ("rows", "scored", "rejected")),
                manifest["input"]["encoding"],
                manifest["input"]["sha256"],
            )
            for manifest in say.data.manifests
        ),
        numbers=frozenset({1, 2, 3}),
    )
    yield from version_blocks(say.data.method, words)
