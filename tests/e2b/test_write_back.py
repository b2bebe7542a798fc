"""Assessments go back into a message beside what was there; every other byte stays."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from causality.e2b.icsr import NOTHING, IcsrAssessment
from causality.e2b.read import ReadReport, read_reports
from causality.e2b.stream import Message
from causality.e2b.write_back import LONGEST, Entry, shortened, write_back
from causality.errors import UsageError
from tests.e2b.reports import key, value, vasculitis
from tests.e2b.samples import SCHEMA, needs_samples, sample
from tests.e2b.writer import message

ENTRY = Entry(key(1000), key(0), "tool 1", "SEFV-H 2026.1", "Probable (+7) <&> ñ")


def entries(report: ReadReport) -> list[Entry]:
    return [ENTRY]


def written(data: bytes) -> bytes:
    out = io.BytesIO()
    write_back(Message("test.xml", data), entries, out)
    return out.getvalue()


def cases(data: bytes) -> list[ReadReport]:
    found = read_reports([Message("test.xml", data)])
    return [report for report in found if isinstance(report, ReadReport)]


def without_insertion(before: bytes, after: bytes) -> bytes:
    """Return what was put between two bytes; fails when anything else changed."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before)
    )
    length = len(after) - len(before)
    # The insertion may begin with the bytes that follow it: look back for its real beginning.
    while start and after[:start] + after[start + length :] != before:
        start -= 1
    assert after[:start] + after[start + length :] == before
    return after[start : start + length]


def test_everything_else_stays_byte_for_byte() -> None:
    data = message([vasculitis()])
    new = without_insertion(data, written(data))
    assert new.count(b"<causalityAssessment ") == 1
    assert b"Probable (+7) &lt;&amp;&gt; \xc3\xb1" in new


def test_written_assessment_reads_back_and_nothing_else_changes() -> None:
    data = message([vasculitis()])
    (before,), (after,) = cases(data), cases(written(data))
    assert before.case.icsr is not None
    assert after.case.icsr is not None
    old, new = before.case.icsr.assessments, after.case.icsr.assessments
    assert new[: len(old)] == old
    assert [(a.drug, a.reaction, a.source, a.method, a.result) for a in new[len(old) :]] == [
        ("d1", "r1", *ENTRY[2:5])
    ]
    restored = after.case.icsr.model_copy(update={"assessments": old})
    assert after.case.model_copy(update={"icsr": restored}) == before.case


def test_writing_twice_adds_nothing() -> None:
    once = written(message([vasculitis()]))
    assert written(once) == once


def test_every_report_of_a_batch_gets_its_own() -> None:
    data = message([vasculitis(case_id=value(name)) for name in "ABC"])
    after = cases(written(data))
    assert [len(r.case.icsr.assessments) for r in after if r.case.icsr] == [2, 2, 2]
    assert len(written(data)) - len(data) == 3 * (len(written(message([vasculitis()]))) - len(message([vasculitis()])))  # fmt: skip # noqa: E501


def test_reports_that_do_not_count_are_copied_as_they_are() -> None:
    old = replace(vasculitis(), latest=value("2024-04-02"))
    new = replace(vasculitis(), latest=value("2024-05-02"))
    broken = "<PORR_IN049016UV><x></PORR_IN049016UV>"
    data = message([old, broken, new])
    added = without_insertion(data, written(data))
    assert added.count(b"<causalityAssessment ") == 1


def test_report_without_assessments_so_far_gets_them_behind_the_patient() -> None:
    report = vasculitis(assessments=())
    bare = replace(report, drugs=(replace(report.drugs[0], role=NOTHING),))
    data = message([bare])
    assert b"<causalityAssessment" not in data
    assert b"</primaryRole></subject1>\n<component " in written(data)
    without_insertion(data, written(data))
    assert len(cases(written(data))[0].case.icsr.assessments) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_new_lines_look_like_those_around(newline: str) -> None:
    data = message([vasculitis()]).replace(b"\n", newline.encode())
    added = without_insertion(data, written(data))
    assert added.count(b"\n") == added.count(newline.encode())


def test_encoding_of_the_file_is_kept() -> None:
    text = message([vasculitis(narrative=value("púrpura"))]).decode()
    data = text.replace('encoding="utf-8"', 'encoding="ISO-8859-1"').encode("iso-8859-1")
    added = without_insertion(data, written(data))
    assert "ñ".encode("iso-8859-1") in added
    assert cases(written(data))[0].case.icsr.assessments[-1].result == ENTRY.result  # type: ignore[union-attr]


def test_prefix_of_the_message_is_used() -> None:
    text = message([vasculitis()]).decode()
    for sign in ("</", "<"):
        text = text.replace(sign, f"{sign}h:")
    text = text.replace("<h:/h:", "</h:").replace("<h:?xml", "<?xml").replace("xmlns=", "xmlns:h=")
    assert b"<h:causalityAssessment " in without_insertion(text.encode(), written(text.encode()))


def test_values_are_cut_to_what_an_element_may_have() -> None:
    assert len(shortened("a" * 100)) == LONGEST == 60
    assert shortened("a\n b") == "a b"


def test_packed_and_utf_16_messages_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        written(message([vasculitis()]).decode().encode("utf-16"))
    assert caught.value.problems[0].code == "E838"


def test_identifier_that_the_message_lacks_is_said() -> None:
    out = io.BytesIO()
    data = message([vasculitis()])
    nameless = ENTRY._replace(drug="#d1")
    done = write_back(Message("test.xml", data), lambda _: [nameless], out)
    assert out.getvalue() == data
    assert [(p.code, p.params["found"]) for p in done.problems] == [("E817", "AMOXIL")]


@needs_samples
@pytest.mark.parametrize("number", ["1", "3", "5-1", "5-3", "6"])
def test_samples_with_assessments_still_conform_to_the_schema(number: str, tmp_path: Path) -> None:
    path = sample(f"r3/FAERS2022Scenario{number}.xml")

    def all_pairs(report: ReadReport) -> list[Entry]:
        return [
            Entry(drug.e2b_id or "#", reaction.e2b_id or "#", "tool", method, "Possible")
            for drug in report.case.drugs
            for reaction in report.case.reactions
            for method in ("a", "b")
        ]

    out = io.BytesIO()
    done = write_back(Message(str(path)), all_pairs, out)
    assert done.entries >= 4
    without_insertion(path.read_bytes(), out.getvalue())
    schema = etree.XMLSchema(file=str(SCHEMA))
    assert schema.validate(etree.fromstring(out.getvalue())), schema.error_log


def test_assessment_of_nobody_known_is_a_remark() -> None:
    report = vasculitis(
        assessments=(IcsrAssessment(drug=key(77), reaction=key(0), result=value("Related")),)
    )
    (found,) = cases(message([report]))
    assert found.case.icsr is not None
    assert [(r.code, r.element) for r in found.case.icsr.remarks] == [("E823", "G.k.9.i.2.r")]
