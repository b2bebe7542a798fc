"""The reactions of a report in a case file: one episode each, with its outcome and the actions."""

from causality.document import Path_
from causality.e2b.draft import Draft
from causality.e2b.icsr import Icsr, IcsrReaction, Value
from causality.e2b.intervals import agree, interval_days, length_text
from causality.e2b.links import Links, day_of

_OVER = frozenset({"recovered", "recovered_with_sequelae", "unknown", None})


def put_reactions(draft: Draft, report: Icsr, links: Links) -> None:
    """Put the reactions of a report into a case file."""
    actions = {
        links.drug_id(drug): drug.action
        for drug in report.drugs
        if drug.action.text and drug.role.text != "not_administered"
    }
    for number, reaction in enumerate(report.reactions):
        _put_reaction(draft, number, reaction)
        path: Path_ = ("reactions", number, "episodes", 0)
        _put_onset(draft, path, number, reaction, links)
        _put_end(draft, path, reaction, report.patient.died)
        for drug, action in actions.items():
            draft.put((*path, "actions", drug), action.text, action.line)
        _put_recurrences(draft, number, links)


def _put_recurrences(draft: Draft, number: int, links: Links) -> None:
    """Put in an episode for every dosage on which the reaction came back."""
    own = [found for found in links.recurrences if found[0] == f"r{number + 1}"]
    for place, (_, exposure, line) in enumerate(own, 1):
        path: Path_ = ("reactions", number, "episodes", place)
        draft.put((*path, "recurrence_on"), exposure, line)
        draft.put((*path, "onset"), {"after": [f"{exposure}.start"]}, line)


def _put_reaction(draft: Draft, number: int, reaction: IcsrReaction) -> None:
    base: Path_ = ("reactions", number)
    draft.mark(base, reaction.line)
    draft.put((*base, "id"), f"r{number + 1}", reaction.line)
    term = reaction.term
    if not term:
        draft.remark("E826", "E.i.1", f"r{number + 1}", line=reaction.line)
    draft.put((*base, "term"), term.text or f"? (r{number + 1})", term.line or reaction.line)
    draft.put((*base, "seriousness"), list(reaction.seriousness), reaction.line)
    draft.put((*base, "e2b_id"), reaction.key, reaction.line)
    names = (reaction.native.text, reaction.coded.text)
    others = [text for text in names if text and text != term.text]
    draft.put((*base, "note"), "; ".join(others), reaction.line)


def _put_onset(
    draft: Draft, path: Path_, number: int, reaction: IcsrReaction, links: Links
) -> None:
    start = reaction.start
    draft.mark(path, reaction.line)
    moment = links.moments.reactions.get(number)
    if start.text:
        draft.put((*path, "onset"), start.text, start.line)
    elif moment is not None:
        onset = {"date": moment.text()}
        if start.null:
            onset["null_flavour"] = start.null
        draft.put((*path, "onset"), onset, start.line)
        draft.remark("E815", "E.i.4", "G.k.9.i.3.1", moment.text(), reaction.line)
    elif start.null:
        draft.put((*path, "onset"), {"null_flavour": start.null}, start.line)
    else:
        draft.put((*path, "onset"), {"null_flavour": "NI"}, reaction.line)


def _put_end(draft: Draft, path: Path_, reaction: IcsrReaction, died: Value) -> None:
    """Put outcome and end in; an end that the outcome contradicts is a remark."""
    outcome, stop = reaction.outcome.text, reaction.stop
    draft.put((*path, "outcome"), outcome, reaction.outcome.line)
    if reaction.outcome.null:
        draft.remark("E813", "E.i.7", reaction.outcome.null, line=reaction.outcome.line)
    if outcome == "fatal":
        _put_death(draft, path, reaction, died)
    elif stop.text and outcome in _OVER:
        draft.put((*path, "recovered"), stop.text, stop.line)
    elif stop.text:
        draft.remark("E820", "E.i.5", stop.text, f"E.i.7 {outcome}", stop.line)
    elif stop.null:
        _put_null_end(draft, path, reaction)
    _put_length(draft, path, reaction)


def _put_death(draft: Draft, path: Path_, reaction: IcsrReaction, died: Value) -> None:
    date = died if died.text else reaction.stop
    if date.text:
        draft.put((*path, "died"), date.text, date.line)
    elif date.null:
        draft.put((*path, "died"), {"null_flavour": date.null}, date.line)
    stop = reaction.stop
    if stop.text and died.text and stop.text != died.text:
        draft.remark("E820", "E.i.5", stop.text, f"D.9.1 {died.text}", stop.line)


def _put_null_end(draft: Draft, path: Path_, reaction: IcsrReaction) -> None:
    """Keep why there is no end: where the reaction is over, else as a remark."""
    null = reaction.stop.null
    if reaction.outcome.text in ("recovered", "recovered_with_sequelae"):
        draft.put((*path, "recovered"), {"null_flavour": null}, reaction.stop.line)
    else:
        draft.remark("E813", "E.i.5", null or "", line=reaction.stop.line)


def _put_length(draft: Draft, path: Path_, reaction: IcsrReaction) -> None:
    length = reaction.duration
    if length is None:
        return
    text, shown = length_text(length), f"{length.number} {length.unit}".strip()
    if text is None:
        draft.remark("E821", "E.i.6", shown, line=length.line)
        return
    first, last = day_of(reaction.start), day_of(reaction.stop)
    if first is None or last is None:
        draft.put((*path, "duration"), text, length.line)
        return
    days = interval_days(length)
    if days is not None and not agree(last.minus(first), days):
        dates = f"E.i.4 {reaction.start.text}, E.i.5 {reaction.stop.text}"
        draft.remark("E814", "E.i.6", shown, dates, length.line)
