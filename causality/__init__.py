"""Causality assessment of suspected drug-induced vasculitis from a dated timeline."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from causality.batch.frame import BatchResult, score_table

__version__ = "0.1.0"
__all__ = ["BatchResult", "__version__", "score_table"]


def __getattr__(name: str) -> Any:
    """Import what scores tables only when it is asked for."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from causality.batch import frame  # noqa: PLC0415 - one case does without it

    return getattr(frame, name)
