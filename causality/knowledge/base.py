"""The knowledge base: lookups by name, with what each answer rests on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from causality.knowledge.model import (
    Alternative,
    Convention,
    Coupling,
    CrossReactivity,
    DrugClass,
    DrugRecord,
    QuestionText,
    ReportRecord,
    Source,
    Syndrome,
    Test,
    Workup,
)
from causality.terms.text import Phrase, contains, find_longest, fold, phrase_index

_DENIALS = frozenset({"no", "not", "without", "sin"})
_REMEMBERED = 100_000


@dataclass(frozen=True)
class Knowledge:
    """Drugs, published reports, reactions, alternatives, tests and work-ups with their sources."""

    sources: Mapping[str, Source]
    conventions: Mapping[str, Convention]
    syndromes: Mapping[str, Syndrome]
    tests: Mapping[str, Test]
    alternatives: Mapping[str, Alternative]
    workups: Mapping[str, Workup]
    groups: Mapping[str, CrossReactivity]
    classes: Mapping[str, DrugClass]
    questions: Mapping[str, QuestionText]
    coupling: Coupling
    drugs: tuple[DrugRecord, ...]
    reports: tuple[ReportRecord, ...]
    version: str
    hashes: Mapping[str, str]
    prevention_terms: tuple[str, ...] = ()
    layers: tuple[tuple[str, Mapping[str, str]], ...] = field(default=())
    _memory: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_layer(cls, layer: Mapping[str, Any]) -> "Knowledge":
        """Build the knowledge of a complete folder."""
        return cls(
            sources=layer["sources.yaml"].sources,
            conventions=layer["syndromes.yaml"].conventions,
            syndromes=layer["syndromes.yaml"].syndromes,
            tests=layer["tests.yaml"].tests,
            alternatives=layer["alternatives.yaml"].alternatives,
            workups=layer["workup.yaml"].workups,
            groups=layer["cross_reactivity.yaml"].groups,
            classes=layer["classes.yaml"].classes,
            questions=layer["questions.yaml"].questions,
            coupling=layer["coupling.yaml"],
            drugs=tuple(replace_file(record) for record in layer["drugs.csv"]),
            reports=tuple(replace_file(record) for record in layer["reports.csv"]),
            version=layer["syndromes.yaml"].version,
            prevention_terms=layer["alternatives.yaml"].prevention_terms,
            hashes=layer["hashes"],
        )

    def with_layer(self, layer: Mapping[str, Any], name: str) -> "Knowledge":
        """Return this knowledge with a user's folder laid over it."""
        tables = {
            "sources": ("sources.yaml", "sources"),
            "conventions": ("syndromes.yaml", "conventions"),
            "syndromes": ("syndromes.yaml", "syndromes"),
            "tests": ("tests.yaml", "tests"),
            "alternatives": ("alternatives.yaml", "alternatives"),
            "workups": ("workup.yaml", "workups"),
            "groups": ("cross_reactivity.yaml", "groups"),
            "classes": ("classes.yaml", "classes"),
            "questions": ("questions.yaml", "questions"),
        }
        changes: dict[str, Any] = {
            attribute: {**getattr(self, attribute), **getattr(layer[file], key)}
            for attribute, (file, key) in tables.items()
            if file in layer
        }
        drugs = layer.get("drugs.csv", [])
        reports = layer.get("reports.csv", [])
        named = {fold(record.name_en) for record in drugs}
        replaced = {(fold(record.drug), s) for record in reports for s in record.syndromes}
        return replace(
            self,
            **changes,
            coupling=layer.get("coupling.yaml", self.coupling),
            drugs=(*drugs, *(d for d in self.drugs if fold(d.name_en) not in named)),
            reports=(*reports, *_left(self.reports, replaced)),
            layers=(*self.layers, (name, layer["hashes"])),
            _memory={},
        )

    @cached_property
    def _by_text(self) -> dict[str, Source]:
        return {entry.text: entry for entry in self.sources.values()}

    @cached_property
    def _drug_names(self) -> dict[Phrase, str]:
        names = [
            (name, record.name_en)
            for record in self.drugs
            for name in (record.name_en, record.name_es, *record.synonyms)
        ]
        return phrase_index(names)

    @cached_property
    def _drugs_by_name(self) -> dict[str, DrugRecord]:
        return {record.name_en: record for record in reversed(self.drugs)}

    @cached_property
    def _reports_by_drug(self) -> dict[Phrase, list[ReportRecord]]:
        found: dict[Phrase, list[ReportRecord]] = {}
        for record in self.reports:
            found.setdefault(fold(record.drug), []).append(record)
        return found

    @cached_property
    def _syndrome_names(self) -> dict[Phrase, str]:
        return phrase_index(
            (term, key) for key, entry in self.syndromes.items() for term in entry.terms
        )

    @cached_property
    def _test_names(self) -> dict[Phrase, str]:
        return phrase_index(
            (term, key)
            for key, entry in self.tests.items()
            for term in (*entry.terms, key, entry.label.en, entry.label.es)
        )

    @cached_property
    def _class_names(self) -> dict[Phrase, str]:
        return phrase_index(
            (term, key) for key, entry in self.classes.items() for term in entry.terms
        )

    def drug(self, *names: str | None) -> DrugRecord | None:
        """Return the substance that any of the names means, exact names before parts of names."""
        given = tuple(name for name in names if name)
        found: DrugRecord | None = self.remembered(
            "drug", "\n".join(given), lambda: self._find_drug(given)
        )
        return found

    def _find_drug(self, names: Sequence[str]) -> DrugRecord | None:
        folded = [fold(name) for name in names]
        found = [find_longest(words, self._drug_names) for words in folded]
        exact = [f for f, words in zip(found, folded, strict=True) if f and f[1] == words]
        best = next(iter(exact), None) or next((f for f in found if f), None)
        return self._drugs_by_name[best[0]] if best else None

    def classes_of(self, record: DrugRecord | None, name: str, atc: str | None = None) -> set[str]:
        """Return the classes that a substance belongs to, by ATC code or by name."""
        key = f"{record.name_en if record else ''}|{name}|{atc}"
        known: set[str] = self.remembered(
            "classes", key, lambda: self._find_classes(record, name, atc)
        )
        return known

    def _find_classes(self, record: DrugRecord | None, name: str, atc: str | None) -> set[str]:
        codes = [code for code in (atc, record.atc if record else None) if code]
        found = {
            key
            for key, entry in self.classes.items()
            for code in codes
            if code.startswith(entry.atc or ("-",))
            and not code.startswith(entry.except_atc or ("-",))
        }
        named = find_longest(fold(name), self._class_names) if not codes else None
        return found | ({named[0]} if named else set())

    def reaction_syndromes(self, term: str) -> tuple[str, ...]:
        """Return the syndromes that a reaction may be; none when the term is not known.

        A term that does not say which vasculitis it is gives all that it may be.
        """
        key = self.reaction_key(term)
        if key is None:
            return ()
        return self.syndromes[key].may_be or (key,)

    def reaction_key(self, term: str) -> str | None:
        """Return the id of the entry that a reaction's name leads to.

        None for a name that denies it ("no purpura") or that is more exactly that of a mimic
        ("thrombocytopenic purpura").
        """
        found: str | None = self._remembered("reaction", term, self._find_reaction)
        return found

    def _find_reaction(self, words: Phrase) -> str | None:
        found = find_longest(words, self._syndrome_names)
        if found is None:
            return None
        key, phrase = found
        start = next(n for n in range(len(words)) if words[n : n + len(phrase)] == phrase)
        if start and words[start - 1] in _DENIALS:
            return None
        mimics = (name for name, other in self._alternative_names if self._is_mimic(other))
        if any(len(name) > len(phrase) and contains(words, name) for name in mimics):
            return None
        return key

    def _is_mimic(self, key: str) -> bool:
        return self.alternatives[key].kind == "mimic"

    def test(self, name: str) -> str | None:
        """Return the id of the investigation or finding that a name means."""
        found = self._remembered("test", name, lambda words: find_longest(words, self._test_names))
        return found[0] if found else None

    @cached_property
    def _alternative_names(self) -> tuple[tuple[Phrase, str], ...]:
        return tuple(
            (fold(name), key) for key, entry in self.alternatives.items() for name in entry.terms
        )

    def alternatives_named(self, term: str) -> frozenset[str]:
        """Return the alternatives that a condition names."""
        found: frozenset[str] = self._remembered(
            "alternative",
            term,
            lambda words: frozenset(
                key for name, key in self._alternative_names if contains(words, name)
            ),
        )
        return found

    @cached_property
    def _alternative_tests(self) -> dict[str, frozenset[str]]:
        return {
            key: frozenset(t for state in entry.states for row in state.when for t in row)
            for key, entry in self.alternatives.items()
        }

    def tests_of_role(self, role: str) -> frozenset[str]:
        """Return the tests that play a role: ``event`` ones confirm the event itself."""
        found: frozenset[str] = self.remembered(
            "role", role, lambda: frozenset(k for k, t in self.tests.items() if t.role == role)
        )
        return found

    @property
    def tests_of_chronic_causes(self) -> frozenset[str]:
        """Return the tests that bear on an alternative that lasts: not on an acute one alone."""
        found: frozenset[str] = self.remembered(
            "role",
            "of_chronic_causes",
            lambda: frozenset().union(
                *(
                    self._alternative_tests[key]
                    for key, entry in self.alternatives.items()
                    if entry.onset_before_days is None
                )
            ),
        )
        return found

    @property
    def early_test_days(self) -> int | None:
        """Return from how many days before the onset a test is too early to count.

        As long as an acute alternative acts at most: until then the patient may have caught, or
        lost, what the test was looking for. None where the knowledge holds no acute alternative.
        """
        found: int | None = self.remembered(
            "role",
            "early_test_days",
            lambda: max(
                (
                    entry.onset_before_days[1]
                    for entry in self.alternatives.values()
                    if entry.onset_before_days is not None
                ),
                default=None,
            ),
        )
        return found

    def feeds_alternatives(self, test: str, syndromes: Iterable[str]) -> bool:
        """Tell whether a test bears on an alternative cause of any of some syndromes.

        Mimics are none: they question the event instead.
        """
        wanted = frozenset(syndromes)
        causes = (
            key
            for key, entry in self.alternatives.items()
            if entry.kind != "mimic" and wanted.intersection(entry.syndromes)
        )
        return any(test in self._alternative_tests[key] for key in causes)

    def tests_of(self, alternative: str) -> frozenset[str]:
        """Return the tests that bear on an alternative."""
        return self._alternative_tests[alternative]

    def indications_named(self, term: str) -> frozenset[str]:
        """Return the alternatives an indication names; to prevent a disease is not to have it."""
        prevents = self._remembered(
            "prevention",
            term,
            lambda words: any(contains(words, fold(name)) for name in self.prevention_terms),
        )
        return frozenset() if prevents else self.alternatives_named(term)

    def _remembered(self, table: str, name: str, find: Callable[[Phrase], Any]) -> Any:
        return self.remembered(table, name, lambda: find(fold(name)))

    def remembered(self, table: str, key: str, make: Callable[[], Any]) -> Any:
        """Return what was found under a key before, or find it now: names repeat.

        What a table of reports brings is forgotten from time to time, so that memory stays small.
        """
        place = (table, key)
        if place in self._memory:
            return self._memory[place]
        found = make()
        if len(self._memory) >= _REMEMBERED:
            self._memory.clear()
        self._memory[place] = found
        return found

    def reports_on(self, record: DrugRecord, syndromes: Iterable[str]) -> list[ReportRecord]:
        """Return the publications about a substance and any of the syndromes."""
        wanted = set(syndromes)
        return [
            report
            for report in self._reports_by_drug.get(fold(record.name_en), [])
            if wanted.intersection(report.syndromes)
        ]

    def question(self, fact: str, rule: str) -> tuple[str, QuestionText] | None:
        """Return what to ask about a fact that a rule left open: an entry for the rule first."""
        entries = [(key, entry) for key, entry in self.questions.items() if entry.fact == fact]
        for_rule = [item for item in entries if rule in item[1].rules]
        for_all = [item for item in entries if not item[1].rules]
        return next(iter((*for_rule, *for_all)), None)

    def citation(self, source: str, language: str = "en") -> str:
        """Return the text of a source in a language; one that is not known is its own text.

        A source is named by its key or, as the facts name it, by its English text.
        """
        entry = self.sources.get(source) or self._by_text.get(source)
        return entry.cited(language) if entry else source


def replace_file(record: Any) -> Any:
    """Return a packaged record without its file: only a user's own file is named."""
    return record.model_copy(update={"file": ""})


def _left(
    reports: Iterable[ReportRecord], replaced: set[tuple[Phrase, str]]
) -> Iterator[ReportRecord]:
    """Yield reports without the syndromes about which the user's own reports speak."""
    for report in reports:
        drug = fold(report.drug)
        syndromes = tuple(s for s in report.syndromes if (drug, s) not in replaced)
        if syndromes == report.syndromes:
            yield report
        elif syndromes:
            yield report.model_copy(update={"syndromes": syndromes})
