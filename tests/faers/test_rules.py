"""Dates, therapy rows and letters: every rule on its own."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.batch.contract import CHOICES, KINDS, column_named
from causality.faers.challenge import Challenge, challenge, one_letter
from causality.faers.codes import code_lists
from causality.faers.dates import between, parse_date
from causality.faers.suspects import COLUMNS
from causality.faers.treatment import Therapy, Treatment, treatment
from causality.terms.dates import parse_date as parse_span
from causality.terms.facts import FACTS


def first_day(text: str) -> int | None:
    found = parse_date(text)
    return None if found is None else found.low


# Dates


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("20240229", "2024-02-29"),
        ("202402", "2024-02"),
        ("2024", "2024"),
        (" 20240229 ", "2024-02-29"),
        ("20240229.0", "2024-02-29"),
    ],
)
def test_precision_of_a_date_is_kept(text: str, iso: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.text == iso
    span = parse_span(iso)
    assert (found.high - found.low) == (span.latest or 0) - (span.earliest or 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20230229",
        "202413",
        "20240100",
        "2024011",
        "02010101",
        "x",
        "\uff12\uff10\uff12\uff14",
        "1e10",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_read(day: date) -> None:
    found = parse_date(day.strftime("%Y%m%d"))
    assert found is not None
    assert (found.low, found.high, found.text) == (day.toordinal(), day.toordinal(), str(day))
    month = parse_date(day.strftime("%Y%m"))
    assert month is not None
    assert month.low <= day.toordinal() <= month.high
    assert date.fromordinal(month.low).day == 1
    if day.year < 9999:
        assert (date.fromordinal(month.high) + timedelta(days=1)).day == 1


def test_interval_is_read_by_the_batch() -> None:
    first, last = parse_date("2023"), parse_date("20240510")
    assert first is not None
    assert last is not None
    span = parse_span(between(first, last).text)
    assert (span.earliest, span.latest) == (
        parse_span("2023-01-01").earliest,
        parse_span("2024-05-10").latest,
    )


# Therapy rows

ONSET = parse_date("20240201")


def given_by(*rows: tuple[str, ...], onset: str = "20240201") -> Treatment:
    return treatment([Therapy(*row) for row in rows], parse_date(onset))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], Treatment()),
        ([("", "")], Treatment()),
        ([("20240101", "20240110")], Treatment("2024-01-01", "2024-01-10")),
        ([("20240101", "")], Treatment("2024-01-01")),
        ([("", "202401")], Treatment("", "2024-01")),
        ([("2023", "202401")], Treatment("2023", "2024-01")),
        # rows that follow each other are one treatment
        (
            [("20240101", "20240110"), ("20240111", "20240120")],
            Treatment("2024-01-01/2024-01-11", "2024-01-20", remarks=("several_starts",)),
        ),
        # the same start in several doses is one start
        (
            [("20240101", "20240110"), ("20240101", "20240120")],
            Treatment("2024-01-01", "2024-01-20"),
        ),
        # a row without an end leaves the end open
        ([("20240101", ""), ("20240101", "20240120")], Treatment("2024-01-01")),
        # a pause before the onset: any of the starts may explain it
        (
            [("20240101", "20240105"), ("20240120", "20240125")],
            Treatment("2024-01-01/2024-01-20", "2024-01-25", remarks=("several_starts",)),
        ),
        # a start after the onset behind a gap is a re-exposure
        (
            [("20240101", "20240205"), ("20240301", "20240310")],
            Treatment("2024-01-01", "2024-02-05", "2024-03-01", "2024-03-10", ("given_again",)),
        ),
        # without a gap the drug just went on
        (
            [("20240101", "20240205"), ("20240206", "20240310")],
            Treatment("2024-01-01", "2024-03-10"),
        ),
        # an end that is not known leaves no certain gap
        ([("20240101", ""), ("20240301", "20240310")], Treatment("2024-01-01")),
        # all after the onset
        ([("20240301", "20240310"), ("20240320", "")], Treatment("2024-03-01")),
        # a row with only an end was taken before it, so what began after the event came again
        (
            [("", "20240120"), ("20240301", "")],
            Treatment("", "2024-01-20", "2024-03-01", remarks=("given_again",)),
        ),
        # without a certain gap it may be the same course; its start is not known
        ([("", "202403"), ("202403", "")], Treatment()),
        ([("", "20240114"), ("20240115", "")], Treatment()),
        # behind a certain gap the later start explains the event
        ([("", "20240101"), ("20240115", "")], Treatment("2024-01-15")),
        # the drug was certainly taken before, so no start after the event explains it
        (
            [("20230617", ""), ("202402", "20240210")],
            Treatment("2023-06-17/2024-02-01", remarks=("several_starts",)),
        ),
        ([("20240110", "20240101")], Treatment("2024-01-10", remarks=("end_before_start",))),
        (
            [("20241301", "20240101")],
            Treatment("", "2024-01-01", remarks=("therapy_date_unreadable",)),
        ),
    ],
)
def test_therapy_rows_become_one_row(rows: list[tuple[str, ...]], expected: Treatment) -> None:
    assert given_by(*rows) == expected
    assert given_by(*reversed(rows)) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("20240101", "", "10", "DAY"), ("2024-01-01", "2024-01-10")),
        (("", "20240110", "10", "DAY"), ("2024-01-01", "2024-01-10")),
        (("20240101", "", "1", "DAY"), ("2024-01-01", "2024-01-01")),
        (("20240101", "", "2", "WK"), ("2024-01-01", "2024-01-14")),
        (("20240101", "", "30", "MIN"), ("2024-01-01", "2024-01-01")),
        (("20240101", "", "2", "HR"), ("2024-01-01", "2024-01-01")),
        (("20240101", "", "48", "HR"), ("2024-01-01", "")),
        (("20240101", "", "1", "MON"), ("2024-01-01", "")),  # rounded
        (("20240101", "", "1", "YR"), ("2024-01-01", "")),
        (("20240101", "", "5", ""), ("2024-01-01", "")),  # AERS often names no unit
        (("202401", "", "5", "DAY"), ("2024-01", "")),
        (("20240101", "", "-5", "DAY"), ("2024-01-01", "")),
        (("20240101", "", "nan", "DAY"), ("2024-01-01", "")),
        (("20240101", "", "1e300", "WK"), ("2024-01-01", "")),
        (("20240101", "20240131", "10", "DAY"), ("2024-01-01", "2024-01-31")),  # dates count
    ],
)
def test_number_of_days_tells_the_other_end(
    row: tuple[str, ...], expected: tuple[str, str]
) -> None:
    found = given_by(row)
    assert (found.start, found.stop) == expected


DAYS = st.sampled_from(["", "2023", "202401", "20240105", "20240201", "20240220", "20240301", "x"])


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4), DAYS, st.randoms())
def test_order_of_therapy_rows_does_not_matter(
    rows: list[tuple[str, str]], onset: str, random: object
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = given_by(*rows, onset=onset), given_by(*shuffled, onset=onset)
    assert one[:4] == other[:4]
    assert set(one.remarks) == set(other.remarks)


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4), DAYS)
def test_no_end_is_before_its_start(rows: list[tuple[str, str]], onset: str) -> None:
    """What the batch would reject never comes out."""
    found = given_by(*rows, onset=onset)
    for start, stop in ((found.start, found.stop), (found.again_start, found.again_stop)):
        if start and stop:
            assert (parse_span(stop).latest or 0) >= (parse_span(start).earliest or 0)


# Letters


def said(dechal: str = "", rechal: str = "", **how: bool) -> Challenge:
    given = {"alone": True, "recurrence_named": False, "recurred_here": False} | how
    return challenge(dechal, rechal, **given)


@pytest.mark.parametrize(
    ("dechal", "action", "course"),
    [
        ("Y", "withdrawn", "improved"),
        ("N", "withdrawn", "not_improved"),
        ("U", "", ""),
        ("D", "", ""),
        ("", "", ""),
        ("y ", "withdrawn", "improved"),
    ],
)
def test_dechallenge(dechal: str, action: str, course: str) -> None:
    assert said(dechal) == Challenge(action, course)


@pytest.mark.parametrize(
    ("rechal", "rechallenge", "recurred"),
    [("Y", "positive", ""), ("N", "", "no"), ("U", "", ""), ("D", "not_done", ""), ("", "", "")],
)
def test_rechallenge(rechal: str, rechallenge: str, recurred: str) -> None:
    """No negative re-exposure is made of an N: dose, length and cover are not told."""
    assert said(rechal=rechal) == Challenge("", "", rechallenge, recurred)


def test_letters_of_the_drug_are_remarked_where_there_are_several_reactions() -> None:
    found = said("Y", "Y", alone=False)
    assert found.rechallenge == "positive"
    assert found.remarks == ("dechal_of_drug", "rechal_of_drug")


def test_recurrence_belongs_to_the_reaction_that_is_named() -> None:
    here = said(rechal="Y", alone=False, recurrence_named=True, recurred_here=True)
    assert (here.rechallenge, here.remarks) == ("positive", ())
    other = said(rechal="Y", alone=False, recurrence_named=True)
    assert (other.rechallenge, other.remarks) == ("", ("recurrence_of_another",))


@pytest.mark.parametrize("rechal", ["N", "D"])
def test_recurrence_against_the_letter_leaves_it_open(rechal: str) -> None:
    found = said(rechal=rechal, recurrence_named=True, recurred_here=True)
    assert found == Challenge(remarks=("rechal_contradicted",))


@pytest.mark.parametrize("rechal", ["U", ""])
def test_recurrence_without_a_letter_names_no_drug(rechal: str) -> None:
    found = said(rechal=rechal, recurrence_named=True, recurred_here=True)
    assert found == Challenge(remarks=("recurrence_without_rechal",))


def test_drug_given_again_is_not_a_re_exposure_not_done() -> None:
    assert said(rechal="D", given_again=True) == Challenge(remarks=("rechal_contradicted",))


def test_unknown_letters_are_remarked() -> None:
    assert said("X", "?").remarks == ("dechal_unreadable", "rechal_unreadable")


@pytest.mark.parametrize(
    ("letters", "one"),
    [
        (["Y", "U", ""], "Y"),
        (["N", "D"], "N"),
        (["N", "Y"], "Y;N"),
        (["U", "D"], "U"),
        (["D", "D"], "D"),
        (["D", ""], "D"),
        (["", ""], ""),
    ],
)
def test_letters_of_one_drug_listed_several_times(letters: list[str], one: str) -> None:
    assert one_letter(letters) == one
    assert one_letter(reversed(letters)) == one


def test_contradicting_letters_leave_the_facts_open() -> None:
    assert said("Y;N") == Challenge(remarks=("dechal_contradicted",))


def test_every_answer_is_in_the_vocabulary() -> None:
    flags = [False, True]
    for dechal, rechal, *how in product(
        ["Y", "N", "U", "D", "", "X"], ["Y", "N", "U", "D", "", "X"], flags, flags, flags, flags
    ):
        names = ("alone", "recurrence_named", "recurred_here", "given_again")
        found = challenge(dechal, rechal, **dict(zip(names, how, strict=True)))
        for name in ("action", "course", "rechallenge"):
            assert getattr(found, name) in ("", *FACTS[name])
        assert found.recurred in ("", *CHOICES["recurred"])
        assert not (found.rechallenge and found.recurred)


def test_columns_are_those_of_the_batch_and_others() -> None:
    """No column beside those of the batch is taken for one by its name."""
    read = [name for name in COLUMNS if column_named(name)]
    assert all(name in KINDS for name in read)
    assert len(read) == COLUMNS.index("report")


def test_facts_that_are_never_known_are_facts_without_a_column() -> None:
    never = code_lists()["never_known"]
    assert set(never) <= set(FACTS)
    assert not set(never) & set(COLUMNS)
