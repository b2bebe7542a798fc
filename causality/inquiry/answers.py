"""Read a filled form: which mark holds what, and what each answer means."""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, get_args

from causality.case.when import When, parse_when
from causality.errors import InputError, Problem, TermError, shown
from causality.inquiry.answer_words import (
    NonAnswer,
    has_shape,
    meant,
    more_results,
    non_answer,
    says,
    shape,
)
from causality.inquiry.drug_answers import given_drugs, holds_a_date, perhaps_when
from causality.inquiry.form_text import DECISIONS, FORM, HEADER, choice_word
from causality.terms.codes import NO_TREATMENT, RESULTS, ActionTaken, Outcome
from causality.terms.facts import FACTS
from causality.words import LANGUAGES, Language, Words

_MARK = re.compile(r"\s*(\d+[a-z]{1,2})\b([^:]*):(.*)", re.DOTALL)
_KEY = re.compile(r"=(\d+[a-z]{1,2}): (.+)")
_HEAD = re.compile(r"(form|case|case_sha256|language): *(.*)")
_QUOTED = re.compile(r"^\s*(?:>\s?)+")
_DASHES = str.maketrans({"–": "-", "\u2011": "-", "—": "-", "\u00a0": " ", "\ufeff": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """What came back: the case it is about and the lines that were filled in."""

    file: str
    case_id: str
    digest: str
    language: Language
    by: str
    on: When | None
    answers: tuple["Answer", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line that was filled in.

    ``value`` is a code or a text as the case file has it; ``more`` are the parts behind the first
    comma; ``non_answer`` says that there is no value, and why.
    """

    mark: str
    key: tuple[str, ...]
    label: str
    found: str
    line: int
    value: str = ""
    when: When | None = None
    more: str = ""
    items: tuple[tuple[str, When | None], ...] = ()
    non_answer: NonAnswer | None = None

    def problem(self, code: str, file: str, **params: object) -> Problem:
        """Return a problem at the line of the answer."""
        params = {"mark": self.mark, "found": shown(self.found), **params}
        return Problem(code=code, file=file, line=self.line, path=self.mark, params=params)


def decode_form(data: bytes) -> str:
    """Decode a form as editors of any system save text: UTF-8, UTF-16 with its mark, or Windows."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_form(text: str, file: str) -> FilledForm:
    """Read a filled form.

    Raises
    ------
    InputError
        E641 not a form, E642 an answer that is not understood, E643 a mark unknown or given twice,
        E646 a line that belongs nowhere; all at once.
    """
    lines = _Lines(file)
    for number, line in enumerate(text.splitlines(), start=1):
        clean = "".join(c if c.isprintable() else " " for c in line.translate(_DASHES))
        lines.add(number, _QUOTED.sub("", clean).rstrip())
    if lines.head.get("form") != FORM or set(lines.head) != set(HEADER):
        raise InputError([Problem(code="E641", file=file)])
    return lines.form()


@dataclass(slots=True)
class _Raw:
    label: str
    text: str
    line: int


@dataclass(slots=True)
class _Lines:
    """The lines of a form as they are read."""

    file: str
    head: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    raw: dict[str, _Raw] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    last: str | None = None

    def add(self, number: int, line: str) -> None:
        if not line.strip() or line.lstrip().startswith("#"):
            self.last = None
        elif match := _KEY.fullmatch(line):
            self.keys[match[1]] = match[2]
        elif match := _HEAD.fullmatch(line):
            self.head[match[1]] = match[2].strip()
        elif match := _MARK.fullmatch(line):
            self._answer(number, match)
        elif self.last is not None:  # the answer goes on, or its long line was broken
            self.raw[self.last].text += f" {line.strip()}"
        else:
            self._problem("E646", number, found=shown(line.strip()))

    def _answer(self, number: int, match: re.Match[str]) -> None:
        mark = match[1]
        if mark in self.raw:
            self._problem("E643", number, mark=mark)
            return
        self.last = mark
        self.raw[mark] = _Raw(match[2].strip(), match[3].strip(), number)

    def _problem(self, code: str, line: int, **params: object) -> None:
        self.problems.append(Problem(code=code, file=self.file, line=line, params=params))

    @property
    def language(self) -> Language:
        """Return the language of the form."""
        return "es" if self.head["language"] == "es" else "en"

    def form(self) -> FilledForm:
        """Return what was filled in."""
        found: dict[str, Answer] = {}
        for mark, raw in self.raw.items():
            if mark not in self.keys:
                self._problem("E643", raw.line, mark=mark)
            elif raw.text:
                key = tuple(self.keys[mark].split(" "))
                try:
                    found[mark] = _answer(mark, key, raw)
                except TermError as error:
                    allowed = ", ".join(_words_for(key, self.language))
                    params = {"mark": mark, "found": shown(raw.text), "allowed": allowed}
                    if error.params:  # where the choice is right and the rest is not
                        params["allowed"] = shape("remark", self.language).format(**error.params)
                    self._problem(error.code, raw.line, **params)
        if self.problems:
            raise InputError(self.problems)
        by, on = found.pop("0a", None), found.pop("0b", None)
        return FilledForm(
            file=self.file,
            case_id=self.head["case"],
            digest=self.head["case_sha256"],
            language=self.language,
            by=by.value if by else "",
            on=on.when if on else None,
            answers=tuple(found.values()),
        )


def _answer(mark: str, key: tuple[str, ...], raw: _Raw) -> Answer:
    base = Answer(mark=mark, key=key, label=raw.label, found=raw.text, line=raw.line)
    why, kind = non_answer(raw.text), key[0]
    if kind == "by":
        nobody = why is not None or says(raw.text, "none")
        return _with(base, value="" if nobody else raw.text)
    if why and not _is_choice(key, raw.text):
        if why == "not_done" and kind != "test":
            raise _not_understood()
        return _with(base, non_answer=why)
    if kind in ("date", "on"):
        return _date(base)
    if kind in ("treatment", "cover"):
        return _listed(base)
    if kind in ("dose", "duration"):
        return _with(base, value=raw.text)
    return _choice(base)


def _with(answer: Answer, **changes: Any) -> Answer:
    return replace(answer, **changes)


def _date(base: Answer) -> Answer:
    if base.key[-1] == "stop" and says(base.found, "ongoing"):
        return _with(base, value="ongoing")
    first, comma, more = base.found.partition(",")
    return _with(base, value=first.strip(), when=_when(first), more=more.strip() if comma else "")


def _when(text: str) -> When:
    try:
        when = parse_when(as_moment(text))
    except TermError as error:
        code = "E642"
        raise TermError(code) from error
    return when


def as_moment(text: str) -> str | dict[str, str]:
    """Return a moment as a case file has it: two case days with a slash are from and to."""
    first, slash, last = (part.strip() for part in text.partition("/"))
    if not slash or ("?" not in (first, last) and " " not in first):
        return text.strip()
    return {key: day for key, day in (("from", first), ("to", last)) if day != "?"}


def _listed(base: Answer) -> Answer:
    """Read drugs, with their dates where a treatment is asked for."""
    items = given_drugs(base.found, dated=base.key[0] == "treatment")
    return _with(base, items=items) if items else _with(base, value=NO_TREATMENT)


def _choice(base: Answer) -> Answer:
    words = dict(_choices(base.key))
    parts = base.found.split(",")
    for length in range(len(parts), 0, -1):  # some of the words hold a comma themselves
        value = meant(",".join(parts[:length]), words)
        if value is not None:
            return _chosen(base, value, ",".join(parts[length:]).strip())
    raise _not_understood()


def _chosen(base: Answer, value: str, more: str) -> Answer:
    when = None
    if base.key[0] in ("test", "recurrence") and more:
        head, _, tail = more.partition(",")
        when = perhaps_when(head)
        more = tail.strip() if when else more
        if when is None and holds_a_date(head):
            code = "E642"
            raise TermError(code, choice=base.found.partition(",")[0].strip())
    return _with(base, value=value, when=when, more=more)


def _is_choice(key: tuple[str, ...], text: str) -> bool:
    """Tell whether words that would say why there is no answer are one of the answers."""
    return key[0] in DECISIONS and meant(text, dict(_choices(key))) is not None


def _not_understood() -> TermError:
    code = "E642"
    return TermError(code)


def _words_for(key: tuple[str, ...], language: Language) -> list[str]:
    """Return what may stand in an answer, in the language of its form."""
    words, kind = Words(language), key[0]
    if kind in ("date", "on"):
        found = [*_DATES]
    elif has_shape(kind):
        found = [shape(kind, language)]
    else:
        asked = ("fact", key[1]) if kind in DECISIONS else (kind, "")
        found = [choice_word(" ".join(asked), value, words) for value in _values(*asked)]
    reasons: list[NonAnswer] = ["not_known", "not_asked"]
    if kind == "test":
        reasons.append("not_done")
    return list(dict.fromkeys([*found, *(words(f"form.non_answer.{why}") for why in reasons)]))


_DATES = ("2024-03-04", "2024-03", "2024", "2024-03/2024-05")


def _choices(key: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return _words_of(*(("fact", key[1]) if key[0] in DECISIONS else (key[0], "")))


def _values(kind: str, fact: str) -> tuple[str, ...]:
    """Return the values of a choice."""
    return {
        "fact": FACTS.get(fact, ())[:-1],  # not the default: that is no answer
        "test": RESULTS,
        "recurrence": ("yes", "no"),
        "action": _of(ActionTaken),
        "outcome": _of(Outcome),
    }[kind]


@cache
def _words_of(kind: str, fact: str) -> tuple[tuple[str, str], ...]:
    """Return every word for every value of a choice, in both languages, and the codes."""
    values = _values(kind, fact)
    found: dict[str, str] = {}
    for language in LANGUAGES:
        words = Words(language)
        for value in values:
            found.setdefault(choice_word(f"{kind} {fact}", value, words), value)
    if kind == "test":
        found |= more_results()
    return (*found.items(), *((value, value) for value in values))


def _of(codes: object) -> tuple[str, ...]:
    return tuple(value for value in get_args(codes) if value != "unknown")
