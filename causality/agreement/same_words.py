"""Words of two columns for one category of the packaged methods: ``definite``, ``Definida``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from causality.scoring.load import default_algorithms, load_algorithm
from causality.scoring.model import Algorithm


class Method(NamedTuple):
    """The words of a method with the category of each, and the degree each stands for."""

    categories: Mapping[str, str]
    levels: Mapping[str, int | None]


def by_word(algorithm: Algorithm) -> dict[str, str]:
    """Return categories by their ids and, where they leave no doubt, their labels."""
    labels: dict[str, set[str]] = {}
    for name, category in algorithm.categories.items():
        for label in (category.en, category.es):
            labels.setdefault(label.casefold(), set()).add(name)
    clear = {label: next(iter(names)) for label, names in labels.items() if len(names) == 1}
    return {**clear, **{name.casefold(): name for name in algorithm.categories}}


def same_words(words: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of words that are one category, each in the order of the words.

    Two words are one category when a packaged method calls it by both. Where a method has all the
    words that any of them has, it decides; else a word that stands for two degrees, and words that
    another method tells apart, are left as they are.
    """
    wanted = tuple(dict.fromkeys(words))
    every = packaged_methods()
    all_of_them = _with_all(wanted, every)
    methods = all_of_them or every
    groups: list[list[str]] = []
    for word in wanted:
        joined = [group for group in groups if any(_same(word, other, methods) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(other for group in joined for other in group), word])
    return tuple(
        tuple(group)
        for group in groups
        if len(group) > 1
        and not _told_apart(group, methods)
        and (all_of_them or not _of_two_degrees(group, methods))
    )


def from_several_methods(words: Iterable[str]) -> bool:
    """Tell whether words are of the packaged methods and no single one has them all."""
    wanted, methods = tuple(words), packaged_methods()
    known = any(word.casefold() in m.categories for word in wanted for m in methods)
    return known and not _with_all(wanted, methods)


def packaged_methods() -> Sequence[Method]:
    """Return the words of every method of this installation."""
    found = []
    for name in default_algorithms():
        algorithm = load_algorithm(name)[0]
        categories = by_word(algorithm)
        levels = {word: algorithm.level(category) for word, category in categories.items()}
        found.append(Method(categories, levels))
    return found


def _with_all(words: Iterable[str], methods: Sequence[Method]) -> list[Method]:
    """Return the methods that have every word that any of them has."""
    folded = {word.casefold() for word in words}
    known = {word for word in folded if any(word in m.categories for m in methods)}
    return [method for method in methods if known and known <= set(method.categories)]


def _same(one: str, other: str, methods: Sequence[Method]) -> bool:
    pairs = (
        (m.categories.get(one.casefold()), m.categories.get(other.casefold())) for m in methods
    )
    return any(first is not None and first == second for first, second in pairs)


def _told_apart(group: Sequence[str], methods: Sequence[Method]) -> bool:
    folded = [word.casefold() for word in group]
    return any(
        len({m.categories[word] for word in folded if word in m.categories}) > 1 for m in methods
    )


def _of_two_degrees(group: Sequence[str], methods: Sequence[Method]) -> bool:
    folded = [word.casefold() for word in group]
    return len({m.levels[word] for m in methods for word in folded if word in m.levels}) > 1
