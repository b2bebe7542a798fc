"""The public samples that stand beside the checkout; tests that need them skip without them."""

from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "e2b"
SCHEMA = SAMPLES / "schema" / "multicacheschemas" / "MCCI_IN200100UV01.xsd"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not here")


def sample(*parts: str) -> Path:
    return SAMPLES.joinpath(*parts)
