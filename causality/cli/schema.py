"""``causality schema``: print the JSON Schema of a file."""

import json
from typing import Any, Literal

from causality.case.model import Case
from causality.cli.output import write_data
from causality.scoring.model import Algorithm

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def run(what: Literal["case", "algorithm"]) -> None:
    """Print the schema."""
    write_data(json.dumps(schema_of(what), indent=2, ensure_ascii=False) + "\n")


def schema_of(what: Literal["case", "algorithm"]) -> dict[str, Any]:
    """Return the JSON Schema of a case or an algorithm file."""
    model = Case if what == "case" else Algorithm
    return {"$schema": DRAFT, **model.model_json_schema()}
