"""The head of a report: whose case, as of when, by what; and the method in full at its end."""

import re
from collections.abc import Iterator, Sequence

from causality import __version__
from causality.assessment.method import Method
from causality.assessment.moment import END
from causality.case.positions import resolve_anchors
from causality.evidence.alternatives import worth_mentioning
from causality.evidence.lookups import not_recognised
from causality.report.blocks import Block, Line, Listing, Paragraph, Section, Table, lines, row
from causality.report.sentences import ReportSentences
from causality.scoring.load import is_own
from causality.terms.dates import OPEN, Span
from causality.wording.locale import date_text, number
from causality.wording.method_names import method_name
from causality.words import Words

_SHOWN_HASH = 12


def header_lines(say: ReportSentences) -> tuple[Line, ...]:
    """Return the lines of the head: case, patient, moment, assessors."""
    words, result = say.words, say.result
    case = result.case
    found = [(words("report.case"), case.case_id), (words("report.patient"), patient(say))]
    found.append((words("report.as_of"), moment(say)))
    people = tuple(dict.fromkeys(d.by for d in case.assessor if d.by))
    found.append((words("report.assessor"), ", ".join(people) or words("report.tool_alone")))
    supposed = what_if(say)
    if supposed:
        found.append((words("report.what_if"), supposed))
    return tuple(Line(text, label=label) for label, text in found if text)


def method_lines(say: ReportSentences) -> tuple[Line, ...]:
    """Return what the answers were made with: versions and conventions in force."""
    words, result = say.words, say.result
    found = []
    published = _distinct([c.citation or f"doi:{c.doi}" for c in result.case.published_as])
    if published:
        found.append((words("report.published"), "; ".join(published)))
    found += made_with(result.method, words)
    found.append((words("report.as_written"), words("report.as_written_told")))
    return tuple(Line(text, label=label) for label, text in found if text)


def _distinct(citations: Sequence[str]) -> list[str]:
    """Return citations without those that only say again, in fewer words, what another says.

    A publication is named as the knowledge names it, more than once where that has it in pieces.
    """
    said = [set(re.findall(r"\w+", re.sub(r"\(\D[^)]*\)", "", text))) for text in citations]
    return [
        text
        for number, text in enumerate(citations)
        if not any(
            said[number] < other or (said[number] == other and place < number)
            for place, other in enumerate(said)
            if place != number
        )
    ]


def made_with(method: Method, words: Words) -> list[tuple[str, str]]:
    """Return algorithms, knowledge and conventions of a method, each with its label."""
    methods = ", ".join(f"{method_name(a.id, words)} {a.version}" for a in method.algorithms)
    return [
        (words("report.methods"), methods),
        (words("report.knowledge"), method.knowledge.version),
        (words("report.conventions"), "; ".join(_choices(method, words))),
    ]


def patient(say: ReportSentences) -> str:
    """Return sex and age as far as reported."""
    person, words = say.result.case.patient, say.words
    parts = [say.code("sex", person.sex)] if person.sex and person.sex != "unknown" else []
    if person.age:
        low, high = person.age
        if low == high == int(low):
            parts.append(words("report.age", count=int(low)))
        else:
            years = f"{low:.3g}" if low == high else f"{low:.2g}–{high:.2g}"
            parts.append(words("report.age_about", years=number(years, words)))
    if person.weight_kg:
        parts.append(f"{number(f'{person.weight_kg:g}', words)} kg")
    if person.pregnant == "yes":
        parts.append(words("report.pregnant"))
    return ", ".join(parts) or words("report.not_reported")


def moment(say: ReportSentences) -> str:
    """Return the moment of the assessment."""
    at, words = say.result.snapshot.moment, say.words
    if at.whole:
        last = say.result.timeline.last_date()
        dated = f", {date_text(last.calendar, words)}" if last and at.label != END else ""
        return words("view.end_of_case") + dated
    if at.events:
        events = say.result.timeline.events
        return "; ".join(f"{say.date(events[e])}: {say.what(events[e])}" for e in at.events)
    if at.position is not None and at.position.calendar != OPEN:
        return f"{date_text(at.position.calendar, words)} ({at.label})"
    return at.label


def what_if(say: ReportSentences) -> str:
    """Return the values that were supposed, if any."""
    words = say.words
    return "; ".join(
        f"{drug}/{reaction}: {words(f'fact.{fact}')} = {words.value(fact, value)}"
        for (drug, reaction), values in say.result.overrides.items()
        for fact, value in values.items()
    )


def anchors(say: ReportSentences) -> tuple[Line, ...]:
    """Return what the days of the events so far are counted from."""
    words, given = say.words, say.result.case.anchors
    positions = resolve_anchors(given)
    events, seen = say.result.timeline.events, say.result.snapshot.visible
    used = {events[name].anchor for name in seen}
    return tuple(
        Line(_anchor(positions[name].calendar, words), label=name)
        for name in given
        if name in positions and name in used
    )


def _anchor(day: Span, words: Words) -> str:
    if day == OPEN:
        return words("report.anchor_unknown")
    return words("report.anchor", date=date_text(day, words))


def method_section(say: ReportSentences) -> Section:
    """Return versions, hashes, conventions with their choices, and names not recognised."""
    return Section(id="method", title=say.words("report.method"), blocks=tuple(_method(say)))


def _method(say: ReportSentences) -> Iterator[Block]:
    words, method = say.words, say.result.method
    yield from version_blocks(method, words)
    unknown = not_recognised(say.result.case, method.knowledge)
    if unknown:
        yield Paragraph(words("view.not_recognised", names=tuple(unknown)))


def version_blocks(method: Method, words: Words) -> Iterator[Block]:
    """Yield versions with hashes, and the conventions with their choices."""
    language = words.language
    yield Table(
        caption=words("report.versions"),
        columns=tuple(words(f"report.{c}") for c in ("part", "version", "hash")),
        rows=(
            *(
                row(
                    f"{a.id}: {a.label.text(language)}",
                    f"{a.version} ({words('report.own_file')})"
                    if is_own(a.id, method.hashes[a.id])
                    else a.version,
                    _short(method.hashes[a.id]),
                )
                for a in method.algorithms
            ),
            *(
                row(
                    f"{words('report.knowledge')}: {name}", method.knowledge.version, _short(digest)
                )
                for name, digest in method.knowledge.hashes.items()
            ),
            *(
                row(f"{folder}: {name}", words("report.own_file"), _short(digest))
                for folder, hashes in method.knowledge.layers
                for name, digest in hashes.items()
            ),
            row(words("report.tool"), __version__, ""),
        ),
    )
    yield Listing(title=words("report.conventions"), lines=lines(_choices(method, words, ids=True)))


def _choices(method: Method, words: Words, *, ids: bool = False) -> Iterator[str]:
    """Yield the conventions with the choice of the run, as words or with the names of both."""
    language = words.language
    own = {n: c for a in method.algorithms for n, c in a.conventions.items()}
    for name, choice in method.conventions.items():
        entry = own.get(name) or method.knowledge.conventions[name]
        label = entry.label.text(language)
        shown = f"{label[:1].upper()}{label[1:]}: {entry.choices[choice].text(language)}"
        yield f"{shown} [{name}={choice}]" if ids else shown


def _short(digest: str) -> str:
    return f"sha256 {digest[:_SHOWN_HASH]}…"


def sources_section(say: ReportSentences) -> Section:
    """Return every source that the answers rest on, marked when nobody has seen it."""
    words, knowledge = say.words, say.result.method.knowledge
    keys: dict[str, None] = {}
    for pair in say.result.pairs:
        for fact in pair.evidence.facts.values():
            keys.update(dict.fromkeys(fact.sources))
        for finding in worth_mentioning(pair.evidence.findings):
            keys.update(dict.fromkeys((*finding.entry.sources, *filter(None, [finding.source]))))
    told = []
    for key in keys:
        entry = knowledge.sources.get(key)
        if entry is None:
            told.append(say.source(key))
            continue
        doi = f" doi:{entry.doi}" if entry.doi else ""
        mark = words("report.seen" if entry.seen else "report.not_seen")
        told.append(f"{entry.cited(words.language)}.{doi} [{mark}]")
    methods = [
        Line(
            "; ".join(a.cited(key, words.language) for key in a.sources),
            label=f"{method_name(a.id, words)} {a.version}",
        )
        for a in say.result.method.algorithms
    ]
    blocks: list[Block] = []
    if told:
        blocks.append(
            Listing(title=words("report.sources_evidence"), lines=lines(dict.fromkeys(told)))
        )
    blocks.append(Listing(title=words("report.sources_methods"), lines=tuple(methods)))
    return Section(id="sources", title=words("view.sources"), blocks=tuple(blocks))
