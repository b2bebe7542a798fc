"""``causality schema``: print the JSON Schema of a file."""

import json
from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from causality.batch.contract import row_schema
from causality.case.model import Case
from causality.cli.output import write_data
from causality.scoring.model import Algorithm, Variant

DRAFT = "https://json-schema.org/draft/2020-12/schema"


What = Literal["case", "algorithm", "batch"]


def run(what: What) -> None:
    """Print the schema."""
    write_data(json.dumps(schema_of(what), indent=2, ensure_ascii=False) + "\n")


def schema_of(what: What) -> dict[str, Any]:
    """Return the JSON Schema of a case or an algorithm file, or of a row of a batch."""
    if what == "case":
        return {"$schema": DRAFT, **Case.model_json_schema()}
    if what == "batch":
        return {"$schema": DRAFT, **row_schema()}
    _, schema = models_json_schema([(Algorithm, "validation"), (Variant, "validation")])
    return {
        "$schema": DRAFT,
        "title": "Algorithm",
        "type": "object",
        "if": {"required": ["parent"]},  # a variant is its parent and what differs
        "then": {"$ref": "#/$defs/Variant"},
        "else": {"$ref": "#/$defs/Algorithm"},
        **schema,
    }
