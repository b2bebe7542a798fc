"""The view of a batch: everything that its report says, decided here and placed by a template."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from causality.report.batch.data import BatchData, Say
from causality.report.batch.sections import (
    agreement_section,
    categories_section,
    facts_section,
    files_section,
    latency_section,
    near_section,
    rejects_section,
)
from causality.report.blocks import Line, Section
from causality.report.header import made_with
from causality.words import Language, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLabels:
    """The words that stand around what the report says."""

    answer: str
    contents: str
    skip: str
    legend: str
    as_table: str
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """The report of a batch as plain data."""

    language: Language
    title: str
    subtitle: str
    head: tuple[Line, ...]
    answer: str
    answer_lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    safety: str
    labels: BatchLabels


_NAMED_FILES = 4


def batch_view(data: BatchData, words: Words) -> BatchView:
    """Return what the report of a batch says, in the language of the words."""
    say = Say(data, words)
    sections = (
        categories_section(say),
        agreement_section(say),
        latency_section(say),
        facts_section(say),
        near_section(say),
        rejects_section(say),
        files_section(say),
    )
    return BatchView(
        language=words.language,
        title=words("batch.title"),
        subtitle=_subtitle(say),
        head=tuple(Line(text, label=label) for label, text in _head(say)),
        answer=_lead(say),
        answer_lines=tuple(_answer(say)),
        sections=tuple(section for section in sections if not section.empty),
        safety=words("view.safety"),
        labels=BatchLabels(
            answer=words("view.answer"),
            contents=words("report.contents"),
            skip=words("report.skip"),
            legend=words("report.legend"),
            as_table=words("report.as_table"),
            made_by=words("batch.made_by"),
        ),
    )


def _subtitle(say: Say) -> str:
    names = [str(manifest["input"]["name"]) for manifest in say.data.manifests]
    more = len(names) - _NAMED_FILES
    told = [say.words("batch.more_files", count=more)] if more > 0 else []
    return ", ".join([*names[:_NAMED_FILES], *told])


def _head(say: Say) -> Iterator[tuple[str, str]]:
    yield from made_with(say.data.method, say.words)
    asked = say.data.manifests[0].get("selection") if say.data.manifests else None
    if asked:
        yield say.words("batch.reactions_selected"), ", ".join(asked["reactions"])


def _lead(say: Say) -> str:
    counts = say.data.counts
    key = "batch.answer_selected" if counts.not_selected else "batch.answer"
    return say.words(
        key if counts.rows else "batch.answer_empty",
        rows=say.count(counts.rows),
        scored=say.count(counts.scored),
        rejected=say.count(counts.rejected),
        others=say.count(counts.not_selected),
    )


def _answer(say: Say) -> Iterator[Line]:
    """Yield the main findings: categories, what could still change, what to ask, rejects."""
    words, data = say.words, say.data
    counts, first = data.counts, data.method.algorithms[0]
    if counts.scored:
        found = counts.categories.get(first.id, Counter())
        told = ", ".join(
            f"{say.category(first, name)} {say.share(found[name], counts.scored)}"
            for name in reversed(first.categories)
            if found.get(name)
        )
        yield Line(told, label=first.id)
    summary = data.summary.algorithms.get(first.id)
    if summary is not None and counts.scored:
        facts = sorted(summary.facts, key=lambda n: (-summary.facts[n].changes, n))
        told = words(
            "batch.could_change",
            pairs=say.count(summary.changeable),
            scored=say.count(counts.scored),
            share=say.share(summary.changeable, counts.scored),
        )
        yield Line(told, label=words("batch.still_open"))
        asked = [name for name in facts if summary.facts[name].changes][:3]
        if asked:
            told = "; ".join(
                f"{words(f'fact.{name}')} ({say.count(summary.facts[name].changes)})"
                for name in asked
            )
            yield Line(told, label=words("batch.ask_first"))
    repeated = sum(m["counts"].get("rows_repeating_a_pair", 0) for m in data.manifests)
    if repeated:
        yield Line(say.count(repeated), label=words("batch.repeated"))
    if counts.warned:
        yield Line(say.count(counts.warned), label=words("batch.with_remarks"))
