"""The reactions of a report in a case file: one episode each, with its outcome and the actions."""

from causality.e2b.draft import Draft, DraftPart
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
        part = draft.case.part("reactions", number)
        _put_reaction(part, number, reaction)
        episode = part.part("episodes", 0)
        _put_onset(episode, number, reaction, links)
        _put_end(episode, reaction, report.patient.died)
        taken = episode.part("actions")
        for drug, action in actions.items():
            taken.put(drug, action.text, action.line)
        _put_recurrences(part, number, links)


def _put_recurrences(reaction: DraftPart, number: int, links: Links) -> None:
    """Put in an episode for every dosage on which the reaction came back."""
    own = [found for found in links.recurrences if found[0] == f"r{number + 1}"]
    for place, (_, exposure, line) in enumerate(own, 1):
        part = reaction.part("episodes", place)
        part.put("recurrence_on", exposure, line)
        part.put("onset", {"after": [f"{exposure}.start"]}, line)


def _put_reaction(part: DraftPart, number: int, reaction: IcsrReaction) -> None:
    part.line = reaction.line
    part.put("id", f"r{number + 1}", reaction.line)
    term = reaction.term
    if not term:
        part.draft.remark("E826", "E.i.1", f"r{number + 1}", line=reaction.line)
    part.put("term", term.text or f"? (r{number + 1})", term.line or reaction.line)
    part.put("seriousness", list(reaction.seriousness), reaction.line)
    part.put("e2b_id", reaction.key, reaction.line)
    names = (reaction.native.text, reaction.coded.text)
    others = [text for text in names if text and text != term.text]
    part.put("note", "; ".join(others), reaction.line)


def _put_onset(part: DraftPart, number: int, reaction: IcsrReaction, links: Links) -> None:
    start = reaction.start
    part.line = reaction.line
    moment = links.moments.reactions.get(number)
    if start.text:
        part.put("onset", start.text, start.line)
    elif moment is not None:
        onset = {"date": moment.text()}
        if start.null:
            onset["null_flavour"] = start.null
        part.put("onset", onset, start.line)
        part.draft.remark("E815", "E.i.4", "G.k.9.i.3.1", moment.text(), reaction.line)
    elif start.null:
        part.put("onset", {"null_flavour": start.null}, start.line)
    else:
        part.put("onset", {"null_flavour": "NI"}, reaction.line)


def _put_end(part: DraftPart, reaction: IcsrReaction, died: Value) -> None:
    """Put outcome and end in; an end that the outcome contradicts is a remark."""
    outcome, stop = reaction.outcome.text, reaction.stop
    part.put("outcome", outcome, reaction.outcome.line)
    if reaction.outcome.null:
        part.draft.remark("E813", "E.i.7", reaction.outcome.null, line=reaction.outcome.line)
    if outcome == "fatal":
        _put_death(part, reaction, died)
    elif stop.text and outcome in _OVER:
        part.put("recovered", stop.text, stop.line)
    elif stop.text:
        part.draft.remark("E820", "E.i.5", stop.text, f"E.i.7 {outcome}", stop.line)
    elif stop.null:
        _put_null_end(part, reaction)
    _put_length(part, reaction)


def _put_death(part: DraftPart, reaction: IcsrReaction, died: Value) -> None:
    date = died if died.text else reaction.stop
    if date.text:
        part.put("died", date.text, date.line)
    elif date.null:
        part.put("died", {"null_flavour": date.null}, date.line)
    stop = reaction.stop
    if stop.text and died.text and stop.text != died.text:
        part.draft.remark("E820", "E.i.5", stop.text, f"D.9.1 {died.text}", stop.line)


def _put_null_end(part: DraftPart, reaction: IcsrReaction) -> None:
    """Keep why there is no end: where the reaction is over, else as a remark."""
    null = reaction.stop.null
    if reaction.outcome.text in ("recovered", "recovered_with_sequelae"):
        part.put("recovered", {"null_flavour": null}, reaction.stop.line)
    else:
        part.draft.remark("E813", "E.i.5", null or "", line=reaction.stop.line)


def _put_length(part: DraftPart, reaction: IcsrReaction) -> None:
    length = reaction.duration
    if length is None:
        return
    text, shown = length_text(length), f"{length.number} {length.unit}".strip()
    if text is None:
        part.draft.remark("E821", "E.i.6", shown, line=length.line)
        return
    first, last = day_of(reaction.start), day_of(reaction.stop)
    if first is None or last is None:
        part.put("duration", text, length.line)
        return
    days = interval_days(length)
    if days is not None and not agree(last.minus(first), days):
        dates = f"E.i.4 {reaction.start.text}, E.i.5 {reaction.stop.text}"
        part.draft.remark("E814", "E.i.6", shown, dates, length.line)
