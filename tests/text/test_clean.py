"""Text that people and feeds wrote, as lines that can be shown anywhere."""

import pytest

from digest.text.clean import clean, clean_lines
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
