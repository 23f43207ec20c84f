"""What an entry is, told from its feed and its words."""

import pytest

from digest.config import Kind
from digest.editorial.kinds import kind_of


@pytest.mark.parametrize(
    ("feed", "title", "summary", "told"),
    [
        ("papers", "Introducing Aurora 2: a report", "We release weights.", "paper"),
        ("news", "Introducing Claude 9", "", "news"),
        ("releases", "v0.21.0", "", "release"),
        ("blog", "Introducing Gemini 4.2 Ultra", "", "release"),
        ("blog", "Gemini 4.2 Nano is now available in the Gemini API", "", "release"),
        ("blog", "GLM-7-Air", "Made for long tasks.", "release"),
        ("blog", "Qwen5-Math: proofs that check themselves", "", "release"),
        ("blog", "Claude Opus 7 System Card", "", "release"),
        ("blog", "Technical report", "gpt-oss-30b is an open-weight model.", "release"),
        ("blog", "Small and sharp.", "Today, we are announcing Mistral Tiny 2, a model for phones.", "release"),
        ("blog", "Pipelines for teams", "Pipelines is now in public preview, with a new API.", "release"),
        ("blog", "Olmo and the open web", "We trained nothing new this week.", "post"),
        ("blog", "How we evaluated GPT-6", "", "post"),
        ("blog", "Why open weights matter", "", "post"),
        ("blog", "Our position on open-weights models", "", "post"),
        ("blog", "Tracing what a model plans ahead", "We read its features.", "post"),
        ("blog", "Acme raises $200M to build models", "", "news"),
        ("blog", "Announcing our partnership with the Republic of Elbonia", "", "news"),
        ("blog", "Introducing the Llama Startup Program", "", "news"),
        ("blog", "Acme opens Oslo office", "", "news"),
    ],
)
def test_a_laboratorys_entry_has_a_kind(feed: Kind, title: str, summary: str, told: str) -> None:
    assert kind_of(feed, title=title, summary=summary, on_topic=True) == told


@pytest.mark.parametrize(
    ("title", "summary", "told"),
    [
        ("Introducing our autumn menu", "Soup is back.", "post"),
        ("Announcing Aurora 2", "A new open-source language model.", "release"),
        ("Introducing Claude 9", "", "release"),
    ],
)
def test_any_other_blogs_launch_must_speak_of_models(title: str, summary: str, told: str) -> None:
    assert kind_of("blog", title=title, summary=summary) == told


def test_an_arxiv_id_makes_a_paper_of_a_blogs_entry() -> None:
    assert kind_of("blog", title="Introducing Aurora 2", id_="arxiv:2606.00001", on_topic=True) == "paper"


def test_a_long_hostile_text_is_read_in_no_time() -> None:
    title = "Introducing " + "A-1 " * 20_000
    assert kind_of("blog", title=title, summary="we we we " * 50_000, on_topic=True) == "release"
