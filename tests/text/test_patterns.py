"""An operator's patterns mean what they mean in Python, and take bounded time."""

import re
import time

import pytest

from digest.text.patterns import matches


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?i)language model", "Large Language Models"),
        (r"\bLLMs?\b", "of LLMs."),
        (r"größe\w+", "größenwahn"),
        (r"[\w-]+모델", "언어모델"),
        (r"[^\d\s]{3}", "12 ab 3"),
        (r"(?!x)llm(?=s)", "llms"),
        (r"(a)\1", "baa"),
        (r"[]\d]x", "]x"),
        (r"\d+", "٣"),
        (r"a\\w", r"a\w"),
    ],
)
def test_a_pattern_is_found_as_python_finds_it(pattern: str, text: str) -> None:
    assert matches(pattern, text) == bool(re.search(pattern, text))


@pytest.mark.parametrize("pattern", [r"^(\w+\s?)*$", r"(a+)+$", r"(a|aa)*(?!b)\1$"])
def test_no_pattern_takes_long(pattern: str) -> None:
    start = time.process_time()
    for _ in range(20):
        matches(pattern, "a" * 20_000 + "!")
    assert time.process_time() - start < 8
