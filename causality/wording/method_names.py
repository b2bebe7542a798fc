"""Names of methods as texts."""

from causality.scoring.model import OwnId
from causality.words import Words


def method_name(algorithm: str, words: Words) -> str:
    """Return the short name of a method, else its id; that of a user's own file is marked."""
    key = f"method.{algorithm}"
    name = words(key) if words.has(key) else str(algorithm)
    return f"{name} ({words('report.own_file')})" if isinstance(algorithm, OwnId) else name
