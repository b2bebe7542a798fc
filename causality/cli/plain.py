"""Text of a file as a terminal may print it: without the signs that steer a terminal."""

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Co", "Cs"})


def plain(text: str) -> str:
    """Return text with control, bidirectional and private signs shown as a replacement sign."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(sign) in _STEERING else sign for sign in text)
