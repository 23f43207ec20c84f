"""Text in columns: what is wide counts twice, what has no width counts nothing, and nothing is cut in two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from digest.text.columns import COLUMNS, fitted, padded, width, wrap
from digest.text.formatting import name_order
from digest.text.languages import isolated
from digest.text.words import using

WORDS = st.text(alphabet="abc 한국어言語ｶﾞe\u0301ёمنא✓…", max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("한국어", 6),
        (unicodedata.normalize("NFD", "한국어"), 6),
        ("ｆｕｌｌ", 8),
        ("ｶﾞ", 2),
        ("e\u0301", 1),
        ("🔍", 2),
        ("a\u200bb\u200d", 2),
        ("✓\ufe0f", 1),
        ("\u2068שלום\u2069", 4),
    ],
)
def test_the_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


@given(WORDS)
def test_the_width_is_the_one_that_rich_lays_out(text: str) -> None:
    assert width(text) == cell_len(text)


@given(WORDS, st.integers(min_value=1, max_value=30))
def test_a_fitted_text_fits_and_is_the_beginning(text: str, columns: int) -> None:
    made = fitted(text, columns)
    assert width(made) <= columns
    assert text.startswith(made.removesuffix("…"))


@given(WORDS)
def test_columns_line_up(text: str) -> None:
    assert width(padded(text, COLUMNS)) == width(padded(text, COLUMNS, right=True)) == COLUMNS


@given(WORDS, st.integers(min_value=4, max_value=40))
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    made = wrap(text, columns=columns)
    assert all(width(line) <= columns for line in made.split("\n"))
    assert made.replace("\n", "").replace(" ", "") == text.replace(" ", "")


def test_korean_text_is_wrapped_between_words() -> None:
    text = "언어 모델에 도구와 기억, 계획 기능을 더해 여러 단계의 일을 수행하게 하는 방식입니다."
    assert wrap(text, columns=20).split("\n")[0] == "언어 모델에 도구와"


def test_only_right_to_left_letters_get_a_direction_of_their_own() -> None:
    assert isolated("שלום (GPT-4)") == "\u2068שלום (GPT-4)\u2069"
    assert isolated("한국어 GPT-4 café") == "한국어 GPT-4 café"


def test_names_are_in_the_order_of_the_language() -> None:
    names = ["Zeta", "alpha", "Élan", "Echo", "나무", "가을", "2nd"]
    assert sorted(names, key=name_order) == ["2nd", "alpha", "Echo", "Élan", "Zeta", "가을", "나무"]
    with using("ko"):
        assert sorted(names, key=name_order) == ["2nd", "가을", "나무", "alpha", "Echo", "Élan", "Zeta"]
