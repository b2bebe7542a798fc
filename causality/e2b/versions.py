"""Which reports have a later version: it counts, and they are only listed.

The messages are gone through for it before anything is read. What is remembered of each report is
eight bytes, so that memory does not grow with what they say; only of those whose number is met
twice it is looked at which is the later one.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from causality.e2b.icsr import Icsr
from causality.e2b.parsing import R3_REPORT, Fragment
from causality.e2b.r2 import version_r2
from causality.e2b.r3 import version_r3
from causality.e2b.stream import Message
from causality.errors import InputError

Place = tuple[int, int]
"""Of the file among the messages, and of the report in the file."""
Cut = Callable[[Message], Iterable[Fragment]]
_WORD = 8


class _Version(NamedTuple):
    """What decides which of two versions of a report is the later one."""

    latest: str
    version: int
    created: str
    place: Place
    name: str = ""


def head_of(fragment: Fragment) -> Icsr:
    """Return a report without its contents.

    Raises
    ------
    InputError
        E806 to E810 when it cannot be read.
    """
    root = fragment.root
    return version_r3(root) if str(root.tag).endswith(R3_REPORT) else version_r2(root)


def later_versions(messages: Sequence[Message], cut: Cut) -> Mapping[Place, str]:
    """Return the name of the latest version for every report that is not the latest itself.

    Parameters
    ----------
    cut
        Gives the reports of a message.
    """
    if len(messages) == 1 and _single(cut(messages[0])):
        return {}
    hashes = array("Q", (_hash(_key(fragment)) for _, fragment in _all(messages, cut)))
    ordered = sorted(hashes)
    double = {b for a, b in pairwise(ordered) if a == b and a}
    if not double:
        return {}
    return _superseded(
        version
        for known, (place, fragment) in zip(hashes, _all(messages, cut), strict=True)
        if known in double
        for version in _versions(fragment, place)
    )


def _superseded(versions: Iterable[tuple[str, _Version]]) -> Mapping[Place, str]:
    latest: dict[str, _Version] = {}
    others: dict[Place, str] = {}
    for key, version in versions:
        last = latest.setdefault(key, version)
        if version > last:
            latest[key] = version
            others[last.place] = key
        elif version is not last:
            others[version.place] = key
    return {place: latest[key].name for place, key in others.items()}


def _single(reports: Iterable[Fragment]) -> bool:
    """Tell whether a file holds one report, so that there is nothing to compare it with."""
    found = iter(reports)
    next(found, None)
    return next(found, None) is None


def _all(messages: Sequence[Message], cut: Cut) -> Iterator[tuple[int, Fragment]]:
    for place, message in enumerate(messages):
        for fragment in cut(message):
            yield place, fragment


def _key(fragment: Fragment) -> str:
    """Return the number of a report (C.1.1), empty where it has none that can be read."""
    try:
        return head_of(fragment).case_id.text or ""
    except InputError:
        return ""


def _hash(key: str) -> int:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_WORD).digest()
    return int.from_bytes(digest, "little") if key else 0


def _versions(fragment: Fragment, place: int) -> Iterator[tuple[str, _Version]]:
    report = head_of(fragment)
    number = report.version.text or ""
    yield (
        report.case_id.text or "",
        _Version(
            (report.latest.text or "").ljust(10),
            int(number) if number.isdecimal() and number.isascii() else 0,
            report.created.text or "",
            (place, fragment.number),
            f"{fragment.file}#{fragment.number}",
        ),
    )
