"""Every suspect: the answers of the first method with points, events and rules."""

import re
from collections.abc import Iterable, Iterator

from causality.assessment.assess import AssessedPair, Assessment
from causality.evidence.alternatives import Finding, worth_mentioning
from causality.evidence.fact import NOT_REPORTED
from causality.report.blocks import (
    Block,
    Cell,
    Line,
    Listing,
    Paragraph,
    Section,
    Table,
    lines,
    row,
)
from causality.report.sentences import ReportSentences
from causality.scoring.engine import Item
from causality.wording.locale import signed
from causality.wording.pair_words import PairWords
from causality.wording.results import category, range_text


def suspects_section(say: ReportSentences) -> Section:
    """Return the answers of every pair."""
    pairs = say.result.pairs
    about = PairWords(say)
    return Section(
        id="suspects",
        title=say.words("report.suspects"),
        parts=tuple(
            Section(
                id=pair_id(number),
                title=pair_name(pair),
                blocks=tuple(_pair(pair, say, about)),
            )
            for number, pair in enumerate(pairs, 1)
        ),
    )


def pair_id(number: int) -> str:
    """Return where the answers of a pair stand."""
    return f"pair-{number}"


def pair_name(pair: AssessedPair) -> str:
    """Return the drug and the reaction of a pair."""
    return f"{pair.evidence.drug.name} – {pair.evidence.reaction.term}"


def result_text(entry: Assessment, say: ReportSentences) -> str:
    """Return total and category of a result, marked where it rests on too little."""
    shown = f"{signed(entry.score.total)} {category(entry, say.words.language)}".strip()
    if "insufficient" in entry.score.flags:
        shown += f" · {say.words('view.insufficient')}"
    return shown


def open_range(entry: Assessment, say: ReportSentences) -> str:
    """Return what the unknown facts leave open, the categories too."""
    found, labels = entry.range, entry.algorithm.categories
    if found.total_min is None or found.total_min == found.total_max:
        return range_text(entry, say.words.language)
    shown = f"{signed(found.total_min)} … {signed(found.total_max)}"
    if found.category_min == found.category_max:
        return shown
    ends = [labels[c].text(say.words.language) for c in (found.category_min, found.category_max)]
    return f"{shown} ({' … '.join(ends)})"


def _pair(pair: AssessedPair, say: ReportSentences, about: PairWords) -> Iterator[Block]:
    words = say.words
    for entry in pair.assessments[:1]:
        yield _items(entry, pair, say, about)
        yield Paragraph(
            "; ".join(dict.fromkeys(_sources_of_points(entry, say.words.language))),
            style="note",
            label=words("report.points_from"),
        )
    conventions = tuple(about.conventions(pair))
    yield from _listed(words("report.conventions_touch"), conventions)
    yield from _listed(words("view.remarks"), about.remarks(pair))
    told = worth_mentioning(pair.evidence.findings)
    if told:
        yield Listing(title=words("view.alternatives"), lines=tuple(_finding(f, say) for f in told))


def _listed(title: str, texts: Iterable[str]) -> Iterator[Listing]:
    shown = lines(texts)
    if shown:
        yield Listing(title=title, lines=shown)


def _items(entry: Assessment, pair: AssessedPair, say: ReportSentences, about: PairWords) -> Table:
    words = say.words
    columns = ("question", "answer", "points", "because", "rests_on")
    rows = [
        row(
            question_text(entry, item, say),
            answer_text(entry, item, say),
            signed(item.points),
            Cell(about.because(item, entry, pair), below=_rules(entry, item, pair, say)),
            Cell(
                "",
                links=say.links(e for f in about.facts_told(item, entry, pair) for e in f.events),
            ),
        )
        for item in entry.score.items
    ]
    if entry.score.total is not None:
        total = Cell(category(entry, words.language), below=_range_line(entry, say))
        rows.append(row(words("view.total"), total, signed(entry.score.total), "", "", strong=True))
    return Table(
        caption=f"{entry.algorithm.label.text(words.language)}, {entry.algorithm.version}",
        columns=tuple(words(f"view.{name}") for name in columns),
        rows=tuple(rows),
        numbers=frozenset({2}),
        wide=frozenset({3}),
    )


def _range_line(entry: Assessment, say: ReportSentences) -> str:
    left = open_range(entry, say)
    return f"{say.words('view.range')}: {left}" if left else ""


def question_text(entry: Assessment, item: Item, say: ReportSentences) -> str:
    """Return a question of a method with its letter or number."""
    question = entry.algorithm.questions[item.question]
    letter = f"{question.letter}) " if question.letter else ""
    return letter + question.label.text(say.words.language)


def answer_text(entry: Assessment, item: Item, say: ReportSentences) -> str:
    """Return the answer to a question with its code, where the method has published one."""
    question = entry.algorithm.questions[item.question]
    label = question.options[item.option].label.text(say.words.language)
    return f"{item.code} · {label}" if _published(entry, item) else label


def codes_text(entry: Assessment) -> str:
    """Return the published codes of letters of a result, in the order of its questions: C3 S2."""
    codes = (i.code for i in entry.score.items if _published(entry, i))
    return " ".join(code for code in codes if isinstance(code, str))


def _published(entry: Assessment, item: Item) -> bool:
    """Tell whether a code is one of the method: a number, or its letter with a grade (C3, R+)."""
    if isinstance(item.code, int):
        return True
    letter = entry.algorithm.questions[item.question].letter or "?"
    return bool(re.match(rf"{re.escape(letter)}[\d+-]", item.code))


def _rules(entry: Assessment, item: Item, pair: AssessedPair, say: ReportSentences) -> str:
    """Return what the facts behind an answer were taken to be."""
    facts = (pair.evidence.facts[n] for n in item.facts if n in pair.evidence.facts)
    words = say.words
    taken = [
        f"{words(f'fact.{f.name}')}: {words.value(f.name, f.value)}"
        for f in facts
        if f.rule != NOT_REPORTED
    ]
    return f"{words('report.taken_as')} {'; '.join(taken)}" if taken else ""


def _sources_of_points(entry: Assessment, language: str) -> Iterator[str]:
    algorithm = entry.algorithm
    for item in entry.score.items:
        for key in algorithm.questions[item.question].options[item.option].source:
            yield algorithm.cited(key, language)


def _finding(finding: Finding, say: ReportSentences) -> Line:
    words = say.words
    mimic = finding.entry.kind == "mimic" and finding.state != "ruled_out"
    state = words("state.mimic" if mimic else f"state.{finding.state}")
    below = [
        f"{words(f'view.{key}')}: {say.ground(ground)}"
        for key, grounds in (("for", finding.grounds_for), ("against", finding.grounds_against))
        for ground in grounds
    ]
    if finding.not_known:
        tests = ", ".join(say.test(key) for key in finding.not_known)
        below.append(f"{words('view.not_known')}: {tests}")
    return Line(f"{say.alternative(finding.id)}: {state}", tuple(below))
