"""Korean particles fit the sound of what stands before them, in any script."""

import pytest

from digest.text import words
from digest.text.words import chosen


def said(before: str, pair: str) -> str:
    return chosen(f"%(name)s{{{pair}}}", lambda piece: piece % {"name": before})


@pytest.mark.parametrize(
    ("before", "pair", "particle"),
    [
        ("모델", "은/는", "은"),
        ("에이전트", "은/는", "는"),
        ("기준 요약", "이/가", "이"),
        ("피드 8개", "을/를", "를"),
        ("항목 3건", "을/를", "을"),
        ("GPT", "은/는", "는"),
        ("LLM", "이/가", "이"),
        ("Qwen", "을/를", "을"),
        ("Llama", "이/가", "가"),
        ("Claude", "은/는", "는"),
        ("DeepSeek", "은/는", "는"),
        ("Mistral", "과/와", "과"),
        ("Grok", "이/가", "이"),
        ("Oracle", "으로/로", "로"),
        ("Gemini 3", "이/가", "이"),
        ("Llama 2", "은/는", "는"),
        ("GPT-4", "을/를", "를"),
        ("Kimi K2.5", "은/는", "는"),
        ("서울", "으로/로", "로"),
        ("부산", "으로/로", "으로"),
        ("LLM Trends Weekly", "을/를", "를"),
        ("전문가 혼합(MoE)", "이/가", "이"),
        ("‘state space’", "은/는", "는"),
        ("<em>모델</em>", "이/가", "이"),
        ("", "은/는", "는"),
    ],
)
def test_a_particle_follows_the_sound(before: str, pair: str, particle: str) -> None:
    assert said(before, pair) == before + particle


def test_a_mark_within_a_value_stays_what_a_source_wrote() -> None:
    assert said("나{은/는}", "이/가") == "나{은/는}이"


def test_a_message_in_korean_takes_its_particle() -> None:
    with words.using("ko-KR"):
        told = words.gettext("You get this mail because you subscribed to %(title)s.", title="LLM 소식지")
    assert told == "LLM 소식지를 구독하셨기에 보내 드리는 메일입니다."
