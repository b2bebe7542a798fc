"""What was published about this drug and this reaction by the moment of the assessment (rule 5)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from causality.evidence.fact import Fact, not_reported, settled
from causality.knowledge.model import ReportRecord

UNCONFIRMED = " (unconfirmed)"
"""Stands behind a publication that nobody has seen; views say so in their language."""
_LEVELS = ("well_known", "occasional", "none_found", "contradicted")


class PublishedKnowledge(NamedTuple):
    """What the knowledge holds about a pair.

    ``as_of`` is the ordinal of the last day whose publications count; None: all of them.
    ``own`` are DOIs and citations that describe the case under assessment.
    """

    reports: tuple[ReportRecord, ...] = ()
    listed_source: str = ""
    treats_source: str = ""
    as_of: int | None = None
    own: frozenset[str] = frozenset()


def prior_knowledge(known: PublishedKnowledge) -> Fact:
    """Return the fact ``prior_knowledge``.

    A listing in the product information counts most; a drug that treats the reaction is
    ``contradicted`` unless reports exist; the case is never its own prior knowledge.
    """
    name = "prior_knowledge"
    if known.listed_source:
        return settled(name, "well_known", "knowledge.listed", source=known.listed_source)
    usable, later, own = usable_reports(known)
    if usable:
        level = min((report.level for report in usable), key=_LEVELS.index)
        fact = settled(name, level, f"knowledge.{level}", count=len(usable))
        return _with_sources(fact, [r for r in usable if r.level == level], own)
    if known.treats_source:
        return settled(name, "contradicted", "knowledge.treats", source=known.treats_source)
    fact = not_reported(name)
    if own:
        fact = fact.flagged("own_publication_left_out", count=own)
    if later:
        years = [report.year for report in later if report.year]  # undated ones always count
        fact = fact.flagged("published_later", year=min(years))
    return fact


def usable_reports(known: PublishedKnowledge) -> tuple[list[ReportRecord], list[ReportRecord], int]:
    """Return the publications that count, those that came later, and how many describe the case."""
    usable: list[ReportRecord] = []
    later: list[ReportRecord] = []
    own = 0
    for report in known.reports:
        if is_own(report, known.own):
            own += 1
        elif known.as_of is not None and published_by(report) > known.as_of:
            later.append(report)
        else:
            usable.append(report)
    return usable, later, own


def published_by(report: ReportRecord) -> int:
    """Return the day by which a publication was certainly out; undated ones always were."""
    return date(report.year, 12, 31).toordinal() if report.year else 0


def is_own(report: ReportRecord, own: frozenset[str]) -> bool:
    """Tell whether a publication describes the case under assessment."""
    return (bool(report.doi) and plain_doi(report.doi) in own) or report.citation in own


def plain_doi(text: str) -> str:
    """Return a DOI without the address in front of it."""
    return text.strip().lower().removeprefix("https://doi.org/").removeprefix("doi:").strip()


def _with_sources(fact: Fact, deciding: Sequence[ReportRecord], own: int) -> Fact:
    texts = tuple(
        r.citation + (f" [{r.file}]" if r.file else "") + ("" if r.confirmed else UNCONFIRMED)
        for r in deciding
    )
    fact = Fact(
        name=fact.name,
        value=fact.value,
        possible=fact.possible,
        rule=fact.rule,
        params=fact.params,
        sources=texts,
    )
    if own:
        fact = fact.flagged("own_publication_left_out", count=own)
    if not any(report.confirmed for report in deciding):
        fact = fact.flagged("rests_on_unconfirmed_source")
    return fact
