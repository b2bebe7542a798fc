"""What DECHAL, RECHAL and DRUG_REC_ACT say about one drug and one reaction."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from causality.faers.codes import code_lists

SIGN = ";"
"""Stands between the letters of a drug that is listed several times, where they contradict."""


class Challenge(NamedTuple):
    """Cells of a row of a batch, empty where the file leaves them open, and remarks."""

    action: str = ""
    course: str = ""
    rechallenge: str = ""
    recurred: str = ""
    remarks: tuple[str, ...] = ()


def challenge(
    dechal: str,
    rechal: str,
    *,
    alone: bool,
    recurrence_named: bool,
    recurred_here: bool,
    given_again: bool = False,
) -> Challenge:
    """Return what the letters say.

    Parameters
    ----------
    dechal, rechal
        As the file has them; they speak of the drug.
    alone
        The report has no other reaction.
    recurrence_named, recurred_here
        DRUG_REC_ACT is filled for any reaction of the report, and for this one.
    given_again
        The dates say that the drug was given again after the reaction.
    """
    remarks: list[str] = []
    stopped = _cells("dechal", dechal, remarks)
    again = _cells("rechal", rechal, remarks)
    if stopped and not alone:
        remarks.append("dechal_of_drug")
    given, remark = _of_reaction(
        again,
        alone=alone,
        recurrence_named=recurrence_named,
        recurred_here=recurred_here,
        given_again=given_again,
    )
    remarks += [remark] if remark else []
    return Challenge(
        action=stopped.get("action", ""),
        course=stopped.get("course", ""),
        rechallenge=given.get("rechallenge", ""),
        recurred=given.get("recurred", ""),
        remarks=tuple(remarks),
    )


def _of_reaction(
    again: Mapping[str, str],
    *,
    alone: bool,
    recurrence_named: bool,
    recurred_here: bool,
    given_again: bool,
) -> tuple[Mapping[str, str], str]:
    """Return what RECHAL of the drug says of the reaction, and a remark."""
    recurred = again.get("rechallenge") == "positive"
    not_done = again.get("rechallenge") == "not_done"
    if recurred and recurrence_named and not recurred_here:
        return {}, "recurrence_of_another"
    if recurred_here and not recurred:
        return {}, "rechal_contradicted" if again else "recurrence_without_rechal"
    if not_done and given_again:
        return {}, "rechal_contradicted"
    of_drug = bool(again) and not (alone or recurred_here or not_done)
    return again, "rechal_of_drug" if of_drug else ""


def one_letter(letters: Iterable[str]) -> str:
    """Return the letter of a drug that is listed several times.

    Yes or no wins over what says neither; both are kept, with a sign between them.
    """
    found = {letter.strip().upper() for letter in letters}
    decided = sorted(found.intersection("YN"), reverse=True)
    if decided:
        return SIGN.join(decided)
    return found.pop() if len(found) == 1 else next((x for x in ("U", "D") if x in found), "")


def _cells(name: str, letter: str, remarks: list[str]) -> Mapping[str, str]:
    known: Mapping[str, Mapping[str, str]] = code_lists()[name]
    text = letter.strip().upper()
    if SIGN in text:
        remarks.append(f"{name}_contradicted")
    elif text and text not in known:
        remarks.append(f"{name}_unreadable")
    return known.get(text, {})
