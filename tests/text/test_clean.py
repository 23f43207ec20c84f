"""Text that people and feeds wrote, as lines that can be shown anywhere."""

import pytest

from digest.text.clean import clean_lines


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\x1d", "\x1e", "\r", "\r\n"])
def test_every_line_and_page_break_ends_a_line(mark: str) -> None:
    assert clean_lines(f"Dear readers,{mark}  - this week{mark}") == "Dear readers,\n  - this week"


def test_controls_and_marks_without_width_are_left_out() -> None:
    assert clean_lines("a\x00b\x1b[31m\u202ec\ufeff\n\nd\te\n") == "ab[31mc\n\nd   e"
