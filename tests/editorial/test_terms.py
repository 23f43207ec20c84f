"""Names and phrases of titles and texts: a model under one key however it is spelt, no table, no year, no filler."""

import time

import pytest

from digest.editorial.terms import names, phrases
from digest.storage.files.resources import ordinary_words

ORDINARY = ordinary_words()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kimi K2.5 beats DeepSeek V4", {"kimik2.5": "Kimi K2.5", "deepseekv4": "DeepSeek V4", "deepseek": "DeepSeek"}),
        ("DeepSeek-R1-Distill-Qwen-7B", {"deepseekr1": "DeepSeek-R1", "deepseek": "DeepSeek"}),
        ("Qwen3.5-397B-A17B", {"qwen3.5": "Qwen3.5"}),
        ("Qwen 3 32B", {"qwen3": "Qwen 3"}),
        ("GPT-4o-mini and GPT 4o", {"gpt4o": "GPT-4o"}),
        ("Claude Opus 4.5", {"claudeopus4.5": "Claude Opus 4.5"}),
        ("With Gemini 3 Pro", {"gemini3": "Gemini 3"}),
        ("OpenClaw", {"openclaw": "OpenClaw"}),
        ("In Table 3 of June 2026, Section 4, at ICLR 2026", {}),
        ("Llama 70B", {}),
    ],
)
def test_a_name_has_one_key(text: str, found: dict[str, str]) -> None:
    assert names("", text, ORDINARY) == found


def test_a_phrase_is_two_or_three_words_between_ordinary_ones() -> None:
    assert phrases("Towards Self-Evolving World Models: A Survey of Test-Time Scaling", ORDINARY) == {
        "self evolving": "self evolving",
        "evolving world": "evolving world",
        "self evolving world": "self evolving world",
        "world model": "world models",
        "evolving world model": "evolving world models",
        "test time": "test time",
        "time scaling": "time scaling",
        "test time scaling": "test time scaling",
    }


@pytest.mark.parametrize("piece", ["A1", "Aa ", "Aa-", "A", "Aa 1.", "AaB", "-1.1"])
def test_a_long_text_takes_little_time(piece: str) -> None:
    before = time.process_time()
    names(piece * 70_000, piece * 70_000, ORDINARY)
    phrases(piece * 70_000, ORDINARY)
    assert time.process_time() - before < 0.5
