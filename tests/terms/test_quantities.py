"""Doses and lengths of time as people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.errors import TermError
from causality.terms.dates import Span
from causality.terms.quantities import Dose, parse_dose, parse_duration, whole_days


def dose_or_code(text: str) -> Dose | str:
    try:
        return parse_dose(text)
    except TermError as error:
        return error.code


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("25 mg", 25, "mg"),
        ("25mg", 25, "mg"),
        (" 25  MG ", 25, "mg"),
        ("2.5 mg", 2.5, "mg"),
        ("2,5 mg", 2.5, "mg"),
        ("0,125 mg", 0.125, "mg"),
        ("1 g", 1000, "mg"),
        ("1,5 g", 1500, "mg"),
        ("2 kg", 2_000_000, "mg"),
        ("500 mcg", 0.5, "mg"),
        ("500 ug", 0.5, "mg"),
        ("500 µg", 0.5, "mg"),
        ("500 \u03bcg", 0.5, "mg"),
        ("50 ng", 0.00005, "mg"),
        ("40 mg/m2", 40, "mg/m2"),
        ("5 IU", 5, "iu"),
        ("1 tablet", 1, "tablet"),
        ("2 comprimidos", 2, "comprimidos"),
        ("10 %", 10, "%"),
        ("0 mg", 0, "mg"),
    ],
)
def test_dose_is_read_in_a_unit_that_compares(text: str, amount: float, unit: str) -> None:
    dose = parse_dose(text)
    assert dose.amount == pytest.approx(amount)
    assert dose.unit == unit
    assert dose.text == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "mg", "25", "twenty mg", "-5 mg", "> 5 mg", "<5 mg", "mg 25", ".5 mg", "5. ", "1/2"],
)
def test_dose_without_number_or_unit_is_refused(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_dose(text)
    assert raised.value.code == "E211"
    assert raised.value.params["found"] == text


def test_full_width_digits_are_no_dose() -> None:
    with pytest.raises(TermError) as raised:
        parse_dose("２５ mg")  # noqa: RUF001
    assert raised.value.code == "E211"


@pytest.mark.parametrize("text", ["1 000 mg", "1.000,5 mg", "1,000.5 mg", "500-1000 mg", "25 . mg"])
def test_rest_of_a_number_is_not_taken_for_a_unit(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_dose(text)
    assert raised.value.code == "E211"


def test_half_a_tablet_is_not_a_whole_one() -> None:
    result = dose_or_code("1/2 tablet")
    if isinstance(result, str):
        assert result == "E211"
    else:
        assert (result.amount, result.unit) == (0.5, "tablet")


@pytest.mark.parametrize("text", ["1,000 mg", "1.000 mg", "10.000 UI", "2,500 mg"])
def test_thousands_are_not_read_as_units(text: str) -> None:
    """A thousand milligrams written with a separator must not become one: 1000 or a question."""
    result = dose_or_code(text)
    if isinstance(result, str):
        assert result == "E211"
    else:
        assert result.amount >= 1000


def test_doses_compare_across_units_of_mass() -> None:
    assert parse_dose("2500 mcg").ratio_to(parse_dose("25 mg")) == pytest.approx(0.1)
    assert parse_dose("1 g").ratio_to(parse_dose("500 mg")) == pytest.approx(2)
    assert parse_dose("2 tablets").ratio_to(parse_dose("1 tablets")) == pytest.approx(2)


@pytest.mark.parametrize(
    ("first", "second"),
    [("25 mg", "1 tablet"), ("40 mg/m2", "40 mg"), ("5 IU", "5 mg"), ("25 mg", "0 mg")],
)
def test_doses_that_do_not_compare_give_no_ratio(first: str, second: str) -> None:
    assert parse_dose(first).ratio_to(parse_dose(second)) is None


@given(st.floats(0.001, 1e6), st.floats(0.001, 1e6))
def test_ratio_is_the_inverse_of_its_opposite(first: float, second: float) -> None:
    one, other = Dose("", first, "mg"), Dose("", second, "mg")
    forth, back = one.ratio_to(other), other.ratio_to(one)
    assert forth is not None
    assert back is not None
    assert forth * back == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [
        ("4 days", 4, 4),
        ("1 day", 1, 1),
        ("4d", 4, 4),
        ("4 días", 4, 4),
        ("4 DÍAS", 4, 4),
        ("2 weeks", 14, 14),
        ("2 semanas", 14, 14),
        ("1,5 semanas", 10.5, 10.5),
        ("1 month", 28, 31),
        ("3 meses", 84, 93),
        ("1 year", 365, 366),
        ("2 años", 730, 732),
        ("12 h", 0.5, 0.5),
        ("36 horas", 1.5, 1.5),
    ],
)
def test_length_of_time_spans_what_its_unit_can_mean(
    text: str, shortest: float, longest: float
) -> None:
    assert parse_duration(text) == pytest.approx((shortest, longest))


@pytest.mark.parametrize(
    "text", ["", "4", "days", "4 mg", "> 4 days", "-4 days", "four days", "4 days or 5", "4 4 days"]
)
def test_length_without_number_or_unit_of_time_is_refused(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_duration(text)
    assert raised.value.code == "E212"
    assert raised.value.params["found"] == text


@pytest.mark.parametrize("text", ["9" * 400 + " days", "100000000 years", "10000000 days"])
def test_length_beyond_any_life_is_refused(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_duration(text)
    assert raised.value.code == "E212"


def test_dose_is_never_infinite() -> None:
    with pytest.raises(TermError) as raised:
        parse_dose("9" * 400 + " mg")
    assert raised.value.code == "E211"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("4 days", Span(4, 4)),
        ("1 day", Span(1, 1)),
        ("1 h", Span(1, 1)),
        ("0 days", Span(1, 1)),
        ("1 month", Span(28, 31)),
    ],
)
def test_course_touches_whole_days_and_at_least_one(text: str, days: Span) -> None:
    assert whole_days(parse_duration(text)) == days


@pytest.mark.parametrize(("hours", "least"), [(25, 2), (36, 2), (49, 3), (60, 3), (84, 4)])
def test_course_of_hours_touches_every_day_it_fills(hours: int, least: int) -> None:
    earliest = whole_days(parse_duration(f"{hours} h")).earliest
    assert earliest is not None
    assert earliest >= least


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_a_term_error(text: str) -> None:
    result = dose_or_code(text)
    assert isinstance(result, Dose) or result == "E211"
    try:
        shortest, longest = parse_duration(text)
    except TermError:
        return
    assert 0 <= shortest <= longest


@given(st.integers(0, 99_999), st.sampled_from(("mg", "g", "tablets", "ml")))
def test_whole_amount_is_read_as_it_is(amount: int, unit: str) -> None:
    dose = parse_dose(f"{amount} {unit}")
    factor = 1000 if unit == "g" else 1
    assert math.isclose(dose.amount, amount * factor)
