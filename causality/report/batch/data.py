"""What the report of a batch is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causality.assessment.method import Method
from causality.batch.summary import Summary
from causality.batch.work import Counts
from causality.scoring.model import Algorithm
from causality.wording.locale import count_text, number, share_text
from causality.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchData:
    """The tables scored in one run: their manifests, the counts and aggregates of all of them."""

    manifests: tuple[Mapping[str, Any], ...]
    counts: Counts
    summary: Summary
    method: Method


@dataclass(frozen=True, slots=True)
class Say:
    """A batch with the words to tell it in."""

    data: BatchData
    words: Words

    def count(self, number: int) -> str:
        """Return a number of rows."""
        return count_text(number, self.words)

    def days(self, days: float) -> str:
        """Return a number of days, to a tenth where it is not whole."""
        return number(f"{days:.1f}".removesuffix(".0"), self.words)

    def share(self, part: int, whole: int) -> str:
        """Return a part of some rows in per cent."""
        return share_text(part, whole, self.words)

    def category(self, algorithm: Algorithm, category: str) -> str:
        """Return a category as a person reads it."""
        return algorithm.categories[category].text(self.words.language)

    def fact(self, name: str) -> str:
        """Return the name of a fact, as it begins a line."""
        text = self.words(f"fact.{name}")
        return text[:1].upper() + text[1:]

    def drug(self, key: str, spelt: str) -> str:
        """Return a drug's name: of its substance where the knowledge holds it, else as written."""
        record = self.data.method.knowledge.drug(spelt) if spelt else None
        if record is None:
            return spelt or self.words("batch.other_drugs")
        return record.name_es if self.words.language == "es" else record.name_en
