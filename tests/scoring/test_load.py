"""Algorithms of this installation: compiled or from their YAML, and what cannot be found."""

import hashlib
import json
import os
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

import causality.scoring.compile as compile_module
from causality import resources
from causality.errors import DefinitionError, InputError, UsageError
from causality.resources import data_folder
from causality.scoring import load
from causality.scoring.compile import COMPILED, compiled
from causality.scoring.load import (
    algorithm_file,
    algorithm_ids,
    algorithm_of,
    default_algorithms,
    differing_parts,
    held_algorithm,
    is_own,
    load_algorithm,
    own_algorithms,
    parse_algorithm,
)
from causality.scoring.model import OwnId

FOLDER = Path(str(data_folder("algorithms")))


def forget() -> None:
    for function in (
        load.load_algorithm,
        load.algorithm_ids,
        load._packaged,
        load._packaged_names,
        load._compiled,
    ):
        function.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the packaged algorithms in whose place this one is read."""
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / COMPILED).write_text(compiled(tmp_path), encoding="utf-8")
    monkeypatch.setattr(load, "data_folder", lambda _: tmp_path)
    forget()
    yield tmp_path
    forget()


def test_compiled_files_are_those_of_the_yaml_files() -> None:
    stored = (FOLDER / COMPILED).read_text(encoding="utf-8")
    assert stored == compiled(FOLDER), "run: make compile"


def test_examples_are_not_compiled() -> None:
    assert sorted(json.loads(compiled(FOLDER))) == sorted(f"{n}.yaml" for n in algorithm_ids())


def test_compiling_writes_the_compiled_form(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / COMPILED).unlink()
    monkeypatch.setattr(resources, "data_folder", lambda _: folder)
    runpy.run_path(str(compile_module.__file__), run_name="__main__")
    assert (folder / COMPILED).read_text(encoding="utf-8") == compiled(folder)


@pytest.mark.parametrize("name", algorithm_ids())
def test_compiled_form_gives_what_the_yaml_gives(folder: Path, name: str) -> None:
    ready = load_algorithm(name)
    (folder / COMPILED).unlink()
    forget()
    assert load_algorithm(name) == ready


def test_compiled_form_is_used_without_reading_yaml(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "parse", None)
    assert folder.is_dir()
    assert all(load_algorithm(name) for name in default_algorithms())


def test_a_changed_file_is_read_from_its_yaml(folder: Path) -> None:
    file = folder / "sefv-h.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('version: "2026.1"', 'version: "2026.1+local"'), encoding="utf-8")
    forget()
    assert load_algorithm("sefv-h")[0].version == "2026.1+local"


def small(name: str, more: str = "") -> str:
    return f"""
id: {name}
version: "1"
label: {{en: x, es: x}}
sources: {{s: x}}
questions:
  first:
    label: {{en: x, es: x}}
    options: [{{code: 1, points: 1, label: {{en: x, es: x}}, source: s}}]
categories: {{only: {{en: x, es: x}}}}
bands: [{{category: only}}]
{more}
"""


def test_algorithms_are_listed_by_order_then_name_and_a_variant_by_its_parent(
    folder: Path,
) -> None:
    for file in folder.iterdir():
        file.unlink()
    files = {
        "b-last": small("b-last"),
        "a-last": small("a-last"),
        "first": small("first", "order: 1"),
        "second": small("second", "order: 2"),
        "first-variant": 'id: first-variant\nparent: first\nversion: "1"\nlabel: {en: x, es: x}\n',
        "third": 'id: third\nparent: first\nversion: "1"\nlabel: {en: x, es: x}\norder: 3\n',
    }
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "first.examples.yaml").write_text("algorithm: first", encoding="utf-8")
    forget()
    assert algorithm_ids() == ("first", "first-variant", "second", "third", "a-last", "b-last")
    assert default_algorithms() == ("first", "second", "a-last", "b-last")


def test_a_wrong_file_of_the_installation_is_reported(folder: Path) -> None:
    (folder / "broken.yaml").write_text("id: broken\n", encoding="utf-8")
    forget()
    with pytest.raises(DefinitionError) as caught:
        load_algorithm("broken")
    assert {problem.code for problem in caught.value.problems} == {"E103"}


@pytest.mark.parametrize(
    "name", ["", "sefv", "SEFV-H", "sefv-h.examples", "../sefv-h", "x" * 5000, "a\0b", ".", "/"]
)
def test_what_is_neither_an_id_nor_a_file_is_refused_with_the_ids(name: str) -> None:
    for function in (load_algorithm, algorithm_file):
        with pytest.raises(UsageError) as caught:
            function(name)
        (problem,) = caught.value.problems
        assert (problem.code, problem.params["found"]) == ("E501", name)
        assert problem.params["allowed"] == ", ".join(algorithm_ids())


@pytest.mark.parametrize("name", ["no.yaml", "no.YML", "x" * 5000 + ".json", "folder.yaml"])
def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(InputError) as caught:
        load_algorithm(str(tmp_path / name))
    assert {problem.code for problem in caught.value.problems} <= {"E001", "E002"}


def test_an_id_wins_over_a_file_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sefv-h").write_text(small("other"), encoding="utf-8")
    Path("mine").write_text(small("mine"), encoding="utf-8")
    assert load_algorithm("sefv-h")[0].id == "sefv-h"
    assert load_algorithm(f".{os.sep}sefv-h")[0].id == "other"
    assert load_algorithm("mine")[0].id == "mine"


def test_the_file_of_an_algorithm_is_given_as_it_stands() -> None:
    data, shown = algorithm_file("sefv-h")
    assert (data, shown) == ((FOLDER / "sefv-h.yaml").read_bytes(), "sefv-h.yaml")


# Algorithms of the user, held as text


def own_file(folder: Path) -> Path:
    path = folder / "own.yaml"
    text = (FOLDER / "sefv-h.yaml").read_text(encoding="utf-8")
    path.write_bytes(text.replace("id: sefv-h\n", "id: own\n").encode().replace(b"\n", b"\r\n"))
    return path


def test_only_files_of_the_user_are_held_as_they_are(tmp_path: Path) -> None:
    path = own_file(tmp_path)
    held = own_algorithms(["naranjo", str(path), "sefv-h"])
    assert held == {str(path): path.read_bytes().decode()}
    assert own_algorithms(["naranjo"]) == {}


def test_what_is_held_is_the_algorithm_of_the_file(tmp_path: Path) -> None:
    path = own_file(tmp_path)
    text = own_algorithms([str(path)])[str(path)]
    assert held_algorithm(str(path), text) == load_algorithm(str(path))
    assert held_algorithm(str(path), text)[1] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_held_and_wrong_says_where(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        held_algorithm("own.yaml", "id: own\n")
    assert {problem.file for problem in caught.value.problems} == {"own.yaml"}
    with pytest.raises(InputError) as binary:
        held_algorithm("own.yaml", "id: \x00\n")
    assert [(p.code, p.file) for p in binary.value.problems] == [("E004", "own.yaml")]
    wrong = tmp_path / "wrong.yaml"
    wrong.write_bytes(b"id: \xff")
    with pytest.raises(InputError) as unreadable:
        own_algorithms([str(wrong)])
    assert {problem.file for problem in unreadable.value.problems} == {str(wrong)}
    with pytest.raises(UsageError) as unknown:
        own_algorithms(["karch"])
    assert [problem.code for problem in unknown.value.problems] == ["E501"]


def test_an_algorithm_is_own_by_its_name_or_by_its_file() -> None:
    digest = load_algorithm("naranjo")[1]
    assert not is_own("naranjo", digest)
    assert is_own("naranjo", "0" * 64)
    assert is_own("own", digest)


def test_a_source_is_a_citation_or_words_in_both_languages() -> None:
    text = small("own").replace("{s: x}", "{s: Author 2017, t: {en: our rule, es: regla nuestra}}")
    algorithm = parse_algorithm(text, "own.yaml")
    assert [algorithm.cited(key, "es") for key in "stu"] == ["Author 2017", "regla nuestra", "u"]
    assert [algorithm.cited(key, "en") for key in "st"] == ["Author 2017", "our rule"]
    with pytest.raises(DefinitionError) as caught:
        parse_algorithm(text.replace("en: our rule, ", ""), "own.yaml")
    assert [(p.code, p.path) for p in caught.value.problems] == [("E103", "sources.t")]


# A user's own file under the id of a packaged algorithm


def test_only_the_file_of_this_installation_bears_its_id_as_its_own() -> None:
    data = (FOLDER / "naranjo.yaml").read_bytes()
    same, _ = algorithm_of(data, "naranjo.yaml")
    assert type(same.id) is str
    for changed in (data + b"# with a remark\n", data.replace(b"id: naranjo\n", b"id: mine\n", 1)):
        own, digest = algorithm_of(changed, "own.yaml")
        assert type(own.id) is OwnId
        assert digest == hashlib.sha256(changed).hexdigest()
        assert own.model_copy(update={"id": "naranjo"}) == same


def test_what_differs_from_the_packaged_algorithm_of_the_same_id_is_named() -> None:
    naranjo = load_algorithm("naranjo")[0]
    first, second, *_ = naranjo.questions
    assert differing_parts(naranjo) == ()
    assert differing_parts(naranjo.model_copy(update={"id": "mine", "version": "9"})) == ()
    assert differing_parts(naranjo.model_copy(update={"version": "9"})) == ("version",)
    changed = naranjo.questions[second].model_copy(update={"asked": ({first: frozenset("1")},)})
    questions = {**naranjo.questions, second: changed}
    other = naranjo.model_copy(update={"questions": questions, "range": (-9, 20)})
    assert sorted(differing_parts(other)) == sorted(["range", second])
    without = {key: entry for key, entry in questions.items() if key != first}
    more = naranjo.model_copy(update={"questions": {**without, "extra": changed}})
    assert set(differing_parts(more)) == {first, second, "extra"}
