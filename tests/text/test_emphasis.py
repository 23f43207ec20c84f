"""Marks of Markdown are not shown around words; names, products and code with the same signs stay."""

import pytest

from digest.text.clean import readable
from digest.text.emphasis import unmarked


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("models tell *how* they changed", "models tell how they changed"),
        ("**Result**: it is *significantly* better.", "Result: it is significantly better."),
        ("call `lift_brick`, then `stop`", "call lift_brick, then stop"),
        ("it is _how_ they lift", "it is how they lift"),
        ("see [the page](https://example.org/a) now", "see the page now"),
        ("(*i*) and (*ii*)", "(i) and (ii)"),
    ],
)
def test_marks_around_words_are_removed(line: str, shown: str) -> None:
    assert unmarked(line) == readable(line) == shown
    assert unmarked(shown) == shown


@pytest.mark.parametrize(
    "line",
    [
        "A* search and B* trees",
        "2 * 3 * 4 = 24",
        "a*b*c of snake_case and p_i",
        "f(*args, **kwargs) and __init__",
        "* a list * of things",
        "a 5* hotel and a 4* one",
        "an array[3](see below)",
    ],
)
def test_other_uses_of_the_signs_stay(line: str) -> None:
    assert unmarked(line) == line


def test_a_line_of_nothing_but_marks_takes_no_long_time() -> None:
    for line in ("*a " * 6_000, "_a " * 6_000, "`a " * 6_000, "[a](" * 4_000):
        assert unmarked(line)
