"""Check what a variant changes against its parent, and say where in the variant's own file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from causality.document import Document, Path_
from causality.errors import Problem
from causality.scoring.model import Algorithm, Variant


def check_variant(variant: Variant, parent: Algorithm, document: Document) -> list[Problem]:
    """Return what a variant changes that its parent does not have, or changes twice."""
    return list(_faults(variant, parent, document))


def _faults(variant: Variant, parent: Algorithm, document: Document) -> Iterator[Problem]:
    if variant.id == parent.id:
        yield document.problem("E532", ("id",), found=variant.id)
    for name, change in variant.questions.items():
        path: Path_ = ("questions", name)
        if name not in parent.questions:
            allowed = ", ".join(parent.questions)
            yield document.problem_at_key(
                "E525", path, found=name, parent=parent.id, allowed=allowed
            )
            continue
        codes = Counter(option.code for option in parent.questions[name].options)
        changed: set[int | str] = set()
        for number, option in enumerate(change.options):
            where = (*path, "options", number, "code")
            if option.code not in codes:
                allowed = ", ".join(str(code) for code in codes)
                yield document.problem(
                    "E525", where, found=option.code, parent=parent.id, allowed=allowed
                )
            elif codes[option.code] > 1:
                yield document.problem("E527", where, found=option.code, parent=parent.id)
            elif option.code in changed:
                yield document.problem("E531", where, found=option.code)
            changed.add(option.code)


@dataclass(frozen=True, slots=True)
class VariantDocument(Document):
    """The file of a variant, asked about the places of the algorithm that it makes.

    ``numbers`` tells which entry of the file changes an option: (question, option) to entry.
    """

    numbers: Mapping[tuple[str, int], int]

    def problem(self, code: str, path: Path_, **params: object) -> Problem:
        """Return a problem at the value of a path, or at its nearest parent in the file."""
        return Document.problem(self, code, self._own(path), **params)

    def _own(self, path: Path_) -> Path_:
        """Return where the file itself says what stands at a path of the algorithm."""
        match path:
            case ("questions", str(question), "options", int(number), *rest):
                own = self.numbers.get((question, number))
                base: Path_ = ("questions", question, "options")
                return base if own is None else (*base, own, *rest)
        return path


def variant_document(variant: Variant, parent: Algorithm, document: Document) -> VariantDocument:
    """Return the file of a variant so that faults of the algorithm are found in it."""
    numbers = {
        (name, number): entry
        for name, change in variant.questions.items()
        if name in parent.questions
        for number, option in enumerate(parent.questions[name].options)
        for entry, changed in enumerate(change.options)
        if changed.code == option.code
    }
    return VariantDocument(
        document.file, document.value, document.places, document.keys, numbers=numbers
    )
