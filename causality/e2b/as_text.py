"""A case file as YAML text, as a person would write it."""

from typing import Any

import yaml

from causality.document import Document

_ORDER = (
    "case_id",
    "title",
    "patient",
    "anchors",
    "drugs",
    "reactions",
    "conditions",
    "investigations",
    "past_drugs",
    "assessor",
    "icsr",
)


class _Dumper(yaml.SafeDumper):
    """Writes text without quotation marks where the reader takes it as text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


# Only what the reader of case files would take as no value needs marks.
_Dumper.yaml_implicit_resolvers = {
    sign: [entry for entry in entries if entry[0] == "tag:yaml.org,2002:null"]
    for sign, entries in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
_Dumper.add_representer(str, _text)


def case_yaml(document: Document) -> str:
    """Return a case file as text, in the order of the template."""
    value: dict[str, Any] = document.value
    ordered = {key: value[key] for key in _ORDER if key in value}
    ordered.update(value)
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
