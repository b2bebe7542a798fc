"""Read one report of E2B(R3): where each element stands in the HL7 message."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from causality.e2b.codes import code_lists
from causality.e2b.icsr import (
    NOTHING,
    Icsr,
    IcsrAssessment,
    IcsrCondition,
    IcsrDrug,
    IcsrPastDrug,
    IcsrPatient,
    IcsrReaction,
    IcsrTest,
    Value,
)
from causality.e2b.r3_drugs import read_drug
from causality.e2b.r3_tests import read_test
from causality.e2b.xml import (
    OIDS,
    Element,
    Node,
    Notes,
    amount,
    attribute,
    boolean,
    child,
    children,
    code_of,
    coded,
    key_of,
    line_of,
    long_text,
    name_of,
    named,
    related,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_CASE_ID, _WORLDWIDE = "2.16.840.1.113883.3.989.2.1.3.1", "2.16.840.1.113883.3.989.2.1.3.2"
_GROUPS = f"{OIDS}20"
_CHARACTERISTICS = f"{OIDS}23"
_AUTHORS = f"{OIDS}21"
_READABLE = frozenset({"eng", "spa", "en", "es"})
_SKIPPED = {  # observations of the patient that causality does not need
    "16": "D.2.2.1",
    "17": "D.4",
    "22": "D.6",
}
_PERSON = {"name": "D.1", "asIdentifiedEntity": "D.1.1", "role": "D.10"}
_OF_REACTION = {"37": "E.i.3.1", "24": "E.i.8"}
_READ_OF_REACTION = frozenset({"27", "30", "34", "21", "33", "35", "12", "26"})


def read_r3(report: Element) -> Icsr:
    """Return a report of E2B(R3).

    Parameters
    ----------
    report
        The element ``PORR_IN049016UV``.
    """
    return _Reader(report).icsr()


def version_r3(report: Element) -> Icsr:
    """Return only what tells versions of a report apart: numbers and dates."""
    return _Reader(report).head()


class _Reader:
    """Goes once through a report, part by part."""

    def __init__(self, report: Element) -> None:
        self.report = Node(report)
        self.process = child(self.report, "controlActProcess")
        self.event = child(self.process, "subject", "investigationEvent")
        self.notes = Notes()
        self.codes: dict[str, dict[str, str]] = code_lists()["r3"]
        self.patient: dict[str, Any] = {}
        self.causes: list[Value] = []
        self.conditions: list[IcsrCondition] = []
        self.history_text = NOTHING
        self.past_drugs: list[IcsrPastDrug] = []
        self.reactions: list[IcsrReaction] = []
        self.tests: list[IcsrTest] = []
        self.drugs: list[IcsrDrug] = []
        self.roles: dict[str, list[Value]] = {}
        self.assessments: list[IcsrAssessment] = []
        self.comments: dict[str, Value] = {}

    def head(self) -> Icsr:
        """Return the report without its contents."""
        return Icsr(**self._head())

    def _head(self) -> dict[str, Any]:
        event = self.event
        ids = {e.get("root"): attribute(e, "extension") for e in children(event, "id")}
        own = attribute(child(self.report, "id"), "extension")
        return {
            "form": "E2B(R3)",
            "line": line_of(self.report),
            "case_id": ids.get(_CASE_ID) or ids.get(_WORLDWIDE) or own,
            "worldwide_id": ids.get(_WORLDWIDE, NOTHING),
            "created": attribute(child(self.process, "effectiveTime")),
            "received": self.notes.date(child(event, "effectiveTime", "low"), "C.1.4"),
            "latest": self.notes.date(child(event, "availabilityTime"), "C.1.5"),
        }

    def icsr(self) -> Icsr:
        """Return the report."""
        event = self.event
        for part in children(event, "component"):
            assessment = child(part, "adverseEventAssessment")
            if assessment is not None:
                self._assessment(assessment)
        status, reason, report_type = self._characteristics()
        self._around(event)
        return Icsr(
            **self._head(),
            report_type=report_type,
            status=status,  # type: ignore[arg-type]
            reason=reason,
            narrative=long_text(child(event, "text")),
            reporter_comment=self.comments.get("3", NOTHING),
            sender_comment=self.comments.get("1", NOTHING),
            patient=IcsrPatient(**self.patient, causes_of_death=tuple(self.causes)),
            history_text=self.history_text,
            conditions=tuple(self.conditions),
            past_drugs=tuple(self.past_drugs),
            reactions=tuple(self.reactions),
            tests=tuple(self.tests),
            drugs=tuple(self._with_role(drug) for drug in self.drugs),
            assessments=tuple(self.assessments),
            unused=tuple(sorted(self.notes.unused)),
            remarks=tuple(self.notes.remarks),
        )

    def _with_role(self, drug: IcsrDrug) -> IcsrDrug:
        """Return a drug with its role; drugs of one identifier have theirs in order."""
        roles = self.roles.get(drug.key, [])
        role = NOTHING if not roles else roles[0] if len(roles) == 1 else roles.pop(0)
        return replace(drug, role=role)

    def _characteristics(self) -> tuple[str | None, Value, Value]:
        """Return nullification or amendment, its reason, and the type of report."""
        status, reason, report_type = None, NOTHING, NOTHING
        for entry in children(self.event, "subjectOf2", "investigationCharacteristic"):
            code, value = code_of(entry, _CHARACTERISTICS), child(entry, "value")
            if code == "1":
                report_type = attribute(value, "code")
            elif code == "3":
                found = self.notes.word(self.codes["status"], attribute(value, "code"), "C.1.11.1")
                status = found.text
            elif code == "4":
                reason = text_of(child(value, "originalText")) or text_of(value)
        return status, reason, report_type

    def _around(self, event: Node | None) -> None:
        """Note what stands around the assessment and is not read."""
        notes = self.notes
        for number, path in {
            "C.1.6.1 / C.4": ("reference",),
            "C.1.10": ("outboundRelationship", "relatedInvestigation"),
            "C.3": ("subjectOf1", "controlActEvent", "author"),
        }.items():
            if children(event, *path):
                notes.skip(number)
        for part in children(event, "component", "observationEvent"):
            code = code_of(part)
            if code == "36":
                notes.skip("H.5")
            elif code not in ("1", "23"):
                notes.skip(name_of(part))

    # The patient and what hangs on the patient.

    def _assessment(self, element: Node) -> None:
        role = child(element, "subject1", "primaryRole")
        self._person(child(role, "player1"))
        if child(role, "subjectOf1", "researchStudy") is not None:
            self.notes.skip("C.5")
        for part in children(role, "subjectOf2"):
            observation, organizer = child(part, "observation"), child(part, "organizer")
            if observation is not None:
                self._patient_observation(observation)
            elif organizer is not None:
                self._organizer(organizer)
        for part in children(element, "component", "causalityAssessment"):
            self._causality(part)
        for part in children(element, "component1", "observationEvent"):
            self._comment(part)

    def _person(self, person: Node | None) -> None:
        if person is None:
            return
        sex = attribute(child(person, "administrativeGenderCode"), "code")
        self.patient["sex"] = self.notes.word(self.codes["sex"], sex, "D.5")
        self.patient["born"] = self.notes.date(child(person, "birthTime"), "D.2.1")
        self.patient["died"] = self.notes.date(child(person, "deceasedTime"), "D.9.1")
        self.notes.skip_inside(person, _PERSON)

    def _patient_observation(self, element: Node) -> None:
        code, value = code_of(element), child(element, "value")
        if code == "29":
            self._reaction(element)
        elif code == "3":
            self.patient["age"] = amount(value)
        elif code == "4":
            self.patient["age_group"] = coded(value)
        elif code == "7":
            self.patient["weight_kg"] = attribute(value)
        elif code == "32":
            self.causes.append(named(value))
        elif code == "5":
            for part in children(element, "outboundRelationship2", "observation"):
                self.causes.append(named(child(part, "value")))
        else:
            self.notes.skip(_SKIPPED.get(code or "", name_of(element)))

    def _organizer(self, element: Node) -> None:
        readers: dict[str | None, tuple[str, Callable[[Node], None]]] = {
            "1": ("observation", self._condition),
            "2": ("substanceAdministration", self._past_drug),
            "3": ("observation", self._test),
            "4": ("substanceAdministration", self._drug),
        }
        found = readers.get(code_of(element, _GROUPS))
        if found is None:
            self.notes.skip(name_of(element))
            return
        tag, reader = found
        for part in children(element, "component", tag):
            reader(part)

    def _condition(self, element: Node) -> None:
        code = code_of(element)
        if code == "18":
            self.history_text = long_text(child(element, "value"))
            return
        if code == "11":
            self.notes.skip("D.7.3")
            return
        parts = dict(related(element))
        time = child(element, "effectiveTime")
        self.conditions.append(
            IcsrCondition(
                term=named(child(element, "code")),
                start=self.notes.date(child(time, "low"), "D.7.1.r.2"),
                stop=self.notes.date(child(time, "high"), "D.7.1.r.4"),
                continuing=boolean(parts.get("13")),
                comment=text_of(parts.get("10")),
                family=boolean(parts.get("38")).text == "yes",
            )
        )

    def _past_drug(self, element: Node) -> None:
        time, parts = child(element, "effectiveTime"), dict(related(element))
        product = child(element, "consumable", "instanceOfKind", "kindOfProduct")
        self.past_drugs.append(
            IcsrPastDrug(
                name=text_of(child(product, "name")),
                start=self.notes.date(child(time, "low"), "D.8.r.4"),
                stop=self.notes.date(child(time, "high"), "D.8.r.5"),
                indication=named(parts.get("19")),
                reaction=named(parts.get("29")),
            )
        )

    def _reaction(self, element: Node) -> None:
        time, value = child(element, "effectiveTime"), child(element, "value")
        parts = dict(related(element))
        start, stop, duration = self.notes.period(time, "E.i.4", "E.i.5")
        original = child(value, "originalText")
        native, translated = text_of(original), text_of(parts.get("30"))
        code = coded(value)
        for other in parts.keys() - _READ_OF_REACTION:
            self.notes.skip(_OF_REACTION.get(other, f"E.i ({other})"))
        self.notes.skip_inside(element, {"location": "E.i.9"})
        readable = original is not None and original.get("language", "eng").lower() in _READABLE
        name = code if not (code.text or "").startswith("MedDRA ") else NOTHING
        term = translated or (native if readable else NOTHING) or name or native or code
        outcome = attribute(parts.get("27"), "code")
        self.reactions.append(
            IcsrReaction(
                key=key_of(element) or f"#{len(self.reactions) + 1}",
                term=term,
                native=native if native.text != term.text else NOTHING,
                coded=code,
                start=start,
                stop=stop,
                duration=duration,
                outcome=self.notes.word(self.codes["outcome"], outcome, "E.i.7"),
                seriousness=tuple(
                    word
                    for code, word in self.codes["seriousness"].items()
                    if boolean(parts.get(code)).text == "yes"
                ),
                line=line_of(element),
            )
        )

    def _test(self, element: Node) -> None:
        self.tests.append(read_test(element, self.notes))

    def _drug(self, element: Node) -> None:
        self.drugs.append(read_drug(element, self.notes, len(self.drugs) + 1))

    # What was assessed and said.

    def _causality(self, element: Node) -> None:
        code, value = code_of(element), child(element, "value")
        drug = key_of(child(element, "subject2", "productUseReference"))
        if code == "20":
            role = attribute(value, "code")
            self.roles.setdefault(drug, []).append(
                self.notes.word(self.codes["role"], role, "G.k.1")
            )
            return
        if code != "39":
            self.notes.skip(name_of(element))
            return
        author = child(element, "author", "assignedEntity", "code")
        self.assessments.append(
            IcsrAssessment(
                drug=drug,
                reaction=key_of(child(element, "subject1", "adverseEffectReference")),
                source=named(author),
                method=named(child(element, "methodCode")),
                result=text_of(value) or named(value),
            )
        )

    def _comment(self, element: Node) -> None:
        author = code_of(child(element, "author", "assignedEntity"), _AUTHORS)
        code = code_of(element)
        if code == "10" and author in ("1", "3"):
            self.comments[author] = long_text(child(element, "value"))
        else:
            self.notes.skip("H.3" if code == "15" else name_of(element))
