"""What the report of a safety database says besides its facts, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from causality.case.model import Case
from causality.case.reported import ReportedPair, SourceRemark, SourceReport
from causality.words import Words


class Group(NamedTuple):
    """Lines under a title; ``prose`` is text of the report itself, with its line breaks."""

    title: str
    lines: tuple[str, ...]
    prose: bool = False


def source_groups(case: Case, words: Words) -> tuple[Group, ...]:
    """Return what a case's report says besides its facts; nothing for a case file of a person."""
    source = case.icsr
    if source is None:
        return ()
    names = {str(part.id): part.name for part in case.drugs}
    names.update({str(part.id): part.term for part in case.reactions})
    groups = (
        Group(_origin(source, words), tuple(_notes(source, words))),
        Group(words("icsr.pairs"), tuple(_pairs(source, names, words))),
        Group(words("icsr.said"), tuple(_said(source, names, words))),
        Group(words("icsr.remarks"), tuple(remark_text(r, words) for r in source.remarks)),
        *(
            Group(words(f"icsr.{name}"), tuple(filter(None, [getattr(source, name)])), prose=True)
            for name in ("narrative", "reporter_comment", "sender_comment", "history")
        ),
    )
    first, *others = groups
    return (first, *(group for group in others if group.lines))


def _origin(source: SourceReport, words: Words) -> str:
    version = words("icsr.version", version=source.version) if source.version else ""
    latest = source.latest or source.received or "?"
    return words("icsr.from", form=source.form, version=version, latest=latest)


def _notes(source: SourceReport, words: Words) -> Iterator[str]:
    if source.status == "amendment":
        yield words("icsr.amended", reason=source.reason or "?")
    if source.not_read:
        yield words("icsr.not_read", elements=", ".join(source.not_read))


def _pairs(source: SourceReport, names: dict[str, str], words: Words) -> Iterator[str]:
    for pair in source.pairs:
        said = "; ".join(_about(pair, words))
        drug, reaction = (names.get(key, key) for key in (pair.drug, pair.reaction))
        yield f"{drug} – {reaction}: {said}"


def _about(pair: ReportedPair, words: Words) -> Iterator[str]:
    if pair.since_first_dose:
        yield words("icsr.since_first", value=pair.since_first_dose)
    if pair.since_last_dose:
        yield words("icsr.since_last", value=pair.since_last_dose)
    if pair.recurrence:
        yield words(f"icsr.recurrence.{pair.recurrence}")


def _said(source: SourceReport, names: dict[str, str], words: Words) -> Iterator[str]:
    for entry in source.assessments:
        yield words(
            "icsr.said_line",
            drug=names.get(entry.drug, entry.drug),
            reaction=names.get(entry.reaction, entry.reaction),
            result=entry.result or "?",
            method=entry.method or "?",
            source=entry.source or "?",
        )


def remark_text(remark: SourceRemark, words: Words) -> str:
    """Return a remark with its code and the line of the message that it is about."""
    text = words(
        remark.code,
        element=remark.element,
        found=remark.found or "-",
        against=remark.against or "-",
    )
    place = f" ({words('icsr.line', line=remark.line)})" if remark.line else ""
    return f"{remark.code} {text}{place}"
