"""Text that people and feeds wrote, as lines that can be shown anywhere."""

import pytest

from digest.text.clean import clean, clean_lines, readable, unmarked
from digest.text.markup import NAME_CHARS, plain


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\x1d", "\x1e", "\r", "\r\n"])
def test_every_line_and_page_break_ends_a_line(mark: str) -> None:
    assert clean_lines(f"Dear readers,{mark}  - this week{mark}") == "Dear readers,\n  - this week"


def test_controls_and_marks_without_width_are_left_out() -> None:
    assert clean_lines("a\x00b\x1b[31m\u202ec\ufeff\n\nd\te\n") == "ab[31mc\n\nd   e"


@pytest.mark.parametrize("mark", ["\ufdd0", "\ufffe", "\U0001fffe", "\U0010ffff", "\x00", "\ud800"])
def test_what_is_no_character_is_left_out_wherever_a_text_is_read(mark: str) -> None:
    assert clean(f"a{mark}b") == plain(f"a{mark}b", chars=NAME_CHARS) == "ab"


@pytest.mark.parametrize(
    "text", ["a \u200b b", " a\u00a0b\u2067 ", "a\U000e0067 b", "\ufdd0a\U0005fffe b", "a\r\n\tb\x00"]
)
def test_a_feeds_text_and_any_other_lose_the_same_characters(text: str) -> None:
    assert (clean(text), plain(text, chars=100)) == ("a b", "a b")


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
