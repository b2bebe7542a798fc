"""The form as plain text: any editor shows it, a person reads it, the tool reads it back.

Lines with a leading ``#`` are for the reader. An answer stands behind the colon of a line that
begins with a mark (``2b``). The last part says for the tool what each mark fills in.
"""

import textwrap
from collections.abc import Iterator
from string import ascii_lowercase

from causality.case.positions import resolve_anchors
from causality.inquiry.fields import FormField
from causality.inquiry.form import Form, FormQuestion
from causality.inquiry.parts import part_of
from causality.knowledge.base import Knowledge
from causality.knowledge.model import Test
from causality.words import Words

FORM = "causality-form-1"
HEADER = ("form", "case", "case_sha256", "language")
WHO, DATE = "by", "on"
DECISIONS = frozenset({"fact", "judgement"})
_WIDTH = 78


def form_text(form: Form, knowledge: Knowledge, words: Words) -> str:
    """Return the form, ready to be filled in."""
    return "\n".join([*_Writer(form, knowledge, words).lines(), ""])


class _Writer:
    def __init__(self, form: Form, knowledge: Knowledge, words: Words) -> None:
        self.form = form
        self.knowledge = knowledge
        self.words = words
        self.marks: dict[str, str] = {"0a": WHO, "0b": DATE}

    def lines(self) -> Iterator[str]:
        words = self.words
        yield from _comment(words("form.title", case_id=self.form.case.case_id))
        yield "#"
        assessor_only = {q.audience for q in self.form.questions} == {"assessor"}
        yield from _comment(words("form.thanks_assessor" if assessor_only else "form.thanks"))
        yield from self._guide()
        yield ""
        yield f"0a {words('form.who')}:"
        yield f"0b {words('form.date')}:"
        part = ""
        for number, question in enumerate(self.form.questions, start=1):
            if question.audience == "assessor" != part and not assessor_only:
                yield from ("", *_comment(words("form.assessor_part")))
            part = question.audience
            yield ""
            yield from self._question(number, question)
        yield from self._end()

    def _guide(self) -> Iterator[str]:
        for key in ("form.guide_blank", "form.guide_dates"):
            yield from _comment(self.words(key), indent="- ")
        counted_from = self._counted_from()
        if counted_from:
            line = self.words("form.guide_days", names=counted_from, name=counted_from[0])
            yield from _comment(line, indent="- ")
        for key in ("form.guide_unknown", "form.guide_more"):
            yield from _comment(self.words(key), indent="- ")
        yield from _comment(self.words("form.safety"))

    def _counted_from(self) -> tuple[str, ...]:
        """Return the anchors without an exact date: no date says which day of theirs it is."""
        anchors = resolve_anchors(self.form.case.anchors)
        return tuple(name for name, where in anchors.items() if where.clock == name)

    def _question(self, number: int, question: FormQuestion) -> Iterator[str]:
        language = self.words.language
        yield from _comment(self._wording(question), indent=f"{number}. ")
        if question.text.why is not None:
            why = question.text.why.text(language)
            yield from _comment(self.words("form.why", why=why), indent=" " * len(f"{number}. "))
        for letter, field in enumerate(question.fields):
            mark = f"{number}{_letters(letter)}"
            self.marks[mark] = field.key
            yield from self._note(field)
            yield f"{mark} {self._label(field)}:"

    def _note(self, field: FormField) -> Iterator[str]:
        """Say what a result of a finding means where that is not plain."""
        test = self.knowledge.tests[field.of[0]] if field.kind == "test" else None
        if test is not None and test.role == "finding" and test.note is not None:
            note = f"{test.label.text(self.words.language)}. {test.note.text(self.words.language)}"
            yield from _comment(" ".join(note.split()), indent="   ")

    def _wording(self, question: FormQuestion) -> str:
        language = self.words.language
        causes = [
            self.knowledge.alternatives[key].label.text(language) for key in question.alternatives
        ]
        text = question.text.text.text(language).format(
            drug=self._either(question.drugs),
            reaction=question.reaction,
            alternatives=", ".join(causes),
            drugs=self._either(question.rivals),
        )
        return " ".join(text.split())

    def _either(self, names: tuple[str, ...]) -> str:
        if len(names) < 2:  # noqa: PLR2004 - one name needs no "or"
            return "".join(names)
        return self.words("form.either", names=", ".join(names[:-1]), last=names[-1])

    def _label(self, field: FormField) -> str:
        words = self.words
        name, *more = field.of
        if field.kind == "test":
            name = self.knowledge.tests[name].label.text(words.language)
        label = words(field.label, name=name, other="".join(more)) if field.label else name
        if field.kind in ("choice", "decision"):
            label += f" ({' / '.join(choice_word(field.key, c, words) for c in field.choices)})"
        if field.kind == "test" and is_plain_finding(self.knowledge.tests[field.of[0]]):
            label += f" ({words('form.found')})"
        part = part_of(self.form.case, field.key)
        if part is not None:
            which = words(f"form.part.{part.kind}", number=part.number, total=part.total)
            label += f" ({', '.join(filter(None, (which, part.date)))})"
        if field.so_far:
            label += f" ({words('form.so_far', date=field.so_far)})"
        return " ".join(label.replace(":", " -").split())

    def _end(self) -> Iterator[str]:
        yield ""
        yield from _comment("-" * (_WIDTH - 2))
        yield from _comment(self.words("form.end"))
        values = (FORM, self.form.case.case_id, self.form.digest, self.words.language)
        for name, value in zip(HEADER, values, strict=True):
            yield f"{name}: {' '.join(value.split())}"
        for mark, key in self.marks.items():
            yield f"={mark}: {key}"


def is_plain_finding(test: Test) -> bool:
    """Tell whether yes and no say that a finding was there: what needs a note does not."""
    return test.role == "finding" and test.note is None


def choice_word(key: str, value: str, words: Words) -> str:
    """Return the word for a choice of a field, from the key of the field."""
    kind, name, *_ = key.split(" ")
    if kind in DECISIONS and name == "previous_reaction":
        return words(f"form.previous.{value}")
    if kind in DECISIONS and name == "rechallenge":
        return words(f"form.rechallenge.{value}")
    if kind in DECISIONS:
        return words.value(name, value)
    if kind == "test":
        return words(f"result.{value}")
    if kind == "recurrence":
        return words.value("contributing_factor", value)
    if kind == "action":
        return words(f"form.action.{value}")
    return words(f"form.outcome.{value}")


def _comment(text: str, indent: str = "") -> Iterator[str]:
    blank = " " * len(indent)
    width = _WIDTH - 2
    for line in textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=blank, break_on_hyphens=False
    ):
        yield f"# {line}"


def _letters(number: int) -> str:
    """Return the letters of a number: a to z, then aa, ab and so on."""
    more, last = divmod(number, len(ascii_lowercase))
    return (ascii_lowercase[more - 1] if more else "") + ascii_lowercase[last]
