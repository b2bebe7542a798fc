"""Cutting and parsing: hostile and broken messages are refused or set aside, the others go on."""

import gzip
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.e2b import messages
from causality.e2b.icsr import NOTHING, Icsr
from causality.e2b.messages import fragments
from causality.e2b.read import ReadReport, SetAside, read_reports
from causality.e2b.stream import Message, Opened, open_message
from causality.errors import InputError
from tests.e2b.reports import value, vasculitis
from tests.e2b.writer import message, report

R2 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ichicsr SYSTEM "http://eudravigilance.ema.europa.eu/dtd/icsr21xml.dtd">
<ichicsr lang="en"><ichicsrmessageheader><messagetype>ichicsr</messagetype></ichicsrmessageheader>
{reports}
</ichicsr>"""
ENTITY = '<!DOCTYPE MCCI_IN200100UV01 [<!ENTITY a "b">{more}]>\n<MCCI_IN200100UV01 '


def named(case_id: str) -> str:
    return report(vasculitis(case_id=value(case_id)))


def read(data: bytes) -> list[ReadReport | SetAside]:
    return list(read_reports([Message("test.xml", data)]))


def outcome(data: bytes) -> list[str]:
    """Return the number of each case, or the codes of what is wrong with it."""
    return [
        found.case.case_id
        if isinstance(found, ReadReport)
        else "+".join(problem.code for problem in found.problems)
        for found in read(data)
    ]


def lines(data: bytes) -> list[int | None]:
    return [
        problem.line
        for found in read(data)
        if isinstance(found, SetAside)
        for problem in found.problems
    ]


# Broken reports


BROKEN = {
    "a tag that is not closed": ("<statusCode code=", "<broken><statusCode code=", "E806"),
    "an unknown entity": ("An invented", "&unknown; invented", "E806"),
    "a control character": ("An invented", "An\x01invented", "E806"),
    "no end": ("</PORR_IN049016UV>", "", "E809"),
    "too deep": ("<text>An", "<text>" + "<a>" * 300 + "</a>" * 300 + "An", "E806"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_bad_report_is_set_aside_and_the_others_go_on(name: str) -> None:
    good, bad, code = BROKEN[name]
    broken = named("B").replace(good, bad, 1)
    assert good not in broken or good in bad
    data = message([named("A"), broken, named("C")])
    assert outcome(data) == ["A", code, "C"]


def test_bad_report_is_named_with_its_line() -> None:
    broken = named("B").replace("<text>", "<text>\n\n&unknown;", 1)
    data = message([named("A"), broken, named("C")])
    wanted = data[: data.index(b"&unknown;")].count(b"\n") + 1
    assert lines(data) == [wanted]


def test_message_of_an_entity_is_not_shown_with_text_of_the_patient() -> None:
    broken = named("B").replace("An invented patient.", "Mrs Secret &unknown; Name", 1)
    (found,) = read(message([broken]))
    assert isinstance(found, SetAside)
    shown = " ".join(f"{problem.code} {dict(problem.params)}" for problem in found.problems)
    assert "Secret" not in shown
    assert "unknown" in shown


def test_tags_of_a_report_in_comments_and_cdata_are_text() -> None:
    comment = "<!-- <PORR_IN049016UV> --><!-- </PORR_IN049016UV> -->"
    cdata = "<text><![CDATA[</PORR_IN049016UV><PORR_IN049016UV>]]>"
    first = named("A").replace("<text>", f"{comment}<text>", 1)
    second = named("B").replace("<text>", cdata, 1)
    assert outcome(message([comment, first, second, comment])) == ["A", "B"]


def test_text_of_more_than_the_parser_takes_is_set_aside() -> None:
    huge = named("B").replace("An invented", "x" * (11 << 20), 1)
    assert outcome(message([named("A"), huge, named("C")])) == ["A", "E806", "C"]


def test_report_beyond_the_limit_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_REPORT", 100_000)
    monkeypatch.setattr(messages, "CHUNK", 10_000)
    huge = named("B").replace("An invented", "x" * 300_000, 1)
    assert outcome(message([named("A"), huge, named("C")])) == ["A", "E807", "C"]


# Broken and hostile files


@pytest.mark.parametrize(
    "more",
    [
        "",
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY % d SYSTEM "http://127.0.0.1:9/x.dtd"> %d;',
        "".join(f'<!ENTITY e{n} "{"&a;" * 10}">' for n in range(9)),
    ],
)
def test_declarations_of_a_document_type_are_refused(more: str) -> None:
    data = message([named("A")]).decode()
    data = data.replace("<MCCI_IN200100UV01 ", ENTITY.format(more=more), 1)
    assert outcome(data.encode()) == ["E804"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE MCCI_IN200100UV01 SYSTEM "a>b" [<!ENTITY a "b">]>',
        "<!DOCTYPE MCCI_IN200100UV01 PUBLIC 'x' 'y' [ ]>",
        "<!DOCTYPE MCCI_IN200100UV01",
    ],
)
def test_document_type_that_could_hide_declarations_is_refused(doctype: str) -> None:
    data = message([named("A")]).decode()
    data = data.replace("<MCCI_IN200100UV01 ", f"{doctype}\n<MCCI_IN200100UV01 ", 1)
    assert outcome(data.encode()) == ["E804"]


def test_document_type_that_only_names_a_file_is_neither_read_nor_refused(tmp_path: Path) -> None:
    # Every message of E2B(R2) has one; the file that it names does not exist here.
    text = "<safetyreport><safetyreportid>X</safetyreportid><patient/></safetyreport>"
    assert outcome(R2.format(reports=text).encode()) == ["X"]


def test_file_that_ends_early_says_so() -> None:
    data = message([named("A"), named("B")])
    inside = data.index(b"<controlActProcess", data.index(b"</PORR_IN049016UV>"))
    assert outcome(data[:inside]) == ["A", "E810", "E808"]
    between = data.index(b"</PORR_IN049016UV>") + len(b"</PORR_IN049016UV>")
    assert outcome(data[:between]) == ["A", "E808"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E802"),
        (b"no xml at all", "E806"),
        (b"<html><body/></html>", "E802"),
        (b"<ichicsr/>", "E802"),
        (b'<ichicsr xmlns="urn:hl7-org:v3"><safetyreport/></ichicsr>', "E803"),
        (b"<other><safetyreport/></other>", "E802"),
        (b'<?xml version="1.0" encoding="klingon"?><ichicsr><safetyreport/></ichicsr>', "E805"),
    ],
)
def test_what_is_no_message_is_refused_with_the_reason(data: bytes, code: str) -> None:
    assert outcome(data) == [code]


def test_report_without_a_batch_around_it_is_read() -> None:
    text = named("A").replace("<PORR_IN049016UV>", '<PORR_IN049016UV xmlns="urn:hl7-org:v3" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ITSVersion="XML_1.0">', 1)  # fmt: skip
    assert outcome(text.encode()) == ["A"]


def test_prefix_of_the_namespace_does_not_matter() -> None:
    text = message([named("A")]).decode()
    for sign in ("</", "<"):
        text = text.replace(sign, f"{sign}h:")
    text = text.replace("<h:/h:", "</h:").replace("<h:?xml", "<?xml")
    text = text.replace("xmlns=", "xmlns:h=")
    assert outcome(text.encode()) == ["A"]


def test_packed_message_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xml.gz"
    path.write_bytes(gzip.compress(message([named("A")])))
    (found,) = read_reports([Message(str(path))])
    assert isinstance(found, ReadReport)
    path.write_bytes(path.read_bytes()[:-20])
    (found,) = (r for r in read_reports([Message(str(path))]) if isinstance(r, SetAside))
    assert found.problems[0].code in {"E002", "E808"}


# The cut itself


class Slow(io.BytesIO):
    """Gives a few bytes at a time, however many are asked for."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        super().__init__(data)
        self.sizes = sizes

    def read(self, size: int | None = -1) -> bytes:
        given = self.sizes.pop() if self.sizes else 1 << 20
        return super().read(given)


@given(st.lists(st.integers(1, 400), max_size=200))
def test_pieces_of_the_stream_do_not_change_the_cut(sizes: list[int]) -> None:
    comment = "<!-- <PORR_IN049016UV> -->"
    data = message([comment, named("A"), named("B").replace("</text>", f"{comment}</text>")])
    whole = list(fragments(Opened(io.BytesIO(data)), "x"))
    pieces = list(fragments(Opened(Slow(data, sizes)), "x"))
    assert [(f.start, f.line, f.data) for f in pieces] == [(f.start, f.line, f.data) for f in whole]
    assert all(data[f.start : f.start + len(f.data)] == f.data for f in whole)


@given(st.binary(max_size=300), st.integers(0, 6000))
def test_any_bytes_anywhere_give_an_answer(noise: bytes, place: int) -> None:
    data = message([named("A"), named("B")])
    for found in read(data[:place] + noise + data[place:]):
        assert isinstance(found, ReadReport) or found.problems


WORDS = st.sampled_from(
    (
        b"PORR_IN049016UV",
        b"<PORR_IN049016UV>",
        b"</PORR_IN049016UV>",
        b"<a:PORR_IN049016UV ",
        b"<safetyreport>",
        b"</safetyreport>",
        b"<safetyreportid>",
        b"<!-- ",
        b" -->",
        b"<![CDATA[",
        b"]]>",
        b"<?pi ",
        b"?>",
        b"<!DOCTYPE a>",
        b"!",
        b"?",
        b"text>",
        b"\n",
    )
)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12), st.lists(st.integers(1, 40)))
def test_quick_search_finds_what_the_thorough_one_does(
    before: list[bytes], inside: list[bytes], sizes: list[int]
) -> None:
    head, foot = message(["<!--cut-->"]).split(b"<!--cut-->")
    body = b"".join(before) + b"<PORR_IN049016UV>" + b"".join(inside) + b"</PORR_IN049016UV>"
    data = head + b"<PORR_IN049016UV>x</PORR_IN049016UV>" + body + foot

    def cut(sizes: list[int]) -> list[object]:
        found: list[object] = []
        try:
            for f in fragments(Opened(Slow(data, sizes)), "x"):
                found.append((f.start, f.line, f.data, f.fault))
        except InputError as error:
            found += error.problems
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages._Cutter, "_plain_mark", lambda self, at: None)
        thorough = cut([])
    assert cut([]) == cut(list(sizes)) == thorough


def test_memory_holds_one_report_at_a_time() -> None:
    class Endless:
        """Many reports, made as they are read."""

        def __init__(self, count: int) -> None:
            self.parts = self.make(count)
            self.largest = 0

        def make(self, count: int):  # type: ignore[no-untyped-def]
            head, foot = message(["<!--cut-->"]).split(b"<!--cut-->")
            yield head
            body = named("A").encode()
            for _ in range(count):
                yield body
            yield foot

        def read(self, size: int) -> bytes:
            return next(self.parts, b"")

    stream = Endless(2000)
    cutter = messages._Cutter(stream, "x", recoded=False)  # type: ignore[arg-type]
    sizes = [len(cutter._buffer) for _ in cutter]
    assert len(sizes) == 2000
    assert max(sizes) < 100_000


def test_unknown_file_is_named() -> None:
    with pytest.raises(InputError) as caught:
        open_message(Message("/nowhere/x.xml"))
    assert caught.value.problems[0].code == "E001"


# Versions


def test_latest_version_counts_whatever_the_order() -> None:
    old = replace(vasculitis(), latest=value("2024-04-02"))
    new = replace(vasculitis(), latest=value("2024-05-02"), status="amendment", reason=value("x"))
    for pair in ([old, new], [new, old]):
        found = read(message(pair))
        counted = [f for f in found if isinstance(f, ReadReport)]
        aside = [f for f in found if isinstance(f, SetAside)]
        assert [f.case.icsr.status for f in counted if f.case.icsr] == ["amendment"]
        assert [(f.problems[0].code, f.listed) for f in aside] == [("E831", True)]


def test_nullified_report_is_listed_and_its_earlier_version_does_not_count() -> None:
    old = replace(vasculitis(), latest=value("2024-04-02"))
    new = replace(
        vasculitis(), latest=value("2024-05-02"), status="nullification", reason=value("duplicate")
    )
    assert outcome(message([old, new])) == ["E831", "E832"]
    assert all(isinstance(f, SetAside) and f.listed for f in read(message([old, new])))


def test_versions_are_told_apart_by_date_then_version_then_place() -> None:
    def dated(case_id: str, day: str) -> Icsr:
        return replace(vasculitis(case_id=value(case_id)), latest=value(day))

    days = ["2024-01", "2024-03-01", "2024-02-01", "2024-03-01"]
    data = message([*(dated("A", day) for day in days), dated("B", "2024-01-01")])
    assert outcome(data) == ["E831", "E831", "E831", "A", "B"]
    later = [p.params["later"] for f in read(data) if isinstance(f, SetAside) for p in f.problems]
    assert later == ["test.xml#4"] * 3


def test_reports_without_a_number_are_no_versions_of_each_other() -> None:
    bare = vasculitis(case_id=NOTHING, worldwide_id=NOTHING)
    assert outcome(message([bare, bare])) == ["report-1", "report-2"]


def test_one_report_can_be_asked_for_by_place_or_number() -> None:
    data = message([named("A"), named("B"), named("C")])
    for wanted in ("2", "B"):
        (found,) = read_reports([Message("test.xml", data, wanted)])
        assert isinstance(found, ReadReport)
        assert found.case.case_id == "B"
    (missing,) = read_reports([Message("test.xml", data, "9")])
    assert isinstance(missing, SetAside)
    assert missing.problems[0].code == "E835"
