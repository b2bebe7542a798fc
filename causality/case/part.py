"""What every part of a case has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

_ID_PATTERN = r"^[^\s.@,/]+$"
Id = Annotated[str, Field(pattern=_ID_PATTERN, max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Part(BaseModel):
    """A part of a case: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # only the whole case is validated: build one validator, not twenty
    )

    @model_validator(mode="before")
    @classmethod
    def _not_reported(cls, value: object) -> object:
        """Take a key without a value as left out."""
        if not isinstance(value, dict) or None not in value.values():
            return value
        return {key: item for key, item in value.items() if item is not None}
