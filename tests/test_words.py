"""The word catalogues: every key that the code can use is there in both languages, no other."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from string import Formatter
from typing import get_args, get_type_hints

import pytest
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from causality.agreement.statistics import WEIGHTS, Method, Name, Reason
from causality.assessment.cioms import Answer as BoxAnswer
from causality.assessment.cioms import Reason as BoxReason
from causality.case.events import EventKind
from causality.case.reported import Recurrence
from causality.evidence.alternatives import Finding, WorkupLine
from causality.evidence.fact import Origin
from causality.evidence.surroundings import ONLY_STATED
from causality.inquiry.answer_words import NonAnswer
from causality.measures.values import StartKind
from causality.ranking.conclusion import TELLING
from causality.ranking.entries import Kind
from causality.ranking.readings import READINGS
from causality.ranking.statements import AGAINST_DRUG, FOR_DRUG
from causality.ranking.states import ConditionState
from causality.report.comparison import COLUMNS as RANKING_COLUMNS
from causality.report.timeline.figure import LEGEND
from causality.scoring.model import LEVELS
from causality.terms.codes import (
    RESULTS,
    ActionTaken,
    Activity,
    DrugRole,
    Extent,
    Outcome,
    Purpose,
    Seriousness,
    Sex,
    YesNo,
)
from causality.terms.facts import FACTS
from causality.wording.locale import MONTHS
from causality.words import LANGUAGES, Language, Words, locale_language

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "reports" / "locale"
SOURCES = sorted((ROOT / "causality").rglob("*.py"))
DATE = re.compile(rb"POT-Creation-Date: [^\n]*")  # Babel puts the day of compilation there
READ_AS_STATEMENTS = FOR_DRUG | AGAINST_DRUG | {"off_active_none"}
_REASONS_OF_THE_PAST = {value for fact, value in TELLING if fact == "previous_reaction"}
_REASONS_OF_FACTS = {fact for fact, _ in TELLING if fact != "previous_reaction"}
STATES = ("more_likely", "possible", "ruled_out", "not_assessed")
RECURRENCES = get_args(Recurrence)
RIVALS = ("more_likely", "possible")

CODES = (
    ("role", get_args(DrugRole)),
    ("purpose", get_args(Purpose)),
    ("yes_no", get_args(YesNo)),
    ("outcome", get_args(Outcome)),
    ("extent", get_args(Extent)),
    ("seriousness", get_args(Seriousness)),
    ("activity", get_args(Activity)),
    ("past", ("reacted", "tolerated", "unknown")),
    ("sex", get_args(Sex)),
)

# Words that are spelt alike in both languages.
SAME_IN_BOTH = frozenset(
    {
        "batch.hash_of_file",
        "cioms.answer.no",
        "conclusion.level",
        "fact.placebo",
        "form.previous.none",
        "ground.test",
        "kind.accidental",
        "method.liverpool",
        "method.naranjo",
        "method.sefv-h",
        "report.extent.visceral",
        "report.yes_no.no",
        "result.normal",
        "usage.error",
        "value.onset.compatible",
        "value.onset.incompatible",
        "value.contributing_factor.no",
        "value.event_confirmed.no",
        "value.dose_response.no",
        "value.characteristic.no",
        "value.worsened_preexisting.no",
        "value.suspected.no",
        "view.agreement_mapping",
        "view.total",
        "view.nothing",
    }
)


@cache
def catalogue(language: Language) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "causality.po").open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def messages(language: Language) -> dict[str, Message]:
    return {key_of(message): message for message in catalogue(language) if message.id}


def key_of(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def texts_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


KEYS = sorted(messages("en"))
NAMESPACES = frozenset(key.split(".")[0] for key in KEYS if "." in key)


# What the code can use, read from its source


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES:
        yield path, parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def pattern(node: ast.expr | None) -> str | None:
    """Return a text of the source, its filled-in parts as ``{}``; None for other expressions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


def calls(*names: str) -> Iterator[ast.Call]:
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in names:
                yield node


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == name), None)


def rule_patterns() -> set[str]:
    found: set[str | None] = {"not_reported"}
    for call in calls("settled", "among", "_stated"):
        rule = keyword(call, "rule") or (call.args[2] if len(call.args) > 2 else None)
        found.add(pattern(rule))
    for call in calls("Fact", "replace"):
        found.add(pattern(keyword(call, "rule")))
    return {text for text in found if text}


def flag_patterns() -> set[str]:
    found = {pattern(call.args[0]) for call in calls("flagged")}
    return {text for text in found if text}


def reasons_of_rechallenge() -> set[str]:
    """Return the reasons that the rule of re-exposure gives, which become names of rules."""
    found: set[str] = set()
    for node in ast.walk(parsed(ROOT / "causality" / "evidence" / "rechallenge.py")):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            found |= texts_in(node.value.elts[-1])
        if isinstance(node, ast.Assign):
            for name, value in assigned(node):
                if name in {"why", "reason"}:
                    found |= texts_in(value)
    return found - {""}


def assigned(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    (target,) = node.targets
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        pairs: Iterable[tuple[ast.expr, ast.expr]] = zip(target.elts, node.value.elts, strict=True)
    else:
        pairs = [(target, node.value)]
    for left, right in pairs:
        yield name_of(left), right


def texts_in(node: ast.expr) -> set[str]:
    """Return the texts that an expression can be; not those that it only compares with."""
    if isinstance(node, ast.IfExp):
        return texts_in(node.body) | texts_in(node.orelse)
    text = pattern(node)
    return {text} if text else set()


def kinds_of_re_exposure() -> set[str]:
    tree = parsed(ROOT / "causality" / "measures" / "values.py")
    (kind,) = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "kind"]
    returned = [n.value for n in ast.walk(kind) if isinstance(n, ast.Return)]
    return {text for value in returned if value is not None for text in texts_in(value)}


def measures() -> set[str]:
    weighted = {f"{name}_{weights}" for name, weights in product(get_args(Name), WEIGHTS)}
    return weighted - {"observed_linear", "observed_quadratic"}


def columns_of_tables() -> set[str]:
    found = {pattern(arg) for call in calls("table") for arg in call.args}
    return {text for text in found if text}


def first_text(call: ast.Call) -> str | None:
    return pattern(call.args[0]) if call.args else None


def columns_of_reports() -> set[str]:
    """Return the headings of the report's tables: named in one text, or in a tuple of names."""
    found = {"part", "version", "hash", *RANKING_COLUMNS}
    for node in ast.walk(parsed(ROOT / "causality" / "report" / "records.py")):
        if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "columns":
            found |= set((pattern(node.value) or "").split())
    for call in calls("_table"):
        text = pattern(call.args[1]) if len(call.args) > 1 else None
        found |= set((text or "").split())
    return found


def columns_of_cioms() -> set[str]:
    """Return the headings of the boxes: named in one text."""
    texts = (pattern(call.args[2]) for call in calls("_boxes") if len(call.args) > 2)
    return {name for text in texts for name in (text or "").split()}


def columns_of_batch_reports() -> set[str]:
    """Return the headings of the tables of a batch report: tuples of names called columns."""
    found: set[str] = set()
    for node in ast.walk(parsed(ROOT / "causality" / "report" / "batch" / "sections.py")):
        if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "columns":
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else []
            found |= {text for part in parts if (text := pattern(part))}
    return found


def flags_of_algorithms() -> set[str]:
    """Return the flags that options of the packaged algorithms set."""
    found: set[str] = set()
    for path in sorted((ROOT / "algorithms").glob("*.yaml")):
        found |= set(re.findall(r"\bflag: *([a-z_]+)", path.read_text(encoding="utf-8")))
    return found


# The values of the parts that the code fills in. A new pattern needs a line here.
RULES: dict[str, Callable[[], Iterable[str]]] = {
    "onset.{}": lambda: ("compatible", "not_coherent", "incompatible"),
    "course.{}": lambda: ("fatal", "recovered_with_sequelae"),
    "knowledge.{}": lambda: ("well_known", "occasional", "none_found", "contradicted"),
    "alternative.{}": lambda: RIVALS,
    "alternative.rival_{}": lambda: RIVALS,
    "rechallenge.{}": reasons_of_rechallenge,
    "on_file.{}": lambda: ONLY_STATED,
}
FLAGS: dict[str, Callable[[], Iterable[str]]] = {
    "recurred_despite_{}": lambda: kinds_of_re_exposure() - {"plain"},
    "rival_{}": lambda: RIVALS,
    "on_file_{}": lambda: ONLY_STATED,
}
WORDS: dict[str, Callable[[], Iterable[str]]] = {
    "fact.{}": lambda: FACTS,
    "value.{}.{}": lambda: (f"{fact}.{value}" for fact in FACTS for value in FACTS[fact]),
    "rule.{}": lambda: expanded(rule_patterns(), RULES),
    "flag.{}": lambda: expanded(flag_patterns(), FLAGS) | flags_of_algorithms(),
    "event.{}": lambda: get_args(EventKind),
    "result.{}": lambda: RESULTS,
    "start.{}": lambda: get_args(StartKind),
    "origin.{}": lambda: get_args(Origin),
    "kind.{}": kinds_of_re_exposure,
    "kind_of.{}": lambda: ("drug", "reaction", "exposure", "event", "anchor", "fact", "value"),
    "measure.{}_{}": measures,
    "interval.{}": lambda: get_args(Method),
    "undefined.{}": lambda: get_args(Reason),
    "level.{}": lambda: LEVELS,
    "state.{}": lambda: get_args(get_type_hints(Finding)["state"]),
    "workup.{}": lambda: get_args(get_type_hints(WorkupLine)["state"]),
    "reading.{}": lambda: READ_AS_STATEMENTS,
    "tells.{}": lambda: READINGS,
    "reason.{}": lambda: (*_REASONS_OF_FACTS, *_REASONS_OF_THE_PAST),
    "doubt.{}": lambda: ("rival_more_likely", "rival_possible", "incompatible", "before_exposure"),
    "ranking.kind.{}": lambda: set(get_args(Kind)) - {"drug"},
    "contrast.drug.{}": lambda: ("on", "off", "unknown"),
    "contrast.condition.{}": lambda: get_args(ConditionState),
    "form.previous.{}": lambda: FACTS["previous_reaction"][:-1],
    "form.rechallenge.{}": lambda: FACTS["rechallenge"][:-1],
    "form.part.{}": lambda: ("course", "episode"),
    "form.action.{}": lambda: set(get_args(ActionTaken)) - {"unknown"},
    "form.outcome.{}": lambda: set(get_args(Outcome)) - {"unknown"},
    "form.field.{}": lambda: ("onset", "improved", "last_new_lesions", "dose", "duration", "cover"),
    "form.non_answer.{}": lambda: get_args(NonAnswer),
    "view.{}": lambda: columns_of_tables() | {"for", "against"},
    "contrast.{}": lambda: ("state", "days", "episodes", "tells"),
    "report.{}": columns_of_reports,
    "report.table.{}": lambda: {text for call in calls("_table") if (text := first_text(call))},
    "report.every.{}": lambda: ("hour", "day", "week", "month", "year"),
    "method.{}": lambda: {
        path.stem for path in (ROOT / "algorithms").glob("*.yaml") if "examples" not in path.name
    },
    "report.told.{}": lambda: {text for call in calls("_paragraph") if (text := first_text(call))},
    "report.legend.{}": lambda: LEGEND,
    "report.{}.{}": lambda: (f"{kind}.{code}" for kind, codes in CODES for code in codes),
    "month.{}": lambda: MONTHS,
    "icsr.recurrence.{}": lambda: RECURRENCES,
    "icsr.{}": lambda: ("narrative", "reporter_comment", "sender_comment", "history"),
    "batch.{}": columns_of_batch_reports,
    "cioms.answer.{}": lambda: (*get_args(BoxAnswer), "blank"),
    "cioms.box.{}": columns_of_cioms,
    "cioms.reason.{}": lambda: get_args(BoxReason),
    "cioms.table.{}": lambda: {
        text for call in calls("_boxes") if len(call.args) > 1 and (text := pattern(call.args[1]))
    },
    "batch.legend.{}": lambda: ("box", "dots", "scale"),
}


def expanded(patterns: set[str], values: dict[str, Callable[[], Iterable[str]]]) -> set[str]:
    found: set[str] = set()
    for text in patterns:
        if "{}" not in text:
            found.add(text)
            continue
        assert text in values, f"add the values of {text!r} to this test"
        prefix = text.partition("{}")[0]
        found |= {prefix + value for value in values[text]()}
    return found


@cache
def used_keys() -> frozenset[str]:
    """Return every key that the code can look up."""
    patterns: set[str] = set()
    for path, tree in trees():
        for node in ast.walk(tree):
            text = pattern(node) if isinstance(node, ast.expr) else None
            if (
                text is None
                or path.name == "words.py"
                or text.endswith((".yaml", ".csv", ".css", ".json"))
            ):
                continue
            if re.fullmatch(r"E\d{3}", text) or (
                text.split(".")[0] in NAMESPACES and re.fullmatch(r"[a-z_]+(\.[a-z_{}]+)+", text)
            ):
                patterns.add(text)
    patterns.add("value.{}.{}")
    return frozenset(expanded(patterns, WORDS))


# The catalogues


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_the_source_as_it_stands(language: Language) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    stored = (LOCALE / language / "LC_MESSAGES" / "causality.mo").read_bytes()
    undated = [DATE.sub(b"", data) for data in (compiled.getvalue(), stored)]
    assert undated[0] == undated[1], f"compile {language} again"


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_whole(language: Language) -> None:
    entries = catalogue(language)
    assert str(entries.locale) == language
    assert not entries.obsolete
    for message in entries:
        assert not message.fuzzy or not message.id
        assert all(text.strip() for text in texts_of(message)), key_of(message)


def test_both_languages_hold_the_same_keys_in_the_same_order() -> None:
    assert list(messages("en")) == list(messages("es"))


@pytest.mark.parametrize("key", KEYS)
def test_placeholders_are_the_same_in_every_form_of_both_languages(key: str) -> None:
    forms = [text for language in LANGUAGES for text in texts_of(messages(language)[key])]
    wanted = placeholders(forms[0])
    assert all(placeholders(text) == wanted for text in forms)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in wanted)


@pytest.mark.parametrize("key", KEYS)
def test_plural_forms_are_there_in_both_languages(key: str) -> None:
    english, spanish = messages("en")[key], messages("es")[key]
    assert english.pluralizable == spanish.pluralizable
    if english.pluralizable:
        for message in (english, spanish):
            assert message.id == (key, f"{key}.plural")
            assert len(texts_of(message)) == 2
            assert texts_of(message)[0] != texts_of(message)[1]
            assert re.search(r"{(?:count|days)}", texts_of(message)[1])


@pytest.mark.parametrize(
    ("days", "told"),
    [("1", "1 día"), ("0", "0 días"), ("2", "2 días"), ("1–3", "1–3 días"), ("≥ 1", "≥ 1 días")],
)
def test_days_choose_the_grammatical_number(days: str, told: str) -> None:
    said = Words("es")("reason.onset", days=days, start="del inicio")
    assert said == f"el intervalo encaja ({told} después del inicio)"


@pytest.mark.parametrize("key", sorted(set(KEYS) - SAME_IN_BOTH))
def test_spanish_text_is_not_the_english_one(key: str) -> None:
    assert texts_of(messages("es")[key]) != texts_of(messages("en")[key])


def test_words_listed_as_the_same_in_both_languages_are_so() -> None:
    known = SAME_IN_BOTH & set(KEYS)
    differ = [k for k in known if texts_of(messages("es")[k]) != texts_of(messages("en")[k])]
    assert differ == []


# Keys and code


def test_every_key_that_the_code_can_use_has_a_text() -> None:
    assert sorted(used_keys() - set(KEYS)) == []


def test_no_key_is_unused() -> None:
    assert sorted(set(KEYS) - used_keys()) == []


def test_keys_are_really_found_in_the_source() -> None:
    """Guard the two tests above against reading nothing."""
    used = used_keys()
    for key in (
        "E001",
        "E311",
        "rule.onset.before",
        "rule.rechallenge.tolerated_lower_dose",
        "rule.course.fatal",
        "flag.recurred_despite_desensitisation",
        "ground.test",
        "view.case",
        "view.drug",
        "help.app",
        "usage.error",
        "value.onset.compatible",
        "event.no_date",
        "kind.plain",
    ):
        assert key in used
    assert len([key for key in used if key.startswith("E")]) > 60
    assert len([key for key in used if key.startswith("rule.")]) > 40


@pytest.mark.parametrize(
    ("fact", "value"), [(fact, value) for fact in FACTS for value in FACTS[fact]]
)
def test_every_fact_and_value_has_a_word_in_both_languages(fact: str, value: str) -> None:
    for language in LANGUAGES:
        words = Words(language)
        assert words(f"fact.{fact}")
        assert words.value(fact, value)


def parameters_by_code() -> Iterator[tuple[str, set[str]]]:
    """Yield the keys of rules and flags with the parameters that the code gives them."""
    for call in calls("settled", "among", "_stated"):
        if any(k.arg is None for k in call.keywords):
            continue
        text = pattern(call.args[2]) if len(call.args) > 2 else None
        for rule in sorted(expanded({text}, RULES)) if text else ():
            yield f"rule.{rule}", {str(k.arg) for k in call.keywords}
    for call in calls("flagged"):
        if any(k.arg is None for k in call.keywords):
            continue
        text = pattern(call.args[0])
        for flag in sorted(expanded({text}, FLAGS)) if text else ():
            yield f"flag.{flag}", {str(k.arg) for k in call.keywords}
    for call in calls("Ground"):
        code, params = pattern(keyword(call, "code")), keyword(call, "params")
        if code and isinstance(params, ast.Dict):
            yield code, {pattern(name) or "" for name in params.keys}


@pytest.mark.parametrize(("key", "given"), list(parameters_by_code()))
def test_code_gives_every_parameter_that_the_text_needs(key: str, given: set[str]) -> None:
    """A parameter that is missing would be our bug, in front of the user."""
    needed = placeholders(texts_of(messages("en")[key])[0])
    assert needed <= given


# Looking words up


def test_sentence_is_filled_in() -> None:
    assert Words("en")("E103", key="name") == "The key 'name' is missing."
    assert "'name'" in Words("es")("E103", key="name")


def test_number_chooses_the_form() -> None:
    words = Words("en")
    assert words("view.worklist", count=1) == "1 case"
    assert words("view.worklist", count=2) == "2 cases"
    assert words("view.worklist", count=0) == "0 cases"
    assert Words("es")("view.worklist", count=1) != Words("es")("view.worklist", count=2)


def test_list_is_shown_with_commas() -> None:
    text = Words("en")("rule.alternative.rival_possible", drugs=("one", "two"))
    assert "one, two" in text


def test_value_with_braces_is_left_alone() -> None:
    assert "'{key} {0}'" in Words("en")("E103", key="{key} {0}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["nonsense", "E000", "view.nonsense", "view.worklist.plural"])
def test_key_without_a_text_is_an_error(language: Language, key: str) -> None:
    with pytest.raises(KeyError):
        Words(language)(key, count=1)
    assert not Words(language).has(key)


@pytest.mark.parametrize("key", ["E001", "view.worklist", "fact.onset"])
def test_catalogue_tells_what_it_has(key: str) -> None:
    assert all(Words(language).has(key) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "ES_MX"}, "es"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "et_EE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": ""}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_language_is_that_of_the_locale_or_english(
    environment: dict[str, str], language: str
) -> None:
    assert locale_language(environment) == language


def test_states_are_named_alike_for_facts_and_alternatives() -> None:
    for language, state in product(LANGUAGES, STATES):
        assert Words(language)(f"state.{state}")


def test_algorithm_flags_have_a_text_or_a_label() -> None:
    for path in sorted((ROOT / "algorithms").glob("*.yaml")):
        if path.name.endswith(".examples.yaml"):
            continue
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, flag in loaded.get("flags", {}).items():
            assert set(flag["label"]) == set(LANGUAGES), name
