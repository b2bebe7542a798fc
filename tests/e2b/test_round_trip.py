"""Random reports written as E2B(R3) read back the same, and every one of them makes a case."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from causality.case.reader import parse_case
from causality.e2b.as_text import case_yaml
from causality.e2b.icsr import Icsr
from causality.e2b.messages import fragments
from causality.e2b.parsing import Fragment
from causality.e2b.r3 import read_r3
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.stream import Message, open_message
from tests.e2b.reports import reports, value, vasculitis, without_lines
from tests.e2b.samples import SCHEMA, needs_samples
from tests.e2b.writer import message

# Not made smaller when they fail: that takes minutes with parts so large, and says little more.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
many = settings(max_examples=60, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])


def cut(data: bytes) -> list[Fragment]:
    with open_message(Message("test.xml", data)) as opened:
        return list(fragments(opened, "test.xml"))


def read(data: bytes) -> list[ReadReport | SetAside]:
    return list(read_reports([Message("test.xml", data)]))


@given(reports(statuses=(None, "amendment", "nullification")))
@many
def test_written_report_reads_back_the_same(report: Icsr) -> None:
    (fragment,) = cut(message([report]))
    found = without_lines(read_r3(fragment.root))
    assert replace(found, unused=()) == report


@given(reports())
@many
def test_every_report_is_a_case_and_its_case_file_is_the_same_case(report: Icsr) -> None:
    (found,) = read(message([report]))
    assert isinstance(found, ReadReport), found
    assert parse_case(case_yaml(found.document), "case.yaml") == found.case
    assert len(found.case.drugs) == len(report.drugs)
    assert len(found.case.reactions) == len(report.reactions)


@given(reports())
@many
def test_what_is_not_in_the_case_is_in_a_remark(report: Icsr) -> None:
    (found,) = read(message([report]))
    assert isinstance(found, ReadReport)
    shown = case_yaml(found.document)
    for drug in report.drugs:
        for dose in drug.doses:
            for date in (dose.start.text, dose.stop.text):
                assert date is None or date in shown
    for reaction in report.reactions:
        for date in (reaction.start.text, reaction.stop.text):
            assert date is None or date in shown
        if reaction.outcome.text:
            assert reaction.outcome.text in shown


@needs_samples
@given(reports())
@settings(max_examples=15, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
def test_written_messages_conform_to_the_schema(report: Icsr) -> None:
    schema = etree.XMLSchema(file=str(SCHEMA))
    assert schema.validate(etree.fromstring(message([report]))), schema.error_log


def test_plain_report_has_nothing_to_remark() -> None:
    (found,) = read(message([vasculitis()]))
    assert isinstance(found, ReadReport)
    case = found.case
    assert case.icsr is not None
    assert case.icsr.remarks == ()
    assert (case.patient.sex, case.patient.age) == ("female", (64, 64))
    assert case.reactions[0].episodes[0].actions == {"d1": "withdrawn"}
    assert case.drugs[0].exposures[0].frequency == "every 8 hours"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-8-sig", "UTF-8"),
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encoding_of_the_file_changes_nothing(encoding: str, declared: str) -> None:
    plain = message([vasculitis(narrative=value("púrpura"))])
    text = plain.decode().replace('encoding="utf-8"', f'encoding="{declared}"')
    (first,), (second,) = read(plain), read(text.encode(encoding))
    assert isinstance(first, ReadReport)
    assert isinstance(second, ReadReport)
    assert first.case == second.case
    assert second.case.icsr is not None
    assert second.case.icsr.narrative == "púrpura"
