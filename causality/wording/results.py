"""Totals, categories and ranges as texts."""

from causality.assessment.assess import Assessment, CaseAssessment
from causality.assessment.evaluate import SCORED_ROLES
from causality.words import Words


def points(total: int | None) -> str:
    """Return points with their sign; nothing where none are added."""
    return "" if total is None else f"{total:+d}"


def category(entry: Assessment, language: str) -> str:
    """Return the category of a result in a language."""
    return entry.algorithm.categories[entry.score.category].text(language)


def range_text(entry: Assessment, language: str) -> str:
    """Return what the unknown facts leave open: totals, or categories where there are none."""
    found = entry.range
    if found.total_min != found.total_max:
        return f"{points(found.total_min)} … {points(found.total_max)}"
    if entry.score.total is not None or found.category_min == found.category_max:
        return ""
    labels = (entry.algorithm.categories[c] for c in (found.category_min, found.category_max))
    return " … ".join(label.text(language) for label in labels)


def nothing_to_score(result: CaseAssessment, words: Words) -> str:
    """Return why a case has no pair: it lacks a part, or the part comes after the moment."""
    suspects = [drug for drug in result.case.drugs if drug.role in SCORED_ROLES]
    has_both = any(drug.exposures for drug in suspects) and any(
        reaction.episodes for reaction in result.case.reactions
    )
    given = bool(result.snapshot.exposures(suspects))
    begun = bool(result.snapshot.episodes(result.case.reactions))
    if not has_both or (given and begun):
        return words("view.no_pairs")
    if given:
        return words("view.no_reaction_yet")
    return words("view.no_drug_yet") if begun else words("view.neither_yet")
