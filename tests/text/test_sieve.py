"""The sieve lets through every pattern that occurs in a text, so that no result depends on it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.editorial import kinds
from digest.text.sieve import Sieve, simplified
from support.cases import examples

_SIEVES = (kinds._NAMING, kinds._IN_TITLE, kinds._IN_TEXT)
_PATTERNS = [(sieve, pattern) for sieve in _SIEVES for pattern in sieve._patterns]


@pytest.mark.parametrize(("sieve", "pattern"), _PATTERNS, ids=lambda each: getattr(each, "pattern", "")[:20])
@settings(max_examples=examples(3), deadline=None)
@given(st.data())
def test_whatever_a_pattern_matches_passes(sieve: Sieve, pattern: re.Pattern[str], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(pattern))
    assert pattern in sieve.left(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bnow\slive\b", "It is now\u00a0live"),
        (r"\binitiative\b", "an \u0130n\u0131tiative"),
        (r"\bk\w+s\b", "\u212aelvin\u017f"),
        (r"(?<![\w.])gpt(?!\sAI\b)-\d", "GPT-\u0664"),
        (r"(?:a(?!b(?:c|d))|x)y", "ay"),
        (r"[^\w]z", "\u00b7z"),
        ("t\u00fclu", "T\u00dcLU"),
    ],
)
def test_letters_beyond_ascii_pass_too(pattern: str, text: str) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)
    assert compiled.search(text)
    assert compiled in Sieve(compiled).left(text)


def test_what_cannot_occur_is_left_out() -> None:
    money, ways = re.compile(r"\braises\b", re.IGNORECASE), re.compile(r"^how\b", re.IGNORECASE)
    sieve = Sieve(money, ways)
    assert [sieve.left(text) for text in ("How it works", "Acme RAISES it", "Nothing", "\ud800")] == [
        [ways],
        [money],
        [],
        [],
    ]


def test_what_is_looked_for_around_is_left_out() -> None:
    assert simplified(r"a(?!b(?:c|\)))d(?<=e)(?:f)\b") == "ad(?:f)"
