"""The first screen: what was asked, the answer, its main reason and doubt, and how sure it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from causality.assessment.assess import AssessedPair
from causality.ranking.conclusion import level_sentence
from causality.ranking.entries import GradedDrug
from causality.ranking.rank import Ranking
from causality.report.blocks import Line
from causality.report.sentences import ReportSentences
from causality.report.suspects import open_range, pair_id
from causality.wording.ranking_words import RankingWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer about one reaction; ``link`` leads to the answers behind it."""

    question: str
    answer: str
    lines: tuple[Line, ...] = ()
    link: str = ""


def answers(say: ReportSentences) -> tuple[Answer, ...]:
    """Return an answer per reaction, the most strongly answered first."""
    algorithm = say.result.method.algorithms[0]
    found: list[tuple[int, int, Answer]] = []
    for ranking in say.result.ranking:
        pair = _leading(ranking, say)
        rank = algorithm.rank(pair.assessments[0].score.category) if pair else -1
        found.append((-rank, len(found), _answer(ranking, pair, say)))
    return tuple(answer for _, _, answer in sorted(found, key=lambda item: item[:2]))


def _leading(ranking: Ranking, say: ReportSentences) -> AssessedPair | None:
    """Return the pair that the answer is about: the strongest suspect."""
    best = _own(ranking, say) or (ranking.conclusion.best if ranking.conclusion else None)
    own = [p for p in say.result.pairs if p.evidence.key[1] == str(ranking.reaction.id)]
    if best is None:
        return own[0] if own else None
    return next((p for p in own if p.evidence.key == best.pair.key), None)


def _own(ranking: Ranking, say: ReportSentences) -> GradedDrug | None:
    """Return the strongest suspect, where a drug that nobody suspects is stronger."""
    best = ranking.conclusion.best if ranking.conclusion else None
    own = {p.evidence.key for p in say.result.pairs}
    if best is None or best.pair.key in own:
        return None
    drugs = (drug for entry in ranking.entries for drug in entry.drugs)
    return next((drug for drug in drugs if drug.pair.key in own), None)


def _answer(ranking: Ranking, pair: AssessedPair | None, say: ReportSentences) -> Answer:
    words = say.words
    parts = dict(_parts(ranking, say))
    drugs = tuple(
        dict.fromkeys(
            p.evidence.drug.name
            for p in say.result.pairs
            if p.evidence.key[1] == str(ranking.reaction.id)
        )
    )
    key = "report.asked_one" if len(drugs) == 1 else "report.asked_any"
    question = words(key, drugs=drugs, reaction=ranking.reaction.term)
    told = " ".join(
        text
        for code, text in parts.items()
        if code not in {"conclusion.reason", "conclusion.doubt"}
    )
    found, own = ranking.conclusion, _own(ranking, say)
    if own is not None:
        grade = RankingWords(say).grade(own)
        code = level_sentence(own, "conclusion.level")
        told = f"{words(code, names=(own.name,), level=grade)} {told}"
    of_best = f"{found.best.name}: " if own is not None and found and found.best else ""
    of_own = f"{own.name}: " if own is not None else ""
    reasons = (
        ("report.main_reason", found.reason if found else None),
        ("report.main_doubt", found.doubt if found else None),
    )
    lines = [
        Line(of_best + text if of_best else capital(text), label=words(label))
        for label, statement in reasons
        if statement is not None and (text := RankingWords(say).told(statement))
    ]
    if pair is None:
        return Answer(question=question, answer=told, lines=tuple(lines))
    entry = pair.assessments[0]
    left = open_range(entry, say)
    if left:
        lines.append(Line(of_own + left, label=words("report.could_be")))
    if pair.questions:
        asked = say.question(pair.questions[0], pair.evidence)
        lines.append(Line(of_own + asked, label=words("report.would_change")))
    return Answer(
        question=question,
        answer=told,
        lines=tuple(lines),
        link=pair_id(say.result.pairs.index(pair) + 1),
    )


def capital(text: str) -> str:
    """Return a text as a sentence begins."""
    return text[:1].upper() + text[1:]


def _parts(ranking: Ranking, say: ReportSentences) -> Iterator[tuple[str, str]]:
    if ranking.conclusion is not None:
        yield from RankingWords(say).parts(ranking.conclusion)
