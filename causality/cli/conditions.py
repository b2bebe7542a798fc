"""The conditions of an algorithm in words: ``onset = compatible; course = improved / unknown``."""

from collections.abc import Iterator

from causality.scoring.model import Algorithm, Question
from causality.scoring.proof import answers_of
from causality.terms.facts import FACTS
from causality.terms.tables import Alternative, When
from causality.words import Words


def condition(when: When, algorithm: Algorithm, words: Words, *, answers: bool = False) -> str:
    """Return a `when` in words: "or" between alternatives, ";" between what has to hold together.

    Parameters
    ----------
    answers
        Whether a name that a fact and a question share means the question, as it does wherever
        answers are read.
    """
    rows = [_row(row, algorithm, words, answers=answers) for row in when]
    if len(rows) > 1:
        rows = [
            f"({shown})" if len(row) > 1 else shown for row, shown in zip(when, rows, strict=True)
        ]
    return f" {words('view.or')} ".join(rows)


def answer_label(code: str, question: Question, words: Words) -> str:
    """Return an answer as a person knows it; a code that is no word stands before its label.

    Of several options with one code the last is the plainest.
    """
    options = [option for option in question.options if str(option.code) == code]
    label = options[-1].label.text(words.language)
    return label if code.replace("_", "").isalpha() else f"{code} {label}"


def _row(row: Alternative, algorithm: Algorithm, words: Words, *, answers: bool) -> str:
    parts = []
    for name, values in row.items():
        question = algorithm.questions.get(name) if answers or name not in FACTS else None
        shown = " / ".join(_values(name, values, algorithm, words, question=question))
        parts.append(f"{_name(name, algorithm, words, question=question)} = {shown}")
    return "; ".join(parts)


def _name(name: str, algorithm: Algorithm, words: Words, *, question: Question | None) -> str:
    """Return a name in words; a question put as a sentence goes by its letter."""
    if question is not None:
        label = question.label.text(words.language)
        if question.letter and label.endswith("?"):
            return words("method.question", letter=question.letter)
        return label
    if name in algorithm.conventions:
        return algorithm.conventions[name].label.text(words.language)
    return words(f"fact.{name}")


def _values(
    name: str,
    values: frozenset[str],
    algorithm: Algorithm,
    words: Words,
    *,
    question: Question | None,
) -> Iterator[str]:
    """Yield values in words, in the order of what they are values of."""
    if question is not None:
        codes = (code for code in answers_of(algorithm, name) if code in values)
        yield from dict.fromkeys(answer_label(code, question, words) for code in codes)
    elif name in algorithm.conventions:
        choices = algorithm.conventions[name].choices
        yield from (text.text(words.language) for key, text in choices.items() if key in values)
    else:
        yield from (words.value(name, value) for value in FACTS[name] if value in values)
