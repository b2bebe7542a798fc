"""What the report of a safety database says besides its facts, as a section."""

from collections.abc import Iterator

from causality.report.blocks import Block, Listing, Paragraph, Section, lines
from causality.report.sentences import ReportSentences
from causality.wording.source_words import source_groups


def source_section(say: ReportSentences) -> Section:
    """Return the section; empty for a case that a person has written."""
    return Section(id="source", title=say.words("icsr.title"), blocks=tuple(_blocks(say)))


def _blocks(say: ReportSentences) -> Iterator[Block]:
    for group in source_groups(say.result.case, say.words):
        if not group.prose:
            yield Listing(title=group.title, lines=lines(group.lines))
            continue
        paragraphs = [text for line in group.lines for text in line.split("\n") if text.strip()]
        for number, text in enumerate(paragraphs):
            yield Paragraph(text, label="" if number else f"{group.title}:")
