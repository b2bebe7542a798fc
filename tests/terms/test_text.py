"""Names folded for comparison and found as phrases, never as parts of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causality.terms.text import contains, find_longest, fold, phrase_index, slug

WORDS = st.text(alphabet="abcdeáéñü", min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Leukocytoclastic Vasculitis", ("leukocytoclastic", "vasculitis")),
        ("  vasculitis,   leukocytoclastic ", ("vasculitis", "leukocytoclastic")),
        ("vasculitis leucocitoclástica", ("vasculitis", "leucocitoclastica")),
        ("VASCULITIS LEUCOCITOCLÁSTICA", ("vasculitis", "leucocitoclastica")),
        ("leucocitocla\u0301stica", ("leucocitoclastica",)),
        ("Henoch–Schönlein", ("henoch", "schonlein")),
        ("anti-TNF", ("anti", "tnf")),
        ("PD-1", ("pd", "1")),
        ("niño", ("nino",)),
        ("Straße", ("strasse",)),
        ("ＡＮＣＡ", ("anca",)),  # noqa: RUF001
        ("ﬁlgrastim", ("filgrastim",)),
        ("", ()),
        (" ,;- ", ()),
    ],
)
def test_name_is_folded_to_words_without_case_accents_or_signs(
    text: str, words: tuple[str, ...]
) -> None:
    assert fold(text) == words


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(" ".join(fold(text))) == fold(text)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_case_and_accent_encoding_do_not_matter(words: list[str]) -> None:
    text = " ".join(words)
    assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("варфарин", "аспирин"),
        ("阿司匹林", "华法林"),
        ("interferon α", "interferon β"),  # noqa: RUF001
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("name", "phrase", "inside"),
    [
        ("acute leukocytoclastic vasculitis of the legs", "leukocytoclastic vasculitis", True),
        ("leukocytoclastic vasculitis", "leukocytoclastic vasculitis", True),
        ("vasculitis", "leukocytoclastic vasculitis", False),
        ("vasculitis leukocytoclastic", "leukocytoclastic vasculitis", False),
        ("leukocytoclastic and other vasculitis", "leukocytoclastic vasculitis", False),
        ("polyvasculitis", "vasculitis", False),
        ("vasculitis", "vasculi", False),
        ("anything", "", False),
        ("", "vasculitis", False),
    ],
)
def test_phrase_is_found_only_as_whole_words_in_order(name: str, phrase: str, inside: bool) -> None:
    assert contains(fold(name), fold(phrase)) is inside


INDEX = phrase_index(
    [
        ("vasculitis", "any"),
        ("IgA vasculitis", "iga"),
        ("leukocytoclastic vasculitis", "lcv"),
        ("acetylsalicylic acid", "asa"),
        ("acid", "acid"),
        ("", "nothing"),
        ("...", "nothing"),
    ]
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("vasculitis", "any"),
        ("severe vasculitis of the skin", "any"),
        ("cutaneous IGA vasculitis", "iga"),
        ("leukocytoclastic vasculitis, biopsied", "lcv"),
        ("IgA leukocytoclastic vasculitis", "lcv"),
        ("low-dose acetylsalicylic acid 100 mg", "asa"),
        ("acetylsalicylic-acid", "asa"),
        ("valproic acid", "acid"),
    ],
)
def test_longest_phrase_wins(name: str, found: str) -> None:
    result = find_longest(fold(name), INDEX)
    assert result is not None
    assert result[0] == found


@pytest.mark.parametrize("name", ["", "vasculitides", "acidosis", "antivasculitis", "IgA"])
def test_part_of_a_word_is_no_match(name: str) -> None:
    assert find_longest(fold(name), INDEX) is None


def test_match_tells_which_words_matched() -> None:
    assert find_longest(fold("a case of IgA vasculitis"), INDEX) == ("iga", ("iga", "vasculitis"))


def test_first_of_two_equal_names_wins() -> None:
    assert phrase_index([("Aspirin", "one"), ("ASPIRÍN", "two")]) == {("aspirin",): "one"}


def test_name_without_letters_is_not_indexed() -> None:
    assert "nothing" not in INDEX.values()


@given(st.lists(WORDS, min_size=1, max_size=6), st.lists(WORDS, min_size=1, max_size=3))
def test_match_is_always_inside_the_name(name: list[str], phrase: list[str]) -> None:
    index = phrase_index([(" ".join(phrase), "x")])
    words = fold(" ".join(name))
    found = find_longest(words, index)
    assert (found is not None) is contains(words, fold(" ".join(phrase)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Multiple myeloma, IgA λ", "multiple-myeloma-iga"),
        ("lenalidomide", "lenalidomide"),
        ("Ácido acetilsalicílico 100 mg", "acido-acetilsalicilico-100-mg"),
        ("???", "x"),
    ],
)
def test_slug_is_a_name_that_an_id_can_be(text: str, name: str) -> None:
    assert slug(text) == name


@given(st.text(max_size=40))
def test_slug_never_has_what_ids_may_not_have(text: str) -> None:
    assert slug(text)
    assert not set(slug(text)) & set(" .@,/\t\n")
