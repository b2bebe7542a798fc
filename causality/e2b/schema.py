"""Check reports against the XSD set of ICH, which the user has and this project does not ship."""

from pathlib import Path
from typing import Any

from causality.e2b.parsing import HL7, R3_REPORT, R3_ROOT, Fragment, xml_library
from causality.errors import Problem, UsageError

_MOST_ERRORS = 20
_TYPE = "PORR_IN049016UV.MCCI_MT000100UV01.Message"
# One report alone is checked: the batch around it is not part of what is assessed.
_WRAPPER = f"""\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{HL7}" targetNamespace="{HL7}"
           elementFormDefault="qualified">
  <xs:include schemaLocation="{{location}}"/>
  <xs:element name="root"><xs:complexType><xs:sequence>
    <xs:element name="{R3_REPORT}" type="{_TYPE}"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


class Schema:
    """The XSD set of E2B(R3).

    Parameters
    ----------
    folder
        Where it is, itself or in a folder below.

    Raises
    ------
    UsageError
        E837 when there is none, or none that can be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        etree = xml_library()
        found = sorted(folder.rglob(f"{R3_ROOT}.xsd")) if folder.is_dir() else []
        if not found:
            reason = f"{R3_ROOT}.xsd"
            raise UsageError([Problem(code="E837", file=str(folder), params={"reason": reason})])
        text = _WRAPPER.format(location=found[0].resolve().as_uri())
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        try:
            self._schema: Any = etree.XMLSchema(etree.fromstring(text.encode(), parser))
        except etree.XMLSchemaParseError as error:
            params = {"reason": str(error)[:200]}
            raise UsageError([Problem(code="E837", file=str(folder), params=params)]) from error

    def problems(self, fragment: Fragment) -> list[Problem]:
        """Return where a report of E2B(R3) does not conform; nothing for one of E2B(R2)."""
        report = fragment.root
        if not str(report.tag).endswith(R3_REPORT):
            return []
        if self._schema.validate(report.getparent()):
            return []
        return [
            fragment.problem("E839", fragment.line + entry.line - 1, reason=entry.message)
            for entry in list(self._schema.error_log)[:_MOST_ERRORS]
        ]
