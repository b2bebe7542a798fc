"""Dates of any precision, days of an anchor, and intervals of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.errors import TermError
from causality.terms.dates import (
    OPEN,
    Span,
    between,
    day_number,
    format_span,
    parse_date,
    parse_relative,
    span_text,
)

DAYS = st.dates(date(1850, 1, 1), date(2200, 12, 31))
BOUNDS = st.integers(-5_000, 5_000)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def code_of(text: str) -> str:
    with pytest.raises(TermError) as raised:
        parse_date(text)
    assert raised.value.params["found"] == text
    return raised.value.code


def span_or_code(text: str) -> Span | str:
    try:
        return parse_date(text)
    except TermError as error:
        return error.code


@st.composite
def spans(draw: st.DrawFn) -> Span:
    low, high = sorted((draw(BOUNDS), draw(BOUNDS)))
    return Span(
        draw(st.sampled_from((low, None))),
        draw(st.sampled_from((high, None))),
    )


@st.composite
def dates_as_written(draw: st.DrawFn) -> str:
    when = draw(DAYS)
    length = draw(st.sampled_from((4, 7, 10)))
    return when.isoformat()[:length]


@st.composite
def intervals_as_written(draw: st.DrawFn) -> str:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    lengths = st.sampled_from((4, 7, 10))
    return f"{first.isoformat()[: draw(lengths)]}/{last.isoformat()[: draw(lengths)]}"


# One date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2018-10-05", "2018-10-05", "2018-10-05"),
        ("2018-10", "2018-10-01", "2018-10-31"),
        ("2018", "2018-01-01", "2018-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-02", "2019-02-01", "2019-02-28"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2020-02-29", "2020-02-29", "2020-02-29"),
        ("2018-10/2019-11", "2018-10-01", "2019-11-30"),
        ("2018/2019-03-04", "2018-01-01", "2019-03-04"),
        ("2018-10-20/2018-10", "2018-10-20", "2018-10-31"),
        (" 2018-10 / 2019-11 ", "2018-10-01", "2019-11-30"),
        ("  2018-10-05\t", "2018-10-05", "2018-10-05"),
        ("1850-01-01", "1850-01-01", "1850-01-01"),
        ("2200-12-31", "2200-12-31", "2200-12-31"),
    ],
)
def test_date_keeps_the_precision_it_is_written_with(text: str, first: str, last: str) -> None:
    assert parse_date(text) == Span(day(first), day(last))


@pytest.mark.parametrize("text", ["2018-10-05T12:30", "2018-10-05T12:30:15Z", "2018-10-05T08:00"])
def test_time_of_day_is_dropped(text: str) -> None:
    assert parse_date(text) == Span(day("2018-10-05"), day("2018-10-05"))


@pytest.mark.parametrize("text", ["2018-10-05Today", "2018-10-05Tuesday", "2018Thursday"])
def test_letters_behind_a_date_are_not_taken_for_a_time_of_day(text: str) -> None:
    assert code_of(text) == "E201"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "soon",
        "D0",
        "18",
        "2018-1-5",
        "2018-10-5",
        "201810",
        "20181005",
        "2018-W40",
        "2018-10-05 12:00 or so",
        "2018--10",
        "-2018",
        "2018-10-05-06",
        "2018/",
        "/2018",
        "2018/2019/2020",
        "2018 2019",
        "2018-10-05\n2018-10-06",
    ],
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    assert code_of(text) == "E201"


@pytest.mark.parametrize(
    "text",
    [
        "２０１８-１０-０５",  # noqa: RUF001 - full-width digits are the point
        "２０１８",  # noqa: RUF001
        "٢٠١٨",
        "२०१८-१०",
    ],
)
def test_digits_of_another_script_are_refused(text: str) -> None:
    assert code_of(text) == "E201"


@pytest.mark.parametrize(
    "text",
    ["2018-02-29", "2018-02-30", "2018-13", "2018-00", "2018-00-01", "2018-04-31", "2018-10-00"],
)
def test_impossible_day_is_refused(text: str) -> None:
    assert code_of(text) == "E202"


@pytest.mark.parametrize("text", ["1849", "1849-12-31", "2201", "2201-01-01", "0000", "9999-12-31"])
def test_year_out_of_range_is_refused(text: str) -> None:
    assert code_of(text) == "E203"


@pytest.mark.parametrize(
    "text",
    ["2019-11/2018-10", "2018-10-05/2018-10-04", "2019/2018", "2018-10-05/2018-09", "2019/2018-12"],
)
def test_interval_turned_round_is_refused(text: str) -> None:
    assert code_of(text) == "E204"


@pytest.mark.parametrize(
    "text", ["05/10/2018", "5/10/18", "10/5/2018", "5.10.2018", "05.10.18", "2018/10/05", "1.2.18"]
)
def test_slashed_or_dotted_date_is_ambiguous(text: str) -> None:
    assert code_of(text) == "E205"


@pytest.mark.parametrize("text", ["05-10-2018", "5-10-2018", "05-10-18"])
def test_day_first_date_with_hyphens_is_ambiguous(text: str) -> None:
    assert code_of(text) == "E205"


def test_fault_in_an_interval_shows_the_whole_interval() -> None:
    assert code_of("2018-10/2018-02-30") == "E202"
    assert code_of("2018-10/never") == "E201"


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_term_error(text: str) -> None:
    result = span_or_code(text)
    if isinstance(result, str):
        assert result in {"E201", "E202", "E203", "E204", "E205"}
    else:
        assert result.bounded


@given(st.text(alphabet="0123456789-/.T:Z ", max_size=24))
def test_any_text_of_date_characters_is_a_date_or_a_term_error(text: str) -> None:
    result = span_or_code(text)
    if not isinstance(result, str):
        assert result.earliest is not None
        assert result.latest is not None
        assert result.earliest <= result.latest


# Writing a date


@given(dates_as_written())
def test_written_date_comes_back_as_it_was(text: str) -> None:
    assert format_span(parse_date(text)) == text


@given(intervals_as_written())
def test_interval_keeps_its_meaning_when_written_again(text: str) -> None:
    result = span_or_code(text)
    if isinstance(result, str):
        assert result == "E204"  # a year before a day in it: the interval may be turned round
    else:
        assert parse_date(format_span(result)) == result


@given(st.integers(day("1850-01-01"), day("2200-12-31")), st.integers(0, 40_000))
def test_any_span_of_days_comes_back_from_its_text(first: int, length: int) -> None:
    span = Span(first, min(first + length, day("2200-12-31")))
    assert parse_date(format_span(span)) == span


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2018-10-01/2018-10-31", "2018-10"),
        ("2018-01/2018-12", "2018"),
        ("2018-01-01/2019-12-31", "2018/2019"),
        ("2018-10/2018-10-05", "2018-10-01/2018-10-05"),
        ("2018-12/2019-12", "2018-12/2019-12"),
        ("2018-10-05T12:00", "2018-10-05"),
    ],
)
def test_span_is_written_as_short_as_it_can_be(text: str, written: str) -> None:
    assert format_span(parse_date(text)) == written


def test_open_ends_are_written_as_question_marks() -> None:
    assert format_span(OPEN) == "?"
    assert format_span(Span(day("2018-10-05"), None)) == "2018-10-05/?"
    assert format_span(Span(None, day("2018-10-05"))) == "?/2018-10-05"


# Days of an anchor


@pytest.mark.parametrize(
    ("text", "anchor", "first", "last"),
    [
        ("D0 day 1", "D0", 0, 0),
        ("D0 day 3", "D0", 2, 2),
        ("D0 day +3", "D0", 2, 2),
        ("D0 day -1", "D0", -1, -1),
        ("D0 day -7", "D0", -7, -7),
        ("D0 day 3..5", "D0", 2, 4),
        ("D0 day 3 .. 5", "D0", 2, 4),
        ("D0 day 3-5", "D0", 2, 4),
        ("D0 day 3–5", "D0", 2, 4),
        ("D0 day 3 to 5", "D0", 2, 4),
        ("D0 día 3 a 5", "D0", 2, 4),
        ("D0 dia 3", "D0", 2, 2),
        ("D0 day -3..-1", "D0", -3, -1),
        ("D0 day -1..1", "D0", -1, 0),
        ("D0   day   10", "D0", 9, 9),
        (" first-dose DAY 2 ", "first-dose", 1, 1),
        ("D0 day 100000", "D0", 99_999, 99_999),
    ],
)
def test_day_of_an_anchor_counts_from_day_one(
    text: str, anchor: str, first: int, last: int
) -> None:
    found = parse_relative(text)
    assert found is not None
    assert (found.anchor, found.offset) == (anchor, Span(first, last))


@pytest.mark.parametrize("text", ["D0 DÍA 3", "D0 Día 3", "D0 di\u0301a 3"])
def test_spanish_day_is_read_whatever_its_case_and_accent_encoding(text: str) -> None:
    found = parse_relative(text)
    assert found is not None
    assert found.offset == Span(2, 2)


@pytest.mark.parametrize(
    "text", ["D0 day 0", "D0 day -0", "D0 day +0", "D0 day 0..3", "D0 day -2..0", "D0 día 0"]
)
def test_there_is_no_day_zero(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_relative(text)
    assert raised.value.code == "E206"
    assert raised.value.params["found"] == text


@pytest.mark.parametrize("text", ["D0 day 5..3", "D0 day 1..-1", "D0 day -1..-3"])
def test_days_turned_round_are_refused(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_relative(text)
    assert raised.value.code == "E204"


@pytest.mark.parametrize(
    "text", ["D0 day 100001", "D0 day -100001", "D0 day " + "9" * 30, "D0 day " + "9" * 5_000]
)
def test_day_of_another_century_is_a_typing_error(text: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_relative(text)
    assert raised.value.code == "E203"


@pytest.mark.parametrize(
    "text",
    ["", "D0", "day 3", "D0 day", "D0 day x", "D0 day 3.5", "D0 day 3..", "D0 3", "D0 day 3 4"],
)
def test_other_forms_are_not_days_of_an_anchor(text: str) -> None:
    assert parse_relative(text) is None


def test_full_width_digits_are_not_days_of_an_anchor() -> None:
    assert parse_relative("D0 day ３") is None  # noqa: RUF001


@given(st.integers(-100_000, 100_000).filter(bool))
def test_day_number_is_the_day_that_was_written(number: int) -> None:
    found = parse_relative(f"D0 day {number}")
    assert found is not None
    assert found.offset.earliest is not None
    assert day_number(found.offset.earliest) == number


# Intervals of days


def test_span_knows_whether_it_is_exact_or_bounded() -> None:
    assert Span(3, 3).exact
    assert not Span(3, 4).exact
    assert not OPEN.exact
    assert Span(3, 4).bounded
    assert not Span(3, None).bounded
    assert not Span(None, 3).bounded


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        (Span(10, 10), Span(7, 7), Span(3, 3)),
        (Span(10, 12), Span(7, 8), Span(2, 5)),
        (Span(10, 12), Span(7, None), Span(None, 5)),
        (Span(10, 12), Span(None, 8), Span(2, None)),
        (Span(10, None), Span(7, 8), Span(2, None)),
        (OPEN, Span(7, 8), OPEN),
        (Span(10, 12), OPEN, OPEN),
    ],
)
def test_difference_spans_the_extremes(first: Span, second: Span, difference: Span) -> None:
    assert first.minus(second) == difference


@given(spans(), spans(), BOUNDS, BOUNDS)
def test_difference_holds_every_pair_of_days(
    first: Span, second: Span, one: int, other: int
) -> None:
    def within(value: int, span: Span) -> bool:
        low = span.earliest is None or span.earliest <= value
        return low and (span.latest is None or value <= span.latest)

    if within(one, first) and within(other, second):
        assert within(one - other, first.minus(second))
        assert within(one + other, first.plus(second))


@given(spans(), BOUNDS)
def test_shift_is_undone_by_its_opposite(span: Span, days: int) -> None:
    assert span.shift(days).shift(-days) == span
    assert span.shift(days) == span.plus(Span(days, days))


def test_known_order_narrows_a_span() -> None:
    assert Span(-5, 9).at_least(0) == Span(0, 9)
    assert OPEN.at_least(0) == Span(0, None)
    assert Span(-5, -2).at_least(0) == Span(0, 0)
    assert Span(-5, 9).at_most(0) == Span(-5, 0)
    assert OPEN.at_most(0) == Span(None, 0)
    assert Span(2, 9).at_most(0) == Span(0, 0)


def test_between_runs_from_the_first_day_to_the_last() -> None:
    span = between(parse_date("2018-10"), parse_date("2019-11"), "2018-10/2019-11")
    assert span == Span(day("2018-10-01"), day("2019-11-30"))


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (None, "0"),
        (OPEN, "?"),
        (Span(2, 2), "2"),
        (Span(2, 32), "2–32"),
        (Span(0, None), "≥ 0"),
        (Span(None, 5), "≤ 5"),
        (Span(-3, -1), "-3–-1"),
    ],
)
def test_interval_of_days_is_written_for_a_reader(span: Span | None, text: str) -> None:
    assert span_text(span) == text


@given(DAYS, st.integers(0, 800))
def test_month_never_ends_before_its_days(first: date, length: int) -> None:
    month = parse_date(first.isoformat()[:7])
    inside = parse_date(first.isoformat())
    assert month.earliest is not None
    assert month.latest is not None
    assert inside.earliest is not None
    assert month.earliest <= inside.earliest <= month.latest
    later = first + timedelta(days=length)
    assert month.latest - month.earliest in {27, 28, 29, 30}
    assert later.toordinal() - month.earliest >= length
