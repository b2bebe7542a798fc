"""What holds for every fact that a test of the evidence makes."""

import re
from typing import Any

import pytest

from causality.evidence.fact import Fact
from causality.words import Words

WORDS = Words("en")
_MADE_UP = re.compile(r"[a-z]|rule|[a-z_]+\.test")


@pytest.fixture(autouse=True)
def _every_rule_has_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fact comes about whose reason could not be told, but for rules that a test makes up."""
    make = Fact.__init__

    def checked(self: Fact, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        assert _MADE_UP.fullmatch(self.rule) or WORDS.has(f"rule.{self.rule}"), self.rule
        assert all(WORDS.has(f"flag.{code}") for code, _ in self.flags), self.flags

    monkeypatch.setattr(Fact, "__init__", checked)
