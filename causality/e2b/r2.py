"""Read one report of E2B(R2): messages 2.1 and 2.2, and the public FAERS files.

Element numbers in remarks are those of E2B(R3), so that both versions read alike.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from causality.e2b.codes import code_lists
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
    Value,
)
from causality.e2b.r2_part import Part
from causality.e2b.times import iso_date_r2
from causality.e2b.xml import Element, Notes

_CONTINUING = {"1": "yes", "2": "no"}
_NUMBERS = {  # of what has one; the rest of what is not read is named by its tag
    "patientinitial": "D.1",
    "patientheight": "D.4",
    "patientlastmenstrualdate": "D.6",
    "gestationperiod": "D.2.2.1",
    "parent": "D.10",
    "termhighlighted": "E.i.3.1",
    "drugcumulativedosagenumb": "G.k.5",
    "reactiongestationperiod": "G.k.6",
    "obtaindrugcountry": "G.k.2.4",
    "drugauthorizationnumb": "G.k.3.1",
    "drugdosageform": "G.k.4.r.9.1",
    "drugparadministration": "G.k.4.r.11.1",
    "senderdiagnosis": "H.3",
}
# Tags that go with another one: forms of dates, versions of MedDRA, units of numbers.
_BESIDE = ("format", "version", "versionllt", "versionpt", "unit")
_OF_DOSE = frozenset(
    {
        "drugstartdate",
        "drugenddate",
        "drugtreatmentduration",
        "drugstructuredosagenumb",
        "drugdosagetext",
        "drugadministrationroute",
        "drugbatchnumb",
    }
)
"""Children of a drug of which one at least makes a dosage block."""
_SERIOUSNESS = {
    "seriousnessdeath": "death",
    "seriousnesslifethreatening": "life_threatening",
    "seriousnesshospitalization": "hospitalisation",
    "seriousnessdisabling": "disability",
    "seriousnesscongenitalanomali": "congenital_anomaly",
    "seriousnessother": "other_medically_important",
}


def read_r2(report: Element) -> Icsr:
    """Return a report of E2B(R2).

    Parameters
    ----------
    report
        The element ``safetyreport``.
    """
    return _Reader(report).icsr()


def version_r2(report: Element) -> Icsr:
    """Return only what tells versions of a report apart: numbers and dates."""
    return _Reader(report).head()


class _Reader:
    """Goes once through a report, part by part."""

    def __init__(self, report: Element) -> None:
        self.report = Part(report)
        self.patient = self.report.part("patient")
        self.serious = tuple(
            word for tag, word in _SERIOUSNESS.items() if self.report.word(tag) == "1"
        )
        self.notes = Notes()
        self.codes: dict[str, dict[str, str]] = code_lists()["r2"]
        self.assessments: list[IcsrAssessment] = []
        self.names: dict[str, set[str]] = {}  # of each reaction, to find the one that is meant

    def head(self) -> Icsr:
        """Return the report without its contents."""
        return Icsr(**self._head())

    def _head(self) -> dict[str, Any]:
        report = self.report
        own, company = report.text("safetyreportid"), report.text("companynumb")
        authority = report.text("authoritynumb")
        return {
            "form": "E2B(R2)",
            "line": report.line,
            "case_id": own or company or authority,
            "worldwide_id": authority or company,
            "version": report.text("safetyreportversion"),
            "created": report.text("transmissiondate"),
            "received": self._date(report, "receivedate", "C.1.4"),
            "latest": self._date(report, "receiptdate", "C.1.5"),
        }

    def icsr(self) -> Icsr:
        """Return the report."""
        report, patient = self.report, self.patient
        reactions = [self._reaction(n, part) for n, part in enumerate(patient.parts("reaction"), 1)]
        drugs = [self._drug(n, part, reactions) for n, part in enumerate(patient.parts("drug"), 1)]
        summary = patient.part("summary")
        self._skip(patient)
        self._skip(summary)
        return Icsr(
            **self._head(),
            report_type=report.text("reporttype"),
            status="nullification" if report.word("casenullification") == "1" else None,
            reason=report.text("nullificationreason"),
            narrative=summary.long("narrativeincludeclinical"),
            reporter_comment=summary.long("reportercomment"),
            sender_comment=summary.long("sendercomment"),
            patient=self._patient(),
            history_text=patient.long("patientmedicalhistorytext"),
            conditions=tuple(self._condition(p) for p in patient.parts("medicalhistoryepisode")),
            past_drugs=tuple(self._past_drug(p) for p in patient.parts("patientpastdrugtherapy")),
            reactions=tuple(reactions),
            tests=tuple(self._test(p) for p in patient.parts("test")),
            drugs=tuple(drugs),
            assessments=tuple(self.assessments),
            unused=tuple(sorted(self.notes.unused)),
            remarks=tuple(self.notes.remarks),
        )

    def _date(self, part: Part, tag: str, number: str) -> Value:
        found = part.text(tag)
        if not found.text:
            return found
        date = iso_date_r2(found.text, part.word(f"{tag}format"))
        if date is None:
            self.notes.remark("E811", number, found)
            return NOTHING
        return Value(date, None, found.line)

    def _skip(self, part: Part) -> None:
        """Note the children of a part that are not read."""
        self.notes.skip(*_not_read(part.tags))

    def _patient(self) -> IcsrPatient:
        patient = self.patient
        death = patient.part("patientdeath")
        causes = [
            *(p.term("patientdeathreport") for p in death.parts("patientdeathcause")),
            *(p.term("patientdetermineautopsy") for p in death.parts("patientautopsy")),
        ]
        sex = patient.text("patientsex")
        if sex.text in ("0", "9"):  # unknown, not specified
            sex = Value(None, "UNK", sex.line)
        return IcsrPatient(
            age=patient.amount("patientonsetage", "patientonsetageunit"),
            born=self._date(patient, "patientbirthdate", "D.2.1"),
            sex=self.notes.word(self.codes["sex"], sex, "D.5"),
            weight_kg=patient.text("patientweight"),
            died=self._date(death, "patientdeathdate", "D.9.1"),
            causes_of_death=tuple(causes),
        )

    def _condition(self, part: Part) -> IcsrCondition:
        continuing = part.text("patientmedicalcontinue")
        if continuing.text == "3":
            continuing = Value(None, "UNK", continuing.line)
        return IcsrCondition(
            term=part.term("patientepisodename"),
            start=self._date(part, "patientmedicalstartdate", "D.7.1.r.2"),
            stop=self._date(part, "patientmedicalenddate", "D.7.1.r.4"),
            continuing=self.notes.word(_CONTINUING, continuing, "D.7.1.r.3"),
            comment=part.text("patientmedicalcomment"),
        )

    def _past_drug(self, part: Part) -> IcsrPastDrug:
        return IcsrPastDrug(
            name=part.text("patientdrugname"),
            start=self._date(part, "patientdrugstartdate", "D.8.r.4"),
            stop=self._date(part, "patientdrugenddate", "D.8.r.5"),
            indication=part.term("patientdrugindication"),
            reaction=part.term("patientdrugreaction"),
        )

    def _reaction(self, number: int, part: Part) -> IcsrReaction:
        self._skip(part)
        coded = part.term("reactionmeddrapt", "reactionmeddrallt")
        name = coded if not (coded.text or "").startswith("MedDRA ") else NOTHING
        reported = part.text("primarysourcereaction")
        term = reported or name or coded
        terms = (reported, *(part.term(tag) for tag in ("reactionmeddrapt", "reactionmeddrallt")))
        self.names[str(number)] = {t.text.casefold() for t in terms if t.text}
        return IcsrReaction(
            key=str(number),
            term=term,
            coded=coded,
            start=self._date(part, "reactionstartdate", "E.i.4"),
            stop=self._date(part, "reactionenddate", "E.i.5"),
            duration=part.amount("reactionduration", "reactiondurationunit"),
            outcome=self.notes.word(self.codes["outcome"], part.text("reactionoutcome"), "E.i.7"),
            seriousness=self.serious,  # E2B(R2) has it for all reactions together
            line=part.line,
        )

    def _test(self, part: Part) -> IcsrTest:
        unit, result = part.word("testunit"), part.text("testresult")
        text = result._replace(text=f"{result.text} {unit}".strip()) if result.text else result
        more = part.text("testcomments")
        return IcsrTest(
            name=part.term("testname"),
            date=self._date(part, "testdate", "F.r.1"),
            value=text,
            number=_number(result),
            low=_number(part.text("lowtestrange")),
            high=_number(part.text("hightestrange")),
            comment=more,
            line=part.line,
        )

    # Drugs.

    def _drug(self, number: int, part: Part, reactions: list[IcsrReaction]) -> IcsrDrug:
        key = str(number)
        self._skip(part)
        substances = tuple(p.text("activesubstancename") for p in part.parts("activesubstance"))
        self._assessments(key, part, reactions)
        role = part.text("drugcharacterization")
        action = part.text("actiondrug")
        indication = part.term("drugindication")
        extra = part.text("drugadditional")
        return IcsrDrug(
            key=key,
            name=part.text("medicinalproduct"),
            substances=tuple(s for s in substances if s),
            role=self.notes.word(self.codes["role"], role, "G.k.1"),
            indications=(indication,) if indication else (),
            doses=tuple(self._doses(part)),
            action=self.notes.word(self.codes["action"], action, "G.k.8"),
            pairs=tuple(self._pairs(part, reactions)),
            additional=(extra,) if extra and not extra.text.isdigit() else (),  # type: ignore[union-attr]
            line=part.line,
        )

    def _doses(self, part: Part) -> Iterator[IcsrDose]:
        """Yield the one dosage block, when it says anything."""
        if _OF_DOSE.isdisjoint(part.tags):
            return
        interval = part.text("drugintervaldosagedefinition")
        every = part.amount("drugintervaldosageunitnumb", "drugintervaldosagedefinition")
        if every is None and interval.text in code_lists()["dosing_words"]:
            every = Amount("1", interval.text or "", interval.line)
        route = part.text("drugadministrationroute")
        text = part.text("drugdosagetext")
        dose = IcsrDose(
            start=self._date(part, "drugstartdate", "G.k.4.r.4"),
            stop=self._date(part, "drugenddate", "G.k.4.r.5"),
            duration=part.amount("drugtreatmentduration", "drugtreatmentdurationunit"),
            dose=part.amount("drugstructuredosagenumb", "drugstructuredosageunit"),
            every=_times(part.text("drugseparatedosagenumb"), every),
            text=text,
            route=_route(route),
            batch=part.text("drugbatchnumb"),
            line=part.line,
        )
        said = (dose.start, dose.stop, dose.text, dose.route, dose.batch)
        if any(value.text for value in said) or dose.duration or dose.dose:
            yield dose

    def _pairs(self, part: Part, reactions: list[IcsrReaction]) -> Iterator[IcsrPair]:
        """Yield intervals and recurrence.

        E2B(R2) has one of each per drug: intervals are those of the first reaction, and a
        recurrence names its reaction, or means all of them where it names none.
        """
        first = part.amount("drugstartperiod", "drugstartperiodunit")
        last = part.amount("druglastperiod", "druglastperiodunit")
        code = part.text("drugrecurreadministration")
        again = self.notes.word(self.codes["recurrence"], code, "G.k.9.i.4")
        meant = self._meant(part, reactions) if again else ()
        for number, reaction in enumerate(reactions):
            recurrence = again if reaction.key in meant else NOTHING
            own = (first, last) if number == 0 else (None, None)
            if any(own) or recurrence:
                yield IcsrPair(
                    reaction=reaction.key,
                    since_first=own[0],
                    since_last=own[1],
                    recurrence=recurrence,
                )

    def _meant(self, part: Part, reactions: list[IcsrReaction]) -> Collection[str]:
        """Return the keys of the reactions that a recurrence is about; remark which it is not."""
        terms = [entry.term("drugrecuraction") for entry in part.parts("drugrecurrence")]
        named = [term for term in terms if term]
        if not named:
            return [reaction.key for reaction in reactions]
        found = {key for term in named if (key := self._matching(term)) is not None}
        others = "; ".join(r.term.text or r.key for r in reactions if r.key not in found)
        if others:
            told = "; ".join(dict.fromkeys(term.text or "" for term in named))
            self.notes.remark("E830", "G.k.9.i.4", named[0]._replace(text=told), others)
        return found

    def _matching(self, term: Value) -> str | None:
        """Return the key of the first reaction that has a term, by name or code."""
        wanted = (term.text or "").casefold()
        return next((key for key, names in self.names.items() if wanted in names), None)

    def _assessments(self, key: str, part: Part, reactions: list[IcsrReaction]) -> None:
        """Keep the assessments of a drug; one that names no reaction is of the first."""
        for entry in part.parts("drugreactionrelatedness"):
            term = entry.term("drugreactionasses")
            about = self._matching(term) or term.text if term else None
            for reaction in [about] if about else [r.key for r in reactions[:1]]:
                self.assessments.append(
                    IcsrAssessment(
                        drug=key,
                        reaction=reaction,
                        source=entry.text("drugassessmentsource"),
                        method=entry.text("drugassessmentmethod"),
                        result=entry.text("drugresult"),
                    )
                )


@lru_cache(1 << 12)
def _not_read(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is not read of the children of a part, by their tags."""
    read = code_lists()["r2_tags"]
    left = [tag for tag in tags if tag not in read]
    return tuple(_NUMBERS.get(t, t) for t in left if t in _NUMBERS or not t.endswith(_BESIDE))


def _route(value: Value) -> Value:
    if not value.text:
        return value
    return value._replace(text=code_lists()["routes"].get(value.text, value.text))


def _times(times: Value, every: Amount | None) -> Amount | None:
    """Return the interval between single doses: two a day are one every half day."""
    if not times.text or every is None or times.text == "1":
        return every
    count, length = _number(times), _number(Value(every.number))
    if not count or length is None:
        return every
    return every._replace(number=f"{length / count:.3g}")


def _number(value: Value) -> float | None:
    try:
        return float(value.text or "")
    except ValueError:
        return None
