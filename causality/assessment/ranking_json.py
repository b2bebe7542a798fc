"""The ranking and the contrasts as plain data; codes are never translated.

``ranking[]`` holds every cause of every reaction, reaction by reaction, in order: ``reaction``,
``reaction_id``, ``rank`` (within the reaction; equals share one), ``kind`` (drug, concomitant,
interaction, condition), ``name`` (as reported, an interaction's joined by " + "; the knowledge's
English name of a condition that only tests brought in), ``ids``, then for drugs ``algorithm``,
``total``, ``category``, ``insufficient`` and ``members[]`` (each with its own role and grade), for
conditions ``alternative`` (id in the knowledge), ``state``, ``explains_better[]`` (ids of the drugs
next to which it is the more likely) and ``sources[]``. ``conclusions[]`` has one entry per
reaction: ``reaction``, ``reaction_id``, ``leading[]``, ``level``, ``reason`` and ``doubt``
(statements or null), ``text[]``, the codes of its sentences, and ``not_exposed[]`` (concomitant
drugs that were not given in the window).

``for[]``, ``against[]`` and ``not_known[]`` hold statements: ``code`` (a key of the word
catalogues), ``params``, ``events``, ``sources``, ``remarks[]`` (codes), ``fact`` and ``drug_id``
where there is one.

``contrasts[]`` has one entry per suspect and condition with periods: ``drug``, ``drug_id``,
``condition``, ``condition_id`` (the latest begun; all in ``condition_ids``), ``alternative``,
``reaction``, ``reaction_id``, ``observed`` (``since``, ``until``: events, null for the moment of
the assessment; ``days``), ``cells[]`` (``drug`` on/off/unknown, ``condition``
active/inactive/unknown, ``days`` [fewest, most; null: no bound], ``episodes``: number,
``episode_ids``, ``discriminates``, ``towards`` drug/condition/neither/null, ``reads``: code) and
``stretches[]``, the single times behind them with ``since``, ``until`` and ``suppressing`` (other
drugs that may have suppressed the reaction then) and ``active`` (the conditions active then).
Absence of an episode is absence of a report.
"""

from typing import Any

from causality.assessment.assess import CaseAssessment
from causality.case.model import Reaction
from causality.ranking.conclusion import Conclusion
from causality.ranking.contrast import Cell, Stretch
from causality.ranking.entries import Comparison, Entry, GradedDrug, Statement
from causality.ranking.rank import Ranking
from causality.ranking.readings import READINGS
from causality.scoring.model import Algorithm
from causality.terms.dates import Span


def ranking_json(result: CaseAssessment) -> dict[str, Any]:
    """Return the keys ``ranking``, ``conclusions`` and ``contrasts`` of the result of a case."""
    algorithm = result.method.algorithms[0]
    return {
        "ranking": [
            {**_about(ranking), **_entry(entry, algorithm)}
            for ranking in result.ranking
            for entry in ranking.entries
        ],
        "conclusions": [_concluded(ranking, algorithm) for ranking in result.ranking],
        "contrasts": [_contrast(comparison, reaction) for reaction, comparison in result.contrasts],
    }


def _about(ranking: Ranking) -> dict[str, Any]:
    return {"reaction": ranking.reaction.term, "reaction_id": ranking.reaction.id}


def _concluded(ranking: Ranking, algorithm: Algorithm) -> dict[str, Any]:
    found = ranking.conclusion
    nothing: dict[str, Any] = {
        "leading": [],
        "level": {},
        "reason": None,
        "doubt": None,
        "text": [],
    }
    return {
        **_about(ranking),
        **(_conclusion(found, algorithm) if found else nothing),
        "not_exposed": [
            {"name": drug.name, "drug_id": str(drug.id)} for drug in ranking.not_exposed
        ],
    }


def _name(entry: Entry) -> dict[str, Any]:
    label = entry.cause.finding.entry.label.en if entry.cause else ""
    return {"kind": entry.kind, "name": " + ".join(entry.names) or label, "ids": list(entry.ids)}


def _entry(entry: Entry, algorithm: Algorithm) -> dict[str, Any]:
    graded: dict[str, Any] = {}
    if entry.cause is not None:
        graded = {
            "alternative": entry.cause.id,
            "state": entry.cause.state,
            "explains_better": list(entry.cause.explains_better),
            "sources": list(entry.cause.finding.entry.sources),
        }
    else:
        graded = {
            **_grade(entry.drugs[0], algorithm),
            "members": [
                {
                    "name": drug.name,
                    "drug_id": str(drug.pair.drug.id),
                    "role": drug.pair.drug.role,
                    **_grade(drug, algorithm),
                }
                for drug in entry.drugs
            ],
        }
    return {
        "rank": entry.rank,
        **_name(entry),
        **graded,
        "for": [_statement(s) for s in entry.columns.for_],
        "against": [_statement(s) for s in entry.columns.against],
        "not_known": [_statement(s) for s in entry.columns.not_known],
    }


def _grade(drug: GradedDrug, algorithm: Algorithm) -> dict[str, Any]:
    return {
        "algorithm": algorithm.id,
        "total": drug.score.total,
        "category": drug.score.category,
        "insufficient": "insufficient" in drug.score.flags,
    }


def _statement(statement: Statement) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "code": statement.code,
        "params": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in statement.params.items()
        },
        "events": list(statement.events),
        "sources": list(statement.sources),
        "remarks": [code for code, _ in statement.remarks],
    }
    if statement.fact is not None:
        shown["fact"] = statement.fact
    if statement.drug is not None:
        shown["drug_id"] = statement.drug
    return shown


def _conclusion(found: Conclusion, algorithm: Algorithm) -> dict[str, Any]:
    level: dict[str, Any] = {}
    if found.led_by is not None:
        level = {"state": found.led_by.state}
    elif found.best is not None:
        level = _grade(found.best, algorithm)
    return {
        "leading": [_name(entry) for entry in found.leading],
        "level": level,
        "reason": _statement(found.reason) if found.reason else None,
        "doubt": _statement(found.doubt) if found.doubt else None,
        "text": list(found.text),
    }


def _contrast(comparison: Comparison, reaction: Reaction) -> dict[str, Any]:
    found, cause = comparison.contrast, comparison.cause
    return {
        "drug": comparison.drug.name,
        "drug_id": str(comparison.drug.id),
        "condition": comparison.condition,
        "condition_id": cause.condition_ids[-1],
        "condition_ids": list(cause.condition_ids),
        "alternative": cause.id,
        "reaction": reaction.term,
        "reaction_id": reaction.id,
        "observed": {
            "since": found.since or None,
            "until": found.until or None,
            "days": _days(found.observed),
        },
        "cells": [_cell(cell) for cell in found.cells],
        "stretches": [_stretch(stretch) for stretch in found.stretches],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "drug": cell.drug,
        "condition": cell.condition,
        "days": _days(cell.days),
        "episodes": len(cell.episodes),
        "episode_ids": list(cell.episodes),
        **_reading(cell.reading),
    }


def _stretch(stretch: Stretch) -> dict[str, Any]:
    return {
        "drug": stretch.drug,
        "condition": stretch.condition,
        "since": stretch.since or None,
        "until": stretch.until or None,
        "days": _days(stretch.days),
        "episodes": len(stretch.episodes),
        "episode_ids": list(stretch.episodes),
        **_reading(stretch.reading),
        "suppressing": list(stretch.suppressing),
        "active": list(stretch.active),
    }


def _reading(code: str) -> dict[str, Any]:
    return {
        "discriminates": READINGS[code] is not None,
        "towards": READINGS[code],
        "reads": code,
    }


def _days(span: Span) -> list[int | None]:
    return [span.earliest, span.latest]
