"""Random reports, and one that is like what a safety database sends."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from causality.e2b.icsr import (
    NOTHING,
    Amount,
    Icsr,
    IcsrAssessment,
    IcsrCondition,
    IcsrDose,
    IcsrDrug,
    IcsrPair,
    IcsrPastDrug,
    IcsrPatient,
    IcsrReaction,
    IcsrTest,
    Status,
    Value,
)

NULLS = ("MSK", "ASKU", "NASK")


def value(text: str) -> Value:
    return Value(text)


def key(number: int) -> str:
    return str(UUID(int=number))


# Words as XML can hold and a reader gives back: single spaces, nothing at the ends.
letters = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
words = st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)
texts = words.map(value)
nothing = st.just(NOTHING) | st.sampled_from(NULLS).map(lambda null: Value(None, null))
"""An element that is not there, or that says why it has no value."""
maybe_texts = nothing | texts
codes = st.integers(10000000, 10099999).map(lambda number: Value(f"MedDRA {number}"))
days = st.dates(date(1990, 1, 1), date(2024, 12, 31)).map(date.isoformat)
dates = st.one_of(
    days.map(value),
    days.map(lambda day: Value(day[:7])),
    days.map(lambda day: Value(day[:4])),
    nothing,
)
units = st.sampled_from(("{decade}", "a", "mo", "wk", "d", "h", "min", "s"))
amounts = st.tuples(st.integers(1, 400).map(str), units).map(lambda pair: Amount(*pair))
maybe_amounts = st.none() | amounts
doses = st.tuples(st.integers(1, 900).map(str), st.sampled_from(("mg", "ug", "{DF}", "mL"))).map(
    lambda pair: Amount(*pair)
)


intervals = amounts | st.sampled_from(("{cyclical}", "{asnecessary}", "{total}")).map(
    lambda unit: Amount("1", unit)
)


def word(*choices: str) -> st.SearchStrategy[Value]:
    return nothing | st.sampled_from(choices).map(value)


conditions = st.builds(
    IcsrCondition,
    term=texts | codes | nothing,
    start=dates,
    stop=dates,
    continuing=word("yes", "no"),
    comment=maybe_texts,
    family=st.booleans(),
)
past_drugs = st.builds(
    IcsrPastDrug,
    name=maybe_texts,
    start=dates,
    stop=dates,
    indication=maybe_texts | codes,
    reaction=maybe_texts | codes,
)
bounds = st.tuples(st.sampled_from(("<", "<=", ">", ">=")), st.integers(1, 500)).map(
    lambda pair: Value(f"{pair[0]} {pair[1]} mg/dL")
)
tests = st.one_of(
    st.builds(
        IcsrTest,
        name=texts | codes | nothing,
        date=dates,
        result=word("positive", "negative", "borderline", "inconclusive"),
        value=maybe_texts | bounds,
        comment=maybe_texts,
    ),
    st.integers(1, 500).flatmap(
        lambda number: st.builds(
            IcsrTest,
            name=texts,
            date=dates,
            value=st.just(Value(f"{number} mg/dL")),
            number=st.just(float(number)),
            low=st.none() | st.integers(0, 500).map(float),
            high=st.none() | st.integers(0, 500).map(float),
        )
    ),
)
dosages = st.builds(
    IcsrDose,
    start=dates,
    stop=dates,
    duration=maybe_amounts,
    dose=st.none() | doses,
    every=st.none() | intervals,
    text=maybe_texts,
    route=maybe_texts,
    batch=maybe_texts,
)
patients = st.builds(
    IcsrPatient,
    age=maybe_amounts,
    born=days.map(value) | nothing,
    sex=word("male", "female") | st.sampled_from((*NULLS, "UNK")).map(lambda n: Value(None, n)),
    age_group=st.just(NOTHING) | texts,
    weight_kg=nothing | st.integers(1, 200).map(str).map(value),
    died=dates,
    causes_of_death=st.lists(texts | codes | nothing, max_size=2).map(tuple),
)


roles = st.just(NOTHING) | st.sampled_from(
    ("suspect", "concomitant", "interacting", "not_administered")
).map(value)
SERIOUSNESS = (
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "other_medically_important",
)


@st.composite
def reactions(draw: st.DrawFn, number: int) -> IcsrReaction:
    term, native = draw(texts), draw(st.just(NOTHING) | texts)
    return IcsrReaction(
        key=key(number),
        term=term,
        native=native if native != term else NOTHING,
        coded=draw(codes | texts | nothing),
        start=draw(dates),
        stop=draw(dates),
        duration=draw(maybe_amounts),
        outcome=draw(
            word(
                "recovered",
                "recovering",
                "not_recovered",
                "recovered_with_sequelae",
                "fatal",
                "unknown",
            )
        ),
        seriousness=tuple(name for name in SERIOUSNESS if draw(st.booleans())),
    )


@st.composite
def drugs(draw: st.DrawFn, number: int, keys: list[str]) -> IcsrDrug:
    pairs = []
    for reaction in keys:
        pair = IcsrPair(
            reaction=reaction,
            since_first=draw(maybe_amounts),
            since_last=draw(maybe_amounts),
            recurrence=draw(word("yes-yes", "yes-no", "yes-unknown", "not-done")),
        )
        if pair != IcsrPair(reaction=reaction):
            pairs.append(pair)
    # The reader meets all intervals before all recurrences.
    pairs.sort(key=lambda p: p.since_first is None and p.since_last is None)
    return IcsrDrug(
        key=key(1000 + number),
        name=draw(maybe_texts),
        substances=tuple(draw(st.lists(texts, max_size=2))),
        role=draw(roles),
        indications=tuple(draw(st.lists(texts | codes | nothing, max_size=2))),
        doses=tuple(draw(st.lists(dosages, max_size=3))),
        action=draw(
            word(
                "withdrawn",
                "dose_reduced",
                "dose_increased",
                "continued",
                "unknown",
                "not_applicable",
            )
        ),
        pairs=tuple(pairs),
        additional=tuple(draw(st.lists(texts | nothing.filter(is_null), max_size=3))),
    )


def is_null(found: Value) -> bool:
    return found.null is not None


@st.composite
def reports(draw: st.DrawFn, statuses: Sequence[Status | None] = (None, "amendment")) -> Icsr:
    """Draw a report as the writer can write it, with every element that the reader knows."""
    status = draw(st.sampled_from(statuses))
    found = [draw(reactions(n)) for n in range(draw(st.integers(1, 3)))]
    keys = [reaction.key for reaction in found]
    taken = [draw(drugs(n, keys)) for n in range(draw(st.integers(1, 3)))]
    said = st.builds(
        IcsrAssessment,
        drug=st.sampled_from([drug.key for drug in taken]),
        reaction=st.sampled_from(keys),
        source=texts,
        method=st.just(NOTHING) | texts,
        result=maybe_texts,
    )
    return Icsr(
        form="E2B(R3)",
        line=0,
        case_id=draw(texts),
        worldwide_id=draw(texts | st.just(NOTHING)),
        created=Value("20240501101010"),
        received=draw(dates),
        latest=draw(dates),
        report_type=draw(st.sampled_from("1234").map(value) | st.just(NOTHING)),
        status=status,
        reason=draw(texts) if status else NOTHING,
        narrative=draw(maybe_texts),
        reporter_comment=draw(maybe_texts),
        sender_comment=draw(maybe_texts),
        patient=draw(patients),
        history_text=draw(maybe_texts),
        conditions=tuple(draw(st.lists(conditions, max_size=2))),
        past_drugs=tuple(draw(st.lists(past_drugs, max_size=2))),
        reactions=tuple(found),
        tests=tuple(draw(st.lists(tests, max_size=2))),
        drugs=tuple(taken),
        assessments=tuple(draw(st.lists(said, max_size=3))),
    )


def without_lines(item: Any) -> Any:
    """Return a report without the lines of the message that it comes from."""
    if isinstance(item, Value | Amount):
        return item._replace(line=0)
    if isinstance(item, tuple):
        return tuple(without_lines(part) for part in item)
    if is_dataclass(item) and not isinstance(item, type):
        changed = {f.name: without_lines(getattr(item, f.name)) for f in fields(item)}
        return replace(item, **{k: 0 if k == "line" else v for k, v in changed.items()})
    return item


def vasculitis(**changes: Any) -> Icsr:
    """Return an invented report of a purpura on amoxicillin."""
    drug = IcsrDrug(
        key=key(1000),
        name=value("AMOXIL"),
        substances=(value("amoxicillin"),),
        role=value("suspect"),
        indications=(value("pharyngitis"),),
        doses=(
            IcsrDose(
                start=value("2024-03-04"),
                stop=value("2024-03-10"),
                dose=Amount("500", "mg"),
                every=Amount("8", "h"),
                route=value("oral"),
            ),
        ),
        action=value("withdrawn"),
        pairs=(IcsrPair(reaction=key(0), since_first=Amount("6", "d")),),
    )
    reaction = IcsrReaction(
        key=key(0),
        term=value("leukocytoclastic vasculitis"),
        coded=value("MedDRA 10057483"),
        start=value("2024-03-10"),
        stop=value("2024-03-21"),
        outcome=value("recovered"),
        seriousness=("hospitalisation",),
    )
    report = Icsr(
        form="E2B(R3)",
        line=0,
        case_id=value("ES-TEST-1"),
        worldwide_id=value("ES-TEST-1"),
        created=value("20240501101010"),
        received=value("2024-04-01"),
        latest=value("2024-04-02"),
        narrative=value("An invented patient."),
        patient=IcsrPatient(age=Amount("64", "a"), sex=value("female")),
        reactions=(reaction,),
        drugs=(drug,),
        tests=(IcsrTest(name=value("ANCA"), date=value("2024-03-11"), result=value("negative")),),
        assessments=(
            IcsrAssessment(
                drug=key(1000),
                reaction=key(0),
                source=value("Reporter"),
                method=value("Global introspection"),
                result=value("Related"),
            ),
        ),
    )
    return replace(report, **changes)
