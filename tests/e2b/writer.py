"""Write reports as E2B(R3) messages: the reverse of the reader, for tests only."""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from causality.e2b.icsr import (
    Amount,
    Icsr,
    IcsrAssessment,
    IcsrCondition,
    IcsrDose,
    IcsrDrug,
    IcsrPastDrug,
    IcsrReaction,
    IcsrTest,
    Value,
)

OID = "2.16.840.1.113883.3.989.2.1.1."
ROOT = "2.16.840.1.113883.3.989.2.1.3."
MEDDRA = "2.16.840.1.113883.6.163"
# Of ICH E2B(R3), and not those that the reader has: a slip there shall not be written the same way.
CODES = {
    "role": {"suspect": "1", "concomitant": "2", "interacting": "3", "not_administered": "4"},
    "action": {
        "withdrawn": "1",
        "dose_reduced": "2",
        "dose_increased": "3",
        "continued": "4",
        "unknown": "0",
        "not_applicable": "9",
    },
    "outcome": {
        "recovered": "1",
        "recovering": "2",
        "not_recovered": "3",
        "recovered_with_sequelae": "4",
        "fatal": "5",
        "unknown": "0",
    },
    "recurrence": {"yes-yes": "1", "yes-no": "2", "yes-unknown": "3", "not-done": "4"},
    "sex": {"male": "1", "female": "2"},
    "test_result": {"positive": "1", "negative": "2", "borderline": "3", "inconclusive": "4"},
    "status": {"nullification": "1", "amendment": "2"},
    "seriousness": {
        "death": "34",
        "life_threatening": "21",
        "hospitalisation": "33",
        "disability": "35",
        "congenital_anomaly": "12",
        "other_medically_important": "26",
    },
}
_BOUND = re.compile(r"([<>]=?) (\d+) (mg/dL)")
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def message(reports: Iterable[Icsr | str]) -> bytes:
    """Return a batch of reports; a text is put in as it is."""
    parts = [r if isinstance(r, str) else report(r) for r in reports]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<MCCI_IN200100UV01 xmlns="urn:hl7-org:v3" xmlns:xsi="{XSI}" ITSVersion="XML_1.0">\n'
        f'<id extension="batch" root="{ROOT}22"/><creationTime value="20240501101010"/>'
        '<responseModeCode code="D"/>'
        '<interactionId extension="MCCI_IN200100UV01" root="2.16.840.1.113883.1.6"/>'
        f'<name code="1" codeSystem="{OID}1"/>\n'
    )
    foot = (
        f'<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id extension="R" root="{ROOT}14"/></device></receiver>'
        f'<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id extension="S" root="{ROOT}13"/></device></sender>\n</MCCI_IN200100UV01>\n'
    )
    return (head + "\n".join(parts) + "\n" + foot).encode()


def report(icsr: Icsr) -> str:
    """Return one report as its element."""
    case_id = quoteattr(icsr.case_id.text or "")
    return (
        f'<PORR_IN049016UV><id extension={case_id} root="{ROOT}1"/>'
        '<creationTime value="20240501101010"/>'
        '<interactionId extension="PORR_IN049016UV" root="2.16.840.1.113883.1.6"/>'
        '<processingCode code="P"/><processingModeCode code="T"/><acceptAckCode code="AL"/>'
        '<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id extension="R" root="{ROOT}12"/></device></receiver>'
        '<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id extension="S" root="{ROOT}11"/></device></sender>'
        '<controlActProcess classCode="CACT" moodCode="EVN">'
        '<code code="PORR_TE049016UV" codeSystem="2.16.840.1.113883.1.18"/>'
        f"{_value('effectiveTime', icsr.created)}"
        '<subject typeCode="SUBJ"><investigationEvent classCode="INVSTG" moodCode="EVN">\n'
        f"{''.join(_event(icsr))}"
        "</investigationEvent></subject></controlActProcess></PORR_IN049016UV>"
    )


def _event(icsr: Icsr) -> Iterator[str]:
    yield f'<id extension={quoteattr(icsr.case_id.text or "")} root="{ROOT}1"/>'
    if icsr.worldwide_id:
        yield f'<id extension={quoteattr(icsr.worldwide_id.text or "")} root="{ROOT}2"/>'
    yield '<code code="PAT_ADV_EVNT" codeSystem="2.16.840.1.113883.5.4"/>'
    if _given(icsr.narrative):
        yield _filled("text", icsr.narrative)
    yield '<statusCode code="active"/>'
    yield f"<effectiveTime>{_date('low', icsr.received)}</effectiveTime>"
    yield _date("availabilityTime", icsr.latest)
    yield '<component typeCode="COMP"><adverseEventAssessment classCode="INVSTG" moodCode="EVN">'
    yield '<subject1 typeCode="SBJ"><primaryRole classCode="INVSBJ">\n'
    yield from _patient(icsr)
    yield "</primaryRole></subject1>\n"
    for drug in icsr.drugs:
        yield from _role(drug)
    for said in icsr.assessments:
        yield _assessment(said)
    for author, comment in (("3", icsr.reporter_comment), ("1", icsr.sender_comment)):
        if _given(comment):
            yield _comment(author, comment)
    yield "</adverseEventAssessment></component>\n"
    yield from _characteristics(icsr)


def _characteristics(icsr: Icsr) -> Iterator[str]:
    """Yield the type of report, and why it is an amendment or a nullification."""
    if icsr.report_type:
        value = f'<value xsi:type="CE" code="{icsr.report_type.text}" codeSystem="{OID}2"/>'
        yield _characteristic("1", value)
    if icsr.status:
        code = _code("status", icsr.status)
        yield _characteristic("3", f'<value xsi:type="CE" code="{code}" codeSystem="{OID}5"/>')
    if icsr.reason:
        yield _characteristic("4", f'<value xsi:type="CE">{_original(icsr.reason)}</value>')


def _characteristic(code: str, value: str) -> str:
    return (
        '<subjectOf2 typeCode="SUBJ"><investigationCharacteristic classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{OID}23"/>{value}'
        "</investigationCharacteristic></subjectOf2>"
    )


def _patient(icsr: Icsr) -> Iterator[str]:
    patient = icsr.patient
    yield '<player1 classCode="PSN" determinerCode="INSTANCE"><name nullFlavor="MSK"/>'
    if patient.sex:
        code = _code("sex", patient.sex.text)
        yield f'<administrativeGenderCode code="{code}" codeSystem="1.0.5218"/>'
    elif patient.sex.null:
        yield f'<administrativeGenderCode nullFlavor="{patient.sex.null}"/>'
    yield _date("birthTime", patient.born)
    yield _date("deceasedTime", patient.died)
    yield "</player1>\n"
    if patient.age:
        yield _about("3", _pq(patient.age))
    if patient.age_group:
        yield _about("4", f'<value xsi:type="CE" displayName={_quoted(patient.age_group)}/>')
    if patient.weight_kg:
        yield _about("7", _pq(Amount(patient.weight_kg.text or "", "kg")))
    elif patient.weight_kg.null:
        yield _about("7", f'<value xsi:type="PQ" nullFlavor="{patient.weight_kg.null}"/>')
    for cause in patient.causes_of_death:
        yield _about("32", _named("value", cause))
    if icsr.conditions or _given(icsr.history_text):
        yield from _organizer("1", map(_condition, icsr.conditions), icsr.history_text)
    if icsr.past_drugs:
        yield from _organizer("2", map(_past_drug, icsr.past_drugs))
    yield from map(_reaction, icsr.reactions)
    if icsr.tests:
        yield from _organizer("3", map(_test, icsr.tests))
    yield from _organizer("4", map(_drug, icsr.drugs))


def _about(code: str, value: str) -> str:
    return f'<subjectOf2 typeCode="SBJ">{_observation(code, value)}</subjectOf2>\n'


def _observation(code: str, value: str, more: str = "") -> str:
    return (
        '<observation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{OID}19"/>{value}{more}</observation>'
    )


def _organizer(code: str, parts: Iterable[str], history: Value | None = None) -> Iterator[str]:
    yield (
        '<subjectOf2 typeCode="SBJ"><organizer classCode="CATEGORY" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{OID}20"/>'
    )
    for part in parts:
        yield f'<component typeCode="COMP">{part}</component>\n'
    if history is not None and _given(history):
        yield f'<component typeCode="COMP">{_observation("18", _text(history))}</component>'
    yield "</organizer></subjectOf2>\n"


def _condition(condition: IcsrCondition) -> str:
    related = []
    if _given(condition.comment):
        comment = _observation("10", _text(condition.comment))
        related.append(_hangs("outboundRelationship2", "COMP", comment))
    if condition.family:
        value = '<value xsi:type="BL" value="true"/>'
        related.append(_hangs("outboundRelationship2", "EXPL", _observation("38", value)))
    if _given(condition.continuing):
        value = _bool(condition.continuing)
        related.append(_hangs("inboundRelationship", "REFR", _observation("13", value)))
    return (
        '<observation classCode="OBS" moodCode="EVN">'
        f"{_named('code', condition.term)}{_period(condition.start, condition.stop)}"
        f"{''.join(related)}</observation>"
    )


def _past_drug(past: IcsrPastDrug) -> str:
    related = [
        _hangs("outboundRelationship2", kind, _observation(code, _named("value", value)))
        for kind, code, value in (("RSON", "19", past.indication), ("CAUS", "29", past.reaction))
        if _given(value)
    ]
    return (
        '<substanceAdministration classCode="SBADM" moodCode="EVN">'
        f"{_period(past.start, past.stop)}{_product(past.name, ())}"
        f"{''.join(related)}</substanceAdministration>"
    )


def _reaction(reaction: IcsrReaction) -> str:
    related = []
    if not _in_original(reaction):
        translated = _observation("30", _text(reaction.term))
        related.append(_hangs("outboundRelationship2", "PERT", translated))
    for word, code in CODES["seriousness"].items():
        given = 'value="true"' if word in reaction.seriousness else 'nullFlavor="NI"'
        value = f'<value xsi:type="BL" {given}/>'
        related.append(_hangs("outboundRelationship2", "PERT", _observation(code, value)))
    if _given(reaction.outcome):
        value = _word("value", "outcome", reaction.outcome, "11")
        related.append(_hangs("outboundRelationship2", "PERT", _observation("27", value)))
    period = _period(reaction.start, reaction.stop, reaction.duration)
    return (
        '<subjectOf2 typeCode="SBJ"><observation classCode="OBS" moodCode="EVN">'
        f'<id root="{reaction.key}"/><code code="29" codeSystem="{OID}19"/>{period}'
        f"{_coded(reaction)}{''.join(related)}</observation></subjectOf2>\n"
    )


def _coded(reaction: IcsrReaction) -> str:
    language, native = "fra", reaction.native
    if _in_original(reaction):
        language, native = "eng", reaction.term
    text = escape(native.text or "")
    inner = f'<originalText language="{language}">{text}</originalText>' if text else ""
    return f'<value xsi:type="CE"{_code_or_name(reaction.coded)}>{inner}</value>'


def _in_original(reaction: IcsrReaction) -> bool:
    """Tell whether a term stands as reported (E.i.1.1) and not as a translation (E.i.1.2).

    Every other reaction with one term only is written so.
    """
    return not reaction.native and reaction.key[-1] in "13579bdf"


def _code_or_name(value: Value) -> str:
    """Return the attributes of a code, of its name, or why there is none."""
    if value.text and value.text.startswith("MedDRA "):
        return f' code="{value.text.removeprefix("MedDRA ")}" codeSystem="{MEDDRA}"'
    if value.text:
        return f" displayName={_quoted(value)}"
    return f' nullFlavor="{value.null}"' if value.null else ""


def _test(test: IcsrTest) -> str:
    number, _, unit = (test.value.text or "").partition(" ")
    if test.number is not None:
        centre = f'<center value="{number}" unit="{unit}"/>'
        value = f'<value xsi:type="IVL_PQ">{centre}</value>'
    elif match := _BOUND.fullmatch(test.value.text or ""):
        sign, number, unit = match.groups()
        side = "low" if ">" in sign else "high"
        closed = "true" if "=" in sign else "false"
        bound = f'<{side} value="{number}" unit="{unit}" inclusive="{closed}"/>'
        value = f'<value xsi:type="IVL_PQ">{bound}</value>'
    else:
        value = _text(test.value) if _given(test.value) else ""
    result = ""
    if _given(test.result):
        result = _word("interpretationCode", "test_result", test.result, "12")
    ranges = "".join(
        '<referenceRange typeCode="REFV"><observationRange classCode="OBS" moodCode="EVN.CRT">'
        f'<value xsi:type="PQ" value="{bound:g}" unit="{unit}"/>'
        f'<interpretationCode code="{side}" codeSystem="2.16.840.1.113883.5.83"/>'
        "</observationRange></referenceRange>"
        for side, bound in (("L", test.low), ("H", test.high))
        if bound is not None
    )
    comment = ""
    if _given(test.comment):
        said = _observation("10", _text(test.comment))
        comment = _hangs("outboundRelationship2", "PERT", said)
    return (
        '<observation classCode="OBS" moodCode="EVN">'
        f"{_named('code', test.name)}{_date('effectiveTime', test.date)}"
        f"{value}{result}{ranges}{comment}</observation>"
    )


def _drug(drug: IcsrDrug) -> str:
    return (
        '<substanceAdministration classCode="SBADM" moodCode="EVN">'
        f'<id root="{drug.key}"/>{_product(drug.name, drug.substances)}'
        f"{''.join(_pairs(drug))}{''.join(map(_dose, drug.doses))}{''.join(_facts(drug))}"
        "</substanceAdministration>"
    )


def _pairs(drug: IcsrDrug) -> Iterator[str]:
    for pair in drug.pairs:
        for kind, length in (("SAS", pair.since_first), ("SAE", pair.since_last)):
            if length:
                yield (
                    f'<outboundRelationship1 typeCode="{kind}">'
                    f'<pauseQuantity value="{length.number}" unit="{length.unit}"/>'
                    f"{_reference(pair.reaction)}</outboundRelationship1>"
                )


def _facts(drug: IcsrDrug) -> Iterator[str]:
    for pair in drug.pairs:
        if _given(pair.recurrence):
            value = _word("value", "recurrence", pair.recurrence, "16")
            link = (
                f'<outboundRelationship1 typeCode="REFR">{_reference(pair.reaction)}'
                "</outboundRelationship1>"
            )
            yield _hangs("outboundRelationship2", "PERT", _observation("31", value, link))
    for number, said in enumerate(drug.additional):
        coded = f'<value xsi:type="CE"{_code_or_name(said)}/>'
        code, value = ("2", _text(said)) if number % 2 else ("9", coded)  # G.k.11, G.k.10.r
        yield _hangs("outboundRelationship2", "REFR", _observation(code, value))
    for indication in drug.indications:
        yield _hangs("inboundRelationship", "RSON", _observation("19", _named("value", indication)))
    if _given(drug.action):
        code = _word("code", "action", drug.action, "15")
        act = f'<act classCode="ACT" moodCode="EVN">{code}</act>'
        yield _hangs("inboundRelationship", "CAUS", act)


def _reference(key: str) -> str:
    return f'<actReference classCode="OBS" moodCode="EVN"><id root="{key}"/></actReference>'


def _dose(dose: IcsrDose) -> str:
    parts = []
    if dose.every:
        period = f'<period value="{dose.every.number}" unit="{dose.every.unit}"/>'
        parts.append(("PIVL_TS", period))
    dates = f"{_date('low', dose.start)}{_date('high', dose.stop)}"
    if dates:
        parts.append(("IVL_TS", dates))
    if dose.duration:
        width = f'<width value="{dose.duration.number}" unit="{dose.duration.unit}"/>'
        parts.append(("IVL_TS", width))
    time = _time(parts)
    text = _filled("text", dose.text) if _given(dose.text) else ""
    route = f'<routeCode nullFlavor="{dose.route.null}"/>' if dose.route.null else ""
    if dose.route:
        route = (
            f"<routeCode><originalText>{escape(dose.route.text or '')}</originalText></routeCode>"
        )
    amount = ""
    if dose.dose:
        amount = f'<doseQuantity value="{dose.dose.number}" unit="{dose.dose.unit}"/>'
    lot = ""
    if _given(dose.batch):
        number = _filled("lotNumberText", dose.batch)
        lot = (
            '<consumable typeCode="CSM"><instanceOfKind classCode="INST">'
            '<productInstanceInstance classCode="MMAT" determinerCode="INSTANCE">'
            f"{number}</productInstanceInstance></instanceOfKind></consumable>"
        )
    inner = f"{text}{time}{route}{amount}{lot}"
    block = f'<substanceAdministration classCode="SBADM" moodCode="EVN">{inner}'
    return _hangs("outboundRelationship2", "COMP", f"{block}</substanceAdministration>")


def _time(parts: Sequence[tuple[str, str]]) -> str:
    """Return a time of one part as it is, of several as an expression."""
    if len(parts) == 1:
        ((kind, inner),) = parts
        return f'<effectiveTime xsi:type="{kind}">{inner}</effectiveTime>'
    comps = "".join(
        f'<comp xsi:type="{kind}"{" operator=" + quoteattr("A") if number else ""}>{inner}</comp>'
        for number, (kind, inner) in enumerate(parts)
    )
    return f'<effectiveTime xsi:type="SXPR_TS">{comps}</effectiveTime>' if comps else ""


def _product(name: Value, substances: Sequence[Value]) -> str:
    given = _filled("name", name) if _given(name) else ""
    parts = "".join(
        '<ingredient classCode="ACTI">'
        '<ingredientSubstance classCode="MMAT" determinerCode="KIND">'
        f"<name>{escape(s.text or '')}</name></ingredientSubstance></ingredient>"
        for s in substances
    )
    return (
        '<consumable typeCode="CSM"><instanceOfKind classCode="INST">'
        f'<kindOfProduct classCode="MMAT" determinerCode="KIND">{given}{parts}</kindOfProduct>'
        "</instanceOfKind></consumable>"
    )


def _role(drug: IcsrDrug) -> Iterator[str]:
    if drug.role:
        code = _code("role", drug.role.text)
        yield (
            '<component typeCode="COMP"><causalityAssessment classCode="OBS" moodCode="EVN">'
            f'<code code="20" codeSystem="{OID}19"/>'
            f'<value xsi:type="CE" code="{code}" codeSystem="{OID}13"/>'
            f"{_subject('subject2', 'productUseReference', 'SBADM', drug.key)}"
            "</causalityAssessment></component>\n"
        )


def _assessment(said: IcsrAssessment) -> str:
    value = _filled("value", said.result, "ST") if _given(said.result) else ""
    method = f"<methodCode>{_original(said.method)}</methodCode>" if said.method else ""
    author = ""
    if said.source:
        author = (
            '<author typeCode="AUT"><assignedEntity classCode="ASSIGNED">'
            f"<code>{_original(said.source)}</code></assignedEntity></author>"
        )
    return (
        '<component typeCode="COMP"><causalityAssessment classCode="OBS" moodCode="EVN">'
        f'<code code="39" codeSystem="{OID}19"/>{value}{method}{author}'
        f"{_subject('subject1', 'adverseEffectReference', 'OBS', said.reaction)}"
        f"{_subject('subject2', 'productUseReference', 'SBADM', said.drug)}"
        "</causalityAssessment></component>\n"
    )


def _subject(tag: str, inner: str, kind: str, key: str) -> str:
    return (
        f'<{tag} typeCode="SUBJ"><{inner} classCode="{kind}" moodCode="EVN">'
        f'<id root="{key}"/></{inner}></{tag}>'
    )


def _comment(author: str, comment: Value) -> str:
    return (
        '<component1 typeCode="COMP"><observationEvent classCode="OBS" moodCode="EVN">'
        f'<code code="10" codeSystem="{OID}19"/>'
        f"{_text(comment)}"
        '<author typeCode="AUT"><assignedEntity classCode="ASSIGNED">'
        f'<code code="{author}" codeSystem="{OID}21"/></assignedEntity></author>'
        "</observationEvent></component1>"
    )


def _hangs(tag: str, kind: str, inner: str) -> str:
    return f'<{tag} typeCode="{kind}">{inner}</{tag}>'


def _original(value: Value) -> str:
    return f"<originalText>{escape(value.text or '')}</originalText>"


def _named(tag: str, value: Value) -> str:
    kind = ' xsi:type="CE"' if tag == "value" else ""
    if not value or (value.text or "").startswith("MedDRA "):
        return f"<{tag}{kind}{_code_or_name(value)}/>"
    return f"<{tag}{kind}>{_original(value)}</{tag}>"


def _given(value: Value) -> bool:
    """Tell whether an element is written: for its value, or to say why there is none."""
    return value.text is not None or value.null is not None


def _filled(tag: str, value: Value, kind: str = "") -> str:
    """Return an element with a text, or with why there is none."""
    start = f'{tag} xsi:type="{kind}"' if kind else tag
    if value.text is None:
        return f'<{start} nullFlavor="{value.null}"/>'
    return f"<{start}>{escape(value.text)}</{tag}>"


def _text(value: Value) -> str:
    return _filled("value", value, "ED")


def _word(tag: str, words: str, value: Value, system: str) -> str:
    """Return an element with the code of a word, or with why there is none."""
    kind = ' xsi:type="CE"' if tag == "value" else ""
    if value.text is None:
        return f'<{tag}{kind} nullFlavor="{value.null}"/>'
    return f'<{tag}{kind} code="{_code(words, value.text)}" codeSystem="{OID}{system}"/>'


def _quoted(value: Value) -> str:
    return quoteattr(value.text or "")


def _bool(value: Value) -> str:
    if value.null:
        return f'<value xsi:type="BL" nullFlavor="{value.null}"/>'
    return f'<value xsi:type="BL" value="{"true" if value.text == "yes" else "false"}"/>'


def _pq(amount: Amount) -> str:
    return f'<value xsi:type="PQ" value="{amount.number}" unit="{amount.unit}"/>'


def _period(start: Value, stop: Value, length: Amount | None = None) -> str:
    width = f'<width value="{length.number}" unit="{length.unit}"/>' if length else ""
    low, high = _date("low", start), _date("high", stop)
    if not (low or high or width):
        return ""
    if length and low and high:  # an interval has two of the three; all of them are an expression
        parts = (
            f'<comp xsi:type="IVL_TS">{low}{high}</comp>'
            f'<comp xsi:type="IVL_TS" operator="A">{width}</comp>'
        )
        return f'<effectiveTime xsi:type="SXPR_TS">{parts}</effectiveTime>'
    inner = f"{low}{width}{high}"
    return f'<effectiveTime xsi:type="IVL_TS">{inner}</effectiveTime>'


def _date(tag: str, value: Value) -> str:
    if value.text:
        return f'<{tag} value="{value.text.replace("-", "")}"/>'
    return f'<{tag} nullFlavor="{value.null}"/>' if value.null else ""


def _value(tag: str, value: Value) -> str:
    return f'<{tag} value="{value.text}"/>' if value.text else ""


def _code(name: str, word: str | None) -> str:
    """Return the code of a word."""
    return CODES[name][word or ""]
