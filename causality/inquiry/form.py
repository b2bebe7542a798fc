"""The form for the reporter: every question that could change a result, asked once."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from causality.case.model import Case
from causality.evidence.pair import PairEvidence
from causality.inquiry.fields import FormField, form_fields
from causality.inquiry.questions import OpenQuestion
from causality.knowledge.base import Knowledge
from causality.knowledge.model import QuestionText

Audience = Literal["reporter", "assessor"]
Asked = tuple[PairEvidence, OpenQuestion]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormQuestion:
    """A question of one or several pairs, with what an answer fills in."""

    text: QuestionText
    audience: Audience
    reaction: str
    drugs: tuple[str, ...]
    rivals: tuple[str, ...]
    alternatives: tuple[str, ...]
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The questions about a case that go to one reader."""

    case: Case
    digest: str
    questions: tuple[FormQuestion, ...]


def case_digest(text: str) -> str:
    """Return what tells one version of a case file from another, whatever its line ends."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def make_form(
    case: Case,
    digest: str,
    asked: Iterable[Asked],
    knowledge: Knowledge,
    audiences: Sequence[Audience] = ("reporter",),
) -> Form:
    """Return the form with the open questions of some pairs, the most telling first.

    Questions of several drugs about one reaction are one question, and a field that one answer
    fills for all of them is asked once. Assessor questions come last.

    Parameters
    ----------
    digest
        Of the case file, see `case_digest`.
    asked
        The pairs with their open questions, the most telling of a pair first.
    """
    groups: dict[tuple[str, str, str], list[Asked]] = {}
    for pair, question in asked:
        key = (question.id, question.text.audience, pair.index.id or "")
        groups.setdefault(key, []).append((pair, question))
    ordered = sorted(groups.values(), key=lambda group: -max(q.steps for _, q in group))
    found: list[FormQuestion] = []
    for audience in audiences:
        found += (
            question for group in ordered for question in _of(case, group, audience, knowledge)
        )
    return Form(case=case, digest=digest, questions=tuple(_once(found)))


def _of(
    case: Case, group: list[Asked], audience: Audience, knowledge: Knowledge
) -> Iterator[FormQuestion]:
    first_pair, first = group[0]
    rivals = {key: None for _, question in group for key in question.drugs}
    drugs = {str(pair.drug.id): pair.drug.name for pair, _ in group}
    if rivals:  # which of them it was is one question, whoever is looked at
        names = {str(d.id): d.name for d in case.drugs}
        lead = str(first_pair.drug.id)
        others = [key for key in (*drugs, *rivals) if key != lead]
        drugs, rivals = {lead: names[lead]}, dict.fromkeys(others)
        rival_names = tuple(names[key] for key in rivals)
    else:
        rival_names = ()
    fields = tuple(form_fields(case, group, audience, knowledge))
    if fields:
        yield FormQuestion(
            text=first.text.judged() if audience == "assessor" else first.text,
            audience=audience,
            reaction=first_pair.reaction.term,
            drugs=tuple(drugs.values()),
            rivals=rival_names,
            alternatives=tuple(dict.fromkeys(a for _, q in group for a in q.alternatives)),
            fields=fields,
        )


def _once(questions: Iterable[FormQuestion]) -> Iterator[FormQuestion]:
    """Leave out the fields that an earlier question asks for, and questions without any left."""
    seen: set[str] = set()
    for question in questions:
        fields = {field.key: field for field in question.fields}.values()
        left = tuple(field for field in fields if field.key not in seen)
        seen.update(field.key for field in left)
        if left:
            yield replace(question, fields=left)
