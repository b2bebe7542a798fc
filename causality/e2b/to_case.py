"""Turn a report into a case file: the same keys and values that a person would write.

What the case file cannot hold, and what contradicts something else, becomes a remark with the
number of its element. The narrative is kept to be shown; nothing is read out of it.
"""

from causality.case.model import Case
from causality.document import Document
from causality.e2b.codes import code_lists, says_nothing
from causality.e2b.draft import Draft, DraftPart
from causality.e2b.drug_parts import put_drugs
from causality.e2b.icsr import Amount, Icsr, IcsrCondition, IcsrPastDrug, IcsrTest, Value
from causality.e2b.intervals import length_text
from causality.e2b.links import Links
from causality.e2b.parsing import Fragment
from causality.e2b.reaction_parts import put_reactions
from causality.e2b.repair import settled
from causality.e2b.times import time_unit
from causality.terms.dates import Span, parse_date
from causality.terms.text import fold


def report_case(fragment: Fragment, report: Icsr) -> tuple[Document, Case]:
    """Return a report as a case file and as a case.

    Raises
    ------
    InputError
        When what is left of the report makes no case.
    """
    return settled(draft_of(fragment, report), fragment.file)


def draft_of(fragment: Fragment, report: Icsr) -> Draft:
    """Return a report as a case file that nobody has checked yet."""
    draft = Draft(fragment.line)
    draft.remarks += report.remarks
    links = Links(report, draft)
    _put_head(draft, report, fragment)
    _put_patient(draft, report, links)
    for number in range(len(links.clocks)):
        draft.value.setdefault("anchors", {})[links.clocks[number]] = None
    put_drugs(draft, report, links)
    put_reactions(draft, report, links)
    for number, condition in enumerate(report.conditions):
        _put_condition(draft, number, condition)
    for number, test in enumerate(report.tests):
        _put_test(draft, number, test)
    for number, past in enumerate(report.past_drugs):
        _put_past_drug(draft, number, past)
    _put_statements(draft, report, links)
    return draft


def unnumbered(fragment: Fragment) -> str:
    """Return what a report without a number (C.1.1) is called."""
    return f"report-{fragment.number}"


def _put_head(draft: Draft, report: Icsr, fragment: Fragment) -> None:
    case_id = report.case_id.text
    if not case_id:
        case_id = unnumbered(fragment)
        draft.remark("E818", "C.1.1", against=case_id, line=report.line)
    draft.case.put("case_id", case_id, report.case_id.line or report.line)
    source = draft.case.part("icsr")
    source.put("form", report.form, report.line)
    own = {
        "worldwide_id": report.worldwide_id,
        "version": report.version,
        "received": report.received,
        "latest": report.latest,
        "reason": report.reason,
        "narrative": report.narrative,
        "reporter_comment": report.reporter_comment,
        "sender_comment": report.sender_comment,
        "history": report.history_text,
    }
    for name, value in own.items():
        source.put(name, value.text, value.line)
    if report.history_text.null:
        draft.remark("E813", "D.7.2", report.history_text.null, line=report.history_text.line)
    source.put("status", report.status, report.line)
    if report.unused:
        source.put("not_read", list(report.unused))


def _put_patient(draft: Draft, report: Icsr, links: Links) -> None:
    patient, part = report.patient, draft.case.part("patient")
    if patient.sex.text:
        part.put("sex", patient.sex.text, patient.sex.line)
    elif patient.sex.null:
        part.put("sex_null_flavour", patient.sex.null, patient.sex.line)
    if patient.age is not None:
        _put_age(part, patient.age)
    elif patient.born:
        _compute_age(part, patient.born, links)
    part.put_value("weight_kg", patient.weight_kg, "D.3")
    notes = []
    if patient.age_group.text:
        notes.append(f"age group: {patient.age_group.text}")
    if patient.died.text:
        causes = "; ".join(cause.text for cause in patient.causes_of_death if cause.text)
        notes.append(f"died {patient.died.text}" + (f" ({causes})" if causes else ""))
    elif patient.died.null:
        draft.remark("E813", "D.9.1", patient.died.null, line=patient.died.line)
    part.put("note", ", ".join(notes))


def _put_age(part: DraftPart, age: Amount) -> None:
    unit = time_unit(age.unit)
    if unit == "years":
        part.put("age", age.number, age.line)
    elif unit == "decades":
        part.draft.remark("E819", "D.2.2", f"{age.number} {age.unit}", line=age.line)
    else:
        text = length_text(age)
        if text is None:
            part.draft.remark("E821", "D.2.2", f"{age.number} {age.unit}".strip(), line=age.line)
        part.put("age", text, age.line)


def _compute_age(part: DraftPart, born: Value, links: Links) -> None:
    """Put the age at the first reaction in; the day of birth itself goes no further."""
    birth = parse_date(born.text or "")
    onsets = [m.days for m in links.moments.reactions.values() if not m.clock]
    first = min((days for days in onsets if days.earliest is not None), default=None, key=_early)
    if first is None or birth.latest is None or first.earliest is None:
        return
    years = int((first.earliest - birth.latest) / 365.25)
    if years >= 0:
        part.put("age", str(years), born.line)
        part.draft.remark("E815", "D.2.2", "D.2.1", str(years), line=born.line)


def _early(days: Span) -> int:
    return days.earliest or 0


def when(value: Value) -> object:
    """Return a date as a case file has it: the date, or why there is none."""
    if value.text:
        return value.text
    return {"null_flavour": value.null} if value.null else None


def _put_condition(draft: Draft, number: int, condition: IcsrCondition) -> None:
    part = draft.case.part("conditions", number)
    part.put("term", condition.term.text or "?", condition.term.line)
    if not condition.term:
        draft.remark("E813", "D.7.1.r.1", condition.term.null or "NI", line=condition.term.line)
    if condition.family:
        part.put("present", "unknown", condition.term.line)
        draft.remark("E822", "D.7.1.r.6", condition.term.text or "?", line=condition.term.line)
    part.put("note", condition.comment.text, condition.comment.line)
    period = part.part("periods", 0)
    period.put("start", when(condition.start), condition.start.line)
    period.put("stop", when(condition.stop), condition.stop.line)
    if condition.continuing.null:
        null = condition.continuing
        draft.remark("E813", "D.7.1.r.3", null.null or "", line=null.line)
    if condition.continuing.text == "yes" and condition.stop.text:
        draft.remark(
            "E820", "D.7.1.r.3", "true", f"D.7.1.r.4 {condition.stop.text}", condition.stop.line
        )
    elif condition.continuing.text:
        period.put("ongoing", (condition.continuing.text == "yes" and "true") or "false")


def _put_test(draft: Draft, number: int, test: IcsrTest) -> None:
    part = draft.case.part("investigations", number)
    part.line = test.line
    part.put("test", test.name.text or "?", test.name.line or test.line)
    part.put("date", when(test.date), test.date.line)
    part.put("result", test.result.text or _against_range(test), test.result.line)
    part.put_value("value", test.value, "F.r.3")
    part.put("note", test.comment.text, test.comment.line)


def _against_range(test: IcsrTest) -> str | None:
    """Return what the number means by the normal range of its own report, when that is given."""
    if test.number is None or (test.low is None and test.high is None):
        return None
    if test.low is not None and test.number < test.low:
        return "low"
    if test.high is not None and test.number > test.high:
        return "raised"
    return "normal" if test.low is not None and test.high is not None else None


def _put_past_drug(draft: Draft, number: int, past: IcsrPastDrug) -> None:
    if not past.name:
        # No earlier drug (NA), or one that is not known: there is nothing to list.
        draft.remark("E813", "D.8.r.1", past.name.null or "NI", line=past.name.line)
        if not past.reaction:
            return
    part = draft.case.part("past_drugs", len(draft.value.get("past_drugs", ())))
    part.put("drug", past.name.text or "?", past.name.line)
    reaction = past.reaction.text
    if reaction and fold(reaction) in {fold(w) for w in code_lists()["no_reaction_words"]}:
        part.put("outcome", "tolerated", past.reaction.line)
    elif reaction:
        part.put("outcome", "reacted", past.reaction.line)
        part.put("reaction", reaction, past.reaction.line)
    elif past.reaction.null:
        draft.remark("E813", "D.8.r.7", past.reaction.null, line=past.reaction.line)
    if past.start.text and past.stop.text:
        date: object = {"from": past.start.text, "to": past.stop.text}
    else:
        date = when(past.start) if past.start.text or not past.stop.text else past.stop.text
    part.put("date", date, past.start.line or past.stop.line)
    if past.indication.text and not says_nothing(past.indication.text):
        part.put("note", f"for {past.indication.text}", past.indication.line)


def _put_statements(draft: Draft, report: Icsr, links: Links) -> None:
    """List what was said about pairs: intervals, recurrence, and the assessments of others."""
    pairs, assessments = [], []
    for drug in report.drugs:
        for pair in drug.pairs:
            reaction = links.reaction_id(pair.reaction)
            if reaction is None:
                draft.remark("E823", "G.k.9.i.1", pair.reaction, line=drug.line)
                continue
            entry = {"drug": links.drug_id(drug), "reaction": reaction}
            for name, length in (
                ("since_first_dose", pair.since_first),
                ("since_last_dose", pair.since_last),
            ):
                if length is not None:
                    entry[name] = f"{length.number} {length.unit}".strip()
            if pair.recurrence.text:
                entry["recurrence"] = pair.recurrence.text
            pairs.append(entry)
    for said in report.assessments:
        drug_id, reaction = links.drug_of(said.drug), links.reaction_id(said.reaction)
        if drug_id is None or reaction is None:
            draft.remark("E823", "G.k.9.i.2.r", said.result.text or "?", line=said.result.line)
            continue
        entry = {"drug": drug_id, "reaction": reaction}
        parts = {"source": said.source, "method": said.method, "result": said.result}
        entry.update({name: value.text for name, value in parts.items() if value.text})
        assessments.append(entry)
    source = draft.case.part("icsr")
    source.put("pairs", pairs)
    source.put("assessments", assessments)
