"""What a person decided, laid over what was derived."""

from causality.assessment.moment import parse_moment
from causality.evidence.decisions import decided
from causality.evidence.derive import pair_evidence
from causality.evidence.fact import Fact
from causality.knowledge.load import load_knowledge
from causality.terms.facts import FACTS
from causality.timeline.snapshot import Timeline
from tests.evidence.test_pair import plain_case
from tests.support import case_of

OTHER = "  - {id: o, name: yyy}\n"


def facts_with(decision: str, *, more: str = "", **overrides: str) -> dict[str, Fact]:
    assessor = f"assessor: [{decision}]\n" if decision else ""
    case = case_of(plain_case(more=assessor + more).replace("reactions:", f"{OTHER}reactions:", 1))
    timeline = Timeline.of(case)
    snapshot = timeline.at(parse_moment(None, timeline))
    pair = pair_evidence(snapshot, case.drugs[0], case.reactions[0], load_knowledge(), {})
    assert pair is not None
    return dict(decided(snapshot, pair, overrides).facts)


DECISION = "pair: [d, r], fact: alternative, value: ruled_out, reason: seen by two of us"


def test_a_decision_carries_who_why_when_and_from_what() -> None:
    plain = facts_with("")["alternative"]
    fact = facts_with(f"{{{DECISION}, by: AB, date: 2018-03-01, source: the file}}")["alternative"]
    assert (fact.value, fact.origin, fact.rule) == ("ruled_out", "stated", "stated.by_person")
    assert fact.params == {"reason": "seen by two of us", "by": "AB", "date": "2018-03-01"}
    assert fact.sources == ("the file",)
    assert fact.events == ("decision.1",)
    assert fact.derived == plain


def test_what_a_decision_does_not_say_stays_empty() -> None:
    fact = facts_with(f"{{{DECISION}}}")["alternative"]
    assert fact.params == {"reason": "seen by two of us", "by": "", "date": ""}
    assert fact.sources == ()


def test_a_decision_on_all_causes_holds_for_the_diseases_among_them() -> None:
    plain = facts_with("")
    facts = facts_with(f"{{{DECISION}}}")
    fact = facts["alternative_nondrug"]
    assert (fact.name, fact.value, fact.origin) == ("alternative_nondrug", "ruled_out", "stated")
    assert fact.derived == plain["alternative_nondrug"]
    assert fact.possible == ("ruled_out",)
    changed = {name for name in FACTS if facts[name] != plain[name]}
    assert changed == {"alternative", "alternative_nondrug"}


def test_a_decision_on_the_diseases_of_its_own_stays() -> None:
    own = "pair: [d, r], fact: alternative_nondrug, value: possible, reason: known"
    facts = facts_with(f"{{{DECISION}}}, {{{own}}}")
    assert facts["alternative_nondrug"].value == "possible"
    assert facts["alternative"].value == "ruled_out"


def test_a_decision_against_the_timeline_is_flagged_once() -> None:
    decision = "{pair: [d, r], fact: course, value: not_improved, reason: new lesions}"
    fact = facts_with(decision)["course"]
    assert fact.flags == (
        ("decision_contradicted", {"derived": "improved", "stated": "not_improved"}),
    )
    supposed = facts_with("", course="not_improved")["course"]
    assert (supposed.rule, supposed.flags) == ("stated.what_if", ())
    agreed = facts_with(decision.replace("not_improved", "improved"))["course"]
    assert agreed.flags == ()


def test_a_decision_against_a_disease_is_flagged_once_for_each_fact() -> None:
    infection = "conditions: [{term: pharyngitis, periods: [{start: 2018-01-10}]}]"
    plain = facts_with("", more=infection)
    facts = facts_with(f"{{{DECISION}}}", more=infection)
    for name in ("alternative", "alternative_nondrug"):
        assert plain[name].value == "possible"
        assert facts[name].flags == (
            ("decision_contradicted", {"derived": "possible", "stated": "ruled_out"}),
        )


def test_a_what_if_goes_before_a_decision_and_keeps_what_the_machine_said() -> None:
    facts = facts_with(f"{{{DECISION}}}", alternative="more_likely")
    assert facts["alternative"].value == "more_likely"
    assert facts["alternative"].derived == facts_with("")["alternative"]
    assert facts["alternative_nondrug"].value == "more_likely"


CONFIRMED = "pair: [%s, r], fact: event_confirmed, value: %s, reason: biopsy"


def test_a_decision_about_the_reaction_is_named_at_its_other_drugs_and_not_copied() -> None:
    def facts_of(*decisions: str) -> dict[str, Fact]:
        return facts_with(", ".join(f"{{{decision}}}" for decision in decisions))

    plain, other = facts_of(), facts_of(CONFIRMED % ("o", "yes"))
    told = {"facts": ("event_confirmed",), "stated": "yes", "drugs": ("o",)}
    remark = ("decided_for_other_drug", told)
    assert other["event_confirmed"].flags == (remark,)
    assert other["event_confirmed"].value == plain["event_confirmed"].value == "unknown"
    same = facts_of(CONFIRMED % ("o", "yes"), CONFIRMED % ("d", "yes"))
    assert same["event_confirmed"].flags == ()
    against = facts_of(CONFIRMED % ("o", "yes"), CONFIRMED % ("d", "no"))
    assert (against["event_confirmed"].value, against["event_confirmed"].flags) == ("no", (remark,))
    own = facts_of("pair: [o, r], fact: contributing_factor, value: yes, reason: kidney")
    assert own == plain
