"""The result as a stable JSON shape; codes are never translated."""

from collections.abc import Mapping
from typing import Any

from causality import __version__
from causality.assessment.assess import AssessedPair, Assessment, CaseAssessment
from causality.assessment.cioms import cioms_json
from causality.assessment.ranking_json import ranking_json
from causality.case.events import Event
from causality.evidence.alternatives import Finding, Ground, worth_mentioning
from causality.evidence.fact import Fact
from causality.evidence.lookups import not_recognised
from causality.evidence.pair import PairEvidence
from causality.inquiry.differences import Difference
from causality.inquiry.questions import OpenQuestion, wording
from causality.scoring.engine import facts_behind
from causality.terms.dates import Span, format_span
from causality.words import LANGUAGES

FORMAT_VERSION = "1"


def as_json(result: CaseAssessment) -> dict[str, Any]:
    """Return the result of a case as plain data."""
    drugs = {str(drug.id): drug.name for drug in result.case.drugs}
    reactions = {str(reaction.id): reaction.term for reaction in result.case.reactions}
    return {
        "format": FORMAT_VERSION,
        "tool": {"name": "vasculitis-causality", "version": __version__},
        "case_id": result.case.case_id,
        "as_of": result.snapshot.moment.label,
        "pairs": [_pair(pair, result) for pair in result.pairs],
        "trajectory": [
            {
                "as_of": change.as_of,
                "event": change.event,
                "date": change.date,
                "drug": drugs[change.drug],
                "drug_id": change.drug,
                "reaction": reactions[change.reaction],
                "reaction_id": change.reaction,
                "algorithm": change.algorithm,
                "total": change.total,
                "category": change.category,
            }
            for change in result.trajectory
        ],
        **ranking_json(result),
        "cioms_i": cioms_json(result),
        "not_recognised": not_recognised(result.case, result.method.knowledge),
        "events": _events(result),
        "method": _method(result),
        **_source(result),
    }


def _source(result: CaseAssessment) -> dict[str, Any]:
    """Return what the report of a safety database says besides its facts, where there is one."""
    source = result.case.icsr
    return {} if source is None else {"icsr": source.model_dump(mode="json", exclude_none=True)}


def _pair(pair: AssessedPair, result: CaseAssessment) -> dict[str, Any]:
    evidence = pair.evidence
    return {
        "drug": evidence.drug.name,
        "drug_id": evidence.drug.id,
        "role": evidence.drug.role,
        "reaction": evidence.reaction.term,
        "reaction_id": evidence.reaction.id,
        "index_episode": evidence.index.id,
        "facts": {name: _fact(fact) for name, fact in evidence.facts.items()},
        "assessments": [_assessment(entry, evidence) for entry in pair.assessments],
        "open_questions": [_question(question, evidence, result) for question in pair.questions],
        "differences": [_difference(entry) for entry in pair.differences],
        "measures": _measures(evidence),
        "alternatives": [_finding(f) for f in worth_mentioning(evidence.findings)],
        "workup": [
            {
                "item": line.item.id,
                "state": line.state,
                "wanted": line.item.wanted,
                "closes": list(line.item.closes),
                "results": [
                    {
                        "test": r.test,
                        "result": r.result,
                        "event": r.event,
                        "date": _date(result.timeline.events[r.event]),
                    }
                    for r in line.results
                ],
            }
            for line in evidence.workup
        ],
    }


def _question(
    question: OpenQuestion, evidence: PairEvidence, result: CaseAssessment
) -> dict[str, Any]:
    return {
        "id": question.id,
        "fact": question.fact.name,
        "audience": question.text.audience,
        "question": {
            language: wording(question, evidence, result.case, result.method.knowledge, language)
            for language in LANGUAGES
        },
        "fields": list(question.text.fields),
        "tests": list(question.tests),
        "alternatives": list(question.alternatives),
        "drugs": list(question.drugs),
        "steps": question.steps,
        "answers": [
            {
                "value": answer.value,
                "results": [
                    {
                        "algorithm": effect.algorithm,
                        "total": effect.total,
                        "total_min": effect.range.total_min,
                        "total_max": effect.range.total_max,
                        "category": effect.category,
                        "category_min": effect.range.category_min,
                        "category_max": effect.range.category_max,
                    }
                    for effect in answer.effects
                ],
            }
            for answer in question.answers
        ],
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "algorithm": found.algorithm,
        "category": found.category,
        "other": found.other,
        "other_category": found.other_category,
        "held_by": [
            {
                "fact": held.fact,
                "value": held.value,
                "questions": list(held.questions),
                "would_be": [{"value": c.value, "category": c.category} for c in held.would_be],
            }
            for held in found.held_by
        ],
        "unmoved_by": list(found.unmoved_by),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "value": fact.value,
        "possible": list(fact.possible),
        "rule": fact.rule,
        "origin": fact.origin,
        "events": list(fact.events),
        "params": _plain(fact.params),
        "sources": list(fact.sources),
        "flags": [code for code, _ in fact.flags],
    }
    if fact.derived is not None:
        shown["derived"] = _fact(fact.derived)
    return shown


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in params.items()}


def _assessment(entry: Assessment, evidence: PairEvidence) -> dict[str, Any]:
    return {
        "algorithm": entry.algorithm.id,
        "version": entry.algorithm.version,
        "total": entry.score.total,
        "total_min": entry.range.total_min,
        "total_max": entry.range.total_max,
        "category": entry.score.category,
        "category_min": entry.range.category_min,
        "category_max": entry.range.category_max,
        "items": [
            {
                "question": item.question,
                "code": item.code,
                "points": item.points,
                "facts": list(item.facts),
                "events": sorted({e for name in item.facts for e in evidence.facts[name].events}),
            }
            for item in entry.score.items
        ],
        "conventions": dict(entry.conventions),
        "other_conventions": {
            name: {
                choice: {"total": score.total, "category": score.category}
                for choice, score in choices.items()
            }
            for name, choices in entry.otherwise.items()
        },
        "flags": flags_of(entry, evidence),
        "insufficient": "insufficient" in entry.score.flags,
    }


def flags_of(entry: Assessment, evidence: PairEvidence) -> list[str]:
    """Return the remarks on a result: of the algorithm, and of the facts that it reads."""
    read = {name for item in entry.score.items for name in _facts_read(entry, item.question)}
    codes = [code for name in sorted(read) for code, _ in evidence.facts[name].flags]
    return list(dict.fromkeys((*entry.score.flags, *codes)))


def _facts_read(entry: Assessment, question: str) -> set[str]:
    return set(facts_behind(entry.algorithm, question))


def _measures(evidence: PairEvidence) -> dict[str, Any]:
    onset = evidence.onset
    return {
        "time_to_onset_days": _span(onset.starts[0].latency) if onset.starts else None,
        "starts": [
            {"kind": s.kind, "event": s.event, "latency_days": _span(s.latency), "again": s.again}
            for s in onset.starts
        ],
        "last_dose_latency_days": _span(onset.since_last_dose) if onset.since_last_dose else 0,
        "re_exposures": [
            {
                "event": r.event,
                "kind": r.kind,
                "recurred": r.recurred,
                "recurrence_event": r.recurrence_event,
                "dose_ratio": None if r.dose_ratio is None else round(r.dose_ratio, 4),
                "duration_days": _span(r.duration),
                "covered": r.covered,
                "resolved_before": r.resolved_before,
                "gap_days": _span(r.gap),
            }
            for r in evidence.rechallenge.re_exposures
        ],
    }


def _span(span: Span) -> list[int | None]:
    return [span.earliest, span.latest]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "alternative": finding.id,
        "kind": finding.entry.kind,
        "state": finding.state,
        "named_by": [p.name for p in finding.presences],
        "for": [_ground(ground) for ground in finding.grounds_for],
        "against": [_ground(ground) for ground in finding.grounds_against],
        "not_known": list(finding.not_known),
        "sources": list(finding.entry.sources),
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {"code": ground.code, "params": _plain(ground.params), "events": list(ground.events)}


def _date(event: Event) -> str | None:
    return format_span(event.position.calendar) if event.position else None


def _events(result: CaseAssessment) -> dict[str, Any]:
    return {
        name: {
            "kind": event.kind,
            "date": _date(event),
            "stated": event.text,
            "assumed": event.assumed,
            "path": ".".join(str(step) for step in event.path),
        }
        for name in result.timeline.sequence
        if name in result.snapshot.visible
        for event in [result.timeline.events[name]]
    }


def _method(result: CaseAssessment) -> dict[str, Any]:
    method = result.method
    return {
        "algorithms": [
            {"id": a.id, "version": a.version, "sha256": method.hashes[a.id]}
            for a in method.algorithms
        ],
        "conventions": dict(method.conventions),
        "knowledge": {
            "version": method.knowledge.version,
            "sha256": dict(method.knowledge.hashes),
            "own": [{"folder": name, "sha256": dict(h)} for name, h in method.knowledge.layers],
        },
        "what_if": {
            f"{drug}/{reaction}": dict(values)
            for (drug, reaction), values in result.overrides.items()
        },
    }
